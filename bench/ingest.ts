/**
 * A delivery of a million rows beside the same checks written by hand in DuckDB, and beside raw CSV
 * -> Parquet that checks nothing. Both sides are durable and hand back every bad row with the rules
 * it breaks. The hand trims plain spaces only (cheaper than ours), believes DuckDB about where rows
 * begin and end, and keeps no hash of the file, no record, no audit and no lock.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { deliver } from '#ingest';
import type { Ctx } from '#kernel/context';
import { applyFiles, withPlatform } from './platform.ts';
import type { Row } from './row.ts';

const rows = 1_000_000;
/** One row in so many breaks a rule, one is ragged. */
const badEvery = 1000;
const rounds = 3;
/** What the engine may use, on both sides: the setting's own default. */
const lakeMemoryMb = 1024;

const states = ['完好', '破损', '丢失', '废弃'];

const contract = `title: {zh: 部件, en: Components}
description: {zh: 一百万行, en: A million rows}
owner: "330109"
theme: 测速
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: unconditional}
cycle: daily
mode: full
key: [comp_id]
items:
  comp_id:
    {title: {zh: 标识码, en: Id}, type: text, semantic: component_code, grade: L1, required: true}
  comp_name: {title: {zh: 名称, en: Name}, type: text, grade: L1, required: true}
  comp_class: {title: {zh: 小类, en: Class}, type: text, grade: L1, required: true}
  state:
    title: {zh: 状态, en: State}
    type: text
    grade: L1
    codes: {${states.map((state) => `${state}: {zh: ${state}, en: x}`).join(', ')}}
  grid_code: {title: {zh: 网格, en: Grid}, type: text, semantic: grid_code, grade: L1, required: true}
  address: {title: {zh: 地址, en: Address}, type: text, grade: L1}
  lon: {title: {zh: 经度, en: Lon}, type: 'decimal(10,6)', grade: L2, min: 73, max: 136}
  lat: {title: {zh: 纬度, en: Lat}, type: 'decimal(10,6)', grade: L2, min: 3, max: 54}
  owner_code: {title: {zh: 权属单位代码, en: Owner}, type: text, grade: L1}
  owner_name: {title: {zh: 权属单位, en: Owner name}, type: text, grade: L1}
  surveyed_on: {title: {zh: 普查日期, en: Surveyed}, type: date, grade: L1, format: '%Y-%m-%d'}
  opened_at: {title: {zh: 建档时间, en: Opened}, type: timestamp, grade: L1, format: '%Y-%m-%d %H:%M:%S'}
checks:
  opened_after_survey:
    sql: opened_at is null or surveyed_on is null or opened_at >= surveyed_on
    expected: {zh: 建档不早于普查, en: opened after the survey}
`;

const header =
  'comp_id,comp_name,comp_class,state,grid_code,address,lon,lat,owner_code,owner_name,surveyed_on,opened_at';
const names = header.split(',');
const two = (n: number): string => String(n).padStart(2, '0');

function line(at: number, round: number): string {
  const id = at % badEvery === 7 ? 'x' : `33010901${String(at).padStart(8, '0')}`;
  const grid = `330109004201${String(at % 40).padStart(3, '0')}`;
  const place = `"浙江省杭州市萧山区新塘街道涝湖村${(at * 7 + round) % 9973}号"`;
  const lon = (120.2 + (at % 1000) / 1e4).toFixed(6);
  const lat = (30.1 + (at % 1000) / 1e4).toFixed(6);
  const surveyed = `2025-0${1 + (at % 9)}-1${at % 9}`;
  const opened = `2026-01-0${1 + (at % 9)} 10:${two(10 + (at % 50))}:0${at % 10}`;
  const ragged = at % badEvery === 13 ? ',多' : '';
  return `${id},雨水井盖,0101,${states[at % 4]},${grid},${place},${lon},${lat},330109-pswater,排水管养公司,${surveyed},${opened}${ragged}\n`;
}

async function writeCsv(path: string, round: number): Promise<number> {
  const target = createWriteStream(path);
  target.write(`${header}\n`);
  let bytes = 0;
  for (let at = 0; at < rows; at += 5000) {
    const text = Array.from({ length: 5000 }, (_, k) => line(at + k, round)).join('');
    bytes += Buffer.byteLength(text);
    if (!target.write(text)) await once(target, 'drain');
  }
  target.end();
  await once(target, 'finish');
  return bytes;
}

