/**
 * Whether a derived dataset can follow changes instead of being made again: decided from the parse
 * tree of its query, by what is allowed, so that a construct nobody thought of means "again, whole".
 */
import type { Trace } from '#gate';
import { aggregateFunctions, type TreeNode } from '#kernel/lake';

/** As much of a dataset as the decision needs. */
export interface Source {
  name: string;
  mode: 'full' | 'append' | 'merge';
  key: readonly string[];
  items: readonly string[];
}

export interface Derived {
  tree: TreeNode;
  trace: Trace;
  key: readonly string[];
  sources: ReadonlyMap<string, Source>;
}

/** A dataset looked up by its whole key from the first one. */
export interface LookedUp {
  source: string;
  /** Item of the first dataset that holds each item of the key. */
  pairs: { from: string; key: string }[];
}

export type Shape =
  /** Every row comes from one row of `driver`, whose key the derived key hands on. */
  | { kind: 'rows'; driver: string; keys: { from: string; item: string }[]; lookups: LookedUp[] }
  /** Every row is one group of `driver`; `groups` are the expressions, by item of the key. */
  | { kind: 'groups'; driver: string; groups: { item: string; expression: TreeNode }[] }
  | { kind: 'whole'; why: Why };

export type Why =
  | 'no_key'
  | 'not_one_select'
  | 'clock'
  | 'chance'
  | 'subquery'
  | 'window'
  | 'cut'
  | 'distinct'
  | 'source'
  | 'source_full'
  | 'join'
  | 'key_not_handed_on'
  | 'group_not_key'
  | 'aggregate'
  | 'more_rows';

class Unfit extends Error {
  readonly why: Why;

  constructor(why: Why) {
    super(why);
    this.why = why;
  }
}

const node = (value: unknown): TreeNode | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as TreeNode) : null;
const nodes = (value: unknown): TreeNode[] =>
  (Array.isArray(value) ? value : []).map(node).filter((each) => each !== null);
const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : []).filter((each) => typeof each === 'string');
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const low = (value: unknown): string => text(value).toLowerCase();

/** Aggregates whose answer depends on the rows alone, not on the order they come in. */
const settled: ReadonlySet<string> = new Set(
  'count count_star sum avg min max bool_and bool_or countif count_if median bit_and bit_or'.split(
    ' ',
  ),
);
/** Give another answer each time. */
const chance: ReadonlySet<string> = new Set(['random', 'reservoir_quantile', 'gen_random_uuid']);
/** Make several rows of one. */
const spreading: ReadonlySet<string> = new Set([
  'unnest',
  'regexp_split_to_table',
  'generate_subscripts',
]);

/** All expressions under a value. */
function* under(value: unknown): Generator<TreeNode> {
  if (Array.isArray(value)) {
    for (const each of value) yield* under(each);
    return;
  }
  const tree = node(value);
  if (tree === null) return;
  yield tree;
  for (const each of Object.values(tree)) yield* under(each);
}

const isAggregate = (tree: TreeNode): boolean =>
  tree.class === 'FUNCTION' && aggregateFunctions.has(low(tree.function_name));

const hasAggregate = (tree: TreeNode): boolean => [...under(tree)].some(isAggregate);

/** What no shape may hold, anywhere. */
function refuse(query: TreeNode): void {
  for (const tree of under(query)) {
    if (tree.class === 'PARAMETER') throw new Unfit('clock');
    if (tree.class === 'SUBQUERY') throw new Unfit('subquery');
    if (tree.class === 'WINDOW') throw new Unfit('window');
    if (tree.class === 'POSITIONAL_REFERENCE') throw new Unfit('not_one_select');
    const name = tree.class === 'FUNCTION' ? low(tree.function_name) : '';
    if (chance.has(name)) throw new Unfit('chance');
    if (spreading.has(name)) throw new Unfit('more_rows');
    if (isAggregate(tree) && !settled.has(name)) throw new Unfit('aggregate');
  }
  for (const modifier of nodes(query.modifiers)) {
    if (modifier.type === 'DISTINCT_MODIFIER') throw new Unfit('distinct');
    if (modifier.type !== 'ORDER_MODIFIER') throw new Unfit('cut');
  }
  if (node(query.sample)) throw new Unfit('chance');
  if (node(query.qualify)) throw new Unfit('window');
}

