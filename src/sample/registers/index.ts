/**
 * Registers of one invented population, written village by village: however many people there are,
 * memory holds one village and the firms around it.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type DirtyRow, spoiler } from '../dirt.ts';
import { openDelivery } from '../files.ts';
import { citizenIds } from '../identity.ts';
import type { Place } from '../places.ts';
import { type Random, randomOf } from '../random.ts';
import type { Row } from '../reports.ts';
import { localDate } from '../rhythm.ts';
import { type SampleUnit, unitTable } from '../units.ts';
import { aidRows } from './aid.ts';
import { nameCitizen } from './citizen.ts';
import { cityRows } from './city.ts';
import { civilRows } from './civil.ts';
import { contractOf } from './contracts.ts';
import { dayNumber } from './days.ts';
import { economyRows } from './economy.ts';
import { educationRows, schoolsOf } from './education.ts';
import { type Firm, firmsOf } from './firms.ts';
import { type Form, forms, type Register, registers } from './forms.ts';
import { healthRows } from './health.ts';
import { homesOf } from './people.ts';
import { propertyRows } from './property.ts';
import { type Disagreement, disagreements, type Planted, type RegistersTruth } from './truth.ts';
import type { School, Sink, Village } from './village.ts';

export { citizen } from './citizen.ts';
export { type Register, registerGroups, registers } from './forms.ts';
export { type RegistersTruth, registersTruth } from './truth.ts';

export interface RegistersInput {
  dir: string;
  seed: string;
  people: number;
  places: readonly Place[];
  /** Milliseconds since 1970. */
  now: number;
}

export interface WrittenRegister {
  dataset: Register;
  file: string;
  rows: number;
  dirty: DirtyRow[];
}

export interface WrittenRegisters {
  deliveries: WrittenRegister[];
  truth: Omit<RegistersTruth, 'seed' | 'now' | 'deliveries'>;
}

/** File beside the truth: one line of JSON for each disagreement. */
export const disagreementsFile = 'disagreements.ndjson';

interface OpenRegister {
  put(row: Row, clean: boolean): void;
  close(): Promise<WrittenRegister>;
}

/** Dates as the department writes them. */
const dateStyles = {
  slash: (date: string) => date.replaceAll('-', '/'),
  digits: (date: string) => date.replaceAll('-', ''),
};

function openRegister(dir: string, seed: string, dataset: Register): OpenRegister {
  const form: Form = forms[dataset];
  const contract = contractOf(dataset);
  const file = openDelivery(join(dir, form.file), form, [...contract.headers.values()]);
  const delimited = form.format !== 'xlsx';
  const { delimiter } = form;
  const plan = { ...contract.dirt, delimited, ...(delimiter ? { delimiter } : {}) };
  const dirty: DirtyRow[] = [];
  const spoil = spoiler(randomOf(`${seed}/dirt/${dataset}`), plan, dirty);
  const style = form.dates === undefined ? undefined : dateStyles[form.dates];
  const styled = (row: Row): Row => {
    if (style === undefined) return row;
    const changed = [...contract.dates].map((item) => [item, style(row[item] ?? '')]);
    return { ...row, ...Object.fromEntries(changed) };
  };
  let rows = 0;
  return {
    put: (row, clean) => {
      for (const record of spoil(styled(row), clean)) {
        file.write(record);
        rows += 1;
      }
    },
    close: async () => {
      await file.close();
      return { dataset, file: form.file, rows, dirty };
    },
  };
}

interface Open {
  sink: Sink;
  close(): Promise<Pick<WrittenRegisters, 'deliveries'> & Tally>;
}

interface Tally {
  planted: Planted[];
  disagreements: Record<Disagreement['kind'], number>;
}

