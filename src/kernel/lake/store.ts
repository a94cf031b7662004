/** The manifest in PostgreSQL: datasets, their schemas, snapshots and files. */
import { relative } from 'node:path';
import { sql } from 'kysely';
import type { Db } from '#kernel/db';
import { lakeErrors } from './errors.ts';
import type { Column, DatasetShape, LakeMode, Snapshot } from './model.ts';

export interface Schema {
  version: number;
  columns: Column[];
  key: string[];
}

export interface Dataset {
  dataset: string;
  mode: LakeMode;
  /** As declared last. */
  schema: Schema;
}

export interface LakeFile {
  id: number;
  /** Relative to the lake's root. */
  path: string;
  kind: 'rows' | 'tombstones';
  reason: 'commit' | 'compact';
  /** Version whose state it writes; tombstones of higher layers strike its rows out. */
  layer: number;
  /** First version that reads it. */
  since: number;
  /** First version that does not read it any more. */
  until: number | null;
  schemaVersion: number;
  rows: number;
  bytes: number;
  sha256: string;
  keyMin: string | null;
  keyMax: string | null;
  /** Of tombstones: the version whose files their positions speak of; null: keys only. */
  positionsOf: number | null;
  /** Of tombstones with positions: ids of the files they strike rows of. */
  targets: number[] | null;
  /** The index of its keys, when it has one, and the number of its first row there. */
  index: { path: string; engine: string; first: number } | null;
}

export type NewFile = Omit<LakeFile, 'id' | 'until' | 'index' | 'positionsOf' | 'targets'> & {
  dataset: string;
  batch: string | null;
  positionsOf?: number | null;
  targets?: number[] | null;
};

export async function manifestId(db: Db): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from lake_identity`.execute(db);
  return rows[0]?.id ?? '';
}

/** One writer of a dataset at a time, over all processes; held until the transaction ends. */
export async function lockDataset(db: Db, dataset: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`lake/${dataset}`}, 0))`.execute(db);
}

/** The same without waiting. @returns whether the lock is held now */
export async function tryLockDataset(db: Db, dataset: string): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`lake/${dataset}`}, 0)) as held`.execute(
    db,
  );
  return rows[0]?.held === true;
}

export async function findDataset(db: Db, dataset: string): Promise<Dataset | undefined> {
  const { rows } = await sql<{
    mode: LakeMode;
    version: number;
    columns: Column[];
    key_columns: string[];
  }>`
    select d.mode, s.version, s.columns, s.key_columns
    from lake_datasets d
    join lake_schemas s on s.dataset = d.dataset and s.version = d.schema_version
    where d.dataset = ${dataset}`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const schema = { version: row.version, columns: row.columns, key: row.key_columns };
  return { dataset, mode: row.mode, schema };
}

/** @throws lake.unknown_dataset */
export async function getDataset(db: Db, dataset: string): Promise<Dataset> {
  const found = await findDataset(db, dataset);
  if (found === undefined) throw lakeErrors.make('unknown_dataset', { dataset });
  return found;
}

export async function listDatasets(db: Db): Promise<string[]> {
  const { rows } = await sql<{ dataset: string }>`
    select dataset from lake_datasets order by dataset`.execute(db);
  return rows.map((row) => row.dataset);
}

export async function saveShape(
  db: Db,
  shape: DatasetShape,
  version: number,
  at: Date,
): Promise<void> {
  const { dataset, mode, columns, key } = shape;
  await sql`
    insert into lake_datasets (dataset, mode, schema_version, declared_at)
    values (${dataset}, ${mode}, ${version}, ${at})
    on conflict (dataset) do update
    set mode = excluded.mode, schema_version = excluded.schema_version
  `.execute(db);
  await sql`
    insert into lake_schemas (dataset, version, columns, key_columns, declared_at)
    values (${dataset}, ${version}, ${JSON.stringify(columns)}, ${JSON.stringify(key)}, ${at})
    on conflict do nothing`.execute(db);
}

export async function loadSchemas(db: Db, dataset: string): Promise<Map<number, Schema>> {
  const { rows } = await sql<{ version: number; columns: Column[]; key_columns: string[] }>`
    select version, columns, key_columns from lake_schemas where dataset = ${dataset}`.execute(db);
  return new Map(
    rows.map(({ version, columns, key_columns: key }) => [version, { version, columns, key }]),
  );
}

export interface SnapshotRow {
  id: number;
  dataset: string;
  version: number;
  reason: 'commit' | 'compact';
  mode: LakeMode;
  schema_version: number;
  rows: number;
  bytes: number;
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  batch: string | null;
  upstream: number[];
  at: Date;
}

export const toSnapshot = ({ schema_version: schemaVersion, ...row }: SnapshotRow): Snapshot => ({
  ...row,
  schemaVersion,
  fresh: true,
});

export const snapshotFields = sql.raw(
  `id, dataset, version, reason, mode, schema_version, rows, bytes, added, changed, removed, unchanged,
   batch, upstream, at`,
);

export async function latestSnapshot(db: Db, dataset: string): Promise<Snapshot | null> {
  const { rows } = await sql<SnapshotRow>`
    select ${snapshotFields} from lake_snapshots where dataset = ${dataset}
    order by version desc limit 1`.execute(db);
  return rows[0] === undefined ? null : toSnapshot(rows[0]);
}

/** The newest snapshot of a dataset that a compaction did not make, by its id. */
export async function lastCommit(db: Db, dataset: string): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    select id from lake_snapshots where dataset = ${dataset} and reason = 'commit'
    order by version desc limit 1`.execute(db);
  return rows[0]?.id ?? null;
}

