/** What a file is, for a person or a program that has nothing but the file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { eachRecord, type Reading, type ReadingLimits, readTable } from './index.ts';

export interface InspectedColumn {
  name: string;
  /** Type of its values; null where nothing infers it. */
  type: string | null;
  /** What its values are beyond their type (citizen id, phone ...); null where nothing is known. */
  semanticType: string | null;
  /** Empty cells in the records that can be taken. */
  nulls: number;
  /** The first different values. */
  examples: string[];
}

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
  columns: InspectedColumn[];
}

const mostExamples = 5;

/**
 * Reads a whole file and says what was found.
 * @throws ingest.* as `readTable` does
 */
export async function inspectFile(path: string, limits: ReadingLimits): Promise<Inspected> {
  const folder = await mkdtemp(join(tmpdir(), 'guantong-inspect-'));
  try {
    const reading = await readTable(path, {
      file: basename(path),
      limits,
      knows: () => 0,
      scratch: (name) => join(folder, name),
    });
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
      columns: await columnsOf(reading, limits.recordBytes),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function columnsOf(reading: Reading, recordBytes: number): Promise<InspectedColumn[]> {
  const columns = reading.headers.map((name) => ({ name, nulls: 0, seen: new Set<string>() }));
  await eachRecord(reading, recordBytes, (fields, reason) => {
    if (reason !== null) return;
    for (const [at, column] of columns.entries()) {
      const value = fields[at] ?? '';
      if (value === '') column.nulls += 1;
      else if (column.seen.size < mostExamples) column.seen.add(value);
    }
  });
  return columns.map(({ name, nulls, seen }) => ({
    name,
    type: null,
    semanticType: null,
    nulls,
    examples: [...seen],
  }));
}
