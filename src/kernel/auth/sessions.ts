/**
 * Sessions: a random token in a cookie, its hash in the database, an end by idleness, by age or by
 * signing out.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Ctx } from '#kernel/context';
import { afterCommit, tx } from '#kernel/db';
import { type Actor, authErrors } from './actor.ts';
import { guardOf, hasFactor } from './factors.ts';
import { forgetActors, remembered } from './memory.ts';
import { newToken, tokenHash } from './secret.ts';
import { actorSource } from './source.ts';
import * as store from './store.ts';
import { byToken } from './tokens.ts';

export const sessionCookie = 'gt_session';

export interface NewSession {
  /** For the cookie; kept nowhere else. */
  token: string;
  csrf: string;
  /** Seconds after which the cookie is of no use. */
  maxAge: number;
}

/** Who sends a request, found from its credentials. */
export interface Caller {
  actor: Actor;
  /**
   * `none`: no credentials; `live`: signed in; `expired`: a cookie that no longer signs in;
   * `client`: a token.
   */
  session: 'none' | 'live' | 'expired' | 'client';
  /** What `x-csrf-token` must say on a write of a live session. */
  csrf?: string;
  /** The account has to set up a second factor before anything else. */
  mustEnrol?: boolean;
  /** Until when a dangerous act needs no new proof of who it is. */
  provedUntil?: Date;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Most characters kept of what a browser says it is. */
const longestAgent = 300;
const weekMs = 7 * 24 * hourMs;

/** From when on a session of an account must have begun, and been used, to be live now. */
function bounds(ctx: Ctx): { idleFrom: Date; oldestFrom: Date } {
  const now = ctx.clock.now().getTime();
  const { session_absolute_hours: hours, session_idle_minutes: minutes } = ctx.settings;
  return {
    idleFrom: new Date(now - minutes * minuteMs),
    oldestFrom: new Date(now - hours * hourMs),
  };
}

const sessionsOf = (ctx: Ctx, account: string): Promise<store.SessionRow[]> => {
  const { idleFrom, oldestFrom } = bounds(ctx);
  return store.liveSessions(ctx.db, account, idleFrom, oldestFrom);
};

/** Makes room for one more: the oldest sessions beyond `session_most` end. */
async function makeRoom(ctx: Ctx, account: string): Promise<void> {
  const surplus = (await sessionsOf(ctx, account)).slice(ctx.settings.session_most - 1);
  if (surplus.length === 0) return;
  const ids = surplus.map((row) => row.id);
  await store.endSessionsById(ctx.db, account, ids, ctx.clock.now());
  afterCommit(ctx, forgetActors);
}

/**
 * Opens a session of an account, of which it may have `session_most` at once.
 * @param agent what the browser says it is, for the list the person sees
 * @param strong an identity provider vouched for a second factor: none of ours is asked for
 */
export async function openSession(
  ctx: Ctx,
  account: string,
  agent = '',
  strong = false,
): Promise<NewSession> {
  const now = ctx.clock.now();
  const ageMs = ctx.settings.session_absolute_hours * hourMs;
  await makeRoom(ctx, account);
  await store.sweep(ctx.db, new Date(now.getTime() - ageMs - weekMs));
  const token = newToken();
  const csrf = newToken();
  await store.insertSession(ctx.db, {
    token_hash: tokenHash(token),
    account,
    csrf,
    created_at: now,
    seen_at: now,
    ended_at: null,
    from_address: ctx.actor.from,
    agent: agent.slice(0, longestAgent),
    proved_at: now,
    strong,
  });
  const { from } = ctx.actor;
  await store.noteSignIn(ctx.db, { account, from_address: from, at: now });
  return { token, csrf, maxAge: ageMs / 1000 };
}

const isLive = (ctx: Ctx, row: store.SessionRow, now: number): boolean =>
  row.ended_at === null &&
  now < row.created_at.getTime() + ctx.settings.session_absolute_hours * hourMs &&
  now < row.seen_at.getTime() + ctx.settings.session_idle_minutes * minuteMs;

async function bySession(ctx: Ctx, token: string, passive: boolean): Promise<Caller> {
  const expired: Caller = { actor: ctx.actor, session: 'expired' };
  const now = ctx.clock.now();
  const known = await remembered(ctx, token, async (hash) => {
    const row = await store.findSession(ctx.db, hash);
    if (row === undefined || !isLive(ctx, row, now.getTime())) return undefined;
    const actor = await actorSource().byAccount(ctx, row.account);
    if (actor === undefined) return undefined;
    const { secondFactor, exempt } = await guardOf(ctx, row.account);
    const mustEnrol = secondFactor && !row.strong && !(await hasFactor(ctx, row.account));
    return { row, actor, mustEnrol, exempt };
  });
  if (known === undefined || !isLive(ctx, known.row, now.getTime())) return expired;
  const { row, actor } = known;
  // Written at most every twentieth of the idle time: a read stays a read.
  const staleMs = (ctx.settings.session_idle_minutes * minuteMs) / 20;
  if (!passive && now.getTime() - row.seen_at.getTime() > staleMs) {
    row.seen_at = now;
    await store.touchSession(ctx.db, row.token_hash, now);
  }
  return {
    actor: { ...actor, from: ctx.actor.from },
    session: 'live',
    csrf: row.csrf,
    mustEnrol: known.mustEnrol,
    // People of the demo are let through.
    provedUntil: known.exempt ? forEver : provedUntil(ctx, row),
  };
}

const forEver = new Date(8.64e15);

const provedUntil = (ctx: Ctx, row: store.SessionRow): Date =>
  new Date((row.proved_at?.getTime() ?? 0) + ctx.settings.step_up_minutes * minuteMs);

export interface Credentials {
  /** Value of the session's cookie. */
  cookie: string | undefined;
  /** Token of `Authorization: Bearer`. */
  bearer: string | undefined;
  /** Only looks: an open page that nobody touches must not keep its session alive. */
  passive?: boolean;
}

/**
 * Who sends this request. `ctx.actor` is the anonymous actor of the address.
 * @throws auth.bad_token for a client token that signs nobody in
 */
export async function authenticate(ctx: Ctx, credentials: Credentials): Promise<Caller> {
  if (credentials.bearer !== undefined) {
    return { actor: await byToken(ctx, credentials.bearer), session: 'client' };
  }
  if (credentials.cookie === undefined || credentials.cookie === '') {
    return { actor: ctx.actor, session: 'none' };
  }
  return bySession(ctx, credentials.cookie, credentials.passive === true);
}

/**
 * Refuses a write of a signed-in browser that does not carry the session's own token.
 * @throws auth.csrf
 */
export function requireCsrf(caller: Caller, header: string | undefined): void {
  if (caller.csrf === undefined) return;
  const given = tokenHash(header ?? '');
  if (!timingSafeEqual(given, tokenHash(caller.csrf))) throw authErrors.make('csrf');
}

/** Ends every session of an account: its password has changed. */
export async function closeSessionsOf(ctx: Ctx, account: string): Promise<void> {
  await store.endSessionsOf(ctx.db, account, ctx.clock.now());
  afterCommit(ctx, forgetActors);
}

/** One sign-in of a person, as it is shown to him. */
export interface MySession {
  id: string;
  createdAt: Date;
  seenAt: Date;
  from: string;
  agent: string;
  /** The one that asks. */
  current: boolean;
}

/** The person's own sessions that are not over, the newest first. */
export async function mySessions(ctx: Ctx, token: string): Promise<MySession[]> {
  const own = tokenHash(token);
  return (await sessionsOf(ctx, ctx.actor.id)).map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    from: row.from_address,
    agent: row.agent,
    current: row.token_hash.equals(own),
  }));
}

