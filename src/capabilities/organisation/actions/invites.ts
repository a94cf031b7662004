/**
 * Invitations: the holder of an account sets the password, so that whoever opened it never knows
 * it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { hashPassword } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { organisationErrors } from '../errors.ts';
import * as store from '../store.ts';
import { accountOf, closed, note, requireReach } from './accounts.ts';
import { unitOf } from './units.ts';

const hourMs = 3_600_000;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export interface Invite {
  /** To be handed to the person, once; only its hash is kept. */
  token: string;
  expiresAt: Date;
}

/**
 * A one-time link to set the password of an account; an older one stops working. Needs
 * `organisation.manage` in the account's unit.
 * @throws organisation.no_account, organisation.packed for accounts that a pack's file keeps
 */
export async function invite(ctx: Ctx, id: string): Promise<Invite> {
  const account = await accountOf(ctx, id);
  await requireReach(ctx, 'organisation.manage', await unitOf(ctx, account.unit));
  if (account.demo) throw organisationErrors.make('packed', { account: id });
  const token = randomBytes(32).toString('base64url');
  const hours = ctx.settings.invite_valid_hours;
  const expiresAt = new Date(ctx.clock.now().getTime() + hours * hourMs);
  return tx(ctx, async (inside) => {
    const createdBy = ctx.actor.id;
    await store.putInvite(inside, { tokenHash: hashOf(token), account: id, expiresAt, createdBy });
    await note(inside, 'organisation.invited', id, {});
    return { token, expiresAt };
  });
}

/**
 * Sets the password with the link. Anyone who holds the link may: it is the proof.
 * @throws organisation.short_password (the link stays good), organisation.invite_spent
 */
export async function acceptInvite(
  ctx: Ctx,
  input: { token: string; password: string },
): Promise<{ account: string }> {
  const length = ctx.settings.password_min_length;
  if ([...input.password].length < length) {
    throw organisationErrors.make('short_password', { length });
  }
  return tx(ctx, async (inside) => {
    const id = await store.takeInvite(inside, hashOf(input.token), ctx.clock.now());
    const account = id === undefined ? undefined : await store.accountById(inside, id);
    if (account === undefined || closed(ctx, account)) {
      throw organisationErrors.make('invite_spent');
    }
    // Hashing is slow by design: only who holds a good link makes the platform do it.
    const passwordHash = await hashPassword(ctx.settings, input.password);
    await store.setPassword(inside, account.id, passwordHash);
    await note(inside, 'organisation.password_set', account.id, {});
    return { account: account.id };
  });
}
