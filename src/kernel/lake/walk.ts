/**
 * Walks a parse tree along the closed grammar; collects every fault, the relations read and the
 * parameters.
 */
import type { Fault } from '#kernel/errors';
import { lakeErrors } from './errors.ts';
import {
  allowedFunctions,
  allowedTableFunctions,
  allowedTypes,
  clockFunctions,
  clockWords,
} from './functions.ts';
import {
  expressions,
  type Keys,
  modifiers,
  nodes,
  operatorTypes,
  type Part,
  tables,
  typeInfos,
} from './grammar.ts';

/** A node of the engine's own parse tree, as `json_serialize_sql` writes it. */
export type TreeNode = { [key: string]: unknown };

/** Names of common table expressions in scope, in the engine's spelling. */
type Scope = ReadonlySet<string>;

interface Walk {
  faults: Fault[];
  /** Name -> line where it is read first. */
  relations: Map<string, number>;
  params: Set<string>;
  count: number;
  lineAt: (offset: number) => number;
  /** Line of the nearest node that knew its place. */
  line: number;
}

export interface Walked {
  faults: Fault[];
  relations: string[];
  relationLines: ReadonlyMap<string, number>;
  params: string[];
}

const nodeLimit = 20_000;
/**
 * A bare name: letters of any script, digits, underscore. No dot, slash, star or quote can be in
 * it.
 */
const plainName = /^[\p{L}_][\p{L}\p{N}_]*$/u;

export const isPlainName = (name: string): boolean => plainName.test(name);

/** The engine compares names without the case of ASCII letters only. */
export const foldName = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const isObject = (value: unknown): value is TreeNode =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && value.length === 0);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/**
 * Checks the tree of one statement. It changes the tree in one way: clock words become parameters.
 */
export function walkStatement(statement: TreeNode, lineAt: (offset: number) => number): Walked {
  const walk: Walk = {
    faults: [],
    relations: new Map(),
    params: new Set(),
    count: 0,
    lineAt,
    line: 1,
  };
  walkQuery(walk, statement, new Set());
  return {
    faults: walk.faults,
    relations: [...walk.relations.keys()].sort(),
    relationLines: walk.relations,
    params: [...walk.params].sort(),
  };
}

type FaultKey = Parameters<typeof lakeErrors.fault>[0];

function refuse(walk: Walk, key: FaultKey, params: Record<string, string | number>): undefined {
  const fault = lakeErrors.fault(key, { line: walk.line }, params);
  const same = (seen: Fault): boolean =>
    seen.line === fault.line && seen.message.en === fault.message.en;
  if (!walk.faults.some(same)) walk.faults.push(fault);
}

const construct = (walk: Walk, what: string): undefined => refuse(walk, 'sql_construct', { what });

function enter(walk: Walk, node: TreeNode): boolean {
  walk.count += 1;
  if (walk.count === nodeLimit) refuse(walk, 'sql_too_long', { limit: nodeLimit });
  const offset = node.query_location;
  if (typeof offset === 'number') walk.line = walk.lineAt(offset);
  return walk.count < nodeLimit;
}

const common: ReadonlySet<string> = new Set(['class', 'type', 'alias', 'query_location']);

function walkKeys(walk: Walk, node: TreeNode, keys: Keys, scope: Scope, what: string): undefined {
  for (const [key, value] of Object.entries(node)) {
    if (common.has(key)) continue;
    const part = keys[key];
    if (part === undefined) {
      if (!isEmpty(value)) construct(walk, `${what} ${key}`);
    } else if (part === 'empty') {
      if (!isEmpty(value)) construct(walk, `${what} ${key}`);
    } else if (part !== 'data' && part !== 'own' && !isEmpty(value)) {
      walkPart(walk, part, value, scope);
    }
  }
}

type Walker = (walk: Walk, value: unknown, scope: Scope) => undefined;

const each =
  (walker: Walker): Walker =>
  (walk, value, scope) => {
    for (const item of listOf(value)) walker(walk, item, scope);
  };

const walkers: Record<Exclude<Part, 'data' | 'empty' | 'own'>, Walker> = {
  expr: walkExpression,
  exprs: each(walkExpression),
  query: walkQuery,
  node: walkNode,
  table: walkTable,
  modifiers: each(walkModifier),
  orders: each(walkOrder),
  order_modifier: walkModifier,
  cases: each((walk, item, scope) => {
    if (!isObject(item)) return construct(walk, 'CASE');
    walkExpression(walk, item.when_expr, scope);
    walkExpression(walk, item.then_expr, scope);
  }),
  pairs: each((walk, item, scope) => {
    if (!isObject(item)) return construct(walk, 'REPLACE');
    walkExpression(walk, item.value, scope);
  }),
  rows: each(each(walkExpression)),
  type: walkType,
};

