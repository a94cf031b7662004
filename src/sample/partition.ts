/**
 * Cuts the ground into towns, towns into villages, villages into grids: compact, connected, about
 * equal.
 */
import type { Random } from './random.ts';
import type { Ground, Point } from './terrain.ts';

const distance = ([ax, ay]: Point, [bx, by]: Point): number => (ax - bx) ** 2 + (ay - by) ** 2;

/** Index of the nearest of `sites`. */
export function nearest(sites: readonly Point[], point: Point): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [at, site] of sites.entries()) {
    const far = distance(site, point);
    if (far < least) [best, least] = [at, far];
  }
  return best;
}

/** `count` sites that share out `points` evenly (k-means, Lloyd's iteration). */
export function sitesFor(random: Random, points: readonly Point[], count: number): Point[] {
  let sites = Array.from({ length: count }, () => random.pick(points));
  for (let round = 0; round < 14; round += 1) {
    const sums = sites.map(() => [0, 0, 0] as [number, number, number]);
    for (const point of points) {
      const sum = sums[nearest(sites, point)];
      if (sum) [sum[0], sum[1], sum[2]] = [sum[0] + point[0], sum[1] + point[1], sum[2] + 1];
    }
    sites = sums.map(
      ([x, y, n], at) => (n === 0 ? random.pick(points) : [x / n, y / n]) ?? sites[at],
    );
  }
  return sites;
}

/**
 * Gives every stray piece of a label to the label around it, so that each label is one piece.
 * Labels below 0 are outside and may lie in many pieces.
 */
export function connected(ground: Ground, labels: readonly number[]): number[] {
  const pieceOf = new Int32Array(labels.length).fill(-1);
  const pieces: number[][] = [];
  for (const start of labels.keys()) {
    if (pieceOf[start] !== -1) continue;
    pieces.push(flood(ground, labels, start, pieceOf, pieces.length));
  }
  const largest = new Map<number, number[]>();
  for (const piece of pieces) {
    const label = labels[piece[0] ?? 0] ?? -1;
    if (piece.length > (largest.get(label)?.length ?? 0)) largest.set(label, piece);
  }
  const result = [...labels];
  for (const piece of pieces) {
    const label = labels[piece[0] ?? 0] ?? -1;
    if (label < 0 || largest.get(label) === piece) continue;
    const around = surrounding(ground, labels, piece);
    for (const at of piece) result[at] = around;
  }
  return result;
}

function flood(
  ground: Ground,
  labels: readonly number[],
  start: number,
  pieceOf: Int32Array,
  piece: number,
): number[] {
  const members = [start];
  pieceOf[start] = piece;
  for (let at = 0; at < members.length; at += 1) {
    for (const next of ground.delaunay.neighbors(members[at] ?? 0)) {
      if (pieceOf[next] !== -1 || labels[next] !== labels[start]) continue;
      pieceOf[next] = piece;
      members.push(next);
    }
  }
  return members;
}

/** The commonest label next to a piece. */
function surrounding(ground: Ground, labels: readonly number[], piece: readonly number[]): number {
  const own = labels[piece[0] ?? 0];
  const counts = new Map<number, number>();
  for (const at of piece) {
    for (const next of ground.delaunay.neighbors(at)) {
      const label = labels[next] ?? -1;
      if (label !== own) counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? -1;
}
