/** What a query groups by, and the query over some of its groups only. */
import type { TreeNode } from '#kernel/lake';
import type { Grouped } from './plan.ts';
import {
  bare,
  columnNode,
  hasAggregate,
  low,
  node,
  nodes,
  plainQuery,
  tableNode,
  texts,
  touchedName,
} from './trees.ts';
import { Unfit } from './why.ts';

interface Around {
  isDistinct: boolean;
  /** Columns of the parts it reads; null where they are not known. */
  known: readonly (readonly string[] | null)[];
  write(query: TreeNode): Promise<string>;
}

/** A name means a column before it means an alias of the select list. */
function meant(group: TreeNode, select: readonly TreeNode[], known: Around['known']): TreeNode {
  const number = group.class === 'CONSTANT' ? Number(node(group.value)?.value) : Number.NaN;
  if (Number.isSafeInteger(number)) return select[number - 1] ?? group;
  const names = texts(group.column_names).map((name) => name.toLowerCase());
  const aliased = select.find((item) => names.length === 1 && low(item.alias) === names[0]);
  if (aliased === undefined) return group;
  const isColumn = known.some((columns) =>
    columns?.some((column) => column.toLowerCase() === names[0]),
  );
  if (isColumn) return group;
  if (known.includes(null)) throw new Unfit('group_not_key');
  return aliased;
}

function expressionsOf(query: TreeNode, { isDistinct, known }: Around): TreeNode[] {
  const select = nodes(query.select_list);
  const isAll = query.aggregate_handling === 'FORCE_AGGREGATES';
  const isGrouped = isAll || nodes(query.group_expressions).length > 0;
  const hasStar = select.some((item) => item.class === 'STAR');
  if (isDistinct && (isGrouped || select.some(hasAggregate))) throw new Unfit('distinct');
  if ((isDistinct || isAll) && hasStar) throw new Unfit('group_not_key');
  if (isDistinct) return select;
  if (isAll) return select.filter((item) => !hasAggregate(item));
  const sets = Array.isArray(query.group_sets) ? query.group_sets : [];
  if (sets.length > 1) throw new Unfit('group_not_key');
  return nodes(query.group_expressions).map((group) => meant(group, select, known));
}

/** `exists (select 1 from _touched where "#g0" is not distinct from ... )`, as the engine has it. */
function isTouched(groups: readonly TreeNode[]): TreeNode {
  const same = groups.map((group, at) => ({
    class: 'COMPARISON',
    type: 'COMPARE_NOT_DISTINCT_FROM',
    alias: '',
    left: columnNode(['#t', `#g${at}`]),
    right: { ...group, alias: '' },
  }));
  const [only] = same;
  const all = { class: 'CONJUNCTION', type: 'CONJUNCTION_AND', alias: '', children: same };
  const query = {
    type: 'SELECT_NODE',
    modifiers: [],
    cte_map: { map: [] },
    select_list: [columnNode(['#t', '#g0'])],
    from_table: tableNode(touchedName, '#t', []),
    where_clause: same.length === 1 ? (only ?? null) : all,
    group_expressions: [],
    group_sets: [],
    aggregate_handling: 'STANDARD_HANDLING',
    having: null,
    sample: null,
    qualify: null,
  };
  return {
    class: 'SUBQUERY',
    type: 'SUBQUERY',
    alias: '',
    subquery_type: 'EXISTS',
    subquery: { node: query, named_param_map: [] },
    child: null,
    comparison_type: 'INVALID',
  };
}

/** @throws Unfit when there are no groups, or what they are cannot be told */
export async function groupsOf(query: TreeNode, around: Around): Promise<Grouped> {
  const groups = expressionsOf(query, around);
  if (groups.length === 0) throw new Unfit('group_not_key');
  const marked = groups.map((group, at) => ({ ...group, alias: `#g${at}` }));
  const where = node(query.where_clause);
  const touched = isTouched(groups);
  const both = {
    class: 'CONJUNCTION',
    type: 'CONJUNCTION_AND',
    alias: '',
    children: [where, touched],
  };
  const select = nodes(query.select_list);
  const names = groups.flatMap((group) => {
    const given = select.find((item) => bare(item) === bare(group));
    if (given === undefined) return [];
    return [low(given.alias) || (texts(given.column_names).at(-1)?.toLowerCase() ?? '')];
  });
  return {
    rows: await around.write(plainQuery(query, marked)),
    narrowed: await around.write({ ...query, where_clause: where === null ? touched : both }),
    names: names.length === groups.length ? names : null,
  };
}
