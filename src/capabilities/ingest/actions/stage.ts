/** From records to a columnar scratch file of text, row for row in the order of the file. */
import { literal } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { ingestErrors } from '../errors.ts';
import { type Reading, writeClean } from '../reading/index.ts';
import type { Scratch } from './scratch.ts';

/** A staged file: column `c0`, `c1` ... are the fields as they came; the n-th row is the n-th good record. */
export interface Staged {
  reading: Reading;
  /** Parquet of text. */
  path: string;
}

export const field = (at: number): string => `c${at}`;

function csvSql(path: string, reading: Reading, header: boolean, recordBytes: number): string {
  const columns = reading.headers.map((_, at) => `'${field(at)}': 'VARCHAR'`).join(', ');
  const newline = reading.newline === '\r' ? `, new_line = '\\r'` : '';
  const delimiter = String.fromCharCode(reading.dialect.delimiter);
  return `read_csv(${literal(path)}, auto_detect = false, header = ${header},
    delim = ${literal(delimiter)}, quote = '"', escape = '"'${newline}, strict_mode = true,
    null_padding = false, max_line_size = ${recordBytes * 2}, columns = {${columns}})`;
}

/** Reads `from` into `to` and counts; null when the engine cannot read what the splitter can. */
async function copy(ctx: Ctx, from: string, to: string): Promise<number | null> {
  try {
    // The order of the file is the numbering of its rows.
    await ctx.lake.engine.run(
      `set session preserve_insertion_order = true;
       copy (select * from ${from}) to ${literal(to)} (format parquet, compression lz4)`,
    );
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (/CSV Error|Invalid Input Error/.test(text)) return null;
    throw error;
  }
  const [row] = await ctx.lake.engine.rows(
    `select count(*) as n from read_parquet(${literal(to)})`,
  );
  return Number(row?.n ?? 0);
}

/**
 * Stages the good records. The engine reads the file as it stands only if it counts the same records as the
 * splitter, else a clean copy written by the splitter.
 * @throws ingest.engine_disagrees when even that comes out different
 */
export async function stage(ctx: Ctx, reading: Reading, scratch: Scratch): Promise<Staged> {
  const path = scratch.path('rows.parquet');
  const recordBytes = ctx.settings.delivery_record_max_bytes;
  if (reading.direct) {
    const count = await copy(ctx, csvSql(reading.path, reading, true, recordBytes), path);
    if (count === reading.good) return { reading, path };
    ctx.log.warn({ ours: reading.good, theirs: count }, 'the engine reads a file otherwise');
  }
  const clean = scratch.path('clean.csv');
  await writeClean(reading, clean);
  const count = await copy(ctx, csvSql(clean, reading, false, recordBytes), path);
  if (count === reading.good) return { reading, path };
  throw ingestErrors.make('engine_disagrees', {
    file: reading.file,
    ours: reading.good,
    theirs: count ?? 0,
  });
}
