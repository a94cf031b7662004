/** What the registers of a village are written from. */
import { mobileNumber, personName } from '../identity.ts';
import { moved, type Place } from '../places.ts';
import type { Random } from '../random.ts';
import type { Row } from '../reports.ts';
import type { SampleUnit } from '../units.ts';
import type { Firm } from './firms.ts';
import type { Register } from './forms.ts';
import type { Home, Person } from './people.ts';
import type { Disagreement, Planted } from './truth.ts';

export interface School {
  code: string;
  kind: '幼儿园' | '小学' | '初中' | '高中';
  name: string;
}

export interface Village {
  unit: SampleUnit;
  town: SampleUnit;
  firstOfTown: boolean;
  /** Where people who moved here lived before. */
  formerVillage: string | undefined;
  random: Random;
  /** Day number. */
  today: number;
  places: readonly Place[];
  homes: readonly Home[];
  /** Everybody alive, in the order of the homes. */
  people: readonly Person[];
  /** Everybody who died in the last three years. */
  dead: readonly Person[];
  firms: readonly Firm[];
  /** Firms people of the village may work for: those around, large ones more often. */
  employers: readonly Firm[];
  ownSchools: readonly School[];
  /** Schools of the town so far, the village's own among them. */
  schools: readonly School[];
}

export interface Sink {
  /** Writes a row; `planted` rows are never spoiled. */
  put(register: Register, row: Row, planted?: boolean): void;
  /** Notes that a register says something else about a person than is true. */
  disagree(one: Disagreement): void;
  plant(one: Planted): void;
  /** The next number of a kind in the district, from 1. */
  next(kind: string): number;
}

/** A number of nine digits: three of the town, six running. */
export const numberOf = (village: Village, sink: Sink, kind: string): string =>
  `${village.town.code.slice(6)}${String(sink.next(kind)).padStart(6, '0')}`;

/** Where something stands: a place of the village and a point a few steps from its door. */
export function facilityRow({ random, places, unit, town }: Pick<Village, FacilityParts>): Row {
  const place = random.pick(places);
  const [lon, lat] = moved(place.at, place.along, random.whole(-4, 4), random.whole(-6, 6));
  return {
    lon: lon.toFixed(6),
    lat: lat.toFixed(6),
    address: place.fullName,
    addr_code: place.code,
    town_code: town.code,
    village_code: unit.code,
    grid_code: place.grid,
  };
}
type FacilityParts = 'random' | 'places' | 'unit' | 'town';

/** A landline of an office, invented: it ends in 00. */
export const servicePhone = (random: Random): string =>
  `0571-82${String(random.whole(0, 9999)).padStart(4, '0')}00`;

/** Somebody who answers for a thing and is in no other register. */
export const keeperOf = (random: Random): { name: string; mobile: string } => ({
  name: personName(random),
  mobile: mobileNumber(random),
});