/** The tables of a chain of joins, first the one that drives it, each with its join. */
function chainOf(from: TreeNode | null): { table: TreeNode; join: TreeNode | null }[] {
  if (from?.type === 'BASE_TABLE') {
    if (texts(from.column_name_alias).length > 0 || node(from.sample)) throw new Unfit('source');
    return [{ table: from, join: null }];
  }
  if (from?.type !== 'JOIN') throw new Unfit('source');
  const right = chainOf(node(from.right));
  if (right.length !== 1) throw new Unfit('join');
  return [...chainOf(node(from.left)), ...right.map(({ table }) => ({ table, join: from }))];
}

interface Named {
  alias: string;
  source: Source;
}

function namedOf(table: TreeNode, sources: Derived['sources']): Named {
  const source = sources.get(low(table.table_name));
  if (source === undefined) throw new Unfit('source');
  return { alias: low(table.alias) || source.name.toLowerCase(), source };
}

/** The item of the driver and that of the looked-up dataset that an equation compares. */
function pairOf(tree: TreeNode, driver: Named, other: Named): { from: string; key: string } | null {
  if (tree.type !== 'COMPARE_EQUAL') return null;
  const sides = [node(tree.left), node(tree.right)].map((side) =>
    side?.class === 'COLUMN_REF' ? texts(side.column_names).map((name) => name.toLowerCase()) : [],
  );
  const itemOf = (names: readonly string[] | undefined, { alias, source }: Named, rival: Named) => {
    const [first = '', second] = names ?? [];
    if (second !== undefined) return first === alias ? second : null;
    const isOurs = source.items.some((item) => item.toLowerCase() === first);
    const isTheirs = rival.source.items.some((item) => item.toLowerCase() === first);
    return isOurs && !isTheirs ? first : null;
  };
  for (const [one, two] of [sides, sides.toReversed()]) {
    const from = itemOf(one, driver, other);
    const key = itemOf(two, other, driver);
    if (from !== null && key !== null) return { from, key };
  }
  return null;
}

/** A join that finds at most one row, by the whole key, for each row of the driver. */
function lookupOf(join: TreeNode, driver: Named, other: Named): LookedUp {
  const type = text(join.join_type);
  if (text(join.ref_type) !== 'REGULAR' || !['INNER', 'LEFT'].includes(type))
    throw new Unfit('join');
  const using = texts(join.using_columns).map((name) => ({
    from: name.toLowerCase(),
    key: name.toLowerCase(),
  }));
  const condition = node(join.condition);
  const parts =
    condition?.type === 'CONJUNCTION_AND'
      ? nodes(condition.children)
      : condition
        ? [condition]
        : [];
  const pairs = [...using, ...parts.flatMap((part) => pairOf(part, driver, other) ?? [])];
  const has = (item: string): boolean => pairs.some(({ key }) => key === item.toLowerCase());
  if (other.source.key.length === 0 || !other.source.key.every(has)) throw new Unfit('join');
  const keys = new Set(other.source.key.map((item) => item.toLowerCase()));
  const isHeld = pairs.every(({ from }) =>
    driver.source.items.some((item) => item.toLowerCase() === from),
  );
  if (!isHeld) throw new Unfit('join');
  return { source: other.source.name, pairs: pairs.filter(({ key }) => keys.has(key)) };
}

/** Items of the derived key that hand on the driver's key, one for each. */
function handedOn({ trace, key }: Derived, driver: Named): { from: string; item: string }[] {
  const found = key.flatMap((item) => {
    const column = trace.columns?.find(({ name }) => name?.toLowerCase() === item.toLowerCase());
    const [dataset, from] = column?.direct?.split('.') ?? [];
    const isOurs = dataset === driver.source.name.toLowerCase() && from !== undefined;
    return isOurs ? [{ from, item }] : [];
  });
  const wanted = driver.source.key.map((item) => item.toLowerCase()).sort();
  if (String(found.map(({ from }) => from).sort()) !== String(wanted)) {
    throw new Unfit('key_not_handed_on');
  }
  return found;
}

