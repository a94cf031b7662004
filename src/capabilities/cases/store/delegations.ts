/** SQL of lent hands. */
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';

type StoreCtx = Pick<Ctx, 'db'>;

export interface DelegationRow {
  id: number;
  account: string;
  account_name: string;
  delegate: string;
  delegate_name: string;
  from_at: Date;
  until_at: Date;
  reason: string;
  made_at: Date;
  revoked_at: Date | null;
}

/** Hands lent to an account at a moment. */
export async function lentTo(
  ctx: StoreCtx,
  delegate: string,
  now: Date,
): Promise<Pick<DelegationRow, 'account' | 'account_name'>[]> {
  const found = await sql<DelegationRow>`select distinct account, account_name
    from case_delegation
    where delegate = ${delegate} and revoked_at is null and from_at <= ${now} and until_at > ${now}
    order by account`.execute(ctx.db);
  return found.rows;
}

export async function insertDelegation(
  ctx: StoreCtx,
  row: Omit<DelegationRow, 'id' | 'revoked_at'>,
): Promise<DelegationRow> {
  const made = await sql<DelegationRow>`
    insert into case_delegation (account, account_name, delegate, delegate_name, from_at, until_at,
      reason, made_by, made_at)
    values (${row.account}, ${row.account_name}, ${row.delegate}, ${row.delegate_name},
      ${row.from_at}, ${row.until_at}, ${row.reason}, ${row.account}, ${row.made_at})
    returning *`.execute(ctx.db);
  const [first] = made.rows;
  if (!first) throw new Error('a delegation was not written');
  return first;
}

/** Those an account gave or was given, newest first. */
export async function delegationsOf(ctx: StoreCtx, account: string): Promise<DelegationRow[]> {
  const found = await sql<DelegationRow>`select * from case_delegation
    where account = ${account} or delegate = ${account}
    order by from_at desc, id desc limit 100`.execute(ctx.db);
  return found.rows;
}

/** Whether an account lends its hands to somebody in any part of a time. */
export async function lendsMeanwhile(
  ctx: StoreCtx,
  account: string,
  time: { from: Date; until: Date },
): Promise<boolean> {
  const found = await sql`select 1 from case_delegation
    where account = ${account} and revoked_at is null
      and from_at < ${time.until} and until_at > ${time.from} limit 1`.execute(ctx.db);
  return found.rows.length > 0;
}

/** Takes one back that still runs or is to come. @returns whether there was one */
export async function revokeRow(
  ctx: StoreCtx,
  id: number,
  by: { account: string; at: Date },
): Promise<DelegationRow | undefined> {
  const found = await sql<DelegationRow>`update case_delegation
    set revoked_by = ${by.account}, revoked_at = ${by.at}
    where id = ${id} and account = ${by.account} and revoked_at is null and until_at > ${by.at}
    returning *`.execute(ctx.db);
  return found.rows[0];
}

/** Those who hand over at the same moment follow each other. */
export async function lockLender(ctx: StoreCtx, account: string): Promise<void> {
  const key = `delegation ${account}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(ctx.db);
}
