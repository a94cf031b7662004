import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { makeListener, tx } from '#kernel/db';
import {
  cancelTimer,
  delayedJobs,
  enqueue,
  fireDueTimers,
  runJobs,
  setTimer,
  startJobs,
  startTimers,
  unhandledJobs,
} from '#kernel/jobs';
import { monday, quickest, type TestWorld, testWorld } from '#testing';

let world: TestWorld;
beforeEach(async () => {
  world = await testWorld({ settings: { event_backoff_ms: 1000 } });
  await sql`create table fired (kind text, key text, payload jsonb)`.execute(world.ctx.db);
});
afterEach(() => world.close());

const inSeconds = (seconds: number): Date => new Date(monday.getTime() + seconds * 1000);

const note = (ctx: Ctx, kind: string, key: string, payload: unknown) =>
  sql`insert into fired values (${kind}, ${key}, ${JSON.stringify(payload)}::jsonb)`.execute(
    ctx.db,
  );

const desk: Capability = {
  name: 'desk',
  timers: { 'desk.sign': (ctx, timer) => note(ctx, timer.kind, timer.key, timer.payload).then() },
  jobs: { 'desk.report': async (ctx, payload) => void (await note(ctx, 'job', '', payload)) },
};

async function fired(): Promise<string[]> {
  const { rows } = await sql<{
    key: string;
    payload: unknown;
  }>`select key, payload from fired`.execute(world.ctx.db);
  return rows.map(({ key, payload }) => `${key} ${JSON.stringify(payload)}`).sort();
}

const sign = (ctx: Pick<Ctx, 'db'>, key: string, seconds: number, payload: unknown = 1) =>
  setTimer(ctx, { kind: 'desk.sign', key, dueAt: inSeconds(seconds), payload });

