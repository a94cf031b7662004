/**
 * Marks: of each file of rows a file beside it that tells, for a number that stands for a value, in
 * which items and rows the value may stand. Files never change, so marks are never wrong, only
 * absent: what is not marked yet is read whole. Tombstones are heeded when the rows are read.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tx } from '#kernel/db';
import { adopt, newFile, stagePath } from './disk.ts';
import type { Session } from './engine.ts';
import { type Entries, lookUpAll, writeIndex } from './keyindex.ts';
import type { LakeCtx, Marked, Marking } from './model.ts';
import { loadState, type Parts, type State, stateSql } from './parts.ts';
import { type Run, shown } from './read.ts';
import { quoteText } from './sqltext.ts';
import {
  findDataset,
  insertMarks,
  type LakeFile,
  latestSnapshot,
  lockDataset,
  marksOf,
  relativePath,
} from './store.ts';

/** More rows of one value than this, in one file, and the file is read whole. */
const mostRuns = 200;

const rowFiles = ({ files }: State): LakeFile[] =>
  files.filter(({ kind, rows }) => kind === 'rows' && rows > 0);

async function standing(ctx: LakeCtx, dataset: string): Promise<State | null> {
  const found = await findDataset(ctx.db, dataset);
  const snapshot = found === undefined ? null : await latestSnapshot(ctx.db, dataset);
  return found === undefined || snapshot === null ? null : loadState(ctx.db, found, snapshot);
}

/** See `Lake.mark`. */
export async function mark(
  parts: Parts,
  ctx: LakeCtx,
  dataset: string,
  marking: Marking,
): Promise<number> {
  const state = await standing(ctx, dataset);
  if (state === null) return 0;
  const known = await marksOf(ctx.db, dataset, marking.sign);
  const wanting = rowFiles(state).filter(
    ({ id, rows }) => rows >= ctx.settings.lake_mark_rows && !known.has(id),
  );
  for (const file of wanting) await markFile(parts, ctx, state, { file, marking });
  return wanting.length;
}

async function markFile(
  parts: Parts,
  ctx: LakeCtx,
  state: State,
  { file, marking }: { file: LakeFile; marking: Marking },
): Promise<void> {
  const { dataset } = state.dataset;
  const staged = stagePath(parts, `${encodeURIComponent(dataset)}.marks`);
  const scratch = `${staged}.scratch`;
  const entries = file.rows * marking.items.length;
  try {
    await parts.engine.with((session) =>
      writeIndex(
        { path: staged, scratch },
        entries,
        entriesOf(parts, session, state, file, marking),
      ),
    );
    await tx(ctx, async ({ db }) => {
      await lockDataset(db, dataset);
      const path = await newFile(parts.folders, dataset, file.layer, 'marks');
      await adopt(parts.disk, staged, path);
      const { size: bytes } = await stat(path);
      const relative = relativePath(parts.folders.root, path);
      await insertMarks(db, { file, dataset, sign: marking.sign, path: relative, entries, bytes });
    });
  } finally {
    await Promise.all([parts.disk.remove(staged), parts.disk.remove(scratch)]);
  }
}

/** An entry of a mark holds the number of its item where one of a key holds the hash of its row. */
async function* entriesOf(
  parts: Parts,
  session: Session,
  { dataset: { schema }, schemas }: State,
  file: LakeFile,
  { items }: Marking,
): AsyncIterable<Entries> {
  const path = quoteText(join(parts.folders.root, file.path));
  const written = schemas.get(file.schemaVersion)?.columns ?? [];
  const marks = items.map(({ sql }, at) => `(${sql})::ubigint as "#mark${at}"`).join(', ');
  await session.run(
    `create temp view marking as select ${marks}, file_row_number::uinteger as "#row"
     from (select ${shown(schema.columns, written)}, file_row_number from read_parquet(${path}))`,
  );
  for (const at of items.keys()) {
    const query = `select "#mark${at}", ${at}::ubigint, "#row" from marking
      where "#mark${at}" is not null`;
    for await (const [keys, rows, places] of session.words(query)) {
      if (keys !== undefined && rows !== undefined && places !== undefined) {
        yield { keys, rows, places };
      }
    }
  }
}

interface Place {
  item: number;
  row: number;
}

/** Where a mark stands in a file; null where only reading the file tells. */
async function placesIn(
  parts: Parts,
  path: string | undefined,
  value: bigint,
): Promise<Place[] | null> {
  if (path === undefined) return null;
  const keys = new Uint32Array([Number(value & 0xffff_ffffn), Number(value >> 32n)]);
  try {
    const { rows, places } = await lookUpAll(join(parts.folders.root, path), { keys });
    return rows.length > mostRuns
      ? null
      : rows.map((item, at) => ({ item: Number(item), row: places[at] ?? 0 }));
  } catch (error) {
    // Another marking took its place and a sweep the file.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** See `Lake.marked`. */
export async function marked(
  parts: Parts,
  ctx: LakeCtx,
  dataset: string,
  { sign, items, value }: { sign: string; items: number; value: bigint },
): Promise<Marked | null> {
  const state = await standing(ctx, dataset);
  if (state === null || state.snapshot === null) return null;
  const known = await marksOf(ctx.db, dataset, sign);
  const runs: Run[][] = Array.from({ length: items }, () => []);
  const unmarked: LakeFile[] = [];
  const files = rowFiles(state);
  const found = await Promise.all(files.map(({ id }) => placesIn(parts, known.get(id), value)));
  for (const [at, file] of files.entries()) {
    const places = found[at] ?? null;
    if (places === null) unmarked.push(file);
    for (const { item, row } of places ?? []) runs[item]?.push({ file, from: row, to: row });
  }
  const whole = unmarked.map((file): Run => ({ file, from: 0, to: file.rows - 1 }));
  const { columns } = state.dataset.schema;
  return {
    columns,
    snapshot: state.snapshot,
    items: runs.map((own) => ({
      sql: stateSql(parts, state, columns, false, [...own, ...whole]),
      places: own.length,
    })),
    unmarked: unmarked.reduce((sum, { rows }) => sum + rows, 0),
    wanting: unmarked.some(({ rows }) => rows >= ctx.settings.lake_mark_rows),
  };
}