/**
 * Ends one of the person's own sessions, or all but the one that asks.
 * @throws auth.no_session
 */
export async function endMySession(ctx: Ctx, token: string, id: string | null): Promise<number> {
  const others = (await mySessions(ctx, token)).filter((one) => !one.current);
  const ids = id === null ? others.map((one) => one.id) : [id];
  return tx(ctx, async (inside) => {
    const now = ctx.clock.now();
    const ended =
      ids.length === 0 ? 0 : await store.endSessionsById(inside.db, ctx.actor.id, ids, now);
    if (id !== null && ended === 0) throw authErrors.make('no_session');
    await inside.audit.record(inside, {
      action: 'auth.sessions_ended',
      subject: `account/${ctx.actor.id}`,
      rows: ended,
    });
    afterCommit(inside, forgetActors);
    return ended;
  });
}

/** Last sign-in of accounts; those that never did are not in it. */
export async function lastSignIns(
  ctx: Pick<Ctx, 'db'>,
  accounts: readonly string[],
): Promise<Map<string, Date>> {
  const rows = await store.lastSignIns(ctx.db, accounts);
  return new Map(rows.map((row) => [row.account, row.at]));
}

/** Ends the session of a cookie. */
export async function closeSession(ctx: Ctx, token: string): Promise<void> {
  await store.endSession(ctx.db, tokenHash(token), ctx.clock.now());
  afterCommit(ctx, forgetActors);
}
