/** Puts the layers of a dataset together as one subquery. */
import { join } from 'node:path';
import type { Column } from './model.ts';
import { nameList, quoteName, textList } from './sqltext.ts';
import type { LakeFile, Schema } from './store.ts';

export interface Layers {
  root: string;
  files: LakeFile[];
  schemas: ReadonlyMap<number, Schema>;
  /** The columns to show; a column that a file was written without is null. */
  columns: Column[];
  /** With `"#file"` (its id) and `"#row"` (its place in it) of each row. */
  isPlaced?: boolean;
  /** Only rows at these places; all when absent. */
  only?: readonly Run[];
}

/** Rows that follow each other in a file, `to` included. */
export interface Run {
  file: LakeFile;
  from: number;
  to: number;
}

const places = [
  { name: '#file', type: 'BIGINT' },
  { name: '#row', type: 'BIGINT' },
];

/** A parenthesised subquery that gives nothing but has the columns. */
export const emptySql = (columns: Column[], isPlaced = false): string => {
  const all = isPlaced ? [...columns, ...places] : columns;
  const nothing = all.map(({ name, type }) => `cast(null as ${type}) as ${quoteName(name)}`);
  return `(select ${nothing.join(', ')} where false)`;
};

const scan = (root: string, files: LakeFile[]): string =>
  `read_parquet(${textList(files.map((file) => join(root, file.path)))})`;

/** Columns as the file has them, turned into the columns asked for. */
export function shown(columns: Column[], written: Column[]): string {
  const types = new Map(written.map(({ name, type }) => [name, type]));
  const parts = columns.map(({ name, type }) => {
    const had = types.get(name);
    if (had === type) return quoteName(name);
    const source = had === undefined ? 'null' : quoteName(name);
    return `try_cast(${source} as ${type}) as ${quoteName(name)}`;
  });
  return parts.join(', ');
}

/** Whether the positions of a tombstone file speak of this file. */
export const isPlacedIn = (tombstone: LakeFile, file: LakeFile): boolean =>
  tombstone.positionsOf !== null && file.since <= tombstone.positionsOf;

interface Branch {
  files: LakeFile[];
  schemaVersion: number;
  /** Tombstones that strike rows of these files, by their key. */
  byKey: LakeFile[];
  /** And by file and place. */
  byPlace: LakeFile[];
}

/**
 * Files that are struck by the same keys are one scan. Positions name their file, so that striking
 * out by more positions than needed strikes nothing more; files that no position names stand apart
 * and are read bare.
 */
function branchesOf(layers: Layers): Branch[] {
  const rows = layers.files.filter((file) => file.kind === 'rows' && file.rows > 0);
  const tombstones = layers.files.filter((file) => file.kind === 'tombstones' && file.rows > 0);
  const branches = new Map<string, Branch>();
  for (const file of rows) {
    const later = tombstones.filter(({ layer }) => layer > file.layer);
    const byKey = later.filter((each) => !isPlacedIn(each, file));
    const byPlace = later.filter(
      (each) => isPlacedIn(each, file) && each.targets?.includes(file.id) !== false,
    );
    const ids = byKey.map(({ id }) => id).join(',');
    const sign = `${file.schemaVersion}/${ids}/${byPlace.length > 0}`;
    const { schemaVersion } = file;
    const branch = branches.get(sign) ?? { files: [], schemaVersion, byKey, byPlace: [] };
    const isNew = (each: LakeFile): boolean => !branch.byPlace.includes(each);
    branches.set(sign, {
      ...branch,
      files: [...branch.files, file],
      byPlace: [...branch.byPlace, ...byPlace.filter(isNew)],
    });
  }
  return [...branches.values()];
}

const idList = (files: LakeFile[]): string => `[${files.map(({ id }) => id).join(', ')}]::bigint[]`;

/** The id of the file a row of a scan of `files` is read from. */
const fileIdSql = (files: LakeFile[]): string =>
  files.length === 1
    ? `${files[0]?.id}::bigint as "#file"`
    : `(${idList(files)})[file_index::bigint + 1]::bigint as "#file"`;

/** Anti-join that leaves out the places that tombstones name. */
function notAtPlace(root: string, branch: Branch): string {
  const { files, byPlace } = branch;
  if (byPlace.length === 0) return '';
  const from = scan(root, byPlace);
  if (files.length === 1) {
    return ` anti join (select "#row" as file_row_number from ${from}
      where "#file" = ${files[0]?.id}) as placed using (file_row_number)`;
  }
  const ids = idList(files);
  return ` anti join (select (list_position(${ids}, "#file") - 1)::ubigint as file_index,
      "#row" as file_row_number from ${from} where list_contains(${ids}, "#file")) as placed
    using (file_index, file_row_number)`;
}

/** The same by key. */
function notOfKey(layers: Layers, { byKey }: Branch): string {
  if (byKey.length === 0) return '';
  // All tombstones that strike out a layer share one key: a key changes only where no tombstone
  // is left.
  const key = nameList(layers.schemas.get(byKey[0]?.schemaVersion ?? 0)?.key ?? []);
  return ` anti join (select ${key} from ${scan(layers.root, byKey)}) as gone using (${key})`;
}

const runSql = ({ from, to }: Run): string => ` where file_row_number between ${from} and ${to}`;

/** A scan of each run by itself: the engine skips the row groups that one range leaves out. */
function runsOf(branch: Branch, only: readonly Run[]): { branch: Branch; where: string }[] {
  const mine = only.filter(({ file }) => branch.files.some(({ id }) => id === file.id));
  return mine.map((run) => ({ branch: { ...branch, files: [run.file] }, where: runSql(run) }));
}

/**
 * One branch for the files that are struck alike. Where the place of a struck row is known the key
 * is not read: half the time of an anti-join by a key of text.
 */
export function relationSql(layers: Layers): string {
  const { root, columns, schemas, isPlaced = false, only } = layers;
  const all = branchesOf(layers).flatMap((branch) =>
    only === undefined ? [{ branch, where: '' }] : runsOf(branch, only),
  );
  const branches = all.map(({ branch, where }) => {
    const { files, schemaVersion } = branch;
    const marks = isPlaced ? `, ${fileIdSql(files)}, file_row_number as "#row"` : '';
    const select = `select ${shown(columns, schemas.get(schemaVersion)?.columns ?? [])}${marks}`;
    return `${select} from ${scan(root, files)} as layer${notAtPlace(root, branch)}${notOfKey(layers, branch)}${where}`;
  });
  return branches.length === 0 ? emptySql(columns, isPlaced) : `(${branches.join(' union all ')})`;
}
