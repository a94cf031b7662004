/** Runs the checks of a dataset because somebody asks. */
import { knownDataset } from '#catalogue';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { DatasetQuality } from '../model.ts';
import { inOwnName } from './ask.ts';
import { ownedBy } from './faults.ts';
import { runChecks } from './run.ts';
import { scoreUnits } from './score.ts';
import { qualityOf } from './view.ts';

export const runPermission = 'quality.run';

/**
 * Runs every check of a dataset now, whether anything changed or not, and says how it stands.
 * @throws auth.not_allowed, catalogue.not_found, quality.not_owner, quality.no_scoring
 */
export async function runNow(ctx: Ctx, dataset: string): Promise<DatasetQuality> {
  requirePermission(ctx, runPermission);
  const contract = await knownDataset(ctx, dataset);
  await ownedBy(ctx, contract);
  const made = await runChecks(ctx, dataset, { force: true });
  await scoreUnits(inOwnName(ctx));
  await ctx.audit.record(ctx, { action: 'quality.run', dataset, detail: { checks: made.length } });
  return qualityOf(ctx, dataset);
}
