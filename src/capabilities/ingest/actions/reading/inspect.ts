/** What a file is, for a person or a program that has nothing but the file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Engine } from '#kernel/lake';
import { knowReading } from '../knowing/file.ts';
import type { KnownColumn, KnowOptions } from '../knowing/index.ts';
import { type Reading, type ReadingLimits, readTable } from './index.ts';

export interface Inspected {
  encoding: Reading['encoding'];
  delimiter: string;
  quote: string | null;
  escape: string | null;
  newline: string;
  preambleRows: number;
  headerRows: number;
  footerRows: number;
  /** Records of the table, good or not. */
  rows: number;
  columns: KnownColumn[];
}

/** The engine that asks of all rows, and what it is to ask. */
export interface InspectDeps {
  engine: Engine;
  options: KnowOptions;
}

/**
 * Reads a whole file and says what was found.
 * @throws ingest.* as `readTable` does
 */
export async function inspectFile(
  path: string,
  limits: ReadingLimits,
  { engine, options }: InspectDeps,
): Promise<Inspected> {
  const folder = await mkdtemp(join(tmpdir(), 'guantong-inspect-'));
  try {
    const reading = await readTable(path, {
      file: basename(path),
      limits,
      knows: () => 0,
      scratch: (name) => join(folder, name),
    });
    const deps = { engine, folder, recordBytes: limits.recordBytes };
    return {
      encoding: reading.encoding,
      delimiter: String.fromCharCode(reading.dialect.delimiter),
      quote: '"',
      escape: '"',
      newline: reading.newline,
      preambleRows: reading.preambleRows,
      headerRows: 1,
      footerRows: 0,
      rows: reading.rows,
      columns: await knowReading(deps, reading, options),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
