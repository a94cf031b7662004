/** Rows that changed between two snapshots, as this actor may see them. */
import type { Ctx } from '#kernel/context';
import type { RowDiff } from '#kernel/lake';
import type { DiffRows, Point } from '../model.ts';
import { type ItemSight, reaches, type Sight } from './policy.ts';
import { contractToRead, policyLines, seeItems, sightsFor } from './view.ts';

export interface DiffOptions {
  purpose: string;
  /** Ids of snapshots, versions or instants; the last two snapshots when absent. */
  from?: number | Point | undefined;
  to?: number | Point | undefined;
  limit?: number | undefined;
}

const defaultLimit = 100;

type Row = Record<string, unknown>;

const only = (row: Row, items: ReadonlySet<string>): Row =>
  Object.fromEntries(Object.entries(row).filter(([item]) => items.has(item)));

/** Sights that show an item as it is: what is struck out would differ where nothing is told. */
const plainly = ({ parts }: ItemSight): Sight[] =>
  parts.flatMap(({ decision, sights }) => (decision.view === 'plain' ? sights : []));

/**
 * The items of a row that this reader sees plain: each only where a sight that shows it reaches.
 * A row that moved into his units or away shows as far as it lies inside.
 */
function itemsOn(row: Row, unitItem: string | null, views: readonly ItemSight[]): Set<string> {
  const unit = unitItem === null ? null : row[unitItem];
  return new Set(
    views
      .filter((view) => plainly(view).some(({ rows }) => reaches(rows, unit)))
      .map((view) => view.item.name),
  );
}

function seen(diff: RowDiff, unitItem: string | null, views: readonly ItemSight[]): RowDiff[] {
  const side = (row: Row | null): { items: Set<string>; row: Row } | null => {
    const items = row === null ? new Set<string>() : itemsOn(row, unitItem, views);
    return row === null || items.size === 0 ? null : { items, row: only(row, items) };
  };
  const [before, after] = [side(diff.before), side(diff.after)];
  if (before === null && after === null) return [];
  const changed = diff.changed.filter((item) => before?.items.has(item) && after?.items.has(item));
  // What changed only in items this reader does not see is no change to him.
  if (before !== null && after !== null && changed.length === 0) return [];
  const kind = before === null ? 'added' : after === null ? 'removed' : 'changed';
  const key = only(diff.key, (after ?? before)?.items ?? new Set());
  return [{ kind, key, changed, before: before?.row ?? null, after: after?.row ?? null }];
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
  if (to === null || from === null || views.every((view) => plainly(view).length === 0)) {
    return { from, to, ...nothing };
  }
  const limit = options.limit ?? defaultLimit;
  const found = await ctx.lake.diff(ctx, dataset, from, to, { limit });
  const unitItem = contract.unit_item ?? null;
  const rows = found.rows.flatMap((row) => seen(row, unitItem, views));
  await ctx.audit.record(ctx, {
    action: 'gate.diff',
    dataset,
    purpose: options.purpose,
    rows: rows.length,
    detail: { from, to },
  });
  return { from, to, rows, truncated: found.truncated, by: found.by, why: found.why };
}
