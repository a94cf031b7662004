import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Actor,
  type ActorSource,
  createDemoLink,
  forgetActors,
  hashPassword,
  issueToken,
  listTokens,
  requirePermission,
  revokeToken,
  setActorSource,
} from '#kernel/auth';
import { actor, type TestWorld, testWorld } from '#testing';

const password = '正确的口令 9';
const minute = 60_000;
const hour = 60 * minute;

/** Accounts a1 (signs in as wang), a2 (under its own name), and a3, which is disabled. */
async function accounts(world: TestWorld): Promise<ActorSource> {
  const passwordHash = await hashPassword(world.ctx.settings, password);
  const people: Record<string, Actor> = {
    a1: { ...actor('builder', '330109', ['cases.act']), id: 'a1' },
    a2: { ...actor('leader', '330109', []), id: 'a2' },
  };
  const names: Record<string, string> = { wang: 'a1', a2: 'a2', li: 'a3' };
  const zh = '用数单位';
  return {
    byAccount: async (_ctx, id) => people[id],
    login: async (_ctx, name) => {
      const id = names[name];
      return id === undefined ? undefined : { id, passwordHash, disabled: id === 'a3' };
    },
    demoAccounts: async () =>
      ['a1', 'a2'].map((id) => ({
        id,
        role: 'builder',
        title: { zh, en: 'Builder' },
        name: '王大明',
        unitName: '萧山区',
      })),
  };
}

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ settings: { demo: true, password_memory_kib: 8192 } });
  setActorSource(await accounts(world));
});
afterAll(() => world.close());
beforeEach(async () => {
  await sql`delete from auth_sessions; `.execute(world.ctx.db);
  await sql`delete from auth_attempts`.execute(world.ctx.db);
});

