/** Indexes of the keys of large files: made by a job, beside readers and writers. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { version as engineVersion } from '@duckdb/node-api';
import { tx } from '#kernel/db';
import { hashOf, isIndexed } from './bykey.ts';
import { adopt, newFile, stagePath } from './disk.ts';
import type { Session } from './engine.ts';
import { type Entries, writeIndex } from './keyindex.ts';
import type { LakeCtx } from './model.ts';
import { loadState, type Parts, type State } from './parts.ts';
import { shown } from './read.ts';
import { quoteText } from './sqltext.ts';
import {
  type Dataset,
  getDataset,
  insertIndex,
  type LakeFile,
  latestSnapshot,
  lockDataset,
  relativePath,
} from './store.ts';

export const indexJob = 'lake.index';

/** Rows a position in an index can count. */
const placeLimit = 2 ** 32;

/** Files of one layer that together are large and have no index of this engine yet. */
function layersWanting(
  settings: LakeCtx['settings'],
  { mode, schema }: Dataset,
  files: readonly LakeFile[],
): LakeFile[][] {
  if (mode !== 'merge') return [];
  const layers = new Map<string, LakeFile[]>();
  for (const file of files) {
    const isOurs = file.kind === 'rows' && file.rows > 0 && file.schemaVersion === schema.version;
    const sign = `${file.layer}/${file.since}`;
    if (isOurs) layers.set(sign, [...(layers.get(sign) ?? []), file]);
  }
  return [...layers.values()].filter((layer) => {
    const rows = layer.reduce((sum, file) => sum + file.rows, 0);
    const isSized = rows >= settings.lake_index_rows && rows < placeLimit;
    return isSized && !layer.every((file) => isIndexed(file, schema.version));
  });
}

/** Whether a merge into these files would have to read large ones to find its keys. */
export const wantsIndex = (
  settings: LakeCtx['settings'],
  dataset: Dataset,
  files: readonly LakeFile[],
): boolean => layersWanting(settings, dataset, files).length > 0;

/** See `Lake.index`. */
export async function indexKeys(parts: Parts, ctx: LakeCtx, dataset: string): Promise<number> {
  const found = await getDataset(ctx.db, dataset);
  const state = await loadState(ctx.db, found, await latestSnapshot(ctx.db, dataset));
  const layers = layersWanting(ctx.settings, found, state.files);
  for (const files of layers) {
    const staged = stagePath(parts, `${encodeURIComponent(dataset)}.index`);
    const scratch = `${staged}.scratch`;
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    try {
      await parts.engine.with((session) =>
        writeIndex({ path: staged, scratch }, rows, entriesOf(parts, session, state, files)),
      );
      await putInPlace(parts, ctx, state, { files, staged });
    } finally {
      await Promise.all([parts.disk.remove(staged), parts.disk.remove(scratch)]);
    }
  }
  return layers.length;
}

async function* entriesOf(
  parts: Parts,
  session: Session,
  state: State,
  files: LakeFile[],
): AsyncIterable<Entries> {
  const { columns, key } = state.dataset.schema;
  const names = columns.map(({ name }) => name);
  let first = 0;
  for (const file of files) {
    const path = quoteText(join(parts.folders.root, file.path));
    const query = `select ${hashOf(key)}, ${hashOf(names)}, ("#row" + ${first})::uinteger from (
      select ${shown(columns, columns)}, file_row_number as "#row" from read_parquet(${path}))`;
    for await (const [keys, rows, places] of session.words(query)) {
      if (keys !== undefined && rows !== undefined && places !== undefined) {
        yield { keys, rows, places };
      }
    }
    first += file.rows;
  }
}

/** Puts a finished index beside its files, under the dataset's lock, so that no sweep takes it. */
async function putInPlace(
  parts: Parts,
  ctx: LakeCtx,
  state: State,
  made: { files: LakeFile[]; staged: string },
): Promise<void> {
  const { files, staged } = made;
  const { dataset } = state.dataset;
  await tx(ctx, async ({ db }) => {
    await lockDataset(db, dataset);
    const path = await newFile(parts.folders, dataset, files[0]?.layer ?? 0, 'index');
    await adopt(parts.disk, staged, path);
    const { size: bytes } = await stat(path);
    const [relative, engine] = [relativePath(parts.folders.root, path), engineVersion()];
    let first = 0;
    for (const file of files) {
      await insertIndex(db, { file, dataset, path: relative, engine, first, bytes });
      first += file.rows;
    }
  });
}
