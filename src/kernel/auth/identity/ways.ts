/**
 * Ways to an identity provider and back. Each is good once, for some minutes, and only in the
 * browser that began it. Who comes back signs in as the account his identity is linked to; an
 * identity that is linked to none signs nobody in, and none is ever opened for it.
 */
import { createHmac } from 'node:crypto';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { authErrors } from '../actor.ts';
import { countAttempt, forgive } from '../attempts.ts';
import { hasFactor, takeCode } from '../factors.ts';
import { homeKey } from '../keys.ts';
import { newToken, tokenHash } from '../secret.ts';
import { type NewSession, openSession } from '../sessions.ts';
import { asAccount } from '../signin.ts';
import {
  type Going,
  type Identity,
  IdentityFailure,
  type IdentityFault,
  type IdentityProvider,
  identityProviders,
} from './provider.ts';
import * as store from './store.ts';

const minuteMs = 60_000;

/** @throws auth.no_provider */
export function providerOf(ctx: Pick<Ctx, 'settings'>, name: string): IdentityProvider {
  const found = identityProviders(ctx.settings).find((one) => one.name === name);
  if (found === undefined) throw authErrors.make('no_provider');
  return found;
}

const redirectOf = ({ settings }: Pick<Ctx, 'settings'>, provider: string): string =>
  `${settings.public_url || `http://${settings.host}:${settings.port}`}/auth/via/${provider}/back`;

/** What a browser is known by on its way; made anew when it has none. */
const browserToken = /^[\w-]{43}$/;

/** Only a page of this platform is gone back to, and never one of signing in. */
const safeBack = (back: string | undefined): string =>
  back !== undefined && /^\/(?![/\\])(?!signin|auth\/)[^\\\s]*$/.test(back) ? back : '/';

const goingOf = (ctx: Ctx, way: store.WayRow, state: string): Going => ({
  state,
  nonce: way.nonce,
  verifier: way.verifier,
  redirect: redirectOf(ctx, way.provider),
  // Whoever is signed in there may be somebody else: to be linked, he proves who he is.
  fresh: way.purpose === 'link',
});

const codes: Record<IdentityFault, 'identity_denied' | 'identity_untrusted' | 'identity_away'> = {
  denied: 'identity_denied',
  untrusted: 'identity_untrusted',
  away: 'identity_away',
};

async function refuse(ctx: Ctx, provider: string, why: string, subject?: string): Promise<void> {
  await ctx.audit.record(ctx, {
    action: 'auth.identity_refused',
    subject,
    detail: { provider, why },
  });
}

/** What a provider throws becomes a code for the browser and a reason for the audit. */
async function asked<T>(ctx: Ctx, provider: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof IdentityFailure)) throw error;
    await refuse(ctx, provider, error.message);
    throw authErrors.make(codes[error.kind]);
  }
}

export interface Begun {
  /** Where the browser goes now. */
  url: string;
  /** What it is known by when it comes back, for a cookie. */
  browser: string;
  /** Seconds the way is open. */
  maxAge: number;
}

async function keepWay(
  ctx: Ctx,
  browser: string,
  way: Pick<store.WayRow, 'provider' | 'purpose' | 'account' | 'back'>,
): Promise<{ row: store.WayRow; state: string; maxAge: number }> {
  const now = ctx.clock.now();
  const ageMs = ctx.settings.identity_way_minutes * minuteMs;
  const state = newToken();
  const row: store.WayRow = {
    ...way,
    state_hash: tokenHash(state),
    browser_hash: tokenHash(browser),
    nonce: newToken(),
    verifier: newToken(),
    expires_at: new Date(now.getTime() + ageMs),
  };
  await store.putWay(ctx.db, row, now);
  return { row, state, maxAge: ageMs / 1000 };
}

/**
 * Begins the way to a provider, to sign in or, with `link`, to link the own account.
 * @param input.browser what the browser is known by already, if it is
 * @throws auth.no_provider, auth.identity_away, auth.not_signed_in
 */
export async function beginWay(
  ctx: Ctx,
  name: string,
  input: { browser: string | undefined; back?: string | undefined; link: boolean },
): Promise<Begun> {
  const provider = providerOf(ctx, name);
  if (input.link && ctx.actor.kind !== 'account') throw authErrors.make('not_signed_in');
  const known = input.browser ?? '';
  const browser = browserToken.test(known) ? known : newToken();
  const { row, state, maxAge } = await keepWay(ctx, browser, {
    provider: name,
    purpose: input.link ? 'link' : 'sign_in',
    account: input.link ? ctx.actor.id : null,
    back: safeBack(input.back),
  });
  const url = await asked(ctx, name, () => provider.address(ctx, goingOf(ctx, row, state)));
  return { url, browser, maxAge };
}

export type Arrived =
  | { kind: 'signed_in'; session: NewSession; back: string }
  /** The account's own second factor is asked for, see `giveCode`. */
  | { kind: 'code'; maxAge: number }
  | { kind: 'linked'; back: string };

/** What stands for an identity here; the subject itself is not kept. */
const subjectHash = (ctx: Pick<Ctx, 'settings'>, { issuer, subject }: Identity): Buffer =>
  createHmac('sha256', homeKey(ctx.settings, 'identities'))
    .update(`${issuer}\u0000${subject}`)
    .digest();

/** Opens the session of somebody whose identity, and code where there is one, stood the checks. */
const enter = (
  person: Ctx,
  way: Pick<store.WayRow, 'provider'>,
  how: { agent: string; strong: boolean },
): Promise<NewSession> =>
  tx(person, async (inner) => {
    const { id } = person.actor;
    await inner.audit.record(inner, {
      action: 'auth.login',
      subject: `account/${id}`,
      detail: { provider: way.provider, strong: how.strong },
    });
    return openSession(inner, id, how.agent, how.strong);
  });

