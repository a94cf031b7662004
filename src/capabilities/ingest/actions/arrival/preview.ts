/**
 * A file that has come, looked at before it is delivered: how it would be read, which column goes
 * where, and which of its first rows would go back. Nothing of it is kept but the audit of the
 * look.
 */
import { writeFile } from 'node:fs/promises';
import {
  type Contract,
  compileContract,
  ident,
  literal,
  normalHeader,
  semantics,
} from '#catalogue';
import { viewOf } from '#gate';
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import { ingestErrors } from '../../errors.ts';
import type { DialectInput, FilePreview, PreviewInput } from '../../model/dialect.ts';
import { withoutNul } from '../../model.ts';
import { usualDialect } from '../../store/dialects.ts';
import { passedHeaders } from '../columns.ts';
import { compileOptions } from '../deliver.ts';
import { withStructural } from '../faults.ts';
import { type KnownColumn, knowColumns } from '../knowing/index.ts';
import { knowOptions } from '../knowing/settings.ts';
import { type OpenedFile, openFile } from '../opening.ts';
import { deliverable, isOwnUnit } from '../owner.ts';
import { type FirstRecord, isReturned } from '../reading/index.ts';
import { type Scratch, scratchOf } from '../scratch.ts';
import { readUpload } from './uploads.ts';

/** Rows that are judged, and of them those that are shown. */
const lookedRows = 1000;
const shownRows = 50;

type Rows = FirstRecord[];

/** One relation of text: `n` counts from 0, then a column for each place asked for. */
async function relationOf(
  rows: Rows,
  places: readonly { at: number; name: string }[],
  path: string,
): Promise<string> {
  const lines = rows.map(({ fields }, n) =>
    JSON.stringify({ n, v: places.map(({ at }) => (at < 0 ? null : (fields[at] ?? null))) }),
  );
  await writeFile(path, lines.join('\n'));
  const columns = places.map(({ name }, at) => `v[${at + 1}] as ${ident(name)}`);
  return `(select ${['n', ...columns].join(', ')} from read_json(${literal(path)},
    format = 'newline_delimited', columns = {'n': 'BIGINT', 'v': 'VARCHAR[]'}))`;
}

const isGood = ({ reason }: FirstRecord): boolean => reason === null || !isReturned({ reason });

/** What the first values of every column are. */
async function knownOf(
  ctx: Ctx,
  rows: Rows,
  headers: readonly string[],
  scratch: Scratch,
): Promise<KnownColumn[]> {
  const columns = headers.map((name, at) => ({ name, column: `c${at}` }));
  const places = columns.map(({ column }, at) => ({ at, name: column }));
  const relation = await relationOf(rows.filter(isGood), places, scratch.path('known.json'));
  return knowColumns(ctx.lake.engine, relation, columns, knowOptions(ctx));
}

type Fault = FilePreview['rows'][number]['faults'][number];

/** Rules of the contract that rows break, by their place among the rows; items without a column
 * are told once, not at every row. */
async function judged(
  ctx: Ctx,
  { contract, file }: { contract: Contract; file: OpenedFile },
  rows: Rows,
  scratch: Scratch,
): Promise<Map<number, Fault[]>> {
  const compiled = compileContract(contract, compileOptions(ctx));
  const rules = withStructural(compiled.rules, file.opened.headers.length);
  const faults = new Map<number, Fault[]>();
  for (const [at, { reason, fields }] of rows.entries()) {
    if (reason === null || !isReturned({ reason })) continue;
    const rule = rules.find((one) => one.item === null && one.rule === reason);
    const count = String(fields.length);
    const expected = rule?.expected ?? { zh: reason, en: reason };
    const text = {
      zh: expected.zh.replace('{note}', count),
      en: expected.en.replace('{note}', count),
    };
    faults.set(at, [{ item: null, text }]);
  }
  if (file.columns.size === 0) return faults;
  const places = contract.items.map(({ name }) => ({ name, at: file.columns.get(name) ?? -1 }));
  const source = await relationOf(rows, places, scratch.path('judged.json'));
  const found = await ctx.lake.engine.rows(
    `select n, ${compiled.faults} as faults from ${compiled.typed(source, ['n'])}
     where not (${compiled.good}) order by n`,
  );
  for (const row of found) {
    const at = Number(row.n);
    if (faults.has(at)) continue;
    const broken = (row.faults as number[]).flatMap((number) => {
      const rule = compiled.rules[Number(number)];
      const isHere = rule !== undefined && (rule.item === null || file.columns.has(rule.item));
      return isHere ? [{ item: rule.item, text: rule.expected }] : [];
    });
    if (broken.length > 0) faults.set(at, broken);
  }
  return faults;
}

