/** Verbs on people: find them, open and close their accounts. */
import {
  type Actor,
  authErrors,
  forgetActors,
  lastSignIns,
  requirePermission,
  seesUnit,
} from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { afterCommit, tx } from '#kernel/db';
import { organisationErrors } from '../errors.ts';
import {
  type AccountView,
  type HeldRole,
  loginPattern,
  longestName,
  maskName,
  type Role,
  type Unit,
} from '../model.ts';
import * as store from '../store.ts';
import { unitOf } from './units.ts';

type At = Pick<Ctx, 'db'>;

/**
 * A person to turn to: the account and the name as it is written in the audit (screens mask it).
 */
export interface Holder {
  id: string;
  name: string;
}

/** Open accounts that hold `role` at exactly `unit`. */
export const accountsWith = (
  ctx: Pick<Ctx, 'db' | 'settings'>,
  held: HeldRole,
): Promise<Holder[]> => store.holders(ctx, held, ctx.settings.demo);

/**
 * The actor of an account; `undefined` when it is gone, closed, or of the demo outside of demo
 * mode.
 */
export async function loadActor(
  ctx: Pick<Ctx, 'db' | 'settings'>,
  accountId: string,
): Promise<Actor | undefined> {
  const account = await store.accountById(ctx, accountId);
  if (account === undefined || closed(ctx, account)) return undefined;
  const held = await store.rolesHeld(ctx, [accountId]);
  return {
    kind: 'account',
    id: account.id,
    name: account.name,
    roles: held.map(({ role, unit, path, unitName }) => ({ role, unit, path, unitName })),
    permissions: new Set(held.flatMap((one) => one.permissions)),
    from: '',
  };
}

/** Names as they are shown, 王**, of those who once did something, by the ids of their accounts. */
export async function shownNames(ctx: At, ids: readonly string[]): Promise<Map<string, string>> {
  const found = await store.accountNames(ctx, [...new Set(ids)]);
  return new Map(found.map(({ id, name }) => [id, maskName(name)]));
}

/** The account that signs in under `login`; `undefined` when there is none or it can do nothing. */
export async function loginAccount(
  ctx: Pick<Ctx, 'db' | 'settings'>,
  login: string,
): Promise<{ id: string; unit: string } | undefined> {
  const account = await store.accountById(ctx, login);
  return account && !closed(ctx, account) ? { id: account.id, unit: account.unit } : undefined;
}

/** Whether an account can do nothing: closed, or of the demo outside of demo mode. */
export const closed = (
  ctx: Pick<Ctx, 'settings'>,
  account: { disabled: boolean; demo: boolean },
): boolean => account.disabled || (account.demo && !ctx.settings.demo);

/** All roles, by name. */
export const rolesKnown = (ctx: At): Promise<Role[]> => store.allRoles(ctx);

export interface AccountQuery {
  search?: string;
  /** A unit, its subtree included. */
  unit?: string;
  role?: string;
  state?: 'open' | 'invited' | 'closed';
  after?: string;
  limit: number;
}

/** Accounts of the actor's units, names masked. Needs `organisation.read`. */
export async function listAccounts(
  ctx: Ctx,
  query: AccountQuery,
): Promise<{ accounts: AccountView[]; next: string | null }> {
  requirePermission(ctx, 'organisation.read');
  const { unit, ...rest } = query;
  const below = unit === undefined ? {} : { below: (await unitOf(ctx, unit)).path };
  const filter = { ...rest, ...below, paths: await reach(ctx), limit: query.limit + 1 };
  const rows = await store.accountsWhere(ctx, filter);
  const page = rows.slice(0, query.limit);
  const accounts = await views(ctx, page);
  return { accounts, next: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null };
}

/**
 * People who could do what the actor does: they have a permission, see every unit he works in, and
 * hold no role that excludes one of his. By login, names masked; `next` is `after` of the next page.
 */
export async function standIns(
  ctx: Ctx,
  query: { permission: string; search: string; after: string; limit: number },
): Promise<{ people: { id: string; name: string; unitName: string }[]; next: string | null }> {
  const { roles, id } = ctx.actor;
  const rows = await store.standIns(ctx, {
    ...query,
    limit: query.limit + 1,
    self: id,
    roles: roles.map(({ role }) => role),
    units: roles.map(({ path }) => path.split('/')),
    withDemo: ctx.settings.demo,
  });
  const page = rows.slice(0, query.limit);
  return {
    people: page.map((row) => ({ ...row, name: maskName(row.name) })),
    next: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
  };
}

/** The actor's own account, name unmasked. */
export async function myAccount(ctx: Ctx): Promise<AccountView> {
  const account = await store.accountById(ctx, ctx.actor.id);
  if (account === undefined) throw authErrors.make('not_signed_in');
  const unit = await store.unitByCode(ctx, account.unit);
  const [view] = await views(ctx, [{ ...account, unitName: unit?.name ?? account.unit }]);
  if (view === undefined) throw authErrors.make('not_signed_in');
  return { ...view, name: account.name };
}

