/**
 * Marks against reading everything: whatever was delivered, struck out, compacted and marked, the
 * rows at the marks that hold a value are the rows that hold it.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Marking } from '#kernel/lake';
import { type TestWorld, testWorld } from '#testing';

let world: TestWorld;
let dataset: string;
let made = 0;
let batch = 0;

beforeAll(async () => {
  world = await testWorld({ settings: { lake_compact_layers: 1000, lake_mark_rows: 2 } });
});
afterAll(async () => {
  await world.close();
});

const columns = [
  { name: 'no', type: 'BIGINT' },
  { name: 'buyer', type: 'VARCHAR' },
  { name: 'seller', type: 'VARCHAR' },
];

beforeEach(async () => {
  made += 1;
  dataset = `marked_${made}`;
  await world.ctx.lake.define(world.ctx, { dataset, columns, mode: 'merge', key: ['no'] });
});

type Row = [no: number, buyer: string | null, seller: string | null];

const quoted = (value: string | null): string => (value === null ? 'null' : `'${value}'`);
const rowsSql = (rows: readonly Row[]): string =>
  rows
    .map(
      ([no, buyer, seller]) =>
        `select ${no}::bigint as no, ${quoted(buyer)} as buyer, ${quoted(seller)} as seller`,
    )
    .join(' union all ');

async function send(rows: readonly Row[], deletes: readonly number[] = []): Promise<void> {
  batch += 1;
  const { ctx } = world;
  await ctx.lake.commit(ctx, {
    dataset,
    sql:
      rows.length > 0 ? rowsSql(rows) : `select * from (${rowsSql([[0, null, null]])}) where 1=0`,
    ...(deletes.length > 0
      ? { deletes: `select unnest([${deletes.join(',')}])::bigint as no` }
      : {}),
    batch: `b${batch}`,
  });
}

/** A short number for a value, so that some values share one. */
const numberOf = (value: string): bigint => BigInt(value.length);
const marking: Marking = {
  sign: 'length',
  items: [{ sql: 'nullif(length(buyer), 0)' }, { sql: 'nullif(length(seller), 0)' }],
};

const select = async (from: string, item: string, value: string): Promise<unknown[]> =>
  world.ctx.lake.engine.rows(
    `select no, buyer, seller from ${from} as x where ${item} = '${value}' order by no`,
  );

/** What the marks give for a value of an item, and what reading everything gives. */
async function both(value: string, at: number): Promise<{ marked: unknown[]; all: unknown[] }> {
  const { ctx } = world;
  const item = at === 0 ? 'buyer' : 'seller';
  const asked = { sign: marking.sign, items: 2, value: numberOf(value) };
  const found = await ctx.lake.marked(ctx, dataset, asked);
  const place = found?.items[at];
  const whole = await ctx.lake.relation(ctx, dataset);
  return {
    marked: place === undefined ? [] : await select(place.sql, item, value),
    all: await select(whole.sql, item, value),
  };
}

test('nothing known of a dataset nobody declared or delivered', async () => {
  const { ctx } = world;
  const asked = { sign: 'length', items: 2, value: 1n };
  expect(await ctx.lake.marked(ctx, 'nowhere', asked)).toBeNull();
  expect(await ctx.lake.marked(ctx, dataset, asked)).toBeNull();
  expect(await ctx.lake.mark(ctx, 'nowhere', marking)).toBe(0);
  expect(await ctx.lake.mark(ctx, dataset, marking)).toBe(0);
});

test('files of another sign, and small ones, count as not marked', async () => {
  const { ctx } = world;
  await send([[1, 'a', 'bb']]);
  expect(await ctx.lake.mark(ctx, dataset, marking)).toBe(0);
  await send([
    [2, 'a', 'bb'],
    [3, 'ccc', null],
  ]);
  expect(await ctx.lake.mark(ctx, dataset, marking)).toBe(1);
  expect(await ctx.lake.mark(ctx, dataset, marking)).toBe(0);
  const asked = { items: 2, value: 3n };
  const ours = await ctx.lake.marked(ctx, dataset, { ...asked, sign: 'length' });
  expect(ours).toMatchObject({ unmarked: 1, wanting: false });
  expect(ours?.items.map(({ places }) => places)).toEqual([1, 0]);
  const others = await ctx.lake.marked(ctx, dataset, { ...asked, sign: 'other' });
  expect(others).toMatchObject({ unmarked: 3, wanting: true });
});

