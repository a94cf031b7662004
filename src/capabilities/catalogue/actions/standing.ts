/** What the lake holds of a resource, and whether that is as new as promised. */
import type { Ctx } from '#kernel/context';
import type { Snapshot } from '#kernel/lake';
import type { Contract, Summary } from '../model.ts';
import { type Heard, heardOf } from '../store.ts';
import { dueDay, freshness } from './freshness.ts';

export type Standing = Pick<
  Summary,
  'rows' | 'snapshot' | 'version' | 'asOf' | 'confirmed' | 'fresh'
>;

/** What stands of a resource that was never delivered. */
export const unheld: Standing = {
  rows: null,
  snapshot: null,
  version: null,
  asOf: null,
  confirmed: null,
  fresh: 'none',
};

type Promised = Pick<Contract, 'name' | 'cycle'>;

/** The same file again is a delivery too, though it leaves the snapshot that stood. */
const newer = (one: Date, other: Date | null | undefined): Date =>
  other != null && other > one ? other : one;

/**
 * From when on its next delivery is due: a source that was asked and has nothing new is as good as
 * one that brought the same again. Null before anything arrived.
 */
export const inForceAt = ({
  asOf,
  confirmed,
}: Pick<Standing, 'asOf' | 'confirmed'>): Date | null =>
  asOf === null ? null : new Date(confirmed ?? asOf);

/** The day its next delivery is due; null when none is, or nothing arrived yet. */
export function dueOf(
  ctx: Pick<Ctx, 'settings'>,
  line: Pick<Summary, 'cycle' | 'asOf' | 'confirmed'>,
): string | null {
  const last = inForceAt(line);
  return last === null ? null : dueDay(line.cycle, last, ctx);
}

/** When a resource was last heard of, by a delivery or by word of its source; null before. */
export async function lastHeard(ctx: Pick<Ctx, 'db'>, dataset: string): Promise<Date | null> {
  const heard = (await heardOf(ctx, [dataset])).get(dataset);
  return heard === undefined ? null : newer(heard.delivered, heard.confirmed);
}

function standingAt(
  ctx: Ctx,
  { cycle }: Promised,
  snapshot: Snapshot | undefined,
  heard: Heard | undefined,
): Standing {
  if (snapshot === undefined) return unheld;
  const last = newer(snapshot.at, heard?.delivered);
  const sure = newer(last, heard?.confirmed);
  return {
    rows: snapshot.rows,
    snapshot: snapshot.id,
    version: snapshot.version,
    asOf: last.toISOString(),
    confirmed: sure > last ? sure.toISOString() : null,
    fresh: freshness(cycle, sure, ctx),
  };
}

/** What stands of each resource, in their order; one look-up for all. */
export async function standings(ctx: Ctx, resources: readonly Promised[]): Promise<Standing[]> {
  const names = resources.map(({ name }) => name);
  const [found, heard] = await Promise.all([ctx.lake.latestOf(ctx, names), heardOf(ctx, names)]);
  const byName = new Map(found.map((snapshot) => [snapshot.dataset, snapshot]));
  return resources.map((one) => standingAt(ctx, one, byName.get(one.name), heard.get(one.name)));
}

/** What stands of one resource. */
export const standingOf = async (ctx: Ctx, one: Promised): Promise<Standing> =>
  (await standings(ctx, [one]))[0] ?? unheld;
