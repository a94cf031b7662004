/**
 * Deliveries of ten million rows of 8 and of 40 columns, in UTF-8 and in GBK, beside the same
 * checks written by hand in DuckDB; the same with half the memory; a workbook of a million rows
 * beside a library that only reads it. Each side in a process of its own, so that its peak of
 * memory is its own. GBK is turned into UTF-8 by iconv for the hand, as DuckDB here reads none.
 * Minutes long and 30 GB large: `npm run bench sizes`, of fewer rows with `BENCH_ROWS=2000000`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import excel from 'exceljs';
import { deliver } from '#ingest';
import { applyFiles, withPlatform } from './platform.ts';
import type { Row } from './row.ts';

type Kind = 'id' | 'word' | 'state' | 'place' | 'lon' | 'day' | 'time' | 'count';

interface Column {
  name: string;
  kind: Kind;
}

const lead: Kind[] = ['id', 'word', 'state', 'place', 'lon', 'day', 'time', 'count'];
/** Of more columns, what a register repeats: words, codes, places, numbers, dates. */
const more: Kind[] = ['word', 'state', 'place', 'lon', 'day', 'count', 'word', 'word'];

const columnsOf = (count: number): Column[] =>
  Array.from({ length: count }, (_, at) => {
    const kind = lead[at] ?? more[at % more.length] ?? 'word';
    return { name: `c${at}_${kind}`, kind };
  });

const states = ['完好', '破损', '丢失', '废弃'];
const badEvery = 1000;
const rows = Number(process.env.BENCH_ROWS ?? 10_000_000);
const two = (n: number): string => String(n).padStart(2, '0');

const values: Record<Kind, (at: number, place: number) => string> = {
  id: (at) => (at % badEvery === 7 ? 'x' : `33010901${String(at).padStart(8, '0')}`),
  word: (at, place) => `雨水井盖${(at + place) % 97}`,
  state: (at, place) => states[(at + place) % 4] ?? '',
  place: (at) => `"浙江省杭州市萧山区新塘街道涝湖村${(at * 7) % 9973}号"`,
  lon: (at) => (120.2 + (at % 1000) / 1e4).toFixed(6),
  day: (at) => `2025-0${1 + (at % 9)}-1${at % 9}`,
  time: (at) => `2026-01-0${1 + (at % 9)} 10:${two(10 + (at % 50))}:0${at % 10}`,
  count: (at, place) => String((at * 31 + place) % 100_000),
};

const yaml: Record<Kind, string> = {
  id: "type: text, required: true, pattern: '^\\d{16}$'",
  word: 'type: text, required: true',
  state: `type: text, codes: {${states.map((one) => `${one}: {zh: ${one}, en: x}`).join(', ')}}`,
  place: 'type: text',
  lon: "type: 'decimal(10,6)', min: 73, max: 136",
  day: "type: date, format: '%Y-%m-%d'",
  time: "type: timestamp, format: '%Y-%m-%d %H:%M:%S'",
  count: 'type: integer, min: 0',
};

const contract = (columns: Column[]): string => `title: {zh: 部件, en: Components}
description: {zh: 一千万行, en: Ten million rows}
owner: "330109"
theme: 测速
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: unconditional}
cycle: daily
mode: full
key: [${columns[0]?.name}]
items:
${columns.map(({ name, kind }) => `  ${name}: {title: {zh: ${name}, en: ${name}}, ${yaml[kind]}, grade: L1}`).join('\n')}
`;

/** Each value that is no text typed, from its trimmed text. */
const typed: Partial<Record<Kind, (text: string) => string>> = {
  lon: (text) =>
    `case when regexp_full_match(${text}, '[+-]?(\\d+\\.?|\\d*\\.\\d{1,6}0*)')
      then try_cast(${text} as decimal(10,6)) end`,
  day: (text) => `try_strptime(${text}, '%Y-%m-%d')::date`,
  time: (text) => `try_strptime(${text}, '%Y-%m-%d %H:%M:%S') - interval 8 hour`,
  count: (text) =>
    `case when regexp_full_match(${text}, '[+-]?\\d+(\\.0*)?') then try_cast(${text} as bigint) end`,
};

/** Rules of a column, true when kept; `text` is what was delivered, `value` what became of it. */
const rules: Record<Kind, (text: string, value: string) => string[]> = {
  id: (text) => [
    `${text} is not null`,
    `(${text} is null or regexp_full_match(${text}, '\\d{16}'))`,
  ],
  word: (text) => [`${text} is not null`],
  state: (text) => [
    `(${text} is null or ${text} in (${states.map((one) => `'${one}'`).join(', ')}))`,
  ],
  place: () => [],
  lon: (text, value) => [
    `(${text} is null or ${value} is not null)`,
    `coalesce(${value} >= 73, true)`,
    `coalesce(${value} <= 136, true)`,
  ],
  day: (text, value) => [`(${text} is null or ${value} is not null)`],
  time: (text, value) => [`(${text} is null or ${value} is not null)`],
  count: (text, value) => [
    `(${text} is null or ${value} is not null)`,
    `coalesce(${value} >= 0, true)`,
  ],
};

