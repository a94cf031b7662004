/** How many rows PostgreSQL had to look at: what a page costs must not grow with what is past. */
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';

/**
 * Does the work in a transaction of its own and counts the rows of these tables that were read in
 * it, by scans and by indexes. Statistics of the tables are made first, as a server does by itself.
 */
export async function rowsRead(
  ctx: Ctx,
  tables: readonly string[],
  work: (inner: Ctx) => Promise<unknown>,
): Promise<number> {
  for (const table of tables) await sql`vacuum analyze ${sql.table(table)}`.execute(ctx.db);
  return tx(ctx, async (inner) => {
    // The same connection may have read before, and not reported it yet.
    const before = await readSoFar(inner, tables);
    await work(inner);
    return (await readSoFar(inner, tables)) - before;
  });
}

async function readSoFar({ db }: Ctx, tables: readonly string[]): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint as n
    from pg_stat_xact_user_tables where relname = any (${[...tables]}::text[])`.execute(db);
  return Number(rows[0]?.n ?? 0);
}
