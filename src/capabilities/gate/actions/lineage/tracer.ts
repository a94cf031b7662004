/** Follows the columns of a checked query from its tables to its answer. */
import { aggregateFunctions, type TreeNode } from '#kernel/lake';
import { FromTracer } from './from.ts';
import { type Origins, Rows, raised, type Traced, together } from './origins.ts';
import {
  type Answer,
  changedStar,
  columnsFrom,
  type Env,
  find,
  rename,
  type Scope,
  type StarChanges,
  same,
} from './scope.ts';
import { node, nodes, ordinalOf, rootOf, subqueries, text, texts } from './tree.ts';

export interface Trace {
  /** Columns in order; null when not even their number is known. */
  columns: Traced[] | null;
  /** What decides which rows there are. */
  rows: Rows;
  /** Names the query uses that no relation in scope has, each once. */
  unresolved: Unresolved[];
}

export interface Unresolved {
  /** Qualifier in the query, when it has one. */
  table: string | null;
  name: string;
}

const nothing: Origins = new Map();

const isAggregate = (tree: TreeNode): boolean =>
  tree.type === 'WINDOW_AGGREGATE' ||
  (tree.class === 'FUNCTION' && aggregateFunctions.has(text(tree.function_name).toLowerCase()));

class Tracer {
  readonly unresolved: Unresolved[] = [];
  readonly relations: Env;
  readonly #tables: FromTracer;

