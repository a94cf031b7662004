/** Verbs on people: find them, open and close their accounts, grant them roles. */
import { type Actor, authErrors, forgetActors, requirePermission, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { afterCommit, tx } from '#kernel/db';
import { organisationErrors } from '../errors.ts';
import {
  type AccountView,
  exclusionAmong,
  exclusionBetween,
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
  after?: string;
  limit: number;
}

/** Accounts of the actor's units, names masked. Needs `organisation.read`. */
export async function listAccounts(
  ctx: Ctx,
  query: AccountQuery,
): Promise<{ accounts: AccountView[]; next: string | null }> {
  requirePermission(ctx, 'organisation.read');
  const filter = { ...query, paths: await reach(ctx), limit: query.limit + 1 };
  const rows = await store.accountsWhere(ctx, filter);
  const page = rows.slice(0, query.limit);
  const accounts = await views(ctx, page);
  return { accounts, next: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null };
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

async function views(
  ctx: At,
  rows: readonly (store.AccountRow & { unitName: string })[],
): Promise<AccountView[]> {
  const held = await store.rolesHeld(
    ctx,
    rows.map((row) => row.id),
  );
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
    disabled: row.disabled,
    demo: row.demo,
    version: row.version,
  }));
}

/** Paths the actor sees; the platform itself sees from the district down. */
async function reach(ctx: Ctx): Promise<string[]> {
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

/**
 * Closes an account or opens it again. A closed one loses its sessions with the next request.
 * Needs `organisation.manage` in the account's unit.
 * @throws organisation.no_account, organisation.stale
 */
export async function setClosed(
  ctx: Ctx,
  input: { account: string; version: number; closed: boolean },
): Promise<AccountView> {
  const account = await accountOf(ctx, input.account);
  await requireReach(ctx, 'organisation.manage', await unitOf(ctx, account.unit));
  return tx(ctx, async (inside) => {
    await change(inside, input, { disabled: input.closed });
    const action = input.closed ? 'organisation.account_closed' : 'organisation.account_reopened';
    await note(inside, action, input.account, {});
    return viewOf(inside, input.account);
  });
}

/**
 * Gives an account exactly these roles. Needs `organisation.grant` in the account's unit and in
 * every unit a role is given or taken in; nobody grants to himself. An account whose password was
 * set by somebody's link gets no role that excludes that one's: he may know the password.
 * @throws organisation.own_roles, no_role, no_unit, wrong_level, exclusive, excluded_link, stale
 */
export async function grantRoles(
  ctx: Ctx,
  input: { account: string; version: number; roles: HeldRole[] },
): Promise<AccountView> {
  const account = await accountOf(ctx, input.account);
  await requireReach(ctx, 'organisation.grant', await unitOf(ctx, account.unit));
  if (account.id === ctx.actor.id) throw organisationErrors.make('own_roles');
  const before = await store.rolesHeld(ctx, [account.id]);
  const known = await store.allRoles(ctx);
  for (const held of changed(before, input.roles)) await requireGrantable(ctx, held, known);
  const clash = exclusionAmong(
    input.roles.map((held) => held.role),
    known,
  );
  if (clash) throw organisationErrors.make('exclusive', clash);
  await requireFreeOfLink(ctx, account, input.roles, known);
  return tx(ctx, async (inside) => {
    await change(inside, input, {});
    await store.setRoles(inside, account.id, unique(input.roles));
    const words = (held: readonly HeldRole[]) => held.map((one) => `${one.role}@${one.unit}`);
    await note(inside, 'organisation.roles_granted', account.id, {
      before: words(before),
      after: words(input.roles),
    });
    return viewOf(inside, account.id);
  });
}

async function requireFreeOfLink(
  ctx: Ctx,
  account: store.AccountRow,
  roles: readonly HeldRole[],
  known: readonly Role[],
): Promise<void> {
  const issuer = account.password_link_by;
  if (issuer === null || issuer === account.id) return;
  const names = roles.map((held) => held.role);
  const clash = exclusionBetween(names, await rolesNamed(ctx, issuer), known);
  if (clash === undefined) return;
  throw organisationErrors.make('excluded_link', { account: account.id, issuer, ...clash });
}

/** Names of the roles an account holds now; none for what is no account. */
export const rolesNamed = async (ctx: At, account: string): Promise<string[]> =>
  (await store.rolesHeld(ctx, [account])).map((held) => held.role);

const sameRole = (a: HeldRole, b: HeldRole): boolean => a.role === b.role && a.unit === b.unit;

const unique = (roles: readonly HeldRole[]): HeldRole[] =>
  roles.filter((one, at) => roles.findIndex((other) => sameRole(one, other)) === at);

/** Roles on one side only: those given and those taken. */
const changed = (before: readonly HeldRole[], after: readonly HeldRole[]): HeldRole[] => [
  ...after.filter((one) => !before.some((other) => sameRole(one, other))),
  ...before.filter((one) => !after.some((other) => sameRole(one, other))),
];

async function requireGrantable(ctx: Ctx, held: HeldRole, known: readonly Role[]): Promise<void> {
  const role = known.find((one) => one.name === held.role);
  if (role === undefined) throw organisationErrors.make('no_role', { role: held.role });
  const unit = await unitOf(ctx, held.unit);
  await requireReach(ctx, 'organisation.grant', unit);
  if (!role.levels.includes(unit.level)) {
    throw organisationErrors.make('wrong_level', { role: role.title.zh, unit: unit.name });
  }
}

export async function accountOf(ctx: At, id: string): Promise<store.AccountRow> {
  const account = await store.accountById(ctx, id);
  if (account === undefined) throw organisationErrors.make('no_account', { account: id });
  return account;
}

async function viewOf(ctx: At, id: string): Promise<AccountView> {
  const account = await accountOf(ctx, id);
  const unit = await store.unitByCode(ctx, account.unit);
  const [view] = await views(ctx, [{ ...account, unitName: unit?.name ?? account.unit }]);
  if (view === undefined) throw organisationErrors.make('no_account', { account: id });
  return view;
}

async function change(
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
