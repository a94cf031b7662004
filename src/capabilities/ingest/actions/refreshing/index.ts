/**
 * Derived datasets: kept up to date when something they read changed, each after all it reads;
 * by what changed where their query allows it, else made again, whole.
 */
import { type Contract, derivedFrom, getDataset, ident, knownDataset } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { publish } from '#kernel/events';
import { parseQuery, type Snapshot } from '#kernel/lake';
import type { RefreshPlan } from '../../model.ts';
import { deltaOf, type Moved, sourced } from './delta.ts';
import { follow } from './follow.ts';
import { type Plan, type Shape, type Source, shapeOf } from './plan.ts';
import { reasons, type Why } from './why.ts';

/** Batches of this shape are ours. */
const prefix = 'derived:';

/** What a derived dataset was made from: its contract and the snapshots it read. */
const batchOf = (contract: Contract, upstream: readonly number[]): string =>
  `${prefix}v${contract.version}:${upstream.join(',')}`;

async function shapeFor(ctx: Ctx, contract: Contract): Promise<Shape> {
  const found = await Promise.all(contract.reads.map((name) => getDataset(ctx, name)));
  const sources = new Map<string, Source>(
    found.map(({ name, key, items }) => [name, { name, key, items: items.map((one) => one.name) }]),
  );
  const { tree } = await parseQuery(contract.sql ?? '');
  return shapeOf(tree, contract.key, sources);
}

/**
 * How a dataset is kept up to date, for people: by what changed, or whole and why.
 * @throws catalogue.not_found
 */
export async function refreshPlan(ctx: Ctx, dataset: string): Promise<RefreshPlan> {
  const contract = await knownDataset(ctx, dataset);
  const whole = { incremental: false, shape: null, pinned: [], last: null };
  if (contract.sql === null) return { derived: false, ...whole, why: null };
  const shape = await shapeFor(ctx, contract);
  const why = shape.kind === 'whole' ? shape.why : await unbound(ctx, contract, shape.plan);
  const last = await lastWay(ctx, contract);
  if (why !== null || shape.kind === 'whole') {
    return { derived: true, ...whole, last, why: reasons[why ?? 'not_bound'] };
  }
  const { kind, pinned } = shape;
  return { derived: true, incremental: true, shape: kind, pinned, last, why: null };
}

/** How it came about last. */
async function lastWay(ctx: Ctx, { name }: Contract): Promise<RefreshPlan['last']> {
  const latest = await ctx.lake.latest(ctx, name);
  if (latest === null) return null;
  return latest.mode === 'merge' ? 'followed' : 'remade';
}

/** The plan over sources without a row: whether the engine can make sense of it. */
async function unbound(ctx: Ctx, contract: Contract, plan: Plan): Promise<Why | null> {
  const sources = new Map<string, Moved>();
  for (const name of contract.reads) {
    const shape = await ctx.lake.shape(ctx, name);
    if (shape === null) return null;
    const none = `(select ${shape.columns
      .map(({ name: column, type }) => `null::${type} as ${ident(column)}`)
      .join(', ')} where false)`;
    const changes: Moved['changes'] =
      shape.key.length === 0
        ? { by: 'row', gone: none, came: none }
        : {
            by: 'key',
            sql: `(select ${shape.key.map(ident).join(', ')} from ${none})`,
            key: shape.key,
          };
    sources.set(name, { name, before: none, after: none, changes });
  }
  const delta = await deltaOf(plan, { sources, keep: async (sql) => `(${sql})` });
  const named = sourced(sources, `select * from ${delta.moved?.came ?? delta.after} as came`);
  try {
    await ctx.lake.engine.run(`explain ${named}`);
    return null;
  } catch {
    return 'not_bound';
  }
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
  return (await followed(ctx, making)) ?? (await remake(ctx, making));
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

/** Null when it has to be made again: nothing of ours stands, or its shape forbids it. */
async function followed(ctx: Ctx, making: Making): Promise<Snapshot | null> {
  const { contract, upstream, latest } = making;
  const isOurs = latest?.batch?.startsWith(`${prefix}v${contract.version}:`) === true;
  if (!isOurs || latest.upstream.length !== upstream.length) return null;
  const shape = await shapeFor(ctx, contract);
  return shape.kind === 'whole' ? null : follow(ctx, { ...making, latest }, shape);
}

/** Published for each derived dataset whose turn it is; handled, and tried again, by itself. */
export const refreshDue = 'ingest.refresh_due';

/** What reads `dataset` itself has its turn, each in an event of its own: none holds another up. */
async function tellReaders(ctx: Ctx, dataset: string): Promise<void> {
  for (const { name, reads } of await derivedFrom(ctx, dataset)) {
    if (reads.includes(dataset)) await publish(ctx, refreshDue, { dataset: name });
  }
}

/** `dataset.refreshed`: what stands downstream follows, each when all it reads stands. */
export async function onRefreshed(ctx: Ctx, payload: unknown): Promise<void> {
  await tellReaders(ctx, (payload as { dataset: string }).dataset);
}

/** `ingest.refresh_due`: one derived dataset, once for each delivery whatever the ways to it. */
export async function onRefreshDue(ctx: Ctx, payload: unknown): Promise<void> {
  const { dataset } = payload as { dataset: string };
  const contract = await getDataset(ctx, dataset).catch(() => null);
  if (contract === null || !contract.derived) return;
  // What it reads comes first, and tells it when it came: mending a source mends what follows.
  if (await readsBehind(ctx, contract)) return;
  const wasBehind = await isBehind(ctx, contract);
  const before = await ctx.lake.latest(ctx, dataset);
  const after = await refreshDerived(ctx, contract);
  // A new snapshot is told of by its own event; the same one stands for newer sources in silence.
  if (wasBehind && after !== null && after.id === before?.id) await tellReaders(ctx, dataset);
}

/** Whether it has still to follow what it reads, or what that has to. */
async function isBehind(ctx: Ctx, contract: Contract): Promise<boolean> {
  if (contract.sql === null) return false;
  const moved = await Promise.all(contract.reads.map((name) => ctx.lake.lastCommit(ctx, name)));
  const latest = await ctx.lake.latest(ctx, contract.name);
  const isOurs = latest?.batch?.startsWith(`${prefix}v${contract.version}:`) === true;
  const isOld = !isOurs || moved.some((id, at) => (id ?? 0) > (latest.upstream[at] ?? 0));
  const isPossible =
    (await ctx.lake.latestOf(ctx, contract.reads)).length === contract.reads.length;
  return (isOld && isPossible) || readsBehind(ctx, contract);
}

async function readsBehind(ctx: Ctx, { reads }: Contract): Promise<boolean> {
  for (const name of reads) {
    const read = await getDataset(ctx, name).catch(() => null);
    if (read?.derived && (await isBehind(ctx, read))) return true;
  }
  return false;
}

/** `catalogue.contract_applied`: a new or changed derived dataset is made from what is there. */
export async function onContract(ctx: Ctx, payload: unknown): Promise<void> {
  const { dataset } = payload as { dataset: string };
  await publish(ctx, refreshDue, { dataset });
}