const sessions = async (): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from auth_sessions where ended_at is null`.execute(world.ctx.db);
  return rows[0]?.n ?? -1;
};

const lastAction = async (): Promise<string | undefined> => {
  const { rows } = await sql<{ action: string }>`
    select action from audit_seen order by id desc limit 1`.execute(world.ctx.db);
  return rows[0]?.action;
};

const login = (name: string, given: string) =>
  world.app.inject({
    method: 'POST',
    url: '/api/auth/login',
    payload: { name, password: given },
  });

interface Me {
  actor: { id: string; permissions: string[] } | null;
  csrf: string | null;
  demo: boolean;
}

async function meOf(cookie: string): Promise<Me> {
  const answer = await world.app.inject({ url: '/api/auth/me', headers: { cookie } });
  return answer.json();
}

const cookieOf = (answer: { headers: Record<string, unknown> }): string =>
  String(answer.headers['set-cookie']).split(';')[0] ?? '';

async function signedIn(): Promise<{ cookie: string; csrf: string }> {
  const cookie = cookieOf(await login('wang', password));
  return { cookie, csrf: (await meOf(cookie)).csrf ?? '' };
}

describe('sign-in refused', () => {
  it.each([
    ['a wrong password', 'wang', 'no'],
    ['an unknown name', 'zhao', password],
    ['a disabled account', 'li', password],
  ])('%s gives the same answer and opens nothing', async (_title, name, given) => {
    const answer = await login(name, given);
    expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'auth.wrong_login']);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await sessions()).toBe(0);
    expect(await lastAction()).toBe('auth.login_refused');
  });

  it('locks a name after five wrong passwords until the time is over', async () => {
    for (let i = 0; i < 5; i += 1) await login('wang', 'no');
    const locked = await login('wang', password);
    expect([locked.statusCode, locked.json().error.code]).toEqual([423, 'auth.locked']);
    expect(locked.json().error.message.en).toContain('15 minutes');
    expect(await sessions()).toBe(0);
    world.clock.advance(14 * minute);
    expect((await login('wang', password)).statusCode).toBe(423);
    world.clock.advance(2 * minute);
    expect((await login('wang', password)).statusCode).toBe(204);
  });

  it('does not let guesses at the same time slip past the limit', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => login('wang', `no${i}`)),
    );
    const codes = answers.map((answer) => answer.statusCode).sort();
    expect(codes).toEqual([...Array(5).fill(401), ...Array(7).fill(423)]);
  });
});

describe('sessions', () => {
  it('are in a cookie no script or other site can use, and not in the database', async () => {
    const answer = await login('wang', password);
    const header = String(answer.headers['set-cookie']);
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=86400']) {
      expect(header).toContain(part);
    }
    const token = cookieOf(answer).split('=')[1] ?? '';
    const { rows } = await sql<{ row: string }>`
      select to_jsonb(s)::text as row from auth_sessions s`.execute(world.ctx.db);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain(token);
    expect(rows[0]?.row).not.toContain(Buffer.from(token).toString('hex'));
  });

  it('end when idle', async () => {
    const { cookie } = await signedIn();
    world.clock.advance(7 * hour);
    expect((await meOf(cookie)).actor?.id).toBe('a1');
    world.clock.advance(7 * hour);
    expect((await meOf(cookie)).actor?.id).toBe('a1');
    world.clock.advance(8 * hour);
    expect((await meOf(cookie)).actor).toBeNull();
  });

  it('end by age, however busy', async () => {
    const { cookie } = await signedIn();
    for (let i = 0; i < 5; i += 1) {
      world.clock.advance(4 * hour);
      expect((await meOf(cookie)).actor?.id).toBe('a1');
    }
    world.clock.advance(4 * hour);
    expect((await meOf(cookie)).actor).toBeNull();
  });

  it('end by signing out, which takes the token of the page', async () => {
    const { cookie, csrf } = await signedIn();
    const out = (headers: Record<string, string>) =>
      world.app.inject({ method: 'POST', url: '/api/auth/logout', headers });
    expect((await out({ cookie })).json().error.code).toBe('auth.csrf');
    expect((await meOf(cookie)).actor?.id).toBe('a1');
    expect((await out({ cookie, 'x-csrf-token': csrf })).statusCode).toBe(204);
    expect((await meOf(cookie)).actor).toBeNull();
    expect((await out({ cookie, 'x-csrf-token': csrf })).json().error.code).toBe(
      'auth.session_expired',
    );
  });
});

describe('what a process remembers', () => {
  it('is forgotten at once when an account changes here', async () => {
    const { cookie } = await signedIn();
    expect((await meOf(cookie)).actor?.id).toBe('a1');
    const source = await accounts(world);
    setActorSource({ ...source, byAccount: async () => undefined });
    forgetActors();
    expect((await meOf(cookie)).actor).toBeNull();
    setActorSource(source);
  });

  it('is forgotten soon when a session ends in another process', async () => {
    const { cookie } = await signedIn();
    expect((await meOf(cookie)).actor?.id).toBe('a1');
    await sql`update auth_sessions set ended_at = ${world.clock.now()}`.execute(world.ctx.db);
    await expect.poll(async () => (await meOf(cookie)).actor).toBeNull();
  });
});

describe('the demo', () => {
  const open = (url: string, cookie = '') => world.app.inject({ url, headers: { cookie } });

  it('is not there outside of demo mode', async () => {
    const plain = await testWorld({ settings: { password_memory_kib: 8192 } });
    await expect(createDemoLink(plain.ctx, 'a1')).rejects.toMatchObject({ code: 'auth.demo_only' });
    const link = await plain.app.inject({ url: '/demo/anything' });
    expect([link.statusCode, link.json().error.code]).toEqual([403, 'auth.demo_only']);
    const answer = await plain.app.inject({
      method: 'POST',
      url: '/api/auth/login',
      payload: { name: 'wang', password },
    });
    const cookie = cookieOf(answer);
    const me: Me = (await plain.app.inject({ url: '/api/auth/me', headers: { cookie } })).json();
    const switched = await plain.app.inject({
      method: 'POST',
      url: '/api/auth/switch',
      headers: { cookie, 'x-csrf-token': me.csrf ?? '' },
      payload: { account: 'a2' },
    });
    expect(switched.json().error.code).toBe('auth.demo_only');
    await plain.close();
  });

  it('has a link that signs in once; opened again it leads on or explains itself', async () => {
    const link = await createDemoLink(world.ctx, 'a1');
    const first = await open(link);
    expect([first.statusCode, first.headers.location]).toEqual([303, '/']);
    const cookie = cookieOf(first);
    expect((await meOf(cookie)).actor?.id).toBe('a1');
    const again = await open(link, cookie);
    expect([again.statusCode, again.headers.location]).toEqual([303, '/']);
    const elsewhere = await open(link);
    expect(elsewhere.statusCode).toBe(401);
    expect(elsewhere.headers['content-type']).toContain('text/html');
    expect(elsewhere.body).toContain('登录链接已用过或已失效');
    expect(elsewhere.headers['set-cookie']).toBeUndefined();
    expect(await sessions()).toBe(1);
  });

  it('has a link that ends', async () => {
    const link = await createDemoLink(world.ctx, 'a1');
    world.clock.advance(12 * hour);
    expect((await open(link)).statusCode).toBe(401);
    expect((await open('/demo/guess')).statusCode).toBe(401);
    expect(await sessions()).toBe(0);
  });

  it('switches roles: the old session is over', async () => {
    const { cookie, csrf } = await signedIn();
    const change = (account: string) =>
      world.app.inject({
        method: 'POST',
        url: '/api/auth/switch',
        headers: { cookie, 'x-csrf-token': csrf },
        payload: { account },
      });
    expect((await change('a3')).json().error.code).toBe('auth.not_demo_account');
    expect((await meOf(cookie)).actor?.id).toBe('a1');
    const answer = await change('a2');
    expect(answer.json().actor.id).toBe('a2');
    expect((await meOf(cookie)).actor).toBeNull();
    const next = await meOf(cookieOf(answer));
    expect(next.csrf).toBe(answer.json().csrf);
    expect(next.actor?.permissions).toEqual([]);
    expect(await lastAction()).toBe('auth.switch');
  });
});

describe('the switch of the demo', () => {
  it('is not for an account of a real person, who would become somebody else', async () => {
    const source = await accounts(world);
    const others = async () => (await source.demoAccounts(world.ctx)).slice(1);
    setActorSource({ ...source, demoAccounts: others });
    const { cookie, csrf } = await signedIn();
    const answer = await world.app.inject({
      method: 'POST',
      url: '/api/auth/switch',
      headers: { cookie, 'x-csrf-token': csrf },
      payload: { account: 'a2' },
    });
    setActorSource(source);
    expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'auth.not_demo_account']);
    expect((await meOf(cookie)).actor?.id).toBe('a1');
    expect(await sessions()).toBe(1);
  });
});

describe('tokens of programs', () => {
  const whoIs = async (secret: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${secret}` };
    const answer = await world.app.inject({ url: '/api/auth/me', headers });
    return answer.statusCode === 200 ? answer.json().actor.id : answer.json().error.code;
  };
  const admin = () => world.as(actor('security_admin', '330109', ['auth.tokens']));

  it('are issued, listed and taken back with the permission only', async () => {
    const builder = world.as(actor('builder', '330109', []));
    const input = { account: 'a1', title: '推送', days: 30 };
    for (const refused of [
      issueToken(builder, input),
      listTokens(builder),
      revokeToken(builder, '00000000-0000-4000-8000-000000000000'),
    ]) {
      await expect(refused).rejects.toMatchObject({ code: 'auth.not_allowed' });
    }
    await expect(issueToken(admin(), { ...input, account: 'a3' })).rejects.toMatchObject({
      code: 'auth.no_account',
    });
    await expect(issueToken(admin(), { ...input, account: 'a2' })).rejects.toMatchObject({
      code: 'auth.person_account',
    });
    expect(await listTokens(admin())).toEqual([]);
  });

  it('let their account in until they end or are taken back', async () => {
    const input = { account: 'a1', title: '推送', days: 30 };
    const first = await issueToken(admin(), input);
    const second = await issueToken(admin(), { ...input, days: 60 });
    expect([await whoIs(first.secret), await whoIs(second.secret)]).toEqual(['a1', 'a1']);
    expect(JSON.stringify(await listTokens(admin()))).not.toContain(first.secret);
    world.clock.advance(31 * 24 * hour);
    expect([await whoIs(first.secret), await whoIs(second.secret)]).toEqual([
      'auth.bad_token',
      'a1',
    ]);
    await revokeToken(admin(), second.id);
    expect(await whoIs(second.secret)).toBe('auth.bad_token');
    await expect(revokeToken(admin(), second.id)).rejects.toMatchObject({
      code: 'kernel.not_found',
    });
    expect(await lastAction()).toBe('auth.token_revoked');
  });
});

it('a permission is held or refused by name', () => {
  const builder = actor('builder', '330109', ['cases.act']);
  expect(() => requirePermission({ actor: builder }, 'audit.read')).toThrow('auth.not_allowed');
  expect(() => requirePermission({ actor: builder }, 'cases.act')).not.toThrow();
});
