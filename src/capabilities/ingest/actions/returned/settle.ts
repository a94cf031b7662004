/**
 * The account of returned rows that are still out. A row is out until it comes back in its file, or
 * a good row of the same key is delivered, or a whole delivery stands in the place of its own.
 */
import { type Contract, ident, literal } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { ingestErrors } from '../../errors.ts';
import {
  type Counted,
  type OpenBatch,
  openBatches,
  openReturned,
  returnableBatches,
  shrinkReturned,
  supersede,
} from '../../store.ts';
import type { Checked } from '../check.ts';
import { parquet } from '../judged.ts';
import type { Scratch } from '../scratch.ts';
import { keepFile, returnedPath } from './folder.ts';
import { shownNames } from './lead.ts';

export interface SettleInput {
  contract: Contract;
  batch: string;
  checked: Checked;
  /** File of the rows this delivery hands back; null when there are none. */
  returnedFile: string | null;
  scratch: Scratch;
  /** Told of every file that is written, so that a failure can remove it. */
  wrote: (name: string) => void;
}

/** Deliveries looked through for rows that came in order: the newest that have any out. */
const batchesMost = 500;

const numberOf = (value: unknown): number => Number(value ?? 0);

/**
 * Refuses mended rows whose delivery nobody knows, or in whose place another stands by now.
 * @throws ingest.unknown_resend, ingest.superseded_resend
 */
export async function checkRefs(ctx: Ctx, contract: Contract, refs: string): Promise<void> {
  const rows = await ctx.lake.engine.rows(`select distinct batch from (${refs})`);
  const named = rows.map(({ batch }) => String(batch));
  const whole = contract.mode === 'full';
  const known = await returnableBatches(ctx, contract.name, named, { whole });
  const dataset = contract.title.zh;
  const unknown = named.filter((name) => !known.some(({ batch }) => batch === name));
  if (unknown.length > 0 || named.length === 0) {
    throw ingestErrors.make('unknown_resend', { dataset, batch: unknown[0] ?? '' });
  }
  const old = known.find(({ superseded }) => superseded);
  if (old !== undefined) {
    throw ingestErrors.make('superseded_resend', { dataset, batch: old.batch });
  }
}

/** How many rows of a file of returned rows break each rule. */
async function countsOf(ctx: Ctx, path: string): Promise<Counted> {
  const rows = await ctx.lake.engine.rows(
    `select number, count(*) as n from (select unnest(faults) as number from ${parquet(path)})
     group by number order by number`,
  );
  return rows.map(({ number, n }) => [numberOf(number), numberOf(n)] as const);
}

/** What of this delivery is out, and since when. */
async function openOwn(ctx: Ctx, input: SettleInput, dates: Dates): Promise<void> {
  const { checked, returnedFile, batch } = input;
  if (returnedFile === null) return;
  const path = returnedPath(ctx, returnedFile);
  const again = await ctx.lake.engine.rows(
    `select distinct from_batch as batch from ${parquet(path)} where from_batch is not null`,
  );
  const since = again.reduce((oldest, row) => {
    const date = dates.get(String(row.batch));
    return date !== undefined && date < oldest ? date : oldest;
  }, ctx.clock.now());
  const counts = await countsOf(ctx, path);
  await openReturned(ctx, batch, { file: returnedFile, rows: checked.returnedRows, since, counts });
}

type Dates = ReadonlyMap<string, Date>;

