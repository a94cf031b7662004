import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tx } from '#kernel/db';
import type { LakeMode, Prepared } from '#kernel/lake';
import { type TestWorld, testWorld } from '#testing';

let world: TestWorld;
let name: string;
let made = 0;

beforeAll(async () => {
  world = await testWorld();
});

afterAll(async () => {
  await world.close();
});

const columns = [
  { name: 'id', type: 'INTEGER' },
  { name: 'n', type: 'INTEGER' },
];

const define = (mode: LakeMode, key = ['id'], more: typeof columns = []): Promise<void> =>
  world.ctx.lake.define(world.ctx, { dataset: name, columns: [...columns, ...more], mode, key });

beforeEach(() => {
  made += 1;
  name = `prepared_${made}`;
});

type Row = [id: number | null, n: number];

const rowsSql = (rows: Row[]): string =>
  `select * from (values ${rows.map(([id, n]) => `(${id}, ${n})`).join(', ')}) as v(id, n)`;

const prepare = (rows: Row[], signal?: AbortSignal): Promise<Prepared> =>
  world.ctx.lake.prepare(world.ctx, { dataset: name, sql: rowsSql(rows), signal });

const commit = (prepared: Prepared, dataset = name) =>
  world.ctx.lake.commit(world.ctx, { dataset, prepared, batch: 'b' });

async function read(): Promise<Row[]> {
  const { ctx } = world;
  const { sql: from } = await ctx.lake.relation(ctx, name);
  const rows = await ctx.lake.engine.rows(`select id, n from ${from} order by all`);
  return rows.map(({ id, n }) => [Number(id), Number(n)]);
}

const staged = (): Promise<string[]> => readdir(dirname(world.ctx.lake.stage('x')));

async function manifest(): Promise<unknown> {
  const { rows } = await sql`select (select count(*) from lake_snapshots) as snapshots,
    (select count(*) from lake_files) as files,
    (select count(*) from outbox_events) as events`.execute(world.ctx.db);
  return rows[0];
}

