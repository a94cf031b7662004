/** The tables of auth: sessions, wrong logins, one-time links. Tokens are kept as SHA-256 only. */
import { type Generated, type Insertable, type Selectable, type SqlBool, sql } from 'kysely';
import type { Db } from '#kernel/db';

interface SessionTable {
  token_hash: Buffer;
  account: string;
  csrf: string;
  created_at: Date;
  seen_at: Date;
  ended_at: Date | null;
  from_address: string;
  id: Generated<string>;
  agent: string;
  proved_at: Date | null;
  strong: Generated<boolean>;
}

export type SessionRow = Selectable<SessionTable>;

interface FactorRow {
  account: string;
  secret: Buffer;
  created_at: Date;
  confirmed_at: Date | null;
  last_step: number;
}

interface LinkRow {
  token_hash: Buffer;
  account: string;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
}

export interface TokenRow {
  id: string;
  token_hash: Buffer;
  account: string;
  title: string;
  created_at: Date;
  created_by: string;
  expires_at: Date;
  revoked_at: Date | null;
}

type AuthTables = {
  auth_tokens: TokenRow;
  auth_sessions: SessionTable;
  auth_sign_ins: { account: string; from_address: string; at: Date };
  auth_factors: FactorRow;
  auth_recovery: { account: string; code_hash: Buffer; used_at: Date | null };
  auth_attempts: {
    name: string;
    wrong: number;
    locked_until: Date | null;
    last_at: Date;
    since: Date | null;
  };
  auth_links: LinkRow;
};

const tables = (db: Db) => db.withTables<AuthTables>();

export async function insertSession(db: Db, row: Insertable<SessionTable>): Promise<void> {
  await tables(db).insertInto('auth_sessions').values(row).execute();
}

export const findSession = (db: Db, tokenHash: Buffer): Promise<SessionRow | undefined> =>
  tables(db)
    .selectFrom('auth_sessions')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();

export async function touchSession(db: Db, tokenHash: Buffer, at: Date): Promise<void> {
  await tables(db)
    .updateTable('auth_sessions')
    .set({ seen_at: at })
    .where('token_hash', '=', tokenHash)
    .where('seen_at', '<', at)
    .execute();
}

export async function endSession(db: Db, tokenHash: Buffer, at: Date): Promise<void> {
  await tables(db)
    .updateTable('auth_sessions')
    .set({ ended_at: at })
    .where('token_hash', '=', tokenHash)
    .where('ended_at', 'is', null)
    .execute();
}

export async function endSessionsOf(db: Db, account: string, at: Date): Promise<void> {
  await tables(db)
    .updateTable('auth_sessions')
    .set({ ended_at: at })
    .where('account', '=', account)
    .where('ended_at', 'is', null)
    .execute();
}

/** Sessions, links and wrong logins nobody can use any more. */
export async function sweep(db: Db, before: Date): Promise<void> {
  await tables(db).deleteFrom('auth_sessions').where('created_at', '<', before).execute();
  await tables(db).deleteFrom('auth_links').where('expires_at', '<', before).execute();
  await tables(db).deleteFrom('auth_attempts').where('last_at', '<', before).execute();
}

export interface Attempt {
  wrong: number;
  lockedUntil: Date | null;
}

/**
 * Counts one attempt of a key. What happened before `from`, or before a lock that ran out, is
 * forgotten; a standing lock is left as it is.
 */
