/**
 * Judging the rows of a delivery: which are taken, which go back and why. One pass of the engine
 * types and judges them; all else looks at what that pass wrote.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type CompiledContract, type Contract, ident, literal } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { ColumnMap } from './columns.ts';
import { structuralNumber } from './faults.ts';
import {
  isReturned,
  type Opened,
  type PassWatch,
  type Reading,
  returnedRecords,
} from './reading/index.ts';
import type { Scratch } from './scratch.ts';
import { copyInOrder, field, type Staged, stage } from './stage.ts';

/** A file whose columns are known. */
export interface Part {
  opened: Opened;
  columns: ColumnMap;
}

/**
 * A judged file: Parquet of the items, typed; `#good`, whether every rule is kept; `#gone`, whether
 * the row removes the row of its key; and of a row that breaks a rule, `#faults` (their numbers) and `#fields` (the text as it came).
 */
export type Judged = Staged;

export interface Checked {
  /** Trusted query of the rows to take, typed. */
  accepted: string;
  /** Trusted query of the keys to remove; null when there are none. */
  removed: string | null;
  acceptedRows: number;
  returnedRows: number;
  /** Parquet with the rows that go back; null when there are none. */
  returned: string | null;
}

export interface CheckInput {
  contract: Contract;
  compiled: CompiledContract;
  scratch: Scratch;
  signal: AbortSignal | undefined;
}

const parquet = (path: string): string => `read_parquet(${literal(path)})`;

/** With `file_row_number`, the number among the good records from 0. */
const numbered = (path: string): string => `read_parquet(${literal(path)}, file_row_number = true)`;

const fieldsOf = ({ headers }: Pick<Reading, 'headers'>): string[] =>
  headers.map((_, at) => ident(field(at)));

const itemsOf = ({ contract }: CheckInput): string =>
  contract.items.map(({ name }) => ident(name)).join(', ');

/** The judging pass over the text of a file, row for row. */
function judgedSql(input: CheckInput, part: Part, source: string): string {
  const { contract, compiled } = input;
  const names = part.opened.headers.map((_, at) => field(at));
  const fields = fieldsOf(part.opened);
  const items = contract.items.map(
    ({ name }) => `${ident(field(part.columns.get(name) ?? 0))} as ${ident(name)}`,
  );
  const text = `(select ${[...fields, ...items].join(', ')} from ${source})`;
  return `select ${itemsOf(input)}, "#good", ${compiled.gone === null ? '' : `${compiled.gone} as "#gone",`}
      case when not "#good" then ${compiled.faults} end as "#faults",
      case when not "#good" then [${fields.join(', ')}] end as "#fields"
    from (select *, (${compiled.good}) as "#good" from ${compiled.typed(text, names)})`;
}

/** Types and judges a file in one pass, while the splitter reads it too. */
export const judgePart = (
  ctx: Ctx,
  input: CheckInput,
  part: Part,
  progress: PassWatch['progress'],
): Promise<Judged> =>
  stage(ctx, part.opened, {
    scratch: input.scratch,
    query: (source) => judgedSql(input, part, source),
    signal: input.signal,
    progress,
  });

/**
 * Rows whose key stood in an earlier row of the delivery that is good itself, as a scratch file.
 * Asked for only when the lake refused a key that occurs twice: most deliveries have none.
 */
export async function duplicates(
  ctx: Ctx,
  { contract, scratch, signal }: CheckInput,
  parts: Judged[],
): Promise<string> {
  const key = contract.key.map(ident).join(', ');
  const all = parts.map(
    ({ path }, file) =>
      `select ${file} as "#file", file_row_number as "#n", ${key} from ${numbered(path)}
       where "#good"`,
  );
  const path = scratch.path('duplicates.parquet');
  await ctx.lake.engine.run(
    `copy (
       with keyed as (${all.join(' union all ')}),
         twice as (select ${key} from keyed group by ${key} having count(*) > 1)
       select * from (
         select "#file" as file, "#n" as n, first("#n") over w as first_n,
           first("#file") over w as first_file, row_number() over w as turn
         from keyed semi join twice using (${key})
         window w as (partition by ${key} order by "#file", "#n")
       ) where turn > 1
     ) to ${literal(path)} (format parquet)`,
    { signal },
  );
  return path;
}

const countOf = async (ctx: Ctx, from: string): Promise<number> => {
  const [row] = await ctx.lake.engine.rows(`select count(*) as n from ${from}`);
  return Number(row?.n ?? 0);
};

/** Trusted query of the good rows of all files for which `where` holds. */
function goodSql(parts: Judged[], twice: string | null, items: string, where: string): string {
  const one = ({ path }: Judged, file: number): string => {
    if (twice === null) return `select ${items} from ${parquet(path)} where "#good" and ${where}`;
    return `select ${items} from ${numbered(path)} as t
      anti join (select n from ${parquet(twice)} where file = ${file}) as b
        on t.file_row_number = b.n where "#good" and ${where}`;
  };
  return parts.map(one).join(' union all ');
}

/** Whether any good row removes the row of its key. */
export async function removesAny(
  ctx: Ctx,
  { compiled }: CheckInput,
  parts: Judged[],
): Promise<boolean> {
  if (compiled.gone === null) return false;
  const found = parts.map(({ path }) => countOf(ctx, `${parquet(path)} where "#good" and "#gone"`));
  return (await Promise.all(found)).some((count) => count > 0);
}

/**
 * Takes and hands back.
 * @param twice what `duplicates` gave; null when no key occurs twice
 * @returns accepted + returned = rows of all files, always
 */
