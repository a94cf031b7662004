/**
 * Keeping the lake in shape: compaction, retention, sweeping. None of it changes a row anybody can
 * read.
 */
import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterCommit, tx } from '#kernel/db';
import { laterOf } from './commit.ts';
import { checkKeys } from './compare.ts';
import { listFiles, listFolders, newFile } from './disk.ts';
import { lakeErrors } from './errors.ts';
import { type Written, writeFile } from './file.ts';
import { checkIdentity } from './identity.ts';
import type { DatasetShape, LakeCtx, Snapshot, SweepResult } from './model.ts';
import { loadState, type Parts, type State, stateSql } from './parts.ts';
import { nameList } from './sqltext.ts';
import {
  endFiles,
  filesOf,
  findDataset,
  forgetSnapshots,
  getDataset,
  insertFile,
  insertSnapshot,
  knownPaths,
  latestSnapshot,
  lockDataset,
  relativePath,
  saveShape,
  takeReleased,
  tryLockDataset,
} from './store.ts';
import { isPlainName } from './walk.ts';

/** See `Lake.define`. */
export async function define(parts: Parts, ctx: LakeCtx, shape: DatasetShape): Promise<void> {
  checkShape(shape);
  await tx(ctx, async (inner) => {
    await lockDataset(inner.db, shape.dataset);
    const known = await findDataset(inner.db, shape.dataset);
    const isSame =
      JSON.stringify(known?.schema.columns) === JSON.stringify(shape.columns) &&
      JSON.stringify(known?.schema.key) === JSON.stringify(shape.key);
    if (isSame && known?.mode === shape.mode) return;
    const isNewKey = known !== undefined && String(known.schema.key) !== String(shape.key);
    if (isNewKey) await changeKey(parts, inner, shape);
    const version = (known?.schema.version ?? 0) + (isSame ? 0 : 1);
    await saveShape(inner.db, shape, version, inner.clock.now());
  });
}

function checkShape({ dataset, columns, mode, key }: DatasetShape): void {
  const names = columns.map((column) => column.name);
  const faults = [
    columns.length === 0 ? 'no columns' : '',
    ...names.filter((name) => !isPlainName(name)).map((name) => `column name ${name}`),
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `${name} twice`),
    ...key.filter((name) => !names.includes(name)).map((name) => `key ${name} is no column`),
    mode === 'merge' && key.length === 0 ? 'merge needs a key' : '',
  ].filter((fault) => fault !== '');
  if (faults.length > 0) {
    throw lakeErrors.make('bad_shape', { dataset, detail: faults.join('; ') });
  }
}

/**
 * Rows that stand must be told apart by the new key, and no tombstone of the old key may be left.
 */
async function changeKey(parts: Parts, ctx: LakeCtx, shape: DatasetShape): Promise<void> {
  const dataset = await getDataset(ctx.db, shape.dataset);
  const snapshot = await latestSnapshot(ctx.db, shape.dataset);
  const state = await loadState(ctx.db, dataset, snapshot);
  if (state.files.length === 0) return;
  if (shape.key.length > 0) {
    const relation = stateSql(parts, state, shape.columns);
    await parts.engine.with((session) => checkKeys(session, `${relation} as standing`, shape.key));
  }
  if (state.files.some((file) => file.kind === 'tombstones')) {
    await compact(parts, ctx, shape.dataset, true);
  }
}

const layersIn = (state: State): number =>
  new Set(state.files.filter((file) => file.rows > 0).map((file) => file.layer)).size;

/**
 * See `Lake.compact`. The long part, writing the sorted file, holds no lock: deliveries land
 * meanwhile, on top of the layer that is being written, and the lock is taken only to put the file
 * in place.
 */
export async function compact(
  parts: Parts,
  ctx: LakeCtx,
  dataset: string,
  force: boolean,
): Promise<Snapshot | null> {
  const found = await getDataset(ctx.db, dataset);
  const state = await loadState(ctx.db, found, await latestSnapshot(ctx.db, dataset));
  if (state.snapshot === null || (!force && layersIn(state) < 2)) return null;
  const { columns, key } = found.schema;
  const order = key.length === 0 ? '' : ` order by ${nameList(key)}`;
  const path = stagePath(parts, `${encodeURIComponent(dataset)}.compact.parquet`);
  try {
    const written = await parts.engine.with((session) =>
      writeFile(session, parts.disk, {
        path,
        query: `select * from ${stateSql(parts, state, columns)} as whole${order}`,
        key: key[0],
      }),
    );
    return await putInPlace(parts, ctx, state, written);
  } finally {
    await parts.disk.remove(path);
  }
}

