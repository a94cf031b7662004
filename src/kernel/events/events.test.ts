import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { makeListener, tx } from '#kernel/db';
import {
  deliverEvents,
  type EventHandler,
  onLive,
  outboxState,
  type PublishedEvent,
  publish,
  reviveEvents,
  startEvents,
} from '#kernel/events';
import { quickest, type TestWorld, testWorld } from '#testing';

let world: TestWorld;
beforeEach(async () => {
  world = await testWorld({ settings: { event_attempts: 3, event_backoff_ms: 1000 } });
  await sql`create table seen (lane text, event bigint, payload jsonb)`.execute(world.ctx.db);
});
afterEach(() => world.close());

const see =
  (lane: string): EventHandler =>
  async (ctx, event) => {
    const payload = JSON.stringify(event.payload);
    await sql`insert into seen values (${lane}, ${event.id}, ${payload}::jsonb)`.execute(ctx.db);
  };

const lane = (name: string, on: Record<string, EventHandler>): Capability => ({ name, on });

async function seen(): Promise<unknown[]> {
  const { rows } = await sql<{ lane: string; payload: unknown }>`
    select lane, payload from seen order by event, lane`.execute(world.ctx.db);
  return rows.map((row) => `${row.lane} ${JSON.stringify(row.payload)}`);
}

const count = async (table: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
    world.ctx.db,
  );
  return rows[0]?.n ?? -1;
};

const say = (ctx: Ctx, payload: unknown, name = 'case.opened') =>
  tx(ctx, (inside) => publish(inside, name, payload));

test('an event outside of a transaction is refused and nothing is written', async () => {
  await expect(publish(world.ctx, 'case.opened', {})).rejects.toThrow(/db\.no_transaction/);
  expect(await count('outbox_events')).toBe(0);
});

