/**
 * How the rows of a query follow from the rows of what it reads: tables, branches put together, and
 * selects over a chain of joins, one inside the other. Decided from the parse tree, by what is
 * allowed, so that a construct nobody thought of means "again, whole".
 */
import { type TreeNode, writeQuery } from '#kernel/lake';
import { groupsOf } from './groups.ts';
import {
  columnNode,
  hasAggregate,
  isReserved,
  low,
  node,
  nodes,
  partName,
  plainQuery,
  refuse,
  refuseHere,
  tableNode,
  text,
  texts,
  under,
} from './trees.ts';
import { Unfit, type Why } from './why.ts';

/** As much of a dataset as the decision needs. */
export interface Source {
  name: string;
  key: readonly string[];
  items: readonly string[];
}

/** A query over parts named `_part0`, `_part1`... */
export interface Select {
  kind: 'select';
  sql: string;
  parts: Plan[];
  /**
   * When every row comes from one row of the first part, a dataset with a key: that key, and for
   * each part what gives the keys of the rows that meet a row of it.
   */
  driver: { key: readonly string[]; meets: string[] } | null;
  grouped: Grouped | null;
}

export interface Grouped {
  /** The rows before they are put together, each with what it is grouped by: `"#g0"`... */
  rows: string;
  /** The query over the groups that `_touched` names only. */
  narrowed: string;
  /** Names of the columns that hold the groups, in their order; null when not all are handed on. */
  names: string[] | null;
}

export type Plan =
  | { kind: 'table'; source: string; columns: readonly string[] }
  | { kind: 'union'; arms: Plan[]; columns: readonly string[] | null }
  /** Does not follow: good as long as nothing it reads has changed. */
  | { kind: 'pinned'; sql: string; columns: readonly string[] | null }
  | (Select & { columns: readonly string[] | null });

export type Shape =
  | { kind: 'rows' | 'groups'; plan: Plan; pinned: string[] }
  | { kind: 'whole'; why: Why };

interface Scope {
  sources: ReadonlyMap<string, Source>;
  /** WITH in scope: their plans. */
  ctes: ReadonlyMap<string, Plan>;
  /** Takes the datasets that must not have changed. */
  pinned: Set<string>;
}

const statement = (query: TreeNode): TreeNode => ({ node: query, named_param_map: [] });
const write = async (query: TreeNode): Promise<string> =>
  (await writeQuery(statement(query))).sql.replace(/;\s*$/, '');

/** Names of tables under a value. */
const tableNames = (value: unknown): string[] =>
  [...under(value)].filter(({ type }) => type === 'BASE_TABLE').map((one) => low(one.table_name));

/** Pins every dataset a part of the query reads. */
function pin(value: unknown, scope: Scope, ctes: ReadonlyMap<string, TreeNode>): void {
  for (const name of tableNames(value)) {
    const own = ctes.get(name);
    if (own !== undefined) {
      pin(own, scope, new Map([...ctes].filter(([each]) => each !== name)));
      continue;
    }
    if (scope.ctes.has(name)) throw new Unfit('subquery');
    const source = scope.sources.get(name);
    if (source === undefined) throw new Unfit('subquery');
    scope.pinned.add(source.name);
  }
}

const cteBodies = (query: TreeNode): Map<string, TreeNode> =>
  new Map(
    nodes(node(query.cte_map)?.map).flatMap((entry) => {
      const body = node(entry.value);
      return body === null ? [] : [[low(entry.key), body] as const];
    }),
  );

/** With the WITH of this query in scope, each as its plan. */
async function withCtes(query: TreeNode, scope: Scope): Promise<Scope> {
  let inner = scope;
  for (const [name, body] of cteBodies(query)) {
    if (isReserved(name)) throw new Unfit('subquery');
    const inside = node(node(body.query)?.node);
    if (inside === null || inside.type === 'RECURSIVE_CTE_NODE') throw new Unfit('not_select');
    const plan = renamed(await planOf(inside, inner), texts(body.aliases));
    inner = { ...inner, ctes: new Map([...inner.ctes, [name, plan]]) };
  }
  return inner;
}

