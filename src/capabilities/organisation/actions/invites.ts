/**
 * Invitations: the holder of an account sets the password, so that whoever opened it never knows
 * it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSessionsOf, closeTokensOf, hashPassword } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { organisationErrors } from '../errors.ts';
import { exclusionBetween, maskName } from '../model.ts';
import * as store from '../store.ts';
import { accountOf, closed, note, requireReach, rolesNamed } from './accounts.ts';
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
 * `organisation.manage` in the account's unit. Whoever makes the link could use it himself, so
 * nobody makes one for an account whose roles exclude his own.
 * @throws organisation.no_account, excluded_account, packed for accounts that a pack's file keeps
 */
export async function invite(ctx: Ctx, id: string): Promise<Invite> {
  const account = await accountOf(ctx, id);
  await requireReach(ctx, 'organisation.manage', await unitOf(ctx, account.unit));
  if (account.demo) throw organisationErrors.make('packed', { account: id });
  const clash = await exclusionOf(ctx, id, ctx.actor.id);
  if (clash) throw organisationErrors.make('excluded_account', { account: id, ...clash });
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

/** What excludes the account of a link from the roles of whoever made it. */
export const exclusionOf = async (ctx: Pick<Ctx, 'db'>, account: string, issuer: string) =>
  exclusionBetween(
    await rolesNamed(ctx, account),
    await rolesNamed(ctx, issuer),
    await store.allRoles(ctx),
  );

/** What the page of a link shows before a password is chosen. */
export interface InviteView {
  account: string;
  /** Masked: whoever found the link learns no name. */
  name: string;
  unitName: string;
  unitNameEn: string | null;
  expiresAt: Date;
  /** Fewest characters of a password. */
  passwordLength: number;
}

/**
 * Looks at a link without using it up.
 * @throws organisation.invite_spent
 */
export async function inviteOf(ctx: Ctx, token: string): Promise<InviteView> {
  const held = await store.inviteBy(ctx, hashOf(token));
  const account = await usable(ctx, held);
  if (held === undefined || account === undefined) throw organisationErrors.make('invite_spent');
  const unit = await unitOf(ctx, account.unit);
  return {
    account: account.id,
    name: maskName(account.name),
    unitName: unit.name,
    unitNameEn: unit.nameEn ?? null,
    expiresAt: held.expiresAt,
    passwordLength: ctx.settings.password_min_length,
  };
}

/**
 * The account of a link that may still be used: in its time, the account open, and its roles, which
 * may have been granted since, not such as exclude those of whoever made the link.
 */
async function usable(
  ctx: Ctx,
  held: store.InviteRow | undefined,
): Promise<store.AccountRow | undefined> {
  if (held === undefined || held.expiresAt <= ctx.clock.now()) return undefined;
  const account = await store.accountById(ctx, held.account);
  if (account === undefined || closed(ctx, account)) return undefined;
  const clash = await exclusionOf(ctx, account.id, held.createdBy);
  return clash === undefined ? account : undefined;
}

/**
 * Sets the password with the link; sessions opened with the old one are over. Anyone who holds the
 * link may: it is the proof.
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
    const held = await store.takeInvite(inside, hashOf(input.token));
    // A grant under way is waited for: the roles looked at next are those it gave.
    if (held) await store.lockAccount(inside, held.account);
    const account = await usable(inside, held);
    if (held === undefined || account === undefined) throw organisationErrors.make('invite_spent');
    // Hashing is slow by design: only who holds a good link makes the platform do it.
    const passwordHash = await hashPassword(ctx.settings, input.password);
    await store.setPassword(inside, account.id, { passwordHash, linkBy: held.createdBy });
    await closeSessionsOf(inside, account.id);
    // What a program did in its name was of a time when it was nobody's.
    await closeTokensOf(inside, account.id);
    await note(inside, 'organisation.password_set', account.id, {});
    return { account: account.id };
  });
}
