/**
 * People at the doors over HTTP: two who take one task at once, a session that ends half-way, a
 * clock that is set back; and what the demonstration gives away outside of demo mode: nothing.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takeReport } from '#hub';
import { demoPassword } from '#sample';
import { districtWorld, type TestWorld } from '#testing';

let world: TestWorld;

interface Session {
  cookie: string;
  'x-csrf-token': string;
}

async function signIn(on: TestWorld, name: string): Promise<Session | number> {
  const payload = { name, password: demoPassword };
  const answer = await on.app.inject({ method: 'POST', url: '/api/auth/login', payload });
  const cookie = String(answer.headers['set-cookie'] ?? '').split(';')[0] ?? '';
  if (answer.statusCode >= 400) return answer.statusCode;
  const me = await on.app.inject({ url: '/api/auth/me', headers: { cookie } });
  return { cookie, 'x-csrf-token': me.json<{ csrf: string }>().csrf };
}

async function signedIn(name: string): Promise<Session> {
  const session = await signIn(world, name);
  if (typeof session === 'number') throw new Error(`${name} could not sign in: ${session}`);
  return session;
}

const post = async (who: Session, url: string, payload: object = {}) => {
  const headers = { ...who };
  const answer = await world.app.inject({ method: 'POST', url, headers, payload });
  const shape = answer.json<{ error?: { code: string } }>();
  return { status: answer.statusCode, code: shape.error?.code };
};

beforeAll(async () => {
  world = await districtWorld({ settings: { demo: true } });
});

afterAll(() => world?.close());

async function opened(): Promise<string> {
  const report = { channel: 'group', text: '路边井盖塌了半边', address: '霞江路 126 号' };
  const { event } = await takeReport(world.ctx, report, 'form');
  await world.drain();
  return event;
}

const timelineOf = async (event: string): Promise<string[]> => {
  const found = await sql<{ row: string }>`
    select to_jsonb(t)::text as row from case_timeline t
    where case_id = ${event}::bigint order by seq`.execute(world.ctx.db);
  return found.rows.map(({ row }) => row);
};

test('two people take one task at once: one has it, the other is told, nothing twice', async () => {
  const [zhou, qian] = await Promise.all([signedIn('zhou'), signedIn('qian')]);
  const event = await opened();
  const url = `/api/hub/events/${event}/sign`;
  const answers = await Promise.all([post(zhou, url), post(qian, url), post(zhou, url)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  for (const { status, code } of answers) if (status !== 200) expect(code).toBe('cases.task_taken');
  const signed = (await timelineOf(event)).filter((row) => row.includes('"action": "sign"'));
  expect(signed).toHaveLength(1);
});

test('a session that ends half-way: refused, nothing written, and he goes on after signing in', async () => {
  const zhou = await signedIn('zhou');
  const event = await opened();
  const before = await timelineOf(event);
  world.clock.advance(9 * 3_600_000);
  const late = await post(zhou, `/api/hub/events/${event}/sign`);
  expect(late).toEqual({ status: 401, code: 'auth.session_expired' });
  expect(await timelineOf(event)).toEqual(before);
  const again = await signedIn('zhou');
  expect((await post(again, `/api/hub/events/${event}/sign`)).status).toBe(200);
});

test('a clock set back: what fired does not fire again, what is open waits for its time', async () => {
  const event = await opened();
  const start = world.clock.now();
  world.clock.advance(31_000);
  await world.drain();
  const fired = await timelineOf(event);
  const expired = fired.filter((row) => row.includes('clock_expired'));
  expect(expired).toHaveLength(1);
  for (const minutes of [-60, -1, 0]) {
    world.clock.set(new Date(start.getTime() + minutes * 60_000));
    await world.drain();
    expect(await timelineOf(event)).toEqual(fired);
  }
  world.clock.set(new Date(start.getTime() + 31_000));
  await world.drain();
  expect(await timelineOf(event)).toEqual(fired);
});

describe('outside of demo mode', () => {
  let plain: TestWorld;
  beforeAll(async () => {
    plain = await districtWorld({ clock: '2026-11-20T01:00:00Z' });
  });
  afterAll(() => plain?.close());

  test('accounts of the demonstration sign nobody in', async () => {
    for (const name of ['zhou', 'xie', 'he', 'ding']) expect(await signIn(plain, name)).toBe(401);
  });

  test('no story, no replay, no switcher, no link', async () => {
    const asked = ['/api/story', '/api/system/filling', '/api/auth/demo-accounts', '/demo/any'];
    for (const url of asked) {
      const { statusCode, headers } = await plain.app.inject({ url });
      expect({ url, refused: statusCode >= 400 }).toEqual({ url, refused: true });
      expect(headers['set-cookie']).toBeUndefined();
    }
    for (const url of ['/api/story/replay', '/api/auth/switch']) {
      const payload = { account: 'zhou' };
      const { statusCode } = await plain.app.inject({ method: 'POST', url, payload });
      expect(statusCode).toBeGreaterThanOrEqual(400);
    }
  });
});

test("nothing of the home is served, the sample's truth least of all", async () => {
  const canary = 'CANARY-TRUTH-17';
  const { home } = world.ctx.settings;
  for (const folder of ['sample', 'sample/truth', 'audit', 'pg']) {
    await mkdir(join(home, folder), { recursive: true });
    await writeFile(join(home, folder, 'truth.json'), JSON.stringify({ canary }));
  }
  const { cookie } = await signedIn('xie');
  const paths = [
    'sample/truth.json',
    'sample/truth/truth.json',
    'audit/truth.json',
    'pg/truth.json',
  ];
  const roots = ['/', '/api/', '/files/', '/assets/', '/..%2f', '/%2e%2e/', '/assets/..%2f..%2f'];
  for (const root of roots) {
    for (const path of [...paths, `..${home}/sample/truth.json`, `${home}/sample/truth.json`]) {
      const answer = await world.app.inject({ url: `${root}${path}`, headers: { cookie } });
      expect({ root, path, leaks: answer.body.includes(canary) }).toEqual({
        root,
        path,
        leaks: false,
      });
    }
  }
});
