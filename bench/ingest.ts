/**
 * A delivery of a million rows beside the same checks written by hand in DuckDB, and beside raw CSV
 * -> Parquet that checks nothing. The hand keeps no record, no row numbers, no returned file with
 * reasons in words, and no lock.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { capabilities } from '#app';
import { deliver } from '#ingest';
import { createAudit } from '#kernel/audit';
import { systemActor } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { migrate, openDatabase } from '#kernel/db';
import { createLake } from '#kernel/lake';
import { createLog } from '#kernel/log';
import { applyPacks, declaredBy } from '#kernel/packs';

export interface Row {
  name: string;
  ours: number;
  bare: number;
  ratio: number;
  unit: string;
}

const rows = 1_000_000;
/** One row in so many breaks a rule, one is ragged. */
const badEvery = 1000;
const rounds = 3;

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
  const ragged = at % badEvery === 13 ? ',' : '';
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

/**
 * What somebody who knows DuckDB writes for the same checks: stage once, good rows and bad rows
 * apart.
 */
async function byHand(db: DuckDBConnection, path: string, to: string, bad: string): Promise<void> {
  await db.run(
    `create or replace temp table staged as
     with given as (
       select ${names.map((name) => `nullif(trim(${name}), '') as ${name}`).join(', ')}
       from read_csv('${path}', auto_detect = false, header = true, delim = ',', quote = '"',
         columns = ${columns}, ignore_errors = true)
     ), typed as (
       select * replace (
           case when ${decimal('lon')} then try_cast(lon as decimal(10,6)) end as lon,
           case when ${decimal('lat')} then try_cast(lat as decimal(10,6)) end as lat,
           try_strptime(surveyed_on, '%Y-%m-%d')::date as surveyed_on,
           try_strptime(opened_at, '%Y-%m-%d %H:%M:%S') - interval 8 hour as opened_at),
         lon as lon_text, lat as lat_text, surveyed_on as surveyed_text, opened_at as opened_text
       from given
     )
     select *, comp_id is not null and regexp_full_match(comp_id, '\\d{16}')
       and comp_name is not null and comp_class is not null
       and (state is null or state in (${states.map((state) => `'${state}'`).join(', ')}))
       and grid_code is not null and regexp_full_match(grid_code, '\\d{15}')
       and (lon_text is null or lon between 73 and 136)
       and (lat_text is null or lat between 3 and 54)
       and (surveyed_text is null or surveyed_on is not null)
       and (opened_text is null or opened_at is not null)
       and (opened_at is null or surveyed_on is null or opened_at >= surveyed_on) as good
     from typed`,
  );
  await db.runAndReadAll(
    'select comp_id from staged where good group by comp_id having count(*) > 1',
  );
  await db.run(
    `copy (select ${names.join(', ')} from staged where good) to '${to}' (format parquet, compression zstd)`,
  );
  await db.run(`copy (select * from staged where not good) to '${bad}' (format parquet)`);
  await settle(to);
}

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function pack(folder: string): Promise<string> {
  const dir = join(folder, 'bench');
  await mkdir(join(dir, 'units'), { recursive: true });
  await mkdir(join(dir, 'datasets'), { recursive: true });
  await writeFile(join(dir, 'pack.yaml'), 'title: {zh: 测速, en: Bench}\nowner: "330109"\n');
  const unit = '330109,萧山区,Xiaoshan,district,,test';
  await writeFile(
    join(dir, 'units', 'all.csv'),
    `code,name,name_en,level,parent,source\n${unit}\n`,
  );
  await writeFile(join(dir, 'datasets', 'bench_components.yaml'), contract);
  return dir;
}

async function measure(ctx: Ctx, folder: string): Promise<Row[]> {
  const packs = [await pack(folder)];
  await applyPacks(ctx, { packs, ...declaredBy(capabilities) });
  const { lake_threads: threads, lake_memory_mb: memory } = ctx.settings;
  const options = { threads: String(threads), memory_limit: `${memory}MB` };
  const db = await (await DuckDBInstance.create(':memory:', options)).connect();
  const times: { ours: number[]; hand: number[]; raw: number[] } = { ours: [], hand: [], raw: [] };
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const path = join(folder, `${round}.csv`);
    bytes = await writeCsv(path, round);
    // Full deliveries, each of other bytes: the same file again would change nothing.
    const to = join(folder, 'to.parquet');
    times.raw.push(await seconds(() => raw(db, path, to)));
    times.hand.push(await seconds(() => byHand(db, path, to, join(folder, 'bad.parquet'))));
    times.ours.push(
      await seconds(async () => {
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
  const [ours, hand, plain] = [median(times.ours), median(times.hand), median(times.raw)];
  const rate = (took: number): number => Math.round(rows / took);
  const mb = Math.round(bytes / 1e6);
  return [
    {
      name: `delivery: ${rows} rows, ${mb} MB, beside the same checks by hand in DuckDB`,
      ours: rate(ours),
      bare: rate(hand),
      ratio: hand / ours,
      unit: 'rows/s',
    },
    {
      name: 'delivery: beside raw CSV to Parquet, no checks',
      ours: rate(ours),
      bare: rate(plain),
      ratio: plain / ours,
      unit: 'rows/s',
    },
  ];
}

/** Delivery against the hand: the ratio is to be 0.8 or more. */
export async function bench(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'guantong-bench-ingest-'));
  const settings = loadSettings({}, { home, log_level: 'silent' });
  const log = createLog(settings);
  const database = await openDatabase(settings, { log });
  const lake = await createLake({ home, log, settings });
  const { db } = database;
  const audit = createAudit({ db, settings, clock: systemClock, log });
  const actor = systemActor('bench');
  const ctx: Ctx = {
    actor,
    db,
    lake,
    log,
    clock: systemClock,
    audit,
    settings,
    requestId: 'bench',
  };
  try {
    await migrate(db);
    return await measure(ctx, home);
  } finally {
    await audit.close();
    await lake.close();
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await bench());
