/**
 * Signing in by an identity provider, against one that checks what it is asked and answers wrongly
 * when told to. Refusals first: whatever is wrong, nobody is signed in.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Actor,
  hashPassword,
  IdentityFailure,
  openSession,
  setActorSource,
} from '#kernel/auth';
import type { Settings } from '#kernel/config';
import {
  actor,
  clientId,
  clientSecret,
  FakeProvider,
  type Issued,
  signingKey,
  type TestWorld,
  testWorld,
} from '#testing';
import { oidcProvider } from './provider.ts';

const minute = 60_000;
const home = 'https://gt.example.gov.cn';
const password = '正确的口令 9';

let world: TestWorld;
let fake: FakeProvider;
const required = new Set<string>();
const closed = new Set<string>();

const configured = (): Partial<Settings> => ({
  oidc_issuer: fake.issuer,
  oidc_client_id: clientId,
  oidc_client_secret: clientSecret,
  oidc_networks: '127.0.0.0/8',
  oidc_second_factor: 'mfa, hwk',
  public_url: home,
});

beforeAll(async () => {
  fake = await new FakeProvider(() => world.clock.now()).start();
  fake.redirect = `${home}/auth/via/oidc/back`;
  world = await testWorld({
    settings: {
      ...configured(),
      ...{ password_memory_kib: 8192, session_most: 2, login_attempts: 3 },
      http_requests_per_minute: 100_000,
    },
  });
  const passwordHash = await hashPassword(world.ctx.settings, password);
  const people: Record<string, Actor> = {
    wang: { ...actor('admin', '330109', []), id: 'wang' },
    li: { ...actor('clerk', '330109', []), id: 'li' },
  };
  setActorSource({
    byAccount: async (_ctx, id) => (closed.has(id) ? undefined : people[id]),
    guard: async (_ctx, id) => ({ secondFactor: required.has(id), exempt: false }),
    login: async (_ctx, name) =>
      name in people ? { id: name, passwordHash, disabled: closed.has(name) } : undefined,
    demoAccounts: async () => [],
  });
});
afterAll(async () => {
  await world.close();
  await fake.close();
});

const tables = ['sessions', 'attempts', 'sign_ins', 'factors', 'recovery', 'identities', 'ways'];
beforeEach(async () => {
  for (const table of tables) {
    await sql`delete from ${sql.table(`auth_${table}`)}`.execute(world.ctx.db);
  }
  required.clear();
  closed.clear();
  fake.wrong = {};
  fake.complaints.length = 0;
  world.clock.advance(7 * 24 * 60 * minute);
});
afterEach(() => {
  fake.wrong = {};
});

const held = async (table: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ${sql.table(`auth_${table}`)}`.execute(world.ctx.db);
  return rows[0]?.n ?? -1;
};

/** A browser: it keeps cookies and follows nothing by itself. */
class Browser {
  readonly cookies = new Map<string, string>();

