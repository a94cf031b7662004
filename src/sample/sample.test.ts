import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arcsOf, ringsOf } from './arcs.ts';
import { boundarySeed } from './boundaries.ts';
import { dirtShares } from './dirt.ts';
import { citizenId, creditCode } from './identity.ts';
import {
  generateSample,
  mendedComponents,
  readTruth,
  type SampleTruth,
  storyComponent,
} from './index.ts';
import { metresBetween } from './places.ts';
import { randomOf } from './random.ts';
import { groundOf, type Point, within } from './terrain.ts';
import { gridsOf, packFolder, storyTown, storyVillage, unitTable } from './units.ts';

const now = new Date('2026-11-20T01:00:00Z');
let dir: string;
let twin: string;
let truth: SampleTruth;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sample-'));
  twin = await mkdtemp(join(tmpdir(), 'sample-'));
  await generateSample({ dir, now, scale: 0.5 });
  await generateSample({ dir: twin, now, scale: 0.5 });
  truth = await readTruth(dir);
});
afterAll(() => {
  rmSync(dir, { recursive: true });
  rmSync(twin, { recursive: true });
});

const fileOf = (dataset: string): string =>
  join(dir, truth.deliveries.find((one) => one.dataset === dataset)?.file ?? '');
const linesOf = (dataset: string, encoding = 'utf8'): string[] =>
  iconv
    .decode(readFileSync(fileOf(dataset)), encoding)
    .trimEnd()
    .split('\r\n')
    .slice(1);

test('the same seed gives the same bytes, another one others', async () => {
  for (const { file } of truth.deliveries.filter((one) => one.file.endsWith('.csv'))) {
    expect(readFileSync(join(dir, file)).equals(readFileSync(join(twin, file))), file).toBe(true);
  }
  expect(await readTruth(twin)).toEqual(truth);
  const other = await mkdtemp(join(tmpdir(), 'sample-'));
  await generateSample({ dir: other, now, scale: 0.01, seed: 'x' });
  expect((await readTruth(other)).wrongOwners).not.toEqual(truth.wrongOwners);
  rmSync(other, { recursive: true });
});

test('dirt stands where the truth says, in the declared proportion', () => {
  const lines = linesOf('components');
  const told = truth.deliveries.find((one) => one.dataset === 'components');
  expect(lines.length).toBe(told?.rows);
  const kinds = Map.groupBy(told?.dirty ?? [], (one) => one.kind);
  for (const [kind, share] of Object.entries(dirtShares)) {
    const found = [...kinds].find(([name]) => name === kind)?.[1].length ?? 0;
    expect(found / lines.length, kind).toBeCloseTo(share, 3);
    expect(found, kind).toBeGreaterThan(0);
  }
  for (const { row, kind, first } of told?.dirty ?? []) {
    const line = lines[row - 1] ?? '';
    if (kind === 'ragged') expect(line.split(',').length).not.toBe(16);
    if (kind === 'stray_quote') expect(line.split('"').length).toBe(2);
    if (kind === 'duplicate_key') expect(line).toBe(lines[(first ?? 0) - 1]);
    if (kind === 'missing') expect(line).toMatch(/,,/);
  }
  const clean = new Set((told?.dirty ?? []).map((one) => one.row));
  const widths = lines.flatMap((line, at) => (clean.has(at + 1) ? [] : [line.split(',').length]));
  expect(new Set(widths.map((width) => (width > 15 ? 'good' : width)))).toEqual(new Set(['good']));
});

test('departments write in their own encodings and forms', async () => {
  expect(linesOf('addresses', 'gbk')[0]).toMatch(/^330109\d{13},萧山区/);
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  expect(() => utf8.decode(readFileSync(fileOf('addresses')))).toThrow();
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(fileOf('work_orders_12345'));
  const sheet = book.worksheets[0];
  const told = truth.deliveries.find((one) => one.dataset === 'work_orders_12345');
  expect(sheet?.rowCount).toBe((told?.rows ?? 0) + 1);
  expect(sheet?.getRow(1).getCell(1).value).toBe('工单号');
});

test('the story: one cover under the wrong name, beside door 128, in the third grid', async () => {
  const line = linesOf('components').find((one) => one.startsWith(storyComponent));
  const [, name, sort, , grid, address, lon, lat, owner] = line?.split(',') ?? [];
  expect([name, sort, address, owner]).toEqual([
    '雨水井盖',
    '井盖',
    '霞江路128号对面',
    '330109-pswater',
  ]);
  expect([grid, truth.story.grid]).toEqual([`${storyVillage}003`, `${storyVillage}003`]);
  const door = linesOf('addresses', 'gbk').find((one) => one.includes('霞江村霞江路128号'));
  const [x, y] = (door ?? '').split(',').slice(-2).map(Number);
  const cover: Point = [Number(lon), Number(lat)];
  expect(metresBetween(cover, [x ?? 0, y ?? 0])).toBeLessThan(40);
  const others = linesOf('components')
    .map((one) => one.split(','))
    .filter((cells) => cells[0] !== storyComponent)
    .map((cells) => metresBetween(cover, [Number(cells[6]), Number(cells[7])]));
  expect(Math.min(...others.filter(Number.isFinite))).toBeGreaterThan(10);
  const { path, dataset } = await mendedComponents({ dir });
  const mended = readFileSync(path, 'utf8').split('\r\n');
  expect(dataset).toBe('components');
  expect(mended[1]).toContain(`${storyComponent},通信井盖`);
  expect(mended[1]).toContain('330109-telecom,通信管线公司');
});