/** Who is bound already may be claimed anew: what holds is told. */
function identityState(
  { id, identity }: store.AccountRow,
  claimed: ReadonlySet<string>,
): AccountView['identity'] {
  if (identity !== null) return 'bound';
  return claimed.has(id) ? 'claimed' : 'none';
}

async function views(
  ctx: At,
  rows: readonly (store.AccountRow & { unitName: string })[],
): Promise<AccountView[]> {
  const ids = rows.map((row) => row.id);
  const held = await store.rolesHeld(ctx, ids);
  const signedIn = await lastSignIns(ctx, ids);
  const claimed = await store.accountsClaimed(ctx, ids);
  return rows.map((row) => ({
    id: row.id,
    name: maskName(row.name),
    unit: row.unit,
    unitName: row.unitName,
    roles: held
      .filter((one) => one.account === row.id)
      .map(({ role, titleZh, titleEn, unit, unitName }) => {
        return { role, title: { zh: titleZh, en: titleEn }, unit, unitName };
      }),
    activated: row.password_hash !== null,
    identity: identityState(row, claimed),
    disabled: row.disabled,
    demo: row.demo,
    lastSignIn: signedIn.get(row.id)?.toISOString() ?? null,
    version: row.version,
  }));
}

/** Paths the actor sees; the platform itself sees from the district down. */
export async function reach(ctx: Ctx): Promise<string[]> {
  if (ctx.actor.kind === 'system') return [ctx.settings.county_code];
  return ctx.actor.roles.map((held) => held.path);
}

export async function requireReach(ctx: Ctx, permission: string, unit: Unit): Promise<void> {
  requirePermission(ctx, permission);
  if (!seesUnit(ctx.actor, unit.path)) {
    throw authErrors.make('not_in_unit', { unit: unit.name, permission });
  }
}

/**
 * Opens an account without roles and without a password (the person sets one by the link he is
 * given). Needs `organisation.manage` in the unit: opening is delegated to towns.
 * @throws organisation.bad_account, no_unit, not_staff, taken
 */
export async function openAccount(
  ctx: Ctx,
  input: { id: string; name: string; unit: string },
): Promise<AccountView> {
  const length = [...input.name.trim()].length;
  if (!loginPattern.test(input.id) || length < 1 || length > longestName) {
    throw organisationErrors.make('bad_account');
  }
  const unit = await unitOf(ctx, input.unit);
  await requireReach(ctx, 'organisation.manage', unit);
  if (!unit.staff) throw organisationErrors.make('not_staff', { unit: unit.name });
  return tx(ctx, async (inside) => {
    const opened = await store.insertAccount(inside, {
      ...input,
      unit: unit.code,
      passwordHash: null,
      demo: false,
      demoPosition: null,
      pack: null,
      packFile: null,
      createdAt: ctx.clock.now(),
      createdBy: ctx.actor.id,
    });
    if (!opened) throw organisationErrors.make('taken', { account: input.id });
    await note(inside, 'organisation.account_opened', input.id, { unit: unit.code });
    return viewOf(inside, input.id);
  });
}

/** Names of the roles an account holds now; none for what is no account. */
export const rolesNamed = async (ctx: At, account: string): Promise<string[]> =>
  (await store.rolesHeld(ctx, [account])).map((held) => held.role);

export async function accountOf(ctx: At, id: string): Promise<store.AccountRow> {
  const account = await store.accountById(ctx, id);
  if (account === undefined) throw organisationErrors.make('no_account', { account: id });
  return account;
}

export async function viewOf(ctx: At, id: string): Promise<AccountView> {
  const account = await accountOf(ctx, id);
  const unit = await store.unitByCode(ctx, account.unit);
  const [view] = await views(ctx, [{ ...account, unitName: unit?.name ?? account.unit }]);
  if (view === undefined) throw organisationErrors.make('no_account', { account: id });
  return view;
}

/** Changes an account that is still as it was seen. @throws organisation.stale */
export async function touch(
  ctx: At,
  input: { account: string; version: number },
  what: { disabled?: boolean },
): Promise<void> {
  if (!(await store.changeAccount(ctx, input.account, input.version, what))) {
    throw organisationErrors.make('stale', { account: input.account });
  }
}

/** Writes a change of an account down; its sessions see it with their next request. */
export async function note(
  ctx: Ctx,
  action: string,
  account: string,
  detail: Record<string, string | string[]>,
): Promise<void> {
  afterCommit(ctx, forgetActors);
  await ctx.audit.record(ctx, { action, subject: `account/${account}`, detail });
}
