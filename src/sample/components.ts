/** The register of components, as 区综合执法局 delivers it, and what is wrong in it. */
import { citizenId, creditCode, mobileNumber, personName } from './identity.ts';
import { metresBetween, moved, type Place, spoken, storyDoor } from './places.ts';
import type { Random } from './random.ts';
import { day, localDate } from './rhythm.ts';
import type { Point } from './terrain.ts';
import { type SampleUnit, storyVillage, unitTable } from './units.ts';

export interface Component {
  id: string;
  name: string;
  class: string;
  state: string;
  grid: string;
  address: string;
  at: Point;
  /** Owner as the register says. */
  owner: string;
  /** Owner in truth. */
  trueOwner: string;
  trueName: string;
  keeper: string;
  keeperTel: string;
  keeperId: string;
  pipeLine: string;
  surveyedOn: string;
  place: Place;
}

interface Sort {
  class: string;
  digits: string;
  share: number;
  names: readonly (readonly [name: string, owner: string, share: number])[];
}

/** Classes with two digits of 大类 and two of 小类, and rough shares; shares are invented. */
const sorts: readonly Sort[] = [
  {
    class: '井盖',
    digits: '0101',
    share: 46,
    names: [
      ['雨水井盖', '330109-pswater', 34],
      ['污水井盖', '330109-pswater', 26],
      ['通信井盖', '330109-telecom', 18],
      ['给水井盖', '330109-water', 10],
      ['电力井盖', '330109-power', 7],
      ['燃气井盖', '330109-gas', 5],
    ],
  },
  { class: '路灯', digits: '0102', share: 22, names: [['路灯', '330109-lighting', 1]] },
  { class: '消火栓', digits: '0103', share: 5, names: [['消火栓', '330109-water', 1]] },
  { class: '公交站亭', digits: '0201', share: 2, names: [['公交站亭', '330109-bus', 1]] },
  { class: '交通标志', digits: '0202', share: 10, names: [['交通标志牌', '330109-traffic', 1]] },
  { class: '垃圾箱', digits: '0301', share: 7, names: [['分类垃圾箱', '330109-sanitation', 1]] },
  { class: '行道树', digits: '0401', share: 8, names: [['行道树', '330109-greening', 1]] },
];

/** The cover of the story: the register says drainage, the inscription says telecom. */
export const storyComponent = '3301090101004177';
const storySerial = 4177;
const storyMonths = 22;

/** Components whose owner the register has wrong beside the story's, for `scale` 1. */
const wrongOwners = 60;

/**
 * To one in so many of them nothing happened yet: only the crew that keeps it tells whose it is.
 */
const quietOnes = 3;

/** What in the deliveries shows whose a component with a wrong owner is. */
export type OwnerEvidence = 'handled' | 'keeper' | 'nothing';

/**
 * Of all components with a wrong owner: who handled it, or the crew that keeps it; of the story's
 * covers nothing does, before it is played: the register names a keeper of the wrong owner too.
 */
export function ownerEvidence(all: readonly Component[]): Map<string, OwnerEvidence> {
  const covers = new Set(coversOfStory(all));
  const others = all.filter((one) => one.owner !== one.trueOwner && !covers.has(one));
  return new Map([
    ...[...covers].map((one): [string, OwnerEvidence] => [one.id, 'nothing']),
    ...others.map((one, at): [string, OwnerEvidence] => [
      one.id,
      at % quietOnes === quietOnes - 1 ? 'keeper' : 'handled',
    ]),
  ]);
}

const companies = (): Map<string, SampleUnit> =>
  new Map(unitTable('departments').map((unit) => [unit.code, unit]));

interface Making {
  random: Random;
  now: number;
  keepers: Map<string, [string, string, string][]>;
  serials: Map<string, number>;
}

/** The register: about `count` components beside roads. */
export function componentsFor(
  random: Random,
  places: readonly Place[],
  count: number,
  now: number,
): Component[] {
  const making: Making = { random, now, keepers: new Map(), serials: new Map() };
  const doors = places.filter((place) => place.number !== null);
  const story = doors.find(isStory);
  const reserved = story ? [story, ...replayDoors(doors, story)] : [];
  const all: Component[] = [];
  while (all.length < count) {
    const sort = random.weighted(sorts.map((one) => [one, one.share] as const));
    const serial = (making.serials.get(sort.digits) ?? 0) + 1;
    making.serials.set(sort.digits, serial);
    const told = sort.digits === '0101' && serial === storySerial;
    if (told && story) all.push(storyCover(making, sort, serial, story));
    else all.push(component(making, sort, serial, elsewhere(random, doors, reserved)));
  }
  if (story && !all.some((one) => one.id === storyComponent)) {
    all.push(storyCover(making, sorts[0] as Sort, storySerial, story));
  }
  for (const [at, place] of reserved.slice(story ? 1 : 0).entries()) {
    all.push(storyCover(making, sorts[0] as Sort, firstReplaySerial + at, place));
  }
  return withWrongOwners(random, all);
}

const isStory = (place: Place): boolean =>
  place.village === storyVillage &&
  place.road === storyDoor.road &&
  place.number === storyDoor.number;

/**
 * Metres around a cover of the story in which no other stands: a report there can mean only this
 * one.
 */
const alone = 45;
/** Serial numbers of the covers it can be replayed with, above what the register reaches. */
const firstReplaySerial = 900_001;

/**
 * Doors of the story's road, apart from one another, whose covers the story can be replayed with.
 */