test('each wrong owner is shown by what the truth says: who handled it, its keeper, or nothing', () => {
  /** Rows that were not spoiled. */
  const cells = (name: string): string[][] => {
    const told = truth.deliveries.find(({ dataset }) => dataset === name)?.dirty ?? [];
    const dirty = new Set(told.flatMap(({ row, first }) => [row, first]));
    return linesOf(name).flatMap((line, at) => (dirty.has(at + 1) ? [] : [line.split(',')]));
  };
  const handled = new Map(cells('city_event_history').map((row) => [row[11] ?? '', row[17] ?? '']));
  const wrong = new Set(truth.wrongOwners.map(({ comp_id }) => comp_id));
  /** Keeper -> owners of all else he keeps. */
  const crews = Map.groupBy(
    cells('components').filter(([id]) => !wrong.has(id ?? '')),
    (row) => row[13] ?? '',
  );
  const rows = new Map(cells('components').map((row) => [row[0] ?? '', row]));
  expect(truth.wrongOwners.length).toBeGreaterThan(20);
  const told = new Set(truth.covers.map((one) => one.comp_id));
  expect(told.has(storyComponent)).toBe(true);
  for (const { comp_id: id, registered, real, shown_by } of truth.wrongOwners) {
    expect(registered).not.toBe(real);
    expect(shown_by === 'nothing', id).toBe(told.has(id));
    // The event itself may be a row that was spoiled.
    expect([real, undefined], id).toContain(handled.get(id));
    if (shown_by !== 'handled') expect(handled.has(id), id).toBe(false);
    const owners = (crews.get(rows.get(id)?.[13] ?? '') ?? []).map((row) => row[8]);
    const kept = shown_by === 'nothing' ? registered : real;
    if (owners.length > 0) expect(new Set(owners), id).toEqual(new Set([kept]));
  }
  const shown = (by: string) => truth.wrongOwners.filter(({ shown_by }) => shown_by === by);
  expect(shown('keeper').length).toBeGreaterThan(0);
  const missed = shown('handled').filter(({ comp_id: id }) => !handled.has(id));
  expect(missed.length).toBeLessThan(shown('handled').length / 10);
});

test('identifiers have right check digits', () => {
  expect(creditCode(101)).toMatch(/^91330109MA2G0101[0-9X][0-9A-Z]$/);
  const random = randomOf('ids');
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
  for (let at = 0; at < 200; at += 1) {
    const id = citizenId(random);
    const sum = [...id].reduce((all, sign, i) => {
      return all + (weights[i] ?? 0) * (sign === 'X' ? 10 : Number(sign));
    }, 0);
    expect(sum % 11, id).toBe(1);
    expect(Number(id.slice(6, 10))).toBeLessThan(1900);
  }
});

test('the map: every town and village, edges shared exactly, the label inside', () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(`${packFolder}boundaries/${name}.geojson`, 'utf8')).features as {
      properties: { code: string; label: Point; generated: boolean; grids?: Point[] };
      geometry: { coordinates: Point[][] };
    }[];
  const divisions = unitTable('divisions');
  const zones = new Set(divisions.filter((unit) => unit.zone).map((unit) => unit.code));
  const villages = divisions.filter((unit) => unit.level === 'village' && !zones.has(unit.parent));
  const [towns, drawn] = [read('towns'), read('villages')];
  expect([towns.length, drawn.length]).toEqual([22, 576]);
  expect(drawn.map((one) => one.properties.code).toSorted()).toEqual(
    villages.map((unit) => unit.code).toSorted(),
  );
  const edges = new Map<string, number>();
  for (const { properties, geometry } of drawn) {
    const [ring = []] = geometry.coordinates;
    expect(within(ring, properties.label), properties.code).toBe(true);
    expect(properties.generated).toBe(true);
    const unit = divisions.find((one) => one.code === properties.code);
    expect(properties.grids?.length).toBe(unit && gridsOf(unit).length);
    for (const [at, point] of ring.slice(1).entries()) {
      const key = [String(ring[at]), String(point)].toSorted().join(' ');
      edges.set(key, (edges.get(key) ?? 0) + 1);
    }
  }
  const border = new Set(
    towns.flatMap(
      ({
        geometry: {
          coordinates: [ring = []],
        },
      }) =>
        ring.slice(1).map((point, at) => [String(ring[at]), String(point)].toSorted().join(' ')),
    ),
  );
  const alone = [...edges].filter(([, count]) => count === 1).map(([key]) => key);
  expect([...edges.values()].every((count) => count <= 2)).toBe(true);
  expect(alone.filter((key) => !border.has(key))).toEqual([]);
  expect(read('grids').every((one) => one.properties.code.startsWith(storyTown))).toBe(true);
});

test('arcs close to rings, and one area is the sum of its parts', () => {
  const ground = groundOf(randomOf(boundarySeed), 12);
  const labels = ground.points.map((point, at) =>
    ground.inside[at] ? (point[0] < 735 ? 0 : 1) : -1,
  );
  const arcs = arcsOf(ground, labels);
  for (const label of [0, 1]) {
    const [ring = []] = ringsOf(arcs, (one) => one === label);
    expect(String(ring[0])).toBe(String(ring.at(-1)));
    expect(ring.length).toBeGreaterThan(8);
  }
});