  async ask(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, csrf?: string) {
    const answer = await world.app.inject({
      ...{ method, url },
      headers: {
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }),
      },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const { name, value } of answer.cookies) {
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** Where it is sent. */
  async sent(url: string): Promise<string> {
    const answer = await this.ask('GET', url);
    expect(answer.statusCode).toBe(303);
    return String(answer.headers.location);
  }

  /** The way there, and where the provider sends it back to. */
  async away(subject: string, amr?: string[], back = '/cases'): Promise<URL> {
    const there = await this.sent(`/auth/via/oidc?back=${encodeURIComponent(back)}`);
    return fake.signIn(there, subject, amr);
  }

  /** There and back again. @returns where it goes on */
  async through(subject: string, amr?: string[], back?: string): Promise<string> {
    const url = await this.away(subject, amr, back);
    return this.sent(url.pathname + url.search);
  }

  async me(): Promise<{ actor: { id: string } | null; mustEnrol: boolean; csrf: string }> {
    return (await this.ask('GET', '/api/auth/me')).json();
  }

  async signedInAs(): Promise<string | null> {
    return (await this.me()).actor?.id ?? null;
  }
}

const problem = (code: string): string => `/signin?problem=${encodeURIComponent(code)}`;

/** A browser in which `account` is signed in by password. */
async function signedIn(account: string): Promise<Browser> {
  const browser = new Browser();
  const { token } = await openSession(world.ctx, account);
  browser.cookies.set('gt_session', token);
  return browser;
}

/** Links `account` to `subject` as its owner does. @returns where the browser goes on */
async function linkUp(account: string, subject: string): Promise<string> {
  const browser = await signedIn(account);
  const { csrf } = await browser.me();
  const answer = await browser.ask('POST', '/api/auth/link/oidc', undefined, csrf);
  expect(answer.statusCode).toBe(200);
  const back = fake.signIn(answer.json().url, subject);
  return browser.sent(back.pathname + back.search);
}

/** What the audit says of the last refusal. */
async function lastReason(): Promise<string> {
  const { rows } = await sql<{ why: string }>`select detail ->> 'why' as why from audit_seen
    where action = 'auth.identity_refused' order by id desc limit 1`.execute(world.ctx.db);
  return rows[0]?.why ?? '';
}

/** Signs nobody in. */
async function refused(
  code: string,
  { subject = 'sub-li', browser = new Browser() } = {},
): Promise<void> {
  const before = await held('sessions');
  expect(await browser.through(subject)).toBe(problem(code));
  expect(await browser.signedInAs()).toBeNull();
  expect(await held('sessions')).toBe(before);
}

const claim = (changes: Record<string, unknown>) => (issued: Issued) => {
  Object.assign(issued.claims, changes);
};

const unsigned = (token: string, alg: string, sign: (signed: string) => string): string => {
  const head = Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url');
  const signed = `${head}.${token.split('.')[1]}`;
  return `${signed}.${sign(signed)}`;
};

describe('a token that is not as it must be signs nobody in', () => {
  beforeEach(() => linkUp('li', 'sub-li'));
  const now = () => fake.now();

  const claims: [string, () => Record<string, unknown>][] = [
    ['another issuer', () => ({ iss: 'https://other.example' })],
    ['another audience', () => ({ aud: 'somebody-else' })],
    ['many audiences and no authorised party', () => ({ aud: [clientId, 'somebody-else'] })],
    ['another authorised party', () => ({ azp: 'somebody-else' })],
    ['run out', () => ({ exp: now() - 61 })],
    ['issued in the future', () => ({ iat: now() + 3600 })],
    ['not valid yet', () => ({ nbf: now() + 3600 })],
    ['another nonce', () => ({ nonce: 'x'.repeat(43) })],
    ['another nonce', () => ({ nonce: undefined })],
    ['another access token', () => ({ at_hash: 'x'.repeat(22) })],
    ['cannot be read', () => ({ sub: '' })],
    ['cannot be read', () => ({ exp: 'tomorrow' })],
  ];
  it.each(claims)('%s', async (why, changes) => {
    fake.wrong.token = claim(changes());
    await refused('auth.identity_untrusted');
    expect(await lastReason()).toContain(why);
  });

  const signatures: [string, (token: string) => string][] = [
    ['by none', (token) => unsigned(token, 'none', () => '')],
    [
      'by the secret we share',
      (token) =>
        unsigned(token, 'HS256', (signed) =>
          createHmac('sha256', clientSecret).update(signed).digest('base64url'),
        ),
    ],
    ['of two parts', (token) => token.split('.').slice(0, 2).join('.')],
    [
      'of another body',
      (token) => {
        const [head, body = '', signature] = token.split('.');
        const said = JSON.parse(Buffer.from(body, 'base64url').toString());
        const other = Buffer.from(JSON.stringify({ ...said, sub: 'sub-wang' }));
        return [head, other.toString('base64url'), signature].join('.');
      },
    ],
  ];
  it.each(signatures)('signed %s', async (_what, signed) => {
    fake.wrong.signed = signed;
    await refused('auth.identity_untrusted');
  });

  it('signed by a key the provider does not publish', async () => {
    const stranger = signingKey();
    fake.wrong.token = (issued) => {
      issued.key = stranger;
    };
    await refused('auth.identity_untrusted');
    expect(await lastReason()).toContain('by no key of the provider');
  });

  it('signed by a key too short to be safe', async () => {
    const [right] = fake.keys;
    fake.keys = [signingKey('RS256', 1024)];
    world.clock.advance(2 * 60 * minute);
    await refused('auth.identity_untrusted');
    fake.keys = right === undefined ? [] : [right];
    world.clock.advance(2 * 60 * minute);
    expect(await new Browser().through('sub-li')).toBe('/cases');
  });

  it('that asks for an extension nobody here knows', async () => {
    fake.wrong.token = (issued) => {
      issued.head.crit = ['b64'];
    };
    await refused('auth.identity_untrusted');
  });
});

describe('a way that is not as it must be signs nobody in', () => {
  beforeEach(() => linkUp('li', 'sub-li'));

  it('gone twice', async () => {
    const browser = new Browser();
    const back = await browser.away('sub-li');
    expect(await browser.sent(back.pathname + back.search)).toBe('/cases');
    const again = new Browser();
    again.cookies.set('gt_way', browser.cookies.get('gt_way') ?? '');
    expect(await again.sent(back.pathname + back.search)).toBe(problem('auth.way_gone'));
    expect(await again.signedInAs()).toBeNull();
  });

  it('ended in another browser than it began in', async () => {
    const back = await new Browser().away('sub-li');
    const victim = new Browser();
    expect(await victim.sent(back.pathname + back.search)).toBe(problem('auth.way_gone'));
    // Nor in one that has begun a way of its own.
    await victim.away('sub-wang');
    expect(await victim.sent(back.pathname + back.search)).toBe(problem('auth.way_gone'));
  });

  it('taken too slowly', async () => {
    const browser = new Browser();
    const back = await browser.away('sub-li');
    world.clock.advance(10 * minute);
    expect(await browser.sent(back.pathname + back.search)).toBe(problem('auth.way_gone'));
  });

  it('with a code of another way: PKCE', async () => {
    const [thief, victim] = [new Browser(), new Browser()];
    const stolen = (await victim.away('sub-li')).searchParams.get('code') ?? '';
    const own = await thief.away('sub-wang');
    own.searchParams.set('code', stolen);
    const went = await thief.sent(own.pathname + own.search);
    expect(went).toBe(problem('auth.identity_denied'));
    expect(fake.complaints).toEqual(['code_verifier']);
  });

  it('without a code, with a made-up one, or refused by the provider', async () => {
    const ends: [string, (said: URLSearchParams) => void][] = [
      ['auth.identity_untrusted', (said) => said.delete('code')],
      ['auth.identity_denied', (said) => said.set('code', 'made-up')],
      ['auth.identity_denied', (said) => said.set('error', 'access_denied')],
      ['auth.way_gone', (said) => said.set('state', 'made-up')],
      ['auth.way_gone', (said) => said.append('state', 'twice')],
      ['auth.identity_untrusted', (said) => said.set('iss', 'https://other.example')],
    ];
    for (const [code, change] of ends) {
      fake.wrong.back = change;
      await refused(code);
    }
  });

  it('to a provider that is not set up', async () => {
    const browser = new Browser();
    expect(await browser.sent('/auth/via/other')).toBe(problem('auth.no_provider'));
    expect(await browser.sent('/auth/via/other/back?state=x')).toBe(problem('auth.no_provider'));
  });
});

describe('accounts', () => {
  it('an identity that is linked to none signs nobody in, and none is opened', async () => {
    await refused('auth.identity_unknown', { subject: 'sub-stranger' });
    expect(await held('identities')).toBe(0);
    expect(await lastReason()).toBe('no account');
  });

  it('a closed account is closed by this way too', async () => {
    await linkUp('li', 'sub-li');
    closed.add('li');
    await refused('auth.identity_unknown');
  });

  it('are linked only by who is signed in, has proved it lately, and says so himself', async () => {
    const nobody = await new Browser().ask('POST', '/api/auth/link/oidc');
    expect(nobody.json().error.code).toBe('auth.not_signed_in');
    const browser = await signedIn('li');
    const { csrf } = await browser.me();
    const forged = await browser.ask('POST', '/api/auth/link/oidc', undefined, 'other');
    expect(forged.json().error.code).toBe('auth.csrf');
    world.clock.advance(11 * minute);
    const stale = await browser.ask('POST', '/api/auth/link/oidc', undefined, csrf);
    expect(stale.json().error.code).toBe('auth.prove_first');
    expect([await held('ways'), await held('identities')]).toEqual([0, 0]);
  });

  it('are linked to one identity, and an identity to one account', async () => {
    expect(await linkUp('li', 'sub-li')).toBe('/account');
    expect(await linkUp('wang', 'sub-li')).toBe(problem('auth.identity_taken'));
    expect(await linkUp('li', 'sub-other')).toBe(problem('auth.identity_taken'));
    expect(await held('identities')).toBe(1);
  });

  it('sign in no more once the link is gone', async () => {
    await linkUp('li', 'sub-li');
    const browser = await signedIn('li');
    const { csrf } = await browser.me();
    const [linked] = (await browser.ask('GET', '/api/auth/link')).json().providers;
    expect(linked).toMatchObject({ name: 'oidc', since: world.clock.now().toISOString() });
    const gone = await browser.ask('DELETE', '/api/auth/link/oidc', undefined, csrf);
    expect(gone.statusCode).toBe(204);
    const twice = await browser.ask('DELETE', '/api/auth/link/oidc', undefined, csrf);
    expect(twice.json().error.code).toBe('auth.no_identity');
    await refused('auth.identity_unknown');
  });

  it('are held to lock-out and to the number of sessions as by password', async () => {
    await linkUp('li', 'sub-li');
    for (let i = 0; i < 3; i += 1) await new Browser().through('sub-li');
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from auth_sessions where ended_at is null`.execute(world.ctx.db);
    expect(rows[0]?.n).toBe(2);
    for (let i = 0; i < 4; i += 1) {
      await new Browser().ask('POST', '/api/auth/login', { name: 'li', password: `no${i}` });
    }
    await refused('auth.locked');
    world.clock.advance(16 * minute);
    expect(await new Browser().through('sub-li')).toBe('/cases');
  });
});

describe('the second factor', () => {
  let secret: Secret;
  const code = () =>
    new TOTP({ secret, period: 30, digits: 6 }).generate({
      timestamp: world.clock.now().getTime(),
    });

  const setUp = async (account: string): Promise<void> => {
    const browser = await signedIn(account);
    const { csrf } = await browser.me();
    const begun = (await browser.ask('POST', '/api/auth/factor', undefined, csrf)).json();
    secret = Secret.fromBase32(begun.secret);
    await browser.ask('POST', '/api/auth/factor/confirm', { code: code() }, csrf);
    world.clock.advance(minute);
  };
  beforeEach(() => linkUp('li', 'sub-li'));

  it('of the account is asked for when the provider vouches for none', async () => {
    await setUp('li');
    const browser = new Browser();
    expect(await browser.through('sub-li', ['pwd'])).toBe('/signin?step=code');
    expect(await browser.signedInAs()).toBeNull();
    const before = await held('sessions');
    const wrong = await browser.ask('POST', '/api/auth/via/code', { code: '000000' });
    expect(wrong.json().error.code).toBe('auth.wrong_code');
    const stranger = await new Browser().ask('POST', '/api/auth/via/code', { code: code() });
    expect(stranger.json().error.code).toBe('auth.way_gone');
    expect(await held('sessions')).toBe(before);
    const right = await browser.ask('POST', '/api/auth/via/code', { code: code() });
    expect(right.json()).toEqual({ back: '/cases' });
    expect(await browser.signedInAs()).toBe('li');
  });

  it('is counted: who guesses is locked out, the right code comes too late', async () => {
    await setUp('li');
    const browser = new Browser();
    await browser.through('sub-li');
    const codes: string[] = [];
    for (let i = 0; i < 4; i += 1) {
      const answer = await browser.ask('POST', '/api/auth/via/code', { code: '000000' });
      codes.push(answer.json().error.code);
    }
    expect(codes).toEqual([...Array(3).fill('auth.wrong_code'), 'auth.locked']);
    const late = await browser.ask('POST', '/api/auth/via/code', { code: code() });
    expect(late.json().error.code).toBe('auth.locked');
    expect(await browser.signedInAs()).toBeNull();
  });

  it('of the provider is taken for it where the settings trust the method', async () => {
    await setUp('li');
    const browser = new Browser();
    expect(await browser.through('sub-li', ['pwd', 'mfa'])).toBe('/cases');
    expect(await browser.signedInAs()).toBe('li');
  });

  it('has to be set up where the role asks for one and nobody vouches', async () => {
    required.add('li');
    const [weak, strong] = [new Browser(), new Browser()];
    await weak.through('sub-li', ['pwd', 'otp']);
    expect((await weak.me()).mustEnrol).toBe(true);
    await strong.through('sub-li', ['hwk']);
    expect((await strong.me()).mustEnrol).toBe(false);
  });
});

describe('signs in', () => {
  it('once linked, asks the provider rightly, and goes on where one wanted to', async () => {
    await linkUp('li', 'sub-li');
    const browser = new Browser();
    expect(await browser.through('sub-li', undefined, '/cases?state=open')).toBe(
      '/cases?state=open',
    );
    expect(await browser.signedInAs()).toBe('li');
    expect(browser.cookies.has('gt_way')).toBe(false);
    expect(fake.complaints).toEqual([]);
    const providers = (await browser.ask('GET', '/api/auth/providers')).json();
    expect(providers).toEqual({
      providers: [{ name: 'oidc', title: { zh: '统一身份认证', en: 'Single sign-on' } }],
    });
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/signin', '/a b'])(
    'and is sent to no page but one of the platform: %s',
    async (back) => {
      await linkUp('li', 'sub-li');
      expect(await new Browser().through('sub-li', undefined, back)).toBe('/');
    },
  );

  it('with an elliptic key, and after the provider changed its keys', async () => {
    await linkUp('li', 'sub-li');
    fake.keys = [signingKey('ES256')];
    world.clock.advance(minute);
    expect(await new Browser().through('sub-li')).toBe('/cases');
    fake.keys = [signingKey()];
    world.clock.advance(minute);
    expect(await new Browser().through('sub-li')).toBe('/cases');
  });

  it('and made-up keys do not make us ask for the real ones again and again', async () => {
    await linkUp('li', 'sub-li');
    world.clock.advance(minute);
    fake.wrong.token = (issued) => {
      issued.head.kid = randomUUID();
    };
    const before = fake.asked.filter((path) => path === '/keys').length;
    for (let i = 0; i < 4; i += 1) await refused('auth.identity_untrusted');
    expect(fake.asked.filter((path) => path === '/keys').length - before).toBeLessThanOrEqual(1);
  });

  it('and neither token, code, secret nor subject stands in the audit or the database', async () => {
    await linkUp('li', 'sub-li');
    const browser = new Browser();
    const back = await browser.away('sub-li');
    await browser.sent(back.pathname + back.search);
    const { rows } = await sql<{ text: string }>`
      select coalesce(string_agg(text, ' '), '') as text from (
        select r::text as text from audit_seen r
        union all select i::text from auth_identities i
        union all select s::text from auth_sessions s) all_of_it`.execute(world.ctx.db);
    const secrets = ['sub-li', back.searchParams.get('code') ?? '', 'geheim'];
    for (const hidden of [...secrets, browser.cookies.get('gt_session') ?? '']) {
      expect(rows[0]?.text).not.toContain(hidden);
    }
    expect(rows[0]?.text).toContain('auth.identity_linked');
  });
});

describe('the provider is reached', () => {
  const going = {
    ...{ state: 's', nonce: 'n', verifier: 'v', fresh: false },
    redirect: `${home}/auth/via/oidc/back`,
  };
  const settingsWith = (changes: Partial<Settings>): Settings => ({
    ...world.ctx.settings,
    ...configured(),
    ...changes,
  });
  const why = async (changes: Partial<Settings>, code?: string): Promise<string> => {
    const provider = oidcProvider(settingsWith(changes));
    const answer: Record<string, string> = code === undefined ? {} : { code, state: 's' };
    const asked =
      code === undefined
        ? provider?.address(world.ctx, going)
        : provider?.identify(world.ctx, going, answer);
    const error: unknown = await asked?.catch((thrown: unknown) => thrown);
    if (!(error instanceof IdentityFailure)) throw new Error(`not refused: ${String(error)}`);
    return error.message;
  };

  it('at no private address that is not allowed: nothing is sent', async () => {
    const before = fake.asked.length;
    expect(await why({ oidc_networks: '' })).toContain('address_forbidden');
    expect(await why({ oidc_networks: '10.0.0.0/8' })).toContain('address_forbidden');
    expect(fake.asked.length).toBe(before);
  });

  it('at no host that was not named, whatever it says of itself', async () => {
    fake.wrong.about = (about) => {
      about.token_endpoint = 'https://other.example/token';
    };
    expect(await why({}, 'x')).toContain('host_not_listed: other.example');
    fake.wrong.about = (about) => {
      about.token_endpoint = 'https://169.254.169.254/latest';
    };
    expect(await why({ oidc_hosts: '169.254.169.254' }, 'x')).toContain('address_forbidden');
  });

  it('over TLS only, but on this machine', async () => {
    expect(await why({ oidc_issuer: 'http://id.example.gov.cn' })).toContain('TLS');
    fake.wrong.about = (about) => {
      about.authorization_endpoint = 'http://id.example.gov.cn/authorize';
    };
    expect(await why({})).toContain('TLS');
    fake.wrong.about = (about) => {
      about.authorization_endpoint = 'javascript:alert(1)';
    };
    expect(await why({})).toContain('TLS');
  });

  it('and must be the one that was named, take S256 and answer in bounds', async () => {
    fake.wrong.about = (about) => {
      about.issuer = 'https://other.example';
    };
    expect(await why({})).toContain('another issuer');
    fake.wrong.about = (about) => {
      about.code_challenge_methods_supported = ['plain'];
    };
    expect(await why({})).toContain('S256');
    const answers: [string, (response: import('node:http').ServerResponse) => void][] = [
      ['answered 302', (to) => to.writeHead(302, { location: `${fake.issuer}/keys` }).end()],
      ['answered 500', (to) => to.writeHead(500).end()],
      ['no JSON', (to) => to.end('<html>')],
      ['too long', (to) => to.end('x'.repeat(300_000))],
      ['not what it must be', (to) => to.end('[]')],
    ];
    for (const [said, answer] of answers) {
      fake.wrong.answer = (_path, response) => {
        answer(response);
        return true;
      };
      expect(await why({})).toContain(said);
    }
  });

  it('or is said to be away, in time, and is tried again', async () => {
    fake.wrong.answer = () => true;
    const settings = settingsWith({ oidc_time_limit_ms: 200 });
    const provider = oidcProvider(settings);
    await expect(provider?.address(world.ctx, going)).rejects.toMatchObject({ kind: 'away' });
    fake.wrong = {};
    // Of a busy machine its answer may be late once more.
    const address = () => provider?.address(world.ctx, going).catch(() => '');
    await expect.poll(address).toContain('/authorize?');
  });
});