function replayDoors(doors: readonly Place[], story: Place): Place[] {
  const chosen: Place[] = [story];
  for (const door of doors) {
    const onRoad = door.road === storyDoor.road && door.grid === story.grid;
    if (onRoad && chosen.every((one) => metresBetween(one.at, door.at) > alone)) chosen.push(door);
  }
  return chosen.slice(1);
}

function elsewhere(random: Random, doors: readonly Place[], reserved: readonly Place[]): Place {
  for (;;) {
    const place = random.pick(doors);
    if (reserved.every((one) => metresBetween(place.at, one.at) > alone)) return place;
  }
}

function keeperOf(making: Making, owner: string): [string, string, string] {
  const crew = making.keepers.get(owner) ?? [];
  if (crew.length === 0) {
    const { random } = making;
    for (let at = 0; at < 12; at += 1) {
      crew.push([personName(random), mobileNumber(random), citizenId(random)]);
    }
    making.keepers.set(owner, crew);
  }
  return making.random.pick(crew);
}

function component(making: Making, sort: Sort, serial: number, place: Place): Component {
  const { random } = making;
  const [name, owner] = random.weighted(sort.names.map((one) => [one, one[2]] as const));
  const opposite = random.chance(0.4);
  const [keeper, keeperTel, keeperId] = keeperOf(making, owner);
  const side = place.number !== null && place.number % 2 === 0 ? -1 : 1;
  const under = sort.class === '井盖';
  return {
    id: `330109${sort.digits}${String(serial).padStart(6, '0')}`,
    name,
    class: sort.class,
    state: random.weighted([
      ['完好', 955],
      ['破损', 30],
      ['丢失', 8],
      ['废弃', 7],
    ]),
    grid: place.grid,
    address: `${spoken(place)}${opposite ? '对面' : '门前'}`,
    at: moved(place.at, place.along, random.normal(0, 4), side * (opposite ? 18 : 6)),
    owner,
    trueOwner: owner,
    trueName: name,
    keeper,
    keeperTel,
    keeperId,
    pipeLine: under ? pipeOf(random) : '',
    surveyedOn: localDate(making.now - random.whole(20, 1100) * day),
    place,
  };
}

const pipeOf = (random: Random): string =>
  `${random.pick(['东西向', '南北向'])}，埋深 ${(0.8 + random.next() * 2.2).toFixed(1)} 米`;

function storyCover(making: Making, sort: Sort, serial: number, place: Place): Component {
  const base = component(making, sort, serial, place);
  const [keeper, keeperTel, keeperId] = keeperOf(making, '330109-pswater');
  return {
    ...base,
    name: '雨水井盖',
    state: '完好',
    address: `${spoken(place)}对面`,
    at: moved(place.at, place.along, 2, -18),
    owner: '330109-pswater',
    trueOwner: '330109-telecom',
    trueName: '通信井盖',
    keeper,
    keeperTel,
    keeperId,
    surveyedOn: localDate(making.now - Math.round(storyMonths * 30.44) * day),
  };
}

/** The story's cover first, then those of its road that it can be replayed with. */
export const coversOfStory = (all: readonly Component[]): Component[] => [
  ...all.filter((one) => one.id === storyComponent),
  ...all.filter((one) => one.id !== storyComponent && isReplay(one)),
];

const isReplay = (one: Component): boolean =>
  one.place.village === storyVillage &&
  one.trueOwner === '330109-telecom' &&
  one.owner !== one.trueOwner;

/**
 * Some covers stand in the register under a neighbour's name: the wrong owner, and the wrong kind
 * of cover.
 */
function withWrongOwners(random: Random, all: Component[]): Component[] {
  const covers = sorts[0]?.names ?? [];
  const candidates = all.filter(
    (one) => one.class === '井盖' && one.place.village !== storyVillage,
  );
  const wanted = Math.max(1, Math.round((wrongOwners * all.length) / 20_000));
  const picked = new Map<string, readonly [string, string, number]>();
  while (picked.size < Math.min(wanted, candidates.length)) {
    const one = random.pick(candidates);
    const others = covers.filter(([, owner]) => owner !== one.trueOwner);
    picked.set(one.id, random.pick(others));
  }
  return all.map((one) => {
    const wrong = picked.get(one.id);
    return wrong === undefined ? one : { ...one, name: wrong[0], owner: wrong[1] };
  });
}

/** Rows of the register by item. */
export function componentRows(all: readonly Component[]): Record<string, string>[] {
  const units = companies();
  const codes = [...units.values()].filter((unit) => unit.company).map((unit) => unit.code);
  return all.map((one) => ({
    comp_id: one.id,
    comp_name: one.name,
    comp_class: one.class,
    state: one.state,
    grid_code: one.grid,
    address: one.address,
    lon: one.at[0].toFixed(6),
    lat: one.at[1].toFixed(6),
    owner_code: one.owner,
    owner_name: units.get(one.owner)?.name ?? '',
    owner_uscc: creditCode(101 + codes.indexOf(one.owner)),
    keeper: one.keeper,
    keeper_tel: one.keeperTel,
    keeper_id: one.keeperId,
    pipe_line: one.pipeLine,
    surveyed_on: one.surveyedOn,
  }));
}

/** The same component with what the register should say, looked at today. */
export const mended = (one: Component, now: number): Component => ({
  ...one,
  name: one.trueName,
  owner: one.trueOwner,
  surveyedOn: localDate(now),
});
