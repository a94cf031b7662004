/**
 * Lock-out that nobody can turn against others, sessions a person can see and end, the second
 * factor, and the proof before dangerous acts; all by a clock the test sets. Refusals first.
 */
import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Actor, hashPassword, setActorSource } from '#kernel/auth';
import { actor, type TestWorld, testWorld } from '#testing';

const password = '正确的口令 9';
const minute = 60_000;
const step = 30_000;

let world: TestWorld;
/** Accounts whose role asks for a second factor, and those of the demo. */
const required = new Set<string>();
const exempt = new Set<string>();

beforeAll(async () => {
  world = await testWorld({
    settings: { password_memory_kib: 8192, session_most: 3, trusted_proxies: '127.0.0.1' },
  });
  const passwordHash = await hashPassword(world.ctx.settings, password);
  const people: Record<string, Actor> = {
    wang: { ...actor('admin', '330109', ['auth.tokens', 'audit.read']), id: 'wang' },
    li: { ...actor('clerk', '330109', []), id: 'li' },
    robot: { ...actor('robot', '330109', []), id: 'robot' },
  };
  setActorSource({
    byAccount: async (_ctx, id) => people[id],
    guard: async (_ctx, id) => ({ secondFactor: required.has(id), exempt: exempt.has(id) }),
    login: async (_ctx, name) =>
      name in people && name !== 'robot' ? { id: name, passwordHash, disabled: false } : undefined,
    demoAccounts: async () => [],
  });
});
afterAll(() => world.close());

const tables = ['sessions', 'attempts', 'sign_ins', 'factors', 'recovery', 'tokens'];
beforeEach(async () => {
  for (const table of tables) {
    await sql`delete from ${sql.table(`auth_${table}`)}`.execute(world.ctx.db);
  }
  required.clear();
  exempt.clear();
  // Past whatever a process remembers, and every step of a code.
  world.clock.advance(7 * 24 * 60 * minute);
});

interface Session {
  cookie: string;
  csrf: string;
}

const enter = (name: string, given: string, from = '10.0.0.1', code?: string) =>
  world.app.inject({
    method: 'POST',
    url: '/api/auth/login',
    headers: { 'x-forwarded-for': from, 'user-agent': `browser at ${from}` },
    payload: { name, password: given, ...(code === undefined ? {} : { code }) },
  });

const codeOf = (answer: { json: () => { error: { code: string } } }): string =>
  answer.json().error.code;

async function sessionOf(answer: Awaited<ReturnType<typeof enter>>): Promise<Session> {
  expect(answer.statusCode).toBe(204);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  const me = await world.app.inject({ url: '/api/auth/me', headers: { cookie } });
  return { cookie, csrf: me.json().csrf };
}

const signIn = async (name = 'wang', from = '10.0.0.1', code?: string): Promise<Session> =>
  sessionOf(await enter(name, password, from, code));

type Method = 'GET' | 'POST' | 'DELETE';
const ask = (session: Session, method: Method, url: string, payload?: object) =>
  world.app.inject({
    method,
    url: `/api/auth${url}`,
    headers: { cookie: session.cookie, 'x-csrf-token': session.csrf },
    ...(payload === undefined ? {} : { payload }),
  });

const guess = async (name: string, from: string, times: number): Promise<string[]> => {
  const codes: string[] = [];
  for (let i = 0; i < times; i += 1) codes.push(codeOf(await enter(name, `no${i}`, from)));
  return codes;
};

