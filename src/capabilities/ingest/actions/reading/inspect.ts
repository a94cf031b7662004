/** What a file is, for a person or a program that has nothing but the file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { GuantongError } from '#kernel/errors';
import type { Engine } from '#kernel/lake';
import { knowReading } from '../knowing/file.ts';
import type { KnownColumn, KnowOptions } from '../knowing/index.ts';
import { type FoundDialect, foundDialect } from './found.ts';
import {
  type DialectOptions,
  eachRecord,
  type Reading,
  type ReadingLimits,
  type Reason,
  readTable,
} from './index.ts';

export interface Inspected extends FoundDialect {
  /** Records of the table, good or not. */
  rows: number;
  columns: KnownColumn[];
}

/** Of a file that holds nothing: how it would be read. */
const nothing: FoundDialect = {
  encoding: 'utf-8',
  delimiter: ',',
  quote: '"',
  escape: '"',
  newline: '\n',
  preambleRows: 0,
  headerRows: 0,
  footerRows: 0,
};

/** The engine that asks of all rows, and what it is to ask. */
export interface InspectDeps {
  engine: Engine;
  options: KnowOptions;
  /** What a person says of the file; the rest is found. */
  dialect?: DialectOptions;
}

/** Reads a file in a scratch folder of its own; null when it is empty. */
async function withReading<T>(
  path: string,
  limits: ReadingLimits,
  reading: { dialect: DialectOptions; engine?: Engine },
  work: (reading: Reading, folder: string) => Promise<T>,
): Promise<T | null> {
  const folder = await mkdtemp(join(tmpdir(), 'guantong-inspect-'));
  let files = 0;
  const scratch = (name: string): string => {
    files += 1;
    return join(folder, `${files}-${name}`);
  };
  try {
    const options = { file: basename(path), limits, ...reading, scratch, knows: () => 0 };
    return await work(await readTable(path, { ...options, empty: true }), folder);
  } catch (error) {
    if (error instanceof GuantongError && error.code === 'ingest.empty_file') return null;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Reads a whole file and says what was found. An empty file has no rows and no columns.
 * @throws ingest.* as `readTable` does
 */
export async function inspectFile(
  path: string,
  limits: ReadingLimits,
  { engine, options, dialect = {} }: InspectDeps,
): Promise<Inspected> {
  const found = await withReading(path, limits, { dialect, engine }, async (reading, folder) => ({
    ...foundDialect(reading),
    rows: reading.rows,
    columns: await knowReading(
      { engine, folder, recordBytes: limits.recordBytes },
      reading,
      options,
    ),
  }));
  return found ?? { ...nothing, rows: 0, columns: [] };
}

/** A row as it was cut; `reason` says why it cannot be taken, null when it can. */
export interface PreviewRow {
  fields: string[];
  reason: Reason | null;
}

export interface Preview extends FoundDialect {
  names: string[];
  /** Records of the table, good or not. */
  total: number;
  /** Records that can be taken. */
  good: number;
  rows: PreviewRow[];
}

/**
 * What was found of a file, and its first rows as they were cut, for a person to judge it by.
 * @param most rows given
 * @throws ingest.* as `readTable` does
 */
export async function previewFile(
  path: string,
  limits: ReadingLimits,
  { dialect = {}, most }: { dialect?: DialectOptions; most: number },
): Promise<Preview> {
  const found = await withReading(path, limits, { dialect }, async (reading) => {
    const rows: PreviewRow[] = [];
    await eachRecord(reading, limits.recordBytes, (fields, reason) => {
      if (rows.length < most) rows.push({ fields, reason });
    });
    const { headers: names, rows: total, good } = reading;
    return { ...foundDialect(reading), names, total, good, rows };
  });
  return found ?? { ...nothing, names: [], total: 0, good: 0, rows: [] };
}
