/** Pushes of one moment in one snapshot, each answered for itself; repeated ones change nothing. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDb, makePool } from '#kernel/db';
import { type ArrivalWorld, arrivalWorld } from '#testing';
import { pushTogether } from './actions/index.ts';

let world: ArrivalWorld;
beforeAll(async () => {
  world = await arrivalWorld();
});
afterAll(() => world?.end());

const push = (id: string, area: string, key: string | null = null, ctx = world.officer) =>
  pushTogether(ctx, { dataset: 'covers', rows: [{ id, area }], key });

const versions = async (): Promise<number> =>
  (await world.ctx.lake.latest(world.ctx, 'covers'))?.version ?? 0;

test('who may not deliver pushes nothing', async () => {
  await expect(push('1', '1', null, world.nobody)).rejects.toThrow(/auth\.not_signed_in/);
  await expect(push('1', '1', null, world.stranger)).rejects.toThrow(/auth\.not_in_unit/);
  expect(await versions()).toBe(0);
});

test('two hundred at once make few snapshots, a bad one hurts itself only', async () => {
  const before = await versions();
  const all = Array.from({ length: 200 }, (_, n) =>
    push(`p${String(n).padStart(3, '0')}`, n === 77 ? 'wide' : '1'),
  );
  const answers = await Promise.allSettled(all);
  expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(answers[77]).toMatchObject({
    reason: { code: 'ingest.bad_rows', faults: [{ row: 1, item: 'area' }] },
  });
  expect(await world.rows()).toHaveLength(199);
  expect((await versions()) - before).toBeGreaterThan(0);
  const again = await versions();
  await Promise.all(Array.from({ length: 200 }, (_, n) => push(`q${n}`, '1')));
  expect((await versions()) - again).toBeLessThan(5);
});

test('the same key at once goes into snapshots of its own; the last of them stands', async () => {
  const areas = ['1', '2', '3'];
  const answers = await Promise.all(areas.map((area) => push('same', area)));
  const order = answers.map(({ snapshot }, at) => ({ snapshot, area: areas[at] }));
  expect(new Set(answers.map(({ snapshot }) => snapshot)).size).toBe(3);
  const last = order.toSorted((a, b) => b.snapshot - a.snapshot)[0];
  expect(await world.rows()).toContain(`same=${last?.area}.000`);
});

test('a repeated push is answered as before; its key is not for other rows', async () => {
  const first = await push('k1', '1', 'order-1');
  await push('k1', '9');
  expect(await push('k1', '1', 'order-1')).toEqual(first);
  expect(await world.rows()).toContain('k1=9.000');
  await expect(push('k1', '2', 'order-1')).rejects.toThrow(/ingest\.push_key/);
  const both = await Promise.all([push('k2', '1', 'order-2'), push('k2', '1', 'order-2')]);
  expect(both[0]).toEqual(both[1]);
});

test('the same push by way of two processes at once is one push, and both are answered', async () => {
  const db = makeDb(makePool(world.url, 4));
  try {
    const before = await versions();
    // A process has lines of its own: those of another pool.
    const other = { ...world.officer, db };
    const ways = [world.officer, other, world.officer, other];
    const all = await Promise.all(ways.map((ctx) => push('k3', '3', 'order-3', ctx)));
    expect(new Set(all.map(({ snapshot }) => snapshot)).size).toBe(1);
    expect((await versions()) - before).toBe(1);
  } finally {
    await db.destroy();
  }
});