describe('lock-out', () => {
  it('says the same for an account and for none', async () => {
    const real = await guess('wang', '10.0.0.1', 7);
    const none = await guess('nobody', '10.0.0.1', 7);
    expect(none).toEqual(real);
    expect(real).toEqual([...Array(5).fill('auth.wrong_login'), 'auth.locked', 'auth.locked']);
    const [one, other] = [await enter('wang', 'x'), await enter('nobody', 'x')];
    expect(one.json().error.message).toEqual(other.json().error.message);
  });

  it('counts within its period only, and ends with it', async () => {
    await guess('wang', '10.0.0.1', 4);
    world.clock.advance(16 * minute);
    expect(await guess('wang', '10.0.0.1', 5)).not.toContain('auth.locked');
    expect(codeOf(await enter('wang', password))).toBe('auth.locked');
    world.clock.advance(15 * minute);
    await signIn();
  });

  it('of a name at one address leaves its person in at another', async () => {
    await guess('wang', '10.9.9.9', 20);
    await signIn('wang', '10.0.0.1');
    expect(codeOf(await enter('wang', password, '10.9.9.9'))).toBe('auth.locked');
  });

  it('of an address takes guesses at many names, not those who were there before', async () => {
    const { login_address_attempts: most } = world.ctx.settings;
    await signIn('wang', '10.0.0.7');
    for (let i = 0; i < most; i += 1) await enter(`name${i}`, 'x', '10.0.0.7');
    expect(codeOf(await enter('name_new', 'x', '10.0.0.7'))).toBe('auth.locked');
    expect(codeOf(await enter('li', password, '10.0.0.7'))).toBe('auth.locked');
    await signIn('wang', '10.0.0.7');
    await signIn('li', '10.0.0.8');
  });

  it('of a name from everywhere leaves its person in where he was before', async () => {
    const { login_name_attempts: most } = world.ctx.settings;
    await signIn('wang', '10.0.0.1');
    for (let i = 0; i <= most; i += 1) await enter('wang', 'x', `10.1.${i >> 8}.${i & 255}`);
    expect(codeOf(await enter('wang', password, '10.2.0.1'))).toBe('auth.locked');
    await signIn('wang', '10.0.0.1');
  });

  it('does not count the right ones: a whole office signs in from one address', async () => {
    const { login_address_attempts: most } = world.ctx.settings;
    for (let i = 0; i < most + 5; i += 1) {
      await sql`delete from auth_sign_ins`.execute(world.ctx.db);
      await signIn('wang', '10.0.0.3');
    }
  });
});

describe('sessions', () => {
  it('nobody ends those of others', async () => {
    const mine = await signIn('wang');
    const his = await signIn('li');
    const [found] = (await ask(his, 'GET', '/sessions')).json().sessions;
    expect(codeOf(await ask(mine, 'DELETE', `/sessions/${found.id}`))).toBe('auth.no_session');
    expect((await ask(his, 'GET', '/sessions')).statusCode).toBe(200);
  });

  it('the oldest ends when there are too many', async () => {
    const all: Session[] = [];
    for (let i = 0; i < 4; i += 1) {
      world.clock.advance(1000);
      all.push(await signIn('wang', `10.0.0.${i}`));
    }
    const [oldest, ...rest] = all as [Session, ...Session[]];
    expect(codeOf(await ask(oldest, 'GET', '/sessions'))).toBe('auth.session_expired');
    for (const one of rest) expect((await ask(one, 'GET', '/sessions')).statusCode).toBe(200);
  });

  it('are listed with where from, ended one by one, and all but this one', async () => {
    const first = await signIn('wang', '10.0.0.1');
    const second = await signIn('wang', '10.0.0.2');
    const third = await signIn('wang', '10.0.0.3');
    const list = (await ask(third, 'GET', '/sessions')).json().sessions;
    expect(list.filter((one: { current: boolean }) => one.current)).toMatchObject([
      { from: '10.0.0.3', agent: 'browser at 10.0.0.3' },
    ]);
    const target = list.find((one: { from: string }) => one.from === '10.0.0.1');
    expect((await ask(third, 'DELETE', `/sessions/${target.id}`)).json()).toEqual({ ended: 1 });
    expect(codeOf(await ask(first, 'GET', '/sessions'))).toBe('auth.session_expired');
    expect((await ask(third, 'DELETE', '/sessions')).json()).toEqual({ ended: 1 });
    expect(codeOf(await ask(second, 'GET', '/sessions'))).toBe('auth.session_expired');
    expect((await ask(third, 'GET', '/sessions')).statusCode).toBe(200);
  });
});