const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function renamed(plan: Plan, names: readonly string[]): Plan {
  if (names.length === 0) return plan;
  const sql = `select * from ${ident(partName(0))} as renamed(${names.map(ident).join(', ')})`;
  return { kind: 'select', sql, parts: [plan], driver: null, grouped: null, columns: names };
}

/** How rows of the left side depend on those of the right. */
type Link = 'first' | 'inner' | 'outer';

interface Joined {
  table: TreeNode;
  join: TreeNode | null;
  link: Link;
}

const links: Readonly<Record<string, Link>> = {
  INNER: 'inner',
  LEFT: 'outer',
  SEMI: 'outer',
  ANTI: 'outer',
};

/** The tables of a chain of joins from left to right, each with its join. */
function chainOf(from: TreeNode | null): Joined[] {
  if (from === null || from.type === 'EMPTY') return [];
  if (from.type !== 'JOIN') return [{ table: from, join: null, link: 'first' }];
  const right = node(from.right);
  const link = links[text(from.join_type)];
  const isPlain = ['REGULAR', 'CROSS'].includes(text(from.ref_type));
  if (right === null || right.type === 'JOIN' || link === undefined || !isPlain) {
    throw new Unfit('join');
  }
  return [...chainOf(node(from.left)), { table: right, join: from, link }];
}

/** The chain put together again. */
const joined = (chain: readonly Joined[]): TreeNode =>
  chain.reduce<TreeNode>(
    (left, { table, join }) => (join === null ? table : { ...join, left, right: table }),
    { type: 'EMPTY', alias: '', sample: null },
  );

/** What stands in FROM as a plan; null for lists of values and functions, which never change. */
async function partOf(table: TreeNode, scope: Scope): Promise<Plan | null> {
  if (table.type === 'BASE_TABLE') {
    const name = low(table.table_name);
    const cte = scope.ctes.get(name);
    if (cte !== undefined) return cte;
    const source = scope.sources.get(name);
    if (source === undefined) throw new Unfit('source');
    return { kind: 'table', source: source.name, columns: source.items };
  }
  if (table.type !== 'SUBQUERY') return null;
  const inside = node(node(table.subquery)?.node);
  if (inside === null) throw new Unfit('source');
  const pinned = new Set<string>();
  try {
    const plan = await planOf(inside, { ...scope, pinned });
    for (const name of pinned) scope.pinned.add(name);
    return plan;
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    pin(inside, scope, cteBodies(inside));
    return { kind: 'pinned', sql: await write(inside), columns: null };
  }
}

interface Chain {
  /** With its parts named. */
  tables: Joined[];
  parts: { plan: Plan; at: number }[];
}

async function namedParts(query: TreeNode, scope: Scope): Promise<Chain> {
  const tables: Joined[] = [];
  const parts: Chain['parts'] = [];
  for (const one of chainOf(node(query.from_table))) {
    const plan = await partOf(one.table, scope);
    if (plan === null) {
      pin(one.table, scope, new Map());
      tables.push(one);
      continue;
    }
    const alias = text(one.table.alias) || text(one.table.table_name);
    const columns = texts(one.table.column_name_alias);
    tables.push({ ...one, table: tableNode(partName(parts.length), alias, columns) });
    parts.push({ plan, at: tables.length - 1 });
  }
  return { tables, parts };
}

/** Every dataset a plan reads. */
export function readBy(plan: Plan): string[] {
  if (plan.kind === 'table') return [plan.source];
  if (plan.kind === 'pinned') return [];
  return (plan.kind === 'union' ? plan.arms : plan.parts).flatMap(readBy);
}

/**
 * The first part drives when it is a dataset with a key under its own names; else the rows of outer
 * joins cannot be told apart, and what they look at is pinned.
 */
async function driverOf(
  query: TreeNode,
  { tables, parts }: Chain,
  scope: Scope,
): Promise<Select['driver']> {
  const [first] = parts;
  const source = first?.plan.kind === 'table' ? scope.sources.get(first.plan.source) : undefined;
  const isPlain = first?.at === 0 && texts(tables[0]?.table.column_name_alias).length === 0;
  if (source === undefined || source.key.length === 0 || !isPlain) {
    for (const { plan, at } of parts) {
      if (tables[at]?.link !== 'outer') continue;
      for (const name of readBy(plan)) scope.pinned.add(name);
    }
    return null;
  }
  const alias = text(tables[0]?.table.alias);
  const key = source.key.map((name, at) => columnNode([alias, name], `#k${at}`));
  const meets: string[] = [];
  for (const { at } of parts) {
    const chain = tables.slice(0, at + 1);
    const last = chain[at];
    if (last?.join) chain[at] = { ...last, join: { ...last.join, join_type: 'INNER' } };
    const from = { ...plainQuery(query, key), where_clause: null, from_table: joined(chain) };
    meets.push(at === 0 ? '' : await write(from));
  }
  return { key: source.key, meets };
}

