/**
 * The story with `kill -9` of the server between every two stops: real process, real clocks, HTTP
 * from outside. What was acknowledged stands, clocks fire once, the next stop goes on where the
 * last one ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlatform } from '#app';
import { loadSettings } from '#kernel/config';
import {
  demoPassword,
  fetched,
  type People,
  people,
  type StoryFacts,
  type StorySite,
} from '#sample';
import { type CaseAnswer, type EventAnswer, factOf, playLive, smallDistrict } from './stage.ts';

const root = join(import.meta.dirname, '../..');
const stops = [1, 2, 3, 4, 5, 6, 7];
const patienceMs = 180_000;

let home: string;
let port: number;
let server: ChildProcess | undefined;
let site: StorySite;
let facts: StoryFacts = {};

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address ? address.port : 0;
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );

async function startServer(): Promise<void> {
  server = spawn(process.execPath, ['src/app/cli.ts', 'start', '--demo', '--json'], {
    cwd: root,
    env: { ...process.env, GUANTONG_HOME: home, GUANTONG_PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const until = performance.now() + patienceMs;
  while (!(await answers(`http://127.0.0.1:${port}/healthz`))) {
    if (performance.now() > until) throw new Error('the server does not answer');
    await pause(100);
  }
}

async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const running = server;
  if (!running) return;
  server = undefined;
  const ended = once(running, 'exit');
  running.kill(signal);
  await ended;
}

/** The first filling is the demonstration's; this home was filled with a small district. */
const markFilled = sql`insert into filling_step (position, name, title, state)
  values (0, 'small', '{"zh":"小样例","en":"small"}', 'done')`;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'guantong-kill-'));
  port = await freePort();
  const settings = loadSettings({}, { home, demo: true, log_level: 'silent' });
  const platform = await openPlatform(settings, { role: 'command' });
  site = await smallDistrict(platform.ctx(), () => platform.drain());
  await markFilled.execute(platform.ctx().db);
  await platform.close();
}, 300_000);

afterAll(() => end('SIGTERM'), 180_000);

/** People outside the server, over real HTTP; sessions outlive the server's process. */
const cast = (): People => people(fetched(`http://127.0.0.1:${port}`), demoPassword);

/** Plays one stop; what a moment waits for arrives within moments. */
async function play(stop: number): Promise<void> {
  facts = await playLive(cast(), { site, stops: [stop], serial: '7002', patienceMs, facts });
}

test('seven stops, the server killed after each', async () => {
  for (const stop of stops) {
    await startServer();
    await play(stop);
    await end('SIGKILL');
  }
  await startServer();
  await expectTold();
}, 1_200_000);

async function expectTold(): Promise<void> {
  const outside = cast();
  const id = factOf(facts, 'groupEvent');
  const { event } = await outside.get<EventAnswer>('zhou', `/api/hub/events/${id}`);
  expect(event.reports.map((report) => report.channel).sort()).toEqual(['110', '12345', 'group']);
  expect(event.host).toBe(site.real.code);
  const told = await outside.get<CaseAnswer>('zhou', `/api/cases/${id}`);
  expect(told.outcome).toBe('done');
  // Nothing acknowledged was done twice: every action of the script stands once.
  for (const action of ['sign', 'dispatch', 'assign', 'redirect', 'pass', 'answer']) {
    expect(told.timeline.filter((entry) => entry.action === action)).toHaveLength(1);
  }
  const correction = await outside.get<CaseAnswer>(
    'sun',
    `/api/cases/${factOf(facts, 'correction')}`,
  );
  expect(correction.closedAt).not.toBeNull();
  const verdict = await outside.post<{ whole: boolean }>('ding', '/api/audit/verify', {});
  expect(verdict.whole).toBe(true);
}
