/**
 * Signing in and out: by password, by the one-time link of the demo, by the demo's role switcher.
 */
import type { Settings } from '#kernel/config';
import type { Ctx } from '#kernel/context';
import { afterCommit, tx } from '#kernel/db';
import { type Actor, authErrors } from './actor.ts';
import { countAttempt, forgive } from './attempts.ts';
import { hasFactor, takeCode } from './factors.ts';
import { forgetActors } from './memory.ts';
import { checkPassword } from './passwords.ts';
import { newToken, tokenHash } from './secret.ts';
import { closeSession, type NewSession, openSession } from './sessions.ts';
import { actorSource, type DemoAccount } from './source.ts';
import * as store from './store.ts';

const minuteMs = 60_000;

/** `ctx` as the person of the account, at the address of the request. */
export async function asAccount(ctx: Ctx, account: string): Promise<Ctx | undefined> {
  const actor = await actorSource().byAccount(ctx, account);
  return actor === undefined ? undefined : { ...ctx, actor: { ...actor, from: ctx.actor.from } };
}

type Refusal = 'wrong_login' | 'locked' | 'wrong_code' | 'code_needed';

async function refuse(ctx: Ctx, name: string, why: Refusal): Promise<void> {
  await ctx.audit.record(ctx, {
    action: 'auth.login_refused',
    subject: `login/${name}`,
    detail: { why },
  });
}

export interface Login {
  name: string;
  password: string;
  /** One-time or recovery code, where the account has a second factor. */
  code?: string | undefined;
  /** What the browser says it is. */
  agent?: string | undefined;
}

/**
 * The person whose name, password and code these are. The answer is the same for a wrong password,
 * an unknown and a disabled account; a code is asked for only after the right password.
 */
async function proven(ctx: Ctx, { name, password, code }: Login): Promise<Ctx> {
  const counted = await countAttempt(ctx, name, () => refuse(ctx, name, 'locked'));
  const account = await actorSource().login(ctx, name);
  const right = await checkPassword(ctx.settings, account?.passwordHash ?? null, password);
  const person =
    right && account !== undefined && !account.disabled
      ? await asAccount(ctx, account.id)
      : undefined;
  const why = person === undefined ? 'wrong_login' : await codeFault(person, code);
  if (why !== undefined) await refuse(ctx, name, why);
  if (person === undefined || why !== undefined) throw authErrors.make(why ?? 'wrong_login');
  await forgive(ctx, counted);
  return person;
}

async function codeFault(
  person: Ctx,
  code: string | undefined,
): Promise<'code_needed' | 'wrong_code' | undefined> {
  if (!(await hasFactor(person, person.actor.id))) return undefined;
  if (code === undefined || code === '') return 'code_needed';
  return (await takeCode(person, person.actor.id, code)) ? undefined : 'wrong_code';
}

/**
 * Signs in by name, password and, where the account has one, the second factor.
 * @throws auth.wrong_login, auth.code_needed, auth.wrong_code, auth.locked after too many of them
 */
export async function login(ctx: Ctx, input: Login): Promise<NewSession> {
  const person = await proven(ctx, input);
  return tx(person, async (inner) => {
    const { id } = person.actor;
    await inner.audit.record(inner, { action: 'auth.login', subject: `account/${id}` });
    return openSession(inner, id, input.agent);
  });
}

/**
 * The signed-in person proves once more who he is, before a dangerous act; wrong answers count as
 * wrong sign-ins.
 * @throws as `login`
 */
export async function prove(
  ctx: Ctx,
  token: string,
  given: { password: string; code?: string | undefined },
): Promise<void> {
  await requireProof(ctx, given);
  await tx(ctx, async (inner) => {
    await store.proveSession(inner.db, tokenHash(token), ctx.clock.now());
    await inner.audit.record(inner, { action: 'auth.proved', subject: `account/${ctx.actor.id}` });
    afterCommit(inner, forgetActors);
  });
}

/** The password, and the code where there is one, of the person who asks. @throws as `login` */
export async function requireProof(
  ctx: Ctx,
  given: { password: string; code?: string | undefined },
): Promise<void> {
  if (ctx.actor.kind !== 'account') throw authErrors.make('not_signed_in');
  await proven(ctx, { name: ctx.actor.id, ...given });
}

/** Signs out: the session of the cookie is over. */
export async function logout(ctx: Ctx, token: string): Promise<void> {
  await tx(ctx, async (inner) => {
    await closeSession(inner, token);
    await inner.audit.record(inner, { action: 'auth.logout', subject: `account/${ctx.actor.id}` });
  });
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

/**
 * Demo mode signs in without a password, so it must not be reachable from another machine.
 * @throws auth.demo_not_loopback
 */
export function requireLoopbackDemo(settings: Pick<Settings, 'demo' | 'host'>): void {
  if (settings.demo && !loopback.test(settings.host)) {
    throw authErrors.make('demo_not_loopback', { host: settings.host });
  }
}

function requireDemo(ctx: Ctx): void {
  if (!ctx.settings.demo) throw authErrors.make('demo_only');
}

/**
 * A link that signs in as `account`, once, within `demo_link_minutes`.
 * @returns the path, `/demo/<token>`
 * @throws auth.demo_only
 */
export async function createDemoLink(ctx: Ctx, account: string): Promise<string> {
  requireDemo(ctx);
  const now = ctx.clock.now();
  const token = newToken();
  await store.insertLink(ctx.db, {
    token_hash: tokenHash(token),
    account,
    created_at: now,
    expires_at: new Date(now.getTime() + ctx.settings.demo_link_minutes * minuteMs),
    used_at: null,
  });
  return `/demo/${token}`;
}

/**
 * Uses a link of the demo up.
 * @throws auth.demo_only, auth.link_used
 */
export async function openDemoLink(ctx: Ctx, token: string): Promise<NewSession> {
  requireDemo(ctx);
  return tx(ctx, async (inner) => {
    const account = await store.useLink(inner.db, tokenHash(token), ctx.clock.now());
    const person = account === undefined ? undefined : await asAccount(inner, account);
    if (person === undefined || account === undefined) throw authErrors.make('link_used');
    await person.audit.record(person, { action: 'auth.demo_link', subject: `account/${account}` });
    return openSession(person, account);
  });
}

/** Accounts of the role switcher. @throws auth.demo_only */
export async function demoAccounts(ctx: Ctx): Promise<DemoAccount[]> {
  requireDemo(ctx);
  return actorSource().demoAccounts(ctx);
}

/**
 * Signs a visitor of the demo in as another of its accounts; the session he had is over. Only who
 * is one of them already may: an account of a real person becomes nobody else.
 * @throws auth.demo_only, auth.not_demo_account
 */
export async function switchDemoAccount(
  ctx: Ctx,
  account: string,
  token: string,
): Promise<NewSession & { actor: Actor }> {
  const offered = await demoAccounts(ctx);
  const both = [ctx.actor.id, account].every((id) => offered.some((one) => one.id === id));
  const person = both ? await asAccount(ctx, account) : undefined;
  if (person === undefined) throw authErrors.make('not_demo_account', { account });
  return tx(ctx, async (inner) => {
    await closeSession(inner, token);
    await inner.audit.record(inner, { action: 'auth.switch', subject: `account/${account}` });
    return { ...(await openSession(inner, account)), actor: person.actor };
  });
}
