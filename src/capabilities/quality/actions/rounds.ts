/** When checks run: after deliveries, when declared anew, and by the clock. */
import { getDataset, listDatasets } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { enqueue } from '#kernel/jobs';
import * as store from '../store.ts';
import { inOwnName } from './ask.ts';
import { freezeMonths } from './ranking.ts';
import { runChecks } from './run.ts';
import { scoreUnits } from './score.ts';

export const checkJob = 'quality.check';
export const scoreJob = 'quality.score';

const later = (ctx: Ctx, dataset: string, startAfter?: Date): Promise<void> =>
  enqueue(
    ctx,
    checkJob,
    { dataset },
    { singletonKey: dataset, ...(startAfter === undefined ? {} : { startAfter }) },
  );

/** What changes in real time is not checked at every change. */
async function notBefore(ctx: Ctx, dataset: string): Promise<Date | undefined> {
  if ((await getDataset(ctx, dataset)).cycle !== 'realtime') return undefined;
  const last = await store.lastRunAt(ctx, dataset);
  if (last === null) return undefined;
  return new Date(last.getTime() + ctx.settings.quality_realtime_pause_seconds * 1000);
}

/** After a delivery: its own checks, and those of datasets that refer to it. */
export async function onRefreshed(ctx: Ctx, dataset: string): Promise<void> {
  const startAfter = await notBefore(ctx, dataset);
  await later(ctx, dataset, startAfter);
  for (const reader of await store.readersOf(ctx, dataset)) await later(ctx, reader, startAfter);
}

/** After packs were applied; no name at all means every dataset. */
export async function onDeclared(ctx: Ctx, datasets: readonly string[]): Promise<void> {
  const all = datasets.length > 0 ? datasets : (await listDatasets(ctx)).map(({ name }) => name);
  const known = new Set((await listDatasets(ctx)).map(({ name }) => name));
  for (const dataset of all) if (known.has(dataset)) await later(ctx, dataset);
}

/** Runs the checks of one dataset; whoever it counts for is scored once for all that wait. */
export async function checkOne(ctx: Ctx, dataset: string): Promise<void> {
  const known = (await listDatasets(ctx)).some(({ name }) => name === dataset);
  if (!known) return;
  await runChecks(ctx, dataset);
  await enqueue(ctx, scoreJob, {}, { singletonKey: 'all' });
}

/** Scores departments, towns and the district. */
export const scoreAll = (ctx: Ctx): Promise<void> => scoreUnits(inOwnName(ctx));

/**
 * What changes with the clock alone: timeliness, scores of the day, months that are over. A dataset
 * that cannot be looked at holds up no other, and no month.
 * @throws what the first such dataset met, after everything else is done
 */
export async function round(ctx: Ctx): Promise<void> {
  const failures: unknown[] = [];
  for (const { name } of await listDatasets(ctx)) {
    await runChecks(ctx, name).catch((error: unknown) => {
      ctx.log.error({ err: error, dataset: name }, 'the checks of a dataset could not be run');
      failures.push(error);
    });
  }
  await scoreAll(ctx);
  await freezeMonths(ctx);
  await store.forgetRuns(ctx, ctx.settings.quality_runs_kept);
  await store.forgetProfiles(ctx, ctx.settings.quality_runs_kept);
  if (failures.length > 0) throw failures[0];
}