function openSink({ dir, seed }: RegistersInput): Open {
  const open = new Map(registers.map((name) => [name, openRegister(dir, seed, name)]));
  const notes = createWriteStream(join(dir, disagreementsFile));
  const numbers = new Map<string, number>();
  const tally: Tally = {
    planted: [],
    disagreements: Object.fromEntries(
      disagreements.map((kind) => [kind, 0]),
    ) as Tally['disagreements'],
  };
  return {
    sink: {
      put: (register, row, planted = false) => open.get(register)?.put(row, planted),
      disagree: (one) => {
        tally.disagreements[one.kind] += 1;
        notes.write(`${JSON.stringify(one)}\n`);
      },
      plant: (one) => tally.planted.push(one),
      next: (kind) => {
        const number = (numbers.get(kind) ?? 0) + 1;
        numbers.set(kind, number);
        return number;
      },
    },
    close: async () => {
      notes.end();
      await once(notes, 'finish');
      const deliveries: WrittenRegister[] = [];
      for (const register of open.values()) deliveries.push(await register.close());
      return { deliveries, ...tally };
    },
  };
}

/** Large firms draw people from further away than their own village. */
const neighbourhood = 240;

/** Employers, each as often as it has people, up to a number that keeps the list short. */
function employersOf(before: readonly Firm[], own: readonly Firm[]): Firm[] {
  const working = [...before, ...own].filter(({ status }) => status === '存续');
  return working.flatMap((firm) => Array<Firm>(Math.min(firm.employees, 60)).fill(firm));
}

/**
 * Writes every register into `dir`, in the order of the villages. The same seed, number of people
 * and day give the same rows.
 */
export async function writeRegisters(input: RegistersInput): Promise<WrittenRegisters> {
  const { sink, close } = openSink(input);
  const today = dayNumber(localDate(input.now));
  const ids = citizenIds();
  const units = new Map(unitTable('divisions').map((unit) => [unit.code, unit]));
  const count = { people: 0, homes: 0, firms: 0, dead: 0 };
  let nearby: Firm[] = [];
  let last: { code: string; town: string; schools: School[] } | undefined;
  for (const [code, places] of Map.groupBy(input.places, (place) => place.village)) {
    const unit = units.get(code);
    const town = unit && units.get(unit.parent);
    if (!unit || !town) continue;
    const random = randomOf(`${input.seed}/village/${code}`);
    const wanted = Math.round((input.people * places.length) / input.places.length);
    const world = { random, ids, today, places, town: town.code };
    const homes = homesOf(world, wanted, count.homes + 1);
    nameCitizen(code, homes);
    const people = homes.flatMap((home) => home.living);
    const firms = ownFirms({ random, today, town, places }, people, count.firms);
    const employers = employersOf(nearby, firms);
    const dead = homes.flatMap((home) => home.dead);
    const firstOfTown = last?.town !== town.code;
    const place = { unit, town, firstOfTown, formerVillage: last?.code, random, today, places };
    const known = { ...place, homes, people, dead, firms, employers, ownSchools: [] };
    const ownSchools = schoolsOf(known, sink);
    const schools: School[] = [...(firstOfTown ? [] : (last?.schools ?? [])), ...ownSchools];
    rowsOf({ ...known, ownSchools, schools }, sink);
    last = { code, town: town.code, schools };
    nearby = [...nearby, ...firms].slice(-neighbourhood);
    count.people += people.length;
    count.homes += homes.length;
    count.firms += firms.length;
    count.dead += dead.length;
    await setImmediate();
  }
  const { deliveries, ...tally } = await close();
  return { deliveries, truth: { ...count, ...tally } };
}

function ownFirms(
  world: { random: Random; today: number; town: SampleUnit; places: readonly Place[] },
  people: Village['people'],
  before: number,
): Firm[] {
  let serial = before;
  const adults = people.filter(({ age }) => age >= 22 && age < 75);
  const next = (): number => {
    serial += 1;
    return serial;
  };
  return firmsOf({ ...world, serial: next }, adults, people.length);
}

function rowsOf(village: Village, sink: Sink): void {
  civilRows(village, sink);
  aidRows(village, sink);
  economyRows(village, sink);
  healthRows(village, sink);
  propertyRows(village, sink);
  educationRows(village, sink);
  cityRows(village, sink);
}
