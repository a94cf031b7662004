/** Returned rows that are still out, on PostgreSQL: which file holds them, how many break what. */
import { type SqlBool, sql } from 'kysely';
import type { Rule } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { DeliveredFile } from '../model.ts';

type StoreCtx = Pick<Ctx, 'db'>;

/** A delivery some of whose rows are out. */
export interface OpenBatch {
  batch: string;
  dataset: string;
  files: DeliveredFile[];
  rules: Rule[];
  /** File of the rows still out, below the folder of returned rows. */
  openFile: string;
  openRows: number;
  since: Date;
}

type OpenRow = {
  batch: string;
  dataset: string;
  files: DeliveredFile[];
  rules: Rule[];
  open_file: string;
  open_rows: number;
  open_since: Date;
};

const openBatch = (row: OpenRow): OpenBatch => ({
  batch: row.batch,
  dataset: row.dataset,
  files: row.files,
  rules: row.rules,
  openFile: row.open_file,
  openRows: Number(row.open_rows),
  since: row.open_since,
});

/** Deliveries of a dataset with rows that are out, newest first. */
export async function openBatches(
  ctx: StoreCtx,
  dataset: string,
  most: number,
): Promise<OpenBatch[]> {
  const { rows } = await sql<OpenRow>`
    select batch, dataset, files, rules, open_file, open_rows, open_since from ingest_delivery
    where dataset = ${dataset} and open_rows > 0 order by ending desc limit ${most}`.execute(
    ctx.db,
  );
  return rows.map(openBatch);
}

/** What is out of each dataset. */
export interface OpenSum {
  dataset: string;
  rows: number;
  batches: number;
  since: Date;
}

export async function openSums(ctx: StoreCtx, datasets: readonly string[]): Promise<OpenSum[]> {
  if (datasets.length === 0) return [];
  const { rows } = await sql<{ dataset: string; rows: number; batches: number; since: Date }>`
    select dataset, sum(open_rows)::bigint as rows, count(*) as batches, min(open_since) as since
    from ingest_delivery where open_rows > 0 and dataset = any(${[...datasets]})
    group by dataset order by 2 desc, 1`.execute(ctx.db);
  return rows.map((row) => ({
    ...row,
    rows: Number(row.rows),
    batches: Number(row.batches),
  }));
}

/** Deliveries that changed each dataset. */
export async function landedCounts(ctx: StoreCtx): Promise<Map<string, number>> {
  const { rows } = await sql<{ dataset: string; n: number }>`
    select dataset, count(*) as n from ingest_delivery where state = 'landed'
    group by dataset`.execute(ctx.db);
  return new Map(rows.map(({ dataset, n }) => [dataset, Number(n)]));
}

/** How many rows that are out break each rule, by the rule's own description. */
export interface OpenReason {
  dataset: string;
  rule: Rule;
  rows: number;
}

export async function openReasons(
  ctx: StoreCtx,
  datasets: readonly string[],
): Promise<OpenReason[]> {
  if (datasets.length === 0) return [];
  const { rows } = await sql<{ dataset: string; rule: Rule; rows: number }>`
    select d.dataset, d.rules -> r.number as rule, sum(r.open_rows)::bigint as rows
    from ingest_delivery d join ingest_returned r on r.batch = d.batch
    where d.open_rows > 0 and r.open_rows > 0 and d.dataset = any(${[...datasets]})
    group by 1, 2 order by 1, 3 desc`.execute(ctx.db);
  return rows.map((row) => ({ ...row, rows: Number(row.rows) }));
}

export type Counted = readonly (readonly [number: number, rows: number])[];

/** What of a new delivery is out. */
export async function openReturned(
  ctx: StoreCtx,
  batch: string,
  { file, rows, since, counts }: { file: string; rows: number; since: Date; counts: Counted },
): Promise<void> {
  await sql`
    update ingest_delivery set open_file = ${file}, open_rows = ${rows}, open_since = ${since}
    where batch = ${batch}`.execute(ctx.db);
  for (const [number, count] of counts) {
    await sql`insert into ingest_returned (batch, number, rows, open_rows)
      values (${batch}, ${number}, ${count}, ${count})`.execute(ctx.db);
  }
}

/** What of an earlier delivery is still out after some of it came back in order. */
export async function shrinkReturned(
  ctx: StoreCtx,
  batch: string,
  { file, rows, counts }: { file: string | null; rows: number; counts: Counted },
): Promise<void> {
  await sql`update ingest_delivery set open_file = ${file}, open_rows = ${rows}
    where batch = ${batch}`.execute(ctx.db);
  await sql`update ingest_returned set open_rows = 0 where batch = ${batch}`.execute(ctx.db);
  for (const [number, count] of counts) {
    await sql`update ingest_returned set open_rows = ${count}
      where batch = ${batch} and number = ${number}`.execute(ctx.db);
  }
}

/** A whole delivery stands in the place of all before: nothing of them is out any more. */
export async function supersede(ctx: StoreCtx, dataset: string, batch: string): Promise<void> {
  await sql`
    update ingest_returned set open_rows = 0 where open_rows > 0 and batch in (
      select batch from ingest_delivery
      where dataset = ${dataset} and open_rows > 0 and batch <> ${batch})`.execute(ctx.db);
  await sql`update ingest_delivery set open_rows = 0, open_file = null
    where dataset = ${dataset} and open_rows > 0 and batch <> ${batch}`.execute(ctx.db);
}

/** Of the named batches, those that landed in the dataset and are not superseded. */
export async function returnableBatches(
  ctx: StoreCtx,
  dataset: string,
  batches: readonly string[],
  { whole }: { whole: boolean },
): Promise<{ batch: string; since: Date | null; superseded: boolean }[]> {
  const { rows } = await sql<{ batch: string; since: Date | null; superseded: SqlBool }>`
    select d.batch, d.open_since as since, ${whole}::boolean and exists (
      select 1 from ingest_delivery e where e.dataset = d.dataset and e.state = 'landed'
        and not e.resent and e.ending > d.ending) as superseded
    from ingest_delivery d
    where d.dataset = ${dataset} and d.state = 'landed' and d.batch = any(${[...batches]})`.execute(
    ctx.db,
  );
  return rows.map((row) => ({ ...row, superseded: row.superseded === true }));
}
