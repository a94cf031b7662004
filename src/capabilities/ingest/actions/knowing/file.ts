/** Knowing a file that was read: its good records as text, put where the engine can ask of them. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { literal } from '#catalogue';
import type { Engine } from '#kernel/lake';
import { eachRecord, isReturned, type Reading } from '../reading/index.ts';
import { type ColumnSource, type KnownColumn, type KnowOptions, knowColumns } from './index.ts';

export interface KnowDeps {
  engine: Engine;
  /** An existing folder for scratch files; the caller removes it. */
  folder: string;
  /** Longest record of the file, in bytes. */
  recordBytes: number;
}

const flushAt = 1 << 20;

/** Every field in quotes, LF behind each record: nothing is left for a reader to guess. */
async function spellOut(reading: Reading, to: string, recordBytes: number): Promise<number> {
  const out = openSync(to, 'w');
  const width = reading.headers.length;
  let waiting: string[] = [];
  let size = 0;
  let rows = 0;
  const flush = (): void => {
    // Not `writeSync`: on a disk that is nearly full it writes a part and says nothing.
    writeFileSync(out, waiting.join(''));
    waiting = [];
    size = 0;
  };
  try {
    await eachRecord(reading, recordBytes, (fields, reason) => {
      if (reason !== null && (reason === 'blank' || isReturned({ reason }))) return;
      const cells = Array.from({ length: width }, (_, at) => fields[at] ?? '');
      const line = `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`;
      waiting.push(line);
      size += line.length;
      rows += 1;
      if (size > flushAt) flush();
    });
    flush();
  } finally {
    closeSync(out);
  }
  return rows;
}

/** Columns of a relation of text, by their place. */
const columnAt = (at: number): string => `c${at}`;

/** The relation of the good records of a reading, as a columnar scratch file. */
export interface Rows {
  relation: string;
  columns: ColumnSource[];
  /** Records in it. */
  rows: number;
}

/** Writes the good records of a reading where the engine reads them again and again. */
export async function rowsOf(deps: KnowDeps, reading: Reading): Promise<Rows> {
  const spelt = join(deps.folder, 'spelt.csv');
  const rows = await spellOut(reading, spelt, deps.recordBytes);
  const columns = reading.headers.map((name, at) => ({ name, column: columnAt(at) }));
  const typed = columns.map(({ column }) => `'${column}': 'VARCHAR'`).join(', ');
  const parquet = join(deps.folder, 'rows.parquet');
  await deps.engine.run(
    `set session preserve_insertion_order = true;
     copy (select * from read_csv(${literal(spelt)}, auto_detect = false, header = false,
       delim = ',', quote = '"', escape = '"', new_line = '\\n', strict_mode = true,
       max_line_size = ${deps.recordBytes * 4}, columns = {${typed}}))
     to ${literal(parquet)} (format parquet, compression snappy)`,
  );
  return { relation: `read_parquet(${literal(parquet)}, file_row_number = true)`, columns, rows };
}

/** What every column of a reading is, over all its good records. */
export async function knowReading(
  deps: KnowDeps,
  reading: Reading,
  options: KnowOptions,
): Promise<KnownColumn[]> {
  const { relation, columns } = await rowsOf(deps, reading);
  return knowColumns(deps.engine, relation, columns, options);
}
