/**
 * Roles of an account change by two people: the system administrator proposes, the security
 * administrator confirms. The three administrators stay three people, also over time and when one
 * person has several accounts.
 */
import { randomUUID } from 'node:crypto';
import { closeExcludedTokens, closeSessionsOf, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { organisationErrors } from '../errors.ts';
import {
  type AccountView,
  exclusionAmong,
  exclusionBetween,
  type HeldRole,
  maskName,
  type Role,
  type RoleChange,
} from '../model.ts';
import * as store from '../store.ts';
import { accountOf, note, reach, requireReach, rolesNamed, touch, viewOf } from './accounts.ts';
import { unitOf } from './units.ts';

const dayMs = 24 * 3_600_000;

const proposing = 'organisation.manage';
const confirming = 'organisation.grant';

const sameRole = (a: HeldRole, b: HeldRole): boolean => a.role === b.role && a.unit === b.unit;

const unique = (roles: readonly HeldRole[]): HeldRole[] =>
  roles.filter((one, at) => roles.findIndex((other) => sameRole(one, other)) === at);

/** Roles on one side only: those given and those taken. */
const changed = (before: readonly HeldRole[], after: readonly HeldRole[]): HeldRole[] => [
  ...after.filter((one) => !before.some((other) => sameRole(one, other))),
  ...before.filter((one) => !after.some((other) => sameRole(one, other))),
];

const words = (held: readonly HeldRole[]) => held.map((one) => `${one.role}@${one.unit}`);
const plain = (held: readonly HeldRole[]): HeldRole[] =>
  held.map(({ role, unit }) => ({ role, unit }));

async function requireFitting(
  ctx: Ctx,
  permission: string,
  held: HeldRole,
  known: readonly Role[],
): Promise<void> {
  const role = known.find((one) => one.name === held.role);
  if (role === undefined) throw organisationErrors.make('no_role', { role: held.role });
  const unit = await unitOf(ctx, held.unit);
  await requireReach(ctx, permission, unit);
  if (!role.levels.includes(unit.level)) {
    throw organisationErrors.make('wrong_level', { role: role.title.zh, unit: unit.name });
  }
}

/** Whoever made the link a password was set by may know it. */
async function requireFreeOfLink(
  ctx: Ctx,
  account: store.AccountRow,
  names: readonly string[],
  known: readonly Role[],
): Promise<void> {
  const issuer = account.password_link_by;
  if (issuer === null || issuer === account.id) return;
  const clash = exclusionBetween(names, await rolesNamed(ctx, issuer), known);
  if (clash === undefined) return;
  throw organisationErrors.make('excluded_link', { account: account.id, issuer, ...clash });
}

/** A role that excludes one the person held lately waits for `duty_break_days` to pass. */
async function requireBreak(
  ctx: Ctx,
  account: string,
  names: readonly string[],
  known: readonly Role[],
): Promise<void> {
  const days = ctx.settings.duty_break_days;
  const since = new Date(ctx.clock.now().getTime() - days * dayMs);
  for (const past of await store.pastRoles(ctx, account, since)) {
    const clash = exclusionBetween(names, [past.role], known);
    if (clash === undefined) continue;
    const until = past.until.toISOString().slice(0, 10);
    throw organisationErrors.make('too_soon', { ...clash, until, days });
  }
}

/**
 * Refuses roles that would make two administrators one person: among themselves, with another
 * account of the same person, by the link the password was set with, or too soon after another
 * duty.
 * @throws organisation.exclusive, excluded_link, too_soon
 */
export async function requireApart(
  ctx: Ctx,
  account: store.AccountRow,
  roles: readonly HeldRole[],
  known: readonly Role[],
): Promise<void> {
  const names = roles.map((held) => held.role);
  const others = await store.rolesOfSamePerson(ctx, account.id);
  const clash = exclusionAmong(names, known) ?? exclusionBetween(names, others, known);
  if (clash) throw organisationErrors.make('exclusive', clash);
  await requireFreeOfLink(ctx, account, names, known);
  await requireBreak(ctx, account.id, names, known);
}

interface Wish {
  account: string;
  version: number;
  roles: HeldRole[];
}

/** The account, after every check that `permission` may make of the wish. */
async function checked(ctx: Ctx, permission: string, wish: Wish) {
  const account = await accountOf(ctx, wish.account);
  await requireReach(ctx, permission, await unitOf(ctx, account.unit));
  if (account.id === ctx.actor.id) throw organisationErrors.make('own_roles');
  const before = plain(await store.rolesHeld(ctx, [account.id]));
  const known = await store.allRoles(ctx);
  for (const held of changed(before, wish.roles)) {
    await requireFitting(ctx, permission, held, known);
  }
  await requireApart(ctx, account, wish.roles, known);
  return { account, before };
}

/** Gives the roles; whoever is signed in has to do so again. */
async function give(ctx: Ctx, wish: Wish, before: readonly HeldRole[], by: object): Promise<void> {
  await touch(ctx, wish, {});
  await store.setRoles(ctx, wish.account, unique(wish.roles));
  await closeSessionsOf(ctx, wish.account);
  await closeExcludedTokens(ctx, wish.account);
  await note(ctx, 'organisation.roles_granted', wish.account, {
    before: words(before),
    after: words(wish.roles),
    ...by,
  });
}

/**
 * Gives an account exactly these roles at once. Only the platform and the operator at the machine
 * may: they open the first administrators. All others propose and confirm.
 * @throws organisation.needs_two, own_roles, no_role, no_unit, wrong_level, exclusive,
 * excluded_link, too_soon, stale
 */
export async function grantRoles(ctx: Ctx, wish: Wish): Promise<AccountView> {
  requirePermission(ctx, confirming);
  if (!ctx.actor.permissions.has('*')) throw organisationErrors.make('needs_two');
  const { account, before } = await checked(ctx, confirming, wish);
  return tx(ctx, async (inside) => {
    await give(inside, wish, before, {});
    return viewOf(inside, account.id);
  });
}

/**
 * Proposes exactly these roles for an account; a proposal that still waits is replaced. Needs
 * `organisation.manage` in the account's unit and in every unit a role is given or taken in.
 * @throws organisation.nothing_changes and as `grantRoles`
 */
export async function proposeRoles(ctx: Ctx, wish: Wish & { reason: string }): Promise<RoleChange> {
  const { account, before } = await checked(ctx, proposing, wish);
  if (account.version !== wish.version) {
    throw organisationErrors.make('stale', { account: account.id });
  }
  const after = unique(wish.roles);
  if (changed(before, after).length === 0) throw organisationErrors.make('nothing_changes');
  const row = {
    id: randomUUID(),
    account: account.id,
    version: account.version,
    before,
    after,
    reason: wish.reason,
    proposed_by: ctx.actor.id,
    proposed_at: ctx.clock.now(),
  };
  await tx(ctx, async (inside) => {
    await store.insertRoleChange(inside, row);
    await note(inside, 'organisation.roles_proposed', account.id, {
      before: words(before),
      after: words(after),
      reason: wish.reason,
    });
  });
  const unit = await unitOf(ctx, account.unit);
  const open = { state: 'proposed' as const, decided_by: null, decided_at: null, answer: null };
  return toChange({ ...row, ...open, name: account.name, unitName: unit.name });
}

/**
 * Confirms a proposal: now the roles are given, after the same checks once more. Needs
 * `organisation.grant`; neither who proposed it nor whom it is about.
 * @throws organisation.no_change, own_proposal, stale, and as `grantRoles`
 */
export async function confirmRoles(ctx: Ctx, id: string): Promise<AccountView> {
  requirePermission(ctx, confirming);
  return tx(ctx, async (inside) => {
    const change = await store.lockRoleChange(inside, id);
    if (change === undefined) throw organisationErrors.make('no_change');
    if ([change.proposed_by, change.account].includes(ctx.actor.id)) {
      throw organisationErrors.make('own_proposal');
    }
    const { account, version, proposed_by: proposedBy } = change;
    const wish = { account, version, roles: change.after as HeldRole[] };
    const { before } = await checked(inside, confirming, wish);
    await give(inside, wish, before, { proposedBy, change: id });
    await store.answerRoleChange(inside, id, decided(ctx, 'confirmed', null));
    return viewOf(inside, account);
  });
}

/**
 * Turns a proposal down, with the reason.
 * @throws organisation.no_change
 */
export async function rejectRoles(ctx: Ctx, id: string, answer: string): Promise<void> {
  requirePermission(ctx, confirming);
  await tx(ctx, async (inside) => {
    const change = await store.lockRoleChange(inside, id);
    if (change === undefined) throw organisationErrors.make('no_change');
    const account = await accountOf(inside, change.account);
    await requireReach(inside, confirming, await unitOf(inside, account.unit));
    await store.answerRoleChange(inside, id, decided(ctx, 'rejected', answer));
    await note(inside, 'organisation.roles_rejected', change.account, { change: id, answer });
  });
}

const decided = (ctx: Ctx, state: 'confirmed' | 'rejected', answer: string | null) => ({
  state,
  decided_by: ctx.actor.id,
  decided_at: ctx.clock.now(),
  answer,
});

const toChange = (row: store.RoleChangeFound): RoleChange => ({
  id: row.id,
  account: row.account,
  name: maskName(row.name),
  unitName: row.unitName,
  before: row.before as HeldRole[],
  after: row.after as HeldRole[],
  reason: row.reason,
  state: row.state,
  proposedBy: row.proposed_by,
  proposedAt: row.proposed_at.toISOString(),
  decidedBy: row.decided_by,
  decidedAt: row.decided_at?.toISOString() ?? null,
  answer: row.answer,
});

/** Changes of roles in the asker's units: those that wait first. Needs `organisation.read`. */
export async function roleChanges(ctx: Ctx, limit: number): Promise<RoleChange[]> {
  requirePermission(ctx, 'organisation.read');
  return (await store.roleChangesBelow(ctx, await reach(ctx), limit)).map(toChange);
}
