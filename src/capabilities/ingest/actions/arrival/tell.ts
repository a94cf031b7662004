/** Telling others of a run: pages that are open, and the pump. */
import { getDataset } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { GuantongError, kernelErrors } from '#kernel/errors';
import { publish } from '#kernel/events';
import { enqueue } from '#kernel/jobs';
import { findUnit } from '#organisation';
import type { Run } from '../../model/run.ts';

export const arriveJob = 'ingest.arrive';

/** Tells open pages that a run moved; they read it again through their routes. */
export async function tellRun(ctx: Ctx, run: Pick<Run, 'id' | 'dataset'>): Promise<void> {
  const contract = await getDataset(ctx, run.dataset).catch(() => null);
  const owner = contract === null ? undefined : await findUnit(ctx, contract.owner);
  const hint = { topic: 'run', id: run.id, paths: owner === undefined ? [] : [owner.path] };
  await tx(ctx, (inner) => publish(inner, 'ingest.run_moved', { run: run.id, hint }));
}

/** Asks the pump to look, here or in another process. */
export const wakePump = (ctx: Ctx, at?: Date): Promise<void> =>
  enqueue(ctx, arriveJob, null, {
    singletonKey: at === undefined ? 'now' : `at ${at.toISOString()}`,
    ...(at === undefined ? {} : { startAfter: at }),
  });

/** An error as a run keeps it. */
export const shapeOf = (error: unknown): NonNullable<Run['error']> => {
  const known = error instanceof GuantongError ? error : kernelErrors.make('internal');
  return { code: known.code, message: known.text, faults: known.faults };
};
