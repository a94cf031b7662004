/** Reading the engine's parse tree. */
import type { TreeNode } from '#kernel/lake';

export const node = (value: unknown): TreeNode | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as TreeNode) : null;
export const nodes = (value: unknown): TreeNode[] =>
  (Array.isArray(value) ? value : []).map(node).filter((each) => each !== null);
export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * The query nodes directly inside a set operation or a recursive table, however they are nested.
 */
export function subqueries(tree: TreeNode): TreeNode[] {
  const sides = [node(tree.left), node(tree.right), ...nodes(tree.children)];
  return sides.flatMap((side) => (side === null ? [] : [node(side.node) ?? side]));
}

/**
 * The query node, whether the tree is the whole answer of the engine, one statement, or the node
 * itself.
 */
export function rootOf(tree: TreeNode): TreeNode | null {
  const statement = nodes(tree.statements)[0];
  return statement ? node(statement.node) : (node(tree.node) ?? tree);
}

/** A whole number written as a constant: `GROUP BY 1`. */
export function ordinalOf(tree: TreeNode): number | null {
  if (tree.class !== 'CONSTANT') return null;
  const value = Number(node(tree.value)?.value);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}
