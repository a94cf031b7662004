/**
 * Judging the rows of a delivery: which are taken, which go back and why. One pass of the engine
 * types and judges them; all else looks at what that pass wrote.
 */

import { ident, literal } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { Prepared } from '#kernel/lake';
import type { ColumnMap } from './columns.ts';
import { type CheckInput, fieldsOf, type Judged, numbered, parquet } from './judged.ts';
import type { Opened, PassWatch } from './reading/index.ts';
import { type Lead, restored } from './returned/lead.ts';
import { writeReturned } from './returned/write.ts';
import { field, stage } from './stage.ts';

/** A file whose columns are known. */
export interface Part {
  opened: Opened;
  columns: ColumnMap;
  /** Of a file of returned rows: where its columns say what each row went back from. */
  lead: Lead | null;
}

export interface Checked {
  /** Trusted query of the rows to take, typed. */
  accepted: string;
  /** The same as files the lake only has to name; null where it has to look at them first. */
  prepared: Prepared | null;
  /** Trusted query of the keys to remove; null when there are none. */
  removed: string | null;
  acceptedRows: number;
  returnedRows: number;
  /** Parquet with the rows that go back; null when there are none. */
  returned: string | null;
  /**
   * Trusted query of what the rows went back from: `batch`, `file`, `row`; null of ordinary files.
   */
  refs: string | null;
}

/** What a row of a file of returned rows went back from. */
const refsOf = (lead: Lead | null): string[] =>
  lead === null
    ? []
    : [
        `nullif(trim(${ident(field(lead.batch))}), '') as "#batch"`,
        `trim(${ident(field(lead.file))}) as "#file"`,
        `try_cast(try_cast(trim(${ident(field(lead.row))}) as double) as bigint) as "#row"`,
      ];

const itemsOf = ({ contract }: CheckInput): string =>
  contract.items.map(({ name }) => ident(name)).join(', ');

/** The judging pass over the text of a file, row for row. */
function judgedSql(input: CheckInput, part: Part, source: string): string {
  const { contract, compiled } = input;
  const { headers } = part.opened;
  const { lead } = part;
  const names = headers.map((_, at) => field(at));
  const value = (at: number): string =>
    lead === null ? ident(field(at)) : restored(ident(field(at)));
  const items = contract.items.map(
    ({ name }) => `${value(part.columns.get(name) ?? 0)} as ${ident(name)}`,
  );
  const text = `(select ${[...names.map(ident), ...items].join(', ')} from ${source})`;
  const gone = compiled.gone === null ? [] : [`${compiled.gone} as "#gone"`];
  return `select ${[itemsOf(input), '"#good"', ...gone, ...refsOf(lead)].join(', ')},
      case when not "#good" then ${compiled.faults} end as "#faults",
      case when not "#good" then [${fieldsOf(headers, lead).join(', ')}] end as "#fields"
    from (select *, (${compiled.good}) as "#good" from ${compiled.typed(text, names)})`;
}

/** Types and judges a file in one pass, while the splitter reads it too. */
export async function judgePart(
  ctx: Ctx,
  input: CheckInput,
  part: Part,
  progress: PassWatch['progress'],
): Promise<Judged> {
  const staged = await stage(ctx, part.opened, {
    scratch: input.scratch,
    query: (source) => judgedSql(input, part, source),
    signal: input.signal,
    progress,
  });
  return { ...staged, lead: part.lead };
}

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
 * Takes and hands back, both at once: one keeps the engine busy, the other mostly this thread.
 * @param twice what `duplicates` gave; null when no key occurs twice
 * @returns accepted + returned = rows of all files, always
 * @throws lake.key_twice when keys occur twice that `twice` does not name
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
  const acceptedRows = good - broken - repeated;
  const key = input.contract.key.map(ident).join(', ');
  const isKept = input.compiled.gone === null ? 'true' : 'not "#gone"';
  const accepted = goodSql(parts, twice, itemsOf(input), isKept);
  const removes = await removesAny(ctx, input, parts);
  const isMore = parts.some(({ lead }) => lead !== null) || removes || acceptedRows === 0;
  const [prepared, returned] = await bothOf(
    isMore ? null : prepareWhole(ctx, input, accepted),
    returnedRows === 0 ? null : writeReturned(ctx, input, parts, twice),
  );
  return {
    accepted,
    prepared,
    removed: removes ? goodSql(parts, twice, key, '"#gone"') : null,
    acceptedRows,
    returnedRows,
    returned,
    refs: await refsOfAll(ctx, input, parts, returned),
  };
}

/** Waits for both, so that nothing is still written when one fails. */
async function bothOf<A, B>(one: Promise<A> | null, other: Promise<B> | null) {
  await Promise.allSettled([one, other]);
  return [await one, await other] as const;
}

/** Files of rows that will stand as they are: all there is, or beside what stands without a key. */
async function prepareWhole(
  ctx: Ctx,
  { contract, scratch, signal }: CheckInput,
  sql: string,
): Promise<Prepared | null> {
  const { name: dataset, mode, key } = contract;
  const isWhole = mode === 'full' || (mode === 'append' && key.length === 0);
  if (!isWhole && (await ctx.lake.latest(ctx, dataset)) !== null) return null;
  const prepared = await ctx.lake.prepare(ctx, { dataset, sql, signal });
  scratch.add(prepared.paths);
  return prepared;
}

/** What all rows of the files went back from, those that go back again included. */
async function refsOfAll(
  ctx: Ctx,
  { scratch, signal }: CheckInput,
  parts: Judged[],
  returned: string | null,
): Promise<string | null> {
  const resent = parts.filter(({ lead }) => lead !== null);
  if (resent.length === 0) return null;
  const taken = resent.map(
    ({ path }) =>
      `select "#batch" as batch, "#file" as file, "#row" as "row" from ${parquet(path)}`,
  );
  const back =
    returned === null ? [] : [`select from_batch, from_file, from_row from ${parquet(returned)}`];
  const path = scratch.path('refs.parquet');
  await ctx.lake.engine.run(
    `copy (select distinct batch, file, "row"
       from (${[...taken, ...back].join(' union all ')}) where batch is not null)
     to ${literal(path)} (format parquet)`,
    { signal },
  );
  return `select batch, file, "row" from ${parquet(path)}`;
}