const totp = (secret: string): TOTP => new TOTP({ secret: Secret.fromBase32(secret) });
const at = (code: TOTP, shift = 0): string =>
  code.generate({ timestamp: world.clock.now().getTime() + shift });

/** Sets a factor up and moves on to the next step. */
async function enrol(session: Session): Promise<{ code: TOTP; recovery: string[] }> {
  const { secret } = (await ask(session, 'POST', '/factor')).json();
  const code = totp(secret);
  const done = await ask(session, 'POST', '/factor/confirm', { code: at(code) });
  world.clock.advance(step);
  return { code, recovery: done.json().recovery };
}

const factors = async (): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from auth_factors where confirmed_at is not null`.execute(world.ctx.db);
  return rows[0]?.n ?? -1;
};

describe('second factor', () => {
  it('a wrong first code makes nothing count', async () => {
    const session = await signIn();
    await ask(session, 'POST', '/factor');
    const refused = await ask(session, 'POST', '/factor/confirm', { code: '000000' });
    expect(codeOf(refused)).toBe('auth.wrong_code');
    expect(await factors()).toBe(0);
    await signIn('wang', '10.0.0.2');
  });

  it('is asked for after the right password only, and a code works once', async () => {
    const session = await signIn();
    const { code } = await enrol(session);
    expect(codeOf(await enter('wang', 'no'))).toBe('auth.wrong_login');
    expect(codeOf(await enter('wang', password))).toBe('auth.code_needed');
    expect(codeOf(await enter('wang', password, '10.0.0.1', '123456'))).toBe('auth.wrong_code');
    await signIn('wang', '10.0.0.1', at(code));
    // The same code again, in its time: somebody looked over a shoulder.
    expect(codeOf(await enter('wang', password, '10.0.0.4', at(code)))).toBe('auth.wrong_code');
    // Nor one from before, though the clock would forgive it.
    expect(codeOf(await enter('wang', password, '10.0.0.4', at(code, -step)))).toBe(
      'auth.wrong_code',
    );
  });

  it.each([
    [-2, false],
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
  ])('a clock %d steps off: taken %s', async (steps, taken) => {
    const { code } = await enrol(await signIn());
    world.clock.advance(5 * step);
    const answer = await enter('wang', password, '10.0.0.1', at(code, steps * step));
    expect(answer.statusCode).toBe(taken ? 204 : 401);
  });

  it('two sign-ins with one code at the same moment: one gets in', async () => {
    const { code } = await enrol(await signIn());
    const one = at(code);
    const both = await Promise.all(
      ['10.0.0.5', '10.0.0.6'].map((from) => enter('wang', password, from, one)),
    );
    expect(both.map((answer) => answer.statusCode).sort()).toEqual([204, 401]);
  });

  it('a recovery code works once and is kept as a hash', async () => {
    const { recovery } = await enrol(await signIn());
    expect(recovery).toHaveLength(10);
    const [paper = ''] = recovery;
    const session = await signIn('wang', '10.0.0.1', paper.toLowerCase().replaceAll('-', ' '));
    expect(codeOf(await enter('wang', password, '10.0.0.1', paper))).toBe('auth.wrong_code');
    expect((await ask(session, 'GET', '/factor')).json().recoveryLeft).toBe(9);
    const { rows } = await sql<{ text: string }>`
      select (select string_agg(f::text, ' ') from auth_factors f)
        || (select string_agg(r::text, ' ') from auth_recovery r) as text`.execute(world.ctx.db);
    const hex = Buffer.from(paper.replaceAll('-', '')).toString('hex');
    expect(rows[0]?.text).not.toContain(hex);
    expect(rows[0]?.text).not.toContain(paper);
  });
});

describe('second factor, asked for and taken away', () => {
  it('where the role asks for one, nothing else comes before it', async () => {
    required.add('wang');
    const session = await signIn();
    for (const url of ['/sessions', '/tokens']) {
      expect(codeOf(await ask(session, 'GET', url))).toBe('auth.factor_missing');
    }
    const records = await world.app.inject({
      url: '/api/audit/records',
      headers: { cookie: session.cookie },
    });
    expect(codeOf(records)).toBe('auth.factor_missing');
    const { code } = await enrol(session);
    expect((await ask(session, 'GET', '/tokens')).statusCode).toBe(200);
    const removed = await ask(session, 'POST', '/factor/remove', { code: at(code) });
    expect(codeOf(removed)).toBe('auth.factor_required');
    expect(await factors()).toBe(1);
  });

  it('is removed by a code of its own, and guesses at it are counted', async () => {
    const session = await signIn();
    const { code } = await enrol(session);
    const remove = (given: string) => ask(session, 'POST', '/factor/remove', { code: given });
    expect(codeOf(await ask(session, 'POST', '/factor'))).toBe('auth.factor_exists');
    for (let i = 0; i < 5; i += 1) expect(codeOf(await remove('000000'))).toBe('auth.wrong_code');
    expect(codeOf(await remove(at(code)))).toBe('auth.locked');
    expect(await factors()).toBe(1);
    world.clock.advance(15 * minute);
    await ask(session, 'POST', '/prove', { password, code: at(code) });
    world.clock.advance(step);
    expect((await remove(at(code))).statusCode).toBe(204);
    await signIn('wang', '10.0.0.9');
  });
});

describe('proof before dangerous acts', () => {
  const issue = (session: Session) =>
    ask(session, 'POST', '/tokens', { account: 'robot', title: '试', days: 1 });
  const issued = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from auth_tokens`.execute(world.ctx.db);
    return rows[0]?.n ?? -1;
  };

  it('an open browser alone does nothing dangerous once the proof is old', async () => {
    const session = await signIn();
    world.clock.advance(11 * minute);
    expect(codeOf(await issue(session))).toBe('auth.prove_first');
    const wrong = await ask(session, 'POST', '/prove', { password: 'no' });
    expect(codeOf(wrong)).toBe('auth.wrong_login');
    expect(codeOf(await issue(session))).toBe('auth.prove_first');
    expect(await issued()).toBe(0);
  });

  it('the password opens it for a while; with a second factor the code as well', async () => {
    const session = await signIn();
    const { code } = await enrol(session);
    world.clock.advance(11 * minute);
    expect(codeOf(await ask(session, 'POST', '/prove', { password }))).toBe('auth.code_needed');
    expect(codeOf(await issue(session))).toBe('auth.prove_first');
    const proved = await ask(session, 'POST', '/prove', { password, code: at(code) });
    expect(proved.statusCode).toBe(204);
    expect((await issue(session)).statusCode).toBe(200);
    expect(await issued()).toBe(1);
    world.clock.advance(11 * minute);
    expect(codeOf(await issue(session))).toBe('auth.prove_first');
  });

  it('guesses at it are counted as wrong sign-ins', async () => {
    const session = await signIn();
    for (let i = 0; i < 5; i += 1) await ask(session, 'POST', '/prove', { password: `no${i}` });
    expect(codeOf(await ask(session, 'POST', '/prove', { password }))).toBe('auth.locked');
  });

  it('people of the demo are let through, and may enrol all the same', async () => {
    exempt.add('wang');
    const session = await signIn();
    world.clock.advance(60 * minute);
    expect((await issue(session)).statusCode).toBe(200);
    const { recovery } = await enrol(session);
    expect(recovery).toHaveLength(10);
  });
});
