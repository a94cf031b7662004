/**
 * Draws the boundaries of the sample district (示意): `node src/sample/boundaries.ts` writes the
 * pack's GeoJSON and its table of grids. The same seed gives the same bytes.
 */
import { writeFileSync } from 'node:fs';
import { arcsOf, ringsOf } from './arcs.ts';
import { connected, nearest, sitesFor } from './partition.ts';
import { randomOf } from './random.ts';
import { type Ground, groundOf, type Point, toDegrees, townPlaces, warped } from './terrain.ts';
import {
  gridsOf,
  packFolder,
  type SampleUnit,
  storyTown,
  storyVillage,
  unitTable,
} from './units.ts';

/** Published: whoever runs it gets the same map. */
export const boundarySeed = 'guantong-boundaries-1';

/** Distance of the fine points, in units of about 100 m. */
const spacing = 1.7;

interface Feature {
  code: string;
  label: Point;
  rings: Point[][];
  grids?: Point[];
}

interface Drawn {
  towns: Feature[];
  villages: Feature[];
  /** Grids of the story's town only: the rest would weigh more than the whole map. */
  grids: Feature[];
}

const membersOf = (labels: readonly number[]): Map<number, number[]> =>
  Map.groupBy(labels.keys(), (at) => labels[at] ?? -1);

/**
 * Cuts each area in as many as it has children; gives the label of each point among all children.
 */
function cut(
  ground: Ground,
  areas: readonly number[],
  children: readonly SampleUnit[][],
  prefer: (child: SampleUnit) => boolean,
): { labels: number[]; sites: Point[]; units: SampleUnit[] } {
  const labels = areas.map(() => -1);
  const sites: Point[] = [];
  const units: SampleUnit[] = [];
  const members = membersOf(areas);
  for (const [area, below] of children.entries()) {
    const inside = members.get(area) ?? [];
    const points = inside.map((at) => warped(`cut/${area}`, 3.2, ground.points[at] ?? [0, 0]));
    const random = randomOf(`${boundarySeed}/${below[0]?.parent}`);
    const found = sitesFor(random, points, below.length);
    for (const [at, point] of points.entries()) {
      labels[inside[at] ?? 0] = sites.length + nearest(found, point);
    }
    units.push(...placed(below, found, prefer));
    sites.push(...found);
  }
  return { labels: connected(ground, labels), sites, units };
}

/** Children in the order of their sites; the preferred one takes the site nearest to the middle. */
function placed(
  below: readonly SampleUnit[],
  sites: readonly Point[],
  prefer: (child: SampleUnit) => boolean,
): SampleUnit[] {
  const wanted = below.find(prefer);
  if (wanted === undefined) return [...below];
  const mean = (axis: 0 | 1): number =>
    sites.reduce((sum, site) => sum + site[axis], 0) / sites.length;
  const others = below.filter((child) => child !== wanted);
  const middle = nearest(sites, [mean(0), mean(1)]);
  return [...others.slice(0, middle), wanted, ...others.slice(middle)];
}

/** Draws towns, villages and the story town's grids. */
export function drawBoundaries(divisions: readonly SampleUnit[]): Drawn {
  const ground = groundOf(randomOf(boundarySeed), spacing);
  const towns = divisions.filter((unit) => unit.level === 'town' && !unit.zone);
  const places = towns.map((town): Point => townPlaces[town.code] ?? [0, 0]);
  const townLabels = connected(
    ground,
    ground.points.map((point, at) =>
      ground.inside[at] ? nearest(places, warped('towns', 8, point)) : -1,
    ),
  );
  const below = towns.map((town) => divisions.filter((unit) => unit.parent === town.code));
  const villages = cut(ground, townLabels, below, (unit) => unit.code === storyVillage);
  const grids = cut(ground, villages.labels, villages.units.map(gridsOf), () => false);
  const townOf = villages.units.map((unit) => towns.findIndex((town) => town.code === unit.parent));
  const villageArcs = arcsOf(ground, villages.labels);
  const gridArcs = arcsOf(ground, grids.labels);
  return {
    towns: towns.map((town, at) => ({
      code: town.code,
      label: places[at] ?? [0, 0],
      rings: ringsOf(villageArcs, (label) => townOf[label] === at),
    })),
    villages: villages.units.map((unit, at) => ({
      code: unit.code,
      label: villages.sites[at] ?? [0, 0],
      rings: ringsOf(villageArcs, (label) => label === at),
      grids: grids.units.flatMap((grid, g) =>
        grid.parent === unit.code ? [grids.sites[g] ?? [0, 0]] : [],
      ),
    })),
    grids: grids.units.flatMap((grid, at) =>
      grid.code.startsWith(storyTown)
        ? [
            {
              code: grid.code,
              label: grids.sites[at] ?? [0, 0],
              rings: ringsOf(gridArcs, (label) => label === at),
            },
          ]
        : [],
    ),
  };
}

/** About 11 metres: finer would claim what a drawn map does not know. */
const round = (value: number): number => Math.round(value * 1e4) / 1e4;

const position = (point: Point): [number, number] => {
  const [lon, lat] = toDegrees(point);
  return [round(lon), round(lat)];
};

/** Two points that round to the same place would be a needle of no width. */
const ringDegrees = (ring: readonly Point[]): [number, number][] =>
  ring.map(position).filter((point, at, all) => at === 0 || String(point) !== String(all[at - 1]));

function featureOf({ code, label, rings, grids }: Feature): string {
  const properties = {
    code,
    label: position(label),
    generated: true,
    ...(grids === undefined ? {} : { grids: grids.map(position) }),
  };
  const [outer, ...others] = rings.map(ringDegrees).filter((ring) => ring.length > 3);
  const geometry =
    others.length === 0
      ? { type: 'Polygon', coordinates: outer ? [outer] : [] }
      : { type: 'MultiPolygon', coordinates: [outer, ...others].map((ring) => [ring]) };
  return JSON.stringify({ type: 'Feature', properties, geometry });
}

/** One feature a line, so that a change shows as what it is. */
const collectionOf = (note: string, features: readonly Feature[]): string =>
  `{"type":"FeatureCollection","note":${JSON.stringify(note)},"features":[\n${features
    .map(featureOf)
    .join(',\n')}\n]}\n`;

const note = `示意：由程序按种子 ${boundarySeed} 生成，不是实测边界 / generated, not surveyed`;

function writeGrids(divisions: readonly SampleUnit[]): void {
  const header = 'code,name,name_en,full_name,level,parent,zone,company,generated,source';
  const rows = divisions
    .filter((unit) => unit.level === 'village')
    .flatMap(gridsOf)
    .map(({ code, name, nameEn, parent }) =>
      [code, name, nameEn, '', 'grid', parent, '', '', 'yes', '示意：按村社生成'].join(','),
    );
  writeFileSync(`${packFolder}units/grids.csv`, `${[header, ...rows].join('\n')}\n`);
}

if (process.argv[1] === import.meta.filename) {
  const divisions = unitTable('divisions');
  writeGrids(divisions);
  const drawn = drawBoundaries(divisions);
  for (const level of ['towns', 'villages', 'grids'] as const) {
    writeFileSync(`${packFolder}boundaries/${level}.geojson`, collectionOf(note, drawn[level]));
  }
}
