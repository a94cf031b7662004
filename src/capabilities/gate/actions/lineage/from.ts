/** Follows what stands in FROM: tables, joins, subqueries, functions, lists of values. */
import type { TreeNode } from '#kernel/lake';
import { type Origins, raised, type Traced, together } from './origins.ts';
import { type Answer, type Env, find, rename, type Scope, type Star, same } from './scope.ts';
import { node, text, texts } from './tree.ts';

interface Around {
  relations: Env;
  query(tree: TreeNode, env: Env, outer: Scope | null): Answer;
  refs(value: unknown, env: Env, scope: Scope): Origins;
}

export class FromTracer {
  readonly #around: Around;

  constructor(around: Around) {
    this.#around = around;
  }

  /** Brings the tables under `tree` into scope. @returns what `*` gives of them */
  from(tree: TreeNode, env: Env, scope: Scope): Star {
    if (tree.type === 'JOIN') return this.#join(tree, env, scope);
    if (tree.type === 'EMPTY') return [];
    const alias = text(tree.alias) || text(tree.table_name);
    const answered = this.#columns(tree, env, scope);
    const columns = rename(answered, texts(tree.column_name_alias));
    scope.sources.push({ alias, columns });
    return columns?.map((column) => ({ table: alias, column })) ?? null;
  }

  #columns(tree: TreeNode, env: Env, scope: Scope): Traced[] | null {
    if (tree.type === 'BASE_TABLE') return this.#table(text(tree.table_name), env, scope);
    if (tree.type === 'SUBQUERY') {
      const inner = node(node(tree.subquery)?.node);
      if (inner === null) return null;
      const { columns, rows } = this.#around.query(inner, env, scope);
      scope.rows.addAll(rows);
      return columns;
    }
    if (tree.type === 'EXPRESSION_LIST') return this.#values(tree, env, scope);
    return this.#function(tree, env, scope);
  }

  #table(name: string, env: Env, scope: Scope): Traced[] | null {
    const key = name.toLowerCase();
    const answer = env.has(key) ? env.get(key) : this.#around.relations.get(key);
    if (answer) scope.rows.addAll(answer.rows);
    return answer?.columns ?? null;
  }

  #values(tree: TreeNode, env: Env, scope: Scope): Traced[] | null {
    const rows = (Array.isArray(tree.values) ? tree.values : []).filter(Array.isArray);
    const [first = []] = rows;
    return first.map((_, at) => ({
      name: `col${at}`,
      from: together(rows.map((row) => this.#around.refs(row[at], env, scope))),
      direct: null,
    }));
  }

  /** `unnest`, `range`: one column of the function's name, made from its arguments. */
  #function(tree: TreeNode, env: Env, scope: Scope): Traced[] | null {
    const call = node(tree.function);
    if (call === null) return null;
    const from = raised(this.#around.refs(call, env, scope), 'computed');
    // How many rows there are follows from the arguments too.
    scope.rows.add(from, 'join');
    const names = [text(call.function_name), 'ordinality'];
    const width = tree.with_ordinality === 'WITH_ORDINALITY' ? 2 : 1;
    return names.slice(0, width).map((name) => ({ name, from, direct: null }));
  }

  #join(tree: TreeNode, env: Env, scope: Scope): Star {
    const [one, two] = [node(tree.left), node(tree.right)];
    const left = one ? this.from(one, env, scope) : [];
    const count = scope.sources.length;
    const right = two ? this.from(two, env, scope) : [];
    scope.rows.add(this.#around.refs(tree.condition, env, scope), 'join');
    const type = text(tree.join_type);
    const names = usingOf(tree, left, right);
    if (names === null) {
      scope.rows.isUnknown = true;
      return null;
    }
    const merged = names.map((name) => this.#merge(name, type, [left, right], scope));
    const isHalf = type === 'SEMI' || type === 'ANTI';
    // Behind a SEMI or ANTI join the right side is out of sight.
    if (isHalf) scope.sources.splice(count);
    scope.merged.unshift(...merged);
    if (left === null || right === null) return null;
    const inLeft = left.map((each) => ({
      ...each,
      column: merged.find(({ name }) => same(name, each.column.name ?? '')) ?? each.column,
    }));
    const rest = right.filter(({ column }) => !names.some((name) => same(column.name, name)));
    return isHalf ? inLeft : [...inLeft, ...rest];
  }

  /** The one column that USING makes of two. */
  #merge(name: string, type: string, sides: [Star, Star], scope: Scope): Traced {
    const [left, right] = sides.map((side) => {
      const known = side?.find(({ column }) => same(column.name, name))?.column;
      const found = known ?? (side === null ? 'unknown' : find([name], scope));
      return found === undefined || found === 'unknown' ? null : found;
    });
    scope.rows.add(left?.from ?? null, 'join');
    scope.rows.add(right?.from ?? null, 'join');
    const both = together([left?.from ?? null, right?.from ?? null]);
    if (type === 'FULL' || type === 'OUTER') {
      return { name, from: raised(both, 'computed'), direct: null };
    }
    const given = type === 'RIGHT' ? right : left;
    return { name, from: given?.from ?? null, direct: given?.direct ?? null };
  }
}

/** Names both sides are joined on; null when a NATURAL join cannot be told. */
function usingOf(tree: TreeNode, left: Star, right: Star): string[] | null {
  if (tree.ref_type !== 'NATURAL') return texts(tree.using_columns);
  if (left === null || right === null) return null;
  return left.flatMap(({ column: { name } }) =>
    name !== null && right.some(({ column }) => same(column.name, name)) ? [name] : [],
  );
}
