/** From records to a columnar scratch file, row for row in the order of the file. */
import { literal } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { rowGroupSql } from '#kernel/lake';
import { ingestErrors } from '../errors.ts';
import {
  cleanDialect,
  isReturned,
  type Opened,
  type PassWatch,
  type Reading,
  spelt,
  writeClean,
  writeSpelt,
} from './reading/index.ts';
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

/** What of a reading the engine has to be told. */
type Table = Pick<Reading, 'headers' | 'dialect'>;

interface CsvShape {
  header: boolean;
  newline: Reading['newline'];
  recordBytes: number;
  /** What to do with records the engine cannot take: nothing unless it says so. */
  refused?: 'passed over' | 'listed';
}

/** Records the engine lists as refused; beyond them it only counts, and is not believed. */
const refusedMost = 100_000;

/** How the engine is told to read text: nothing is left for it to guess. */
export function csvSql(path: string, table: Table, shape: CsvShape): string {
  const columns = table.headers.map((_, at) => `'${field(at)}': 'VARCHAR'`).join(', ');
  // CR LF cannot be named: the engine then reads nothing, so that alone it has to find itself.
  const named = { '\n': '\\n', '\r': '\\r', '\r\n': null }[shape.newline];
  const newline = named === null ? '' : `, new_line = '${named}'`;
  const refused = {
    none: '',
    'passed over': ', ignore_errors = true',
    listed: `, store_rejects = true, rejects_limit = ${refusedMost}`,
  }[shape.refused ?? 'none'];
  const { delimiter } = table.dialect;
  return `read_csv(${literal(path)}, auto_detect = false, header = ${shape.header},
    delim = ${literal(delimiter)}, quote = '"', escape = '"'${newline}, strict_mode = true,
    null_padding = false, max_line_size = ${shape.recordBytes * 2}${refused},
    columns = {${columns}})`;
}

/** What the engine says of a file it read. */
interface Said {
  rows: number;
  /** Byte offsets of the records it could not take, ascending. */
  refused: number[];
}

const isMisread = (error: unknown): boolean =>
  /CSV Error|Invalid Input Error/.test(error instanceof Error ? error.message : String(error));

const orderly = (query: string, to: string, columns: number): string =>
  `set session preserve_insertion_order = true;
   copy (${query}) to ${literal(to)} (format parquet, compression snappy, dictionary_size_limit 1,
     ${rowGroupSql(columns)})`;

interface Copying {
  /** Fields of a record. */
  columns: number;
  /** Whether the engine listed what it refused. */
  listed: boolean;
  signal: AbortSignal | undefined;
}

/** Writes `query` to `to` and counts; null when the engine cannot read what the splitter can. */
async function copy(
  ctx: Ctx,
  query: string,
  to: string,
  { columns, listed, signal }: Copying,
): Promise<Said | null> {
  const refused = listed
    ? '(select list(distinct line_byte_position order by line_byte_position) from reject_errors)'
    : 'null';
  try {
    const [said] = await ctx.lake.engine.rows(
      `${orderly(query, to, columns)};
       select (select count(*) from read_parquet(${literal(to)})) as n, ${refused} as refused`,
      { signal },
    );
    const offsets = (said?.refused ?? []) as (number | string)[];
    return { rows: Number(said?.n ?? 0), refused: offsets.map(Number) };
  } catch (error) {
    if (isMisread(error)) return null;
    throw error;
  }
}

/**
 * Scratch Parquet of a query over a file; the order of the file is the numbering of its rows. It is
 * read once or twice: no dictionaries are built for it. `columns`: as wide as the records.
 */
export const copyInOrder = (
  ctx: Ctx,
  query: string,
  to: string,
  { columns, signal }: Pick<Copying, 'columns' | 'signal'>,
): Promise<void> => ctx.lake.engine.run(orderly(query, to, columns), { signal });

/** The engine counts the good records of the splitter, and refused exactly those it gives back. */
function agrees(reading: Reading, said: Said): boolean {
  if (said.rows !== reading.good) return false;
  // A mark at the front of the file moves every offset of the engine by one.
  const first = said.refused[0];
  let shift: number | null = null;
  let at = 0;
  for (const mark of reading.marks) {
    if (!isReturned(mark)) continue;
    shift ??= first === mark.offset + 1 ? 1 : 0;
    if (said.refused[at] !== mark.offset + shift) return false;
    at += 1;
  }
  return at === said.refused.length;
}

