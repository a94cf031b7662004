/** Commands on data: query, rows, datasets, diff, lineage, cases. */
import { type Command, InvalidArgumentError } from 'commander';
import { caseList } from '#cases';
import { knownDatasets } from '#catalogue';
import { columnLineage, diffRows, page, read } from '#gate';
import { type DiffRows, type Point, pageInput, point } from '#gate/model';
import { refreshPlan } from '#ingest';
import type { RefreshPlan } from '#ingest/model';
import { answer, table } from '../output.ts';
import type { Platform } from '../platform.ts';
import { runOf, whole, withPlatform } from './shared.ts';

interface AsOption {
  as?: string;
}

/** Rows of one page at most, as the API has it. */
const pageMost = 500;

function pageRows(text: string): number {
  const rows = whole(text);
  if (rows > pageMost) throw new InvalidArgumentError(`${pageMost} rows at most.`);
  return rows;
}

const operator = (platform: Platform, options: AsOption) => platform.operator(options.as);

interface QueryFlags extends AsOption {
  purpose: string;
  asOf?: Date;
}

/** A moment with its zone: without one it would be another moment on another machine. */
function moment(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()) || !/T.*(Z|[+-]\d{2}:\d{2})$/.test(text)) {
    throw new InvalidArgumentError('A moment with its zone is needed, 2026-03-31T08:00:00Z.');
  }
  return at;
}

/** A state as people name it: version `v3`, or a moment with its zone. */
function pointOf(text: string): Point {
  const found = point.safeParse(text);
  if (found.success) return found.data;
  throw new InvalidArgumentError('A version, v3, or a moment with its zone, 2026-03-31T08:00:00Z.');
}

/** The same, or the id of a snapshot. */
const endOf = (text: string): number | Point => (/^\d+$/.test(text) ? whole(text) : pointOf(text));

interface RowsFlags extends AsOption {
  purpose: string;
  asOf?: Point;
  limit: number;
}

async function rows(name: string, options: RowsFlags, command: Command) {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const ctx = await operator(platform, options);
    const { asOf, limit, purpose } = options;
    const asked = { ...pageInput.parse({ limit, purpose }), asOf };
    const { columns, rows: found, snapshots, more } = await page(ctx, name, asked);
    const shown = found.map((row) =>
      Object.fromEntries(columns.map((column, at) => [column.name, row[at]])),
    );
    const [snapshot = null] = snapshots;
    answer(run.output, { columns, rows: shown, snapshot, more }, () => table(shown));
  });
}

async function runQuery(text: string, options: QueryFlags, command: Command) {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const ctx = await operator(platform, options);
    const result = await read(ctx, text, {
      purpose: options.purpose,
      ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    });
    const names = result.columns.map((column) => column.name);
    const rows = result.rows.map((row) =>
      Object.fromEntries(names.map((name, at) => [name, row[at]])),
    );
    answer(run.output, { columns: result.columns, rows, asOf: result.asOf }, () => table(rows));
  });
}

async function datasets(options: AsOption, command: Command) {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const ctx = await operator(platform, options);
    const list = await Promise.all(
      (await knownDatasets(ctx)).map(async (contract) => {
        const snapshot = await ctx.lake.latest(ctx, contract.name);
        return {
          name: contract.name,
          owner: contract.owner,
          rows: snapshot?.rows ?? 0,
          snapshot: snapshot?.id ?? null,
          asOf: snapshot?.at.toISOString() ?? null,
        };
      }),
    );
    answer(run.output, list, () => table(list));
  });
}

const whyWhole: Record<NonNullable<DiffRows['why']>, { zh: string; en: string }> = {
  replaced: {
    zh: '两版之间有整份归集，逐行比对了两版的全部数据',
    en: 'The whole was delivered between the two: every row was compared',
  },
  rewritten: {
    zh: '两版之间的数据文件大多已合并重写，逐行比对了两版的全部数据',
    en: 'Most files between the two were compacted: every row was compared',
  },
  many: {
    zh: '两版之间大多数行都重新归集过，逐行比对了两版的全部数据',
    en: 'Most rows were delivered again between the two: every row was compared',
  },
  key_changed: {
    zh: '两版之间主键变过，逐行比对了两版的全部数据',
    en: 'The key was changed between the two: every row was compared',
  },
};

interface DiffFlags extends AsOption {
  from?: number | Point;
  to?: number | Point;
  asOf?: Point;
  limit: number;
}

