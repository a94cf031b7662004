/** "Who looked at my data", for the person himself. */
import { looksAt } from '#kernel/audit';
import { authErrors, personHash } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import type { Look } from '../model.ts';
import * as store from '../store.ts';
import { accountOf, note, requireReach } from './accounts.ts';
import { requireApart } from './roles.ts';
import { unitOf } from './units.ts';

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
  page: { after?: string | undefined; limit: number },
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
 * Binds an account to a person whose document an identity provider, or a clerk, has seen. Only the
 * keyed hash of the number is kept. Needs `organisation.manage` in the account's unit.
 * @throws organisation.no_account, exclusive, too_soon, auth.not_in_unit
 */
export async function bindIdentity(
  ctx: Ctx,
  input: { account: string; identity: string },
): Promise<void> {
  const account = await accountOf(ctx, input.account);
  await requireReach(ctx, 'organisation.manage', await unitOf(ctx, account.unit));
  await tx(ctx, async (inside) => {
    await store.setIdentity(inside, account.id, personHash(ctx.settings, input.identity));
    // One person with two accounts is one person: what excludes itself is told now.
    const roles = await store.rolesHeld(inside, [account.id]);
    await requireApart(inside, account, roles, await store.allRoles(inside));
    await note(inside, 'organisation.identity_bound', account.id, {});
  });
}