async function signIn(
  ctx: Ctx,
  way: store.WayRow,
  identity: Identity,
  given: { agent: string; browser: string; strong: boolean },
): Promise<Arrived> {
  const hash = subjectHash(ctx, identity);
  const account = await store.accountOf(ctx.db, way.provider, hash);
  const subject = account === undefined ? undefined : `account/${account}`;
  const unknown = async () => {
    await refuse(ctx, way.provider, 'no account', subject);
    return authErrors.make('identity_unknown');
  };
  if (account === undefined) throw await unknown();
  const counted = await countAttempt(ctx, account, () =>
    refuse(ctx, way.provider, 'locked', subject),
  );
  const person = await asAccount(ctx, account);
  if (person === undefined) throw await unknown();
  await forgive(ctx, counted);
  if (!given.strong && (await hasFactor(person, account))) {
    const { provider, back } = way;
    const kept = { provider, back, purpose: 'code', account } as const;
    const { maxAge } = await keepWay(ctx, given.browser, kept);
    return { kind: 'code', maxAge };
  }
  return { kind: 'signed_in', session: await enter(person, way, given), back: way.back };
}

async function link(ctx: Ctx, way: store.WayRow, identity: Identity): Promise<Arrived> {
  const person = way.account === null ? undefined : await asAccount(ctx, way.account);
  if (person === undefined) throw authErrors.make('way_gone');
  const { id: account } = person.actor;
  await tx(person, async (inner) => {
    const linked = await store.putIdentity(inner.db, {
      provider: way.provider,
      subject: subjectHash(ctx, identity),
      account,
      linked_at: ctx.clock.now(),
    });
    if (!linked) throw authErrors.make('identity_taken');
    await inner.audit.record(inner, {
      action: 'auth.identity_linked',
      subject: `account/${account}`,
      detail: { provider: way.provider, issuer: identity.issuer },
    });
  });
  return { kind: 'linked', back: way.back };
}

/**
 * The browser is back.
 * @throws auth.way_gone (unknown, used, run out, another browser), auth.identity_denied,
 * auth.identity_untrusted, auth.identity_away, auth.identity_unknown (linked to no account that
 * signs in), auth.identity_taken, auth.locked
 */
export async function endWay(
  ctx: Ctx,
  name: string,
  input: { browser: string | undefined; answer: Readonly<Record<string, string>>; agent: string },
): Promise<Arrived> {
  const provider = providerOf(ctx, name);
  const { answer, agent, browser = '' } = input;
  const state = answer.state ?? '';
  const asIt = {
    state_hash: tokenHash(state),
    browser_hash: tokenHash(browser),
    provider: name,
  };
  // Used up whatever comes of it: an answer that was shown once is shown no second time.
  const way = await store.takeWay(ctx.db, asIt, ctx.clock.now());
  if (way === undefined) throw authErrors.make('way_gone');
  const identity = await asked(ctx, name, () =>
    provider.identify(ctx, goingOf(ctx, way, state), answer),
  );
  if (way.purpose === 'link') return link(ctx, way, identity);
  const strong = identity.methods.some((method) => provider.strongMethods.includes(method));
  return signIn(ctx, way, identity, { agent, browser, strong });
}

/**
 * The second factor of an account that a provider vouched for; wrong codes count like wrong
 * sign-ins.
 * @throws auth.way_gone, auth.wrong_code, auth.locked
 */
export async function giveCode(
  ctx: Ctx,
  input: { browser: string | undefined; code: string; agent: string },
): Promise<{ session: NewSession; back: string }> {
  const now = ctx.clock.now();
  const way = await store.waitingForCode(ctx.db, tokenHash(input.browser ?? ''), now);
  if (way === undefined || way.account === null) throw authErrors.make('way_gone');
  const { account, provider } = way;
  const subject = `account/${account}`;
  const counted = await countAttempt(ctx, account, () => refuse(ctx, provider, 'locked', subject));
  const person = await asAccount(ctx, account);
  if (person === undefined) throw authErrors.make('way_gone');
  if (!(await takeCode(person, account, input.code))) {
    await refuse(ctx, provider, 'wrong code', subject);
    throw authErrors.make('wrong_code');
  }
  if (!(await store.endWay(ctx.db, way.state_hash))) throw authErrors.make('way_gone');
  await forgive(ctx, counted);
  const session = await enter(person, way, { agent: input.agent, strong: false });
  return { session, back: way.back };
}

/** The providers there are, and since when the own account is linked to each. */
export async function myIdentities(
  ctx: Ctx,
): Promise<{ provider: IdentityProvider; since: Date | null }[]> {
  const linked = await store.identitiesOf(ctx.db, ctx.actor.id);
  return identityProviders(ctx.settings).map((provider) => ({
    provider,
    since: linked.get(provider.name) ?? null,
  }));
}

/**
 * The own account is signed in to by this provider no more.
 * @throws auth.no_identity
 */
export async function unlinkIdentity(ctx: Ctx, provider: string): Promise<void> {
  await tx(ctx, async (inner) => {
    if (!(await store.dropIdentity(inner.db, provider, ctx.actor.id))) {
      throw authErrors.make('no_identity');
    }
    await inner.audit.record(inner, {
      action: 'auth.identity_unlinked',
      subject: `account/${ctx.actor.id}`,
      detail: { provider },
    });
  });
}
