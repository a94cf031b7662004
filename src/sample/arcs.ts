/**
 * Turns labelled points into polygons that share their edges exactly: each border between two
 * labels is one arc, smoothed and simplified once, and used by both sides.
 */
import type { Ground, Point } from './terrain.ts';

interface Arc {
  /** Labels on either side. */
  sides: [number, number];
  points: Point[];
}

type Edge = [from: number, to: number];

/** Every border of `labels`, cut where three labels meet. */
export function arcsOf(ground: Ground, labels: readonly number[]): Arc[] {
  const { triangles, halfedges } = ground.delaunay;
  const edgesAt = new Map<number, Edge[]>();
  const note = (from: number, to: number): void => {
    const list = edgesAt.get(from) ?? [];
    list.push([from, to]);
    edgesAt.set(from, list);
  };
  for (let edge = 0; edge < halfedges.length; edge += 1) {
    const twin = halfedges[edge] ?? -1;
    if (twin < 0) continue;
    const next = edge % 3 === 2 ? edge - 2 : edge + 1;
    if (labels[triangles[edge] ?? 0] === labels[triangles[next] ?? 0]) continue;
    note(Math.floor(edge / 3), Math.floor(twin / 3));
  }
  const walk = walker(ground, labels, edgesAt);
  const junctions = [...edgesAt].filter(([, edges]) => edges.length !== 2);
  const arcs = junctions.flatMap(([, edges]) => edges.map((edge) => walk(edge)));
  const loops = [...edgesAt.values()].flatMap(([edge]) => (edge ? [walk(edge)] : []));
  return [...arcs, ...loops].filter((arc) => arc !== undefined);
}

/** Follows a border from an edge to the next junction, each stretch once. */
function walker(ground: Ground, labels: readonly number[], edgesAt: Map<number, Edge[]>) {
  const walked = new Set<string>();
  const keyOf = ([a, b]: Edge): string => (a < b ? `${a}/${b}` : `${b}/${a}`);
  return (start: Edge): Arc | undefined => {
    if (walked.has(keyOf(start))) return undefined;
    const sides = sidesOf(ground, labels, start);
    const chain = [start[0]];
    let edge: Edge | undefined = start;
    while (edge !== undefined && !walked.has(keyOf(edge))) {
      walked.add(keyOf(edge));
      const [from, to]: Edge = edge;
      chain.push(to);
      const on: Edge[] = edgesAt.get(to) ?? [];
      edge = on.length === 2 ? on.find((one) => one[1] !== from) : undefined;
    }
    return { sides, points: finish(chain.map((triangle) => middle(ground, triangle))) };
  };
}

/** Centre of a triangle: steadier than its circumcentre. */
function middle(ground: Ground, triangle: number): Point {
  const corners = [0, 1, 2].map((at) => ground.delaunay.triangles[triangle * 3 + at] ?? 0);
  const points = corners.map((corner): Point => ground.points[corner] ?? [0, 0]);
  const sum = (axis: 0 | 1): number => points.reduce((total, point) => total + point[axis], 0) / 3;
  return [sum(0), sum(1)];
}

/** The two labels that the triangles of an edge have in common. */
function sidesOf(ground: Ground, labels: readonly number[], [a, b]: Edge): [number, number] {
  const of = (triangle: number): number[] =>
    [0, 1, 2].map((at) => ground.delaunay.triangles[triangle * 3 + at] ?? 0);
  const shared = of(a).filter((point) => of(b).includes(point));
  const [one = 0, other = 0] = shared.map((point) => labels[point] ?? -1);
  return [one, other];
}

/** Smooths the stairs of the fine points away and keeps what a map of the district can show. */
function finish(points: Point[]): Point[] {
  let line = points;
  for (let round = 0; round < 6; round += 1) {
    line = line.map((point, at) => {
      const [before, after] = [line[at - 1], line[at + 1]];
      if (before === undefined || after === undefined) return point;
      const mix = (axis: 0 | 1): number => (before[axis] + 2 * point[axis] + after[axis]) / 4;
      return [mix(0), mix(1)];
    });
  }
  return simplified(line, 0.42);
}

/** Douglas and Peucker: no kept line is farther than `tolerance` from the given one. */
function simplified(line: Point[], tolerance: number): Point[] {
  const [first, last] = [line[0], line.at(-1)];
  if (line.length < 3 || first === undefined || last === undefined) return line;
  let far = 0;
  let where = 0;
  for (let at = 1; at < line.length - 1; at += 1) {
    const off = offset(first, last, line[at] ?? first);
    if (off > far) [far, where] = [off, at];
  }
  if (far <= tolerance) return [first, last];
  const left = simplified(line.slice(0, where + 1), tolerance);
  return [...left.slice(0, -1), ...simplified(line.slice(where), tolerance)];
}

function offset([ax, ay]: Point, [bx, by]: Point, [px, py]: Point): number {
  const length = Math.hypot(bx - ax, by - ay);
  if (length === 0) return Math.hypot(px - ax, py - ay);
  return Math.abs((bx - ax) * (ay - py) - (ax - px) * (by - ay)) / length;
}

const keyOf = ([x, y]: Point): string => `${x},${y}`;

/** Closed rings of one label, or of several taken as one area, largest first. */
export function ringsOf(arcs: readonly Arc[], isInside: (label: number) => boolean): Point[][] {
  const border = arcs.filter(({ sides: [a, b] }) => isInside(a) !== isInside(b));
  const left = new Set(border);
  const byEnd = new Map<string, Arc[]>();
  for (const arc of border) {
    for (const end of [arc.points[0], arc.points.at(-1)]) {
      if (end) byEnd.set(keyOf(end), [...(byEnd.get(keyOf(end)) ?? []), arc]);
    }
  }
  const rings: Point[][] = [];
  for (const arc of border) {
    if (!left.delete(arc)) continue;
    const ring = [...arc.points];
    for (;;) {
      const end = ring.at(-1) ?? [0, 0];
      const next = byEnd.get(keyOf(end))?.find((one) => left.has(one));
      if (next === undefined) break;
      left.delete(next);
      const [start] = next.points;
      const onward = start && keyOf(start) === keyOf(end) ? next.points : next.points.toReversed();
      ring.push(...onward.slice(1));
    }
    rings.push(ring);
  }
  return rings.sort((a, b) => areaOf(b) - areaOf(a));
}

/** Area of a ring, without sign. */
export const areaOf = (ring: readonly Point[]): number =>
  Math.abs(
    ring.reduce((sum, [x, y], at) => {
      const [nx, ny] = ring[(at + 1) % ring.length] ?? [0, 0];
      return sum + x * ny - nx * y;
    }, 0),
  ) / 2;
