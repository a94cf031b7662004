/**
 * What a crash left: deliveries nobody works on are forgotten cleanly; files no delivery names are
 * removed.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Ctx } from '#kernel/context';
import { isAlive, startMark } from '#kernel/db';
import { ingestErrors } from '../errors.ts';
import { endDelivery, returnedFiles, runningDeliveries, type StoredDelivery } from '../store.ts';
import { underWay } from './deliver.ts';
import { returnedFolder } from './returned/folder.ts';

/** Whether the very process of this number and start lives. */
const lives = async (pid: number, mark: string): Promise<boolean> =>
  (await isAlive(pid)) && (mark === '' || (await startMark(pid)) === mark);

/** Whether the process that began a delivery, or a run, still works on it. */
export async function isUnderWay(
  ctx: Ctx,
  delivery: Pick<StoredDelivery, 'batch' | 'process' | 'touchedAt'>,
): Promise<boolean> {
  if (underWay.has(delivery.batch)) return true;
  const at = delivery.process.lastIndexOf(':');
  const [host, number] = [delivery.process.slice(0, at), delivery.process.slice(at + 1)];
  const [pid, mark = ''] = number.split('/');
  if (host === hostname()) return Number(pid) !== process.pid && lives(Number(pid), mark);
  const silent = ctx.clock.now().getTime() - delivery.touchedAt.getTime();
  return silent < ctx.settings.delivery_stale_minutes * 60_000;
}

/**
 * Marks deliveries that a dead process left behind. They wrote nothing, so there is nothing to
 * undo.
 */
export async function forgetInterrupted(ctx: Ctx): Promise<number> {
  let left = 0;
  for (const one of await runningDeliveries(ctx)) {
    if (await isUnderWay(ctx, one)) continue;
    const { code, text } = ingestErrors.make('interrupted');
    const error = { code, message: text, faults: [] };
    const { batch, files } = one;
    await endDelivery(ctx, batch, { state: 'interrupted', error, files, seconds: null });
    left += 1;
  }
  return left;
}

/** Removes files of returned rows whose delivery did not land. */
export async function sweepReturned(ctx: Ctx): Promise<number> {
  const folder = returnedFolder(ctx);
  const names = await readdir(folder).catch(() => []);
  const kept = await returnedFiles(ctx);
  let removed = 0;
  for (const name of names) {
    const path = join(folder, name);
    // Another process may sweep too.
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    const isOld = ctx.clock.now().getTime() - mtimeMs > ctx.settings.lake_sweep_grace_ms;
    const isWritten = name.split('.').some((part) => underWay.has(part));
    if (kept.has(name) || isWritten || !isOld) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
