/** The registers of the sample's population: believable, of one piece, nobody's. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { dirtShares, quote } from './dirt.ts';
import { citizenIds, firmCode, oldCitizenId } from './identity.ts';
import {
  deliveredBy,
  generateRegisters,
  type RegistersTruth,
  readRegistersTruth,
} from './index.ts';
import { contractOf } from './registers/contracts.ts';
import { type Form, forms, type Register, registerGroups, registers } from './registers/forms.ts';
import { packFolder } from './units.ts';

const now = new Date('2026-11-20T01:00:00Z');
let dir: string;
let truth: RegistersTruth;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'registers-'));
  await generateRegisters({ dir, now, scale: 0.3, people: 12_000 });
  truth = await readRegistersTruth(dir);
});
afterAll(() => rmSync(dir, { recursive: true }));

type Cells = Record<string, string>;

/**
 * Rows that were not spoiled, by item; fields with quotes in them are spoiled or rare, left out.
 */
function rowsOf(register: Register, at = dir): Cells[] {
  const form: Form = forms[register];
  const bytes = readFileSync(join(at, form.file));
  const names = { gbk: 'gbk', utf16: 'utf-16le' } as Record<string, string>;
  const text = new TextDecoder(names[form.format] ?? 'utf-8').decode(bytes);
  const items = [...contractOf(register).headers.keys()];
  const lines = text.split(form.newline ?? '\r\n').slice((form.preamble?.length ?? 0) + 1, -1);
  const told = truth.deliveries.find((one) => one.dataset === register);
  expect(lines.length, register).toBe(told?.rows);
  const dirty = new Set(told?.dirty.map((one) => one.row));
  return lines.flatMap((line, row) => {
    if (dirty.has(row + 1) || line.includes('"')) return [];
    const cells = line.split(form.delimiter ?? ',');
    return [Object.fromEntries(items.map((item, place) => [item, cells[place] ?? '']))];
  });
}

const share = <T>(all: readonly T[], fits: (one: T) => boolean): number =>
  (all.filter(fits).length / all.length) * 100;

const kinds = Object.keys(dirtShares).length + 1;
const allShares = Object.values(dirtShares).reduce((sum, one) => sum + one, 0);

test('thirty-three registers, each with what makes its rows come back', () => {
  expect(registers.length).toBe(33);
  const grouped = registerGroups.flatMap((group) => group.registers);
  expect(grouped.toSorted()).toEqual(registers.toSorted());
  for (const { dataset, dirty, rows } of truth.deliveries) {
    expect(rows, dataset).toBeGreaterThan(40);
    expect(dirty.length, dataset).toBeGreaterThan(1);
    // One of each kind, and the declared shares of the rest.
    expect(dirty.length, dataset).toBeLessThan(kinds + rows * allShares * 1.3);
  }
});

test('whoever delivers a file is an officer of the department that owns it', () => {
  const officers = z.object({
    people: z.record(
      z.string(),
      z.object({ roles: z.array(z.object({ role: z.string(), unit: z.string() })) }),
    ),
  });
  const text = readFileSync(`${packFolder}people/demo.yaml`, 'utf8');
  const { people } = officers.parse(parse(text));
  for (const [dataset, account] of Object.entries(deliveredBy)) {
    const { owner } = contractOf(dataset);
    expect(people[account]?.roles, dataset).toContainEqual({ role: 'source_officer', unit: owner });
  }
});

test('ages and homes are near the census', () => {
  const alive = rowsOf('residents').filter(({ status }) => status === '正常');
  const born = [
    ...alive.map((row) => Number(row.born_on?.slice(0, 4))),
    ...rowsOf('residence_permits').map((row) => Number(row.born_on?.slice(0, 4))),
  ];
  const aged = (from: number, to: number): number =>
    share(born, (year) => 2026 - year >= from && 2026 - year < to);
  // Zhejiang, census of 2020: 13.45, 67.86 and 18.70 %.
  expect(Math.abs(aged(0, 15) - 13.45)).toBeLessThan(2.5);
  expect(Math.abs(aged(15, 60) - 67.86)).toBeLessThan(3.5);
  expect(Math.abs(aged(60, 120) - 18.7)).toBeLessThan(2.5);
  const sizes = rowsOf('households').map((row) => Number(row.members));
  // The country, census of 2020: homes of one to four people.
  for (const [size, expected] of [25.4, 29.7, 21, 13.2].entries()) {
    expect(Math.abs(share(sizes, (one) => one === size + 1) - expected)).toBeLessThan(2.5);
  }
  expect(Math.abs(truth.people - 12_000)).toBeLessThan(1200);
});