/** Rows of the open files that came in order, as a select of `i`, `file`, `row`. */
function closedSql(ctx: Ctx, input: SettleInput, open: OpenBatch[]): string {
  const { contract, checked } = input;
  const standing = open.map(
    ({ openFile }, i) =>
      `select ${i} as i, file, "row", key from ${parquet(returnedPath(ctx, openFile))}`,
  );
  const from = `(${standing.join(' union all ')}) o`;
  const selects: string[] = [];
  if (checked.refs !== null) {
    const names = open.flatMap(({ batch, files }, i) =>
      shownNames(files).map(
        (name, file) =>
          `(${i}, ${literal(batch)}, ${files.length === 1 ? 'null' : literal(name)}, ${file})`,
      ),
    );
    selects.push(
      `select o.i, o.file, o."row" from ${from}
       join (values ${names.join(', ')}) n(i, batch, name, file) on n.i = o.i and n.file = o.file
       semi join (${checked.refs}) r on r.batch = n.batch and r."row" = o."row"
         and (n.name is null or n.name = r.file)`,
    );
  }
  if (contract.key.length > 0 && checked.acceptedRows > 0) {
    const names = contract.key.map((name) => `${ident(name)}::varchar`);
    const given = [checked.accepted, ...(checked.removed === null ? [] : [checked.removed])].map(
      (query) =>
        `select ${names.map((name, at) => `${name} as k${at}`).join(', ')} from (${query})`,
    );
    const same = names.map((_, at) => `o.key[${at + 1}] = k.k${at}`).join(' and ');
    selects.push(
      `select o.i, o.file, o."row" from ${from} semi join (${given.join(' union all ')}) k on ${same}`,
    );
  }
  return selects.join(' union ');
}

/** Takes what came in order out of the files of earlier deliveries; gives how many rows. */
async function closeEarlier(ctx: Ctx, input: SettleInput, open: OpenBatch[]): Promise<number> {
  if (open.length === 0) return 0;
  const sql = closedSql(ctx, input, open);
  if (sql === '') return 0;
  const closed = input.scratch.path('closed.parquet');
  await ctx.lake.engine.run(`copy (${sql}) to ${literal(closed)} (format parquet)`);
  const touched = await ctx.lake.engine.rows(
    `select i, count(*) as n from ${parquet(closed)} group by i order by i`,
  );
  let mended = 0;
  for (const { i, n } of touched) {
    const one = open[numberOf(i)];
    if (one === undefined) continue;
    mended += numberOf(n);
    await shrink(ctx, input, one, `select file, "row" from ${parquet(closed)} where i = ${i}`);
  }
  return mended;
}

async function shrink(ctx: Ctx, input: SettleInput, one: OpenBatch, closed: string): Promise<void> {
  const rest = input.scratch.path('open.parquet');
  await ctx.lake.engine.run(
    `set session preserve_insertion_order = true;
     copy (select o.* from ${parquet(returnedPath(ctx, one.openFile))} o
       anti join (${closed}) c on c.file = o.file and c."row" = o."row" order by o.file, o."row")
     to ${literal(rest)} (format parquet, compression zstd)`,
  );
  const [row] = await ctx.lake.engine.rows(`select count(*) as n from ${parquet(rest)}`);
  const rows = numberOf(row?.n);
  const counts = await countsOf(ctx, rest);
  const file = rows === 0 ? null : `${one.batch}.${input.batch}.parquet`;
  if (file !== null) {
    input.wrote(file);
    await keepFile(ctx, rest, file);
  }
  await shrinkReturned(ctx, one.batch, { file, rows, counts });
}

/** Rows that came back mended and have to go back again are in no order yet. */
export async function backAgain(ctx: Ctx, checked: Checked): Promise<number> {
  if (checked.refs === null || checked.returned === null) return 0;
  const [row] = await ctx.lake.engine.rows(
    `select count(distinct (from_batch, from_file, from_row)) as n
     from ${parquet(checked.returned)} where from_batch is not null`,
  );
  return numberOf(row?.n);
}

/**
 * Brings the account up to a delivery that lands, in its transaction, under its lock.
 * @returns returned rows of earlier deliveries that came in order
 */
export async function settle(ctx: Ctx, input: SettleInput, again: number): Promise<number> {
  const { contract, batch, checked } = input;
  if (contract.mode === 'full' && checked.refs === null) {
    await supersede(ctx, contract.name, batch);
    await openOwn(ctx, input, new Map());
    return 0;
  }
  const open = await openBatches(ctx, contract.name, batchesMost);
  const earlier = open.filter((one) => one.batch !== batch);
  const closed = await closeEarlier(ctx, input, earlier);
  await openOwn(ctx, input, new Map(earlier.map((one) => [one.batch, one.since])));
  return Math.max(closed - again, 0);
}
