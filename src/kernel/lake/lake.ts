/** The lake put together. */
import { resolve } from 'node:path';
import type { Settings } from '#kernel/config';
import { type Clock, systemClock } from '#kernel/context';
import type { Log } from '#kernel/log';
import { changes } from './between.ts';
import { commit } from './commit.ts';
import { compact } from './compact.ts';
import { diff } from './diff.ts';
import { type Disk, foldersOf, makeFolders, realDisk, stagePath } from './disk.ts';
import { drawRuns } from './draw.ts';
import { openEngine } from './engine.ts';
import { runFenced } from './fence.ts';
import { indexKeys } from './indexing.ts';
import { define, keeping, retain, sweep } from './keep.ts';
import { mark, marked } from './marks.ts';
import type { DatasetShape, Lake, LakeCtx, Relation, Snapshot } from './model.ts';
import { loadState, type Parts, stateSql } from './parts.ts';
import { getSnapshot, getVersion, saveKeepRules, snapshotAt } from './past.ts';
import { openPool } from './pool.ts';
import { prepare } from './prepare.ts';
import {
  type Dataset,
  findDataset,
  getDataset,
  lastCommit,
  latestSnapshot,
  latestSnapshots,
  listDatasets,
  listSnapshots,
  loadSchemas,
} from './store.ts';

export interface LakeOptions {
  /** Folder of the lake; made when it is absent. */
  home: string;
  log: Log;
  settings: Settings;
  /** For the clock words of queries; the system's when absent. */
  clock?: Clock;
  /** Another disk, for tests. */
  disk?: Disk;
}

const diffLimit = 1000;

/** Opens the lake under `home`. Close it with `lake.close()`. */
export async function createLake(options: LakeOptions): Promise<Lake> {
  const { settings, log, disk = realDisk, clock = systemClock } = options;
  const folders = foldersOf(resolve(options.home));
  await makeFolders(folders);
  const { lake_memory_mb: memoryMb, lake_threads: threads, time_zone: timeZone } = settings;
  const engine = await openEngine({ spill: folders.spill, memoryMb, threads });
  const pool = openPool(settings.sql_children, log);
  const parts: Parts = { folders, disk, engine };
  const fence = { pool, root: folders.data, clock, timeZone, threads };
  return {
    define: (ctx, shape) => define(parts, ctx, shape),
    commit: (ctx, input) => commit(parts, ctx, input),
    prepare: (ctx, input) => prepare(parts, ctx, input),
    relation: (ctx, dataset, options = {}) => relation(parts, ctx, dataset, options),
    datasets: (ctx) => listDatasets(ctx.db),
    snapshots: async (ctx, dataset) => {
      await getDataset(ctx.db, dataset);
      return listSnapshots(ctx.db, dataset);
    },
    latest: (ctx, dataset) => latestSnapshot(ctx.db, dataset),
    lastCommit: (ctx, dataset) => lastCommit(ctx.db, dataset),
    latestOf: (ctx, datasets) => latestSnapshots(ctx.db, datasets),
    shape: (ctx, dataset) => shapeOf(ctx, dataset),
    at: (ctx, dataset, point) =>
      point === undefined || point instanceof Date
        ? snapshotOf(ctx, dataset, point)
        : getVersion(ctx.db, dataset, point.version),
    diff: (ctx, dataset, a, b, { limit = diffLimit, ...shown } = {}) =>
      diff(parts, ctx.db, dataset, { a, b, limit, ...shown }),
    changes: (ctx, dataset, a, b) => changes(parts, ctx.db, dataset, { a, b }),
    compact: (ctx, dataset, { force = false } = {}) => compact(parts, ctx, dataset, force),
    index: (ctx, dataset) => indexKeys(parts, ctx, dataset),
    mark: (ctx, dataset, marking) => mark(parts, ctx, dataset, marking),
    marked: (ctx, dataset, asked) => marked(parts, ctx, dataset, asked),
    keep: (ctx, dataset, rules) => saveKeepRules(ctx.db, dataset, rules),
    keeping,
    retain: (ctx, dataset, policy) => retain(ctx, dataset, policy),
    sweep: (ctx, { graceMs = settings.lake_sweep_grace_ms } = {}) => sweep(parts, ctx, graceMs),
    stage: (name) => stagePath(parts, name),
    engine,
    fenced: (input) => runFenced(fence, input),
    warm: () => pool.warm(),
    close: async () => {
      pool.close();
      engine.close();
    },
  };
}

async function shapeOf(ctx: LakeCtx, dataset: string): Promise<DatasetShape | null> {
  const found = await findDataset(ctx.db, dataset);
  if (found === undefined) return null;
  return { dataset, mode: found.mode, columns: found.schema.columns, key: found.schema.key };
}

/** An earlier state is shown in the shape it had; the newest in the shape declared last. */
async function relation(
  parts: Parts,
  ctx: LakeCtx,
  dataset: string,
  { asOf, sample }: { asOf?: number | Date; sample?: number },
): Promise<Relation> {
  const found = await getDataset(ctx.db, dataset);
  const snapshot = await snapshotOf(ctx, dataset, asOf);
  const state = await loadState(ctx.db, found, snapshot);
  const columns = await columnsAsOf(ctx, found, asOf === undefined ? null : snapshot);
  const only = sample === undefined ? undefined : drawRuns(state.files, sample);
  const sql = stateSql(parts, state, columns, false, only);
  return { sql, columns, snapshot, rows: snapshot?.rows ?? 0 };
}

function snapshotOf(
  ctx: LakeCtx,
  dataset: string,
  asOf: number | Date | undefined,
): Promise<Snapshot | null> {
  if (asOf === undefined) return latestSnapshot(ctx.db, dataset);
  if (asOf instanceof Date) return snapshotAt(ctx.db, dataset, asOf);
  return getSnapshot(ctx.db, dataset, asOf);
}

async function columnsAsOf(
  ctx: LakeCtx,
  found: Dataset,
  snapshot: Snapshot | null,
): Promise<Dataset['schema']['columns']> {
  if (snapshot === null || snapshot.schemaVersion === found.schema.version) {
    return found.schema.columns;
  }
  const schemas = await loadSchemas(ctx.db, found.dataset);
  return schemas.get(snapshot.schemaVersion)?.columns ?? found.schema.columns;
}
