/** Rows that are out: those of each dataset's last landed delivery that went back. */
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';

/**
 * Returned rows of the delivery that landed last, by dataset; datasets without any are left out.
 */
export async function rowsOut(ctx: Pick<Ctx, 'db'>): Promise<Map<string, number>> {
  const found = await sql<{ dataset: string; returned: number }>`
    select delivery.dataset, delivery.returned
    from ingest_delivery as delivery
    join (
      select dataset, max(ending) as ending from ingest_delivery
      where state = 'landed' group by dataset
    ) as last on last.dataset = delivery.dataset and last.ending = delivery.ending
    where delivery.returned > 0`.execute(ctx.db);
  return new Map(found.rows.map(({ dataset, returned }) => [dataset, Number(returned)]));
}