/**
 * @returns null when the layers written from are not the dataset any more: the work is thrown away
 */
async function putInPlace(
  parts: Parts,
  ctx: LakeCtx,
  written: State,
  file: Written,
): Promise<Snapshot | null> {
  const { dataset, schema } = written.dataset;
  return tx(ctx, async (inner) => {
    const { db } = inner;
    await lockDataset(db, dataset);
    const latest = await latestSnapshot(db, dataset);
    const from = written.snapshot;
    if (latest === null || from === null) return null;
    const live = new Set((await filesOf(db, dataset, latest.version)).map(({ id }) => id));
    if (!written.files.every(({ id }) => live.has(id))) return null;
    const version = latest.version + 1;
    const path = await newFile(parts.folders, dataset, version, 'rows');
    await rename(file.path, path);
    await parts.disk.settle(path);
    await endFiles(db, dataset, version, from.version);
    await insertFile(db, {
      ...file,
      dataset,
      path: relativePath(parts.folders.root, path),
      kind: 'rows',
      reason: 'compact',
      layer: from.version,
      since: version,
      schemaVersion: schema.version,
      batch: null,
    });
    const files = await filesOf(db, dataset, version);
    const { id: _, fresh: __, ...same } = latest;
    const none = { added: 0, changed: 0, removed: 0, unchanged: 0 };
    const bytes = files.reduce((sum, each) => sum + each.bytes, 0);
    const schemaVersion = schema.version;
    return insertSnapshot(db, {
      ...{ ...same, ...none },
      ...{ version, reason: 'compact', bytes, schemaVersion },
      at: laterOf(inner.clock.now(), latest.at),
    });
  });
}

let staged = 0;

/** A name nobody else uses: process, time and count. */
export function stagePath(parts: Pick<Parts, 'folders'>, name: string): string {
  staged += 1;
  const safe = basename(name).replace(/[^\w.%-]/gu, '_');
  return join(parts.folders.stage, `${process.pid}-${Date.now().toString(36)}-${staged}-${safe}`);
}

/** See `Lake.retain`. */
export async function retain(ctx: LakeCtx, dataset: string, keepDays: number): Promise<number> {
  const now = ctx.clock.now();
  const before = new Date(now.getTime() - keepDays * 86_400_000);
  return tx(ctx, async ({ db }) => {
    await lockDataset(db, dataset);
    return forgetSnapshots(db, dataset, before, now);
  });
}

/** See `Lake.sweep`. */
export async function sweep(parts: Parts, ctx: LakeCtx, graceMs: number): Promise<SweepResult> {
  await checkIdentity(parts, ctx.db);
  const swept: SweepResult = { files: 0, bytes: 0 };
  for (const folder of await listFolders(parts.folders.data)) {
    await sweepFolder(parts, ctx, { folder, graceMs, swept });
  }
  // Files on their way are nobody's until they are named: only their age, by the disk's own clock,
  // says they are lost.
  const before = Date.now() - graceMs;
  for (const file of await listFiles(parts.folders.stage)) {
    if (file.writtenAt <= before) await removeFile(parts, file, swept);
  }
  return swept;
}

interface Sweeping {
  folder: string;
  graceMs: number;
  swept: SweepResult;
}

/**
 * Whoever writes a dataset holds its lock to the end of his transaction: under the lock, unnamed
 * means lost.
 */
async function sweepFolder(parts: Parts, ctx: LakeCtx, sweeping: Sweeping): Promise<void> {
  const { folder, graceMs, swept } = sweeping;
  const dataset = decodeURIComponent(basename(folder));
  await tx(ctx, async (inner) => {
    if (!(await tryLockDataset(inner.db, dataset))) return;
    const before = new Date(inner.clock.now().getTime() - graceMs);
    const known = await knownPaths(inner.db, dataset);
    const released = new Set(await takeReleased(inner.db, dataset, before));
    for (const file of await listFiles(folder)) {
      const path = relativePath(parts.folders.root, file.path);
      if (!known.has(path)) await removeFile(parts, file, swept);
      else if (released.has(path)) afterCommit(inner, () => removeFile(parts, file, swept));
    }
  });
}

async function removeFile(
  parts: Parts,
  file: { path: string; bytes: number },
  swept: SweepResult,
): Promise<void> {
  await parts.disk.remove(file.path);
  swept.files += 1;
  swept.bytes += file.bytes;
}