  constructor(relations: Env) {
    this.relations = relations;
    this.#tables = new FromTracer({
      relations,
      query: (tree, env, outer) => this.query(tree, env, outer),
      refs: (value, env, scope) => this.refs(value, env, scope),
    });
  }

  query(tree: TreeNode, env: Env, outer: Scope | null): Answer {
    const inner = this.withCtes(tree, env, outer);
    if (tree.type === 'SELECT_NODE') return this.select(tree, inner, outer);
    if (tree.type === 'SET_OPERATION_NODE') return this.setOperation(tree, inner, outer);
    if (tree.type === 'RECURSIVE_CTE_NODE') return this.recursive(tree, inner, outer);
    const rows = new Rows();
    rows.isUnknown = true;
    return { columns: null, rows };
  }

  private withCtes(tree: TreeNode, env: Env, outer: Scope | null): Env {
    const inner = new Map(env);
    for (const entry of nodes(node(tree.cte_map)?.map)) {
      const body = node(entry.value);
      const query = node(node(body?.query)?.node);
      const answer = query === null ? null : this.query(query, inner, outer);
      const renamed = texts(body?.aliases);
      inner.set(
        text(entry.key).toLowerCase(),
        answer && { ...answer, columns: rename(answer.columns, renamed) },
      );
    }
    return inner;
  }

  /** The table reads itself: what it gives is followed until nothing new comes in. */
  private recursive(tree: TreeNode, env: Env, outer: Scope | null): Answer {
    const [first, again] = subqueries(tree);
    if (!first || !again) return this.query({}, env, outer);
    const name = text(tree.cte_name).toLowerCase();
    let self = this.query(first, env, outer);
    self = { ...self, columns: rename(self.columns, texts(tree.aliases)) };
    for (let size = -1; size !== sizeOf(self); ) {
      size = sizeOf(self);
      const next = this.query(again, new Map(env).set(name, self), outer);
      const rows = new Rows();
      rows.addAll(self.rows);
      rows.addAll(next.rows);
      self = { columns: paired(self.columns, [next.columns]), rows };
    }
    if (tree.union_all !== true) self.rows.add(columnsFrom(self.columns), 'group');
    return self;
  }

  private setOperation(tree: TreeNode, env: Env, outer: Scope | null): Answer {
    const arms = subqueries(tree).map((part) => this.query(part, env, outer));
    const rows = new Rows();
    for (const arm of arms) rows.addAll(arm.rows);
    const [first, ...others] = arms.map(({ columns }) => columns);
    const type = text(tree.setop_type);
    if (type === 'EXCEPT' || type === 'INTERSECT') {
      for (const columns of [first ?? null, ...others]) rows.add(columnsFrom(columns), 'filter');
      return this.modified(tree, env, { columns: first ?? null, rows }, outer);
    }
    const columns =
      type === 'UNION_BY_NAME' ? byName([first ?? null, ...others]) : paired(first ?? null, others);
    if (tree.setop_all !== true) rows.add(columnsFrom(columns), 'group');
    return this.modified(tree, env, { columns, rows }, outer);
  }

  /** DISTINCT, and ORDER BY that is cut, on a set operation: they see its columns only. */
  private modified(tree: TreeNode, env: Env, answer: Answer, outer: Scope | null): Answer {
    const sources = [{ alias: '', columns: answer.columns }];
    const { rows } = answer;
    const scope: Scope = { sources, merged: [], star: null, aliases: [], rows, outer };
    this.modifiers(tree, env, scope, answer.columns);
    return answer;
  }

  private select(tree: TreeNode, env: Env, outer: Scope | null): Answer {
    const rows = new Rows();
    const scope: Scope = { sources: [], merged: [], star: [], aliases: [], rows, outer };
    const from = node(tree.from_table);
    if (from) scope.star = this.#tables.from(from, env, scope);
    const columns: Traced[] = [];
    let known = true;
    for (const item of nodes(tree.select_list)) {
      const traced = this.selectItem(item, env, scope);
      if (traced === null) known = false;
      else columns.push(...traced);
      if (text(item.alias) !== '' && traced?.[0]) scope.aliases.push(traced[0]);
    }
    rows.add(this.refs(tree.where_clause, env, scope), 'filter');
    for (const key of ['having', 'qualify']) rows.add(this.either(tree[key], env, scope), 'filter');
    const given = known ? columns : null;
    this.groups(tree, env, scope, given);
    this.modifiers(tree, env, scope, given);
    return { columns: given, rows };
  }

  private groups(tree: TreeNode, env: Env, scope: Scope, columns: Traced[] | null): void {
    for (const group of nodes(tree.group_expressions)) {
      scope.rows.add(this.ordinal(group, columns) ?? this.either(group, env, scope), 'group');
    }
    if (tree.aggregate_handling !== 'FORCE_AGGREGATES') return;
    // GROUP BY ALL: by every column that is no aggregate.
    if (columns === null) scope.rows.isUnknown = true;
    for (const { from } of columns ?? []) scope.rows.add(from, 'group');
  }

  private ordinal(tree: TreeNode, columns: Traced[] | null): Origins | undefined {
    const number = ordinalOf(tree);
    if (number === null) return undefined;
    return columns === null ? null : (columns[number - 1]?.from ?? nothing);
  }

  /** An order decides over rows only where it is cut, or where DISTINCT ON takes the first. */
  private modifiers(tree: TreeNode, env: Env, scope: Scope, columns: Traced[] | null): void {
    const all = nodes(tree.modifiers);
    const isCut = all.some(({ type }) => type !== 'ORDER_MODIFIER');
    for (const modifier of all) {
      const targets = nodes(modifier.distinct_on_targets);
      if (modifier.type === 'DISTINCT_MODIFIER' && targets.length === 0) {
        scope.rows.add(columnsFrom(columns), 'group');
      }
      for (const target of targets) {
        scope.rows.add(this.ordinal(target, columns) ?? this.either(target, env, scope), 'group');
      }
      for (const { expression } of nodes(modifier.orders)) {
        const order = node(expression) ?? {};
        const isAll = order.class === 'STAR';
        const from = isAll
          ? columnsFrom(columns)
          : (this.ordinal(order, columns) ?? this.either(order, env, scope));
        if (isCut) scope.rows.add(from, 'order');
      }
      for (const key of ['limit', 'offset']) {
        scope.rows.add(this.refs(modifier[key], env, scope), 'filter');
      }
    }
  }

  /**
   * Where an alias and a column may share a name, both are taken: which comes first differs from
   * clause to clause.
   */
  private either(value: unknown, env: Env, scope: Scope): Origins {
    const from = this.refs(value, env, scope);
    const shadowed = scope.aliases.filter((alias) => mentions(value, alias.name));
    return shadowed.length === 0 ? from : together([from, ...shadowed.map((each) => each.from)]);
  }

  private selectItem(item: TreeNode, env: Env, scope: Scope): Traced[] | null {
    if (item.class === 'STAR') return this.star(item, env, scope);
    const from = this.refs(item, env, scope);
    const names = texts(item.column_names);
    const found = item.class === 'COLUMN_REF' ? find(names, scope) : undefined;
    const direct = found === undefined || found === 'unknown' ? null : found.direct;
    // A part of a struct is no longer the item itself.
    const isWhole =
      found !== undefined && found !== 'unknown' && same(found.name, names.at(-1) ?? '');
    const name = text(item.alias) || (names.at(-1) ?? null);
    return [
      { name, from: isWhole ? from : raised(from, 'computed'), direct: isWhole ? direct : null },
    ];
  }

  private star(item: TreeNode, env: Env, scope: Scope): Traced[] | null {
    if (item.columns === true || node(item.expr)) return null;
    const table = text(item.relation_name);
    const named = scope.sources.filter((source) => same(source.alias, table));
    const of = table === '' ? scope.star : sourceStar(named[0]);
    return of === null ? null : changedStar(of, this.changes(item, env, scope));
  }

  private changes(item: TreeNode, env: Env, scope: Scope): StarChanges {
    const low = (value: unknown): string => text(value).toLowerCase();
    return {
      excluded: new Set(texts(item.exclude_list).map(low)),
      excludedOf: new Set(
        nodes(item.qualified_exclude_list).map((each) =>
          low(each.table) === '' ? low(each.column) : `${low(each.table)}.${low(each.column)}`,
        ),
      ),
      replaced: new Map(
        nodes(item.replace_list).map((each) => {
          const value = node(each.value) ?? {};
          const [traced] = this.selectItem({ ...value, alias: '' }, env, scope) ?? [];
          return [low(each.key), traced ?? { name: null, from: null, direct: null }];
        }),
      ),
      renamed: new Map(
        nodes(item.rename_list).map((each) => [low(node(each.key)?.column), text(each.value)]),
      ),
    };
  }

  /** Items under an expression, subqueries included. */
  private refs(value: unknown, env: Env, scope: Scope): Origins {
    if (Array.isArray(value)) return together(value.map((each) => this.refs(each, env, scope)));
    const tree = node(value);
    if (!tree) return nothing;
    if (tree.class === 'COLUMN_REF') return this.resolve(texts(tree.column_names), scope);
    if (tree.class === 'STAR') return columnsFrom(this.star(tree, env, scope));
    if (tree.class === 'POSITIONAL_REFERENCE') {
      return scope.star?.[Number(tree.index) - 1]?.column.from ?? null;
    }
    if (tree.class === 'LAMBDA') return this.lambda(tree, env, scope);
    if (tree.class === 'SUBQUERY') return this.subquery(tree, env, scope);
    const parts = Object.values(tree).map((each) => this.refs(each, env, scope));
    const how = isAggregate(tree) ? 'aggregated' : 'computed';
    return tree.class === undefined ? together(parts) : raised(together(parts), how);
  }

  /** Its parameters are made from the list beside it, which is followed already. */
  private lambda(tree: TreeNode, env: Env, scope: Scope): Origins {
    const params = [node(tree.lhs), ...nodes(node(tree.lhs)?.children)].flatMap((each) =>
      each?.class === 'COLUMN_REF' ? texts(each.column_names) : [],
    );
    const columns = params.map((name) => ({ name, from: nothing, direct: null }));
    const inner: Scope = { ...scope, merged: columns, outer: scope };
    return raised(this.refs(tree.expr, env, inner), 'computed');
  }

  /** What EXISTS gives is of no account; what decides over its rows is. */
  private subquery(tree: TreeNode, env: Env, scope: Scope): Origins {
    const query = node(node(tree.subquery)?.node);
    const child = this.refs(tree.child, env, scope);
    if (query === null) return null;
    const answer = this.query(query, env, scope);
    const isExists = text(tree.subquery_type).includes('EXISTS');
    const values = isExists ? nothing : columnsFrom(answer.columns);
    return together([raised(together([child, values]), 'computed'), answer.rows.origins]);
  }

  private resolve(names: string[], scope: Scope): Origins {
    const found = find(names, scope);
    if (found === 'unknown') return null;
    if (found) return found.from;
    const name = names.at(-1) ?? '';
    const table = names.length > 1 ? (names[0] ?? null) : null;
    const known = this.unresolved.some((each) => each.name === name && each.table === table);
    if (!known) this.unresolved.push({ table, name });
    return null;
  }
}

