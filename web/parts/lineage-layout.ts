/** Where the boxes and lines of a lineage picture stand, and what belongs to a chosen item. */
import type { ColumnLineage } from '#gate/model';

export type LineageNode = ColumnLineage['nodes'][number];
export type LineageEdge = ColumnLineage['edges'][number];

export interface Box {
  node: LineageNode;
  x: number;
  y: number;
  height: number;
  /** Items shown, in order; the rest are counted. */
  items: string[];
  hidden: number;
}

export interface Line {
  edge: LineageEdge;
  from: { x: number; y: number };
  to: { x: number; y: number };
}

export interface Picture {
  boxes: Box[];
  lines: Line[];
  width: number;
  height: number;
}

export const boxWidth = 208;
export const headHeight = 46;
export const rowHeight = 24;
const columnGap = 96;
const boxGap = 16;
const margin = 8;
const mostItems = 12;

/** Column of each node: behind everything it is made from. */
export function columnsOf(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[],
): Map<string, number> {
  const into = new Map<string, string[]>();
  for (const { from, to } of edges) into.set(to.node, [...(into.get(to.node) ?? []), from.node]);
  const columns = new Map<string, number>();
  const place = (id: string, below: ReadonlySet<string>): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    // A circle cannot be declared; if one is given it ends here.
    const before = (into.get(id) ?? []).filter((each) => !below.has(each) && each !== id);
    const inside = new Set(below).add(id);
    const column = before.reduce((most, each) => Math.max(most, place(each, inside) + 1), 0);
    columns.set(id, column);
    return column;
  };
  for (const { id } of nodes) place(id, new Set());
  return columns;
}

/** Items that lines begin or end at come first; of the dataset asked for, all. */
function itemsShown(node: LineageNode, edges: readonly LineageEdge[]): string[] {
  const linked = new Set<string>();
  for (const { from, to } of edges) {
    if (from.node === node.id && from.item !== null) linked.add(from.item);
    if (to.node === node.id && to.item !== null) linked.add(to.item);
  }
  const names = node.items.map(({ name }) => name);
  const shown = node.depth === 0 ? names : names.filter((name) => linked.has(name));
  const most = shown.length > mostItems ? shown.filter((name) => linked.has(name)) : shown;
  return most.slice(0, Math.max(mostItems, linked.size));
}

/**
 * Nodes column by column from the last; in each, those first whose lines end highest, so that few
 * lines cross.
 */
function inOrder(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[],
  columns: ReadonlyMap<string, number>,
): LineageNode[] {
  const ordered: LineageNode[] = [];
  const rows = new Map<string, number>();
  const ends = (node: LineageNode): number => {
    const found = edges.flatMap(({ from, to }) => {
      const row = rows.get(`${to.node} ${to.item ?? ''}`);
      return from.node === node.id && row !== undefined ? [row] : [];
    });
    return found.length === 0 ? 0 : found.reduce((sum, row) => sum + row, 0) / found.length;
  };
  for (let column = Math.max(0, ...columns.values()); column >= 0; column -= 1) {
    const here = nodes.filter(({ id }) => columns.get(id) === column);
    const means = new Map(here.map((node) => [node.id, ends(node)]));
    here.sort((a, b) => (means.get(a.id) ?? 0) - (means.get(b.id) ?? 0));
    let row = 0;
    for (const node of here) {
      rows.set(`${node.id} `, row);
      for (const item of itemsShown(node, edges)) rows.set(`${node.id} ${item}`, ++row);
      row += 2;
      ordered.push(node);
    }
  }
  return ordered;
}

export function layout({ nodes, edges }: Pick<ColumnLineage, 'nodes' | 'edges'>): Picture {
  const columns = columnsOf(nodes, edges);
  const ends = new Map<number, number>();
  const boxes = inOrder(nodes, edges, columns).map((node): Box => {
    const column = columns.get(node.id) ?? 0;
    const items = itemsShown(node, edges);
    const hidden = node.items.length - items.length;
    const height = headHeight + items.length * rowHeight + (hidden > 0 ? rowHeight : 0);
    const y = ends.get(column) ?? margin;
    ends.set(column, y + height + boxGap);
    return { node, x: margin + column * (boxWidth + columnGap), y, height, items, hidden };
  });
  centre(boxes, ends);
  const at = new Map(boxes.map((box) => [box.node.id, box]));
  const lines = edges.flatMap((edge) => {
    const [from, to] = [at.get(edge.from.node), at.get(edge.to.node)];
    if (!from || !to) return [];
    const start = { x: from.x + boxWidth, y: lineAt(from, edge.from.item) };
    return [{ edge, from: start, to: { x: to.x, y: lineAt(to, edge.to.item) } }];
  });
  const most = Math.max(0, ...columns.values());
  return {
    boxes,
    lines,
    width: margin * 2 + most * (boxWidth + columnGap) + boxWidth,
    height: Math.max(0, ...ends.values()) + margin - boxGap,
  };
}

/** Short columns stand in the middle of the tallest. */
function centre(boxes: Box[], ends: ReadonlyMap<number, number>): void {
  const tallest = Math.max(0, ...ends.values());
  for (const box of boxes) {
    const column = Math.round((box.x - margin) / (boxWidth + columnGap));
    box.y += Math.round((tallest - (ends.get(column) ?? 0)) / 2);
  }
}

function lineAt(box: Box, item: string | null): number {
  const row = item === null ? -1 : box.items.indexOf(item);
  return row < 0 ? box.y + headHeight / 2 : box.y + headHeight + (row + 0.5) * rowHeight;
}

export interface Chosen {
  node: string;
  /** Null: the dataset as a whole. */
  item: string | null;
}

const idOf = ({ node, item }: Chosen): string => `${node} ${item ?? ''}`;

/** Everything an item is made from and goes into, itself included, as `node item`. */
export function chainOf(edges: readonly LineageEdge[], chosen: Chosen): Set<string> {
  const chain = new Set([idOf(chosen)]);
  const usable = edges.filter(({ from }) => (from.item === null) === (chosen.item === null));
  const walk = (next: (id: string) => string[]): void => {
    const waiting = [idOf(chosen)];
    const seen = new Set(waiting);
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      for (const step of next(id)) {
        chain.add(step);
        if (!seen.has(step)) waiting.push(step);
        seen.add(step);
      }
    }
  };
  walk((id) => usable.filter(({ to }) => idOf(to) === id).map(({ from }) => idOf(from)));
  walk((id) => usable.filter(({ from }) => idOf(from) === id).map(({ to }) => idOf(to)));
  return chain;
}

export const isInChain = (chain: ReadonlySet<string>, end: Chosen): boolean => chain.has(idOf(end));
