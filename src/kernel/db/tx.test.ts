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

/** Resolves for everybody once `count` have come. */
function meeting(count: number): () => Promise<void> {
  let come = 0;
  let open = (): void => undefined;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return async () => {
    come += 1;
    if (come >= count) open();
    await all;
  };
}

test('two that really lock each other up: one is run again, both are done, each once', async () => {
  await write(world.ctx, 'a');
  await write(world.ctx, 'b');
  const meet = meeting(2);
  const attempts: string[] = [];
  const told: string[] = [];
  const lock = (ctx: typeof world.ctx, text: string) =>
    sql`update notes set n = coalesce(n, 0) + 1 where text = ${text}`.execute(ctx.db);
  const run = (first: string, second: string) =>
    tx(world.ctx, async (ctx) => {
      attempts.push(first);
      afterCommit(ctx, () => void told.push(first));
      await lock(ctx, first);
      // Each holds its first row before either wants its second; the third attempt meets nobody.
      if (attempts.length <= 2) await meet();
      // The joined transaction does not try by itself: its outer one has to begin anew.
      await tx(ctx, (inner) => lock(inner, second));
    });
  await Promise.all([run('a', 'b'), run('b', 'a')]);
  expect(attempts).toHaveLength(3);
  expect(told.toSorted()).toEqual(['a', 'b']);
  const { rows } = await sql<{ n: number }>`select n from notes order by text`.execute(
    world.ctx.db,
  );
  expect(rows.map(({ n }) => n)).toEqual([2, 2]);
});

test('a conflict that stays is not tried for ever; anything else not even twice', async () => {
  let runs = 0;
  const failing = (code: string) =>
    tx(world.ctx, async (ctx) => {
      runs += 1;
      await write(ctx, 'never');
      await sql`do ${sql.raw(`$$ begin raise exception 'lost' using errcode = '${code}'; end $$`)}`.execute(
        ctx.db,
      );
    });
  await expect(failing('40001')).rejects.toMatchObject({ code: '40001' });
  expect(runs).toBe(5);
  runs = 0;
  await expect(failing('23505')).rejects.toMatchObject({ code: '23505' });
  expect(runs).toBe(1);
  expect(await notes()).toEqual([]);
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
