/**
 * The lake against a plain Map: random deliveries of every mode, deletes and compactions in
 * between, and every state, count, `asOf` and `diff` must be what the Map says.
 */
import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Snapshot } from '#kernel/lake';
import { type TestWorld, testWorld } from '#testing';

let world: TestWorld;
let made = 0;

beforeAll(async () => {
  world = await testWorld({ settings: { lake_compact_layers: 1000, lake_index_rows: 2 } });
});

afterAll(async () => {
  await world.close();
});

interface Row {
  town: string;
  no: number;
  state: string | null;
  area: number;
}

type State = Map<string, Row>;

type Step =
  | { kind: 'merge' | 'full' | 'append'; rows: Row[]; deletes: Row[] }
  | { kind: 'compact'; force: boolean; beside: Row[] }
  | { kind: 'index'; beside: Row[] };

type Delivery = Exclude<Step, { kind: 'compact' | 'index' }>;

interface Counts {
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
}

const row: fc.Arbitrary<Row> = fc.record({
  town: fc.constantFrom('新塘', "宁'围", 'x'),
  no: fc.integer({ min: 0, max: 3 }),
  state: fc.constantFrom('完好', '破损', '', null),
  area: fc.integer({ min: 0, max: 2 }),
});
const keyOf = ({ town, no }: Row): string => `${town}/${no}`;
const rows = fc.uniqueArray(row, { selector: keyOf, maxLength: 8 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('merge' as const), rows, deletes: rows }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('full' as const),
      rows,
      deletes: fc.constant<Row[]>([]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      rows,
      deletes: fc.constant<Row[]>([]),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('compact' as const),
      force: fc.boolean(),
      beside: rows,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('index' as const), beside: rows }) },
);

const isSame = (a: Row, b: Row): boolean => a.state === b.state && a.area === b.area;

/** What a delivery does to a Map. */
function apply(state: State, delivery: Delivery): { next: State; counts: Counts } {
  const next: State = delivery.kind === 'full' ? new Map() : new Map(state);
  const counts: Counts = { added: 0, changed: 0, removed: 0, unchanged: 0 };
  for (const given of delivery.rows) {
    const stood = state.get(keyOf(given));
    if (stood === undefined) counts.added += 1;
    else if (isSame(stood, given)) counts.unchanged += 1;
    else counts.changed += 1;
    next.set(keyOf(given), given);
  }
  for (const gone of delivery.deletes) if (next.delete(keyOf(gone))) counts.removed += 1;
  if (delivery.kind === 'full')
    counts.removed = [...state.keys()].filter((key) => !next.has(key)).length;
  return { next, counts };
}

const text = (value: string | null): string =>
  value === null ? 'null' : `'${value.replaceAll("'", "''")}'`;

function sqlOf(given: Row[]): string {
  const columns =
    'null::varchar as town, null::integer as no, null::varchar as state, null::integer as area';
  const values = given.map((r) => `select ${text(r.town)}, ${r.no}, ${text(r.state)}, ${r.area}`);
  return [`select ${columns} where false`, ...values].join(' union all ');
}

