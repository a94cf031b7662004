/** What a file is, for a person or a program that has nothing but the file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Engine } from '#kernel/lake';
import { knowReading } from '../knowing/file.ts';
import type { KnownColumn, KnowOptions } from '../knowing/index.ts';
import { type Reading, type ReadingLimits, readTable } from './index.ts';

/** How a file is written and where its table stands. */
export interface FoundDialect {
  encoding: Reading['encoding'];
  delimiter: string;
  /** Null when nothing quotes. */
  quote: string | null;
  /** What stands before a quote inside quotes; null when nothing does. */
  escape: string | null;
  newline: '\n' | '\r\n' | '\r' | 'mixed';
  preambleRows: number;
  headerRows: number;
  footerRows: number;
}

export interface Inspected extends FoundDialect {
  /** Records of the table, good or not. */
  rows: number;
  columns: KnownColumn[];
}

/** What a reading found of the file, for people and programs. */
export const foundDialect = (reading: Reading): FoundDialect => ({
  encoding: reading.encoding,
  delimiter: reading.dialect.delimiter,
  quote: reading.dialect.quote || null,
  escape: reading.dialect.escape || null,
  newline: reading.mixedNewlines ? 'mixed' : reading.newline,
  preambleRows: reading.preambleRows,
  headerRows: reading.headerRows,
  footerRows: reading.footerRows,
});

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
      ...foundDialect(reading),
      rows: reading.rows,
      columns: await knowReading(deps, reading, options),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
