/**
 * `kill -9` at random moments of deliveries, merges, mended rows and compactions: nothing that was
 * acknowledged is lost or doubled, no half snapshot can be read, the sweep leaves nothing behind.
 * `GUANTONG_FAULT_MOMENTS` sets how many moments, `GUANTONG_FAULT_SEED` which.
 */
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import { ingest } from '#ingest';
import { organisation } from '#organisation';
import { applyFiles, type TestWorld, testWorld } from '#testing';
import { kindOf, model } from './moments.fixture.ts';

const moments = Number(process.env.GUANTONG_FAULT_MOMENTS ?? 12);
const seed = Number(process.env.GUANTONG_FAULT_SEED ?? Date.now() % 1_000_000);
/** Steps a process is let do at most before the one it is killed in. */
const stepsMost = 3;
/** What a step takes on this machine just now, learnt as it goes. */
let stepMs = 300;

const capabilities = [organisation, catalogue, gate, ingest];
const fixture = fileURLToPath(new URL('./moments.fixture.ts', import.meta.url));

let world: TestWorld;
let home: string;

const contract = (mode: string): string => `title: {zh: 灯${mode}, en: Lamps ${mode}}
description: {zh: 路灯登记, en: Register of lamps}
owner: "330109"
theme: 城市治理
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
mode: ${mode}
key: [id]
items:
  id: {title: {zh: 编号, en: Number}, type: integer, grade: L1, required: true}
  n: {title: {zh: 次数, en: Count}, type: integer, grade: L1, min: 1}
`;

beforeAll(async () => {
  const settings = { lake_sweep_grace_ms: 0 };
  // Later than any file of this run: what nobody names is old enough to go.
  world = await testWorld({ capabilities, settings, clock: '2040-01-02T01:00:00Z' });
  home = world.ctx.settings.home;
  await applyFiles(world.ctx, capabilities, {
    'units/all.csv':
      'code,name,name_en,level,parent,source\n330109,萧山区,Xiaoshan,district,,test\n',
    'datasets/merged.yaml': contract('merge'),
    'datasets/whole.yaml': contract('full'),
  });
  await world.drain();
});

afterAll(async () => {
  await world?.close();
});

/** mulberry32: numbers from 0 to 1 that a seed gives again. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lets a process work from step `first` on and kills it; gives the last step it said was done. */
async function workAndDie(
  first: number,
  run: string,
  last: string,
  random: () => number,
): Promise<number> {
  const args = [fixture, world.url, home, String(first), run, last];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const steps = (): string[] =>
    said
      .slice(0, said.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(1, -1);
  while (!said.includes('ready') && child.exitCode === null) await wait(5);
  const began = performance.now();
  const before = Math.floor(random() * stepsMost);
  while (steps().length < before && child.exitCode === null) await wait(1);
  if (before > 0) stepMs = (performance.now() - began) / before;
  await wait(random() * stepMs);
  expect(child.exitCode).toBeNull();
  child.kill('SIGKILL');
  await gone;
  return Number(steps().at(-1) ?? first - 1);
}

/** Whether step `n` is in although nobody was told. */
async function landed(n: number, run: string): Promise<boolean> {
  const { rows } = await sql<{ state: string }>`
    select state from ingest_delivery where batch = ${`${n}-${run}`}`.execute(world.ctx.db);
  return rows[0]?.state === 'landed';
}

async function contentOf(dataset: string): Promise<[number, number][]> {
  const { ctx } = world;
  if ((await ctx.lake.latest(ctx, dataset)) === null) return [];
  const { sql: from } = await ctx.lake.relation(ctx, dataset);
  const rows = await ctx.lake.engine.rows(`select id, n from ${from} as t order by id, n`);
  return rows.map(({ id, n }) => [Number(id), Number(n)]);
}

const filesIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort();
};

/** Names of files, on the disk and in the records. */
async function files(): Promise<{ onDisk: string[]; named: string[]; scratch: string[] }> {
  const { db } = world.ctx;
  const lake = await sql<{ path: string }>`select path from lake_files`.execute(db);
  const back = await sql<{ a: string | null; b: string | null }>`
    select returned_file as a, open_file as b from ingest_delivery`.execute(db);
  const names = back.rows.flatMap(({ a, b }) => [a, b].filter((name) => name !== null));
  const data = await filesIn(join(home, 'lake', 'data'));
  return {
    onDisk: [...data, ...(await filesIn(join(home, 'returned')))].sort(),
    named: [
      ...new Set([...lake.rows.map(({ path }) => path.split('/').at(-1) ?? ''), ...names]),
    ].sort(),
    scratch: await filesIn(join(home, 'lake', 'stage')),
  };
}

/** Every snapshot that can be asked for holds the rows it says. */
async function checkSnapshots(dataset: string): Promise<void> {
  const { ctx } = world;
  for (const { id, rows } of (await ctx.lake.snapshots(ctx, dataset)).slice(0, 6)) {
    const { sql: from } = await ctx.lake.relation(ctx, dataset, { asOf: id });
    const [read] = await ctx.lake.engine.rows(`select count(*) as n from ${from} as t`);
    expect({ dataset, id, rows: Number(read?.n) }).toEqual({ dataset, id, rows });
  }
}

async function outOf(dataset: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(open_rows), 0)::bigint as n from ingest_delivery
    where dataset = ${dataset}`.execute(world.ctx.db);
  return Number(rows[0]?.n);
}

async function checkAll(steps: number): Promise<void> {
  const { ctx } = world;
  // As the next process does when it starts.
  await ingest.start?.(ctx);
  await ctx.lake.sweep(ctx, { graceMs: 0 });
  const { rows } = await sql`select 1 from ingest_delivery where state = 'running'`.execute(ctx.db);
  expect(rows).toEqual([]);
  const expected = model(steps);
  const sorted = (map: Map<number, number>) => [...map].sort(([a], [b]) => a - b);
  expect(await contentOf('merged')).toEqual(sorted(expected.merged));
  expect(await contentOf('whole')).toEqual(sorted(expected.whole));
  const out = { merged: await outOf('merged'), whole: await outOf('whole') };
  expect(out).toEqual({ merged: expected.out.merged.size, whole: expected.out.whole });
  await checkSnapshots('merged');
  await checkSnapshots('whole');
  const { onDisk, named, scratch } = await files();
  expect(scratch).toEqual([]);
  expect(onDisk).toEqual(named);
}

test(`killed at ${moments} random moments (seed ${seed})`, async () => {
  const random = randomFrom(seed);
  let done = 0;
  let last = '';
  let broken = 0;
  let unsaid = 0;
  for (let moment = 0; moment < moments; moment += 1) {
    const run = `m${moment}`;
    const first = done + 1;
    const said = await workAndDie(first, run, last, random);
    const isIn = await landed(said + 1, run);
    done = isIn ? said + 1 : said;
    unsaid += isIn ? 1 : 0;
    for (let n = first; n <= done; n += 1) {
      if (kindOf(n) !== 'compact') last = `${n}-${run}`;
    }
    await checkAll(done);
    const { rows } = await sql<{ n: number }>`
      select count(*)::integer as n from ingest_delivery where state = 'interrupted'`.execute(
      world.ctx.db,
    );
    broken = Number(rows[0]?.n);
  }
  console.log(
    `${moments} moments, seed ${seed}: ${done} steps done, ${broken} deliveries broken off, ` +
      `${unsaid} landed before anybody was told`,
  );
  // The processes were killed at work, not beside it.
  expect(broken).toBeGreaterThan(0);
}, 3_600_000);
