/** What the lake holds of a resource, and whether that is as new as promised. */
import type { Ctx } from '#kernel/context';
import type { Contract, Summary } from '../model.ts';
import { freshness } from './freshness.ts';

type Standing = Pick<Summary, 'rows' | 'snapshot' | 'version' | 'asOf' | 'fresh'>;

export async function standingOf(
  ctx: Ctx,
  { name, cycle }: Pick<Contract, 'name' | 'cycle'>,
): Promise<Standing> {
  const snapshot = await ctx.lake.latest(ctx, name);
  return {
    rows: snapshot?.rows ?? null,
    snapshot: snapshot?.id ?? null,
    version: snapshot?.version ?? null,
    asOf: snapshot?.at.toISOString() ?? null,
    fresh: freshness(cycle, snapshot?.at ?? null, ctx),
  };
}
