/**
 * The ground the boundaries are drawn on: an outline with the district's rough shape, a place for
 * each town, and smooth noise that bends straight lines. Drawn by hand on a plane of about 100
 * metres a unit, y downwards.
 */
import { Delaunay } from 'd3-delaunay';
import { hashOf, type Random } from './random.ts';

export type Point = [x: number, y: number];

/** Roughly the district's silhouette; not surveyed, and labelled so wherever it is shown. */
const outline: readonly Point[] = [
  [437, 748],
  [447, 702],
  [480, 640],
  [508, 592],
  [520, 568],
  [525, 540],
  [532, 508],
  [546, 480],
  [562, 450],
  [598, 420],
  [612, 396],
  [628, 368],
  [662, 342],
  [715, 316],
  [770, 303],
  [802, 301],
  [842, 311],
  [886, 331],
  [940, 356],
  [1000, 371],
  [1044, 398],
  [1050, 440],
  [1040, 482],
  [992, 508],
  [938, 514],
  [884, 509],
  [830, 514],
  [782, 534],
  [760, 540],
  [764, 582],
  [760, 640],
  [735, 680],
  [697, 692],
  [655, 704],
  [590, 704],
  [556, 722],
  [530, 758],
  [510, 784],
  [480, 788],
  [455, 772],
];

/** Where each town lies to the others, by code. */
export const townPlaces: Record<string, Point> = {
  '330109001': [642, 452],
  '330109002': [672, 408],
  '330109003': [652, 505],
  '330109004': [735, 488],
  '330109005': [892, 385],
  '330109006': [832, 345],
  '330109012': [578, 468],
  '330109013': [712, 346],
  '330109014': [776, 412],
  '330109015': [640, 374],
  '330109100': [490, 742],
  '330109101': [512, 676],
  '330109102': [528, 612],
  '330109103': [635, 668],
  '330109104': [712, 628],
  '330109105': [616, 600],
  '330109106': [572, 536],
  '330109107': [700, 562],
  '330109108': [818, 484],
  '330109113': [892, 462],
  '330109115': [992, 474],
  '330109120': [985, 408],
};

const degreesPerUnit = { lon: 0.001, lat: 0.000866 };

/**
 * Plane to longitude and latitude: the story's town in the middle of the map, about 120.29 E 30.17
 * N.
 */
export const toDegrees = ([x, y]: Point): [lon: number, lat: number] => [
  120.29 + (x - 735) * degreesPerUnit.lon,
  30.17 - (y - 490) * degreesPerUnit.lat,
];

const smooth = (t: number): number => t * t * (3 - 2 * t);

/** Value noise from -1 to 1, smooth at the scale of `size`. */
function noise(name: string, size: number, [x, y]: Point): number {
  const [gx, gy] = [Math.floor(x / size), Math.floor(y / size)];
  const [fx, fy] = [smooth(x / size - gx), smooth(y / size - gy)];
  const at = (i: number, j: number): number => (hashOf(`${name}/${i}/${j}`) % 20001) / 10000 - 1;
  const top = at(gx, gy) * (1 - fx) + at(gx + 1, gy) * fx;
  const bottom = at(gx, gy + 1) * (1 - fx) + at(gx + 1, gy + 1) * fx;
  return top * (1 - fy) + bottom * fy;
}

/** A point moved by two waves of noise, so that straight borders become slightly wavy ones. */
export const warped = (name: string, strength: number, point: Point): Point => [
  point[0] + strength * (noise(`${name}/x`, 46, point) + 0.45 * noise(`${name}/x2`, 15, point)),
  point[1] + strength * (noise(`${name}/y`, 46, point) + 0.45 * noise(`${name}/y2`, 15, point)),
];

/** Whether a point lies within a closed ring (even-odd). */
export function within(ring: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
    const [ax, ay] = ring[at] ?? [0, 0];
    const [bx, by] = ring[before] ?? [0, 0];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

export interface Ground {
  points: Point[];
  delaunay: Delaunay<Point>;
  /** Whether each point lies in the district. */
  inside: boolean[];
}

/** Fine points all over the plane: a hexagonal grid, shaken a little. */
export function groundOf(random: Random, spacing: number): Ground {
  const points: Point[] = [];
  let shift = 0;
  for (let y = 280; y < 812; y += spacing * 0.866) {
    shift = spacing / 2 - shift;
    for (let x = 414 + shift; x < 1076; x += spacing) {
      const shake = () => (random.next() - 0.5) * spacing * 0.6;
      points.push([x + shake(), y + shake()]);
    }
  }
  const inside = points.map((point) => within(outline, warped('outline', 7, point)));
  return { points, delaunay: Delaunay.from(points), inside };
}