const walkPart = (
  walk: Walk,
  part: Exclude<Part, 'data' | 'empty' | 'own'>,
  value: unknown,
  scope: Scope,
): undefined => walkers[part](walk, value, scope);

function walkQuery(walk: Walk, value: unknown, scope: Scope): undefined {
  if (!isObject(value)) return construct(walk, 'query');
  for (const key of Object.keys(value)) {
    if (key !== 'node' && key !== 'named_param_map') construct(walk, key);
  }
  walkNode(walk, value.node, scope);
}

function walkNode(walk: Walk, value: unknown, outer: Scope): undefined {
  const keys = isObject(value) ? nodes[textOf(value.type)] : undefined;
  if (!isObject(value) || keys === undefined) {
    return construct(walk, isObject(value) ? textOf(value.type) : 'query');
  }
  if (!enter(walk, value)) return;
  const scope = walkCtes(walk, value.cte_map, outer);
  const { modifiers: tail, cte_map: _, ...rest } = value;
  walkKeys(walk, rest, keys, scope, textOf(value.type));
  if (value.type === 'RECURSIVE_CTE_NODE') {
    const inner = new Set(scope).add(foldName(textOf(value.cte_name)));
    walkNode(walk, value.right, inner);
  }
  walkPart(walk, 'modifiers', tail, scope);
}

/** Each expression sees those before it; only a recursive one sees itself, in its second half. */
function walkCtes(walk: Walk, map: unknown, outer: Scope): Scope {
  const entries = isObject(map) ? listOf(map.map) : [];
  if (entries.length === 0) return outer;
  const scope = new Set(outer);
  for (const entry of entries) {
    const body = isObject(entry) ? entry.value : undefined;
    if (!isObject(entry) || !isObject(body)) {
      construct(walk, 'WITH');
      continue;
    }
    const name = textOf(entry.key);
    if (!isPlainName(name)) refuse(walk, 'sql_relation', { name });
    walkQuery(walk, body.query, scope);
    walkPart(walk, 'exprs', body.key_targets, scope);
    const known = ['aliases', 'query', 'materialized', 'key_targets'];
    for (const key of Object.keys(body)) if (!known.includes(key)) construct(walk, `WITH ${key}`);
    scope.add(foldName(name));
  }
  return scope;
}

function walkModifier(walk: Walk, value: unknown, scope: Scope): undefined {
  const keys = isObject(value) ? modifiers[textOf(value.type)] : undefined;
  if (!isObject(value) || keys === undefined) return construct(walk, 'modifier');
  walkKeys(walk, value, keys, scope, textOf(value.type));
}

function walkOrder(walk: Walk, value: unknown, scope: Scope): undefined {
  if (!isObject(value)) return construct(walk, 'ORDER BY');
  const { type: _, null_order: __, expression, ...rest } = value;
  if (Object.values(rest).some((item) => !isEmpty(item))) construct(walk, 'ORDER BY');
  // ORDER BY ALL is a bare COLUMNS(*) in the tree; anywhere else that is refused.
  const isAll = isObject(expression) && expression.class === 'STAR' && isEmpty(expression.expr);
  walkExpression(walk, isAll ? { ...expression, columns: false } : expression, scope);
}

function walkTable(walk: Walk, value: unknown, scope: Scope): undefined {
  const keys = isObject(value) ? tables[textOf(value.type)] : undefined;
  if (!isObject(value) || keys === undefined) {
    const what = isObject(value) ? textOf(value.type) : 'FROM';
    return construct(walk, what === 'SHOW_REF' ? 'SHOW / DESCRIBE / SUMMARIZE' : what);
  }
  if (!enter(walk, value)) return;
  walkKeys(walk, value, keys, scope, textOf(value.type));
  if (value.type === 'BASE_TABLE') walkBaseTable(walk, value, scope);
  if (value.type === 'TABLE_FUNCTION') walkTableFunction(walk, value.function, scope);
}

function walkBaseTable(walk: Walk, table: TreeNode, scope: Scope): undefined {
  const name = textOf(table.table_name);
  const qualified = [table.catalog_name, table.schema_name, name].filter((part) => !isEmpty(part));
  if (qualified.length > 1 || !isPlainName(name)) {
    return refuse(walk, 'sql_relation', { name: qualified.join('.') });
  }
  const folded = foldName(name);
  const isNew = !scope.has(folded) && !walk.relations.has(folded);
  if (isNew) walk.relations.set(folded, walk.line);
}

