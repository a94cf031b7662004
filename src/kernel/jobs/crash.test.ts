import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Capability } from '#kernel/capability';
import { tx } from '#kernel/db';
import { publish } from '#kernel/events';
import { setTimer } from '#kernel/jobs';
import { type TestWorld, testWorld } from '#testing';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What both processes do with a timer and an event: write a row. */
const desk: Capability = {
  name: 'desk',
  timers: {
    'desk.sign': async (ctx) => void (await sql`insert into done values ('timer')`.execute(ctx.db)),
  },
  on: {
    'desk.rang': async (ctx) => void (await sql`insert into done values ('event')`.execute(ctx.db)),
  },
};

let world: TestWorld;
let child: ChildProcess | undefined;
beforeEach(async () => {
  world = await testWorld({ capabilities: [desk] });
  await sql`create table done (what text)`.execute(world.ctx.db);
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await world.close();
});

async function done(): Promise<string[]> {
  const { rows } = await sql<{ what: string }>`select what from done order by 1`.execute(
    world.ctx.db,
  );
  return rows.map(({ what }) => what);
}

/** A server of its own on the world's database whose handlers write, say so, and never end. */
const script = `
import { sql } from 'kysely';
import { makeDb, makeListener, makePool } from '#kernel/db';
import { startEvents } from '#kernel/events';
import { startTimers } from '#kernel/jobs';
import { loadSettings } from '#kernel/config';
import { createLog } from '#kernel/log';
const url = process.env.TEST_URL;
const log = createLog({ log_level: 'silent' });
const clock = { now: () => new Date(process.env.TEST_NOW) };
const ctx = { db: makeDb(makePool(url, 4)), log, clock, settings: loadSettings() };
const stuck = (what) => async (inside) => {
  await sql\`insert into done values (\${what})\`.execute(inside.db);
  console.log(what);
  await new Promise(() => setInterval(() => undefined, 1000));
};
const desk = { name: 'desk', timers: { 'desk.sign': stuck('timer') }, on: { 'desk.rang': stuck('event') } };
const deps = { ctx, capabilities: [desk], listener: makeListener(url, log) };
await startEvents(deps);
await startTimers(deps);`;

async function startStuck(): Promise<void> {
  const now = world.clock.now().toISOString();
  const started = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: root,
    env: { ...process.env, TEST_URL: world.url, TEST_NOW: now },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  let said = '';
  for await (const chunk of started.stdout) {
    said += String(chunk);
    if (said.includes('timer') && said.includes('event')) return;
  }
  throw new Error('the server ended before its handlers ran');
}

test('a server killed in the middle of its handlers leaves nothing; the next one does it once', async () => {
  const dueAt = world.clock.now();
  await tx(world.ctx, async (ctx) => {
    await setTimer(ctx, { kind: 'desk.sign', key: 'a', dueAt, payload: null });
    await publish(ctx, 'desk.rang', null);
  });
  await startStuck();
  // While the other process holds them, this one neither waits for them nor does them again.
  await world.drain();
  expect(await done()).toEqual([]);
  child?.kill('SIGKILL');
  if (child !== undefined) await once(child, 'exit');
  await expect
    .poll(async () => {
      await world.drain();
      return done();
    })
    .toEqual(['event', 'timer']);
  await world.drain();
  expect(await done()).toEqual(['event', 'timer']);
});
