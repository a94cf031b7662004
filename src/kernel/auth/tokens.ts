/**
 * Access tokens for programs: a message gateway that pushes reports, a script that reads. A token
 * acts as a service account, with the roles that account holds in its unit and no others.
 */
import { randomUUID } from 'node:crypto';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { kernelErrors } from '#kernel/errors';
import { type Actor, authErrors, requirePermission } from './actor.ts';
import { newToken, tokenHash } from './secret.ts';
import { actorSource, clientSource } from './source.ts';
import * as store from './store.ts';

export const tokensPermission = 'auth.tokens';

const dayMs = 24 * 3_600_000;
/** Marks the secret, so that scanners of leaked secrets and people know it for what it is. */
const prefix = 'gtk_';

/** A token as it is listed: never the secret. */
export interface Token {
  id: string;
  account: string;
  title: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

const toToken = (row: store.TokenRow): Token => ({
  id: row.id,
  account: row.account,
  title: row.title,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
});

/**
 * Issues a token for `account`, valid for `days`. The secret is in the answer and nowhere else.
 * @throws auth.not_allowed, auth.no_account, auth.person_account, auth.excluded_token
 */
export async function issueToken(
  ctx: Ctx,
  input: { account: string; title: string; days: number },
): Promise<Token & { secret: string }> {
  requirePermission(ctx, tokensPermission);
  const { account, title } = input;
  const person = await actorSource().byAccount(ctx, account);
  if (person === undefined) throw authErrors.make('no_account', { account });
  // Else who issues tokens could act as any person, in the very roles that exclude his own.
  const signsIn = await actorSource().login(ctx, account);
  if (signsIn && signsIn.passwordHash !== null)
    throw authErrors.make('person_account', { account });
  // An account that was opened for a person has no password yet either.
  if (await actorSource().excludes?.(ctx, account, ctx.actor.id)) {
    throw authErrors.make('excluded_token', { account });
  }
  const now = ctx.clock.now();
  const secret = prefix + newToken();
  const row: store.TokenRow = {
    id: randomUUID(),
    token_hash: tokenHash(secret),
    account,
    title,
    created_at: now,
    created_by: ctx.actor.id,
    expires_at: new Date(now.getTime() + input.days * dayMs),
    revoked_at: null,
  };
  await tx(ctx, async (inside) => {
    await store.insertToken(inside.db, row);
    await inside.audit.record(inside, {
      action: 'auth.token_issued',
      subject: `token/${row.id}`,
      detail: { account, title, days: input.days },
    });
  });
  return { ...toToken(row), secret };
}

/** All tokens, newest first. @throws auth.not_allowed */
export async function listTokens(ctx: Ctx): Promise<Token[]> {
  requirePermission(ctx, tokensPermission);
  return (await store.allTokens(ctx.db)).map(toToken);
}

/**
 * Takes a token back; the next request with it is refused.
 * @throws auth.not_allowed, kernel.not_found
 */
export async function revokeToken(ctx: Ctx, id: string): Promise<void> {
  requirePermission(ctx, tokensPermission);
  await tx(ctx, async (inside) => {
    const account = await store.revokeToken(inside.db, id, ctx.clock.now());
    if (account === undefined) throw kernelErrors.make('not_found', { what: `token ${id}` });
    await inside.audit.record(inside, {
      action: 'auth.token_revoked',
      subject: `token/${id}`,
      detail: { account },
    });
  });
}

async function closed(ctx: Ctx, account: string, count: number): Promise<void> {
  if (count === 0) return;
  await ctx.audit.record(ctx, {
    action: 'auth.token_revoked',
    subject: `account/${account}`,
    detail: { account, tokens: count },
  });
}

/** Takes every token of an account back: it is a person's now. */
export const closeTokensOf = async (ctx: Ctx, account: string): Promise<void> =>
  closed(ctx, account, await store.revokeTokensOf(ctx.db, account, ctx.clock.now()));

/** Takes back those whose issuer may not hold what the account holds now. */
export async function closeExcludedTokens(ctx: Ctx, account: string): Promise<void> {
  for (const issuer of await store.tokenIssuers(ctx.db, account)) {
    if (!(await actorSource().excludes?.(ctx, account, issuer))) continue;
    const now = ctx.clock.now();
    await closed(ctx, account, await store.revokeTokensOf(ctx.db, account, now, issuer));
  }
}

/** Who a token lets in. @throws auth.bad_token */
export async function byToken(ctx: Ctx, secret: string): Promise<Actor> {
  const client = await clientSource()?.(ctx, secret);
  if (client !== undefined) return { ...client, from: ctx.actor.from };
  const row = await store.findToken(ctx.db, tokenHash(secret), ctx.clock.now());
  const actor = row && (await actorSource().byAccount(ctx, row.account));
  if (actor === undefined) throw authErrors.make('bad_token');
  return { ...actor, kind: 'client', from: ctx.actor.from };
}