const sorted = (state: State): Row[] =>
  [...state.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

interface Run {
  name: string;
  state: State;
  /** Every snapshot with the state it must show for ever. */
  history: { snapshot: Snapshot; state: State }[];
}

async function read(name: string, asOf?: number | Date): Promise<Row[]> {
  const { ctx } = world;
  const relation = await ctx.lake.relation(ctx, name, asOf === undefined ? {} : { asOf });
  const found = (await ctx.lake.engine.rows(`from ${relation.sql}`)) as unknown as Row[];
  expect(relation.rows).toBe(found.length);
  return sorted(new Map(found.map((r) => [keyOf(r), r])));
}

async function deliver(run: Run, delivery: Delivery): Promise<void> {
  const { ctx, clock } = world;
  clock.advance(1000);
  const { next, counts } = apply(run.state, delivery);
  const sql = sqlOf(delivery.rows);
  // Every other delivery is written before it is committed: nobody may see a difference.
  const isPrepared = delivery.rows.length % 2 === 1;
  const prepared = isPrepared ? await ctx.lake.prepare(ctx, { dataset: run.name, sql }) : null;
  const input = {
    dataset: run.name,
    mode: delivery.kind,
    ...(prepared === null ? { sql } : { prepared }),
    batch: 'b',
    ...(delivery.deletes.length > 0
      ? { deletes: `select town, no from (${sqlOf(delivery.deletes)})` }
      : {}),
  };
  // Whoever prepared them removes what the dataset did not take as it was.
  const clear = () => Promise.all((prepared?.paths ?? []).map((path) => rm(path, { force: true })));
  const isConflict = delivery.kind === 'append' && counts.changed > 0;
  if (isConflict) {
    await expect(ctx.lake.commit(ctx, input)).rejects.toMatchObject({ code: 'lake.key_taken' });
    await clear();
    return;
  }
  const snapshot = await ctx.lake.commit(ctx, input);
  await clear();
  const isFirst = run.history.length === 0;
  const hasChanged = counts.added + counts.changed + counts.removed > 0;
  expect(snapshot).toMatchObject({ ...counts, rows: next.size, fresh: isFirst || hasChanged });
  run.state = next;
  if (snapshot.fresh) run.history.push({ snapshot, state: next });
}

async function play(run: Run, step: Step): Promise<void> {
  const { ctx, clock } = world;
  if (step.kind === 'index') {
    const merge = { kind: 'merge' as const, rows: step.beside, deletes: [] };
    await Promise.all([ctx.lake.index(ctx, run.name), deliver(run, merge)]);
    return;
  }
  if (step.kind !== 'compact') {
    // A key both delivered and deleted is refused; the model delivers it.
    const given = new Set(step.rows.map(keyOf));
    await deliver(run, { ...step, deletes: step.deletes.filter((r) => !given.has(keyOf(r))) });
    return;
  }
  if (run.history.length === 0) return;
  const [compacted] = await Promise.all([
    ctx.lake.compact(ctx, run.name, { force: step.force }),
    deliver(run, { kind: 'merge', rows: step.beside, deletes: [] }),
  ]);
  if (compacted !== null) {
    // It shows the state it was put on, whichever of the two was first.
    const base = run.history.findLast(({ snapshot }) => snapshot.version < compacted.version);
    run.history.push({ snapshot: compacted, state: base?.state ?? new Map() });
    run.history.sort((a, b) => a.snapshot.version - b.snapshot.version);
  }
  clock.advance(1000);
}

async function checkHistory(run: Run): Promise<void> {
  const { ctx } = world;
  for (const { snapshot, state } of run.history) {
    expect(await read(run.name, snapshot.id)).toEqual(sorted(state));
    const last = run.history.findLast(
      ({ snapshot: other }) => other.at.getTime() === snapshot.at.getTime(),
    );
    expect(await read(run.name, snapshot.at)).toEqual(sorted(last?.state ?? new Map()));
  }
  const listed = (await ctx.lake.snapshots(ctx, run.name)).map(({ id }) => id);
  expect(listed).toEqual(run.history.map(({ snapshot }) => snapshot.id).reverse());
}

async function checkDiffs(run: Run): Promise<void> {
  const { ctx } = world;
  const { history } = run;
  for (const a of history) {
    for (const b of [history[0], history.at(-1), history[Math.floor(history.length / 2)]]) {
      if (b === undefined) continue;
      const found = await ctx.lake.diff(ctx, run.name, a.snapshot.id, b.snapshot.id);
      const kinds = new Map(found.rows.map((r) => [`${r.key.town}/${r.key.no}`, r]));
      expect(kinds.size).toBe(found.added + found.changed + found.removed);
      for (const key of new Set([...a.state.keys(), ...b.state.keys()])) {
        const [before, after] = [a.state.get(key), b.state.get(key)];
        const given = kinds.get(key);
        if (before !== undefined && after !== undefined && isSame(before, after)) {
          expect(given).toBeUndefined();
          continue;
        }
        expect(given?.before ?? undefined).toEqual(before);
        expect(given?.after ?? undefined).toEqual(after);
        const items =
          before && after ? (['state', 'area'] as const).filter((i) => before[i] !== after[i]) : [];
        expect([...(given?.changed ?? [])].sort()).toEqual([...items].sort());
      }
    }
  }
}

/**
 * Only the first and the newest are kept: what lies between is told without it, and a forgotten
 * state is itself or an error, never another one.
 */
async function checkForgotten(run: Run): Promise<void> {
  const { ctx, clock } = world;
  const [first, last] = [run.history[0], run.history.at(-1)];
  if (first === undefined || last === undefined) return;
  const pin = { dataset: `${run.name}_pin`, columns: [{ name: 'n', type: 'INTEGER' }] };
  await ctx.lake.define(ctx, { ...pin, mode: 'full', key: [] });
  const upstream = [first.snapshot.id];
  await ctx.lake.commit(ctx, { dataset: pin.dataset, sql: 'select 1 as n', batch: 'p', upstream });
  clock.advance(3 * 86_400_000);
  await ctx.lake.retain(ctx, run.name, { days: 1, snapshots: 1, monthEnds: 0 });
  await ctx.lake.sweep(ctx, { graceMs: 0 });
  await checkDiffs({ ...run, history: [first, last] });
  for (const { snapshot, state } of run.history) {
    for (const asOf of [snapshot.id, snapshot.at]) {
      const found = await read(run.name, asOf).catch((error: { code?: string }) => error.code);
      const later = run.history.findLast(({ snapshot: { at } }) => +at === +snapshot.at);
      const expected = asOf === snapshot.id ? state : (later?.state ?? state);
      if (found !== 'lake.snapshot_gone') expect(found).toEqual(sorted(expected));
      else expect([first.snapshot.id, last.snapshot.id]).not.toContain(snapshot.id);
    }
  }
}

/** A large layer under small ones: only those above it are compacted, and it is struck by place. */
test('a large layer stays where it is while the small ones above are merged', async () => {
  const { ctx } = world;
  const dataset = 'tiers';
  const columns = [
    { name: 'id', type: 'BIGINT' },
    { name: 'n', type: 'INTEGER' },
  ];
  await ctx.lake.define(ctx, { dataset, columns, mode: 'merge', key: ['id'] });
  const rows = new Map<number, number>();
  const deliver = async (from: number, to: number, n: number, deletes: number[]): Promise<void> => {
    for (let id = from; id < to; id += 1) rows.set(id, n);
    for (const id of deletes) rows.delete(id);
    await ctx.lake.commit(ctx, {
      dataset,
      sql: `select range as id, ${n} as n from range(${from}, ${to})`,
      deletes: `select unnest([${deletes.join(', ')}]::bigint[]) as id`,
      batch: String(n),
    });
  };
  const check = async (): Promise<void> => {
    const relation = await ctx.lake.relation(ctx, dataset);
    const count = relation.rows;
    const found = await ctx.lake.engine.rows(`select id, n from ${relation.sql} order by id`);
    const expected = [...rows].sort(([a], [b]) => a - b).map(([id, n]) => ({ id, n }));
    expect(found).toEqual(expected);
    expect(count).toBe(rows.size);
  };
  await deliver(0, 5000, 0, []);
  await ctx.lake.index(ctx, dataset);
  const before = await ctx.lake.latest(ctx, dataset);
  for (let n = 1; n <= 4; n += 1) await deliver(n * 10, n * 10 + 15, n, [n, 4000 + n]);
  await check();
  const large = await largest(dataset);
  expect(await ctx.lake.compact(ctx, dataset)).not.toBeNull();
  await check();
  expect(await largest(dataset)).toEqual(large);
  await deliver(4998, 5010, 9, [20, 30]);
  await check();
  const last = await ctx.lake.latest(ctx, dataset);
  const far = await ctx.lake.diff(ctx, dataset, before?.id ?? 0, last?.id ?? 0);
  expect(far).toMatchObject({ by: 'changes', why: null, added: 10, changed: 45, removed: 10 });
  await ctx.lake.compact(ctx, dataset, { force: true });
  await check();
  const first = await ctx.lake.relation(ctx, dataset, { asOf: before?.id ?? 0 });
  const sums = `select count(*)::integer as c, sum(n)::integer as s from ${first.sql}`;
  expect(await ctx.lake.engine.rows(sums)).toEqual([{ c: 5000, s: 0 }]);
});

test('a large delivery lies in several files, and one index covers them', async () => {
  const { ctx } = world;
  const small = { ...ctx, settings: { ...ctx.settings, lake_file_mb: 1 } };
  const dataset = 'parts';
  const columns = [
    { name: 'id', type: 'BIGINT' },
    { name: 'n', type: 'VARCHAR' },
  ];
  await ctx.lake.define(ctx, { dataset, columns, mode: 'merge', key: ['id'] });
  const path = ctx.lake.stage('large.parquet');
  await ctx.lake.engine.run(
    `copy (select range as id, md5(range::varchar) as n from range(400000)) to '${path}'`,
  );
  await ctx.lake.commit(small, { dataset, parquet: [path], batch: '1' });
  await rm(path);
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from lake_files where dataset = ${dataset}`.execute(ctx.db);
  expect(rows[0]?.n).toBeGreaterThan(2);
  expect(await ctx.lake.index(small, dataset)).toBe(1);
  const merged = await ctx.lake.commit(small, {
    dataset,
    sql: `select range * 40001 as id, 'x' as n from range(12) union all select 3, md5('3')`,
    deletes: 'select 399999 as id union all select 5000000',
    batch: '2',
  });
  expect(merged).toMatchObject({ added: 2, changed: 10, unchanged: 1, removed: 1, rows: 400_001 });
  const { sql: all } = await ctx.lake.relation(ctx, dataset);
  const [row] = await ctx.lake.engine.rows(
    `select count(*)::integer as c, count(distinct id)::integer as d,
       count(*) filter (where n = 'x')::integer as x from ${all}`,
  );
  expect(row).toEqual({ c: 400_001, d: 400_001, x: 12 });
});

async function largest(dataset: string): Promise<unknown> {
  const { rows } = await sql`
    select id, path from lake_files where dataset = ${dataset} and until is null
    order by rows desc limit 1`.execute(world.ctx.db);
  return rows[0];
}

test('any history of deliveries reads like a Map', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const { ctx } = world;
      made += 1;
      const run: Run = { name: `model_${made}`, state: new Map(), history: [] };
      const columns = [
        { name: 'town', type: 'VARCHAR' },
        { name: 'no', type: 'INTEGER' },
        { name: 'state', type: 'VARCHAR' },
        { name: 'area', type: 'INTEGER' },
      ];
      await ctx.lake.define(ctx, {
        dataset: run.name,
        columns,
        mode: 'merge',
        key: ['town', 'no'],
      });
      for (const one of steps) {
        await play(run, one);
        expect(await read(run.name)).toEqual(sorted(run.state));
      }
      await checkHistory(run);
      await checkDiffs(run);
      expect((await ctx.lake.sweep(ctx, { graceMs: 0 })).files).toBe(0);
      await checkHistory(run);
      await checkForgotten(run);
    }),
    { numRuns: 20 },
  );
});
