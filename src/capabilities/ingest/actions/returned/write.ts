/**
 * The rows of a delivery that go back, as one file: `file`, `row`, `faults` (numbers of rules),
 * `note`, `fields` and `text` as they came, `key` where it could be told, and of rows that came in
 * a file of returned rows what they went back from (`from_batch`, `from_file`, `from_row`).
 */
import { ident, literal } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { structuralNumber } from '../faults.ts';
import { type CheckInput, fieldsOf, type Judged, numbered, parquet } from '../judged.ts';
import {
  isReturned,
  type Reading,
  recordTexts,
  returnedRecords,
  sinkTo,
} from '../reading/index.ts';
import type { Scratch } from '../scratch.ts';
import { copyInOrder } from '../stage.ts';

/** Lines of JSON into a scratch file; gives how many. */
async function writeLines(path: string, lines: AsyncIterable<unknown>): Promise<number> {
  return sinkTo(path, async (sink) => {
    let count = 0;
    for await (const line of lines) {
      await sink.write(`${JSON.stringify(line)}\n`);
      count += 1;
    }
    return count;
  });
}

/** Bytes of a line: a record twice over, as text and in fields, each byte of it spelt in six. */
const lineBytes = (recordBytes: number): number => Math.max(2 ** 26, recordBytes * 12);

const jsonSql = (path: string, columns: string, recordBytes = 0): string =>
  `read_json(${literal(path)}, format = 'newline_delimited',
    maximum_object_size = ${lineBytes(recordBytes)}, columns = {${columns}})`;

/** The key as text, null when a part of it is. */
function keySql({ contract }: CheckInput, from = ''): string {
  const names = contract.key.map((name) => `${from}${ident(name)}`);
  if (names.length === 0) return 'null::varchar[]';
  const isThere = names.map((name) => `${name} is not null`).join(' and ');
  return `case when ${isThere} then [${names.map((name) => `${name}::varchar`).join(', ')}] end`;
}

const refNames = ['from_batch', 'from_file', 'from_row'];

function refsSql({ lead }: Judged, from = ''): string {
  const values =
    lead === null
      ? ['null::varchar', 'null::varchar', 'null::bigint']
      : [`${from}"#batch"`, `${from}"#file"`, `${from}"#row"`];
  return values.map((value, at) => `${value} as ${refNames[at]}`).join(', ');
}

interface Numbering {
  file: number;
  /** Relation `start`, `shift`: how many returned records stand before the n-th good one. */
  shifts: string;
}

/** The relation with the record number, 1-based, of the good record at `n`. */
const numberedRows = (relation: string, n: string, as: string, { shifts }: Numbering): string =>
  `(select t.*, t.${n} + 1 + coalesce(s.shift, 0) as ${as}
    from ${relation} t asof left join ${shifts} s on t.${n} >= s.start)`;

function brokenSql(input: CheckInput, part: Judged, numbering: Numbering): string {
  const bad = `(select file_row_number as n, * from ${numbered(part.path)} where not "#good")`;
  return `select ${numbering.file} as file, "row", "#faults" as faults, null::bigint as note,
      "#fields" as fields, null::varchar as text, ${keySql(input)} as key, ${refsSql(part)}
    from ${numberedRows(bad, 'n', '"row"', numbering)}`;
}

/** Rows of a file whose key stood before. They are good rows: their fields are staged only now. */
async function repeatedSql(
  ctx: Ctx,
  input: CheckInput,
  part: Judged,
  { twice, ...numbering }: Numbering & { twice: string },
): Promise<string> {
  const { compiled, scratch, signal } = input;
  const { file } = numbering;
  const text = scratch.path('text.parquet');
  const columns = part.reading.headers.length;
  const fields = fieldsOf(part.reading.headers, part.lead).join(', ');
  await copyInOrder(ctx, `select [${fields}] as f from ${part.source}`, text, { columns, signal });
  const same = structuralNumber(compiled.rules.length, 'duplicate');
  const own = `(select n, first_n, first_file from ${parquet(twice)} where file = ${file})`;
  const placed = numberedRows(own, 'n', '"row"', numbering);
  const both = numberedRows(placed, 'first_n', 'first_row', numbering);
  // The row named is one of its own file, or 0 when the first stood in another file.
  return `select ${file} as file, d."row", [${same}]::integer[] as faults,
      case when d.first_file = ${file} then d.first_row else 0 end as note,
      s.f as fields, null::varchar as text, ${keySql(input, 'j.')} as key, ${refsSql(part, 'j.')}
    from ${both} d join ${numbered(part.path)} j on j.file_row_number = d.n
      join ${numbered(text)} s on s.file_row_number = d.n`;
}

/** How many returned records stand before a good one: a step for each place where it grows. */
async function shiftsOf(reading: Reading, scratch: Scratch): Promise<string> {
  const path = scratch.path('shifts.json');
  async function* steps(): AsyncGenerator<{ start: number; shift: number }> {
    let shift = 0;
    let last: { start: number; shift: number } | null = null;
    for (const mark of reading.marks) {
      if (!isReturned(mark)) continue;
      shift += 1;
      // Good records before this one: its number, less itself, less the returned ones before.
      const start = mark.row - shift;
      if (last !== null && last.start !== start) yield last;
      last = { start, shift };
    }
    if (last !== null) yield last;
  }
  await writeLines(path, steps());
  return jsonSql(path, `'start': 'BIGINT', 'shift': 'BIGINT'`);
}

