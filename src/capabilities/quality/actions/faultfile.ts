/** The faulty rows of a check as a file: what is wrong and what should stand there, row by row. */
import { getDataset } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { Table } from '#kernel/http';
import type { Bilingual, FaultyRows } from '../model.ts';
import { faultyRows } from './faults.ts';

type Lang = keyof Bilingual;

/** Columns behind the department's own: they are for reading and are not delivered. */
const noteTitles: Record<'items' | 'found' | 'expected' | 'rule', Bilingual> = {
  items: { zh: '问题信息项', en: 'Items at fault' },
  found: { zh: '现有内容', en: 'What stands there' },
  expected: { zh: '应为', en: 'Expected' },
  rule: { zh: '质量规则', en: 'Check' },
};

const numeric = /^(integer|decimal|double)/;

const textOf = (value: unknown): string =>
  value === null || value === undefined || value === '' ? '-' : String(value);

function notesOf(seen: FaultyRows, row: FaultyRows['rows'][number], lang: Lang): string[] {
  const at = new Map(seen.columns.map(({ name }, place) => [name, place]));
  const named = row.items.map((item) => seen.columns[at.get(item) ?? -1]?.title[lang] ?? item);
  const found = row.items.map((item) => {
    const place = at.get(item);
    return place === undefined ? '-' : textOf(row.values[place]);
  });
  const between = lang === 'zh' ? '、' : ', ';
  const expected = row.expected ?? seen.expected[lang];
  return [named.join(between), found.join(between), expected, seen.rule[lang]];
}

/**
 * The faulty rows of the last run of a check as a table whose first columns are those of the
 * dataset under its own headers, as far as the asker may see them. With `notes` four more columns
 * say which item, what stands there, what should, and by which check.
 * @returns the table, and whether there are more rows than the setting `quality_fault_row_limit`
 * @throws as `faultyRows`
 */
export async function faultFile(
  ctx: Ctx,
  { dataset, check, lang, notes }: { dataset: string; check: string; lang: Lang; notes: boolean },
): Promise<{ table: Table; more: boolean }> {
  const limit = ctx.settings.quality_fault_row_limit;
  const seen = await faultyRows(ctx, { dataset, check, limit });
  const { items } = await getDataset(ctx, dataset);
  const types = new Map(items.map(({ name, type }) => [name, type]));
  const head = seen.columns.map(({ name, title }) => ({
    title: title[lang],
    isNumber: numeric.test(types.get(name) ?? ''),
  }));
  const more = Object.values(noteTitles).map((title) => ({ title: title[lang], isNumber: false }));
  const kind = lang === 'zh' ? '问题数据' : 'faults';
  const name = `${kind}-${seen.title[lang]}-${seen.rule[lang]}`;
  const table: Table = {
    name: name.replaceAll(/[\\/:*?"<>|]/g, '_'),
    title: seen.title[lang],
    columns: notes ? [...head, ...more] : head,
    rows: seen.rows.map((row) =>
      notes ? [...row.values, ...notesOf(seen, row, lang)] : [...row.values],
    ),
  };
  return { table, more: seen.more };
}