test('an event of a transaction that rolls back never was', async () => {
  const work = tx(world.ctx, async (ctx) => {
    await publish(ctx, 'case.opened', 1);
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(await deliverEvents(world.ctx, [lane('a', { 'case.opened': see('a') })])).toBe(0);
  expect(await count('outbox_events')).toBe(0);
});

test('every subscriber gets every event once, in order, with what handlers publish', async () => {
  const a = lane('a', {
    'case.opened': async (ctx, event) => {
      await see('a')(ctx, event);
      await publish(ctx, 'case.moved', event.payload);
    },
  });
  const b = lane('b', { 'case.opened': see('b'), 'case.moved': see('b moved') });
  for (const n of [1, 2]) await say(world.ctx, n);
  await say(world.ctx, 9, 'nobody.cares');
  expect(await deliverEvents(world.ctx, [a, b])).toBe(6);
  expect(await deliverEvents(world.ctx, [a, b])).toBe(0);
  expect(await seen()).toEqual(['a 1', 'b 1', 'a 2', 'b 2', 'b moved 1', 'b moved 2']);
});

test('a handler acts as its capability', async () => {
  let who = '';
  const a = lane('a', {
    'case.opened': async (ctx) => {
      who = ctx.actor.id;
    },
  });
  await say(world.ctx, 1);
  await deliverEvents(world.ctx, [a]);
  expect(who).toBe('system:a');
});

test('a failing event writes nothing, holds nobody, comes back and is set aside at last', async () => {
  const attempts: Date[] = [];
  const a = lane('a', {
    'case.opened': async (ctx, event) => {
      await see('a')(ctx, event);
      if (event.payload !== 'bad') return;
      attempts.push(world.clock.now());
      throw new Error('broken');
    },
  });
  const b = lane('b', { 'case.opened': see('b') });
  await say(world.ctx, 'bad');
  await say(world.ctx, 'good');
  const failures: string[] = [];
  const deliver = () =>
    deliverEvents(world.ctx, [a, b], (_error, event, subscriber) => {
      failures.push(`${subscriber} ${event.payload}`);
    });
  await deliver();
  expect(await seen()).toEqual(['b "bad"', 'a "good"', 'b "good"']);
  expect(failures).toEqual(['a bad']);
  await deliver();
  expect(attempts).toHaveLength(1);
  for (let step = 0; step < 6; step += 1) {
    world.clock.advance(1000);
    await deliver();
  }
  // The waits are 1 s and 2 s, then it is set aside.
  expect(attempts.map((at) => at.getTime() - (attempts[0]?.getTime() ?? 0))).toEqual([
    0, 1000, 3000,
  ]);
  const state = await outboxState(world.ctx.db);
  expect(state).toMatchObject({ waiting: 0, dead: [{ subscriber: 'a', error: 'broken' }] });
  expect(await reviveEvents(world.ctx.db, world.clock.now())).toBe(1);
  await deliver();
  expect(attempts).toHaveLength(4);
});

test('two processes that deliver at once do not double', async () => {
  const a = lane('a', { 'case.opened': see('a') });
  for (let n = 0; n < 20; n += 1) await say(world.ctx, n);
  await Promise.all([1, 2, 3].map(() => deliverEvents(world.ctx, [a])));
  await deliverEvents(world.ctx, [a]);
  expect(await seen()).toEqual(Array.from({ length: 20 }, (_, n) => `a ${n}`));
});

test('a connection killed in the middle of a handler delivers the event again, once', async () => {
  let kill = true;
  const a = lane('a', {
    'case.opened': async (ctx, event) => {
      await see('a')(ctx, event);
      if (!kill) return;
      kill = false;
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(ctx.db);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(world.ctx.db);
      await sql`select 1`.execute(ctx.db);
    },
  });
  await say(world.ctx, 1);
  await deliverEvents(world.ctx, [a]);
  expect(await seen()).toEqual([]);
  world.clock.advance(1000);
  await deliverEvents(world.ctx, [a]);
  expect(await seen()).toEqual(['a 1']);
});

test('a running server delivers within milliseconds and tells open pages', async () => {
  const listener = makeListener(world.url, world.ctx.log);
  const told: PublishedEvent[] = [];
  const deaf = onLive((event) => told.push(event));
  let done = 0;
  const a = lane('a', {
    'case.opened': async () => {
      done = performance.now();
    },
  });
  const running = await startEvents({ ctx: world.ctx, capabilities: [a], listener });
  await say(world.ctx, 'warm');
  await expect.poll(() => done, { interval: 2 }).toBeGreaterThan(0);
  const said: unknown[] = ['warm'];
  const takes = async (): Promise<number> => {
    done = 0;
    said.push(said.length);
    const start = performance.now();
    await say(world.ctx, said.at(-1));
    await expect.poll(() => done, { interval: 2 }).toBeGreaterThan(0);
    return done - start;
  };
  // Far below the second that polling alone would take.
  expect(await quickest(takes, 500)).toBeLessThan(500);
  await expect.poll(() => told.map(({ payload }) => payload)).toEqual(said);
  deaf();
  await running.stop();
  await listener.close();
});

test('a listener that lost its connection hears what it missed', async () => {
  const listener = makeListener(world.url, world.ctx.log);
  const told: unknown[] = [];
  const deaf = onLive((event) => told.push(event.payload));
  const running = await startEvents({ ctx: world.ctx, capabilities: [], listener });
  await tx(world.ctx, async (ctx) => {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'guantong listener' and datname = current_database()`.execute(
      ctx.db,
    );
    await publish(ctx, 'case.opened', 'missed');
  });
  await expect.poll(() => told).toEqual(['missed']);
  deaf();
  await running.stop();
  await listener.close();
});

test('more lanes than connections, each wanting a second one, do not block one another', async () => {
  const small = await testWorld({ settings: { database_pool_size: 3 } });
  const listener = makeListener(small.url, small.ctx.log);
  const done: string[] = [];
  const capabilities = ['a', 'b', 'c', 'd', 'e'].map((name) =>
    lane(name, {
      'case.opened': async () => {
        await sql`select pg_sleep(0.02)`.execute(small.ctx.db);
        done.push(name);
      },
    }),
  );
  const running = await startEvents({ ctx: small.ctx, capabilities, listener });
  await say(small.ctx, 1);
  await expect.poll(() => done).toHaveLength(5);
  await running.stop();
  await listener.close();
  await small.close();
});