export async function countAttempt(
  db: Db,
  name: string,
  at: Date,
  limit: { attempts: number; from: Date; lockedUntil: Date },
): Promise<Attempt> {
  const afresh = sql`case when a.locked_until is not null then a.locked_until <= ${at}
    else coalesce(a.since, a.last_at) < ${limit.from} end`;
  const { rows } = await sql<{ wrong: number; locked_until: Date | null }>`
    insert into auth_attempts as a (name, wrong, last_at, since) values (${name}, 1, ${at}, ${at})
    on conflict (name) do update set
      last_at = excluded.last_at,
      since = case when (${afresh}) then excluded.since else coalesce(a.since, a.last_at) end,
      wrong = case when (${afresh}) then 1 else a.wrong + 1 end,
      locked_until = case
        when a.locked_until > ${at} then a.locked_until
        when not (${afresh}) and a.wrong + 1 > ${limit.attempts} then ${limit.lockedUntil}
      end
    returning wrong, locked_until`.execute(db);
  return { wrong: rows[0]?.wrong ?? 1, lockedUntil: rows[0]?.locked_until ?? null };
}

/** Takes one attempt back from each of these keys. */
export async function uncount(db: Db, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await tables(db)
    .updateTable('auth_attempts')
    .set({ wrong: sql`greatest(wrong - 1, 0)` })
    .where('name', 'in', [...names])
    .where('locked_until', 'is', null)
    .execute();
}

/** Whether the account signed in from an address since an instant. */
export async function signedInFrom(
  db: Db,
  account: string,
  address: string,
  since: Date,
): Promise<boolean> {
  const row = await tables(db)
    .selectFrom('auth_sign_ins')
    .select('at')
    .where('account', '=', account)
    .where('from_address', '=', address)
    .where('at', '>', since)
    .executeTakeFirst();
  return row !== undefined;
}

export async function noteSignIn(
  db: Db,
  row: { account: string; from_address: string; at: Date },
): Promise<void> {
  await tables(db)
    .insertInto('auth_sign_ins')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['account', 'from_address']).doUpdateSet({ at: row.at }),
    )
    .execute();
}

/** Last sign-in of each of these accounts that ever signed in. */
export async function lastSignIns(
  db: Db,
  accounts: readonly string[],
): Promise<{ account: string; at: Date }[]> {
  const { rows } = await sql<{ account: string; at: Date }>`
    select account, max(at) as at from auth_sign_ins
    where account = any(${[...accounts]}::text[]) group by account`.execute(db);
  return rows;
}

export async function clearAttempts(db: Db, name: string): Promise<void> {
  await tables(db).deleteFrom('auth_attempts').where('name', '=', name).execute();
}

export async function insertLink(db: Db, row: LinkRow): Promise<void> {
  await tables(db).insertInto('auth_links').values(row).execute();
}

/** Uses a link up: the account it signs in, once. */
export async function useLink(db: Db, tokenHash: Buffer, at: Date): Promise<string | undefined> {
  const used = await tables(db)
    .updateTable('auth_links')
    .set({ used_at: at })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .returning('account')
    .executeTakeFirst();
  return used?.account;
}

export async function insertToken(db: Db, row: TokenRow): Promise<void> {
  await tables(db).insertInto('auth_tokens').values(row).execute();
}

/** The token that still lets its account in. */
export const findToken = (db: Db, tokenHash: Buffer, at: Date): Promise<TokenRow | undefined> =>
  tables(db)
    .selectFrom('auth_tokens')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', at)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();

/** All tokens, newest first. */
export const allTokens = (db: Db): Promise<TokenRow[]> =>
  tables(db).selectFrom('auth_tokens').selectAll().orderBy('created_at', 'desc').execute();

/** Takes tokens of an account back: all, or those somebody issued. @returns how many stood */
export async function revokeTokensOf(
  db: Db,
  account: string,
  at: Date,
  issuer?: string,
): Promise<number> {
  const { numUpdatedRows } = await tables(db)
    .updateTable('auth_tokens')
    .set({ revoked_at: at })
    .where('account', '=', account)
    .where('revoked_at', 'is', null)
    .$if(issuer !== undefined, (query) => query.where('created_by', '=', issuer ?? ''))
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Who issued the tokens of an account that were not taken back. */
export async function tokenIssuers(db: Db, account: string): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom('auth_tokens')
    .select('created_by')
    .distinct()
    .where('account', '=', account)
    .where('revoked_at', 'is', null)
    .execute();
  return rows.map((row) => row.created_by);
}

