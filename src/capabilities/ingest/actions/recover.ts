/**
 * What a crash left: deliveries nobody works on are forgotten cleanly; files no delivery names are
 * removed.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Ctx } from '#kernel/context';
import { ingestErrors } from '../errors.ts';
import { endDelivery, returnedFiles, runningDeliveries, type StoredDelivery } from '../store.ts';
import { underWay } from './deliver.ts';
import { returnedFolder } from './returned/folder.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
};

/** Whether the process that began a delivery, or a run, still works on it. */
export function isUnderWay(
  ctx: Ctx,
  delivery: Pick<StoredDelivery, 'batch' | 'process' | 'touchedAt'>,
): boolean {
  if (underWay.has(delivery.batch)) return true;
  const at = delivery.process.lastIndexOf(':');
  const [host, pid] = [delivery.process.slice(0, at), Number(delivery.process.slice(at + 1))];
  if (host === hostname()) return pid !== process.pid && isAlive(pid);
  const silent = ctx.clock.now().getTime() - delivery.touchedAt.getTime();
  return silent < ctx.settings.delivery_stale_minutes * 60_000;
}

/**
 * Marks deliveries that a dead process left behind. They wrote nothing, so there is nothing to
 * undo.
 */
export async function forgetInterrupted(ctx: Ctx): Promise<number> {
  const left = (await runningDeliveries(ctx)).filter((one) => !isUnderWay(ctx, one));
  for (const { batch, files } of left) {
    const { code, text } = ingestErrors.make('interrupted');
    const error = { code, message: text, faults: [] };
    await endDelivery(ctx, batch, { state: 'interrupted', error, files, seconds: null });
  }
  return left.length;
}

/** Removes files of returned rows whose delivery did not land. */
export async function sweepReturned(ctx: Ctx): Promise<number> {
  const folder = returnedFolder(ctx);
  const names = await readdir(folder).catch(() => []);
  const kept = await returnedFiles(ctx);
  let removed = 0;
  for (const name of names) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    const isOld = ctx.clock.now().getTime() - mtimeMs > ctx.settings.lake_sweep_grace_ms;
    const isWritten = name.split('.').some((part) => underWay.has(part));
    if (kept.has(name) || isWritten || !isOld) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
