/** What a person changes of his own account, and what is mended for one who lost his phone. */
import { closeSessionsOf, dropFactor, hashPassword, requireProof } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { organisationErrors } from '../errors.ts';
import * as store from '../store.ts';
import { accountOf, note, requireReach } from './accounts.ts';
import { exclusionOf } from './invites.ts';
import { unitOf } from './units.ts';

/**
 * Changes the own password, by the old one and the code where there is one; every session ends.
 * @throws organisation.short_password, packed for demo people, auth.wrong_login, auth.code_needed
 */
export async function changePassword(
  ctx: Ctx,
  input: { old: string; password: string; code?: string | undefined },
): Promise<void> {
  const account = await accountOf(ctx, ctx.actor.id);
  if (account.demo) throw organisationErrors.make('packed', { account: account.id });
  const length = ctx.settings.password_min_length;
  if ([...input.password].length < length) {
    throw organisationErrors.make('short_password', { length });
  }
  await requireProof(ctx, { password: input.old, code: input.code });
  const passwordHash = await hashPassword(ctx.settings, input.password);
  await tx(ctx, async (inside) => {
    // Whoever made the link may have used it himself, and this be he: it stays his.
    const linkBy = account.password_link_by ?? account.id;
    await store.setPassword(inside, account.id, { passwordHash, linkBy });
    await closeSessionsOf(inside, account.id);
    await note(inside, 'organisation.password_set', account.id, {});
  });
}

/**
 * Takes the second factor of somebody who lost it away; his sessions end. Needs
 * `organisation.manage` in the account's unit; never for an account whose roles exclude one's own.
 * @throws organisation.no_account, excluded_account
 */
export async function resetFactor(ctx: Ctx, id: string): Promise<void> {
  const account = await accountOf(ctx, id);
  await requireReach(ctx, 'organisation.manage', await unitOf(ctx, account.unit));
  const clash = await exclusionOf(ctx, id, ctx.actor.id);
  if (clash) throw organisationErrors.make('excluded_account', { account: id, ...clash });
  await tx(ctx, async (inside) => {
    await dropFactor(inside, id);
    await closeSessionsOf(inside, id);
  });
}