/** The newest snapshot of each of these datasets, those without one left out. */
export async function latestSnapshots(db: Db, datasets: readonly string[]): Promise<Snapshot[]> {
  if (datasets.length === 0) return [];
  const { rows } = await sql<SnapshotRow>`
    select ${snapshotFields} from unnest(${[...datasets]}::text[]) as wanted (name)
    cross join lateral (
      select * from lake_snapshots where dataset = wanted.name order by version desc limit 1
    ) newest`.execute(db);
  return rows.map(toSnapshot);
}

/** Newest first. */
export async function listSnapshots(db: Db, dataset: string): Promise<Snapshot[]> {
  const { rows } = await sql<SnapshotRow>`
    select ${snapshotFields} from lake_snapshots where dataset = ${dataset}
    order by version desc`.execute(db);
  return rows.map(toSnapshot);
}

export async function insertSnapshot(
  db: Db,
  snapshot: Omit<Snapshot, 'id' | 'fresh'>,
): Promise<Snapshot> {
  const s = snapshot;
  const { rows } = await sql<SnapshotRow>`
    insert into lake_snapshots (dataset, version, reason, mode, schema_version, rows, bytes, added,
      changed, removed, unchanged, batch, upstream, at)
    values (${s.dataset}, ${s.version}, ${s.reason}, ${s.mode}, ${s.schemaVersion}, ${s.rows},
      ${s.bytes}, ${s.added}, ${s.changed}, ${s.removed}, ${s.unchanged}, ${s.batch},
      ${JSON.stringify(s.upstream)}, ${s.at})
    returning ${snapshotFields}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('insert gave no row');
  return toSnapshot(row);
}

/** A state that came out the same follows from other snapshots too. */
export async function renewUpstream(
  db: Db,
  snapshot: Snapshot,
  made: { upstream: number[]; batch: string },
): Promise<void> {
  await sql`
    update lake_snapshots set upstream = ${JSON.stringify(made.upstream)}, batch = ${made.batch}
    where id = ${snapshot.id}`.execute(db);
}

interface FileRow {
  id: number;
  path: string;
  kind: 'rows' | 'tombstones';
  reason: 'commit' | 'compact';
  layer: number;
  since: number;
  until: number | null;
  schema_version: number;
  rows: number;
  bytes: number;
  sha256: string;
  key_min: string | null;
  key_max: string | null;
  positions_of: number | null;
  targets: number[] | null;
  index_path: string | null;
  index_engine: string | null;
  index_first: number | null;
}

function toFile(row: FileRow): LakeFile {
  const {
    schema_version: schemaVersion,
    key_min: keyMin,
    key_max: keyMax,
    positions_of: positionsOf,
    index_path: path,
    index_engine: engine,
    index_first: first,
    ...rest
  } = row;
  const index = path === null || engine === null ? null : { path, engine, first: first ?? 0 };
  return { ...rest, schemaVersion, keyMin, keyMax, positionsOf, index };
}

const fileFields = sql.raw(
  `f.id, f.path, f.kind, f.reason, f.layer, f.since, f.until, f.schema_version, f.rows, f.bytes,
   f.sha256, f.key_min, f.key_max, f.positions_of, f.targets, i.path as index_path,
   i.engine as index_engine, i.first_place as index_first`,
);
const fileTables = sql.raw('lake_files f left join lake_indexes i on i.file_id = f.id');

/** The files a version reads, oldest layer first. */
export async function filesOf(db: Db, dataset: string, version: number): Promise<LakeFile[]> {
  const { rows } = await sql<FileRow>`
    select ${fileFields} from ${fileTables}
    where f.dataset = ${dataset} and f.since <= ${version}
      and (f.until is null or f.until > ${version})
    order by f.layer, f.id`.execute(db);
  return rows.map(toFile);
}

/** Files that deliveries wrote after version `after` up to `upTo`, whether still read or not. */
export async function filesBetween(
  db: Db,
  dataset: string,
  after: number,
  upTo: number,
): Promise<LakeFile[]> {
  const { rows } = await sql<FileRow>`
    select ${fileFields} from ${fileTables}
    where f.dataset = ${dataset} and f.since > ${after} and f.since <= ${upTo}
      and f.reason = 'commit'
    order by f.layer, f.id`.execute(db);
  return rows.map(toFile);
}

export async function insertFile(db: Db, file: NewFile): Promise<void> {
  const f = file;
  await sql`
    insert into lake_files (dataset, path, kind, reason, layer, since, schema_version, rows, bytes,
      sha256, key_min, key_max, batch, positions_of, targets)
    values (${f.dataset}, ${f.path}, ${f.kind}, ${f.reason}, ${f.layer}, ${f.since},
      ${f.schemaVersion}, ${f.rows}, ${f.bytes}, ${f.sha256}, ${f.keyMin}, ${f.keyMax}, ${f.batch},
      ${f.positionsOf ?? null}, ${f.targets ? JSON.stringify(f.targets) : null})`.execute(db);
}

/** Names the index of a file; nothing when the file is not known any more. */
export async function insertIndex(
  db: Db,
  index: {
    file: LakeFile;
    dataset: string;
    path: string;
    engine: string;
    first: number;
    bytes: number;
  },
): Promise<void> {
  const { file, dataset, path, engine, first, bytes } = index;
  await sql`
    insert into lake_indexes (file_id, dataset, path, engine, first_place, entries, bytes)
    select id, dataset, ${path}, ${engine}, ${first}, rows, ${bytes} from lake_files
    where id = ${file.id} and dataset = ${dataset}
    on conflict (file_id) do update set path = excluded.path, engine = excluded.engine,
      first_place = excluded.first_place, bytes = excluded.bytes`.execute(db);
}

/** Paths of the marks of a dataset's files under one sign, by id of the file. */
export async function marksOf(
  db: Db,
  dataset: string,
  sign: string,
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await sql<{ file_id: number; path: string }>`
    select file_id, path from lake_marks where dataset = ${dataset} and sign = ${sign}`.execute(db);
  return new Map(rows.map(({ file_id, path }) => [file_id, path]));
}

/** Names the marks of a file; nothing when the file is not known any more. */
export async function insertMarks(
  db: Db,
  marks: {
    file: LakeFile;
    dataset: string;
    sign: string;
    path: string;
    entries: number;
    bytes: number;
  },
): Promise<void> {
  const { file, dataset, sign, path, entries, bytes } = marks;
  await sql`
    insert into lake_marks (file_id, dataset, sign, path, entries, bytes)
    select id, dataset, ${sign}, ${path}, ${entries}, ${bytes} from lake_files
    where id = ${file.id} and dataset = ${dataset}
    on conflict (file_id) do update set sign = excluded.sign, path = excluded.path,
      entries = excluded.entries, bytes = excluded.bytes`.execute(db);
}

/**
 * From `version` on, no layer of `layers` (both ends included) is read any more, but for files that
 * begin with `version`.
 */
export async function endFiles(
  db: Db,
  dataset: string,
  version: number,
  layers: { from: number; to: number },
): Promise<void> {
  await sql`
    update lake_files set until = ${version}
    where dataset = ${dataset} and until is null and since < ${version}
      and layer between ${layers.from} and ${layers.to}`.execute(db);
}

/** Every file of a dataset the manifest knows, with its indexes and marks. */
export async function knownPaths(db: Db, dataset: string): Promise<Set<string>> {
  const { rows } = await sql<{ path: string }>`
    select path from lake_files where dataset = ${dataset}
    union all select path from lake_indexes where dataset = ${dataset}
    union all select path from lake_marks where dataset = ${dataset}`.execute(db);
  return new Set(rows.map((row) => row.path));
}

export const relativePath = (root: string, path: string): string => relative(root, path);