async function settle(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.sync();
  await handle.close();
}

/**
 * The same checks as somebody who knows DuckDB writes them: one pass types and judges, and keeps of
 * good rows what will be written, of bad ones the text and the numbers of their rules. Text that
 * stays text is cast to nothing and kept once.
 */
async function byHand(db: DuckDBConnection, path: string, folder: string, columns: Column[]) {
  const names = columns.map(({ name }) => name);
  const text = (name: string): string => `"t ${name}"`;
  const given = names.map((name) => `nullif(trim("${name}"), '') as ${text(name)}`);
  const value = ({ name, kind }: Column): string => (typed[kind] ? name : text(name));
  const made = columns.flatMap(({ name, kind }) => {
    const cast = typed[kind];
    return cast === undefined ? [] : [`${cast(text(name))} as ${name}`];
  });
  const kept = columns.flatMap((one) => rules[one.kind](text(one.name), value(one)));
  const types = `{${names.map((name) => `'${name}': 'VARCHAR'`).join(', ')}}`;
  const broken = kept.map((rule, at) => `case when not coalesce(${rule}, false) then ${at} end`);
  const files = ['to', 'bad', 'ragged'].map((name) => join(folder, `${name}.parquet`));
  const [to, bad, ragged] = files;
  await db.run(
    `create temp table staged as
     select ${columns.map((one) => `${value(one)} as ${one.name}`).join(', ')}, good,
       case when not good then [${names.map(text).join(', ')}] end as fields,
       case when not good then list_filter([${broken.join(', ')}], lambda n: n is not null) end
         as faults
     from (select *, ${kept.join('\n and ')} as good from (
       select ${['*', ...made].join(', ')} from (select ${given.join(', ')}
         from read_csv('${path}', auto_detect = false, header = true, delim = ',', quote = '"',
           columns = ${types}, store_rejects = true))))`,
  );
  await db.runAndReadAll(
    `select ${names[0]} from staged where good group by 1 having count(*) > 1`,
  );
  await db.run(
    `copy (select ${names.join(', ')} from staged where good) to '${to}'
       (format parquet, compression zstd);
     copy (select fields, faults from staged where not good) to '${bad}' (format parquet);
     copy (select line, csv_line, error_message from reject_errors) to '${ragged}' (format parquet)`,
  );
  for (const file of files) await settle(file);
}

async function writeCsv(path: string, columns: Column[], rows: number): Promise<void> {
  const target = createWriteStream(path);
  target.write(`${columns.map(({ name }) => name).join(',')}\n`);
  for (let at = 0; at < rows; at += 1000) {
    const lines = Array.from({ length: Math.min(1000, rows - at) }, (_, k) => {
      const row = columns.map(({ kind }, place) => values[kind](at + k, place)).join(',');
      return `${row}${(at + k) % badEvery === 13 ? ',多' : ''}\n`;
    });
    if (!target.write(lines.join(''))) await once(target, 'drain');
  }
  target.end();
  await once(target, 'finish');
}

const converted = async (from: string, to: string, path: string, out: string): Promise<void> => {
  const child = spawn('iconv', ['-f', from, '-t', to, '-o', out, path], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`iconv ended with ${code}`);
};

interface Job {
  /** `reader`: a library that reads a workbook and does nothing with it. */
  side: 'ours' | 'hand' | 'reader';
  columns: number;
  rows: number;
  path: string;
  gbk: boolean;
  memoryMb: number;
}

interface Took {
  seconds: number;
  /** Seconds of processor time of the side's process; iconv's are not in it. */
  cpu: number;
  peakMb: number;
}

/** A workbook of such rows, as a program of a department writes it: no shared strings. */
async function writeExcel(path: string, columns: Column[], rows: number): Promise<void> {
  const book = new excel.stream.xlsx.WorkbookWriter({ filename: path });
  const sheet = book.addWorksheet('部件');
  sheet.addRow(columns.map(({ name }) => name)).commit();
  for (let at = 0; at < rows; at += 1) {
    const row = columns.map(({ kind }, place) => values[kind](at, place).replaceAll('"', ''));
    sheet.addRow(row).commit();
    // The writer hands its bytes over when the loop rests.
    if (at % 1000 === 0) await new Promise(setImmediate);
  }
  await book.commit();
}

async function readExcel(path: string): Promise<number> {
  let rows = -1;
  for await (const sheet of new excel.stream.xlsx.WorkbookReader(path, {})) {
    for await (const _row of sheet) rows += 1;
  }
  return rows;
}

