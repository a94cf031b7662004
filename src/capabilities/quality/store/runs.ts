/** Runs of checks and what was measured of items. */
import { sql } from 'kysely';
import type { ReadSnapshot } from '#gate/model';
import type { CheckState, Measure } from '../model.ts';
import type { StoreCtx } from './declared.ts';

/** Town -> rows checked, and of these faulty. */
export type Towns = Record<string, [of: number, faulty: number]>;

export interface NewRun {
  dataset: string;
  check: string;
  digest: string;
  at: Date;
  state: CheckState;
  snapshot: number | null;
  snapshots: ReadSnapshot[];
  of: number | null;
  faulty: number | null;
  towns: Towns;
  measure: Measure | null;
  ms: number;
  failed: string | null;
}

export interface StoredRun extends NewRun {
  id: number;
}

/** Until the transaction ends nobody else writes runs of this dataset. */
export async function lockDataset(ctx: StoreCtx, dataset: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`quality/${dataset}`}, 0))`.execute(
    ctx.db,
  );
}

export async function saveRun(ctx: StoreCtx, run: NewRun): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into quality_run (dataset, check_name, digest, at, state, snapshot, snapshots,
      of_rows, faulty, towns, measure, ms, failed_code)
    values (${run.dataset}, ${run.check}, ${run.digest}, ${run.at}, ${run.state}, ${run.snapshot},
      ${JSON.stringify(run.snapshots)}, ${run.of}, ${run.faulty}, ${JSON.stringify(run.towns)},
      ${run.measure === null ? null : JSON.stringify(run.measure)}, ${run.ms}, ${run.failed})
    returning id`.execute(ctx.db);
  return rows[0]?.id ?? 0;
}

const columns = sql`id, dataset, check_name as "check", digest, at, state, snapshot, snapshots,
  of_rows as "of", faulty, towns, measure, ms, failed_code as failed`;

/** The last run of each check of a dataset, by its name. */
export async function lastRuns(ctx: StoreCtx, dataset: string): Promise<Map<string, StoredRun>> {
  const { rows } = await sql<StoredRun>`
    select distinct on (check_name) ${columns} from quality_run
    where dataset = ${dataset} order by check_name, id desc`.execute(ctx.db);
  return new Map(rows.map((row) => [row.check, row]));
}

/** Runs of one check, newest first. */
export async function runsOf(
  ctx: StoreCtx,
  { dataset, check }: { dataset: string; check: string },
  limit: number,
): Promise<StoredRun[]> {
  const { rows } = await sql<StoredRun>`
    select ${columns} from quality_run
    where dataset = ${dataset} and check_name = ${check}
    order by id desc limit ${limit}`.execute(ctx.db);
  return rows;
}

/** When a check of the dataset ran last; null before any. */
export async function lastRunAt(ctx: StoreCtx, dataset: string): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(at) as at from quality_run where dataset = ${dataset}`.execute(ctx.db);
  return rows[0]?.at ?? null;
}

/** Forgets all but the newest runs of each check. */
export async function forgetRuns(ctx: StoreCtx, kept: number): Promise<void> {
  await sql`delete from quality_run where id in (
    select id from (
      select id, row_number() over (partition by dataset, check_name order by id desc) as place
      from quality_run
    ) as placed where place > ${kept})`.execute(ctx.db);
}

export type Profile =
  | { kind: 'categories'; rows: number; counts: Record<string, number>; rest: number }
  | { kind: 'deciles'; rows: number; cuts: number[] };

/** Forgets all but the newest profiles of each item. */
export async function forgetProfiles(ctx: StoreCtx, kept: number): Promise<void> {
  await sql`delete from quality_profile old where old.snapshot <= (
    select snapshot from quality_profile
    where dataset = old.dataset and item = old.item
    order by snapshot desc offset ${kept} limit 1)`.execute(ctx.db);
}

interface ProfileKey {
  dataset: string;
  item: string;
  snapshot: number;
}

export async function saveProfile(
  ctx: StoreCtx,
  { dataset, item, snapshot }: ProfileKey,
  at: Date,
  profile: Profile,
): Promise<void> {
  await sql`insert into quality_profile (dataset, item, snapshot, at, profile)
    values (${dataset}, ${item}, ${snapshot}, ${at}, ${JSON.stringify(profile)})
    on conflict (dataset, item, snapshot) do update
    set at = excluded.at, profile = excluded.profile`.execute(ctx.db);
}

/** Profiles of the snapshots before, newest first. */
export async function profilesBefore(
  ctx: StoreCtx,
  { dataset, item, snapshot }: ProfileKey,
  limit: number,
): Promise<Profile[]> {
  const { rows } = await sql<{ profile: Profile }>`
    select profile from quality_profile
    where dataset = ${dataset} and item = ${item} and snapshot < ${snapshot}
    order by snapshot desc limit ${limit}`.execute(ctx.db);
  return rows.map((row) => row.profile);
}