test('an empty value and none are not marked; a value in many rows is found in all', async () => {
  const { ctx } = world;
  const many = Array.from({ length: 500 }, (_, no): Row => [no, no % 2 ? 'four' : '', null]);
  await send([...many, [900, 'fives', 'a']]);
  await ctx.lake.mark(ctx, dataset, marking);
  const one = await both('fives', 0);
  expect(one.marked).toEqual(one.all);
  expect(one.all).toHaveLength(1);
  const all = await both('four', 0);
  expect(all.marked).toEqual(all.all);
  expect(all.all).toHaveLength(250);
});

const values = ['a', 'b', 'cc', 'dd', 'eee', ''];

/** Small and repeatable; the order of what it gives is all that matters. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % sides;
  };
}

async function step(roll: (sides: number) => number): Promise<void> {
  const { ctx } = world;
  const kind = roll(6);
  if (kind === 0) await ctx.lake.mark(ctx, dataset, marking);
  if (kind === 1) await ctx.lake.compact(ctx, dataset, { force: roll(2) === 0 });
  if (kind < 2) return;
  const picked = [...new Set(Array.from({ length: 1 + roll(8) }, () => roll(30)))];
  const pick = (): string | null => values[roll(values.length + 1)] ?? null;
  const [deletes, rows] = [picked.slice(0, roll(3)), picked.slice(2)];
  await send(
    rows.map((no): Row => [no, pick(), pick()]),
    deletes,
  );
}

test.each([3, 22, 1122])('after deliveries, removals and compactions (%i)', async (seed) => {
  const roll = dice(seed);
  for (let turn = 0; turn < 15; turn += 1) {
    await step(roll);
    const value = values[roll(5)] ?? 'a';
    const at = roll(2);
    const { marked, all } = await both(value, at);
    expect(marked, `turn ${turn}, ${value} in ${at}`).toEqual(all);
  }
});

test('a column that came later is marked where it is', async () => {
  const { ctx } = world;
  await send([
    [1, 'a', 'b'],
    [2, 'a', 'b'],
  ]);
  const wider = [...columns, { name: 'agent', type: 'VARCHAR' }];
  await ctx.lake.define(ctx, { dataset, columns: wider, mode: 'merge', key: ['no'] });
  const third: Marking = { sign: 'agents', items: [{ sql: 'nullif(length(agent), 0)' }] };
  expect(await ctx.lake.mark(ctx, dataset, third)).toBe(1);
  const asked = { sign: 'agents', items: 1, value: 1n };
  expect(await ctx.lake.marked(ctx, dataset, asked)).toMatchObject({ unmarked: 0 });
});

test('marks go with their files, and what was marked anew leaves none behind', async () => {
  const { ctx } = world;
  const pair = (no: number): Row[] => [
    [no, 'a', 'b'],
    [no + 1, 'a', 'b'],
  ];
  await send(pair(1));
  await ctx.lake.mark(ctx, dataset, marking);
  await ctx.lake.mark(ctx, dataset, { ...marking, sign: 'again' });
  await send(pair(5));
  await ctx.lake.compact(ctx, dataset, { force: true });
  await ctx.lake.mark(ctx, dataset, marking);
  world.clock.advance(400 * 86_400_000);
  await ctx.lake.retain(ctx, dataset, { days: 1, snapshots: 1, monthEnds: 0 });
  world.clock.advance(86_400_000);
  await ctx.lake.sweep(ctx, { graceMs: 0 });
  const { rows } = await sql<{ path: string }>`
    select path from lake_marks where dataset = ${dataset}`.execute(ctx.db);
  expect(rows).toHaveLength(1);
  const folder = join(world.ctx.settings.home, 'lake', rows[0]?.path ?? '', '..');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.marks'));
  expect(files.map((name) => rows[0]?.path.endsWith(name))).toEqual([true]);
  // Without the file the rows are read whole, and nothing is missing.
  await rm(join(folder, files[0] ?? ''));
  const { marked, all } = await both('a', 0);
  expect(marked).toEqual(all);
  expect(all).toHaveLength(4);
});
