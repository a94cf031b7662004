/** What the registers of a village are written from. */
import type { Random } from '../random.ts';
import type { Row } from '../reports.ts';
import type { SampleUnit } from '../units.ts';
import type { Firm } from './firms.ts';
import type { Register } from './forms.ts';
import type { Home, Person } from './people.ts';
import type { Disagreement, Planted } from './truth.ts';

export interface Village {
  unit: SampleUnit;
  town: SampleUnit;
  random: Random;
  /** Day number. */
  today: number;
  homes: readonly Home[];
  /** Everybody alive, in the order of the homes. */
  people: readonly Person[];
  /** Everybody who died in the last three years. */
  dead: readonly Person[];
  firms: readonly Firm[];
  /** Firms people of the village may work for: those of the neighbourhood, large ones more often. */
  employers: readonly Firm[];
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
