/**
 * Keeping: which snapshots stay, that nothing they read is ever removed and nothing else left, and
 * that readers notice neither compaction, indexing, deliveries nor sweeping.
 */
import { readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Retention, Snapshot } from '#kernel/lake';
import { rowsRead, type TestWorld, testWorld } from '#testing';
import { forgetSnapshots } from './past.ts';

let world: TestWorld;
let made = 0;

beforeAll(async () => {
  world = await testWorld({ settings: { lake_compact_layers: 1000, lake_index_rows: 2 } });
});

afterAll(async () => {
  await world?.close();
});

const columns = [
  { name: 'id', type: 'INTEGER' },
  { name: 'n', type: 'INTEGER' },
];

async function dataset(): Promise<string> {
  made += 1;
  const name = `kept_${made}`;
  await world.ctx.lake.define(world.ctx, { dataset: name, columns, mode: 'merge', key: ['id'] });
  return name;
}

const day = 86_400_000;
const hour = 3_600_000;
/** The district of the tests is eight hours ahead, all year. */
const zone = 8 * hour;

/** Start of the month, by the district's clock, `back` months before that of `now`. */
function monthStart(now: Date, back: number): number {
  const local = new Date(now.getTime() + zone);
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - back) - zone;
}

/** Versions the rules keep, told by walking over them. */
function toKeep(all: Snapshot[], policy: Retention, now: Date): number[] {
  const sorted = [...all].sort((a, b) => a.version - b.version);
  const standing = (isBefore: (at: number) => boolean): number =>
    sorted.filter(({ at }) => isBefore(at.getTime())).at(-1)?.version ?? 0;
  const first = standing((at) => at <= now.getTime() - policy.days * day);
  const kept = new Set(sorted.map(({ version }) => version).filter((version) => version >= first));
  for (const { version } of sorted.slice(-policy.snapshots)) kept.add(version);
  for (let back = 0; back < policy.monthEnds; back += 1) {
    const ended = monthStart(now, back);
    kept.add(standing((at) => at < ended));
  }
  return sorted.map(({ version }) => version).filter((version) => kept.has(version));
}

async function stateOf(name: string, asOf: number): Promise<string> {
  const { ctx } = world;
  const found = await ctx.lake.relation(ctx, name, { asOf });
  const rows = await ctx.lake.engine.rows(`select id, n from ${found.sql} order by id`);
  expect(rows).toHaveLength(found.rows);
  return JSON.stringify(rows);
}

const root = (): string => dirname(dirname(world.ctx.lake.stage('x')));

async function onDisk(name: string): Promise<string[]> {
  const folder = join(root(), 'data', name);
  const names = await readdir(folder);
  return names.map((file) => relative(root(), join(folder, file))).sort();
}

/** Files and indexes that the snapshots left read, from the manifest. */
async function referenced(name: string): Promise<string[]> {
  const { rows } = await sql<{ path: string }>`
    with live as (
      select f.* from lake_files f where f.dataset = ${name} and exists (
        select 1 from lake_snapshots s where s.dataset = f.dataset and s.version >= f.since
          and (f.until is null or s.version < f.until)))
    select path from live
    union select i.path from lake_indexes i join live on live.id = i.file_id`.execute(world.ctx.db);
  return rows.map(({ path }) => path).sort();
}

interface Step {
  hours: number;
  id: number;
  isCompacted: boolean;
  isIndexed: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  hours: fc.integer({ min: 1, max: 24 * 20 }),
  id: fc.integer({ min: 0, max: 5 }),
  isCompacted: fc.boolean(),
  isIndexed: fc.boolean(),
});
const policy: fc.Arbitrary<Retention> = fc.record({
  days: fc.integer({ min: 1, max: 60 }),
  snapshots: fc.integer({ min: 1, max: 4 }),
  monthEnds: fc.integer({ min: 0, max: 3 }),
});

test('what the rules keep stays readable, what only others read goes', {
  timeout: 300_000,
}, async () => {
  const { ctx, clock } = world;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 8 }),
      policy,
      async (steps, rules) => {
        const name = await dataset();
        for (const [at, { hours, id, isCompacted, isIndexed }] of steps.entries()) {
          clock.advance(hours * hour);
          const rows = `select ${id} as id, ${at} as n union all select ${id + 10}, ${at}`;
          await ctx.lake.commit(ctx, { dataset: name, sql: rows, batch: String(at) });
          if (isIndexed) await ctx.lake.index(ctx, name);
          if (isCompacted) await ctx.lake.compact(ctx, name, { force: at % 2 === 0 });
        }
        const all = await ctx.lake.snapshots(ctx, name);
        const before = new Map<number, string>();
        for (const { id } of all) before.set(id, await stateOf(name, id));
        const expected = toKeep(all, rules, clock.now());
        const forgotten = await ctx.lake.retain(ctx, name, rules);
        const left = await ctx.lake.snapshots(ctx, name);
        expect(left.map(({ version }) => version).sort((a, b) => a - b)).toEqual(expected);
        expect(forgotten).toBe(all.length - expected.length);
        clock.advance(1);
        await ctx.lake.sweep(ctx, { graceMs: 0 });
        expect(await onDisk(name)).toEqual(await referenced(name));
        for (const { id } of left) expect(await stateOf(name, id)).toBe(before.get(id));
        // What is left goes on: the next merge and its index stand on it.
        await ctx.lake.commit(ctx, {
          dataset: name,
          sql: 'select 0 as id, 99 as n',
          batch: 'last',
        });
        const latest = await ctx.lake.latest(ctx, name);
        expect(await stateOf(name, latest?.id ?? 0)).toContain('{"id":0,"n":99}');
      },
    ),
    { numRuns: 6 },
  );
});

