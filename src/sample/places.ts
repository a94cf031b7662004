/**
 * Roads, doors and compounds of every village, laid inside the drawn boundaries: the sample's
 * addresses.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { nearest } from './partition.ts';
import type { Random } from './random.ts';
import { type Point, within } from './terrain.ts';
import { packFolder, type SampleUnit, storyVillage, unitTable } from './units.ts';

export interface Place {
  code: string;
  fullName: string;
  town: string;
  village: string;
  grid: string;
  road: string;
  number: number | null;
  compound: string;
  building: string;
  at: Point;
  /** Along the road, one metre in degrees. */
  along: Point;
}

interface Ground {
  unit: SampleUnit;
  town: SampleUnit;
  ring: Point[];
  middle: Point;
  grids: Point[];
}

/** One metre in degrees at 30.17 N. */
const metre: Point = [1.0388e-5, 8.983e-6];

export const moved = ([x, y]: Point, along: Point, metres: number, across = 0): Point => [
  x + along[0] * metres - (along[1] / metre[1]) * metre[0] * across,
  y + along[1] * metres + (along[0] / metre[0]) * metre[1] * across,
];

/** Metres between two places. */
export const metresBetween = (a: Point, b: Point): number =>
  Math.hypot((a[0] - b[0]) / metre[0], (a[1] - b[1]) / metre[1]);

const point = z.tuple([z.number(), z.number()]);
const drawn = z.object({
  features: z.array(
    z.object({
      properties: z.object({ code: z.string(), label: point, grids: z.array(point) }),
      geometry: z.object({ coordinates: z.array(z.array(point)) }),
    }),
  ),
});

function grounds(): Ground[] {
  const text = readFileSync(`${packFolder}boundaries/villages.geojson`, 'utf8');
  const units = new Map(unitTable('divisions').map((unit) => [unit.code, unit]));
  return drawn.parse(JSON.parse(text)).features.flatMap(({ properties, geometry }) => {
    const unit = units.get(properties.code);
    const town = unit && units.get(unit.parent);
    const [ring] = geometry.coordinates;
    if (!unit || !town || !ring) return [];
    return [{ unit, town, ring, middle: properties.label, grids: properties.grids }];
  });
}

const stem = (name: string): string => name.replace(/(社区|村)$/, '');
const townRoads = '人民 育才 通惠 建设 振兴 文化 永兴 金惠 晨晖 学士 工人 兴盛 南秀 北塘'.split(
  ' ',
);
const homes = ['新苑', '花园', '家园', '公寓', '嘉园', '小区'];

interface Road {
  name: string;
  start: Point;
  along: Point;
  /** Metres between two door numbers. */
  step: number;
  first: number;
  last: number;
}

/** Where the story plays: 霞江路 128 号 lies in the middle of the village's third grid. */
export const storyDoor = { road: '霞江路', number: 128 };

function roadsOf(random: Random, ground: Ground, doors: number): Road[] {
  const base = stem(ground.unit.name);
  const names =
    ground.unit.code === storyVillage
      ? ['霞江路', '紫霞路', '霞江北路']
      : [
          `${base}路`,
          `${base}${random.pick(['东', '西', '南', '北'])}路`,
          `${random.pick(townRoads)}路`,
        ];
  const turn = random.next() * Math.PI;
  return names.map((name, at) => {
    const angle = turn + at * (Math.PI / 2) + random.normal(0, 0.15);
    const along: Point = [metre[0] * Math.cos(angle), metre[1] * Math.sin(angle)];
    const count = Math.max(2, Math.round(doors * (at === 0 ? 0.5 : 0.3)));
    const start = random.pick(ground.grids);
    const last = Math.min(count * 2, 398);
    return { name, along, start, step: 7, first: 1, last };
  });
}

/** The story's road keeps its numbers where the story needs them. */
function storyRoad(ground: Ground, road: Road): Road {
  if (ground.unit.code !== storyVillage || road.name === '霞江北路') return road;
  const [third] = ground.grids.slice(2);
  const step = 5;
  if (third === undefined) return road;
  if (road.name === '紫霞路') return { ...road, start: moved(third, road.along, -150), last: 60 };
  const start = moved(third, road.along, -(storyDoor.number - 60) * step);
  return { ...road, start, step, first: 60, last: 160 };
}

function placesOn(random: Random, ground: Ground, road: Road): Omit<Place, 'code' | 'fullName'>[] {
  const places: Omit<Place, 'code' | 'fullName'>[] = [];
  for (let number = road.first; number <= road.last; number += 1) {
    const told = road.name === storyDoor.road && [96, 128, 131].includes(number);
    if (!told && random.chance(0.18)) continue;
    const side = number % 2 === 0 ? 12 : -12;
    const away = (number - road.first) * road.step;
    const at = moved(road.start, road.along, away, side);
    if (!within(ground.ring, at)) continue;
    places.push({
      ...unitsAt(ground, at),
      road: road.name,
      number,
      compound: '',
      building: '',
      at,
      along: road.along,
    });
  }
  return places;
}

function compoundOf(
  random: Random,
  ground: Ground,
  scale: number,
): Omit<Place, 'code' | 'fullName'>[] {
  if (!random.chance(Math.min(1, scale))) return [];
  if (!ground.unit.name.endsWith('社区') && !random.chance(0.35)) return [];
  const compound = `${stem(ground.unit.name)}${random.pick(homes)}`;
  const centre = random.pick(ground.grids);
  const count = random.whole(6, 22);
  return Array.from({ length: count }, (_, at) => {
    const place = moved(centre, metre, (at % 5) * 32 - 64, Math.floor(at / 5) * 32 - 48);
    const inside = within(ground.ring, place) ? place : centre;
    return {
      ...unitsAt(ground, inside),
      road: '',
      number: null,
      compound,
      building: `${at + 1}幢`,
      at: inside,
      along: metre,
    };
  });
}

const unitsAt = (ground: Ground, at: Point) => ({
  town: ground.town.code,
  village: ground.unit.code,
  grid: `${ground.unit.code}${String(nearest(ground.grids, at) + 1).padStart(3, '0')}`,
});

/** Every address, about `scale` times 40,000, in the order of the villages. */
export function placesFor(random: Random, scale: number): Place[] {
  return grounds().flatMap((ground) => {
    const own = random.fork(ground.unit.code);
    const roads = roadsOf(own, ground, Math.round(40 * scale));
    const places = [
      ...roads.flatMap((road) => placesOn(own, ground, storyRoad(ground, road))),
      ...compoundOf(own, ground, scale),
    ];
    return places.map((place, at) => {
      const door = place.number === null ? `${place.compound}${place.building}` : '';
      const street = place.number === null ? door : `${place.road}${place.number}号`;
      const before = `萧山区${ground.town.name}${ground.unit.name}`;
      const code = `${place.village}${String(at + 1).padStart(7, '0')}`;
      return { ...place, code, fullName: `${before}${street}` };
    });
  });
}

/** How people name a place: 霞江路128号, 霞江新苑3幢. */
export const spoken = (place: Place): string =>
  place.number === null ? `${place.compound}${place.building}` : `${place.road}${place.number}号`;
