/**
 * The second factor: one-time codes by time (TOTP, RFC 6238) from an app on the person's phone, and
 * ten recovery codes on paper. A code is good once; a clock may be one step off. The secret lies
 * sealed in the database, the key to it in the home.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Ctx } from '#kernel/context';
import { afterCommit, tx } from '#kernel/db';
import { authErrors } from './actor.ts';
import { countAttempt, forgive } from './attempts.ts';
import { homeKey } from './keys.ts';
import { forgetActors } from './memory.ts';
import { tokenHash } from './secret.ts';
import { actorSource } from './source.ts';
import * as store from './store.ts';

const period = 30;
const recoveryCodes = 10;
const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM; the account is bound in, so that a sealed secret works for no other. */
function seal(ctx: Ctx, account: string, secret: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', homeKey(ctx.settings, 'factors'), iv);
  cipher.setAAD(Buffer.from(account));
  const body = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

function unseal(ctx: Ctx, account: string, sealed: Buffer): Uint8Array<ArrayBuffer> {
  const key = homeKey(ctx.settings, 'factors');
  const plain = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes));
  plain.setAAD(Buffer.from(account));
  plain.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
  const body = sealed.subarray(ivBytes + tagBytes);
  return new Uint8Array(Buffer.concat([plain.update(body), plain.final()]));
}

const totpOf = (ctx: Ctx, account: string, secret: Secret): TOTP =>
  new TOTP({
    issuer: `贯通 ${ctx.settings.county_name}`,
    label: account,
    algorithm: 'SHA1',
    digits: 6,
    period,
    secret,
  });

/** The step a code belongs to, one before or after the present one at most. */
function stepOf(ctx: Ctx, account: string, sealed: Buffer, code: string): number | undefined {
  const secret = new Secret({ buffer: unseal(ctx, account, sealed).buffer });
  const timestamp = ctx.clock.now().getTime();
  const delta = totpOf(ctx, account, secret).validate({ token: code, timestamp, window: 1 });
  return delta === null ? undefined : Math.floor(timestamp / 1000 / period) + delta;
}

const mine = (ctx: Ctx): string => {
  if (ctx.actor.kind !== 'account') throw authErrors.make('not_signed_in');
  return ctx.actor.id;
};

export interface FactorStart {
  /** `otpauth://totp/...`, for a QR code. */
  uri: string;
  /** The same secret to be typed, base 32. */
  secret: string;
}

/**
 * Begins to set up a second factor; it counts once a code from it was given.
 * @throws auth.factor_exists
 */
export async function startFactor(ctx: Ctx): Promise<FactorStart> {
  const account = mine(ctx);
  const secret = new Secret({ size: 20 });
  const begun = await store.putFactor(ctx.db, {
    account,
    secret: seal(ctx, account, new Uint8Array(secret.buffer)),
    created_at: ctx.clock.now(),
    confirmed_at: null,
    last_step: 0,
  });
  if (!begun) throw authErrors.make('factor_exists');
  return { uri: totpOf(ctx, account, secret).toString(), secret: secret.base32 };
}

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** 80 random bits in sixteen letters that are not taken for one another: `ABCD-EFGH-JKLM-NPQR`. */
const recoveryCode = (): string =>
  Array.from(randomBytes(16), (byte, at) => {
    const letter = alphabet[byte % alphabet.length] ?? '';
    return at > 0 && at % 4 === 0 ? `-${letter}` : letter;
  }).join('');

const recoveryHash = (code: string): Buffer =>
  tokenHash(code.toUpperCase().replace(/[^A-Z0-9]/g, ''));

/**
 * The first code makes the factor count. @returns recovery codes, shown this once
 * @throws auth.wrong_code
 */
export async function confirmFactor(ctx: Ctx, code: string): Promise<string[]> {
  const account = mine(ctx);
  return tx(ctx, async (inside) => {
    const factor = await store.findFactor(inside.db, account);
    const step =
      factor && factor.confirmed_at === null
        ? stepOf(inside, account, factor.secret, code)
        : undefined;
    if (step === undefined) throw authErrors.make('wrong_code');
    const codes = Array.from({ length: recoveryCodes }, recoveryCode);
    await store.confirmFactor(inside.db, account, step, ctx.clock.now());
    await store.putRecovery(inside.db, account, codes.map(recoveryHash));
    await inside.audit.record(inside, {
      action: 'auth.factor_added',
      subject: `account/${account}`,
    });
    afterCommit(inside, forgetActors);
    return codes;
  });
}

/** Whether the account has a second factor that counts. */
export const hasFactor = async (ctx: Pick<Ctx, 'db'>, account: string): Promise<boolean> =>
  ((await store.findFactor(ctx.db, account))?.confirmed_at ?? null) !== null;

/**
 * Uses a code up: of the app, newer than any before it, or a recovery code.
 * @returns false when it is wrong or was used before
 */
export async function takeCode(ctx: Ctx, account: string, code: string): Promise<boolean> {
  const factor = await store.findFactor(ctx.db, account);
  if (factor === undefined || factor.confirmed_at === null) return false;
  const typed = code.replace(/\s/g, '');
  if (/^\d{6}$/.test(typed)) {
    const step = stepOf(ctx, account, factor.secret, typed);
    return step !== undefined && store.takeStep(ctx.db, account, step);
  }
  return store.takeRecovery(ctx.db, account, recoveryHash(typed), ctx.clock.now());
}

/**
 * Takes the own second factor away, by a code of it.
 * @throws auth.wrong_code, auth.locked, auth.factor_required where the platform asks this account
 * for one
 */
export async function removeFactor(ctx: Ctx, code: string): Promise<void> {
  const account = mine(ctx);
  const { secondFactor } = await guardOf(ctx, account);
  if (secondFactor) throw authErrors.make('factor_required');
  // Counted like a sign-in: six digits are quickly guessed by whoever found an open browser.
  const counted = await countAttempt(ctx, account, async () => undefined);
  await tx(ctx, async (inside) => {
    if (!(await takeCode(inside, account, code))) throw authErrors.make('wrong_code');
    await dropFactor(inside, account);
  });
  await forgive(ctx, counted);
}

/** Takes the second factor of an account away: the phone is lost. Callers check who may. */
export async function dropFactor(ctx: Ctx, account: string): Promise<void> {
  await store.deleteFactor(ctx.db, account);
  await ctx.audit.record(ctx, { action: 'auth.factor_removed', subject: `account/${account}` });
  afterCommit(ctx, forgetActors);
}

/** How a person's account is guarded; people of the demo are let through. */
export const guardOf = async (
  ctx: Ctx,
  account: string,
): Promise<{ secondFactor: boolean; exempt: boolean }> =>
  (await actorSource().guard?.(ctx, account)) ?? { secondFactor: false, exempt: false };

/** How the own second factor stands. */
export async function factorState(
  ctx: Ctx,
): Promise<{ since: Date | null; required: boolean; recoveryLeft: number }> {
  const account = mine(ctx);
  const factor = await store.findFactor(ctx.db, account);
  const { secondFactor } = await guardOf(ctx, account);
  return {
    since: factor?.confirmed_at ?? null,
    required: secondFactor,
    recoveryLeft: await store.recoveryLeft(ctx.db, account),
  };
}