const sourceStar = (source: Scope['sources'][number] | undefined): Scope['star'] =>
  source?.columns?.map((column) => ({ table: source.alias, column })) ?? null;

/** Whether a name is used anywhere under an expression. */
function mentions(value: unknown, name: string | null): boolean {
  if (name === null) return false;
  if (Array.isArray(value)) return value.some((each) => mentions(each, name));
  const tree = node(value);
  if (!tree) return false;
  if (tree.class === 'COLUMN_REF') return same(name, texts(tree.column_names)[0] ?? '');
  return Object.values(tree).some((each) => mentions(each, name));
}

/** Columns of arms, one over the other. */
function paired(first: Traced[] | null, others: (Traced[] | null)[]): Traced[] | null {
  return (
    first?.map((column, at) => ({
      name: column.name,
      from: together([column.from, ...others.map((other) => other?.[at]?.from ?? null)]),
      direct: others.every((other) => other?.[at]?.direct === column.direct) ? column.direct : null,
    })) ?? null
  );
}

function byName(arms: (Traced[] | null)[]): Traced[] | null {
  const known = arms.flatMap((arm) => (arm === null ? [] : [arm]));
  if (known.length < arms.length) return null;
  const names = new Map<string, string | null>();
  for (const { name } of known.flat()) {
    const low = name?.toLowerCase() ?? '';
    if (!names.has(low)) names.set(low, name);
  }
  return [...names].map(([low, name]) => {
    const same = known.flatMap((arm) => arm.filter((each) => each.name?.toLowerCase() === low));
    const isAll = same.length === known.length;
    const direct = same[0]?.direct ?? null;
    const isDirect = isAll && same.every((each) => each.direct === direct);
    return { name, from: together(same.map(({ from }) => from)), direct: isDirect ? direct : null };
  });
}

const sizeOf = ({ columns, rows }: Answer): number =>
  rows.items.size + (columns ?? []).reduce((sum, { from }) => sum + (from?.size ?? 0), 0);

/**
 * Traces the columns of a checked query.
 * @param relations items of each relation the reader has, by name
 */
export function traceQuery(tree: TreeNode, relations: ReadonlyMap<string, string[]>): Trace {
  const env: Env = new Map(
    [...relations].map(([relation, items]) => [
      relation.toLowerCase(),
      {
        rows: new Rows(),
        columns: items.map((item) => {
          const ref = `${relation}.${item}`.toLowerCase();
          return { name: item, from: new Map([[ref, 'copied' as const]]), direct: ref };
        }),
      },
    ]),
  );
  const tracer = new Tracer(env);
  const root = rootOf(tree);
  const { columns, rows } = root
    ? tracer.query(root, new Map(), null)
    : { columns: null, rows: new Rows() };
  return { columns, rows, unresolved: tracer.unresolved };
}
