/** The tables of auth: sessions, wrong logins, one-time links. Tokens are kept as SHA-256 only. */
import { sql } from 'kysely';
import type { Db } from '#kernel/db';

export interface SessionRow {
  token_hash: Buffer;
  account: string;
  csrf: string;
  created_at: Date;
  seen_at: Date;
  ended_at: Date | null;
  from_address: string;
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
  auth_sessions: SessionRow;
  auth_attempts: { name: string; wrong: number; locked_until: Date | null; last_at: Date };
  auth_links: LinkRow;
};

const tables = (db: Db) => db.withTables<AuthTables>();

export async function insertSession(db: Db, row: SessionRow): Promise<void> {
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
 * Counts one attempt before the password is looked at, so that attempts at the same time cannot
 * slip past the limit. A lock that ran out starts the count afresh; a standing lock is left as it
 * is.
 */
export async function countAttempt(
  db: Db,
  name: string,
  at: Date,
  limit: { attempts: number; lockedUntil: Date },
): Promise<Attempt> {
  const { rows } = await sql<{ wrong: number; locked_until: Date | null }>`
    insert into auth_attempts as a (name, wrong, last_at) values (${name}, 1, ${at})
    on conflict (name) do update set
      last_at = excluded.last_at,
      wrong = case when a.locked_until <= ${at} then 1 else a.wrong + 1 end,
      locked_until = case
        when a.locked_until > ${at} then a.locked_until
        when a.locked_until is null and a.wrong + 1 > ${limit.attempts} then ${limit.lockedUntil}
      end
    returning wrong, locked_until`.execute(db);
  return { wrong: rows[0]?.wrong ?? 1, lockedUntil: rows[0]?.locked_until ?? null };
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
