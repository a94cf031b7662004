/** The past of a dataset in the manifest: what stood when, and what is forgotten of it. */
import { sql } from 'kysely';
import type { Db } from '#kernel/db';
import { lakeErrors } from './errors.ts';
import type { KeepRules, Snapshot } from './model.ts';
import { type SnapshotRow, snapshotFields, toSnapshot } from './store.ts';

/** Every version there was, kept or forgotten. */
const everySql = sql.raw(`(select id, dataset, version, reason, at from lake_snapshots
  union all select id, dataset, version, reason, at from lake_forgotten) every`);

/**
 * A version as it can still be read: itself, or another one with the same rows, which compactions
 * right after a commit have.
 * @throws lake.snapshot_gone when none of them is kept
 */
async function kept(db: Db, dataset: string, version: number): Promise<Snapshot> {
  const { rows } = await sql<SnapshotRow>`
    with run as (
      select coalesce(max(version) filter (where version <= ${version}), 0) as low,
        min(version) filter (where version > ${version}) as high
      from ${everySql} where dataset = ${dataset} and reason = 'commit')
    select ${snapshotFields} from lake_snapshots, run
    where dataset = ${dataset} and version >= low and (high is null or version < high)
    order by version <> ${version}, version desc limit 1`.execute(db);
  if (rows[0] !== undefined) return toSnapshot(rows[0]);
  const { rows: after } = await sql<{ version: number }>`
    select version from lake_snapshots where dataset = ${dataset} and version > ${version}
    order by version limit 1`.execute(db);
  throw lakeErrors.make('snapshot_gone', { dataset, version, first: after[0]?.version ?? 0 });
}

/** @throws lake.snapshot_gone past its retention, lake.unknown_snapshot when there never was one */
export async function getSnapshot(db: Db, dataset: string, id: number): Promise<Snapshot> {
  const { rows } = await sql<{ version: number }>`
    select version from ${everySql} where dataset = ${dataset} and id = ${id}`.execute(db);
  if (rows[0] !== undefined) return kept(db, dataset, rows[0].version);
  throw lakeErrors.make('unknown_snapshot', { dataset, snapshot: id });
}

/**
 * The same by its number within the dataset.
 * @throws lake.snapshot_gone, lake.unknown_version
 */
export async function getVersion(db: Db, dataset: string, version: number): Promise<Snapshot> {
  const { rows } = await sql<{ newest: number | null }>`
    select max(version) as newest from lake_snapshots where dataset = ${dataset}`.execute(db);
  if (version >= 1 && version <= (rows[0]?.newest ?? 0)) return kept(db, dataset, version);
  throw lakeErrors.make('unknown_version', { dataset, version });
}

/**
 * The snapshot that stood at `at`; null before the first. One that is forgotten is an error, never
 * answered with the one before it, whose rows were not true any more.
 * @throws lake.snapshot_gone
 */
export async function snapshotAt(db: Db, dataset: string, at: Date): Promise<Snapshot | null> {
  const { rows } = await sql<{ version: number }>`
    select version from ${everySql} where dataset = ${dataset} and at <= ${at}
    order by version desc limit 1`.execute(db);
  return rows[0] === undefined ? null : kept(db, dataset, rows[0].version);
}

/** What this dataset keeps where it differs from the settings; null when it does not. */
export async function keepRulesOf(db: Db, dataset: string): Promise<KeepRules | null> {
  const { rows } = await sql<{ retention: KeepRules | null }>`
    select retention from lake_datasets where dataset = ${dataset}`.execute(db);
  return rows[0]?.retention ?? null;
}

export async function saveKeepRules(
  db: Db,
  dataset: string,
  rules: KeepRules | null,
): Promise<void> {
  const retention = rules === null ? null : JSON.stringify(rules);
  await sql`
    update lake_datasets set retention = ${retention}::jsonb where dataset = ${dataset}`.execute(
    db,
  );
}

export interface Forgetting {
  /** What stood then and all later ones are kept. */
  before: Date;
  /** Newest ones kept, however old. */
  snapshots: number;
  /** Month ends, by the district's clock, whose state is kept. */
  monthEnds: number;
  timeZone: string;
  now: Date;
}

/**
 * Forgets snapshots that no rule keeps: older than the one that stood at `before` (what was true on
 * the first day kept must stay readable), not among the newest, not what stood at a month's end,
 * and not what the newest snapshot of another dataset was made from.
 * @returns how many were forgotten
 */
export async function forgetSnapshots(db: Db, dataset: string, rules: Forgetting): Promise<number> {
  const { before, snapshots, monthEnds, timeZone, now } = rules;
  const { numAffectedRows } = await sql`
    with month_ends as (
      select stood.version from generate_series(0, ${monthEnds}::integer - 1) as months (back)
      cross join lateral (
        select s.version from lake_snapshots s
        where s.dataset = ${dataset} and s.at < (
          date_trunc('month', ${now}::timestamptz at time zone ${timeZone})
          - back * interval '1 month') at time zone ${timeZone}
        order by s.at desc, s.version desc limit 1) stood),
    used as (
      select jsonb_array_elements(newest.upstream)::bigint as id from lake_datasets d
      cross join lateral (
        select s.upstream from lake_snapshots s where s.dataset = d.dataset
        order by s.version desc limit 1) newest),
    gone as (delete from lake_snapshots old
    where old.dataset = ${dataset}
      and old.version < (
        select max(version) from lake_snapshots where dataset = ${dataset} and at <= ${before})
      and old.version <= (
        select max(version) from lake_snapshots where dataset = ${dataset}) - ${snapshots}::integer
      and not exists (select from month_ends e where e.version = old.version)
      and not exists (select from used where used.id = old.id)
      returning old.id, old.dataset, old.version, old.reason, old.at)
    insert into lake_forgotten (id, dataset, version, reason, at, forgotten_at)
    select id, dataset, version, reason, at, ${now} from gone`.execute(db);
  await releaseFiles(db, dataset, now);
  return Number(numAffectedRows ?? 0);
}

/** Marks files that no retained snapshot reads. */
async function releaseFiles(db: Db, dataset: string, at: Date): Promise<void> {
  await sql`
    update lake_files f set released_at = ${at}
    where f.dataset = ${dataset} and f.released_at is null and f.until is not null and not exists (
      select 1 from lake_snapshots s
      where s.dataset = f.dataset and s.version >= f.since and s.version < f.until
    )`.execute(db);
}

/**
 * Takes files out of the manifest whose grace is over, with their marks and the indexes that cover
 * nothing else.
 * @returns their paths
 */
export async function takeReleased(db: Db, dataset: string, before: Date): Promise<string[]> {
  const { rows: indexes } = await sql<{ path: string }>`
    select i.path from lake_indexes i join lake_files f on f.id = i.file_id
    where i.dataset = ${dataset}
    group by i.path having bool_and(coalesce(f.released_at <= ${before}, false))`.execute(db);
  const { rows: marks } = await sql<{ path: string }>`
    select m.path from lake_marks m join lake_files f on f.id = m.file_id
    where m.dataset = ${dataset} and f.released_at <= ${before}`.execute(db);
  const { rows: files } = await sql<{ path: string }>`
    delete from lake_files where dataset = ${dataset} and released_at <= ${before}
    returning path`.execute(db);
  return [...indexes, ...marks, ...files].map((row) => row.path);
}
