/**
 * Which items an answer's columns come from. A resolver of our own over the parse tree and the
 * schemas: the tree is unbound. What it cannot follow is `null`, which callers must take for
 * "anything in scope".
 */
import type { TreeNode } from '#kernel/lake';

/** An item of a relation as `relation.item`, lower case as the engine compares names. */
export type ItemRef = string;

export interface Traced {
  /** Name under which the query gives it; null when it has none. */
  name: string | null;
  /** Items it was made from; null when that cannot be followed. */
  from: ReadonlySet<ItemRef> | null;
  /**
   * The item it hands on unchanged (of a union: that of its first arm); its title is the column's.
   */
  direct: ItemRef | null;
}

export interface Trace {
  /** Columns in order; null when not even their number is known. */
  columns: Traced[] | null;
  /** Names the query uses that no relation in scope has, each once. */
  unresolved: Unresolved[];
}

export interface Unresolved {
  /** Qualifier in the query, when it has one. */
  table: string | null;
  name: string;
}

/** Columns of one relation, CTE or subquery in a FROM clause; null columns: not known. */
interface Source {
  alias: string;
  columns: Traced[] | null;
}

interface Scope {
  sources: Source[];
  /** Aliases of the select list: the engine lets other clauses use them. */
  aliases: Traced[];
  outer: Scope | null;
}

type Env = ReadonlyMap<string, Traced[] | null>;

