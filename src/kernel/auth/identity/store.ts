/** The tables of identities. */
import type { Db } from '#kernel/db';

export interface WayRow {
  state_hash: Buffer;
  browser_hash: Buffer;
  provider: string;
  purpose: 'sign_in' | 'link' | 'code';
  /** Whose: of a `link` who began it, of a `code` who was vouched for. */
  account: string | null;
  nonce: string;
  verifier: string;
  back: string;
  expires_at: Date;
}

interface IdentityRow {
  provider: string;
  subject: Buffer;
  account: string;
  linked_at: Date;
}

type IdentityTables = { auth_ways: WayRow; auth_identities: IdentityRow };

const tables = (db: Db) => db.withTables<IdentityTables>();

/** Keeps a way; those that ran out go. */
export async function putWay(db: Db, way: WayRow, now: Date): Promise<void> {
  await tables(db).deleteFrom('auth_ways').where('expires_at', '<=', now).execute();
  await tables(db).insertInto('auth_ways').values(way).execute();
}

/** The way back, used up by asking for it. */
export const takeWay = (
  db: Db,
  way: Pick<WayRow, 'state_hash' | 'browser_hash' | 'provider'>,
  now: Date,
): Promise<WayRow | undefined> =>
  tables(db)
    .deleteFrom('auth_ways')
    .where('state_hash', '=', way.state_hash)
    .where('browser_hash', '=', way.browser_hash)
    .where('provider', '=', way.provider)
    .where('purpose', '<>', 'code')
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();

/** The newest way of a browser that waits for a code. */
export const waitingForCode = (
  db: Db,
  browserHash: Buffer,
  now: Date,
): Promise<WayRow | undefined> =>
  tables(db)
    .selectFrom('auth_ways')
    .selectAll()
    .where('browser_hash', '=', browserHash)
    .where('purpose', '=', 'code')
    .where('expires_at', '>', now)
    .orderBy('expires_at', 'desc')
    .limit(1)
    .executeTakeFirst();

/** @returns whether it was there to be ended */
export async function endWay(db: Db, stateHash: Buffer): Promise<boolean> {
  const { numDeletedRows } = await tables(db)
    .deleteFrom('auth_ways')
    .where('state_hash', '=', stateHash)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** The account an identity signs in as. */
export async function accountOf(
  db: Db,
  provider: string,
  subject: Buffer,
): Promise<string | undefined> {
  const row = await tables(db)
    .selectFrom('auth_identities')
    .select('account')
    .where('provider', '=', provider)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row?.account;
}

/** @returns false when the identity, or the account, is linked already */
export async function putIdentity(db: Db, row: IdentityRow): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto('auth_identities')
    .values(row)
    .onConflict((on) => on.doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Provider -> since when, for the identities of an account. */
export async function identitiesOf(db: Db, account: string): Promise<Map<string, Date>> {
  const rows = await tables(db)
    .selectFrom('auth_identities')
    .select(['provider', 'linked_at'])
    .where('account', '=', account)
    .execute();
  return new Map(rows.map((row) => [row.provider, row.linked_at]));
}

/** @returns whether there was one */
export async function dropIdentity(db: Db, provider: string, account: string): Promise<boolean> {
  const { numDeletedRows } = await tables(db)
    .deleteFrom('auth_identities')
    .where('provider', '=', provider)
    .where('account', '=', account)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
