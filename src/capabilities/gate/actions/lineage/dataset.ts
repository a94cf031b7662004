/** Lineage of a dataset, item by item, through everything that is made from it or it is made of. */
import { type Contract, knownDataset, listDatasets } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { parseQuery } from '#kernel/lake';
import { appliedSources, type PackSource } from '#kernel/packs';
import type { ColumnLineage } from '../../model.ts';
import type { Influence, ItemRef, Traced } from './origins.ts';
import { type Trace, traceQuery } from './tracer.ts';

/** Something that reads datasets by a query: a derived dataset, or a file of a pack. */
interface Reader {
  id: string;
  kind: string;
  name: string;
  title: { zh: string; en: string };
  reads: string[];
  sql: string | null;
  /** Declared items; those of the query when it declares none. */
  items: Node['items'] | null;
}

type Node = ColumnLineage['nodes'][number];
type Edge = ColumnLineage['edges'][number];

const ofContract = (contract: Contract): Reader => ({
  id: `datasets/${contract.name}`,
  kind: contract.derived ? 'derived' : 'dataset',
  name: contract.name,
  title: contract.title,
  reads: contract.reads,
  sql: contract.sql,
  items: contract.items.map(({ name, title }) => ({ name, title })),
});

/** The title in the comment a query of a pack begins with. */
const titleIn = (sql: string): { zh: string; en: string } | null => {
  const found =
    /title:\s*\{\s*zh:\s*["']?([^,"'}]+)["']?\s*,\s*en:\s*["']?([^"'}]+)["']?\s*\}/.exec(sql);
  return found ? { zh: found[1]?.trim() ?? '', en: found[2]?.trim() ?? '' } : null;
};

/** A query of a pack that is no dataset: indicators, rules. Null when it has none that parses. */
async function ofSource(source: PackSource): Promise<Reader | null> {
  const sql = source.sql ?? (source.file.endsWith('.sql') ? source.content : null);
  if (sql === null || source.kind === 'datasets') return null;
  try {
    const { relations } = await parseQuery(sql);
    const { kind, name } = source;
    const title = titleIn(source.content) ?? { zh: name, en: name };
    return { id: `${kind}/${name}`, kind, name, title, reads: relations, sql, items: null };
  } catch (error) {
    if (error instanceof GuantongError) return null;
    throw error;
  }
}

async function readersOf(ctx: Ctx): Promise<Map<string, Reader>> {
  const contracts = (await listDatasets(ctx)).map(ofContract);
  const sources = await Promise.all((await appliedSources(ctx)).map(ofSource));
  const all = [...contracts, ...sources.filter((one) => one !== null)];
  return new Map(all.map((one) => [one.id, one]));
}

const isDataset = ({ id }: Reader): boolean => id.startsWith('datasets/');

/** Whether this actor may know of a dataset; a query is known where all it reads is. */
async function mayKnow(ctx: Ctx, reader: Reader): Promise<boolean> {
  const names = isDataset(reader) ? [reader.name] : reader.reads;
  try {
    await Promise.all(names.map((name) => knownDataset(ctx, name)));
    return true;
  } catch (error) {
    if (error instanceof GuantongError && error.code === 'catalogue.not_found') return false;
    throw error;
  }
}

interface Reach {
  up: Map<string, number>;
  down: Map<string, number>;
}

function reachOf(start: string, all: ReadonlyMap<string, Reader>): Reach {
  const idsOf = (names: string[]): string[] =>
    names.map((one) => `datasets/${one}`).filter((id) => all.has(id));
  const users = new Map<string, string[]>();
  for (const { id, reads } of all.values()) {
    for (const read of idsOf(reads)) users.set(read, [...(users.get(read) ?? []), id]);
  }
  return {
    up: depthsFrom(start, (id) => idsOf(all.get(id)?.reads ?? [])),
    down: depthsFrom(start, (id) => users.get(id) ?? []),
  };
}

/** What can be reached over what this actor may know of; the rest is no part of what he sees. */
async function knownAround(
  ctx: Ctx,
  start: string,
): Promise<{ all: Map<string, Reader>; reach: Reach }> {
  const all = await readersOf(ctx);
  const { up, down } = reachOf(start, all);
  for (const id of new Set([...up.keys(), ...down.keys()])) {
    const reader = all.get(id);
    if (reader && !(await mayKnow(ctx, reader))) all.delete(id);
  }
  return { all, reach: reachOf(start, all) };
}

