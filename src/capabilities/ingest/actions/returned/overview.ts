/** How many rows are out of each dataset, by rule and item, and since when. */
import { getDataset } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import type { ReturnedOverview } from '../../model.ts';
import { openBatches, openReasons, openSums } from '../../store.ts';
import { deliveredDatasets, titleOf, withNote } from './read.ts';
import { ruleWords } from './words.ts';

/** Deliveries named with each dataset. */
const batchesMost = 20;

/**
 * What is out of the datasets of the units the actor delivers for, most rows first.
 * @throws auth.not_signed_in, auth.not_allowed
 */
export async function returnedOverview(
  ctx: Ctx,
  only?: string | undefined,
): Promise<ReturnedOverview> {
  const mine = await deliveredDatasets(ctx);
  const names = only === undefined ? mine : mine.filter((name) => name === only);
  const [sums, reasons] = [await openSums(ctx, names), await openReasons(ctx, names)];
  const datasets: ReturnedOverview['datasets'] = [];
  for (const sum of sums) {
    const contract = await getDataset(ctx, sum.dataset);
    const unit = await findUnit(ctx, contract.owner);
    const batches = await openBatches(ctx, sum.dataset, batchesMost);
    datasets.push({
      dataset: sum.dataset,
      title: contract.title,
      owner: contract.owner,
      ownerName: unit?.name ?? contract.owner,
      rows: sum.rows,
      deliveries: sum.batches,
      since: sum.since.toISOString(),
      reasons: reasons
        .filter((one) => one.dataset === sum.dataset)
        .map(({ rule, rows }) => ({
          item: rule.item,
          title: titleOf(contract, rule.item),
          rule: rule.rule,
          words: ruleWords(rule.rule),
          text: withNote(rule.expected, null),
          count: rows,
        })),
      batches: batches.map((one) => ({
        batch: one.batch,
        files: one.files.map(({ name }) => name),
        rows: one.openRows,
        since: one.since.toISOString(),
      })),
    });
  }
  return { rows: sums.reduce((all, { rows }) => all + rows, 0), datasets };
}

/**
 * How many rows of a dataset are out and how many of them break each rule: counts for the platform
 * itself, of no person and no value.
 */
export async function openFaults(
  ctx: Pick<Ctx, 'db'>,
  dataset: string,
): Promise<{ rows: number; reasons: { rule: string; item: string | null; rows: number }[] }> {
  const [sums, reasons] = [await openSums(ctx, [dataset]), await openReasons(ctx, [dataset])];
  return {
    rows: sums[0]?.rows ?? 0,
    reasons: reasons.map(({ rule, rows }) => ({ rule: rule.rule, item: rule.item, rows })),
  };
}
