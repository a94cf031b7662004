/** Reading and changing the engine's parse tree. */
import { aggregateFunctions, type TreeNode } from '#kernel/lake';
import { Unfit } from './why.ts';

export const node = (value: unknown): TreeNode | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as TreeNode) : null;
export const nodes = (value: unknown): TreeNode[] =>
  (Array.isArray(value) ? value : []).map(node).filter((each) => each !== null);
export const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : []).filter((each) => typeof each === 'string');
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const low = (value: unknown): string => text(value).toLowerCase();

/** All nodes under a value; with `isShallow` none of another query. */
export function* under(value: unknown, isShallow = false): Generator<TreeNode> {
  if (Array.isArray(value)) {
    for (const each of value) yield* under(each, isShallow);
    return;
  }
  const tree = node(value);
  if (tree === null) return;
  yield tree;
  for (const [name, each] of Object.entries(tree)) {
    if (isShallow && name === 'subquery') continue;
    yield* under(each, isShallow);
  }
}

const isAggregate = (tree: TreeNode): boolean =>
  tree.class === 'FUNCTION' && aggregateFunctions.has(low(tree.function_name));

/** Whether an expression aggregates by itself; what a query inside it does is its own. */
export const hasAggregate = (tree: TreeNode): boolean => [...under(tree, true)].some(isAggregate);

/** Aggregates whose answer depends on the rows alone, not on the order they come in. */
const settled: ReadonlySet<string> = new Set(
  'count count_star sum avg min max bool_and bool_or countif count_if median bit_and bit_or'.split(
    ' ',
  ),
);
/** Give another answer each time. */
const chance: ReadonlySet<string> = new Set(['random', 'reservoir_quantile', 'gen_random_uuid']);

/** What no query may hold anywhere that is to follow changes. @throws Unfit */
export function refuse(query: TreeNode): void {
  for (const tree of under(query)) {
    if (tree.class === 'PARAMETER') throw new Unfit('clock');
    const name = tree.class === 'FUNCTION' ? low(tree.function_name) : '';
    if (chance.has(name) || node(tree.sample)) throw new Unfit('chance');
  }
}

/** What a query may not hold that is followed row by row or group by group. @throws Unfit */
export function refuseHere(query: TreeNode): void {
  if (node(query.qualify)) throw new Unfit('window');
  for (const modifier of nodes(query.modifiers)) {
    const isDistinct = modifier.type === 'DISTINCT_MODIFIER';
    if (isDistinct && nodes(modifier.distinct_on_targets).length > 0) throw new Unfit('distinct');
    if (!isDistinct && modifier.type !== 'ORDER_MODIFIER') throw new Unfit('cut');
  }
  const { cte_map: _, from_table: __, ...own } = query;
  for (const tree of under(own, true)) {
    if (tree.class === 'WINDOW') throw new Unfit('window');
    if (tree.class === 'POSITIONAL_REFERENCE') throw new Unfit('not_select');
    if (isAggregate(tree) && !settled.has(low(tree.function_name))) throw new Unfit('aggregate');
  }
}

/** The same expression, wherever it stands and whatever it is called. */
export const bare = (tree: TreeNode): string =>
  JSON.stringify(tree, (name, value: unknown) =>
    name === 'alias' || name === 'query_location' ? undefined : value,
  );

export const tableNode = (name: string, alias: string, columns: readonly string[]): TreeNode => ({
  type: 'BASE_TABLE',
  alias,
  sample: null,
  schema_name: '',
  table_name: name,
  column_name_alias: [...columns],
  catalog_name: '',
  at_clause: null,
});

export const columnNode = (names: readonly string[], alias = ''): TreeNode => ({
  class: 'COLUMN_REF',
  type: 'COLUMN_REF',
  alias,
  column_names: [...names],
});

/** A query over the same tables that only hands on `list`. */
export const plainQuery = (query: TreeNode, list: readonly TreeNode[]): TreeNode => ({
  ...query,
  select_list: [...list],
  group_expressions: [],
  group_sets: [],
  having: null,
  qualify: null,
  aggregate_handling: 'STANDARD_HANDLING',
  modifiers: [],
});

/** Names that no dataset has: theirs begin with a letter. */
export const partName = (at: number): string => `_part${at}`;
export const touchedName = '_touched';
export const isReserved = (name: string): boolean => /^_(part\d+|touched)$/.test(name);
