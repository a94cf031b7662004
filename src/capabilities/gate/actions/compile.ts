/** The policy of a dataset compiled for one reader, without running anything. */
import type { Contract } from '#catalogue';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { bind } from './bind.ts';
import { toGated } from './contract.ts';
import type { PlacedLine } from './policy.ts';
import { readingOf } from './treat.ts';
import { readPermission, seeItems, sightsFor } from './view.ts';

/**
 * Items and rows of a reader as the engine will be told them, over the relation `held`. It may hold
 * keys of hashes: for the engine and for measuring, never to be shown.
 * @returns null when nothing of the dataset is seen
 * @throws auth.not_allowed
 */
export function compileView(
  ctx: Ctx,
  contract: Contract,
  lines: readonly PlacedLine[],
  purpose: string,
): string | null {
  requirePermission(ctx, readPermission);
  const views = seeItems(contract, lines, sightsFor(ctx, contract, undefined), purpose);
  return bind(toGated(contract), views, 'held', readingOf(ctx, purpose))?.sql ?? null;
}