/** What both sides check; the numbers are those in the hand's list of faults. */
export const checks = [
  'values trimmed, empty ones null; 12 columns in every row',
  '0 comp_id is there; 1 comp_id is 16 digits; 2 comp_name and 3 comp_class are there',
  '4 state is one of 4 codes; 5 grid_code is there; 6 grid_code is 15 digits',
  '7 lon is decimal(10,6) with no digit lost; 8 and 9 lon within 73 to 136',
  '10 lat is decimal(10,6) with no digit lost; 11 and 12 lat within 3 to 54',
  '13 surveyed_on is a date, 14 opened_at a time (local, kept in UTC)',
  '15 opened_at is not before surveyed_on',
  'comp_id occurs once among the good rows',
];

const columns = `{${names.map((name) => `'${name}': 'VARCHAR'`).join(', ')}}`;

/** Durable as ours is. */
async function settle(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.sync();
  await handle.close();
}

async function raw(db: DuckDBConnection, path: string, to: string): Promise<void> {
  await db.run(
    `copy (select * from read_csv('${path}', auto_detect = false, header = true, delim = ',',
      quote = '"', columns = ${columns}, ignore_errors = true)) to '${to}' (format parquet, compression zstd)`,
  );
  await settle(to);
}

const decimal = (name: string): string =>
  `regexp_full_match(${name}, '[+-]?(\\d+\\.?|\\d*\\.\\d{1,6}0*)')`;

/** Each true when the rule is kept, in the order of their numbers. */
const kept = [
  'comp_id is not null',
  "(comp_id is null or regexp_full_match(comp_id, '\\d{16}'))",
  'comp_name is not null',
  'comp_class is not null',
  `(state is null or state in (${states.map((state) => `'${state}'`).join(', ')}))`,
  'grid_code is not null',
  "(grid_code is null or regexp_full_match(grid_code, '\\d{15}'))",
  '(lon_text is null or lon is not null)',
  'coalesce(lon >= 73, true)',
  'coalesce(lon <= 136, true)',
  '(lat_text is null or lat is not null)',
  'coalesce(lat >= 3, true)',
  'coalesce(lat <= 54, true)',
  '(surveyed_text is null or surveyed_on is not null)',
  '(opened_text is null or opened_at is not null)',
  'coalesce(opened_at >= surveyed_on, true)',
];

/**
 * What somebody who knows DuckDB writes for the same checks: stage once, good rows and bad rows
 * apart.
 */
async function byHand(db: DuckDBConnection, path: string, folder: string): Promise<void> {
  const [to, bad, ragged] = ['to', 'bad', 'ragged'].map((name) => join(folder, `${name}.parquet`));
  if (to === undefined || bad === undefined || ragged === undefined) return;
  await db.run(
    `create or replace temp table staged as
     with given as (
       select ${names.map((name) => `nullif(trim(${name}), '') as ${name}`).join(', ')}
       from read_csv('${path}', auto_detect = false, header = true, delim = ',', quote = '"',
         columns = ${columns}, store_rejects = true)
     ), typed as (
       select * replace (
           case when ${decimal('lon')} then try_cast(lon as decimal(10,6)) end as lon,
           case when ${decimal('lat')} then try_cast(lat as decimal(10,6)) end as lat,
           try_strptime(surveyed_on, '%Y-%m-%d')::date as surveyed_on,
           try_strptime(opened_at, '%Y-%m-%d %H:%M:%S') - interval 8 hour as opened_at),
         lon as lon_text, lat as lat_text, surveyed_on as surveyed_text, opened_at as opened_text
       from given
     )
     select *, ${kept.join(' and ')} as good from typed`,
  );
  await db.runAndReadAll(
    'select comp_id from staged where good group by comp_id having count(*) > 1',
  );
  await db.run(
    `copy (select ${names.join(', ')} from staged where good) to '${to}' (format parquet, compression zstd)`,
  );
  const numbers = kept.map((rule, at) => `case when not coalesce(${rule}, false) then ${at} end`);
  await db.run(
    `copy (select *, list_filter([${numbers.join(', ')}], lambda n: n is not null) as faults
       from staged where not good) to '${bad}' (format parquet)`,
  );
  await db.run(
    `copy (select line, csv_line, error_message from reject_errors) to '${ragged}' (format parquet);
     drop table reject_errors; drop table reject_scans`,
  );
  for (const file of [to, bad, ragged]) await settle(file);
}

interface Took {
  wall: number;
  /** Seconds of processor time, user and system, of this process. */
  cpu: number;
}

