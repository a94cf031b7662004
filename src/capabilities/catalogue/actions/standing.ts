/** What the lake holds of a resource, and whether that is as new as promised. */
import type { Ctx } from '#kernel/context';
import type { Snapshot } from '#kernel/lake';
import type { Contract, Summary } from '../model.ts';
import { deliveredAt } from '../store.ts';
import { freshness } from './freshness.ts';

export type Standing = Pick<Summary, 'rows' | 'snapshot' | 'version' | 'asOf' | 'fresh'>;

/** What stands of a resource that was never delivered. */
export const unheld: Standing = {
  rows: null,
  snapshot: null,
  version: null,
  asOf: null,
  fresh: 'none',
};

type Promised = Pick<Contract, 'name' | 'cycle'>;

/** The same file again is a delivery too, though it leaves the snapshot that stood. */
const newer = (snapshot: Date, delivered: Date | undefined): Date =>
  delivered !== undefined && delivered > snapshot ? delivered : snapshot;

function standingAt(
  ctx: Ctx,
  { cycle }: Promised,
  snapshot: Snapshot | undefined,
  delivered: Date | undefined,
): Standing {
  if (snapshot === undefined) return unheld;
  const last = newer(snapshot.at, delivered);
  return {
    rows: snapshot.rows,
    snapshot: snapshot.id,
    version: snapshot.version,
    asOf: last.toISOString(),
    fresh: freshness(cycle, last, ctx),
  };
}

/** What stands of each resource, in their order; one look-up for all. */
export async function standings(ctx: Ctx, resources: readonly Promised[]): Promise<Standing[]> {
  const names = resources.map(({ name }) => name);
  const [found, delivered] = await Promise.all([
    ctx.lake.latestOf(ctx, names),
    deliveredAt(ctx, names),
  ]);
  const byName = new Map(found.map((snapshot) => [snapshot.dataset, snapshot]));
  return resources.map((one) =>
    standingAt(ctx, one, byName.get(one.name), delivered.get(one.name)),
  );
}

/** What stands of one resource. */
export const standingOf = async (ctx: Ctx, one: Promised): Promise<Standing> =>
  (await standings(ctx, [one]))[0] ?? unheld;
