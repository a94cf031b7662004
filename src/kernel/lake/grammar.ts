/**
 * The closed grammar of SQL of people and packs: every node the engine's parser may produce that we
 * let through, with every key it may carry. A node or key that is not here is refused, so a new
 * version of the engine cannot widen the fence by itself.
 */

/**
 * How the value of a key is treated: data that cannot name or call anything, or a part to be
 * walked.
 */
export type Part =
  | 'data'
  | 'empty'
  | 'expr'
  | 'exprs'
  | 'query'
  | 'node'
  | 'table'
  | 'modifiers'
  | 'orders'
  | 'cases'
  | 'pairs'
  | 'rows'
  | 'type'
  | 'order_modifier'
  | 'own';

export type Keys = Readonly<Record<string, Part>>;

const pair: Keys = { left: 'expr', right: 'expr' };
const list: Keys = { children: 'exprs' };

/** Expressions by class; `own` keys are judged by the walker itself. */
export const expressions: Readonly<Record<string, Keys>> = {
  BETWEEN: { input: 'expr', lower: 'expr', upper: 'expr' },
  CASE: { case_checks: 'cases', else_expr: 'expr' },
  CAST: { child: 'expr', cast_type: 'type', try_cast: 'data' },
  COLLATE: { child: 'expr', collation: 'data' },
  COLUMN_REF: { column_names: 'data' },
  COMPARISON: pair,
  CONJUNCTION: list,
  CONSTANT: { value: 'own' },
  FUNCTION: {
    function_name: 'own',
    schema: 'own',
    catalog: 'empty',
    children: 'exprs',
    filter: 'expr',
    order_bys: 'order_modifier',
    distinct: 'data',
    is_operator: 'data',
    export_state: 'empty',
  },
  LAMBDA: { lhs: 'expr', expr: 'expr' },
  OPERATOR: list,
  PARAMETER: { identifier: 'own' },
  POSITIONAL_REFERENCE: { index: 'data' },
  STAR: {
    relation_name: 'data',
    exclude_list: 'data',
    qualified_exclude_list: 'data',
    rename_list: 'data',
    replace_list: 'pairs',
    columns: 'own',
    expr: 'empty',
  },
  SUBQUERY: { subquery_type: 'data', subquery: 'query', child: 'expr', comparison_type: 'data' },
  WINDOW: {
    function_name: 'own',
    schema: 'own',
    catalog: 'empty',
    children: 'exprs',
    partitions: 'exprs',
    orders: 'orders',
    start: 'data',
    end: 'data',
    start_expr: 'expr',
    end_expr: 'expr',
    offset_expr: 'expr',
    default_expr: 'expr',
    ignore_nulls: 'data',
    filter_expr: 'expr',
    exclude_clause: 'data',
    distinct: 'data',
    arg_orders: 'orders',
  },
};

/** Operators of class OPERATOR; unpacking (`*COLUMNS(...)`) is not among them. */
export const operatorTypes: ReadonlySet<string> = new Set([
  'ARRAY_CONSTRUCTOR',
  'ARRAY_EXTRACT',
  'ARRAY_SLICE',
  'COMPARE_IN',
  'COMPARE_NOT_IN',
  'GROUPING_FUNCTION',
  'OPERATOR_COALESCE',
  'OPERATOR_IS_NOT_NULL',
  'OPERATOR_IS_NULL',
  'OPERATOR_NOT',
  'OPERATOR_TRY',
  'STRUCT_EXTRACT',
]);

/** What stands in FROM. */
export const tables: Readonly<Record<string, Keys>> = {
  BASE_TABLE: {
    sample: 'data',
    schema_name: 'own',
    catalog_name: 'own',
    table_name: 'own',
    column_name_alias: 'data',
    at_clause: 'empty',
  },
  EMPTY: { sample: 'data' },
  EXPRESSION_LIST: {
    sample: 'data',
    expected_names: 'data',
    expected_types: 'empty',
    values: 'rows',
    column_name_alias: 'data',
  },
  JOIN: {
    sample: 'data',
    left: 'table',
    right: 'table',
    condition: 'expr',
    join_type: 'data',
    ref_type: 'data',
    using_columns: 'data',
    delim_flipped: 'data',
    duplicate_eliminated_columns: 'empty',
  },
  SUBQUERY: { sample: 'data', subquery: 'query', column_name_alias: 'data' },
  TABLE_FUNCTION: {
    sample: 'data',
    function: 'own',
    column_name_alias: 'data',
    with_ordinality: 'data',
  },
};

/** Query nodes. `modifiers` and `cte_map` belong to each of them. */
export const nodes: Readonly<Record<string, Keys>> = {
  SELECT_NODE: {
    select_list: 'exprs',
    from_table: 'table',
    where_clause: 'expr',
    group_expressions: 'exprs',
    group_sets: 'data',
    aggregate_handling: 'data',
    having: 'expr',
    sample: 'data',
    qualify: 'expr',
  },
  SET_OPERATION_NODE: { setop_type: 'data', left: 'node', right: 'node', setop_all: 'data' },
  RECURSIVE_CTE_NODE: {
    cte_name: 'own',
    union_all: 'data',
    left: 'node',
    right: 'own',
    aliases: 'data',
    key_targets: 'exprs',
  },
};

export const modifiers: Readonly<Record<string, Keys>> = {
  ORDER_MODIFIER: { orders: 'orders' },
  DISTINCT_MODIFIER: { distinct_on_targets: 'exprs' },
  LIMIT_MODIFIER: { limit: 'expr', offset: 'expr' },
  LIMIT_PERCENT_MODIFIER: { limit: 'expr', offset: 'expr' },
};

/** Details of a type: further types inside it, or sizes. */
export const typeInfos: Readonly<Record<string, Keys>> = {
  ARRAY_TYPE_INFO: { child_type: 'type', size: 'data' },
  DECIMAL_TYPE_INFO: { width: 'data', scale: 'data' },
  LIST_TYPE_INFO: { child_type: 'type' },
  STRING_TYPE_INFO: { collation: 'data' },
  STRUCT_TYPE_INFO: { child_types: 'own' },
  UNBOUND_TYPE_INFO: { name: 'own', catalog: 'empty', schema: 'own', user_type_modifiers: 'empty' },
};