/**
 * Takes a token back. @returns its account, `undefined` when there is none or it was taken back
 * before
 */
export async function revokeToken(db: Db, id: string, at: Date): Promise<string | undefined> {
  const revoked = await tables(db)
    .updateTable('auth_tokens')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('account')
    .executeTakeFirst();
  return revoked?.account;
}

const live = (account: string, idleFrom: Date, oldestFrom: Date) => sql<SqlBool>`
  account = ${account} and ended_at is null and seen_at > ${idleFrom}
  and created_at > ${oldestFrom}`;

/** Sessions of an account that are not over, the newest first. */
export const liveSessions = (
  db: Db,
  account: string,
  idleFrom: Date,
  oldestFrom: Date,
): Promise<SessionRow[]> =>
  tables(db)
    .selectFrom('auth_sessions')
    .selectAll()
    .where(live(account, idleFrom, oldestFrom))
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();

/** Ends sessions of an account by their ids. @returns how many were not over yet */
export async function endSessionsById(
  db: Db,
  account: string,
  ids: readonly string[],
  at: Date,
): Promise<number> {
  const result = await tables(db)
    .updateTable('auth_sessions')
    .set({ ended_at: at })
    .where('account', '=', account)
    .where('id', 'in', [...ids])
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

export async function proveSession(db: Db, tokenHash: Buffer, at: Date): Promise<void> {
  await tables(db)
    .updateTable('auth_sessions')
    .set({ proved_at: at })
    .where('token_hash', '=', tokenHash)
    .where('ended_at', 'is', null)
    .execute();
}

/** Begins a factor over one that was never confirmed. @returns false when one counts already */
export async function putFactor(db: Db, row: FactorRow): Promise<boolean> {
  const { account: _account, ...values } = row;
  const result = await tables(db)
    .insertInto('auth_factors')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('account').doUpdateSet(values).where('auth_factors.confirmed_at', 'is', null),
    )
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export const findFactor = (db: Db, account: string): Promise<FactorRow | undefined> =>
  tables(db)
    .selectFrom('auth_factors')
    .selectAll()
    .where('account', '=', account)
    .executeTakeFirst();

/** A factor counts from now on; the step of its first code is used up. */
export async function confirmFactor(
  db: Db,
  account: string,
  step: number,
  at: Date,
): Promise<void> {
  await tables(db)
    .updateTable('auth_factors')
    .set({ confirmed_at: at, last_step: step })
    .where('account', '=', account)
    .execute();
}

/** Uses a step up. @returns false when it, or a later one, was used before */
export async function takeStep(db: Db, account: string, step: number): Promise<boolean> {
  const result = await tables(db)
    .updateTable('auth_factors')
    .set({ last_step: step })
    .where('account', '=', account)
    .where('last_step', '<', step)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function putRecovery(
  db: Db,
  account: string,
  hashes: readonly Buffer[],
): Promise<void> {
  await tables(db).deleteFrom('auth_recovery').where('account', '=', account).execute();
  const rows = hashes.map((hash) => ({ account, code_hash: hash, used_at: null }));
  await tables(db).insertInto('auth_recovery').values(rows).execute();
}

export async function takeRecovery(
  db: Db,
  account: string,
  hash: Buffer,
  at: Date,
): Promise<boolean> {
  const result = await tables(db)
    .updateTable('auth_recovery')
    .set({ used_at: at })
    .where('account', '=', account)
    .where('code_hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function recoveryLeft(db: Db, account: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from auth_recovery
    where account = ${account} and used_at is null`.execute(db);
  return rows[0]?.n ?? 0;
}

export async function deleteFactor(db: Db, account: string): Promise<void> {
  await tables(db).deleteFrom('auth_factors').where('account', '=', account).execute();
  await tables(db).deleteFrom('auth_recovery').where('account', '=', account).execute();
}
