import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tx } from '#kernel/db';
import {
  type CommitInput,
  createLake,
  type DatasetShape,
  keepJob,
  lakeKeeping,
  type Snapshot,
  startKeeping,
} from '#kernel/lake';
import { type TestWorld, testWorld } from '#testing';

let world: TestWorld;
let made = 0;

beforeAll(async () => {
  world = await testWorld();
});

afterAll(async () => {
  await world.close();
});

const columns = [
  { name: 'id', type: 'VARCHAR' },
  { name: 'n', type: 'BIGINT' },
  { name: 'area', type: 'DECIMAL(12,3)' },
];

/** A dataset of its own for each test. */
async function dataset(shape: Partial<DatasetShape> = {}): Promise<string> {
  made += 1;
  const name = `covers_${made}`;
  const { ctx } = world;
  await ctx.lake.define(ctx, { dataset: name, columns, mode: 'merge', key: ['id'], ...shape });
  return name;
}

type Row = [id: string | null, n: number | null, area?: string];

const rowsSql = (rows: Row[]): string =>
  rows.length === 0
    ? 'select null::varchar as id, null::bigint as n, null::decimal(12,3) as area where false'
    : `select * from (values ${rows
        .map(([id, n, area = '1.500']) => `(${id === null ? 'null' : `'${id}'`}, ${n}, ${area})`)
        .join(', ')}) as v(id, n, area)`;

const commit = (name: string, rows: Row[], more: Partial<CommitInput> = {}): Promise<Snapshot> =>
  world.ctx.lake.commit(world.ctx, { dataset: name, sql: rowsSql(rows), batch: 'b1', ...more });

async function read(name: string, asOf?: number | Date): Promise<[unknown, unknown][]> {
  const { ctx } = world;
  const found = await ctx.lake.relation(ctx, name, asOf === undefined ? {} : { asOf });
  const rows = await ctx.lake.engine.rows(`select id, n from ${found.sql} as t order by all`);
  expect(found.rows).toBe(rows.length);
  return rows.map((row) => [row.id, row.n]);
}

async function manifest(): Promise<string> {
  const { rows } = await sql<{ text: string }>`
    select (select json_agg(s order by id) from lake_snapshots s)::text
      || (select json_agg(f order by id) from lake_files f)::text
      || (select count(*) from outbox_events)::text as text`.execute(world.ctx.db);
  return rows[0]?.text ?? '';
}

/** The lake's own folder. */
const root = (): string => join(dirname(world.ctx.lake.stage('x')), '..');

const dataFiles = async (name: string): Promise<string[]> =>
  readdir(join(root(), 'data', name)).catch(() => []);

/** Runs a refused delivery and checks that neither manifest, nor events, nor disk know of it. */
async function refused(
  name: string,
  delivery: () => Promise<unknown>,
  code: string,
): Promise<void> {
  const before = [await manifest(), await dataFiles(name)];
  await expect(delivery()).rejects.toMatchObject({ code });
  expect([await manifest(), await dataFiles(name)]).toEqual(before);
}

test('what is refused leaves nothing behind', async () => {
  const name = await dataset();
  await commit(name, [['a', 1]]);
  const tries: [string, () => Promise<unknown>][] = [
    [
      'lake.key_twice',
      () =>
        commit(name, [
          ['b', 1],
          ['b', 2],
        ]),
    ],
    ['lake.key_missing', () => commit(name, [[null, 1]])],
    ['lake.column_missing', () => commit(name, [], { sql: "select 'x' as id" })],
    [
      'lake.bad_delivery',
      () => commit(name, [], { sql: "select 'x' as id, 'secret' as n, 1 as area" }),
    ],
    ['lake.bad_delivery', () => commit(name, [['a', 2]], { deletes: "select 'a' as id" })],
    ['lake.bad_delivery', () => commit(name, [['a', 2]], { parquet: [], sql: 'select 1' })],
    ['lake.bad_delivery', () => commit(name, [], { mode: 'full', deletes: "select 'a' as id" })],
    ['lake.key_taken', () => commit(name, [['a', 2]], { mode: 'append' })],
    ['lake.unknown_dataset', () => commit('nobody_defined', [['a', 2]])],
  ];
  for (const [code, attempt] of tries) await refused(name, attempt, code);
});