interface Line {
  file: number;
  row: number;
  faults: number[];
  note: number | null;
  fields: string[];
  text: string | null;
  from_batch: string | null;
  from_file: string | null;
  from_row: number | null;
}

/** The records of a file that the splitter handed back. */
async function* unreadLines(
  { compiled }: CheckInput,
  { reading, lead }: Judged,
  { file, recordBytes }: { file: number; recordBytes: number },
): AsyncGenerator<Line> {
  for await (const record of returnedRecords(reading, recordBytes)) {
    if (record.reason === 'requote' || record.reason === 'blank') continue;
    const { row, values } = record;
    yield {
      file,
      row,
      faults: [structuralNumber(compiled.rules.length, record.reason)],
      note: record.fields === 0 ? null : record.fields,
      fields: lead === null ? values : values.filter((_, at) => !lead.places.has(at)),
      text: lead === null && isText(reading) ? record.text : null,
      from_batch: lead === null ? null : values[lead.batch]?.trim() || null,
      from_file: lead === null ? null : (values[lead.file]?.trim() ?? null),
      from_row: lead === null ? null : Math.trunc(Number(values[lead.row])) || null,
    };
  }
}

/** All of them as a select over a scratch file; null when there are none. */
async function unreadSql(
  input: CheckInput,
  parts: Judged[],
  recordBytes: number,
): Promise<string | null> {
  const path = input.scratch.path('unread.json');
  async function* lines(): AsyncGenerator<Line> {
    for (const [file, part] of parts.entries())
      yield* unreadLines(input, part, { file, recordBytes });
  }
  if ((await writeLines(path, lines())) === 0) return null;
  const columns = `'file': 'INTEGER', 'row': 'BIGINT', 'faults': 'INTEGER[]', 'note': 'BIGINT',
    'fields': 'VARCHAR[]', 'text': 'VARCHAR', 'from_batch': 'VARCHAR', 'from_file': 'VARCHAR',
    'from_row': 'BIGINT'`;
  return `select file, "row", faults, note, fields, text, null::varchar[] as key,
    ${refNames.join(', ')} from ${jsonSql(path, columns, recordBytes)}`;
}

const texts: ReadonlySet<string> = new Set(['utf-8', 'utf-16le', 'utf-16be', 'gb18030']);
const isText = ({ encoding }: Reading): boolean => texts.has(encoding);

const pageRows = 50_000;

/** Numbers of the rows of a file whose text is still to be found. */
async function* textless(ctx: Ctx, path: string, file: number): AsyncGenerator<number> {
  for (let after = 0; ; ) {
    const rows = await ctx.lake.engine.rows(
      `select "row" from ${parquet(path)} where file = ${file} and text is null and "row" > ${after}
       order by "row" limit ${pageRows}`,
    );
    for (const { row } of rows) yield Number(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = Number(last.row);
  }
}

/** Texts of the rows the engine judged, found again in the files. */
async function textsSql(
  ctx: Ctx,
  input: CheckInput,
  parts: Judged[],
  found: string,
): Promise<string | null> {
  const path = input.scratch.path('texts.json');
  const recordBytes = ctx.settings.delivery_record_max_bytes;
  async function* lines(): AsyncGenerator<unknown> {
    for (const [file, { reading, lead }] of parts.entries()) {
      if (lead !== null || !isText(reading)) continue;
      const rows = textless(ctx, found, file);
      for await (const { row, text } of recordTexts(reading, recordBytes, rows)) {
        input.signal?.throwIfAborted();
        yield { file, row, text };
      }
    }
  }
  if ((await writeLines(path, lines())) === 0) return null;
  return jsonSql(path, `'file': 'INTEGER', 'row': 'BIGINT', 'text': 'VARCHAR'`, recordBytes);
}

/** Writes every returned row of the files, in their order; gives the path of the scratch file. */
export async function writeReturned(
  ctx: Ctx,
  input: CheckInput,
  parts: Judged[],
  twice: string | null,
): Promise<string> {
  const { scratch, signal } = input;
  const selects: string[] = [];
  for (const [file, part] of parts.entries()) {
    const numbering = { file, shifts: await shiftsOf(part.reading, scratch) };
    selects.push(brokenSql(input, part, numbering));
    if (twice !== null) selects.push(await repeatedSql(ctx, input, part, { ...numbering, twice }));
  }
  const unread = await unreadSql(input, parts, ctx.settings.delivery_record_max_bytes);
  if (unread !== null) selects.push(unread);
  const found = scratch.path('found.parquet');
  const columns = Math.max(...parts.map(({ reading }) => reading.headers.length));
  await copyInOrder(ctx, selects.join(' union all '), found, { columns, signal });
  const told = await textsSql(ctx, input, parts, found);
  const path = scratch.path('returned.parquet');
  const all =
    told === null
      ? `select * from ${parquet(found)}`
      : `select f.* replace (coalesce(f.text, t.text) as text) from ${parquet(found)} f
         left join ${told} t on t.file = f.file and t."row" = f."row"`;
  await ctx.lake.engine.run(
    `set session preserve_insertion_order = true;
     copy (select * from (${all}) order by file, "row") to ${literal(path)}
       (format parquet, compression zstd)`,
    { signal },
  );
  return path;
}
