/** Judging staged rows: which are taken, which go back and why. All set-wise, in the engine. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type CompiledContract, type Contract, ident, literal } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { ColumnMap } from './columns.ts';
import { structuralNumber } from './faults.ts';
import { isReturned, type Reading, returnedRecords } from './reading/index.ts';
import type { Scratch } from './scratch.ts';
import { field, type Staged } from './stage.ts';

/** A staged file whose columns are known. */
export interface Part extends Staged {
  columns: ColumnMap;
}

export interface Checked {
  /** Trusted query of the rows to take, typed. */
  accepted: string;
  acceptedRows: number;
  returnedRows: number;
  /** Parquet with the rows that go back; null when there are none. */
  returned: string | null;
}

const parquet = (path: string): string => `read_parquet(${literal(path)})`;

/** The rows of a part as text by item, with `n`, their number among the good records from 0. */
const rowsOf = (contract: Contract, part: Part): string => {
  const items = contract.items.map(
    ({ name }) => `${field(part.columns.get(name) ?? 0)} as ${ident(name)}`,
  );
  const from = `read_parquet(${literal(part.path)}, file_row_number = true)`;
  return `(select file_row_number as n, ${items.join(', ')} from ${from})`;
};

const typedRows = (input: CheckInput, part: Part): string =>
  input.compiled.typed(rowsOf(input.contract, part), ['n']);

export interface CheckInput {
  contract: Contract;
  compiled: CompiledContract;
  parts: Part[];
  scratch: Scratch;
}

/** Writes one scratch file per part with the rows that break a rule: `n`, `faults`. */
async function rejects(ctx: Ctx, input: CheckInput): Promise<string[]> {
  const paths: string[] = [];
  for (const part of input.parts) {
    const path = input.scratch.path('rejects.parquet');
    await ctx.lake.engine.run(
      `copy (select n, ${input.compiled.faults} as faults from ${typedRows(input, part)}
       where not (${input.compiled.good})) to ${literal(path)} (format parquet)`,
    );
    paths.push(path);
  }
  return paths;
}

/** Rows whose key stood in an earlier row of the delivery that is good itself. */
async function duplicates(ctx: Ctx, input: CheckInput, rejected: string[]): Promise<string | null> {
  const { contract, parts, scratch } = input;
  if (contract.key.length === 0) return null;
  const key = contract.key.map(ident).join(', ');
  const every = parts.map(
    (part, file) => `select ${file} as file, k.n, ${key} from ${keyRows(input, part)} as k`,
  );
  const [row] = await ctx.lake.engine.rows(
    `select exists (select 1 from (${every.join(' union all ')})
       group by ${key} having count(*) > 1) as twice`,
  );
  if (row?.twice !== true) return null;
  // Only now is it asked whether the rows are good themselves: most deliveries have no key twice.
  const all = every
    .map((rows, file) => `${rows} anti join ${parquet(rejected[file] ?? '')} as r on k.n = r.n`)
    .join(' union all ');
  const path = scratch.path('duplicates.parquet');
  await ctx.lake.engine.run(
    `copy (
       with keyed as (${all}),
         twice as (select ${key} from keyed group by ${key} having count(*) > 1)
       select * from (
         select file, n, first(n) over w as first_n, first(file) over w as first_file,
           row_number() over w as turn
         from keyed semi join twice using (${key})
         window w as (partition by ${key} order by file, n)
       ) where turn > 1
     ) to ${literal(path)} (format parquet)`,
  );
  return path;
}

/** Only the items of the key, typed: nothing else is read from the file. */
const keyRows = (input: CheckInput, part: Part): string => {
  const { contract, compiled } = input;
  return `(select n, ${contract.key.map(ident).join(', ')}
    from ${compiled.typed(rowsOf(contract, part), ['n'])})`;
};

const countOf = async (ctx: Ctx, from: string): Promise<number> => {
  const [row] = await ctx.lake.engine.rows(`select count(*) as n from ${from}`);
  return Number(row?.n ?? 0);
};

/**
 * Checks all parts.
 * @returns accepted + returned = rows of all files, always
 */
export async function checkParts(ctx: Ctx, input: CheckInput): Promise<Checked> {
  const { contract, parts } = input;
  const rejected = await rejects(ctx, input);
  const twice = await duplicates(ctx, input, rejected);
  const names = contract.items.map(({ name }) => ident(name)).join(', ');
  const accepted = parts.map((part, file) => {
    const bad = [`select n from ${parquet(rejected[file] ?? '')}`];
    if (twice !== null) bad.push(`select n from ${parquet(twice)} where file = ${file}`);
    return `select ${names} from ${typedRows(input, part)} as t
      anti join (${bad.join(' union all ')}) as b on t.n = b.n`;
  });
  const counts = await Promise.all(rejected.map((path) => countOf(ctx, parquet(path))));
  const broken = counts.reduce((sum, count) => sum + count, 0);
  const repeated = twice === null ? 0 : await countOf(ctx, parquet(twice));
  const unread = parts.reduce((sum, { reading }) => sum + reading.rows - reading.good, 0);
  const good = parts.reduce((sum, { reading }) => sum + reading.good, 0);
  const returnedRows = broken + repeated + unread;
  const returned = returnedRows === 0 ? null : await writeReturned(ctx, input, { rejected, twice });
  return {
    accepted: accepted.join(' union all '),
    acceptedRows: good - broken - repeated,
    returnedRows,
    returned,
  };
}

interface Rejected {
  rejected: string[];
  twice: string | null;
}

/** One file with every returned row: `file`, `row`, `faults`, `note`, `fields`. */
async function writeReturned(ctx: Ctx, input: CheckInput, found: Rejected): Promise<string> {
  const { parts, scratch, compiled } = input;
  const path = scratch.path('returned.parquet');
  const selects: string[] = [];
  for (const [file, part] of parts.entries()) {
    const shifts = await shiftsOf(part.reading, scratch);
    const staged = `read_parquet(${literal(part.path)}, file_row_number = true)`;
    const fields = part.reading.headers.map((_, at) => field(at)).join(', ');
    const same = structuralNumber(compiled.rules.length, 'duplicate');
    const bad = [
      `select n, faults, null::bigint as note from ${parquet(found.rejected[file] ?? '')}`,
    ];
    if (found.twice !== null) {
      // The row named is one of its own file, or 0 when the first stood in another file.
      bad.push(`select n, [${same}]::integer[], case when first_file = file
        then ${rowNumber('first_n', shifts)} else 0 end from ${parquet(found.twice)}
        where file = ${file}`);
    }
    selects.push(
      `select ${file} as file, ${rowNumber('b.n', shifts)} as "row", b.faults, b.note,
         [${fields}] as fields
       from (${bad.join(' union all ')}) b join ${staged} s on s.file_row_number = b.n`,
    );
  }
  const unread = await writeUnread(input);
  if (unread !== null) selects.push(unread);
  await ctx.lake.engine.run(
    `copy (select * from (${selects.join(' union all ')}) order by file, "row")
     to ${literal(path)} (format parquet, compression zstd)`,
  );
  return path;
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
async function writeUnread(input: CheckInput): Promise<string | null> {
  const path = input.scratch.path('unread.json');
  const target = createWriteStream(path);
  const ended = finished(target);
  let count = 0;
  for (const [file, { reading }] of input.parts.entries()) {
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