/** Which columns the actor sees: his own department all, whoever looks in from above by policy. */
async function seenColumns(
  ctx: Ctx,
  contract: Contract | null,
  columns: ReadonlyMap<string, number>,
): Promise<(at: number) => boolean> {
  if (contract === null) return () => true;
  const unit = await findUnit(ctx, contract.owner);
  if (isOwnUnit(ctx, unit?.path ?? contract.owner)) return () => true;
  const { items } = await viewOf(ctx, contract.name);
  const seen = items.flatMap(({ item, view }) => (view === 'plain' ? [columns.get(item)] : []));
  return (at) => seen.includes(at);
}

interface Look {
  contract: Contract | null;
  file: OpenedFile;
  rows: Rows;
  known: KnownColumn[];
  faults: Map<number, Fault[]>;
  usual: DialectInput | null;
}

function reasonsOf(faults: ReadonlyMap<number, Fault[]>): FilePreview['reasons'] {
  const reasons = new Map<string, FilePreview['reasons'][number]>();
  for (const { item, text } of [...faults.values()].flat()) {
    const key = `${item} ${text.en}`;
    reasons.set(key, { item, text, count: (reasons.get(key)?.count ?? 0) + 1 });
  }
  return [...reasons.values()].sort((a, b) => b.count - a.count);
}

function columnsOf({ contract, file, known }: Look): FilePreview['columns'] {
  const { headers } = file.opened;
  const byPlace = new Map([...file.columns].map(([item, at]) => [at, item]));
  const items = new Map(contract?.items.map((item) => [item.name, item]));
  const passed = contract === null ? new Set<string>() : passedHeaders(contract);
  return headers.map((header, at) => {
    const item = items.get(byPlace.get(at) ?? '');
    const column = known[at];
    const meaning = column?.semanticType ?? null;
    return {
      header,
      item: item?.name ?? null,
      title: item?.title ?? null,
      itemType: item?.type ?? null,
      type: column?.type ?? 'text',
      semantic: meaning === null ? null : semantics[meaning].title,
      ignored: item === undefined && passed.has(normalHeader(header)),
    };
  });
}

function previewOf(name: string, look: Look, sees: (at: number) => boolean): FilePreview {
  const { contract, file, rows, faults, usual } = look;
  const { opened, columns, said } = file;
  const { encoding, dialect, newline, preambleRows, headerRows, footerRows, above, excel } = opened;
  const missing = contract?.items.filter((item) => !columns.has(item.name)) ?? [];
  return {
    ...{ file: name, encoding, newline, preambleRows, headerRows, footerRows, above, said, usual },
    delimiter: withoutNul(dialect.delimiter),
    quote: dialect.quote || null,
    escape: withoutNul(dialect.escape) || null,
    sheet: excel?.sheet ?? null,
    sheets: excel?.sheets ?? [],
    ignored: excel?.ignored ?? [],
    columns: columnsOf(look),
    missing: missing.map((item) => ({ name: item.name, title: item.title })),
    faults: file.faults.map(({ code, message }) => ({ code, message })),
    rows: rows.slice(0, shownRows).map(({ fields }, at) => ({
      row: at + 1,
      fields: fields.map((field, place) => (sees(place) ? field : null)),
      faults: faults.get(at) ?? [],
    })),
    looked: rows.length,
    bad: faults.size,
    reasons: reasonsOf(faults),
  };
}

async function lookAt(ctx: Ctx, path: string, name: string, input: PreviewInput): Promise<Look> {
  const contract = input.dataset === undefined ? null : await deliverable(ctx, input.dataset);
  const usual = contract === null ? null : await usualDialect(ctx, contract.name);
  const scratch = scratchOf(ctx);
  try {
    const file = await openFile(ctx, contract, {
      ...{ path, file: name, scratch: (part: string) => scratch.path(part) },
      dialect: input.dialect ?? usual ?? {},
      usual: input.dialect === undefined && usual !== null,
      sheetRows: lookedRows * 2,
    });
    const rows = (await file.opened.first(lookedRows)).filter(({ reason }) => reason !== 'blank');
    const known = await knownOf(ctx, rows, file.opened.headers, scratch);
    const faults =
      contract === null
        ? new Map<number, Fault[]>()
        : await judged(ctx, { contract, file }, rows, scratch);
    return { contract, file, rows, known, faults, usual };
  } finally {
    await scratch.clear();
  }
}

/**
 * How a complete upload would be read for a dataset, with its first rows judged by the contract.
 * @throws auth.*, catalogue.not_found, ingest.no_upload, ingest.upload_*, ingest.* as reading does
 */
export const previewUpload = (ctx: Ctx, id: string, input: PreviewInput): Promise<FilePreview> =>
  readUpload(ctx, id, async ({ name, path }) => {
    const look = await lookAt(ctx, path, name, input);
    if (look.file.opened.headers.length === 0)
      throw ingestErrors.make('empty_file', { file: name });
    const sees = await seenColumns(ctx, look.contract, look.file.columns);
    await ctx.audit.record(ctx, {
      action: 'ingest.preview',
      subject: `file/${name}`,
      rows: Math.min(look.rows.length, shownRows),
      ...(look.contract === null ? {} : { dataset: look.contract.name }),
    });
    return previewOf(name, look, sees);
  });
