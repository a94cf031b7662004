/** How much datasets were read and by whom, counted over the audit. */
import { sql } from 'kysely';
import type { Db } from '#kernel/db';
import { firstIdOf } from './ids.ts';

export interface DatasetUse {
  dataset: string;
  /** Codes of the units the readers acted for, in order. */
  units: string[];
  reads: number;
  rows: number;
}

/**
 * Records of these actions that gave rows to people and clients within a span of time, by dataset
 * and units. The
 * ids of records are ordered by time: the span is read by the primary key.
 */
export async function datasetUses(
  db: Db,
  { from, to, actions }: { from: Date; to: Date; actions: readonly string[] },
): Promise<DatasetUse[]> {
  const { rows } = await sql<{ dataset: string; units: string[]; reads: number; rows: number }>`
    select dataset, units, count(*) as reads, sum(row_count)::bigint as rows
    from audit_records cross join lateral (
      select coalesce(array_agg(distinct code order by code), '{}') as units
      from unnest(roles) held (role),
        lateral (select split_part(split_part(role, '@', 2), ' ', 1) as code) given
    ) acted
    where id >= ${firstIdOf(from)} and id < ${firstIdOf(to)} and dataset is not null
      and row_count > 0 and actor_kind in ('account', 'client')
      and action = any(${[...actions]})
    group by dataset, units`.execute(db);
  return rows.map((row) => ({ ...row, reads: Number(row.reads), rows: Number(row.rows) }));
}
