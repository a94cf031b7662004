/**
 * The pump: takes runs out of the queue, no more at once than the setting says and one for each
 * dataset. Any process may pump; a run is claimed by one of them.
 */
import type { Ctx } from '#kernel/context';
import { type Db, rootOf, tx } from '#kernel/db';
import { ingestErrors } from '../../errors.ts';
import {
  claimRun,
  endRun,
  findRun,
  requeueRun,
  runsAtWork,
  type StoredRun,
} from '../../store/runs.ts';
import { folderSources } from '../../store/sources.ts';
import { processName } from '../deliver.ts';
import { isUnderWay } from '../recover.ts';
import { carry, landedResult, settle, tidyUp } from './carry.ts';
import { type FolderSource, takenRuns } from './roads/folder.ts';
import { shapeOf, wakePump } from './tell.ts';

interface Pump {
  wake(): void;
}

const pumps = new WeakMap<Db, Pump>();

const claim = (ctx: Ctx): Promise<StoredRun | null> =>
  tx(ctx, (inner) => claimRun(inner, processName(), ctx.settings.arrival_runs));

/**
 * Carries out what waits, until nothing can be taken. A second call while one works makes that one
 * look again.
 */
export async function pump(ctx: Ctx): Promise<void> {
  const root = rootOf(ctx.db);
  const busy = pumps.get(root);
  if (busy !== undefined) {
    busy.wake();
    return;
  }
  let again = false;
  let rouse = (): void => undefined;
  pumps.set(root, {
    wake: () => {
      again = true;
      rouse();
    },
  });
  const working = new Set<Promise<void>>();
  try {
    for (;;) {
      again = false;
      for (let run = await claim(ctx); run !== null; run = await claim(ctx)) {
        // What a run met is on its record; it is nobody's fault here.
        const work = carry(ctx, run).then(
          () => undefined,
          () => undefined,
        );
        const done = work.finally(() => working.delete(done));
        working.add(done);
      }
      if (again) continue;
      if (working.size === 0) return;
      const woken = new Promise<void>((resolve) => {
        rouse = resolve;
      });
      await Promise.race([...working, woken]);
    }
  } finally {
    pumps.delete(root);
  }
}

/**
 * Runs of dead processes: those whose delivery landed are settled, those that somebody waited for
 * have failed, the others go back into the queue.
 */
export async function recoverRuns(ctx: Ctx): Promise<number> {
  let left = 0;
  for (const run of await runsAtWork(ctx)) {
    const touchedAt = run.touchedAt ?? new Date(run.createdAt);
    const delivery = { batch: run.id, process: run.process ?? '', touchedAt };
    if (await isUnderWay(ctx, delivery)) continue;
    await recover(ctx, run);
    left += 1;
  }
  await tidyLeft(ctx);
  if (left > 0) await wakePump(ctx);
  return left;
}

/** Files of runs that ended, whose process died before it put them where their sender looks. */
async function tidyLeft(ctx: Ctx): Promise<void> {
  for (const { name, declared } of await folderSources(ctx)) {
    const taken = takenRuns(ctx, declared as FolderSource).catch((error: unknown) => {
      ctx.log.warn({ err: error, source: name }, 'a watched folder could not be looked at');
      return [];
    });
    for (const id of await taken) {
      const run = await findRun(ctx, id);
      if (run !== null && run.endedAt !== null) {
        await tidyUp(ctx, id, await landedResult(ctx, run));
      }
    }
  }
}

async function recover(ctx: Ctx, run: StoredRun): Promise<void> {
  const result = await landedResult(ctx, run);
  const error = shapeOf(ingestErrors.make('interrupted'));
  if (result !== null) await settle(ctx, { run, result });
  else if (run.cancelAsked) await endRun(ctx, run.id, { state: 'cancelled', error });
  else if (run.road === 'direct' || run.attempts >= ctx.settings.arrival_attempts) {
    await endRun(ctx, run.id, { state: 'failed', error });
  } else await requeueRun(ctx, run.id, ctx.clock.now(), error);
}
