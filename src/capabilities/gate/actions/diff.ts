/** Rows that changed between two snapshots, as this actor may see them. */
import type { Ctx } from '#kernel/context';
import type { SeenColumn } from '#kernel/lake';
import type { DiffRows, Point } from '../model.ts';
import { rowPredicate } from './bind.ts';
import type { ItemSight, Sight } from './policy.ts';
import { contractToRead, policyLines, seeItems, sightsFor } from './view.ts';

export interface DiffOptions {
  purpose: string;
  /** Ids of snapshots, versions or instants; the last two snapshots when absent. */
  from?: number | Point | undefined;
  to?: number | Point | undefined;
  limit?: number | undefined;
}

const defaultLimit = 100;

/** Sights that show an item as it is: what is struck out would differ where nothing is told. */
const plainly = ({ parts }: ItemSight): Sight[] =>
  parts.flatMap(({ decision, sights }) => (decision.view === 'plain' ? sights : []));

/**
 * The items this reader sees plain, each only where a sight that shows it reaches: a row that moved
 * into his units or away shows as far as it lies inside. The engine leaves out everything else
 * before it compares, so that what changed out of his sight is no change to him.
 */
function seenBy(views: readonly ItemSight[], unitItem: string | null): SeenColumn[] {
  return views.flatMap((view) => {
    const sights = plainly(view);
    if (sights.length === 0) return [];
    const scopes = sights.map(({ rows }) => rows);
    return [{ name: view.item.name, on: rowPredicate(scopes, unitItem) }];
  });
}

const nothing: Omit<DiffRows, 'from' | 'to'> = {
  rows: [],
  truncated: false,
  by: 'changes',
  why: null,
};

/** Ids of the two snapshots asked for; null where there is none. */
async function endsOf(ctx: Ctx, dataset: string, options: DiffOptions) {
  const idOf = async (point: number | Point): Promise<number | null> =>
    typeof point === 'number' ? point : ((await ctx.lake.at(ctx, dataset, point))?.id ?? null);
  const snapshots = await ctx.lake.snapshots(ctx, dataset);
  const to = options.to === undefined ? (snapshots[0]?.id ?? null) : await idOf(options.to);
  if (options.from !== undefined) return { from: await idOf(options.from), to };
  return { from: snapshots.find(({ id }) => to !== null && id < to)?.id ?? null, to };
}

/**
 * The rows that changed between two snapshots of a dataset, by key, narrowed to the items and rows
 * of this actor. Counts are of what is shown, never of what is hidden.
 * @throws auth.not_allowed, gate.dataset_not_found, lake.snapshot_gone, lake.unknown_version
 */
export async function diffRows(ctx: Ctx, dataset: string, options: DiffOptions): Promise<DiffRows> {
  const contract = await contractToRead(ctx, dataset);
  const sights = sightsFor(ctx, contract, undefined);
  const views = seeItems(contract, await policyLines(ctx), sights, options.purpose);
  const { from, to } = await endsOf(ctx, dataset, options);
  const seen = seenBy(views, contract.unit_item ?? null);
  if (to === null || from === null || seen.length === 0) return { from, to, ...nothing };
  const limit = options.limit ?? defaultLimit;
  const found = await ctx.lake.diff(ctx, dataset, from, to, { limit, seen });
  const { rows } = found;
  await ctx.audit.record(ctx, {
    action: 'gate.diff',
    dataset,
    purpose: options.purpose,
    rows: rows.length,
    detail: { from, to },
  });
  return { from, to, rows, truncated: found.truncated, by: found.by, why: found.why };
}
