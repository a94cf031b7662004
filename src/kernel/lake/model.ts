/** The nouns of the lake: datasets, snapshots, relations, and what SQL over them gives. */
import type { Ctx } from '#kernel/context';

/** What a verb of the lake needs of the context. */
export type LakeCtx = Pick<Ctx, 'db' | 'clock' | 'log' | 'settings'>;

/**
 * `full`: a delivery replaces all rows; `append`: rows are added; `merge`: rows replace those of
 * the same key.
 */
export type LakeMode = 'full' | 'append' | 'merge';

/**
 * A column with its DuckDB type (`VARCHAR`, `BIGINT`, `DECIMAL(18,2)`, `DATE`, `TIMESTAMP`,
 * `BOOLEAN`, ...).
 */
export interface Column {
  name: string;
  type: string;
}

export interface DatasetShape {
  dataset: string;
  columns: Column[];
  mode: LakeMode;
  /** Columns of the key, in order. Required by `merge`; `full` and `append` may have none. */
  key: string[];
}

export interface Snapshot {
  /** Identity over all datasets; grows with time. */
  id: number;
  dataset: string;
  /** 1, 2, 3 ... within the dataset. */
  version: number;
  /** Live rows of the dataset as of this snapshot. */
  rows: number;
  /** Bytes of all files this snapshot reads. */
  bytes: number;
  at: Date;
  /** Rows whose key was not there before. */
  added: number;
  /** Rows whose key was there with other values. */
  changed: number;
  removed: number;
  /** Delivered rows that were there already with the same values. */
  unchanged: number;
  /** False when the delivery changed nothing and this is the snapshot that stood before. */
  fresh: boolean;
  mode: LakeMode;
  schemaVersion: number;
  batch: string | null;
  upstream: number[];
  /** `commit` or `compact`: a compaction changes files, never rows. */
  reason: 'commit' | 'compact';
}

export interface CommitInput {
  dataset: string;
  /** When it differs from the dataset's own mode (a first full load of a merge dataset). */
  mode?: LakeMode;
  /** Parquet files holding the delivered rows; they are read, never moved or changed. */
  parquet?: string[];
  /** Or a trusted query giving the delivered rows. Columns are taken by name. */
  sql?: string;
  /** Or what `prepare` made: its files become those of the dataset where nothing else is needed. */
  prepared?: Prepared;
  /**
   * Trusted query giving the keys to remove (merge only). A key both delivered and deleted is
   * refused.
   */
  deletes?: string;
  /** The delivery it came from. */
  batch: string;
  /** Snapshots the rows were made from. */
  upstream?: number[];
}

declare const preparedBy: unique symbol;

/**
 * Rows written as files of a dataset, durable and hashed, their keys proved distinct, and seen by
 * nobody. Only `Lake.prepare` makes one, and the lake takes no other for it.
 */
export interface Prepared {
  readonly [preparedBy]: 'the lake';
  readonly rows: number;
  /** Where the files are until a commit takes them; whoever asked for them removes what is left. */
  readonly paths: readonly string[];
}

export interface PrepareInput {
  dataset: string;
  /** Trusted query giving the rows. Columns are taken by name. */
  sql: string;
  signal?: AbortSignal | undefined;
}

/** A dataset as a subquery: trusted SQL text that names files. Never show `sql` to anybody. */
export interface Relation {
  /** Parenthesised subquery. */
  sql: string;
  columns: Column[];
  /** Null while nothing was delivered as of the moment asked for; the subquery is empty then. */
  snapshot: Snapshot | null;
  rows: number;
}

/**
 * One key of a `diff`. `changed` names the items whose values differ; before / after are JSON-safe
 * rows.
 */