interface Attempt {
  said: Promise<Said | null>;
  source: string;
  stop: AbortController;
}

/**
 * The engine reads the file as it stands while the splitter does; it is broken off when the
 * splitter meets what engines read otherwise.
 */
function readAsItStands(ctx: Ctx, opened: Opened, to: string, staging: Staging): Attempt {
  const { query, signal } = staging;
  const stop = new AbortController();
  const ended = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
  const recordBytes = ctx.settings.delivery_record_max_bytes;
  const shape = { header: true, newline: opened.newline, recordBytes };
  const listed = csvSql(opened.path, opened, { ...shape, refused: 'listed' });
  const source = csvSql(opened.path, opened, { ...shape, refused: 'passed over' });
  const copying = { columns: opened.headers.length, listed: true, signal: ended };
  const said = copy(ctx, query(listed), to, copying).catch((error) => {
    if (stop.signal.aborted) return null;
    throw error;
  });
  // It is waited for further down; a failure before that is no stray one.
  said.catch(() => undefined);
  return { said, source, stop };
}

export interface Staging {
  scratch: Scratch;
  /** What to write of the good records, one row of each, from their source. */
  query: (source: string) => string;
  signal: AbortSignal | undefined;
  progress: PassWatch['progress'];
}

/**
 * Stages what `query` makes of the good records. The engine reads the file as it stands, beside the
 * splitter; that counts only if both found the same records and refused the same, else a clean copy
 * written by the splitter does, else one in which every field is spelt out.
 * @throws ingest.engine_disagrees when even that comes out different; what the reading throws
 */
export async function stage(ctx: Ctx, opened: Opened, staging: Staging): Promise<Staged> {
  const path = staging.scratch.path('rows.parquet');
  const early = opened.plain ? readAsItStands(ctx, opened, path, staging) : null;
  const odd = (): void => early?.stop.abort();
  const { signal, progress } = staging;
  const reading = await opened.read({ odd, signal, progress }).catch(async (error: unknown) => {
    odd();
    await early?.said.catch(() => undefined);
    throw error;
  });
  if (early !== null) {
    const isSame = reading.path === opened.path && reading.newline === opened.newline;
    if (!isSame) odd();
    const said = await early.said;
    if (isSame && said !== null && agrees(reading, said)) {
      return { reading, path, source: early.source };
    }
    ctx.log.debug({ file: reading.file }, 'a file is read from a clean copy');
  }
  return stageCopies(ctx, reading, staging, path);
}

/** The same from copies the splitter writes. */
async function stageCopies(
  ctx: Ctx,
  reading: Reading,
  { scratch, query, signal }: Staging,
  path: string,
): Promise<Staged> {
  const recordBytes = ctx.settings.delivery_record_max_bytes;
  const attempts = [
    async () => {
      const clean = scratch.path('clean.csv');
      const written = await writeClean(reading, clean, recordBytes);
      const table = { ...reading, dialect: cleanDialect(reading) };
      return csvSql(clean, table, { header: false, newline: written, recordBytes });
    },
    async () => {
      const whole = scratch.path('spelt.csv');
      await writeSpelt(reading, whole, recordBytes);
      return csvSql(
        whole,
        { ...reading, dialect: spelt },
        { header: false, newline: '\n', recordBytes },
      );
    },
  ];
  const copying = { columns: reading.headers.length, listed: false, signal };
  let theirs: number | null = null;
  for (const attempt of attempts) {
    const source = await attempt();
    const said = await copy(ctx, query(source), path, copying);
    if (said?.rows === reading.good) return { reading, path, source };
    theirs = said?.rows ?? null;
    ctx.log.warn({ ours: reading.good, theirs }, 'the engine reads a file otherwise');
  }
  const params = { file: reading.file, ours: reading.good, theirs: theirs ?? 0 };
  throw ingestErrors.make('engine_disagrees', params);
}