test('an error of the engine tells neither a value nor a path', async () => {
  const name = await dataset();
  const secret = await commit(name, [], {
    sql: "select 'x' as id, 'secret' as n, 1 as area",
  }).catch(String);
  expect(secret).not.toContain('secret');
  const path = await commit(name, [], { parquet: ['/nowhere/at/all.parquet'] } as never).catch(
    String,
  );
  expect(path).not.toContain('nowhere');
});

test('a bad shape is refused with everything wrong with it', async () => {
  const { ctx } = world;
  const shape: DatasetShape = {
    dataset: 'x',
    columns: [{ name: 'a b', type: 'BIGINT' }],
    mode: 'merge',
    key: ['z'],
  };
  await expect(ctx.lake.define(ctx, shape)).rejects.toMatchObject({
    code: 'lake.bad_shape',
    message: expect.stringMatching(/a b.*z is no column/),
  });
  expect(await ctx.lake.shape(ctx, 'x')).toBeNull();
});

test('a merge changes rows by key, counts them, and every earlier state stays readable', async () => {
  const name = await dataset();
  const first = await commit(name, [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  expect(first).toMatchObject({
    version: 1,
    rows: 3,
    added: 3,
    changed: 0,
    removed: 0,
    fresh: true,
  });
  world.clock.advance(1000);
  const second = await commit(
    name,
    [
      ['b', 20],
      ['c', 3],
      ['d', 4],
    ],
    { deletes: "select 'a' as id" },
  );
  expect(second).toMatchObject({ rows: 3, added: 1, changed: 1, removed: 1, unchanged: 1 });
  expect(await read(name)).toEqual([
    ['b', 20],
    ['c', 3],
    ['d', 4],
  ]);
  expect(await read(name, first.id)).toEqual([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  expect(await read(name, first.at)).toEqual([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  expect(await read(name, new Date(0))).toEqual([]);
  await commit(name, [['a', 100]]);
  expect(await read(name)).toEqual([
    ['a', 100],
    ['b', 20],
    ['c', 3],
    ['d', 4],
  ]);
});

test.each(['full', 'merge', 'append'] as const)(
  'the same %s again changes nothing',
  async (mode) => {
    const name = await dataset({ mode });
    const first = await commit(name, [
      ['a', 1],
      ['b', 2],
    ]);
    const before = [await manifest(), await dataFiles(name)];
    const again = await commit(
      name,
      [
        ['b', 2],
        ['a', 1],
      ],
      { batch: 'b2' },
    );
    expect(again).toMatchObject({ id: first.id, fresh: false, added: 0, changed: 0, unchanged: 2 });
    expect([await manifest(), await dataFiles(name)]).toEqual(before);
  },
);

test('a full delivery without a key is compared as a bag of rows', async () => {
  const name = await dataset({ mode: 'full', key: [] });
  const first = await commit(name, [
    ['a', 1],
    ['a', 1],
    ['b', 2],
  ]);
  expect(
    (
      await commit(name, [
        ['b', 2],
        ['a', 1],
        ['a', 1],
      ])
    ).fresh,
  ).toBe(false);
  const second = await commit(name, [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  expect(second).toMatchObject({ fresh: true, added: 1, removed: 1, unchanged: 2, rows: 3 });
  const { ctx } = world;
  const found = await ctx.lake.diff(ctx, name, first.id, second.id);
  expect(found).toMatchObject({ added: 1, removed: 1, changed: 0, truncated: false });
  expect(found.rows.map((row) => [row.kind, row.before?.id, row.after?.id])).toEqual([
    ['added', undefined, 'c'],
    ['removed', 'a', undefined],
  ]);
});

test('a snapshot is published with the transaction that makes it, or not at all', async () => {
  const name = await dataset();
  const { ctx } = world;
  const boom = tx(ctx, async (inner) => {
    await ctx.lake.commit(inner, { dataset: name, sql: rowsSql([['a', 1]]), batch: 'lost' });
    throw new Error('the caller changed his mind');
  });
  await expect(boom).rejects.toThrow('changed his mind');
  expect(await ctx.lake.latest(ctx, name)).toBeNull();
  expect(await dataFiles(name)).toHaveLength(1);
  expect(await ctx.lake.sweep(ctx)).toMatchObject({ files: 1 });
  expect(await dataFiles(name)).toEqual([]);
  const snapshot = await commit(name, [['a', 1]], { batch: 'kept' });
  const { rows } = await sql<{ payload: unknown }>`
    select payload from outbox_events where name = 'dataset.refreshed' order by id desc limit 1`.execute(
    ctx.db,
  );
  expect(rows[0]?.payload).toEqual({ dataset: name, snapshot: snapshot.id, batch: 'kept' });
});

test('a diff names keys and items', async () => {
  const name = await dataset();
  const { ctx } = world;
  const a = await commit(name, [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  const b = await commit(
    name,
    [
      ['b', 2, '9.000'],
      ['d', 4],
    ],
    { deletes: "select 'c' as id" },
  );
  const found = await ctx.lake.diff(ctx, name, a.id, b.id);
  expect(found).toMatchObject({ added: 1, removed: 1, changed: 1, truncated: false });
  expect(found.rows).toEqual([
    {
      kind: 'changed',
      key: { id: 'b' },
      changed: ['area'],
      before: { id: 'b', n: 2, area: '1.500' },
      after: { id: 'b', n: 2, area: '9.000' },
    },
    {
      kind: 'removed',
      key: { id: 'c' },
      changed: [],
      before: { id: 'c', n: 3, area: '1.500' },
      after: null,
    },
    {
      kind: 'added',
      key: { id: 'd' },
      changed: [],
      before: null,
      after: { id: 'd', n: 4, area: '1.500' },
    },
  ]);
  expect((await ctx.lake.diff(ctx, name, b.id, a.id, { limit: 1 })).truncated).toBe(true);
  await expect(ctx.lake.diff(ctx, name, a.id, 999_999)).rejects.toMatchObject({
    code: 'lake.unknown_snapshot',
  });
});

test('compaction changes files and no row, while deliveries land', async () => {
  const name = await dataset();
  const { ctx } = world;
  const first = await commit(name, [
    ['c', 1],
    ['a', 1],
    ['b', 1],
  ]);
  await commit(name, [['a', 2]], { deletes: "select 'b' as id" });
  const [compacted] = await Promise.all([
    ctx.lake.compact(ctx, name),
    commit(name, [
      ['a', 3],
      ['z', 3],
    ]),
  ]);
  expect(compacted?.reason).toBe('compact');
  const now = [
    ['a', 3],
    ['c', 1],
    ['z', 3],
  ];
  expect(await read(name)).toEqual(now);
  expect(await read(name, first.id)).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 1],
  ]);
  const whole = await ctx.lake.compact(ctx, name);
  expect(await read(name)).toEqual(now);
  const { rows } = await sql<{ kind: string; key_min: string; key_max: string }>`
    select kind, key_min, key_max from lake_files where dataset = ${name} and until is null`.execute(
    ctx.db,
  );
  expect(rows).toEqual([{ kind: 'rows', key_min: 'a', key_max: 'z' }]);
  expect(await ctx.lake.compact(ctx, name)).toBeNull();
  expect(whole?.rows).toBe(3);
});

test('retention forgets old snapshots; their files go after the grace, the newest state stays', async () => {
  const name = await dataset();
  const { ctx, clock } = world;
  const first = await commit(name, [
    ['a', 1],
    ['b', 1],
  ]);
  clock.advance(1000);
  const second = await commit(name, [['a', 2]]);
  clock.advance(10 * 86_400_000);
  await ctx.lake.compact(ctx, name);
  clock.advance(10 * 86_400_000);
  expect(await ctx.lake.retain(ctx, name, { days: 15, snapshots: 1, monthEnds: 0 })).toBe(1);
  expect(await read(name, second.id)).toHaveLength(2);
  expect(await ctx.lake.retain(ctx, name, { days: 5, snapshots: 1, monthEnds: 0 })).toBe(1);
  const files = await dataFiles(name);
  expect(await ctx.lake.sweep(ctx, { graceMs: 60_000 })).toMatchObject({ files: 0 });
  expect(await dataFiles(name)).toEqual(files);
  clock.advance(61_000);
  expect((await ctx.lake.sweep(ctx, { graceMs: 60_000 })).files).toBe(3);
  expect(await dataFiles(name)).toHaveLength(1);
  expect(await read(name)).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  // The compaction after it has its rows; the one before is gone, by whatever it is asked for.
  expect(await read(name, second.id)).toEqual(await read(name));
  const message = expect.stringMatching(/Version 1 .* version 3$/);
  const gone = { code: 'lake.snapshot_gone', message };
  await expect(read(name, first.id)).rejects.toMatchObject(gone);
  await expect(read(name, first.at)).rejects.toMatchObject(gone);
  await expect(ctx.lake.at(ctx, name, { version: 1 })).rejects.toMatchObject(gone);
  await expect(ctx.lake.diff(ctx, name, first.id, second.id)).rejects.toMatchObject(gone);
  await expect(ctx.lake.at(ctx, name, { version: 9 })).rejects.toMatchObject({
    code: 'lake.unknown_version',
  });
  expect(await ctx.lake.at(ctx, name, new Date(first.at.getTime() - 1))).toBeNull();
});

test('a dataset keeps what its own rules say; a held one forgets nothing', async () => {
  const name = await dataset();
  const { ctx, clock } = world;
  const all = { days: 1, snapshots: 1, monthEnds: 0 };
  for (const n of [1, 2, 3]) {
    await commit(name, [['a', n]]);
    clock.advance(86_400_000);
  }
  const kept = async (): Promise<number> => (await ctx.lake.snapshots(ctx, name)).length;
  const today = clock.now().toLocaleDateString('sv-SE', { timeZone: ctx.settings.time_zone });
  for (const until of [null, today]) {
    await ctx.lake.keep(ctx, name, { held: { until } });
    expect(await ctx.lake.keeping(ctx, name)).toMatchObject({ isHeld: true });
    expect(await ctx.lake.retain(ctx, name, all)).toBe(0);
  }
  clock.advance(2 * 86_400_000);
  expect(await ctx.lake.retain(ctx, name)).toBe(0);
  await ctx.lake.keep(ctx, name, { days: 1, snapshots: 2 });
  const { lake_keep_month_ends: monthEnds } = ctx.settings;
  const keeping = { days: 1, snapshots: 2, monthEnds, isHeld: false };
  expect(await ctx.lake.keeping(ctx, name)).toEqual(keeping);
  expect(await ctx.lake.retain(ctx, name)).toBe(1);
  expect(await kept()).toBe(2);
  await ctx.lake.keep(ctx, name, null);
  expect(await ctx.lake.retain(ctx, name)).toBe(0);
});

test('columns may come and go; old rows show nothing in a new one', async () => {
  const name = await dataset();
  const { ctx } = world;
  const first = await commit(name, [
    ['a', 1],
    ['b', 1],
  ]);
  const wider = [...columns.slice(0, 2), { name: 'town', type: 'VARCHAR' }];
  await ctx.lake.define(ctx, { dataset: name, columns: wider, mode: 'merge', key: ['id'] });
  await commit(name, [], { sql: "select 'b' as id, 5 as n, '新塘' as town" });
  const now = await ctx.lake.relation(ctx, name);
  expect(await ctx.lake.engine.rows(`from ${now.sql} order by id`)).toEqual([
    { id: 'a', n: 1, town: null },
    { id: 'b', n: 5, town: '新塘' },
  ]);
  const then = await ctx.lake.relation(ctx, name, { asOf: first.id });
  expect(then.columns.map((column) => column.name)).toEqual(['id', 'n', 'area']);
});

test('a new key is accepted only when it tells the standing rows apart', async () => {
  const name = await dataset();
  const { ctx } = world;
  await commit(name, [
    ['a', 1],
    ['b', 2],
  ]);
  await commit(name, [['b', 1]]);
  const shape: DatasetShape = { dataset: name, columns, mode: 'merge', key: ['n'] };
  await expect(ctx.lake.define(ctx, shape)).rejects.toMatchObject({ code: 'lake.key_twice' });
  await commit(name, [['b', 7]]);
  await ctx.lake.define(ctx, shape);
  await commit(name, [['other', 7]]);
  expect(await read(name)).toEqual([
    ['a', 1],
    ['other', 7],
  ]);
});

test('deliveries to one dataset at the same time follow one another', async () => {
  const name = await dataset();
  const many = Array.from({ length: 8 }, (_, at) =>
    commit(name, [
      ['same', at],
      [`own${at}`, at],
    ]),
  );
  const versions = (await Promise.all(many)).map((snapshot) => snapshot.version);
  expect(versions.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await read(name)).toHaveLength(9);
});

test('every file is on record with its size, hash and key range', async () => {
  const name = await dataset();
  await commit(name, [
    ['a', 1],
    ['m', 1],
  ]);
  const { rows } = await sql<{ path: string; bytes: number; sha256: string; key_max: string }>`
    select path, bytes, sha256, key_max from lake_files where dataset = ${name}`.execute(
    world.ctx.db,
  );
  const [file] = rows;
  const path = join(root(), file?.path ?? '');
  expect((await stat(path)).size).toBe(file?.bytes);
  expect(file?.key_max).toBe('m');
  const { createHash } = await import('node:crypto');
  const { readFile } = await import('node:fs/promises');
  expect(
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  ).toBe(file?.sha256);
});

test('the night clears what is past its days, and sets the next night', async () => {
  const keeping = await testWorld({
    capabilities: [lakeKeeping],
    clock: '2026-03-02T01:00:00Z',
    settings: {
      lake_keep_days: 30,
      lake_keep_hour: 3,
      lake_sweep_grace_ms: 0,
      lake_compact_layers: 2,
    },
  });
  try {
    const { ctx, clock } = keeping;
    await ctx.lake.define(ctx, { dataset: 'kept', columns, mode: 'merge', key: ['id'] });
    for (const n of [1, 2, 3]) {
      await ctx.lake.commit(ctx, { dataset: 'kept', sql: rowsSql([['a', n]]), batch: String(n) });
    }
    await startKeeping(ctx);
    await keeping.drain();
    // Three layers were one too many: the job the commit left has compacted them.
    const [latest, ...older] = await ctx.lake.snapshots(ctx, 'kept');
    expect([latest?.reason, older.length]).toEqual(['compact', 3]);
    clock.advance(40 * 86_400_000);
    await keeping.drain();
    expect((await ctx.lake.snapshots(ctx, 'kept')).map(({ id }) => id)).toEqual([latest?.id]);
    expect(await readdir(join(ctx.lake.stage('x'), '..', '..', 'data', 'kept'))).toHaveLength(1);
    const { rows } = await sql<{ due_at: Date }>`
      select due_at from timers where kind = ${keepJob} and fired_at is null`.execute(ctx.db);
    // Three in the morning in Xiaoshan.
    expect(rows).toEqual([{ due_at: new Date('2026-04-11T19:00:00Z') }]);
    // Nothing ran that night: the start that finds it due puts it off no further.
    clock.set(new Date('2026-04-12T01:00:00Z'));
    await startKeeping(ctx);
    const still = await sql<{ due_at: Date }>`
      select due_at from timers where kind = ${keepJob} and fired_at is null`.execute(ctx.db);
    expect(still.rows).toEqual(rows);
  } finally {
    await keeping.close();
  }
});

test('the files of another database are neither written to nor swept', async () => {
  const { ctx } = world;
  const name = await dataset();
  await commit(name, [['a', 1]]);
  const files = await dataFiles(name);
  const other = await testWorld();
  // A clone of the same template has the same id; a database made anew has its own.
  await sql`update lake_identity set id = gen_random_uuid()`.execute(other.ctx.db);
  const { settings, log } = ctx;
  const lake = await createLake({ home: root(), log, settings });
  await lake.define(other.ctx, { dataset: name, columns, mode: 'merge', key: ['id'] });
  const input = { dataset: name, sql: rowsSql([['b', 1]]), batch: 'b' };
  const code = 'lake.other_database';
  await expect(lake.sweep(other.ctx, { graceMs: 0 })).rejects.toMatchObject({ code });
  await expect(lake.commit(other.ctx, input)).rejects.toMatchObject({ code });
  expect(await dataFiles(name)).toEqual(files);
  await lake.close();
  await other.close();
});