const node = (value: unknown): TreeNode | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as TreeNode) : null;
const nodes = (value: unknown): TreeNode[] =>
  (Array.isArray(value) ? value : []).map(node).filter((each) => each !== null);
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const isEmpty = (value: unknown): boolean => !Array.isArray(value) || value.length === 0;
const same = (a: string | null, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

const join = (parts: (ReadonlySet<ItemRef> | null)[]): ReadonlySet<ItemRef> | null =>
  parts.includes(null) ? null : new Set(parts.flatMap((part) => [...(part ?? [])]));

class Tracer {
  readonly unresolved: Unresolved[] = [];
  readonly relations: Env;

  constructor(relations: Env) {
    this.relations = relations;
  }

  query(tree: TreeNode, env: Env, outer: Scope | null): Traced[] | null {
    const inner = this.withCtes(tree, env, outer);
    if (tree.type === 'SELECT_NODE') return this.select(tree, inner, outer);
    if (tree.type === 'SET_OPERATION_NODE') return this.setOperation(tree, inner, outer);
    for (const part of subqueries(tree)) this.query(part, inner, outer);
    return null;
  }

  private withCtes(tree: TreeNode, env: Env, outer: Scope | null): Env {
    const inner = new Map(env);
    for (const entry of nodes(node(tree.cte_map)?.map)) {
      const query = node(node(node(entry.value)?.query)?.node);
      const found = query === null ? null : this.cte(query, text(entry.key), inner, outer);
      const renamed = texts(node(entry.value)?.aliases);
      inner.set(text(entry.key).toLowerCase(), rename(found, renamed));
    }
    return inner;
  }

  /** A recursive table's own columns are made from both halves: not followed. */
  private cte(query: TreeNode, name: string, env: Env, outer: Scope | null): Traced[] | null {
    if (query.type !== 'RECURSIVE_CTE_NODE') return this.query(query, env, outer);
    const inside = new Map(env).set(name.toLowerCase(), null);
    for (const part of subqueries(query)) this.query(part, inside, outer);
    return null;
  }

  private setOperation(tree: TreeNode, env: Env, outer: Scope | null): Traced[] | null {
    const [first, ...others] = subqueries(tree).map((part) => this.query(part, env, outer));
    if (!first || tree.setop_type === 'UNION_BY_NAME') return null;
    return first.map((column, at) => ({
      name: column.name,
      from: join([column.from, ...others.map((other) => other?.[at]?.from ?? null)]),
      direct: others.every((other) => other?.[at]?.direct === column.direct) ? column.direct : null,
    }));
  }

  private select(tree: TreeNode, env: Env, outer: Scope | null): Traced[] | null {
    const scope: Scope = { sources: [], aliases: [], outer };
    const from = node(tree.from_table);
    if (from) this.from(from, env, scope);
    const columns: Traced[] = [];
    let known = true;
    for (const item of nodes(tree.select_list)) {
      const traced = this.selectItem(item, env, scope);
      if (traced === null) known = false;
      else columns.push(...traced);
      if (text(item.alias) !== '' && traced?.[0]) scope.aliases.push(traced[0]);
    }
    const rest = ['where_clause', 'group_expressions', 'having', 'qualify', 'modifiers', 'sample'];
    for (const key of rest) this.refs(tree[key], env, scope);
    return known ? columns : null;
  }

  private selectItem(item: TreeNode, env: Env, scope: Scope): Traced[] | null {
    if (item.class === 'STAR') return this.star(item, env, scope);
    const from = this.refs(item, env, scope);
    const direct =
      item.class === 'COLUMN_REF' ? this.direct(texts(item.column_names), scope) : null;
    const name = text(item.alias) || (texts(item.column_names).at(-1) ?? null);
    return [{ name, from, direct }];
  }

  private star(item: TreeNode, env: Env, scope: Scope): Traced[] | null {
    const simple = item.columns !== true && !node(item.expr) && isEmpty(item.rename_list);
    const table = text(item.relation_name);
    const sources = scope.sources.filter((source) => table === '' || same(source.alias, table));
    const replaced = new Map(
      nodes(item.replace_list).map((each) => [
        text(each.key).toLowerCase(),
        this.refs(each.value, env, scope),
      ]),
    );
    if (!simple || sources.length === 0) return null;
    if (scope.sources.length > 1 && table === '') return this.joinedStar(sources, item);
    const without = excluded(item);
    return sources.some((source) => source.columns === null)
      ? null
      : sources
          .flatMap((source) => source.columns ?? [])
          .filter((column) => !without.has(column.name?.toLowerCase() ?? ''))
          .map((column) => replacedColumn(column, replaced));
  }

  /** `*` over a join drops columns of USING: only a star over plain joins is followed. */
  private joinedStar(sources: Source[], item: TreeNode): Traced[] | null {
    const names = sources.flatMap((source) => source.columns?.map((each) => each.name) ?? [null]);
    const clear = new Set(names).size === names.length && !names.includes(null);
    const plain = isEmpty(item.exclude_list) && isEmpty(item.replace_list);
    return clear && plain ? sources.flatMap((source) => source.columns ?? []) : null;
  }

  private from(tree: TreeNode, env: Env, scope: Scope): void {
    const alias = text(tree.alias) || text(tree.table_name);
    const names = texts(tree.column_name_alias);
    const add = (columns: Traced[] | null): void => {
      scope.sources.push({ alias, columns: rename(columns, names) });
    };
    if (tree.type === 'JOIN') this.joinTables(tree, env, scope);
    else if (tree.type === 'BASE_TABLE') add(this.table(text(tree.table_name), env));
    else if (tree.type === 'SUBQUERY') {
      const inner = node(node(tree.subquery)?.node);
      add(inner === null ? null : this.query(inner, env, scope));
    } else if (tree.type !== 'EMPTY') {
      const from = this.refs(tree, env, scope);
      add(names.length > 0 ? names.map((name) => ({ name, from, direct: null })) : null);
    }
  }

  private joinTables(tree: TreeNode, env: Env, scope: Scope): void {
    for (const side of [node(tree.left), node(tree.right)]) if (side) this.from(side, env, scope);
    this.refs(tree.condition, env, scope);
    for (const name of texts(tree.using_columns)) this.resolve([name], scope);
  }

  private table(name: string, env: Env): Traced[] | null {
    const key = name.toLowerCase();
    return env.get(key) ?? (env.has(key) ? null : (this.relations.get(key) ?? null));
  }

  /** Items under an expression, subqueries included. */
  private refs(value: unknown, env: Env, scope: Scope): ReadonlySet<ItemRef> | null {
    if (Array.isArray(value)) return join(value.map((each) => this.refs(each, env, scope)));
    const tree = node(value);
    if (!tree) return new Set();
    if (tree.class === 'COLUMN_REF') return this.resolve(texts(tree.column_names), scope);
    if (tree.class === 'STAR') return columnsFrom(this.star(tree, env, scope));
    if (tree.class === 'POSITIONAL_REFERENCE') return null;
    const nested = tree.class === 'SUBQUERY' ? node(node(tree.subquery)?.node) : null;
    const { subquery: _taken, ...others } = tree;
    const rest = Object.values(nested ? others : tree);
    const parts = rest.map((each) => this.refs(each, env, scope));
    if (nested) parts.push(columnsFrom(this.query(nested, env, scope)));
    return join(parts);
  }

  private find(names: string[], scope: Scope): Traced | 'unknown' | undefined {
    const [first = '', second] = names;
    const named = scope.sources.filter((source) => same(source.alias, first));
    if (second !== undefined && named.length > 0) return inSources(named, second);
    const found = inSources(scope.sources, first);
    if (found !== undefined) return found;
    const alias = scope.aliases.find((each) => same(each.name, first));
    return alias ?? (scope.outer ? this.find(names, scope.outer) : undefined);
  }

  private resolve(names: string[], scope: Scope): ReadonlySet<ItemRef> | null {
    const found = this.find(names, scope);
    if (found === 'unknown') return null;
    if (found) return found.from;
    const name = names.at(-1) ?? '';
    const table = names.length > 1 ? (names[0] ?? null) : null;
    const known = this.unresolved.some((each) => each.name === name && each.table === table);
    if (!known) this.unresolved.push({ table, name });
    return null;
  }

  private direct(names: string[], scope: Scope): ItemRef | null {
    const found = this.find(names, scope);
    return found === undefined || found === 'unknown' ? null : found.direct;
  }
}

function inSources(sources: Source[], name: string): Traced | 'unknown' | undefined {
  for (const source of sources) {
    const column = source.columns?.find((each) => same(each.name, name));
    if (column) return column;
  }
  return sources.some((source) => source.columns === null) ? 'unknown' : undefined;
}

const columnsFrom = (columns: Traced[] | null): ReadonlySet<ItemRef> | null =>
  columns === null ? null : join(columns.map((column) => column.from));

const excluded = (item: TreeNode): Set<string> =>
  new Set(texts(item.exclude_list).map((name) => name.toLowerCase()));

function replacedColumn(
  column: Traced,
  replaced: Map<string, ReadonlySet<ItemRef> | null>,
): Traced {
  const from = replaced.get(column.name?.toLowerCase() ?? '');
  return from === undefined ? column : { name: column.name, from, direct: null };
}

function rename(columns: Traced[] | null, names: string[]): Traced[] | null {
  if (names.length === 0 || columns === null) return columns;
  return columns.map((column, at) => ({ ...column, name: names[at] ?? column.name }));
}

/**
 * The query nodes directly inside a set operation or a recursive table, however they are nested.
 */
function subqueries(tree: TreeNode): TreeNode[] {
  const sides = [node(tree.left), node(tree.right), ...nodes(tree.children)];
  return sides.flatMap((side) => (side === null ? [] : [node(side.node) ?? side]));
}

/**
 * Traces the columns of a checked query.
 * @param relations items of each relation the reader has, by name
 */
export function traceQuery(tree: TreeNode, relations: ReadonlyMap<string, string[]>): Trace {
  const env: Env = new Map(
    [...relations].map(([relation, items]) => [
      relation.toLowerCase(),
      items.map((item) => {
        const ref = `${relation}.${item}`.toLowerCase();
        return { name: item, from: new Set([ref]), direct: ref };
      }),
    ]),
  );
  const tracer = new Tracer(env);
  const root = rootOf(tree);
  const columns = root ? tracer.query(root, new Map(), null) : null;
  return { columns, unresolved: tracer.unresolved };
}

/**
 * The query node, whether the tree is the whole answer of the engine, one statement, or the node
 * itself.
 */
function rootOf(tree: TreeNode): TreeNode | null {
  const statement = nodes(tree.statements)[0];
  return statement ? node(statement.node) : (node(tree.node) ?? tree);
}