/** Steps to everything that can be reached; the first one is 0. */
function depthsFrom(start: string, next: (id: string) => string[]): Map<string, number> {
  const depths = new Map([[start, 0]]);
  const waiting = [start];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    for (const step of next(id)) {
      if (depths.has(step)) continue;
      depths.set(step, (depths.get(id) ?? 0) + 1);
      waiting.push(step);
    }
  }
  return depths;
}

async function traceOf(reader: Reader, all: ReadonlyMap<string, Reader>): Promise<Trace | null> {
  if (reader.sql === null) return null;
  const { tree } = await parseQuery(reader.sql);
  const relations = reader.reads.flatMap((name) => {
    const items = all.get(`datasets/${name}`)?.items;
    return items ? [[name, items.map((item) => item.name)] as const] : [];
  });
  return traceQuery(tree, new Map(relations));
}

const splitRef = (ref: ItemRef): { dataset: string; item: string } => {
  const dot = ref.indexOf('.');
  return { dataset: ref.slice(0, dot), item: ref.slice(dot + 1) };
};

/** Items with what each is made from; by name, in the order of the contract. */
function itemsOf(reader: Reader, trace: Trace | null): ColumnLineage['items'] {
  if (trace === null) return [];
  const names = reader.items?.map(({ name }) => name) ?? namesOf(trace);
  return names.map((item) => {
    const traced = trace.columns?.find((one) => one.name?.toLowerCase() === item.toLowerCase());
    const from = [...(traced?.from ?? [])].map(([ref, how]) => ({ ...splitRef(ref), how }));
    return { item, from, followed: traced !== undefined && traced.from !== null };
  });
}

const namesOf = (trace: Trace | null): string[] =>
  (trace?.columns ?? []).flatMap(({ name }: Traced) => (name === null ? [] : [name]));

const rowsOf = (trace: Trace | null): ColumnLineage['rows'] =>
  [...(trace?.rows.items ?? [])].map(([ref, influences]) => ({
    ...splitRef(ref),
    influences: [...influences].sort() as Influence[],
  }));

function edgesInto(reader: Reader, trace: Trace | null): Edge[] {
  const from = (dataset: string, item: string | null): Edge['from'] => ({
    node: `datasets/${dataset}`,
    item,
  });
  const items = itemsOf(reader, trace).flatMap((each) =>
    each.from.map(({ dataset, item, how }) => ({
      from: from(dataset, item),
      to: { node: reader.id, item: each.item },
      how,
    })),
  );
  const rows = reader.reads.map((dataset) => ({
    from: from(dataset, null),
    to: { node: reader.id, item: null },
    how: null,
  }));
  return [...items, ...rows];
}

/**
 * Where the items of a dataset come from and where they go, through any number of steps, as far as
 * this actor may know of what is on the way.
 * @throws catalogue.not_found
 */
export async function columnLineage(ctx: Ctx, name: string): Promise<ColumnLineage> {
  await knownDataset(ctx, name);
  const start = `datasets/${name}`;
  const { all, reach } = await knownAround(ctx, start);
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  let own: Pick<ColumnLineage, 'items' | 'rows'> = { items: [], rows: [] };
  for (const reader of all.values()) {
    const above = reach.up.get(reader.id);
    const depth = above === undefined ? reach.down.get(reader.id) : 0 - above;
    if (depth === undefined) continue;
    const trace = await traceOf(reader, all);
    const { id, kind, title } = reader;
    const items = reader.items ?? namesOf(trace).map((each) => ({ name: each, title: null }));
    nodes.push({ id, kind, name: reader.name, title, depth, items });
    edges.push(...edgesInto(reader, trace));
    if (id === start) own = { items: itemsOf(reader, trace), rows: rowsOf(trace) };
  }
  const shown = new Set(nodes.map(({ id }) => id));
  return {
    dataset: name,
    ...own,
    nodes: nodes.sort((a, b) => a.depth - b.depth || (a.id < b.id ? -1 : 1)),
    edges: edges.filter(({ from, to }) => shown.has(from.node) && shown.has(to.node)),
  };
}
