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

/** Reads under one grant that gave rows. */
export interface GrantUse {
  grant: string;
  reads: number;
  rows: number;
  last: Date;
}

/** Reads under grants within a span of time, by grant. */
export async function grantUses(
  db: Db,
  { from, to }: { from: Date; to: Date },
): Promise<GrantUse[]> {
  const { rows } = await sql<{ grant: string; reads: number; rows: number; last: Date }>`
    select grant_id as grant, count(*) as reads, sum(row_count)::bigint as rows, max(at) as last
    from audit_seen
    where id >= ${firstIdOf(from)} and id < ${firstIdOf(to)} and grant_id is not null
      and row_count > 0
    group by grant_id`.execute(db);
  return rows.map((row) => ({ ...row, reads: Number(row.reads), rows: Number(row.rows) }));
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
    from audit_seen cross join lateral (
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
