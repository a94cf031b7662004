/** The layout of the lineage picture and the chain of an item, on a graph drawn by hand. */
import { expect, test } from 'vitest';
import {
  chainOf,
  columnsOf,
  type LineageEdge,
  type LineageNode,
  layout,
} from './lineage-layout.ts';

const node = (name: string, depth: number, items: string[]): LineageNode => ({
  id: `datasets/${name}`,
  kind: depth === 0 ? 'derived' : 'dataset',
  name,
  title: { zh: name, en: name },
  depth,
  items: items.map((item) => ({ name: item, title: null })),
});
const edge = (from: string, to: string, how: LineageEdge['how'] = 'copied'): LineageEdge => {
  const end = (text: string): LineageEdge['from'] => {
    const [dataset, item] = text.split('.');
    return { node: `datasets/${dataset}`, item: item ?? null };
  };
  return { from: end(from), to: end(to), how };
};

// a -> b -> d, a -> d: d stands behind b though it also reads a.
const nodes = [
  node('a', -1, ['x', 'y', 'z']),
  node('b', -1, ['x']),
  node('d', 0, ['p', 'q']),
  node('e', 1, ['r']),
];
const edges = [
  edge('a.x', 'b.x'),
  edge('b.x', 'd.p', 'computed'),
  edge('a.y', 'd.q'),
  edge('d.p', 'e.r', 'aggregated'),
  edge('a', 'b', null),
  edge('b', 'd', null),
];

test('a box stands behind all it is made from', () => {
  expect([...columnsOf(nodes, edges).values()]).toEqual([0, 1, 2, 3]);
  const circle = [edge('a.x', 'b.x'), edge('b.x', 'a.y')];
  expect(columnsOf(nodes.slice(0, 2), circle).size).toBe(2);
});

test('only items with lines are shown, of the dataset asked for all; lines end at their rows', () => {
  const { boxes, lines, width } = layout({ nodes, edges });
  expect(boxes.map(({ items, hidden }) => [items, hidden])).toEqual([
    [['r'], 0],
    [['p', 'q'], 0],
    [['x'], 0],
    [['x', 'y'], 1],
  ]);
  const [, , b, a] = boxes;
  const [first] = lines;
  expect(first?.from.x).toBe((a?.x ?? 0) + 208);
  expect(first?.to.x).toBe(b?.x);
  const rowOf = (y: number, box: typeof a): number => Math.floor((y - (box?.y ?? 0) - 46) / 24);
  expect(
    lines.map(({ from, edge: { from: end } }) => {
      const box = boxes.find((each) => each.node.id === end.node);
      return end.item === null ? null : box?.items[rowOf(from.y, box)];
    }),
  ).toEqual(['x', 'x', 'y', 'p', null, null]);
  expect(Math.max(...boxes.map((box) => box.x + 208))).toBeLessThanOrEqual(width);
  for (const one of boxes) {
    const others = boxes.filter((other) => other !== one && other.x === one.x);
    for (const other of others) {
      expect(other.y >= one.y + one.height || one.y >= other.y + other.height).toBe(true);
    }
  }
});

test('boxes stand in the order of the lines that leave them', () => {
  const three = [node('low', -1, ['k']), node('high', -1, ['k']), node('own', 0, ['p', 'q'])];
  const { boxes } = layout({
    nodes: three,
    edges: [edge('low.k', 'own.q'), edge('high.k', 'own.p')],
  });
  const at = new Map(boxes.map((box) => [box.node.name, box.y]));
  expect(at.get('high')).toBeLessThan(at.get('low') ?? 0);
});

test('the chain of an item is what it is made from and goes into, nothing beside', () => {
  expect([...chainOf(edges, { node: 'datasets/d', item: 'p' })].sort()).toEqual([
    'datasets/a x',
    'datasets/b x',
    'datasets/d p',
    'datasets/e r',
  ]);
  expect([...chainOf(edges, { node: 'datasets/a', item: 'y' })].sort()).toEqual([
    'datasets/a y',
    'datasets/d q',
  ]);
});

test('twenty resources fit: no two boxes overlap', () => {
  const many = Array.from({ length: 20 }, (_, at) =>
    node(`n${at}`, at === 19 ? 0 : -1, ['k', 'v']),
  );
  const links = many.slice(1).map((_, at) => edge(`n${Math.floor(at / 3)}.k`, `n${at + 1}.v`));
  const { boxes } = layout({ nodes: many, edges: links });
  for (const one of boxes) {
    for (const other of boxes) {
      const isApart = other.y >= one.y + one.height || one.y >= other.y + other.height;
      expect(one === other || one.x !== other.x || isApart).toBe(true);
    }
  }
});