async function diff(name: string, options: DiffFlags, command: Command) {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const ctx = await operator(platform, options);
    const result = await diffRows(ctx, name, {
      purpose: 'command line',
      from: options.from ?? options.asOf,
      to: options.to,
      limit: options.limit,
    });
    const lines = result.rows.map(({ kind, key, changed, before, after }) => ({
      kind,
      key: Object.values(key).join(' '),
      changed: changed.map((item) => `${item}: ${before?.[item]} -> ${after?.[item]}`).join('; '),
    }));
    const why = result.why === null ? '' : `\n${whyWhole[result.why][run.output.language]}`;
    answer(run.output, result, () => `${table(lines)}${why}`);
  });
}

/** Which way a derived dataset follows its sources, as a last line. */
function refreshWords(plan: RefreshPlan, language: 'zh' | 'en'): string {
  if (!plan.derived) return '';
  const pinned = plan.pinned.join(', ');
  if (language === 'zh') {
    if (plan.why !== null) return `\n更新：整份重算（${plan.why.zh}）`;
    return `\n更新：只更新变化的部分${pinned === '' ? '' : `；${pinned} 变化时整份重算`}`;
  }
  if (plan.why !== null) return `\nrefresh: made again whole (${plan.why.en})`;
  return `\nrefresh: only what changed${pinned === '' ? '' : `; whole when ${pinned} changes`}`;
}

async function lineage(name: string, options: AsOption, command: Command) {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const ctx = await operator(platform, options);
    const found = await columnLineage(ctx, name);
    const refresh = await refreshPlan(ctx, name);
    const how = refreshWords(refresh, run.output.language);
    answer(
      run.output,
      { ...found, refresh },
      () =>
        `${table([
          ...found.edges
            .filter(({ how }) => how !== null)
            .map(({ from, to, how }) => ({
              from: `${from.node}.${from.item}`,
              to: `${to.node}.${to.item}`,
              how: how ?? '',
            })),
          ...found.rows.map(({ dataset, item, influences }) => ({
            from: `datasets/${dataset}.${item}`,
            to: `datasets/${name}`,
            how: influences.join(' '),
          })),
        ])}${how}`,
    );
  });
}

async function cases(options: AsOption & { type?: string }, command: Command) {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const ctx = await operator(platform, options);
    const page = await caseList(ctx, options.type === undefined ? {} : { type: options.type });
    answer(run.output, page.items, () =>
      table(
        page.items.map((item) => ({
          number: item.number,
          step: item.stepTitle[run.output.language],
          unit: item.unitName,
          title: item.title,
        })),
      ),
    );
  });
}

export function dataCommands(program: Command): void {
  program
    .command('query')
    .description('one SQL query, through the gate')
    .argument('<sql>')
    .option('--as <login>', 'account that asks')
    .option('--purpose <text>', 'why, for the audit', 'command line')
    .option('--as-of <time>', 'as the data stood then, 2026-03-31T08:00:00Z', moment)
    .action(async (text: string, options: QueryFlags, command: Command) => {
      await runQuery(text, options, command);
    });
  program
    .command('rows')
    .description('rows of one dataset, through the gate')
    .argument('<dataset>')
    .option('--as-of <state>', 'as they stood: version v3 or moment 2026-03-31T08:00:00Z', pointOf)
    .option('--limit <rows>', `rows shown, ${pageMost} at most`, pageRows, 50)
    .option('--purpose <text>', 'why, for the audit', 'command line')
    .option('--as <login>', 'account that asks')
    .action(rows);
  program
    .command('datasets')
    .description('datasets with rows and age')
    .option('--as <login>', 'account that asks')
    .action(datasets);
  program
    .command('diff')
    .description('rows that changed between two snapshots, the last two by default')
    .argument('<dataset>')
    .option('--as-of <state>', 'what changed since then: v3 or 2026-03-31T08:00:00Z', pointOf)
    .option('--from <state>', 'older: snapshot id, version v3 or moment', endOf)
    .option('--to <state>', 'newer: snapshot id, version v3 or moment', endOf)
    .option('--limit <rows>', 'rows shown', whole, 100)
    .option('--as <login>', 'account that asks')
    .action(diff);
  program
    .command('lineage')
    .description('where every item comes from and where it goes')
    .argument('<dataset>')
    .option('--as <login>', 'account that asks')
    .action(lineage);
  program
    .command('cases')
    .description('cases, newest first')
    .option('--type <type>', 'case type')
    .option('--as <login>', 'account that asks')
    .action(cases);
}
