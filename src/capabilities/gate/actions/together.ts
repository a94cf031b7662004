/**
 * Whether an answer is one row for one row of a dataset. What puts rows together, a list, a join, a
 * window, may hold a whole dataset in one of its own.
 */
import { aggregateFunctions, type TreeNode } from '#kernel/lake';
import { node, nodes, rootOf, text } from './lineage/tree.ts';

const apart: ReadonlySet<string> = new Set(['SUBQUERY', 'WINDOW']);

function putsTogether(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(putsTogether);
  const tree = node(value);
  if (tree === null) return false;
  const name = tree.class === 'FUNCTION' ? text(tree.function_name).toLowerCase() : '';
  if (apart.has(text(tree.class)) || aggregateFunctions.has(name)) return true;
  return Object.values(tree).some(putsTogether);
}

/** What may stand behind a SELECT without looking at a second row to say how many there are. */
const harmless: ReadonlySet<string> = new Set(['ORDER_MODIFIER', 'LIMIT_MODIFIER']);

/** Groups stand in three places, and HAVING makes one of all rows where none is said. */
const isUngrouped = (root: TreeNode): boolean =>
  nodes(root.group_expressions).length === 0 &&
  (!Array.isArray(root.group_sets) || root.group_sets.length === 0) &&
  root.aggregate_handling !== 'FORCE_AGGREGATES' &&
  node(root.having) === null;

/** A SELECT over one dataset, or over none, without anything that looks at a second row. */
export function isRowForRow(tree: TreeNode): boolean {
  const root = rootOf(tree);
  const from = node(root?.from_table);
  const isPlain =
    root?.type === 'SELECT_NODE' &&
    (from?.type === 'BASE_TABLE' || from?.type === 'EMPTY') &&
    nodes(node(root.cte_map)?.map).length === 0 &&
    nodes(root.modifiers).every(({ type }) => harmless.has(text(type))) &&
    isUngrouped(root);
  return isPlain && !putsTogether(root);
}