/** Names of the columns; null when a star hides them. */
function columnsOf(query: TreeNode, parts: Chain['parts']): readonly string[] | null {
  const list = nodes(query.select_list);
  const names = list.map((item) => low(item.alias) || (texts(item.column_names).at(-1) ?? ''));
  if (!list.some(({ class: kind }) => kind === 'STAR')) return names;
  const [only] = parts;
  return list.length === 1 && parts.length === 1 ? (only?.plan.columns ?? null) : null;
}

async function planSelect(query: TreeNode, scope: Scope): Promise<Plan> {
  refuseHere(query);
  const bodies = cteBodies(query);
  const { from_table: _, cte_map: __, ...own } = query;
  const outside = {
    ...scope,
    ctes: new Map([...scope.ctes].filter(([name]) => !bodies.has(name))),
  };
  for (const tree of under(own)) if (tree.class === 'SUBQUERY') pin(tree.subquery, outside, bodies);
  const inner = await withCtes(query, scope);
  const chain = await namedParts(query, inner);
  for (const { join } of chain.tables) if (join) pin(join.condition, outside, bodies);
  const over = { ...query, from_table: joined(chain.tables) };
  const isDistinct = nodes(query.modifiers).some(({ type }) => type === 'DISTINCT_MODIFIER');
  const isGrouped =
    isDistinct ||
    nodes(query.group_expressions).length > 0 ||
    query.aggregate_handling === 'FORCE_AGGREGATES' ||
    nodes(query.select_list).some(hasAggregate);
  const known = chain.parts.map(({ plan }) => plan.columns);
  return {
    kind: 'select',
    sql: await write(over),
    parts: chain.parts.map(({ plan }) => plan),
    driver: await driverOf(over, chain, inner),
    grouped: isGrouped ? await groupsOf(over, { isDistinct, known, write }) : null,
    columns: columnsOf(query, chain.parts),
  };
}

/** The plan of a query. @throws Unfit */
async function planOf(query: TreeNode, scope: Scope): Promise<Plan> {
  if (query.type === 'SELECT_NODE') return planSelect(query, scope);
  const isUnionAll =
    query.type === 'SET_OPERATION_NODE' && query.setop_type === 'UNION' && query.setop_all === true;
  if (!isUnionAll) throw new Unfit('not_select');
  refuseHere(query);
  const inner = await withCtes(query, scope);
  const arms: Plan[] = [];
  for (const side of [query.left, query.right]) {
    const arm = node(side);
    if (arm === null) throw new Unfit('not_select');
    const plan = await planOf(arm, inner);
    arms.push(...(plan.kind === 'union' ? plan.arms : [plan]));
  }
  return { kind: 'union', arms, columns: arms[0]?.columns ?? null };
}

/** The shape of a checked query, or why it is made again whole. */
export async function shapeOf(
  tree: TreeNode,
  key: readonly string[],
  sources: ReadonlyMap<string, Source>,
): Promise<Shape> {
  const query = node(tree.node) ?? tree;
  const pinned = new Set<string>();
  try {
    if (key.length === 0) throw new Unfit('no_key');
    refuse(query);
    const plan = await planOf(query, { sources, ctes: new Map(), pinned });
    // Nothing left that may change: it would be made again each time.
    if (readBy(plan).every((name) => pinned.has(name))) throw new Unfit('source');
    const isGrouped = plan.kind === 'select' && plan.grouped !== null;
    return { kind: isGrouped ? 'groups' : 'rows', plan, pinned: [...pinned].sort() };
  } catch (error) {
    if (error instanceof Unfit) return { kind: 'whole', why: error.why };
    throw error;
  }
}
