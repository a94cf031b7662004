/**
 * "Who looked at my data": the records that concern one person, as that person may see them. What
 * happened in a sealed compartment is left out in the query itself, so that neither a gap, nor a
 * count, nor a short page tells of it.
 */
import type { Ctx } from '#kernel/context';
import type { AuditRecord } from './model.ts';
import { selectLooks } from './store.ts';

export interface LooksFilter {
  /** Keyed hash of the person (`personHash`). */
  person: string;
  /** Roles whose holders work in a sealed compartment. */
  sealedRoles: readonly string[];
  /** Datasets in a sealed compartment. */
  sealedDatasets?: readonly string[];
  /** `next` of the page before. */
  after?: string | undefined;
  limit: number;
}

/** The setting `sealed_purposes` as a list. */
const sealedPurposes = ({ sealed_purposes: text }: Ctx['settings']): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/**
 * One page, newest first. Callers make sure that the person asks for himself; that he asked is
 * recorded.
 */
export async function looksAt(
  ctx: Ctx,
  filter: LooksFilter,
): Promise<{ items: AuditRecord[]; next: string | null }> {
  const found = await selectLooks(ctx.db, {
    sealedDatasets: [],
    ...filter,
    self: ctx.actor.id,
    purposes: sealedPurposes(ctx.settings),
    limit: filter.limit + 1,
  });
  const items = found.slice(0, filter.limit);
  await ctx.audit.record(ctx, { action: 'audit.own_looks', rows: items.length });
  return { items, next: found.length > items.length ? (items.at(-1)?.id ?? null) : null };
}
