/** A sample of a dataset: live rows only, none twice, from all over it, about as many as wanted. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '#testing';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
  await world.ctx.lake.define(world.ctx, {
    dataset: 'drawn',
    columns: [
      { name: 'id', type: 'INTEGER' },
      { name: 'n', type: 'INTEGER' },
    ],
    mode: 'merge',
    key: ['id'],
  });
});
afterAll(() => world.close());

const land = (sql: string, batch: string) =>
  world.ctx.lake.commit(world.ctx, { dataset: 'drawn', sql, batch });

async function sample(rows: number): Promise<{ id: number; n: number }[]> {
  const { sql } = await world.ctx.lake.relation(world.ctx, 'drawn', { sample: rows });
  const found = await world.ctx.lake.engine.rows(`select id, n from ${sql}`);
  return found.map(({ id, n }) => ({ id: Number(id), n: Number(n) }));
}

test('nothing of an empty dataset, everything of a small one', async () => {
  expect(await sample(100)).toEqual([]);
  await land('select i::integer as id, 0 as n from range(80) r(i)', 'b0');
  expect((await sample(100)).map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 80 }, (_, id) => id),
  );
});

test('of many, over files and changes of rows: no row twice, none that was replaced', async () => {
  await land('select i::integer as id, 1 as n from range(80, 40000) r(i)', 'b1');
  await land('select i::integer as id, 2 as n from range(0, 40000, 3) r(i)', 'b2');
  const rows = await sample(3200);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThan(1600);
  expect(rows.length).toBeLessThanOrEqual(3200);
  for (const { id, n } of rows) expect(n).toBe(id % 3 === 0 ? 2 : id < 80 ? 0 : 1);
  const tenths = new Set(rows.map(({ id }) => Math.floor(id / 4000)));
  expect(tenths.size).toBe(10);
});
