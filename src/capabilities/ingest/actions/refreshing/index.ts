/**
 * Derived datasets: kept up to date when something they read changed, each after all it reads;
 * by what changed where their query allows it, else made again, whole.
 */
import { rm } from 'node:fs/promises';
import { type Contract, derivedFrom, getDataset, ident, knownDataset, literal } from '#catalogue';
import { traceQuery } from '#gate';
import type { Ctx } from '#kernel/context';
import { parseQuery, type Snapshot } from '#kernel/lake';
import type { RefreshPlan } from '../../model.ts';
import { deltaOf, type Moved } from './delta.ts';
import { type Shape, type Source, shapeOf } from './shape.ts';
import { reasons } from './why.ts';

/** Batches of this shape are ours: what they refresh is refreshed already in its turn. */
const prefix = 'derived:';

/** What a derived dataset was made from: its contract and the snapshots it read. */
const batchOf = (contract: Contract, upstream: readonly number[]): string =>
  `${prefix}v${contract.version}:${upstream.join(',')}`;

async function sourcesOf(ctx: Ctx, contract: Contract): Promise<Map<string, Source>> {
  const found = await Promise.all(contract.reads.map((name) => getDataset(ctx, name)));
  return new Map(
    found.map(({ name, mode, derived, key, items }) => [
      name,
      // A derived source follows its own by merges where it can: its snapshots tell.
      { name, mode: derived ? 'merge' : mode, key, items: items.map((item) => item.name) },
    ]),
  );
}

async function shapeFor(ctx: Ctx, contract: Contract): Promise<Shape> {
  const sources = await sourcesOf(ctx, contract);
  const { tree } = await parseQuery(contract.sql ?? '');
  const items = new Map([...sources].map(([name, source]) => [name, [...source.items]]));
  return shapeOf({ tree, trace: traceQuery(tree, items), key: contract.key, sources });
}

/**
 * How a dataset is kept up to date, for people: by what changed, or whole and why.
 * @throws catalogue.not_found
 */
export async function refreshPlan(ctx: Ctx, dataset: string): Promise<RefreshPlan> {
  const contract = await knownDataset(ctx, dataset);
  if (contract.sql === null) return { derived: false, incremental: false, shape: null, why: null };
  const shape = await shapeFor(ctx, contract);
  return shape.kind === 'whole'
    ? { derived: true, incremental: false, shape: null, why: reasons[shape.why] }
    : { derived: true, incremental: true, shape: shape.kind, why: null };
}

interface Making {
  contract: Contract;
  /** The checked query. */
  sql: string;
  upstream: number[];
  batch: string;
  latest: Snapshot | null;
}

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
  const making = { contract, sql, upstream, batch, latest };
  return (await follow(ctx, making)) ?? (await remake(ctx, making));
}

/** Made again, whole. */
async function remake(ctx: Ctx, making: Making): Promise<Snapshot> {
  const { contract, sql, upstream, batch } = making;
  const relations = await Promise.all(
    contract.reads.map(async (name, at) => {
      const relation = await ctx.lake.relation(ctx, name, { asOf: upstream[at] ?? 0 });
      return `${ident(name)} as (select * from ${relation.sql} as given)`;
    }),
  );
  const items = contract.items.map(({ name }) => ident(name)).join(', ');
  const given = relations.length === 0 ? '' : `with ${relations.join(', ')} `;
  const query = `${given}select ${items} from (${sql}) as made`;
  const { name: dataset } = contract;
  return ctx.lake.commit(ctx, { dataset, mode: 'full', sql: query, batch, upstream });
}

/** Null when it has to be made again: nothing stands to follow from, or the shape forbids it. */
async function follow(ctx: Ctx, making: Making): Promise<Snapshot | null> {
  const { contract, sql, upstream, batch, latest } = making;
  const isOurs = latest?.batch?.startsWith(`${prefix}v${contract.version}:`) === true;
  if (!isOurs || latest.upstream.length !== upstream.length) return null;
  const shape = await shapeFor(ctx, contract);
  if (shape.kind === 'whole') return null;
  const sources = new Map<string, Moved>();
  for (const [at, name] of contract.reads.entries()) {
    const moved = await movedOf(ctx, name, [latest.upstream[at] ?? 0, upstream[at] ?? 0]);
    if (moved === null) return null;
    sources.set(name, moved);
  }
  const { tree } = await parseQuery(contract.sql ?? '');
  const delta = await deltaOf({ sql, tree, shape, sources });
  if (delta === null) return null;
  const items = contract.items.map(({ name }) => ident(name)).join(', ');
  const key = contract.key.map(ident).join(', ');
  const path = ctx.lake.stage(`${contract.name}.derived.parquet`);
  try {
    await ctx.lake.engine.run(
      `copy (select ${items} from ${delta.sql} as made) to ${literal(path)} (format parquet)`,
    );
    return await ctx.lake.commit(ctx, {
      dataset: contract.name,
      mode: 'merge',
      parquet: [path],
      deletes: `select ${key} from ${delta.touched} as touched
        anti join read_parquet(${literal(path)}) as kept using (${key})`,
      batch,
      upstream,
    });
  } finally {
    await rm(path, { force: true });
  }
}

/** Null when the snapshot it was read at is not there any more. */
async function movedOf(
  ctx: Ctx,
  name: string,
  [from, to]: [number, number],
): Promise<Moved | null> {
  const known = await ctx.lake.snapshots(ctx, name);
  if (!known.some(({ id }) => id === from)) return null;
  const [before, after, changes] = [
    await ctx.lake.relation(ctx, name, { asOf: from }),
    await ctx.lake.relation(ctx, name, { asOf: to }),
    await ctx.lake.changes(ctx, name, from, to),
  ];
  return { name, before: before.sql, after: after.sql, changes };
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
