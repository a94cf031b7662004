/**
 * Many pending timers, two workers at once, a clock that is driven: every timer fires in the step
 * its time comes in, once, in whichever worker. `GUANTONG_TIMERS` sets how many.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { makeDb, makePool } from '#kernel/db';
import { fireDueTimers } from '#kernel/jobs';
import { monday, type TestWorld, testWorld } from '#testing';

const count = Number(process.env.GUANTONG_TIMERS ?? 3000);
const overMs = 60_000;
const stepMs = 500;
const mostLateMs = 1000;

let world: TestWorld;
const others: Ctx[] = [];

beforeAll(async () => {
  world = await testWorld();
  await sql`create table fired (key text, worker text, at timestamptz)`.execute(world.ctx.db);
  for (const name of ['first', 'second']) {
    others.push({ ...world.ctx, db: makeDb(makePool(world.url, 4)), requestId: name });
  }
});
afterAll(async () => {
  for (const { db } of others) await db.destroy();
  await world.close();
});

const desk: Capability = {
  name: 'desk',
  timers: {
    'desk.due': async (ctx, { key }) => {
      await sql`insert into fired values (${key}, ${ctx.requestId}, ${ctx.clock.now()})`.execute(
        ctx.db,
      );
    },
  },
};

test(`${count} timers, two workers: none late by more than a second, none twice`, async () => {
  // Half of them after the time that is driven through: those stay pending.
  await sql`insert into timers (kind, key, due_at, payload, try_at)
    select 'desk.due', i::text, at, 'null', at from (
      select i, ${monday}::timestamptz + (i * 7919 % ${count * 2}) * ${overMs / count}
        * interval '1 millisecond' as at
      from generate_series(1, ${count * 2}) i) t`.execute(world.ctx.db);
  for (let gone = 0; gone <= overMs; gone += stepMs) {
    await Promise.all(others.map((ctx) => fireDueTimers(ctx, [desk])));
    world.clock.advance(stepMs);
  }
  const { rows } = await sql<{
    fired: number;
    kinds: number;
    late: number;
    early: number;
    workers: number;
  }>`select count(*)::int as fired, count(distinct f.key)::int as kinds,
      max(extract(epoch from f.at - t.due_at) * 1000)::float8 as late,
      min(extract(epoch from f.at - t.due_at) * 1000)::float8 as early,
      count(distinct f.worker)::int as workers
    from fired f join timers t on t.key = f.key`.execute(world.ctx.db);
  const due = await sql<{ n: number }>`select count(*)::int as n from timers
    where due_at <= ${new Date(monday.getTime() + overMs)}`.execute(world.ctx.db);
  const seen = rows[0];
  expect(seen?.fired).toBe(due.rows[0]?.n);
  expect(seen?.kinds).toBe(seen?.fired);
  expect(seen?.late).toBeLessThanOrEqual(mostLateMs);
  expect(seen?.early).toBeGreaterThanOrEqual(0);
  // Both had a hand in it, or nothing was proved about two.
  expect(seen?.workers).toBe(2);
  const left = await sql<{ n: number }>`select count(*)::int as n from timers
    where fired_at is null`.execute(world.ctx.db);
  expect(left.rows[0]?.n).toBe(count * 2 - (seen?.fired ?? 0));
}, 3_600_000);
