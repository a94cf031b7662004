/**
 * Sessions: a random token in a cookie, its hash in the database, an end by idleness, by age or by
 * signing out.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Ctx } from '#kernel/context';
import { afterCommit } from '#kernel/db';
import { type Actor, authErrors } from './actor.ts';
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
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const weekMs = 7 * 24 * hourMs;

/** Opens a session of an account. */
export async function openSession(ctx: Ctx, account: string): Promise<NewSession> {
  const now = ctx.clock.now();
  const ageMs = ctx.settings.session_absolute_hours * hourMs;
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
  });
  return { token, csrf, maxAge: ageMs / 1000 };
}

const isLive = (ctx: Ctx, row: store.SessionRow, now: number): boolean =>
  row.ended_at === null &&
  now < row.created_at.getTime() + ctx.settings.session_absolute_hours * hourMs &&
  now < row.seen_at.getTime() + ctx.settings.session_idle_minutes * minuteMs;

async function bySession(ctx: Ctx, token: string, passive: boolean): Promise<Caller> {
  const expired: Caller = { actor: ctx.actor, session: 'expired' };
  const now = ctx.clock.now();
  const known = await remembered(ctx, tokenHash(token), async (hash) => {
    const row = await store.findSession(ctx.db, hash);
    if (row === undefined || !isLive(ctx, row, now.getTime())) return undefined;
    const actor = await actorSource().byAccount(ctx, row.account);
    return actor === undefined ? undefined : { row, actor };
  });
  if (known === undefined || !isLive(ctx, known.row, now.getTime())) return expired;
  const { row, actor } = known;
  // Written at most every twentieth of the idle time: a read stays a read.
  const staleMs = (ctx.settings.session_idle_minutes * minuteMs) / 20;
  if (!passive && now.getTime() - row.seen_at.getTime() > staleMs) {
    row.seen_at = now;
    await store.touchSession(ctx.db, row.token_hash, now);
  }
  return { actor: { ...actor, from: ctx.actor.from }, session: 'live', csrf: row.csrf };
}

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

/** Ends the session of a cookie. */
export async function closeSession(ctx: Ctx, token: string): Promise<void> {
  await store.endSession(ctx.db, tokenHash(token), ctx.clock.now());
  afterCommit(ctx, forgetActors);
}