test('a snapshot that others are made from stays until they are made from a newer one', async () => {
  const { ctx, clock } = world;
  const [from, to] = [await dataset(), await dataset()];
  const commit = (name: string, n: number, upstream: number[] = []): Promise<Snapshot> =>
    ctx.lake.commit(ctx, { dataset: name, sql: `select 1 as id, ${n} as n`, batch: 'b', upstream });
  const first = await commit(from, 1);
  await commit(to, 1, [first.id]);
  clock.advance(100 * day);
  const second = await commit(from, 2);
  clock.advance(100 * day);
  const rules = { days: 1, snapshots: 1, monthEnds: 0 };
  expect(await ctx.lake.retain(ctx, from, rules)).toBe(0);
  expect(await stateOf(from, first.id)).toBe('[{"id":1,"n":1}]');
  await commit(to, 2, [second.id]);
  expect(await ctx.lake.retain(ctx, from, rules)).toBe(1);
});

/** Every delivery moves from one key to another: the total never changes. */
test('readers notice nothing of what goes on beside them', { timeout: 300_000 }, async () => {
  const { ctx } = world;
  const name = await dataset();
  const keys = 400;
  await ctx.lake.commit(ctx, {
    dataset: name,
    sql: `select range::integer as id, 100 as n from range(${keys})`,
    batch: '0',
  });
  const pinned = await ctx.lake.latest(ctx, name);
  const begun = await ctx.lake.relation(ctx, name);
  const held = `select sum(n)::integer as total, count(*)::integer as c from ${begun.sql}`;
  let isOver = false;
  let reads = 0;
  const reader = async (asOf?: number): Promise<void> => {
    while (!isOver) {
      const found = await ctx.lake.relation(ctx, name, asOf === undefined ? {} : { asOf });
      const [row] = await ctx.lake.engine.rows(
        `select sum(n)::integer as total, count(*)::integer as c from ${found.sql}`,
      );
      expect(row).toEqual({ total: keys * 100, c: keys });
      reads += 1;
    }
  };
  const writer = async (): Promise<void> => {
    for (let at = 1; at <= 24; at += 1) {
      const [a, b] = [(at * 37) % keys, (at * 53 + 1) % keys];
      const found = await ctx.lake.relation(ctx, name);
      await ctx.lake.commit(ctx, {
        dataset: name,
        sql: `select id, (case when id = ${a} then n - 1 else n + 1 end)::integer as n
          from ${found.sql} where id in (${a}, ${b}) and ${a} <> ${b}`,
        batch: String(at),
      });
    }
  };
  const keeper = async (): Promise<void> => {
    while (!isOver) {
      await ctx.lake.compact(ctx, name, { force: reads % 3 === 0 });
      await ctx.lake.index(ctx, name);
      await ctx.lake.sweep(ctx, { graceMs: 60_000 });
    }
  };
  const around = [reader(), reader(pinned?.id), keeper()];
  await writer().finally(() => {
    isOver = true;
  });
  await Promise.all(around);
  expect(reads).toBeGreaterThan(10);
  // A query whose relation was given before all that still runs.
  expect(await ctx.lake.engine.rows(held)).toEqual([{ total: keys * 100, c: keys }]);
});

test('forgetting looks at what it forgets, not at the history of every other dataset', async () => {
  const { ctx } = world;
  const [old, other] = [await dataset(), await dataset()];
  const now = ctx.clock.now();
  const fill = (name: string, count: number, upstream: string) =>
    sql`insert into lake_snapshots (dataset, version, reason, mode, schema_version, rows, bytes,
        added, changed, removed, unchanged, batch, upstream, at)
      select ${name}, n, 'commit', 'merge', 1, 0, 0, 0, 0, 0, 0, 'b', ${upstream}::jsonb,
        ${now}::timestamptz - (${count}::int - n) * interval '1 day'
      from generate_series(1, ${count}::int) n`.execute(ctx.db);
  await fill(old, 500, '[]');
  const all = await ctx.lake.snapshots(ctx, old);
  const used = all.at(100)?.id ?? 0;
  await fill(other, 5000, JSON.stringify([used]));
  const rules = { snapshots: 2, monthEnds: 3, timeZone: 'Asia/Shanghai', now };
  const before = new Date(now.getTime() - 10 * day);
  const read = await rowsRead(ctx, ['lake_snapshots'], async (inner) => {
    await forgetSnapshots(inner.db, old, { ...rules, before });
  });
  const left = await ctx.lake.snapshots(ctx, old);
  const policy = { days: 10, snapshots: 2, monthEnds: 3 };
  const versions = toKeep(all, policy, now);
  const wanted = all.filter(({ id, version }) => id === used || versions.includes(version));
  expect(left.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
  expect(read).toBeLessThan(2500);
});
