/** Closing accounts and opening them again. */
import { closeSessionsOf } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import type { AccountView } from '../model.ts';
import * as store from '../store.ts';
import { accountOf, note, requireReach, touch, viewOf } from './accounts.ts';
import { requireApart } from './roles.ts';
import { unitOf } from './units.ts';

/**
 * Closes an account, which ends its sessions, or opens it again, which may not bring two
 * administrators into one person. Needs `organisation.manage` in the account's unit.
 * @throws organisation.no_account, stale, exclusive, too_soon
 */
export async function setClosed(
  ctx: Ctx,
  input: { account: string; version: number; closed: boolean },
): Promise<AccountView> {
  const account = await accountOf(ctx, input.account);
  await requireReach(ctx, 'organisation.manage', await unitOf(ctx, account.unit));
  return tx(ctx, async (inside) => {
    await touch(inside, input, { disabled: input.closed });
    if (input.closed) await closeSessionsOf(inside, input.account);
    else {
      const roles = await store.rolesHeld(inside, [account.id]);
      await requireApart(inside, account, roles, await store.allRoles(inside));
    }
    const action = input.closed ? 'organisation.account_closed' : 'organisation.account_reopened';
    await note(inside, action, input.account, {});
    return viewOf(inside, input.account);
  });
}