/** The same expression, wherever it stands and whatever it is called. */
const bare = (tree: TreeNode): string =>
  JSON.stringify(tree, (name, value: unknown) =>
    name === 'alias' || name === 'query_location' ? undefined : value,
  );

function groupsOf(query: TreeNode, items: readonly string[]): TreeNode[] {
  const select = nodes(query.select_list);
  if (select.some((item) => item.class === 'STAR')) throw new Unfit('group_not_key');
  if (query.aggregate_handling === 'FORCE_AGGREGATES') {
    return select.filter((item) => !hasAggregate(item));
  }
  const sets = Array.isArray(query.group_sets) ? query.group_sets : [];
  if (sets.length > 1) throw new Unfit('group_not_key');
  return nodes(query.group_expressions).map((group) => {
    const number = group.class === 'CONSTANT' ? Number(node(group.value)?.value) : Number.NaN;
    if (Number.isSafeInteger(number)) return select[number - 1] ?? {};
    const names = texts(group.column_names).map((name) => name.toLowerCase());
    const isItem = items.some((item) => item.toLowerCase() === names.at(-1));
    const aliased = select.find((item) => names.length === 1 && low(item.alias) === names[0]);
    return !isItem && aliased ? aliased : group;
  });
}

function groupShape(query: TreeNode, derived: Derived, driver: Named): Shape {
  const groups = groupsOf(query, driver.source.items);
  if (groups.length === 0) throw new Unfit('group_not_key');
  const select = nodes(query.select_list);
  const found = groups.flatMap((expression) => {
    const given = select.find((item) => bare(item) === bare(expression));
    const name = given ? low(given.alias) || (texts(given.column_names).at(-1) ?? '') : '';
    const item = derived.key.find((each) => each.toLowerCase() === name.toLowerCase());
    return item === undefined ? [] : [{ item, expression }];
  });
  const isAll = found.length === groups.length && found.length === derived.key.length;
  if (!isAll) throw new Unfit('group_not_key');
  return { kind: 'groups', driver: driver.source.name, groups: found };
}

function decide(query: TreeNode, derived: Derived): Shape {
  if (derived.key.length === 0) throw new Unfit('no_key');
  if (query.type !== 'SELECT_NODE' || nodes(node(query.cte_map)?.map).length > 0) {
    throw new Unfit('not_one_select');
  }
  refuse(query);
  const chain = chainOf(node(query.from_table));
  const [driver, ...others] = chain.map(({ table }) => namedOf(table, derived.sources));
  if (driver === undefined) throw new Unfit('source');
  if (new Set([driver, ...others].map(({ source }) => source.name)).size !== chain.length) {
    throw new Unfit('join');
  }
  if ([driver, ...others].some(({ source }) => source.mode === 'full'))
    throw new Unfit('source_full');
  const isGrouped =
    nodes(query.group_expressions).length > 0 ||
    query.aggregate_handling === 'FORCE_AGGREGATES' ||
    nodes(query.select_list).some(hasAggregate);
  if (isGrouped && others.length > 0) throw new Unfit('join');
  if (isGrouped) return groupShape(query, derived, driver);
  if (driver.source.key.length === 0) throw new Unfit('key_not_handed_on');
  const lookups = others.map((other, at) => lookupOf(chain[at + 1]?.join ?? {}, driver, other));
  return {
    kind: 'rows',
    driver: driver.source.name,
    keys: handedOn(derived, driver),
    lookups,
  };
}

/** The shape of a checked query, or why it is made again whole. */
export function shapeOf(derived: Derived): Shape {
  const query = node(derived.tree.node) ?? derived.tree;
  try {
    return decide(query, derived);
  } catch (error) {
    if (error instanceof Unfit) return { kind: 'whole', why: error.why };
    throw error;
  }
}
