import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { afterCommit, rootOf, tx } from '#kernel/db';
import { type TestWorld, testWorld } from '#testing';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
  await sql`create table notes (text text primary key, n bigint, d date,
    m numeric, at timestamptz)`.execute(world.ctx.db);
});
afterAll(() => world.close());
beforeEach(() => sql`truncate notes`.execute(world.ctx.db));

const write = (ctx: typeof world.ctx, text: string) =>
  sql`insert into notes (text) values (${text})`.execute(ctx.db);

const notes = async (): Promise<string[]> => {
  const { rows } = await sql<{ text: string }>`select text from notes order by text`.execute(
    world.ctx.db,
  );
  return rows.map(({ text }) => text);
};

test('a throw rolls back everything, that of an inner transaction included', async () => {
  const after: string[] = [];
  const work = tx(world.ctx, async (ctx) => {
    await write(ctx, 'outer');
    await tx(ctx, async (inner) => {
      await write(inner, 'inner');
      afterCommit(inner, () => void after.push('told'));
    });
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(await notes()).toEqual([]);
  expect(after).toEqual([]);
});

test('an inner transaction joins the outer one', async () => {
  await tx(world.ctx, async (outer) => {
    await tx(outer, async (inner) => {
      expect(inner.db).toBe(outer.db);
      expect(rootOf(inner.db)).toBe(world.ctx.db);
    });
  });
});

test('what waits for the commit sees the data, and its failure undoes nothing', async () => {
  const seen: string[][] = [];
  await tx(world.ctx, async (ctx) => {
    await write(ctx, 'a');
    afterCommit(ctx, () => {
      throw new Error('mail server is down');
    });
    afterCommit(ctx, async () => void seen.push(await notes()));
    expect(seen).toEqual([]);
  });
  expect(seen).toEqual([['a']]);
  expect(await notes()).toEqual(['a']);
});

test('numbers and times keep their value', async () => {
  await sql`insert into notes values
    ('a', 9007199254740991, '2026-02-28', 282152.565, '2026-03-01T00:00:00+08')`.execute(
    world.ctx.db,
  );
  const { rows } = await sql`select n, d, m, at from notes`.execute(world.ctx.db);
  expect(rows).toEqual([
    { n: 9007199254740991, d: '2026-02-28', m: '282152.565', at: new Date('2026-02-28T16:00:00Z') },
  ]);
});

test('an integer that cannot be kept exactly is refused', async () => {
  await expect(sql`select 9007199254740993::bigint`.execute(world.ctx.db)).rejects.toThrow(
    /db\.unsafe_integer/,
  );
});