test('a timer of a transaction that rolls back never was', async () => {
  const work = tx(world.ctx, async (ctx) => {
    await sign(ctx, 'a', 0);
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(await fireDueTimers(world.ctx, [desk])).toBe(0);
});

test('a timer fires when its time has come, once', async () => {
  await sign(world.ctx, 'a', 30);
  world.clock.advance(29_999);
  expect(await fireDueTimers(world.ctx, [desk])).toBe(0);
  world.clock.advance(1);
  expect(await fireDueTimers(world.ctx, [desk])).toBe(1);
  expect(await fireDueTimers(world.ctx, [desk])).toBe(0);
  expect(await fired()).toEqual(['a 1']);
});

test('a clock set back neither fires early nor again', async () => {
  await sign(world.ctx, 'a', 30);
  await sign(world.ctx, 'b', 60);
  world.clock.advance(30_000);
  await fireDueTimers(world.ctx, [desk]);
  world.clock.advance(-3_600_000);
  expect(await fireDueTimers(world.ctx, [desk])).toBe(0);
  world.clock.set(inSeconds(60));
  expect(await fireDueTimers(world.ctx, [desk])).toBe(1);
  expect(await fired()).toEqual(['a 1', 'b 1']);
});

test('a timer set again is replaced, a cancelled one is gone', async () => {
  await sign(world.ctx, 'a', 30, 'first');
  await sign(world.ctx, 'a', 60, 'second');
  await sign(world.ctx, 'b', 30);
  expect(await cancelTimer(world.ctx, 'desk.sign', 'b')).toBe(true);
  expect(await cancelTimer(world.ctx, 'desk.sign', 'b')).toBe(false);
  world.clock.advance(30_000);
  expect(await fireDueTimers(world.ctx, [desk])).toBe(0);
  world.clock.advance(30_000);
  await fireDueTimers(world.ctx, [desk]);
  expect(await fired()).toEqual(['a "second"']);
});

test('a timer nobody here handles waits for a process that does', async () => {
  await setTimer(world.ctx, { kind: 'other.one', key: 'x', dueAt: monday, payload: null });
  await sign(world.ctx, 'a', 0);
  expect(await fireDueTimers(world.ctx, [desk])).toBe(1);
  const other: Capability = {
    name: 'other',
    timers: { 'other.one': async (ctx) => void (await note(ctx, 'other', 'x', 2)) },
  };
  expect(await fireDueTimers(world.ctx, [other])).toBe(1);
  expect(await fired()).toEqual(['a 1', 'x 2']);
});

test('two pollers at once fire each timer once', async () => {
  for (let n = 0; n < 20; n += 1) await sign(world.ctx, String(n), 0);
  await Promise.all([1, 2, 3].map(() => fireDueTimers(world.ctx, [desk])));
  expect(await fired()).toHaveLength(20);
});

test('a handler that fails writes nothing and is tried again; it may set its timer anew', async () => {
  let fail = true;
  const ladder: Capability = {
    name: 'ladder',
    timers: {
      'desk.sign': async (ctx, timer) => {
        await note(ctx, timer.kind, timer.key, timer.payload);
        if (fail) throw new Error('broken');
        if (timer.payload === 1) await sign(ctx, 'a', 90, 2);
      },
    },
  };
  await sign(world.ctx, 'a', 0);
  const failures: unknown[] = [];
  await fireDueTimers(world.ctx, [ladder], (error) => failures.push(error));
  expect(failures).toHaveLength(1);
  expect(await fired()).toEqual([]);
  fail = false;
  expect(await fireDueTimers(world.ctx, [ladder])).toBe(0);
  world.clock.advance(1000);
  expect(await fireDueTimers(world.ctx, [ladder])).toBe(1);
  world.clock.set(inSeconds(90));
  expect(await fireDueTimers(world.ctx, [ladder])).toBe(1);
  expect(await fired()).toEqual(['a 1', 'a 2']);
});

test('a running server fires on time; the next process takes over the lease', async () => {
  const realTime = { ...world.ctx, clock: { now: () => new Date() } };
  const at: number[] = [];
  const capabilities: Capability[] = [
    { name: 'desk', timers: { 'desk.sign': async () => void at.push(Date.now()) } },
  ];
  const first = makeListener(world.url, world.ctx.log);
  const second = makeListener(world.url, world.ctx.log);
  const one = await startTimers({ ctx: realTime, capabilities, listener: first });
  const two = await startTimers({ ctx: realTime, capabilities, listener: second });
  const dueIn = async (ms: number): Promise<number> => {
    const due = Date.now() + ms;
    await setTimer(realTime, { kind: 'desk.sign', key: 'a', dueAt: new Date(due), payload: null });
    return due;
  };
  const late = async (): Promise<number> => {
    const due = await dueIn(300);
    const before = at.length;
    await expect.poll(() => at.length, { interval: 5 }).toBe(before + 1);
    expect(at.at(-1)).toBeGreaterThanOrEqual(due);
    return (at.at(-1) ?? 0) - due;
  };
  expect(await quickest(late, 250)).toBeLessThan(250);
  const before = at.length;
  await one.stop();
  await first.close();
  await dueIn(0);
  await expect.poll(() => at.length).toBe(before + 1);
  await two.stop();
  await second.close();
});

test('a job of a transaction that rolls back never was', async () => {
  const work = tx(world.ctx, async (ctx) => {
    await enqueue(ctx, 'desk.report', { n: 1 });
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(await runJobs(world.ctx, [desk])).toBe(0);
});

test('a job is done once; of one key only one waits', async () => {
  await tx(world.ctx, async (ctx) => {
    await enqueue(ctx, 'desk.report', { n: 1 });
    await enqueue(ctx, 'desk.report', { n: 2 });
    for (const n of [3, 4]) await enqueue(ctx, 'desk.report', { n }, { singletonKey: 'nightly' });
    expect(await unhandledJobs(world.ctx.db, [desk])).toEqual([]);
  });
  expect(await runJobs(world.ctx, [desk])).toBe(3);
  expect(await runJobs(world.ctx, [desk])).toBe(0);
  expect(await fired()).toEqual([' {"n":1}', ' {"n":2}', ' {"n":3}']);
  await enqueue(world.ctx, 'desk.report', { n: 5 }, { singletonKey: 'nightly' });
  expect(await runJobs(world.ctx, [desk])).toBe(1);
});

test('how often and how long a job is tried is what the settings say when it is sent', async () => {
  await enqueue(world.ctx, 'desk.report', 1);
  const settings = { ...world.ctx.settings, job_attempts: 1, job_time_limit_minutes: 2 };
  await enqueue({ ...world.ctx, settings }, 'desk.report', 2);
  const { rows } = await sql`select data -> 'payload' as payload, retry_limit, expire_seconds
    from pgboss.job order by payload`.execute(world.ctx.db);
  const { job_attempts: attempts, job_time_limit_minutes: minutes } = world.ctx.settings;
  expect(rows).toEqual([
    { payload: 1, retry_limit: attempts - 1, expire_seconds: minutes * 60 },
    { payload: 2, retry_limit: 0, expire_seconds: 120 },
  ]);
});

test('a job for later waits for the clock of the platform', async () => {
  await enqueue(world.ctx, 'desk.report', 'x', { startAfter: inSeconds(60) });
  expect(await fireDueTimers(world.ctx, [desk, delayedJobs])).toBe(0);
  expect(await runJobs(world.ctx, [desk])).toBe(0);
  world.clock.advance(60_000);
  await fireDueTimers(world.ctx, [desk, delayedJobs]);
  expect(await runJobs(world.ctx, [desk])).toBe(1);
  expect(await fired()).toEqual([' "x"']);
});

test('a job that fails says so and is kept for its retry', async () => {
  const failing: Capability = {
    name: 'failing',
    jobs: {
      'failing.one': async () => {
        throw new Error('broken');
      },
    },
  };
  await enqueue(world.ctx, 'failing.one', null);
  const failures: string[] = [];
  await runJobs(world.ctx, [failing], (error, name) => failures.push(`${name} ${error}`));
  expect(failures).toEqual(['failing.one Error: broken']);
  const { rows } = await sql<{ state: string }>`select state from pgboss.job`.execute(world.ctx.db);
  expect(rows).toEqual([{ state: 'retry' }]);
});

test('a running server does jobs as they come', async () => {
  const running = await startJobs({ ctx: world.ctx, capabilities: [desk], url: world.url });
  let asked = 0;
  const taken = async (): Promise<number> => {
    asked += 1;
    await tx(world.ctx, (ctx) => enqueue(ctx, 'desk.report', asked));
    const start = performance.now();
    await expect.poll(async () => (await fired()).at(-1)).toBe(` ${asked}`);
    return performance.now() - start;
  };
  expect(await quickest(taken, 2500)).toBeLessThan(2500);
  expect(await fired()).toHaveLength(asked);
  await running.stop();
});
