/**
 * Row to phone: 10,000 changed rows are delivered into a large dataset over HTTP by its department;
 * one of them breaks a rule. Measured from the first byte of the delivery until the indicator has
 * moved and the case is a task in the inbox of the person who has to act. Real server, real loops,
 * durability on.
 */
import { cp, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { capabilities, type Running, startServer } from '#app';
import { deliver } from '#ingest';
import { loadSettings } from '#kernel/config';
import { applyPacks, declaredBy } from '#kernel/packs';
import { demoPassword, fetched, type People, people } from '#sample';
import type { Row } from './row.ts';

const size = Number(process.env.BENCH_ROWS ?? 1_000_000);
const changed = 10_000;
const rounds = Number(process.env.BENCH_ROUNDS ?? 20);
const grid = '330109004223003';
const owner = '330109-zhzf';
const officer = 'sun';

const district = join(import.meta.dirname, '../packs/district');

const files: Record<string, string> = {
  'datasets/meters.yaml': `title: {zh: 水位读数, en: Readings}
description: {zh: 测速, en: Bench}
owner: ${owner}
theme: 测速
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: unconditional}
cycle: realtime
mode: merge
key: [meter]
unit_item: grid_code
items:
  meter: {title: {zh: 编号, en: Meter}, type: text, grade: L1, required: true, example: "1"}
  grid_code: {title: {zh: 网格, en: Grid}, type: text, grade: L1, required: true, example: "${grid}"}
  reading: {title: {zh: 读数, en: Reading}, type: integer, grade: L1, required: true, example: "5"}
  read_at: {title: {zh: 时刻, en: Read at}, type: timestamp, grade: L1, required: true, example: "2026-11-20 08:00:00"}
`,
  'indicators/meters_high.sql': `/*
title: {zh: 超限水位, en: Meters over the limit}
meaning: {zh: 测速, en: Bench}
unit: {zh: 处, en: meters}
owner: ${owner}
direction: down
levels: [village, town, district]
period: now
measure: count
*/
select grid_code as unit, read_at as time, meter as key, 1 as numerator, 1 as denominator
from meters where reading > 1000
`,
  'rules/meter_high.sql': `/*
title: {zh: 水位超限, en: Meter over the limit}
says: {zh: '{subject} 读数 {found}', en: '{subject} reads {found}'}
legal_basis: 测速
severity: warn
source: 测速
subject_kind: meter
mends: meters
owner: {dataset: meters}
opens: correction
confirm: auto
*/
select meter as subject, grid_code as unit, meter as key, 'reading' as item,
  cast(reading as varchar) as found, '<= 1000' as expected
from meters where reading > 1000
`,
};

async function writeAll(path: string): Promise<void> {
  const file = await open(path, 'w');
  await file.write('meter,grid_code,reading,read_at\n');
  for (let from = 0; from < size; from += 50_000) {
    const lines = Array.from(
      { length: Math.min(50_000, size - from) },
      (_, at) => `m${from + at},${grid},${(from + at) % 900},2026-11-20 08:00:00\n`,
    );
    await file.write(lines.join(''));
  }
  await file.close();
}

/** 10,000 readings that changed; the last of them is over the limit. */
function changes(round: number): Buffer {
  const lines = Array.from({ length: changed }, (_, at) => {
    const meter = (at * 97 + round * 13) % size;
    return `m${meter},${grid},${(at + round) % 899},2026-11-20 09:00:${String(round % 60).padStart(2, '0')}`;
  });
  const seen = new Map(lines.map((line) => [line.split(',')[0], line]));
  seen.set(`alarm${round}`, `alarm${round},${grid},${2000 + round},2026-11-20 09:00:00`);
  return Buffer.from(`meter,grid_code,reading,read_at\n${[...seen.values()].join('\n')}\n`);
}

async function prepare(home: string): Promise<Running> {
  const pack = join(home, 'pack');
  await cp(district, pack, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(pack, path), text);
  const settings = loadSettings({}, { home, port: 0, demo: true, log_level: 'error' });
  const running = await startServer(settings);
  const ctx = running.platform.ctx();
  await applyPacks(ctx, { packs: [pack], ...declaredBy(capabilities) });
  const path = join(home, 'meters.csv');
  await writeAll(path);
  await deliver(ctx, { dataset: 'meters', files: [{ name: 'meters.csv', path }] });
  await running.platform.drain();
  await running.platform.loops();
  return running;
}

const cast = (url: string): People => people(fetched(url), demoPassword);

interface Tasks {
  items: { case: { title: string } }[];
}
interface Values {
  values: { value: number | null }[];
}

async function arrived(outside: People, round: number): Promise<boolean> {
  const tasks = await outside.get<Tasks>(officer, '/api/cases/tasks?type=correction&limit=200');
  if (!tasks.items.some((item) => item.case.title.includes(`alarm${round}`))) return false;
  const url = '/api/indicators/values?unit=330109&indicators=meters_high';
  const { values } = await outside.get<Values>('zhang', url);
  return (values[0]?.value ?? 0) >= round + 1;
}

async function oneRound(outside: People, round: number): Promise<number> {
  const file = { name: `meters-${round}.csv`, type: 'text/csv', content: changes(round) };
  const began = performance.now();
  await outside.upload(officer, '/api/ingest/deliveries', { dataset: 'meters' }, file);
  while (!(await arrived(outside, round))) {
    if (performance.now() - began > 60_000) throw new Error('the row did not arrive in a minute');
    await pause(20);
  }
  return performance.now() - began;
}

const at = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

/** Seconds from delivery to phone; `bare` is the mark of 3 s. */
export async function bench(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'guantong-bench-'));
  const running = await prepare(home);
  try {
    const outside = cast(running.url);
    await outside.get(officer, '/api/cases/tasks');
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) times.push(await oneRound(outside, round));
    const sorted = times.map((ms) => ms / 1000).sort((a, b) => a - b);
    const row = (name: string, seconds: number): Row => ({
      name: `row to phone, ${changed} changed rows into ${size}, ${name} of ${rounds}`,
      ours: Number(seconds.toFixed(2)),
      bare: 3,
      ratio: Number((3 / seconds).toFixed(2)),
      unit: 's (mark: 3 s)',
    });
    return [row('median', at(sorted, 0.5)), row('p99', at(sorted, 0.99))];
  } finally {
    await running.close();
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await bench());
