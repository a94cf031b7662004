/**
 * How well broken files are read: our reader and the engine's automatic one on the same files, each
 * against the truth of the generator. `node bench/reading.ts [step] [--misses]` prints every kind
 * and the files we miss.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { previewFile } from '#ingest';
import {
  type Loaded,
  type PollutedFile,
  pollutedFiles,
  type Score,
  scoreOf,
  totalOf,
} from '#testing';
import type { Row } from './row.ts';

const limits = {
  columns: 10_000,
  recordBytes: 2 ** 20,
  fileBytes: 2 ** 31,
  unpackedBytes: 2 ** 30,
  unpackedRatio: 400,
  zipEntries: 100,
};

interface Ours {
  /** All rows of the file, as far as their cells can be told. */
  all: Loaded;
  /** The rows that can be taken, without those that go back. */
  taken: Loaded;
}

async function ours(path: string): Promise<Ours | null> {
  try {
    const { names, rows, headerRows } = await previewFile(path, limits, { most: Infinity });
    const headers = headerRows === 0 ? [] : names;
    const good = rows.filter(({ reason }) => reason === null);
    return {
      all: { headers, records: rows.map(({ fields }) => fields) },
      taken: { headers, records: good.map(({ fields }) => fields) },
    };
  } catch {
    return null;
  }
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Broken rows padded and loose quotes taken, where the engine itself refuses the file. */
const lenient = ', strict_mode = false, null_padding = true, ignore_errors = true';

/** What `read_csv` finds by itself, all as text. */
async function theirs(db: DuckDBConnection, path: string, options: string): Promise<Loaded | null> {
  try {
    const result = await db.runAndReadAll(
      `from read_csv(${literal(path)}, all_varchar = true${options})`,
    );
    const names = result.columnNames();
    const cell = (value: unknown): string => (value === null ? '' : String(value));
    return {
      // Names it makes up where it finds no header are none.
      headers: names.every((name) => /^column\d+$/.test(name)) ? [] : names,
      records: result.getRows().map((row) => row.map(cell)),
    };
  } catch {
    return null;
  }
}

interface Judged {
  file: PollutedFile;
  ours: Score;
  taken: Score;
  /** The engine's automatic reading. */
  theirs: Score;
  /** The same, told to pass over and pad what is broken. */
  lenient: Score;
  /** Rows of the file neither taken nor handed back. */
  lost: number;
}

async function judge(db: DuckDBConnection, file: PollutedFile, path: string): Promise<Judged> {
  await writeFile(path, file.bytes);
  const mine = await ours(path);
  return {
    file,
    ours: scoreOf(mine?.all ?? null, file.truth),
    taken: scoreOf(mine?.taken ?? null, file.truth),
    theirs: scoreOf(await theirs(db, path, ''), file.truth),
    lenient: scoreOf(await theirs(db, path, lenient), file.truth),
    lost: Math.max(0, file.truth.records.length - (mine?.all.records.length ?? 0)),
  };
}

async function judgeAll(step: number): Promise<Judged[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-reading-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const db = await instance.connect();
  const judged: Judged[] = [];
  try {
    for (const [at, file] of pollutedFiles(step).entries()) {
      judged.push(await judge(db, file, join(folder, `${at}.csv`)));
    }
  } finally {
    db.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
  return judged;
}

const byKind = (judged: readonly Judged[]): [string, Judged[]][] => [
  ...Map.groupBy(judged, ({ file }) => file.kind),
];

/** Our score beside the engine's over all files, and by kind beside its lenient reading. */
export async function bench(): Promise<Row[]> {
  const judged = await judgeAll(6);
  const row = (name: string, of: Judged[], bareOf: (one: Judged) => Score): Row => {
    const mine = totalOf(of.map((one) => one.ours));
    const bare = totalOf(of.map(bareOf));
    return { name, ours: mine, bare, ratio: mine / Math.max(bare, 1), unit: 'score of 10' };
  };
  const all = `all ${judged.length.toLocaleString('en')} broken files`;
  return [
    row(`${all}, beside read_csv by itself`, judged, (one) => one.theirs),
    row(`${all}, beside read_csv told to be lenient`, judged, (one) => one.lenient),
    ...byKind(judged).map(([kind, of]) => row(kind, of, (one) => one.lenient)),
  ];
}

function line(name: string, of: readonly Judged[]): string {
  const figures = [
    totalOf(of.map((one) => one.ours)),
    totalOf(of.map((one) => one.taken)),
    totalOf(of.map((one) => one.theirs)),
    totalOf(of.map((one) => one.lenient)),
  ].map((figure) => figure.toFixed(3).padStart(7));
  const lost = of.reduce((sum, one) => sum + one.lost, 0);
  return `${name.padEnd(32)} ${String(of.length).padStart(5)} ${figures.join(' ')} ${lost}`;
}

function show(judged: readonly Judged[], misses: boolean): void {
  console.log(`${'kind'.padEnd(32)} files    ours   taken  engine lenient lost`);
  for (const [kind, of] of byKind(judged)) console.log(line(kind, of));
  console.log(line('all', judged));
  if (!misses) return;
  for (const one of judged) {
    const score = totalOf([one.ours]);
    if (score >= 9.7 && one.lost === 0) continue;
    const other = totalOf([one.theirs]).toFixed(2);
    console.log(`${score.toFixed(2)} (${other}) ${one.file.kind}: ${one.file.name} ${one.lost}`);
  }
}

if (import.meta.main) {
  show(await judgeAll(Number(process.argv[2] ?? 12)), process.argv.includes('--misses'));
}