export async function checkParts(
  ctx: Ctx,
  input: CheckInput,
  parts: Judged[],
  twice: string | null,
): Promise<Checked> {
  const counts = await Promise.all(
    parts.map(({ path }) => countOf(ctx, `${parquet(path)} where not "#good"`)),
  );
  const broken = counts.reduce((sum, count) => sum + count, 0);
  const repeated = twice === null ? 0 : await countOf(ctx, parquet(twice));
  const unread = parts.reduce((sum, { reading }) => sum + reading.rows - reading.good, 0);
  const good = parts.reduce((sum, { reading }) => sum + reading.good, 0);
  const returnedRows = broken + repeated + unread;
  const key = input.contract.key.map(ident).join(', ');
  const isKept = input.compiled.gone === null ? 'true' : 'not "#gone"';
  return {
    accepted: goodSql(parts, twice, itemsOf(input), isKept),
    removed: (await removesAny(ctx, input, parts)) ? goodSql(parts, twice, key, '"#gone"') : null,
    acceptedRows: good - broken - repeated,
    returnedRows,
    returned: returnedRows === 0 ? null : await writeReturned(ctx, input, parts, twice),
  };
}

/** One file with every returned row: `file`, `row`, `faults`, `note`, `fields`. */
async function writeReturned(
  ctx: Ctx,
  input: CheckInput,
  parts: Judged[],
  twice: string | null,
): Promise<string> {
  const path = input.scratch.path('returned.parquet');
  const selects: string[] = [];
  for (const [file, part] of parts.entries()) {
    const shifts = await shiftsOf(part.reading, input.scratch);
    selects.push(
      `select ${file} as file, ${rowNumber('n', shifts)} as "row", "#faults" as faults,
         null::bigint as note, "#fields" as fields
       from (select file_row_number as n, "#faults", "#fields" from ${numbered(part.path)}
         where not "#good")`,
    );
    if (twice !== null) selects.push(await repeatedSql(ctx, input, part, { file, shifts, twice }));
  }
  const unread = await writeUnread(input, parts);
  if (unread !== null) selects.push(unread);
  await ctx.lake.engine.run(
    `copy (select * from (${selects.join(' union all ')}) order by file, "row")
     to ${literal(path)} (format parquet, compression zstd)`,
    { signal: input.signal },
  );
  return path;
}

interface Repeated {
  file: number;
  shifts: string | null;
  twice: string;
}

/** Rows of a file whose key stood before. They are good rows: their text is staged only now. */
async function repeatedSql(
  ctx: Ctx,
  { compiled, scratch, signal }: CheckInput,
  part: Judged,
  { file, shifts, twice }: Repeated,
): Promise<string> {
  const text = scratch.path('text.parquet');
  const fields = fieldsOf(part.reading).join(', ');
  await copyInOrder(ctx, `select [${fields}] as f from ${part.source}`, text, signal);
  const same = structuralNumber(compiled.rules.length, 'duplicate');
  // The row named is one of its own file, or 0 when the first stood in another file.
  return `select ${file} as file, ${rowNumber('d.n', shifts)} as "row", [${same}]::integer[],
      case when first_file = file then ${rowNumber('first_n', shifts)} else 0 end, s.f
    from (select * from ${parquet(twice)} where file = ${file}) d
    join ${numbered(text)} s on s.file_row_number = d.n`;
}

/** SQL of the record number (1-based, in the file) of the n-th good record. */
const rowNumber = (n: string, shifts: string | null): string =>
  shifts === null
    ? `(${n} + 1)`
    : `(${n} + 1 + coalesce((select max(shift) from ${shifts} where start <= ${n}), 0))`;

/** How many returned records stand before a good one: a step for each returned record. */
async function shiftsOf(reading: Reading, scratch: Scratch): Promise<string | null> {
  const path = scratch.path('shifts.csv');
  const target = createWriteStream(path);
  const ended = finished(target);
  let shift = 0;
  for (const mark of reading.marks) {
    if (!isReturned(mark)) continue;
    shift += 1;
    // Records before this one that are good: its number, less itself, less the returned ones
    // before.
    if (!target.write(`${mark.row - shift},${shift}\n`)) await once(target, 'drain');
  }
  target.end();
  await ended;
  if (shift === 0) return null;
  return `read_csv(${literal(path)}, header = false, auto_detect = false,
    columns = {'start': 'BIGINT', 'shift': 'BIGINT'})`;
}

/** Records the splitter handed back, as a select over a scratch file; null when there are none. */
async function writeUnread(input: CheckInput, parts: Judged[]): Promise<string | null> {
  const path = input.scratch.path('unread.json');
  const target = createWriteStream(path);
  const ended = finished(target);
  let count = 0;
  for (const [file, { reading }] of parts.entries()) {
    for await (const record of returnedRecords(reading)) {
      if (record.reason === 'requote' || record.reason === 'blank') continue;
      const faults = [structuralNumber(input.compiled.rules.length, record.reason)];
      const counted = record.fields === 0 ? null : record.fields;
      const line = { file, row: record.row, faults, note: counted, fields: record.values };
      if (!target.write(`${JSON.stringify(line)}\n`)) await once(target, 'drain');
      count += 1;
    }
  }
  target.end();
  await ended;
  if (count === 0) return null;
  const columns = `{'file': 'INTEGER', 'row': 'BIGINT', 'faults': 'INTEGER[]', 'note': 'BIGINT',
    'fields': 'VARCHAR[]'}`;
  const limit = 64 * 2 ** 20;
  return `select file, "row", faults, note, fields from read_json(${literal(path)},
    format = 'newline_delimited', maximum_object_size = ${limit}, columns = ${columns})`;
}
