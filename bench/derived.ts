/**
 * A derived dataset after 10,000 changed rows of a source of 10 M: following what changed beside
 * making it again whole, both landing through the lake with durability on. Three queries: row by
 * row with a dataset looked up, group by group, and branches put together of which one is delivered
 * whole.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { catalogue, getDataset } from '#catalogue';
import { gate } from '#gate';
import { refreshDerived } from '#ingest';
import { createAudit } from '#kernel/audit';
import { systemActor } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { migrate, openDatabase } from '#kernel/db';
import { installJobs } from '#kernel/jobs';
import { createLake } from '#kernel/lake';
import { createLog } from '#kernel/log';
import { applyPacks, declaredBy } from '#kernel/packs';
import { organisation } from '#organisation';
import type { Row } from './row.ts';

const changedRows = 10_000;
const turns = 3;

interface Made {
  mode?: 'merge' | 'full';
  key: string;
  items: Record<string, string>;
  sql?: string;
}

const thing = { id: 'text', grid: 'integer', state: 'text', area: 'decimal(12,3)' };

const datasets: Record<string, Made> = {
  things: { mode: 'merge', key: 'id', items: thing },
  grids: { mode: 'merge', key: 'grid', items: { grid: 'integer', town: 'text' } },
  listed: { mode: 'full', key: 'id', items: thing },
  placed: {
    key: 'id',
    items: { id: 'text', state: 'text', town: 'text' },
    sql: 'select id, state, town from things left join grids using (grid) where area > 10',
  },
  by_grid: {
    key: 'grid',
    items: { grid: 'integer', things: 'integer', area: 'decimal(38,3)' },
    sql: 'select grid, count(*) as things, sum(area) as area from things group by grid',
  },
  all_things: {
    key: 'id',
    items: { id: 'text', state: 'text' },
    sql: "select id, state from things where state <> '废弃' union all select 'l' || id, state from listed",
  },
};

const contract = ({ mode, key, items }: Made): string => `title: {zh: 测速, en: Bench}
description: {zh: 测速, en: Bench}
owner: "330109"
theme: 测速
layer: ${mode === undefined ? 'thematic' : 'standard'}
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测速}
cycle: daily
${mode === undefined ? '' : `mode: ${mode}\n`}key: [${key}]
items:
${Object.entries(items)
  .map(
    ([name, type]) =>
      `  ${name}: {title: {zh: ${name}, en: ${name}}, type: "${type}", grade: L1${name === key ? ', required: true' : ''}}`,
  )
  .join('\n')}
`;

const files = (): Record<string, string> => ({
  'pack.yaml': 'title: {zh: 测速, en: Bench}\nowner: "330109"\n',
  'units/all.csv':
    'code,name,name_en,full_name,level,parent,zone,company,generated,source\n' +
    '330109,萧山区,,,district,,,,,测速\n',
  ...Object.fromEntries(
    Object.entries(datasets).flatMap(([name, made]) => [
      [`datasets/${name}.yaml`, contract(made)],
      ...(made.sql === undefined ? [] : [[`datasets/${name}.sql`, made.sql]]),
    ]),
  ),
});

const thingsSql = (from: string, size: number, round: number): string =>
  `select lpad(i::varchar, 12, '0') as id, (hash(i) % ${Math.max(size / 10, 1)})::bigint as grid,
     ['完好', '破损', '丢失', '废弃'][((hash(i + ${round}) % 4) + 1)::integer] as state,
     (((i + ${round}) % 100000) / 1000)::decimal(12,3) as area from ${from}`;

const changedSql = (size: number, round: number): string =>
  thingsSql(
    `(select distinct (hash(j * 31 + ${round}) % ${size})::bigint as i from range(${changedRows}) q(j))`,
    size,
    round,
  );

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function applyContracts(ctx: Ctx, home: string): Promise<void> {
  const dir = join(home, 'trial');
  for (const [path, content] of Object.entries(files())) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  await applyPacks(ctx, { packs: [dir], ...declaredBy([organisation, catalogue, gate]) });
}

/** The same query over everything as it stands, landed whole where the same stood before. */
async function remake(ctx: Ctx, name: string, made: Made): Promise<number> {
  const dataset = `${name}_again`;
  const standing = await ctx.lake.shape(ctx, name);
  if (standing === null) throw new Error(`${name} has no shape`);
  await ctx.lake.define(ctx, { ...standing, dataset });
  const sources = await Promise.all(
    ['things', 'grids', 'listed'].map(async (one) => {
      const { sql } = await ctx.lake.relation(ctx, one);
      return `${one} as (select * from ${sql} as given)`;
    }),
  );
  const sql = `with ${sources.join(', ')} select * from (${made.sql}) as made`;
  return timed(() =>
    ctx.lake.commit(ctx, { dataset, mode: 'full', sql, batch: `${Math.random()}` }),
  );
}

async function measure(ctx: Ctx, size: number): Promise<Row[]> {
  const { lake } = ctx;
  const commit = (dataset: string, sql: string): Promise<unknown> =>
    lake.commit(ctx, { dataset, sql, batch: 'given' });
  await commit('things', thingsSql(`range(${size}) r(i)`, size, 0));
  await commit(
    'grids',
    `select range as grid, '镇' || range % 22 as town from range(${size / 10})`,
  );
  await commit('listed', thingsSql(`range(${size / 10}) r(i)`, size, 0));
  const derived = Object.entries(datasets).filter(([, { sql }]) => sql !== undefined);
  for (const [name, made] of derived) {
    await refreshDerived(ctx, await getDataset(ctx, name));
    await remake(ctx, name, made);
  }
  const best = new Map(derived.map(([name]) => [name, { ours: Infinity, bare: Infinity }]));
  for (let round = 1; round <= turns; round += 1) {
    await commit('things', changedSql(size, round));
    for (const [name, made] of derived) {
      const found = best.get(name);
      if (found === undefined) continue;
      const dataset = await getDataset(ctx, name);
      const ours = await timed(async () => {
        const snapshot = await refreshDerived(ctx, dataset);
        if (snapshot?.mode !== 'merge') throw new Error(`${name} did not follow`);
      });
      found.ours = Math.min(found.ours, ours);
      found.bare = Math.min(found.bare, await remake(ctx, name, made));
    }
  }
  return derived.map(([name]) => {
    const { ours, bare } = best.get(name) ?? { ours: 0, bare: 0 };
    const what = `derived: ${name} after ${changedRows} changed of ${size / 1e6} M beside made again whole`;
    const ratio = Math.round((bare / ours) * 100) / 100;
    return { name: what, ours: Math.round(ours), bare: Math.round(bare), ratio, unit: 'ms' };
  });
}

export async function bench(
  size = Number(process.env.BENCH_DERIVED_ROWS ?? 10_000_000),
): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'guantong-bench-derived-'));
  const settings = loadSettings(process.env, {
    home,
    database_url: process.env.DATABASE_URL ?? '',
    log_level: 'error',
  });
  const log = createLog(settings);
  const database = await openDatabase(settings, { log });
  try {
    await migrate(database.db);
    await installJobs(database.db);
    const lake = await createLake({ home: join(home, 'lake'), log, settings });
    const audit = createAudit({ db: database.db, settings, clock: systemClock, log });
    const ctx: Ctx = {
      ...{ db: database.db, lake, audit, log, settings, clock: systemClock },
      actor: systemActor('bench'),
      requestId: 'bench',
    };
    try {
      await applyContracts(ctx, home);
      return await measure(ctx, size);
    } finally {
      await audit.close();
      await lake.close();
    }
  } finally {
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await bench());