export interface RowDiff {
  kind: 'added' | 'removed' | 'changed';
  key: Record<string, unknown>;
  changed: string[];
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** A column of a diff that is shown: only what is shown is compared, counted and given back. */
export interface SeenColumn {
  name: string;
  /** Trusted SQL over the row `held`, true where it is shown; null: on every row. */
  on: string | null;
}

export interface DiffResult {
  added: number;
  removed: number;
  changed: number;
  /** At most `limit` rows, in the order of the key. */
  rows: RowDiff[];
  truncated: boolean;
  /**
   * `changes`: only keys that files written between the two name were looked at; `whole`: every row
   * of both was compared.
   */
  by: 'changes' | 'whole';
  /** Why every row was compared; null when it was not. */
  why: WholeReason | null;
}

/**
 * `replaced`: a delivery of the whole lies between; `rewritten`: compactions wrote most of it anew
 * and deliveries between are forgotten; `many`: most rows were delivered again; `key_changed`: rows
 * were told apart by another key.
 */
export type WholeReason = 'replaced' | 'rewritten' | 'many' | 'key_changed';

export interface FencedInput {
  /** SQL of a person or a pack: goes through `parseQuery`, the checked tree is what runs. */
  sql: string;
  /**
   * All it may read: `sql` is trusted (already narrowed and masked), `name` is what the query says.
   */
  relations: { name: string; sql: string; columns: Column[] }[];
  /**
   * Values of named parameters `$name`; bound, never pasted. `now` (UTC) and `today` (district's
   * day) stand for the clock words of the query and are the lake's clock unless given.
   */
  params?: Record<string, JsonScalar>;
  limits: FencedLimits;
  /**
   * A new file that takes the rows, one as a JSON list on each line, so that many of them are in
   * nobody's memory; the first `keep` are given back too. The caller removes it.
   */
  into?: { path: string; keep: number } | undefined;
}

export type JsonScalar = string | number | boolean | null;

export interface FencedLimits {
  /** Wall-clock milliseconds; the child is killed after them. */
  ms: number;
  /** Rows given back; more are cut and `truncated` is true. */
  rows: number;
  /** Resident megabytes of the child; it is killed above them. */
  memory_mb: number;
}

export interface FencedResult {
  columns: Column[];
  /**
   * JSON-safe values: text, number, boolean, null, lists and objects of them; whole numbers beyond
   * 2^53 and decimals are text, dates `YYYY-MM-DD`, timestamps ISO 8601 in UTC.
   */
  rows: unknown[][];
  /** Rows found; with `into` there may be more of them than `rows` holds. */
  count: number;
  truncated: boolean;
}

/**
 * The trusted engine in this process. Only ingest and named materialisers may call it (kept by
 * `tests/tidy`).
 */
export interface Engine {
  /** Runs statements and gives nothing back; a signal breaks off the one that runs. */
  run(sql: string, options?: { signal?: AbortSignal | undefined }): Promise<void>;
  /** Runs statements and gives the rows of the last as JSON-safe objects. */
  rows(
    sql: string,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<Record<string, unknown>[]>;
}

/** How values are marked, so that one of them is found without reading the rest. */
export interface Marking {
  /** Tells which items and by what key; files marked under another sign count as not marked. */
  sign: string;
  /** Trusted SQL over the columns of a row: an unsigned number of 64 bits; null: not marked. */
  items: readonly { sql: string }[];
}

/** Where one value may stand in the newest state. */
export interface Marked {
  columns: Column[];
  snapshot: Snapshot;
  /**
   * By number of the item: a subquery of the rows in which it may stand, those of files that are
   * not marked among them, and how many are known of the marked ones. Trusted SQL, as in `Relation`.
   */
  items: { sql: string; places: number }[];
  /** Rows of files without marks. */
  unmarked: number;
  /** Some of them are large enough to be marked. */
  wanting: boolean;
}

/** What deliveries between two snapshots touched, as trusted SQL that names files. */
export type Changes =
  /** Keys that may differ, maybe several times. */
  | { by: 'key'; sql: string; key: string[] }
  /** Of a dataset without a key: the rows that went and those that came. */
  | { by: 'row'; gone: string; came: string };

/**
 * What is kept of a dataset's past; the newest snapshot and what others are made from always are.
 */
export interface Retention {
  /** Days every snapshot is kept. */
  days: number;
  /** Newest snapshots kept, however old. */
  snapshots: number;
  /** Month ends whose state is kept beyond the days. */
  monthEnds: number;
}

/** What one dataset keeps where it differs from the settings. */
export interface KeepRules extends Partial<Retention> {
  /** Nothing of it is forgotten, through this day of the district, or until lifted when null. */
  held?: { until: string | null };
}

/** What is kept of a dataset: the settings with its own rules put over them. */
export interface Keeping extends Retention {
  /** Nothing is forgotten now. */
  isHeld: boolean;
}

export interface SweepResult {
  files: number;
  bytes: number;
}

export interface Lake {
  /** Declares a dataset or a new version of its columns; the same shape again changes nothing. */
  define(ctx: LakeCtx, shape: DatasetShape): Promise<void>;
  /**
   * Lands a delivery whole or not at all, and publishes `dataset.refreshed` {dataset, snapshot,
   * batch} with it. A delivery that changes nothing gives the standing snapshot with `fresh: false`
   * and publishes nothing; when it was made from other snapshots the standing one is known to
   * follow from them too.
   */
  commit(ctx: LakeCtx, input: CommitInput): Promise<Snapshot>;
  /**
   * Writes rows as the files a commit would write, before any lock is held: of a commit that
   * replaces all rows, or adds rows without a key, only the short end is left. Leaves nothing when
   * it fails; files never committed are swept.
   * @throws lake.key_missing, key_twice, column_missing, write_failed; the reason of the signal
   */
  prepare(ctx: LakeCtx, input: PrepareInput): Promise<Prepared>;
  /**
   * The dataset, or about so many of its rows (`sample`), drawn in short runs from all over it:
   * what reading them costs does not grow with the dataset.
   */
  relation(
    ctx: LakeCtx,
    dataset: string,
    options?: { asOf?: number | Date; sample?: number },
  ): Promise<Relation>;
  /** Names of all datasets the lake knows. */
  datasets(ctx: LakeCtx): Promise<string[]>;
  /** Newest first. */
  snapshots(ctx: LakeCtx, dataset: string): Promise<Snapshot[]>;
  /** The newest snapshot, or null when nothing was delivered yet. */
  latest(ctx: LakeCtx, dataset: string): Promise<Snapshot | null>;
  /**
   * Id of the newest snapshot its content came with: compactions after it hold the same rows. Null
   * when nothing was delivered yet, or what was is no longer kept.
   */
  lastCommit(ctx: LakeCtx, dataset: string): Promise<number | null>;
  /** The newest snapshot of each of these datasets, those without one left out. */
  latestOf(ctx: LakeCtx, datasets: readonly string[]): Promise<Snapshot[]>;
  /** Columns, mode and key as declared last; null when the dataset is not known to the lake. */
  shape(ctx: LakeCtx, dataset: string): Promise<DatasetShape | null>;
  /**
   * The snapshot that can be read for a version, a moment, or now; null before the first.
   * @throws lake.snapshot_gone, lake.unknown_version
   */
  at(ctx: LakeCtx, dataset: string, point?: { version: number } | Date): Promise<Snapshot | null>;
  diff(
    ctx: LakeCtx,
    dataset: string,
    a: number,
    b: number,
    options?: { limit?: number; seen?: SeenColumn[] },
  ): Promise<DiffResult>;
  /**
   * What changed from snapshot `a` to the later `b`: at the cost of the change where the manifest
   * tells it, else by comparing every row. Null when the shape or the key is another by now.
   */
  changes(ctx: LakeCtx, dataset: string, a: number, b: number): Promise<Changes | null>;
  /**
   * Writes the newest layers as one, sorted, in files of bounded size; an older layer only when it
   * is not much larger than what was gathered above it (`force`: all of them). Readers and
   * deliveries go on meanwhile. Null when there was nothing to gain.
   */
  compact(ctx: LakeCtx, dataset: string, options?: { force?: boolean }): Promise<Snapshot | null>;
  /**
   * Indexes the keys of large files (setting `lake_index_rows`) of a merge dataset, so that a merge
   * costs what it brings. No answer needs an index; without one the files are read.
   * @returns layers indexed
   */
  index(ctx: LakeCtx, dataset: string): Promise<number>;
  /**
   * Marks the values of some items in the files of a dataset that are not marked yet (from setting
   * `lake_mark_rows` on), at the cost of these files. No answer needs marks.
   * @returns files marked
   */
  mark(ctx: LakeCtx, dataset: string, marking: Marking): Promise<number>;
  /** Where a value may stand, by its mark; null before the first delivery. */
  marked(
    ctx: LakeCtx,
    dataset: string,
    asked: { sign: string; items: number; value: bigint },
  ): Promise<Marked | null>;
  /** What this dataset keeps where it differs from the settings; null: the settings alone. */
  keep(ctx: LakeCtx, dataset: string, rules: KeepRules | null): Promise<void>;
  /** What is kept of it now. */
  keeping(ctx: LakeCtx, dataset: string): Promise<Keeping>;
  /**
   * Forgets the snapshots that no rule keeps; files go with the next sweep. A held dataset forgets
   * nothing.
   * @param policy its own rules over the settings when absent
   */
  retain(ctx: LakeCtx, dataset: string, policy?: Retention): Promise<number>;
  /**
   * Removes files that no snapshot names and that are older than the grace (setting
   * `lake_sweep_grace_ms`).
   */
  sweep(ctx: LakeCtx, options?: { graceMs?: number }): Promise<SweepResult>;
  /** Path of a scratch file that does not exist yet; swept like every unreferenced file. */
  stage(name: string): string;
  engine: Engine;
  fenced(input: FencedInput): Promise<FencedResult>;
  /** Starts the children before the first query asks for one: for servers. */
  warm(): void;
  close(): Promise<void>;
}
