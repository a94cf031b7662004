/**
 * Keeping the lake in shape: shapes, retention, sweeping. None of it changes a row anybody can
 * read.
 */
import { basename } from 'node:path';
import { afterCommit, tx } from '#kernel/db';
import { compact } from './compact.ts';
import { checkKeys } from './compare.ts';
import { listFiles, listFolders } from './disk.ts';
import { lakeErrors } from './errors.ts';
import { checkIdentity } from './identity.ts';
import type { DatasetShape, Keeping, LakeCtx, Retention, SweepResult } from './model.ts';
import { loadState, type Parts, stateSql } from './parts.ts';
import { forgetSnapshots, keepRulesOf, takeReleased } from './past.ts';
import {
  findDataset,
  getDataset,
  knownPaths,
  latestSnapshot,
  lockDataset,
  relativePath,
  saveShape,
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

/** See `Lake.keeping`. */
export async function keeping(ctx: LakeCtx, dataset: string): Promise<Keeping> {
  const { settings } = ctx;
  const rules = await keepRulesOf(ctx.db, dataset);
  const until = rules?.held?.until;
  // sv-SE writes YYYY-MM-DD, which sorts as days do.
  const today = ctx.clock.now().toLocaleDateString('sv-SE', { timeZone: settings.time_zone });
  return {
    days: rules?.days ?? settings.lake_keep_days,
    snapshots: rules?.snapshots ?? settings.lake_keep_snapshots,
    monthEnds: rules?.monthEnds ?? settings.lake_keep_month_ends,
    isHeld: until === null || (until !== undefined && today <= until),
  };
}

/** See `Lake.retain`. */
export async function retain(ctx: LakeCtx, dataset: string, policy?: Retention): Promise<number> {
  const now = ctx.clock.now();
  const { time_zone: timeZone } = ctx.settings;
  return tx(ctx, async (inner) => {
    await lockDataset(inner.db, dataset);
    const { isHeld, ...own } = await keeping(inner, dataset);
    if (isHeld) return 0;
    const { days, ...rules } = policy ?? own;
    const before = new Date(now.getTime() - days * 86_400_000);
    return forgetSnapshots(inner.db, dataset, { ...rules, before, now, timeZone });
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