/** One side on one file, in this process. */
async function run(job: Job): Promise<Took> {
  const columns = columnsOf(job.columns);
  const folder = await mkdtemp(join(tmpdir(), 'guantong-sizes-'));
  let began = 0;
  let before = process.cpuUsage();
  const start = (): void => {
    began = performance.now();
    before = process.cpuUsage();
  };
  try {
    if (job.side === 'reader') {
      start();
      if ((await readExcel(job.path)) !== job.rows) throw new Error('it read other rows');
      return taken(began, before);
    }
    if (job.side === 'hand') {
      const options = { threads: '2', memory_limit: `${job.memoryMb}MB`, temp_directory: folder };
      const db = await (await DuckDBInstance.create(':memory:', options)).connect();
      start();
      const text = join(folder, 'utf8.csv');
      if (job.gbk) await converted('GB18030', 'UTF-8', job.path, text);
      await byHand(db, job.gbk ? text : job.path, folder, columns);
      return taken(began, before);
    }
    return await withPlatform(folder, job.memoryMb, async (ctx) => {
      await applyFiles(ctx, folder, { 'datasets/sizes.yaml': contract(columns) });
      start();
      const files = [{ name: basename(job.path), path: job.path }];
      const result = await deliver(ctx, { dataset: 'sizes', files });
      // A workbook has no row with a cell too many.
      const faults = job.path.endsWith('.xlsx') ? 1 : 2;
      if (result.rows !== job.rows || result.returned !== (faults * job.rows) / badEvery) {
        throw new Error(`the delivery is not what was written: ${JSON.stringify(result)}`);
      }
      return taken(began, before);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function taken(began: number, before: NodeJS.CpuUsage): Took {
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: (performance.now() - began) / 1000,
    cpu: (user + system) / 1e6,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

async function aside(job: Job): Promise<Took> {
  const args = [import.meta.filename, JSON.stringify(job)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${job.side} ended with ${code}`);
  return JSON.parse(said) as Took;
}

const lakeMemoryMb = 1024;
const tightMb = 512;
/** Of a server, whatever is delivered to it. */
const mostMb = 2048;
const excelRows = 1_000_000;

const round = (value: number): number => Number(value.toFixed(2));

/** Rows a second of both, and the peak of ours beside the mark. */
function beside(what: string, rows: number, ours: Took, bare: Took, whose: string): Row[] {
  const rate = ({ seconds }: Took): number => Math.round(rows / seconds);
  return [
    {
      ...{ name: `${what}, beside ${whose}`, ours: rate(ours), bare: rate(bare) },
      ...{ ratio: round(bare.seconds / ours.seconds), unit: 'rows/s' },
    },
    {
      ...{ name: `${what}: processor time`, ours: round(ours.cpu), bare: round(bare.cpu) },
      ...{ ratio: round(bare.cpu / ours.cpu), unit: 's' },
    },
    peak(what, ours),
  ];
}

const peak = (what: string, { peakMb }: Took): Row => ({
  ...{ name: `${what}: peak of memory`, ours: peakMb, bare: mostMb },
  ...{ ratio: round(mostMb / peakMb), unit: 'MB (mark)' },
});

/** One text: as it is, by hand, and with half the memory. */
async function text(columns: number, path: string, gbk: boolean): Promise<Row[]> {
  const what = `${rows / 1e6} M x ${columns}, ${gbk ? 'GBK' : 'UTF-8'}`;
  const job = { columns, rows, path, gbk };
  const hand = await aside({ ...job, memoryMb: lakeMemoryMb, side: 'hand' });
  const ours = await aside({ ...job, memoryMb: lakeMemoryMb, side: 'ours' });
  const tight = await aside({ ...job, memoryMb: tightMb, side: 'ours' });
  const name = `${what}, ${tightMb} MB for the engine`;
  return [
    ...beside(what, rows, ours, hand, 'the hand (mark: 0.8)'),
    {
      ...{ name: `${name}, beside ${lakeMemoryMb} MB`, ours: round(tight.seconds) },
      ...{ bare: round(ours.seconds), ratio: round(ours.seconds / tight.seconds), unit: 's' },
    },
    peak(name, tight),
  ];
}

async function workbook(folder: string): Promise<Row[]> {
  const path = join(folder, 'sizes.xlsx');
  await writeExcel(path, columnsOf(8), excelRows);
  const job = { columns: 8, rows: excelRows, path, gbk: false, memoryMb: lakeMemoryMb };
  const ours = await aside({ ...job, side: 'ours' });
  const reader = await aside({ ...job, side: 'reader' });
  await rm(path);
  const what = `Excel of ${excelRows / 1e6} M x 8 delivered`;
  return beside(what, excelRows, ours, reader, 'exceljs only reading');
}

/** All sizes in both encodings, and the workbook. */
export async function bench(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'guantong-sizes-'));
  const table: Row[] = [];
  const take = (found: Row[]): void => {
    table.push(...found);
    // So long a run is followed.
    console.error(
      found.map(({ name, ours, bare, ratio }) => [name, ours, bare, ratio].join(' | ')),
    );
  };
  try {
    take(await workbook(folder));
    for (const columns of [8, 40]) {
      const [utf8, gbk] = [join(folder, 'utf8.csv'), join(folder, 'gbk.csv')];
      await writeCsv(utf8, columnsOf(columns), rows);
      take(await text(columns, utf8, false));
      await converted('UTF-8', 'GB18030', utf8, gbk);
      await rm(utf8);
      take(await text(columns, gbk, true));
      await rm(gbk);
    }
    return table;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [job] = process.argv.slice(2);
if (import.meta.main && job !== undefined) {
  console.log(JSON.stringify(await run(JSON.parse(job) as Job)));
}
