/** Rankings of months that are over. */
import { sql } from 'kysely';
import type { Ranking } from '../model.ts';
import type { StoreCtx } from './declared.ts';

export interface StoredRanking {
  month: string;
  frozen_at: Date;
  digest: string;
  body: Ranking;
}

/** Writes a month once. @returns false when it stood already */
export async function freezeMonth(ctx: StoreCtx, one: StoredRanking): Promise<boolean> {
  const { rows } = await sql`
    insert into quality_ranking (month, frozen_at, digest, body)
    values (${one.month}, ${one.frozen_at}, ${one.digest}, ${JSON.stringify(one.body)})
    on conflict (month) do nothing returning month`.execute(ctx.db);
  return rows.length > 0;
}

export async function frozenMonth(ctx: StoreCtx, month: string): Promise<StoredRanking | null> {
  const { rows } = await sql<StoredRanking>`
    select month, frozen_at, digest, body from quality_ranking
    where month = ${month}`.execute(ctx.db);
  return rows[0] ?? null;
}

/** Months that are frozen, newest first. */
export async function frozenMonths(ctx: StoreCtx): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`
    select month from quality_ranking order by month desc`.execute(ctx.db);
  return rows.map((row) => row.month);
}