async function took(work: () => Promise<unknown>): Promise<Took> {
  const began = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Row checks a business declares: over one item, over two, with a list, with a function. */
const rowChecks = Array.from({ length: 20 }, (_, at) => {
  const sql = [
    `length(comp_name) <= ${20 + at}`,
    `lon + lat between 100 and ${200 + at}`,
    `comp_class in ('0101', '0102', '${1000 + at}')`,
    `opened_at >= surveyed_on - interval ${at} day`,
    `starts_with(grid_code, '330109') or owner_code = 'x${at}'`,
  ][at % 5];
  return `  row_${at}:\n    sql: "${sql}"\n    expected: {zh: 第${at}条, en: check ${at}}\n`;
});

/** A delivery with twenty row checks beside the very same delivery without any, in turns. */
async function measureChecks(ctx: Ctx, folder: string): Promise<Row[]> {
  const without = contract.slice(0, contract.indexOf('checks:'));
  const contracts = { plain: without, checked: `${without}checks:\n${rowChecks.join('')}` };
  await applyFiles(ctx, folder, {
    'datasets/bench_plain.yaml': contracts.plain,
    'datasets/bench_checked.yaml': contracts.checked,
  });
  const times: Record<keyof typeof contracts, Took[]> = { plain: [], checked: [] };
  for (let round = 0; round < rounds; round += 1) {
    const path = join(folder, `checks-${round}.csv`);
    await writeCsv(path, round);
    for (const name of ['plain', 'checked'] as const) {
      const input = { dataset: `bench_${name}`, files: [{ name: 'bench.csv', path }] };
      times[name].push(
        await took(async () => {
          const { returned } = await deliver(ctx, input);
          if (returned !== (2 * rows) / badEvery) throw new Error(`${name}: ${returned} returned`);
        }),
      );
    }
    await rm(path);
  }
  const of = (name: keyof typeof contracts, by: keyof Took): number =>
    median(times[name].map((one) => one[by]));
  return (['wall', 'cpu'] as const).map((by) => {
    const [ours, bare] = [of('checked', by), of('plain', by)];
    const name = `delivery with 20 row checks beside none (mark: 0.8)${by === 'cpu' ? ', processor time' : ''}`;
    return { name, ours, bare, ratio: bare / ours, unit: 's' };
  });
}

async function measure(ctx: Ctx, folder: string): Promise<Row[]> {
  await applyFiles(ctx, folder, { 'datasets/bench_components.yaml': contract });
  const { lake_threads: threads, lake_memory_mb: memory } = ctx.settings;
  const options = { threads: String(threads), memory_limit: `${memory}MB` };
  const db = await (await DuckDBInstance.create(':memory:', options)).connect();
  const times: Record<'ours' | 'hand' | 'raw', Took[]> = { ours: [], hand: [], raw: [] };
  for (let round = 0; round < rounds; round += 1) {
    const path = join(folder, `${round}.csv`);
    await writeCsv(path, round);
    // Full deliveries, each of other bytes: the same file again would change nothing.
    times.raw.push(await took(() => raw(db, path, join(folder, 'to.parquet'))));
    times.hand.push(await took(() => byHand(db, path, folder)));
    times.ours.push(
      await took(async () => {
        const files = [{ name: 'bench.csv', path }];
        const result = await deliver(ctx, { dataset: 'bench_components', files });
        const returned = (2 * rows) / badEvery;
        if (result.rows !== rows || result.returned !== returned)
          throw new Error(`the delivery is not what was written: ${JSON.stringify(result)}`);
      }),
    );
    await rm(path);
  }
  db.closeSync();
  const row = (name: string, bare: 'hand' | 'raw', by: keyof Took): Row => {
    const [mine, theirs] = [times.ours, times[bare]].map((of) => median(of.map((one) => one[by])));
    const rate = (seconds = 1): number => Math.round(rows / seconds);
    const ratio = (theirs ?? 0) / (mine ?? 1);
    return { name, ours: rate(mine), bare: rate(theirs), ratio, unit: 'rows/s' };
  };
  const name = `delivery: ${rows / 1e6} M rows, same checks by hand in DuckDB`;
  return [
    row(`${name} (mark: 0.8)`, 'hand', 'wall'),
    row(`${name}, processor time`, 'hand', 'cpu'),
    row('delivery: raw CSV to Parquet, no checks', 'raw', 'wall'),
    row('delivery: raw CSV to Parquet, no checks, processor time', 'raw', 'cpu'),
  ];
}

/** Delivery against the hand: the ratio is to be 0.8 or more. */
export async function bench(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'guantong-bench-ingest-'));
  try {
    return await withPlatform(home, lakeMemoryMb, async (ctx) => [
      ...(await measure(ctx, home)),
      ...(await measureChecks(ctx, home)),
    ]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  console.log(checks.join('\n'));
  console.table(await bench());
}
