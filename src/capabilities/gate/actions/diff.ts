/** Rows that changed between two snapshots, as this actor may see them. */
import type { Ctx } from '#kernel/context';
import type { RowDiff } from '#kernel/lake';
import type { DiffRows } from '../model.ts';
import { contractToRead, viewOf } from './view.ts';

export interface DiffOptions {
  purpose: string;
  /** Snapshots; the last two when absent. */
  from?: number | undefined;
  to?: number | undefined;
  limit?: number | undefined;
}

const defaultLimit = 100;

type Row = Record<string, unknown>;

const only = (row: Row | null, items: ReadonlySet<string>): Row | null =>
  row === null ? null : Object.fromEntries(Object.entries(row).filter(([item]) => items.has(item)));

/**
 * Whether a row lies in one of the reader's units; a row that moved there or away shows as far as
 * it lies inside.
 */
const within = (row: Row | null, item: string | null, units: readonly string[]): boolean => {
  const unit = row === null || item === null ? undefined : row[item];
  return typeof unit === 'string' && units.some((code) => unit.startsWith(code));
};

interface Sight {
  items: ReadonlySet<string>;
  inside: (row: Row | null) => boolean;
}

function seen(diff: RowDiff, { items, inside }: Sight): RowDiff[] {
  const before = inside(diff.before) ? only(diff.before, items) : null;
  const after = inside(diff.after) ? only(diff.after, items) : null;
  if (before === null && after === null) return [];
  const changed = diff.changed.filter((item) => items.has(item));
  // What changed only in items this reader does not see is no change to him.
  if (before !== null && after !== null && changed.length === 0) return [];
  const kind = before === null ? 'added' : after === null ? 'removed' : 'changed';
  const key = only(diff.key, items) ?? {};
  return [{ kind, key, changed: kind === 'changed' ? changed : [], before, after }];
}

/**
 * The rows that changed between two snapshots of a dataset, by key, narrowed to the items and rows
 * of this actor. Counts are of what is shown, never of what is hidden.
 * @throws auth.not_allowed, gate.dataset_not_found
 */
export async function diffRows(ctx: Ctx, dataset: string, options: DiffOptions): Promise<DiffRows> {
  const contract = await contractToRead(ctx, dataset);
  const view = await viewOf(ctx, dataset, { purpose: options.purpose });
  const snapshots = await ctx.lake.snapshots(ctx, dataset);
  const to = options.to ?? snapshots[0]?.id;
  const from = options.from ?? snapshots.find((each) => to !== undefined && each.id < to)?.id;
  if (to === undefined || from === undefined || view.rows === 'none') {
    return { from: from ?? null, to: to ?? null, rows: [], truncated: false };
  }
  const limit = options.limit ?? defaultLimit;
  const found = await ctx.lake.diff(ctx, dataset, from, to, { limit });
  const plain = view.items.filter((item) => item.view === 'plain').map((item) => item.item);
  const sight: Sight = {
    items: new Set(plain),
    inside: (row) =>
      row !== null && (view.rows === 'all' || within(row, contract.unit_item, view.units)),
  };
  const rows = found.rows.flatMap((row) => seen(row, sight));
  await ctx.audit.record(ctx, {
    action: 'gate.diff',
    dataset,
    purpose: options.purpose,
    rows: rows.length,
    detail: { from, to },
  });
  return { from, to, rows, truncated: found.truncated };
}