describe('refused, and nothing is left', () => {
  const bad: [string, Row[], string][] = [
    [
      'a key that occurs twice',
      [
        [1, 1],
        [2, 1],
        [1, 2],
      ],
      'lake.key_twice',
    ],
    [
      'a row without a key',
      [
        [1, 1],
        [null, 2],
      ],
      'lake.key_missing',
    ],
  ];

  test.each(bad)('%s', async (_, rows, code) => {
    await define('full');
    const before = [await staged(), await manifest()];
    await expect(prepare(rows)).rejects.toMatchObject({ code });
    expect([await staged(), await manifest()]).toEqual(before);
  });

  test('a dataset the lake does not know', async () => {
    await expect(prepare([[1, 1]])).rejects.toMatchObject({ code: 'lake.unknown_dataset' });
  });

  test('given up before it began', async () => {
    await define('full');
    const before = await staged();
    const reason = new Error('given up');
    await expect(prepare([[1, 1]], AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(await staged()).toEqual(before);
  });

  test('what the lake did not prepare, or prepared for another dataset', async () => {
    await define('full');
    const prepared = await prepare([[1, 1]]);
    const forged: Prepared = { ...prepared };
    const other = name;
    made += 1;
    name = `prepared_${made}`;
    await define('full');
    const before = await manifest();
    await expect(commit(forged, other)).rejects.toMatchObject({ code: 'lake.bad_delivery' });
    await expect(commit(prepared)).rejects.toMatchObject({ code: 'lake.bad_delivery' });
    expect(await manifest()).toEqual(before);
  });

  test('the same files a second time', async () => {
    await define('full');
    const prepared = await prepare([[1, 1]]);
    await commit(prepared);
    const before = await manifest();
    await expect(commit(prepared)).rejects.toMatchObject({ code: /^lake\./ });
    expect(await manifest()).toEqual(before);
    expect(await read()).toEqual([[1, 1]]);
  });

  test('keys proved for a key that is no longer the key', async () => {
    await define('full');
    const prepared = await prepare([
      [1, 7],
      [2, 7],
    ]);
    await define('full', ['n']);
    const before = await manifest();
    await expect(commit(prepared)).rejects.toMatchObject({ code: 'lake.key_twice' });
    expect(await manifest()).toEqual(before);
  });
});

test('nobody sees what is prepared; committed, its very files are those of the dataset', async () => {
  const { ctx } = world;
  await define('full');
  await commit(await prepare([[1, 1]]));
  const prepared = await prepare([
    [1, 2],
    [2, 2],
    [3, 2],
  ]);
  expect(await read()).toEqual([[1, 1]]);
  const bytes = await readFile(prepared.paths[0] ?? '');
  const snapshot = await commit(prepared);
  expect(snapshot).toMatchObject({ version: 2, rows: 3, added: 2, changed: 1, removed: 0 });
  expect(await read()).toEqual([
    [1, 2],
    [2, 2],
    [3, 2],
  ]);
  const { rows } = await sql<{ sha256: string; rows: number }>`select sha256, rows from lake_files
    where dataset = ${name} and since = 2`.execute(ctx.db);
  expect(rows).toEqual([{ sha256: createHash('sha256').update(bytes).digest('hex'), rows: 3 }]);
  expect(
    await commit(
      await prepare([
        [3, 2],
        [2, 2],
        [1, 2],
      ]),
    ),
  ).toMatchObject({ fresh: false });
});

test('a column that came meanwhile is missed as in any delivery', async () => {
  await define('full');
  const prepared = await prepare([[1, 1]]);
  await define('full', ['id'], [{ name: 'late', type: 'VARCHAR' }]);
  await expect(commit(prepared)).rejects.toMatchObject({ code: 'lake.column_missing' });
});

test('rows prepared as the first of a merge meet those that came before them', async () => {
  const { ctx } = world;
  await define('merge');
  const prepared = await prepare([
    [1, 2],
    [2, 2],
  ]);
  await ctx.lake.commit(ctx, {
    dataset: name,
    sql: rowsSql([
      [1, 1],
      [9, 1],
    ]),
    batch: 'a',
  });
  expect(await commit(prepared)).toMatchObject({ added: 1, changed: 1, rows: 3 });
  expect(await read()).toEqual([
    [1, 2],
    [2, 2],
    [9, 1],
  ]);
});

test('rows without a key are added as they are', async () => {
  await define('append', []);
  await commit(await prepare([[1, 1]]));
  expect(
    await commit(
      await prepare([
        [1, 1],
        [1, 1],
      ]),
    ),
  ).toMatchObject({ added: 2, rows: 3 });
});

test('a transaction that lost against another is run again, and lands what was prepared', async () => {
  for (const mode of ['full', 'append'] as const) {
    made += 1;
    name = `prepared_${made}`;
    await define(mode, []);
    const before = await staged();
    const prepared = await prepare([
      [1, 7],
      [2, 8],
    ]);
    let attempts = 0;
    await tx(world.ctx, async (inner) => {
      attempts += 1;
      await inner.lake.commit(inner, { dataset: name, prepared, batch: 'b' });
      if (attempts < 3) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    });
    expect(attempts).toBe(3);
    expect(await read()).toEqual([
      [1, 7],
      [2, 8],
    ]);
    expect(await staged()).toEqual(before);
  }
});

test('the same files twice in one transaction are refused', async () => {
  await define('append', []);
  const prepared = await prepare([[1, 1]]);
  const before = await manifest();
  const twice = tx(world.ctx, async (inner) => {
    await inner.lake.commit(inner, { dataset: name, prepared, batch: 'b' });
    await inner.lake.commit(inner, { dataset: name, prepared, batch: 'b' });
  });
  await expect(twice).rejects.toMatchObject({ code: 'lake.bad_delivery' });
  expect(await manifest()).toEqual(before);
});
