/** From records to a columnar scratch file, row for row in the order of the file. */
import { literal } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { ingestErrors } from '../errors.ts';
import { type Reading, writeClean, writeSpelt } from './reading/index.ts';
import type { Scratch } from './scratch.ts';

/** A staged file: the n-th row is the n-th good record of the reading. */
export interface Staged {
  reading: Reading;
  /** Parquet of what was asked of the records. */
  path: string;
  /** Trusted SQL of the same records as text: columns `field(0)`, `field(1)` ... as they came. */
  source: string;
}

/** Column of the field at a place; a name no item can have. */
export const field = (at: number): string => `#${at}`;

interface CsvShape {
  header: boolean;
  newline: Reading['newline'];
  recordBytes: number;
}

/** How the engine is told to read text: nothing is left for it to guess. */
export function csvSql(path: string, reading: Reading, shape: CsvShape): string {
  const columns = reading.headers.map((_, at) => `'${field(at)}': 'VARCHAR'`).join(', ');
  // CR LF cannot be named: the engine then reads nothing, so that alone it has to find itself.
  const named = { '\n': '\\n', '\r': '\\r', '\r\n': null }[shape.newline];
  const newline = named === null ? '' : `, new_line = '${named}'`;
  const delimiter = String.fromCharCode(reading.dialect.delimiter);
  return `read_csv(${literal(path)}, auto_detect = false, header = ${shape.header},
    delim = ${literal(delimiter)}, quote = '"', escape = '"'${newline}, strict_mode = true,
    null_padding = false, max_line_size = ${shape.recordBytes * 2}, columns = {${columns}})`;
}

/** Writes `query` to `to` and counts; null when the engine cannot read what the splitter can. */
async function copy(ctx: Ctx, query: string, to: string): Promise<number | null> {
  try {
    await copyInOrder(ctx, query, to);
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
 * Scratch Parquet of a query over a file; the order of the file is the numbering of its rows. It is
 * read once or twice: no dictionaries are built for it.
 */
export const copyInOrder = (ctx: Ctx, query: string, to: string): Promise<void> =>
  ctx.lake.engine.run(
    `set session preserve_insertion_order = true;
     copy (${query}) to ${literal(to)}
       (format parquet, compression snappy, dictionary_size_limit 1)`,
  );

/**
 * Stages what `query` makes of the good records, one row of each. The engine reads the file as it
 * stands only if it counts the same records as the splitter, else a clean copy written by the
 * splitter, else one in which every field is spelt out.
 * @throws ingest.engine_disagrees when even that comes out different
 */
export async function stage(
  ctx: Ctx,
  reading: Reading,
  scratch: Scratch,
  query: (source: string) => string,
): Promise<Staged> {
  const path = scratch.path('rows.parquet');
  const recordBytes = ctx.settings.delivery_record_max_bytes;
  const { newline } = reading;
  const attempts = [
    async () => csvSql(reading.path, reading, { header: true, newline, recordBytes }),
    async () => {
      const clean = scratch.path('clean.csv');
      const written = await writeClean(reading, clean, recordBytes);
      return csvSql(clean, reading, { header: false, newline: written, recordBytes });
    },
    async () => {
      const spelt = scratch.path('spelt.csv');
      await writeSpelt(reading, spelt, recordBytes);
      return csvSql(spelt, reading, { header: false, newline: '\n', recordBytes });
    },
  ];
  let theirs: number | null = null;
  for (const attempt of reading.direct ? attempts : attempts.slice(1)) {
    const source = await attempt();
    theirs = await copy(ctx, query(source), path);
    if (theirs === reading.good) return { reading, path, source };
    ctx.log.warn({ ours: reading.good, theirs }, 'the engine reads a file otherwise');
  }
  const params = { file: reading.file, ours: reading.good, theirs: theirs ?? 0 };
  throw ingestErrors.make('engine_disagrees', params);
}