function walkTableFunction(walk: Walk, call: unknown, scope: Scope): undefined {
  if (!isObject(call) || call.class !== 'FUNCTION') return construct(walk, 'table function');
  const name = foldName(textOf(call.function_name));
  if (!allowedTableFunctions.has(name) || !isEmpty(call.catalog) || !isEmpty(call.schema)) {
    enter(walk, call);
    return refuse(walk, 'sql_table_function', { name });
  }
  walkExpression(walk, call, scope);
}

function walkExpression(walk: Walk, value: unknown, scope: Scope): undefined {
  const kind = isObject(value) ? textOf(value.class) : '';
  const keys = expressions[kind];
  if (!isObject(value) || keys === undefined) {
    return construct(walk, isObject(value) ? textOf(value.type) : 'expression');
  }
  if (!enter(walk, value)) return;
  if (kind === 'FUNCTION' || kind === 'WINDOW') {
    walkCall(walk, value);
  } else if (kind === 'OPERATOR' && !operatorTypes.has(textOf(value.type))) {
    construct(walk, textOf(value.type));
  } else if (kind === 'STAR' && value.columns === true) {
    construct(walk, 'COLUMNS(...)');
  } else if (kind === 'CONSTANT') {
    walkConstant(walk, value.value);
  } else if (kind === 'PARAMETER') {
    walkParameter(walk, textOf(value.identifier));
  }
  walkKeys(walk, value, keys, scope, kind);
  replaceClock(walk, value);
}

function walkCall(walk: Walk, call: TreeNode): undefined {
  const name = foldName(textOf(call.function_name));
  const schema = textOf(call.schema);
  const isOurs = isEmpty(call.catalog) && (schema === '' || schema === 'main');
  const isClock = clockFunctions.has(name) && listOf(call.children).length === 0;
  // With one argument `age` asks the clock of the machine.
  const isHiddenClock = name === 'age' && listOf(call.children).length === 1;
  if (!isOurs || isHiddenClock || !(allowedFunctions.has(name) || isClock)) {
    refuse(walk, 'sql_function', { name: schema === '' || isOurs ? name : `${schema}.${name}` });
  }
}

function walkConstant(walk: Walk, value: unknown): undefined {
  if (!isObject(value) || !isObject(value.type)) return construct(walk, 'constant');
  walkType(walk, value.type);
}

function walkParameter(walk: Walk, name: string): undefined {
  if (/^[A-Za-z_]\w*$/.test(name)) walk.params.add(name);
  else refuse(walk, 'sql_param', { name: `$${name}` });
}

function walkType(walk: Walk, value: unknown): undefined {
  if (!isObject(value)) return construct(walk, 'type');
  const id = textOf(value.id);
  const info = value.type_info;
  if (id === 'UNBOUND') return walkUnbound(walk, info);
  if (!allowedTypes.has(id)) return refuse(walk, 'sql_type', { name: id });
  if (isEmpty(info)) return;
  const keys = isObject(info) ? typeInfos[textOf(info.type)] : undefined;
  if (!isObject(info) || keys === undefined) return refuse(walk, 'sql_type', { name: id });
  walkKeys(walk, info, keys, new Set(), id);
  for (const child of listOf(info.child_types)) {
    walkType(walk, isObject(child) ? child.second : undefined);
  }
}

/** A type the parser knows by name only. */
function walkUnbound(walk: Walk, info: unknown): undefined {
  const keys = typeInfos.UNBOUND_TYPE_INFO ?? {};
  if (!isObject(info)) return construct(walk, 'type');
  const name = textOf(info.name).toUpperCase();
  const isOurs = isEmpty(info.schema) || info.schema === 'main';
  if (!allowedTypes.has(name) || !isOurs) return refuse(walk, 'sql_type', { name });
  walkKeys(walk, info, keys, new Set(), name);
}

/**
 * `now()`, `current_date` and their like become `$now` and `$today`, so that the moment is given,
 * not taken.
 */
function replaceClock(walk: Walk, node: TreeNode): undefined {
  const names = listOf(node.column_names);
  const isWord = node.class === 'COLUMN_REF' && names.length === 1;
  const name = foldName(textOf(isWord ? names[0] : node.function_name));
  if (isWord ? !clockWords.has(name) : node.class !== 'FUNCTION') return;
  const param = clockFunctions.get(name);
  if (param === undefined) return;
  const alias = textOf(node.alias) || name;
  for (const key of Object.keys(node)) delete node[key];
  const type = param === 'now' ? 'TIMESTAMP' : 'DATE';
  const child = { class: 'PARAMETER', type: 'VALUE_PARAMETER', alias: '', identifier: param };
  Object.assign(node, {
    class: 'CAST',
    type: 'OPERATOR_CAST',
    alias,
    child,
    cast_type: { id: type, type_info: null },
    try_cast: false,
  });
  walk.params.add(param);
}