test('one population: what a register says of a person, the others do not deny', () => {
  const residents = new Map(rowsOf('residents').map((row) => [row.person_id ?? '', row]));
  const outsiders = new Map(rowsOf('residence_permits').map((row) => [row.person_id ?? '', row]));
  expect([...outsiders.keys()].filter((id) => residents.has(id))).toEqual([]);
  const spoiled = truth.deliveries
    .filter(({ dataset }) => dataset === 'residents' || dataset === 'residence_permits')
    .reduce((sum, { dirty }) => sum + dirty.length, 0);
  const known = (id: string | undefined): boolean =>
    residents.has(id ?? '') || outsiders.has(id ?? '');
  for (const register of ['elder_allowance', 'social_insurance', 'vehicles', 'students'] as const) {
    const strangers = rowsOf(register).filter((row) => !known(row.person_id ?? row.owner_id));
    expect(strangers.length, register).toBeLessThanOrEqual(spoiled);
  }
  const disagreeing = readFileSync(join(dir, 'disagreements.ndjson'), 'utf8').trim().split('\n');
  const told = new Set(disagreeing.map((line) => JSON.parse(line).key as string));
  const named = rowsOf('social_insurance').filter(({ person_id: id, name, insured_no: key }) => {
    const person = residents.get(id ?? '');
    return person !== undefined && person.name !== name && !told.has(key ?? '');
  });
  expect(named).toEqual([]);
  const counted = Object.values(truth.disagreements).reduce((sum, one) => sum + one, 0);
  expect(disagreeing.length).toBe(counted);
  for (const kind of ['misspelt', 'moved', 'old_id', 'dead_unreported'] as const) {
    expect(truth.disagreements[kind], kind).toBeGreaterThan(0);
  }
});

test('the planted stories stand in the files and can be found by joining them', () => {
  const deaths = new Map(rowsOf('deaths').map((row) => [row.person_id ?? '', row.died_on ?? '']));
  const elders = new Map(rowsOf('elder_allowance').map((row) => [row.grant_no ?? '', row]));
  const firms = new Map(rowsOf('firms').map((row) => [row.uscc ?? '', row]));
  const licences = new Map(rowsOf('food_licences').map((row) => [row.licence_no ?? '', row]));
  const stories = Map.groupBy(truth.planted, ({ story }) => story);
  expect(stories.get('dead_drawing_aid')?.length).toBeGreaterThan(2);
  expect(stories.get('double_allowance')?.length).toBeGreaterThan(0);
  for (const one of truth.planted) {
    if (one.story === 'dead_drawing_aid' && one.register === 'elder_allowance') {
      const row = elders.get(one.key);
      expect(row?.person_id).toBe(one.person_id);
      const died = deaths.get(one.person_id);
      // The certificate itself may be one of the spoiled rows.
      if (died) expect(died.replaceAll('/', '-')).toBe(one.died_on);
      expect((row?.paid_until ?? '').replaceAll('/', '-') > one.died_on).toBe(true);
    }
    if (one.story === 'double_allowance') {
      expect(elders.get(one.key)?.person_id).toBe(one.person_id);
    }
    if (one.story === 'wrong_credit_code') {
      expect(licences.get(one.key)?.uscc).toBe(one.uscc);
      const real = firms.get(one.real);
      if (real) expect(licences.get(one.key)?.firm_name).toBe(real.firm_name);
    }
  }
});

test('nobody bears the numbers', () => {
  const ids = citizenIds();
  const given = Array.from({ length: 1200 }, (_, at) => ids('330109', '2000-02-29', at % 2 === 0));
  expect(new Set(given).size).toBe(1200);
  for (const id of given) expect(Number(id.slice(6, 10))).toSatisfy((y) => y >= 1880 && y < 1900);
  expect(given.every((id, at) => Number(id[16]) % 2 === (at + 1) % 2)).toBe(true);
  expect(oldCitizenId('330109188506120037')).toBe('330109850612003');
  expect(firmCode('company', 1)).toMatch(/^91330109XX000001[0-9X][0-9A-Z]$/);
  for (const { person_id: id } of rowsOf('residence_permits')) expect(id).toMatch(/^\d\d0000/);
  for (const { plate } of rowsOf('vehicles')) expect(plate).toMatch(/^浙AO/);
});

test('the same seed and day give the same files', async () => {
  const twin = await mkdtemp(join(tmpdir(), 'registers-'));
  await generateRegisters({ dir: twin, now, scale: 0.3, people: 12_000 });
  const digest = (path: string): string =>
    createHash('sha256').update(readFileSync(path)).digest('hex');
  for (const { file } of truth.deliveries.filter((one) => !one.file.endsWith('xlsx'))) {
    expect(digest(join(twin, file)), file).toBe(digest(join(dir, file)));
  }
  rmSync(twin, { recursive: true });
});

test('a cell with the delimiter of its file is quoted', () => {
  expect([quote('a,b'), quote('a,b', ';'), quote('a;b', ';'), quote('a"b', '|')]).toEqual([
    '"a,b"',
    'a,b',
    '"a;b"',
    '"a""b"',
  ]);
});
