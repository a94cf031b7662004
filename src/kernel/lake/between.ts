/** What lies between two snapshots of a dataset, told from its manifest. */
import type { Db } from '#kernel/db';
import { differs, sameKey } from './compare.ts';
import type { Changes, Column, Snapshot, WholeReason } from './model.ts';
import { loadState, type Parts, type State, stateSql } from './parts.ts';
import { getSnapshot } from './past.ts';
import { relationSql } from './read.ts';
import { nameList, quoteName } from './sqltext.ts';
import { type Dataset, filesBetween, getDataset, type LakeFile, listSnapshots } from './store.ts';

export interface Span {
  dataset: Dataset;
  before: State;
  after: State;
  a: Snapshot;
  b: Snapshot;
}

/** @throws lake.unknown_dataset, lake.unknown_snapshot, lake.snapshot_gone */
export async function spanOf(
  db: Db,
  dataset: string,
  ends: { a: number; b: number },
): Promise<Span> {
  const found = await getDataset(db, dataset);
  const a = await getSnapshot(db, dataset, ends.a);
  const b = await getSnapshot(db, dataset, ends.b);
  const [before, after] = [await loadState(db, found, a), await loadState(db, found, b)];
  return { dataset: found, before, after, a, b };
}

/** Commits after one and up to the other; null when some of them are forgotten. */
async function stepsBetween(db: Db, span: Span): Promise<Snapshot[] | null> {
  const [low, high] = inOrder(span);
  const all = await listSnapshots(db, span.dataset.dataset);
  const between = all.filter(({ version }) => version > low && version <= high);
  return between.length === high - low ? between : null;
}

const inOrder = ({ a, b }: Span): [low: number, high: number] => [
  Math.min(a.version, b.version),
  Math.max(a.version, b.version),
];

/**
 * Files that only one of two states reads. What a tombstone strikes is decided by it and the file
 * it strikes, so that rows of a common file differ only where one of these strikes them: every row
 * that differs stands in one of these, or its key does.
 */
function apart(span: Span): LakeFile[] {
  const ids = [span.before, span.after].map(({ files }) => new Set(files.map(({ id }) => id)));
  const only = (state: State, other: Set<number> | undefined): LakeFile[] =>
    state.files.filter(({ id }) => !other?.has(id));
  return [...only(span.before, ids[1]), ...only(span.after, ids[0])];
}

const sumOf = (files: readonly LakeFile[]): number =>
  files.reduce((sum, { rows }) => sum + rows, 0);

/**
 * Files that hold every key that differs, the fewer rows the better: those the deliveries between
 * wrote (when all are known and none brought the whole), or those only one of the states reads.
 */
async function tellingFiles(db: Db, span: Span): Promise<{ files: LakeFile[]; why: WholeReason }> {
  const files = apart(span);
  const steps = await stepsBetween(db, span);
  const whole = steps?.some(({ reason, mode }) => reason === 'commit' && mode === 'full');
  if (whole === true) return { files, why: 'replaced' };
  const isOneShape = new Set([span.a, ...(steps ?? [])].map((each) => each.schemaVersion));
  if (steps === null || isOneShape.size > 1) return { files, why: 'rewritten' };
  const [low, high] = inOrder(span);
  const written = await filesBetween(db, span.dataset.dataset, low, high);
  return sumOf(written) < sumOf(files)
    ? { files: written, why: 'many' }
    : { files, why: 'rewritten' };
}

const keyOf = (span: Span, { schemaVersion }: Snapshot): string =>
  String((span.before.schemas.get(schemaVersion) ?? span.after.schemas.get(schemaVersion))?.key);

/** Their keys, maybe several times. */
function keysOf(parts: Parts, span: Span, files: readonly LakeFile[]): string {
  const { columns, key } = span.dataset.schema;
  return relationSql({
    root: parts.folders.root,
    schemas: span.after.schemas,
    columns: columns.filter(({ name }) => key.includes(name)),
    files: files.map((file) => ({ ...file, kind: 'rows' as const, layer: 0 })),
  });
}

export type Touched = { keys: string; why: null } | { keys: null; why: WholeReason };

/**
 * The keys that may differ between two snapshots, so that a diff costs what changed and not what
 * there is; or why every row has to be compared.
 */
export async function touchedKeys(parts: Parts, db: Db, span: Span): Promise<Touched> {
  const key = String(span.dataset.schema.key);
  if (keyOf(span, span.a) !== key || keyOf(span, span.b) !== key) {
    return { keys: null, why: 'key_changed' };
  }
  const { files, why } = await tellingFiles(db, span);
  // A join that keeps most of what it reads costs more than it spares.
  if (sumOf(files) * 2 > span.a.rows + span.b.rows) return { keys: null, why };
  return { keys: keysOf(parts, span, files), why: null };
}

/** Both states without the files they share: rows without a key are nowhere struck out. */
export function unshared(parts: Parts, span: Span, columns: Column[]): [string, string] {
  const files = new Set(apart(span).map(({ id }) => id));
  const only = (state: State): string =>
    stateSql(parts, { ...state, files: state.files.filter(({ id }) => files.has(id)) }, columns);
  return [only(span.before), only(span.after)];
}

/** See `Lake.changes`. */
export async function changes(
  parts: Parts,
  db: Db,
  dataset: string,
  ends: { a: number; b: number },
): Promise<Changes | null> {
  const span = await spanOf(db, dataset, ends);
  const { columns, key } = span.dataset.schema;
  const { version } = span.dataset.schema;
  if (span.a.schemaVersion !== version || span.b.schemaVersion !== version) return null;
  if (key.length === 0) return { by: 'row', ...movedRows(parts, span, columns) };
  const touched = await touchedKeys(parts, db, span);
  if (touched.keys !== null) return { by: 'key', sql: touched.keys, key };
  if (touched.why === 'key_changed') return null;
  return { by: 'key', sql: differingKeys(parts, span), key };
}

/** Keys whose rows differ, every row compared. */
function differingKeys(parts: Parts, span: Span): string {
  const { columns, key } = span.dataset.schema;
  const first = quoteName(key[0] ?? '');
  const names = key.map(
    (name) => `coalesce(a.${quoteName(name)}, b.${quoteName(name)}) as ${quoteName(name)}`,
  );
  return `(select ${names.join(', ')} from ${stateSql(parts, span.before, columns)} as a
    full join ${stateSql(parts, span.after, columns)} as b on ${sameKey(key, 'a', 'b')}
    where a.${first} is null or b.${first} is null or ${differs({ columns, key }, 'a', 'b')})`;
}

/** Rows that went and rows that came. */
function movedRows(parts: Parts, span: Span, columns: Column[]): { gone: string; came: string } {
  const [before, after] = unshared(parts, span, columns);
  const names = nameList(columns.map(({ name }) => name));
  const only = (here: string, there: string): string =>
    `(select ${names} from ${here} except all select ${names} from ${there})`;
  return { gone: only(before, after), came: only(after, before) };
}
