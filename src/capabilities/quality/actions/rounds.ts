/** When checks run: after deliveries, when declared anew, and by the clock. */
import { listDatasets } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { enqueue } from '#kernel/jobs';
import * as store from '../store.ts';
import { inOwnName } from './ask.ts';
import { freezeMonths } from './ranking.ts';
import { runChecks } from './run.ts';
import { scoreUnits } from './score.ts';

export const checkJob = 'quality.check';

const later = (ctx: Ctx, dataset: string): Promise<void> =>
  enqueue(ctx, checkJob, { dataset }, { singletonKey: dataset });

/** After a delivery: its own checks, and those of datasets that refer to it. */
export async function onRefreshed(ctx: Ctx, dataset: string): Promise<void> {
  await later(ctx, dataset);
  for (const reader of await store.readersOf(ctx, dataset)) await later(ctx, reader);
}

/** After packs were applied; no name at all means every dataset. */
export async function onDeclared(ctx: Ctx, datasets: readonly string[]): Promise<void> {
  const all = datasets.length > 0 ? datasets : (await listDatasets(ctx)).map(({ name }) => name);
  const known = new Set((await listDatasets(ctx)).map(({ name }) => name));
  for (const dataset of all) if (known.has(dataset)) await later(ctx, dataset);
}

/** Runs the checks of one dataset and scores whoever it counts for. */
export async function checkOne(ctx: Ctx, dataset: string): Promise<void> {
  const known = (await listDatasets(ctx)).some(({ name }) => name === dataset);
  if (!known) return;
  await runChecks(ctx, dataset);
  await scoreUnits(inOwnName(ctx));
}

/** What changes with the clock alone: timeliness, scores of the day, months that are over. */
export async function round(ctx: Ctx): Promise<void> {
  for (const { name } of await listDatasets(ctx)) await runChecks(ctx, name);
  await scoreUnits(inOwnName(ctx));
  await freezeMonths(ctx);
}
