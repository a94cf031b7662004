/**
 * Derived datasets: made again, whole, when something they read changed; each after all it reads.
 */
import { type Contract, derivedFrom, getDataset, ident } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { parseQuery, type Snapshot } from '#kernel/lake';

/** Batches of this shape are ours: what they refresh is refreshed already in its turn. */
const prefix = 'derived:';

/** What a derived dataset was made from: its contract and the snapshots it read. */
const batchOf = (contract: Contract, upstream: readonly number[]): string =>
  `${prefix}v${contract.version}:${upstream.join(',')}`;

/**
 * Makes one derived dataset from what it reads now.
 * @returns the snapshot that stands; null when something it reads has no data yet
 */
export async function refreshDerived(ctx: Ctx, contract: Contract): Promise<Snapshot | null> {
  if (contract.sql === null) return null;
  const standing = await Promise.all(contract.reads.map((name) => ctx.lake.latest(ctx, name)));
  const upstream = standing.flatMap((snapshot) => (snapshot === null ? [] : [snapshot.id]));
  if (upstream.length < contract.reads.length) return null;
  const batch = batchOf(contract, upstream);
  const latest = await ctx.lake.latest(ctx, contract.name);
  if (latest?.batch === batch) return latest;
  // The checked tree is what runs, written as text again by the engine's own parser.
  const { sql } = await parseQuery(contract.sql);
  const relations = await Promise.all(
    contract.reads.map(async (name, at) => {
      const asOf = upstream[at] ?? 0;
      const relation = await ctx.lake.relation(ctx, name, { asOf });
      return `${ident(name)} as (select * from ${relation.sql} as given)`;
    }),
  );
  const items = contract.items.map(({ name }) => ident(name)).join(', ');
  const given = relations.length === 0 ? '' : `with ${relations.join(', ')} `;
  const query = `${given}select ${items} from (${sql}) as made`;
  const { name: dataset } = contract;
  return ctx.lake.commit(ctx, { dataset, mode: 'full', sql: query, batch, upstream });
}

/** Makes again everything derived from `dataset`, in order. */
export async function refreshFrom(ctx: Ctx, dataset: string): Promise<void> {
  for (const contract of await derivedFrom(ctx, dataset)) await refreshDerived(ctx, contract);
}

/** `dataset.refreshed`: what stands downstream follows, once for each delivery. */
export async function onRefreshed(ctx: Ctx, payload: unknown): Promise<void> {
  const { dataset, batch } = payload as { dataset: string; batch: string | null };
  if (batch?.startsWith(prefix)) return;
  await refreshFrom(ctx, dataset);
}

/** `catalogue.contract_applied`: a new or changed derived dataset is made from what is there. */
export async function onContract(ctx: Ctx, payload: unknown): Promise<void> {
  const { dataset } = payload as { dataset: string };
  const contract = await getDataset(ctx, dataset).catch(() => null);
  if (contract === null || !contract.derived) return;
  await refreshDerived(ctx, contract);
  await refreshFrom(ctx, dataset);
}
