/** "Who looked at my data", for the person himself. */
import { looksAt } from '#kernel/audit';
import { authErrors, holds, personHash, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { organisationErrors } from '../errors.ts';
import { type IdentityClaim, type Look, maskName } from '../model.ts';
import * as store from '../store.ts';
import { accountOf, note, reach, requireReach } from './accounts.ts';
import { requireApart } from './roles.ts';
import { unitOf } from './units.ts';

export interface IdentityState {
  state: 'claimed' | 'bound';
}

/** `role@unit name of the unit`, as the audit keeps it. */
const heldThen = (text: string | undefined): { role: string; unitName: string } => {
  const match = /^([^@]*)@\S+ ?(.*)$/.exec(text ?? '');
  return { role: match?.[1] ?? '', unitName: match?.[2] ?? '' };
};

/**
 * Who read data about the person of this account: unit, role, purpose, time, newest first. Sealed
 * purposes and sealed roles are left out as if they had never been.
 * @returns nothing, and `bound` false, while nobody has said whose account it is
 * @throws auth.not_signed_in
 */
export async function whoLooked(
  ctx: Ctx,
  page: {
    after?: string | undefined;
    limit: number;
    /** Datasets of which nobody may tell him. */
    sealedDatasets?: readonly string[];
  },
): Promise<{ bound: boolean; looks: Look[]; next: string | null }> {
  if (ctx.actor.kind !== 'account') throw authErrors.make('not_signed_in');
  const account = await store.accountById(ctx, ctx.actor.id);
  const person = account?.identity;
  if (person === null || person === undefined) return { bound: false, looks: [], next: null };
  const roles = await store.allRoles(ctx);
  const sealedRoles = roles.filter((role) => role.sealed).map((role) => role.name);
  const { items, next } = await looksAt(ctx, { person, sealedRoles, ...page });
  const looks = items.map((record): Look => {
    const { role, unitName } = heldThen(record.roles[0]);
    const title = roles.find((one) => one.name === role)?.title;
    return {
      at: record.at,
      unit: unitName,
      role: title?.zh ?? role,
      roleEn: title?.en ?? role,
      dataset: record.dataset,
      purpose: record.purpose,
      action: record.action,
    };
  });
  return { bound: true, looks, next };
}

/**
 * Keyed hash of the person an account is bound to; null while nobody has said whose it is.
 * @throws auth.not_signed_in
 */
export async function identityOf(ctx: Ctx): Promise<string | null> {
  if (ctx.actor.kind !== 'account') throw authErrors.make('not_signed_in');
  return (await store.accountById(ctx, ctx.actor.id))?.identity ?? null;
}

/** Nobody says of himself who he is. */
function notHisOwn(ctx: Ctx, account: string): void {
  if (ctx.actor.id === account) throw organisationErrors.make('own_identity');
}

async function bound(ctx: Ctx, account: store.AccountRow, hash: string): Promise<void> {
  await store.setIdentity(ctx, account.id, hash);
  // One person with two accounts is one person: what excludes itself is told now.
  const roles = await store.rolesHeld(ctx, [account.id]);
  await requireApart(ctx, account, roles, await store.allRoles(ctx));
  await note(ctx, 'organisation.identity_bound', account.id, {});
}

/**
 * Binds an account to a person whose document was seen. An identity provider's word holds at once;
 * a person's waits for `confirmIdentity`: who is bound reads all that is held about that person.
 * Only the keyed hash of the number is kept. Needs `organisation.manage` in the account's unit.
 * @returns `claimed` while the second has not said so
 * @throws organisation.no_account, exclusive, too_soon, own_identity, auth.not_in_unit
 */
export async function bindIdentity(
  ctx: Ctx,
  input: { account: string; identity: string },
): Promise<IdentityState> {
  const account = await accountOf(ctx, input.account);
  await requireReach(ctx, 'organisation.manage', await unitOf(ctx, account.unit));
  notHisOwn(ctx, account.id);
  const hash = personHash(ctx.settings, input.identity);
  return tx(ctx, async (inside) => {
    if (ctx.actor.kind === 'system') {
      await bound(inside, account, hash);
      return { state: 'bound' };
    }
    await store.putIdentityClaim(inside, {
      account: account.id,
      identity: hash,
      claimed_by: ctx.actor.id,
      claimed_at: ctx.clock.now(),
    });
    await note(inside, 'organisation.identity_claimed', account.id, {});
    return { state: 'claimed' };
  });
}

/**
 * The second of the two: sees the document himself and enters the same number. Another number ends
 * it, and both begin anew: who might try as often as he likes would find the number that was
 * entered. Needs `organisation.grant` in the account's unit.
 * @throws organisation.no_account, no_claim, own_identity, own_claim, identity_differs,
 * exclusive, too_soon, auth.not_in_unit
 */
export async function confirmIdentity(
  ctx: Ctx,
  input: { account: string; identity: string },
): Promise<IdentityState> {
  const account = await accountOf(ctx, input.account);
  await requireReach(ctx, 'organisation.grant', await unitOf(ctx, account.unit));
  notHisOwn(ctx, account.id);
  const hash = personHash(ctx.settings, input.identity);
  const isSame = await tx(ctx, async (inside) => {
    const claim = await store.lockIdentityClaim(inside, account.id);
    if (claim === null) throw organisationErrors.make('no_claim', { account: account.id });
    if (claim.claimed_by === ctx.actor.id) throw organisationErrors.make('own_claim');
    if (claim.identity === hash) {
      await bound(inside, account, hash);
      return true;
    }
    await store.dropIdentityClaim(inside, account.id);
    await note(inside, 'organisation.identity_differs', account.id, {});
    return false;
  });
  if (isSame) return { state: 'bound' };
  throw organisationErrors.make('identity_differs', { account: account.id });
}

/**
 * Turns down what the first of the two said: the document was not shown, or says otherwise. Whoever
 * may confirm it may, and whoever said it.
 * @throws organisation.no_account, no_claim, auth.not_in_unit
 */
export async function rejectIdentity(
  ctx: Ctx,
  input: { account: string; reason: string },
): Promise<void> {
  const account = await accountOf(ctx, input.account);
  const unit = await unitOf(ctx, account.unit);
  await tx(ctx, async (inside) => {
    const claim = await store.lockIdentityClaim(inside, account.id);
    const isHis = claim?.claimed_by === ctx.actor.id;
    await requireReach(ctx, isHis ? 'organisation.manage' : 'organisation.grant', unit);
    if (claim === null) throw organisationErrors.make('no_claim', { account: account.id });
    await store.dropIdentityClaim(inside, account.id);
    await note(inside, 'organisation.identity_rejected', account.id, { reason: input.reason });
  });
}

/** Claims of the asker's units that wait for the second. Needs `organisation.read`. */
export async function identityClaims(ctx: Ctx, limit: number): Promise<IdentityClaim[]> {
  requirePermission(ctx, 'organisation.read');
  const mayGrant = holds(ctx.actor, 'organisation.grant');
  const found = await store.identityClaimsBelow(ctx, await reach(ctx), limit);
  return found.map(({ account, name, unitName, claimed_by, claimed_at }) => ({
    account,
    name: maskName(name),
    unitName,
    claimedBy: claimed_by,
    claimedAt: claimed_at.toISOString(),
    mayConfirm: mayGrant && ![claimed_by, account].includes(ctx.actor.id),
  }));
}
