/**
 * Merges into a dataset a thousand times larger: 100,000 changed rows, spread over all of it, into
 * 100 M rows and into a tenth of that; the same in one place. The mark is 15 s, and the ratio
 * of the two sizes tells whether the cost grows with the change or with the whole. `BENCH_ROWS`
 * makes it smaller.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { systemActor } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { migrate, openDatabase } from '#kernel/db';
import { installJobs } from '#kernel/jobs';
import { createLake } from '#kernel/lake';
import { createLog } from '#kernel/log';
import type { Row } from './row.ts';

const columns = [
  { name: 'person_id', type: 'VARCHAR' },
  { name: 'grid', type: 'INTEGER' },
  { name: 'amount', type: 'DECIMAL(12,2)' },
  { name: 'paid_on', type: 'DATE' },
];
const mark = 15_000;
const changedRows = 100_000;

const rowsSql = (from: string, round: number): string => `
  select '33010919' || lpad(i::varchar, 10, '0') as person_id, (hash(i) % 3000)::integer as grid,
    ((i + ${round}) % 100000 / 100)::decimal(12,2) as amount,
    date '2025-01-01' + ((i + ${round}) % 500)::integer as paid_on
  from ${from}`;

/** Different keys, spread evenly over everything: the worst case. */
const spread = (size: number, count: number, round: number): string =>
  rowsSql(
    `(select (j * ${Math.floor(size / count)} + ${round}) % ${size} as i
    from range(${count}) q(j))`,
    round,
  );

const together = (size: number, count: number, round: number): string =>
  rowsSql(`range(${size - count}, ${size}) r(i)`, round);

interface Taken {
  ms: number;
  cpu: number;
}

async function timed(work: () => Promise<unknown>): Promise<Taken> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - began, cpu: (user + system) / 1000 };
}

const round = (value: number): number => Math.round(value * 100) / 100;

const row = (name: string, ours: number, bare: number, unit = 'ms'): Row => ({
  name: `lake: ${name}`,
  ours: round(ours),
  bare: round(bare),
  ratio: round(bare / ours),
  unit,
});

interface Measured {
  load: Taken;
  index: Taken;
  spread: Taken;
  tenth: Taken;
  together: Taken;
  unchanged: Taken;
  compacted: Taken;
  indexBytes: number;
}

async function merge(ctx: Ctx, dataset: string, rows: string, batch: string): Promise<Taken> {
  return timed(async () => {
    const snapshot = await ctx.lake.commit(ctx, { dataset, sql: rows, batch });
    const { added, changed, unchanged } = snapshot;
    if (added !== 0) throw new Error(`${batch}: ${added} added, ${changed} changed, ${unchanged}`);
  });
}

async function measure(ctx: Ctx, dataset: string, size: number): Promise<Measured> {
  const { lake } = ctx;
  await lake.define(ctx, { dataset, columns, mode: 'merge', key: ['person_id'] });
  const load = await timed(() =>
    lake.commit(ctx, { dataset, sql: rowsSql(`range(${size}) r(i)`, 0), batch: 'load' }),
  );
  const index = await timed(() => lake.index(ctx, dataset));
  const rows = spread(size, changedRows, 1);
  const first = await merge(ctx, dataset, rows, 'spread');
  const again = await merge(ctx, dataset, rows, 'again');
  const tenth = await merge(ctx, dataset, spread(size, changedRows / 10, 2), 'tenth');
  const near = await merge(ctx, dataset, together(size, changedRows, 3), 'together');
  const compacted = await timed(() => lake.compact(ctx, dataset));
  const { rows: sizes } = await sql<{ path: string }>`
    select distinct path from lake_indexes where dataset = ${dataset}`.execute(ctx.db);
  const root = join(lake.stage('x'), '../..');
  const bytes = await Promise.all(
    sizes.map(async ({ path }) => (await stat(join(root, path))).size),
  );
  return {
    load,
    index,
    spread: first,
    tenth,
    together: near,
    unchanged: again,
    compacted,
    indexBytes: bytes.reduce((sum, each) => sum + each, 0),
  };
}

async function measureReads(ctx: Ctx, dataset: string): Promise<[ours: Taken, bare: Taken]> {
  const snapshots = await ctx.lake.snapshots(ctx, dataset);
  const scan = (relation: string): string =>
    `select grid, count(*) as n, sum(amount) as a from ${relation} group by grid order by n limit 5`;
  const now = await ctx.lake.relation(ctx, dataset);
  const first = await ctx.lake.relation(ctx, dataset, { asOf: snapshots.at(-1)?.id ?? 0 });
  const bare = await timed(() => ctx.lake.engine.rows(scan(first.sql)));
  return [await timed(() => ctx.lake.engine.rows(scan(now.sql))), bare];
}

function rowsOf(size: number, large: Measured, small: Measured): Row[] {
  const all = `${size / 1e6} M`;
  const few = `${size / 1e7} M`;
  return [
    row(`merge of 100,000 rows spread over ${all}, beside the mark of 15 s`, large.spread.ms, mark),
    row(`the same, processor time, beside a merge into ${few}`, large.spread.cpu, small.spread.cpu),
    row(`merge of 10,000 rows spread over ${all}, beside 100,000`, large.tenth.ms, large.spread.ms),
    row(`merge of 100,000 neighbouring rows into ${all}, beside the mark`, large.together.ms, mark),
    row(`100,000 known rows delivered again to ${all}, beside the mark`, large.unchanged.ms, mark),
    row(
      `compaction of the changes on ${all}, beside the first load`,
      large.compacted.ms,
      large.load.ms,
    ),
    row(
      `index of the keys of ${all} (a job), beside the first load`,
      large.index.ms,
      large.load.ms,
    ),
    row(`bytes of the index a row, ${all}, beside 32`, large.indexBytes / size, 32, 'bytes'),
  ];
}

export async function bench(size = Number(process.env.BENCH_ROWS ?? 100_000_000)): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'guantong-bench-lake-'));
  const settings = loadSettings(process.env, {
    home,
    log_level: 'warn',
    lake_compact_layers: 1000,
    lake_index_rows: 100_000,
  });
  const log = createLog(settings);
  const database = await openDatabase(settings, { log });
  const { db } = database;
  const lake = await createLake({ home: join(home, 'lake'), log, settings });
  try {
    await migrate(db);
    await installJobs(db);
    const actor = systemActor('bench');
    const ctx = { actor, db, lake, log, clock: systemClock, settings, requestId: 'bench' } as Ctx;
    const small = await measure(ctx, 'bench_small', size / 10);
    const large = await measure(ctx, 'bench_large', size);
    const [ours, bare] = await measureReads(ctx, 'bench_large');
    const label = `scan of ${size / 1e6} M under one layer of changes, beside before them`;
    return [...rowsOf(size, large, small), row(label, ours.ms, bare.ms)];
  } finally {
    await lake.close();
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await bench());
