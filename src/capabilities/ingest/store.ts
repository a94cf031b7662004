/** The only SQL of ingest on PostgreSQL: deliveries. */
import { sql } from 'kysely';
import type { Rule } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import { ingestErrors } from './errors.ts';
import type { DeliveredFile, Delivery, ListInput } from './model.ts';

export {
  type Counted,
  type OpenBatch,
  openBatches,
  openReasons,
  openReturned,
  openSums,
  returnableBatches,
  shrinkReturned,
  supersede,
} from './store/returned.ts';

type DeliveryTable = {
  batch: string;
  dataset: string;
  contract_version: number;
  state: Delivery['state'];
  stage: Delivery['stage'];
  progress: number;
  files: unknown;
  digest: string;
  rows: number;
  accepted: number;
  returned: number;
  unchanged: number;
  snapshot: number | null;
  note: string | null;
  rules: unknown;
  returned_file: string | null;
  open_file: string | null;
  open_rows: number;
  open_since: Date | null;
  resent: boolean;
  mended: number;
  error: unknown;
  actor: string;
  actor_name: string;
  process: string;
  touched_at: Date;
  started_at: Date;
  ended_at: Date | null;
  ending: number | null;
  seconds: number | null;
};

type IngestTables = { ingest_delivery: DeliveryTable };

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<IngestTables>();

/** A delivery with what only ingest itself needs. */
export interface StoredDelivery extends Delivery {
  digest: string;
  rules: Rule[];
  returnedFile: string | null;
  openFile: string | null;
  process: string;
  touchedAt: Date;
}

const deliveryOf = (row: DeliveryTable): StoredDelivery => ({
  batch: row.batch,
  dataset: row.dataset,
  contractVersion: row.contract_version,
  state: row.state,
  stage: row.stage,
  progress: row.progress,
  files: row.files as DeliveredFile[],
  rows: row.rows,
  accepted: row.accepted,
  returned: row.returned,
  unchanged: row.unchanged,
  mended: row.mended,
  open: row.open_rows,
  openSince: row.open_since?.toISOString() ?? null,
  snapshot: row.snapshot,
  note: row.note,
  actor: row.actor,
  actorName: row.actor_name,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  seconds: row.seconds,
  error: row.error as Delivery['error'],
  digest: row.digest,
  rules: row.rules as Rule[],
  returnedFile: row.returned_file,
  openFile: row.open_file,
  process: row.process,
  touchedAt: row.touched_at,
});

/** What a delivery looks like from outside. */
export const publicDelivery = (stored: StoredDelivery): Delivery => {
  const {
    digest: _d,
    rules: _r,
    returnedFile: _f,
    openFile: _o,
    process: _p,
    touchedAt: _t,
    ...rest
  } = stored;
  return rest;
};

export interface NewDelivery {
  batch: string;
  dataset: string;
  contractVersion: number;
  files: DeliveredFile[];
  note: string | null;
  process: string;
}

export async function insertDelivery(ctx: Ctx, input: NewDelivery): Promise<void> {
  const now = ctx.clock.now();
  const made = await tables(ctx.db)
    .insertInto('ingest_delivery')
    .values({
      batch: input.batch,
      dataset: input.dataset,
      contract_version: input.contractVersion,
      state: 'running',
      stage: 'reading',
      progress: 0,
      files: JSON.stringify(input.files),
      // Known once the files are read.
      digest: '',
      rows: 0,
      accepted: 0,
      returned: 0,
      unchanged: 0,
      snapshot: null,
      note: input.note,
      rules: '[]',
      returned_file: null,
      open_file: null,
      open_rows: 0,
      open_since: null,
      resent: false,
      mended: 0,
      error: null,
      actor: ctx.actor.id,
      actor_name: ctx.actor.name,
      process: input.process,
      touched_at: now,
      started_at: now,
      ended_at: null,
      ending: null,
      seconds: null,
    })
    .onConflict((on) => on.column('batch').doNothing())
    .returning('batch')
    .executeTakeFirst();
  if (made === undefined) throw ingestErrors.make('batch_taken', { batch: input.batch });
}

export async function touchDelivery(
  ctx: Pick<Ctx, 'db' | 'clock'>,
  batch: string,
  stage: Delivery['stage'],
  progress: number,
): Promise<void> {
  await tables(ctx.db)
    .updateTable('ingest_delivery')
    .set({ stage, progress, touched_at: ctx.clock.now() })
    .where('batch', '=', batch)
    .where('state', '=', 'running')
    .execute();
}

export interface DeliveryEnd {
  state: Exclude<Delivery['state'], 'running'>;
  files?: DeliveredFile[];
  digest?: string;
  rows?: number;
  accepted?: number;
  returned?: number;
  unchanged?: number;
  mended?: number;
  /** It brings mended rows alone. */
  resent?: boolean;
  snapshot?: number | null;
  rules?: readonly Rule[];
  returnedFile?: string | null;
  error?: Delivery['error'];
  seconds: number | null;
}

export async function endDelivery(
  ctx: Pick<Ctx, 'db' | 'clock'>,
  batch: string,
  end: DeliveryEnd,
): Promise<void> {
  const now = ctx.clock.now();
  await tables(ctx.db)
    .updateTable('ingest_delivery')
    .set({
      state: end.state,
      stage: 'done',
      progress: 1,
      ...(end.files === undefined ? {} : { files: JSON.stringify(end.files) }),
      ...(end.digest === undefined ? {} : { digest: end.digest }),
      rows: end.rows ?? 0,
      accepted: end.accepted ?? 0,
      returned: end.returned ?? 0,
      unchanged: end.unchanged ?? 0,
      mended: end.mended ?? 0,
      resent: end.resent ?? false,
      snapshot: end.snapshot ?? null,
      rules: JSON.stringify(end.rules ?? []),
      returned_file: end.returnedFile ?? null,
      error: end.error == null ? null : JSON.stringify(end.error),
      ended_at: now,
      ending: sql<number>`nextval('ingest_delivery_ending')`,
      touched_at: now,
      seconds: end.seconds,
    })
    .where('batch', '=', batch)
    .execute();
}

export async function findDelivery(ctx: StoreCtx, batch: string): Promise<StoredDelivery | null> {
  const row = await tables(ctx.db)
    .selectFrom('ingest_delivery')
    .selectAll()
    .where('batch', '=', batch)
    .executeTakeFirst();
  return row === undefined ? null : deliveryOf(row);
}

/**
 * The landed delivery that this one would repeat: the last one of the dataset or, when rows are
 * only ever added, any one; of the same bytes and the same contract.
 */
export async function repeatedDelivery(
  ctx: StoreCtx,
  sought: { dataset: string; digest: string; contractVersion: number; anyEarlier: boolean },
): Promise<StoredDelivery | null> {
  let query = tables(ctx.db)
    .selectFrom('ingest_delivery')
    .selectAll()
    .where('dataset', '=', sought.dataset)
    .where('state', '=', 'landed')
    .orderBy('ending', 'desc')
    .limit(1);
  if (sought.anyEarlier) query = query.where('digest', '=', sought.digest);
  const row = await query.executeTakeFirst();
  if (row === undefined || row.digest !== sought.digest) return null;
  return row.contract_version === sought.contractVersion ? deliveryOf(row) : null;
}

/** The delivery of a dataset that landed last. */
export async function lastLanded(ctx: StoreCtx, dataset: string): Promise<StoredDelivery | null> {
  const row = await tables(ctx.db)
    .selectFrom('ingest_delivery')
    .selectAll()
    .where('dataset', '=', dataset)
    .where('state', '=', 'landed')
    .orderBy('ending', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : deliveryOf(row);
}

/** Deliveries of the given datasets, newest first. */
export async function listDeliveries(
  ctx: StoreCtx,
  input: ListInput,
  datasets: readonly string[],
): Promise<StoredDelivery[]> {
  if (datasets.length === 0) return [];
  let query = tables(ctx.db)
    .selectFrom('ingest_delivery')
    .selectAll()
    .where('dataset', 'in', datasets)
    .orderBy('started_at', 'desc')
    .orderBy('batch', 'desc')
    .limit(input.limit);
  if (input.dataset !== undefined) query = query.where('dataset', '=', input.dataset);
  if (input.state !== undefined) query = query.where('state', '=', input.state);
  const last = input.before === undefined ? null : await findDelivery(ctx, input.before);
  if (last !== null) {
    const place = sql<boolean>`(started_at, batch) < (${new Date(last.startedAt)}, ${last.batch})`;
    query = query.where(place);
  }
  return (await query.execute()).map(deliveryOf);
}

export async function runningDeliveries(ctx: StoreCtx): Promise<StoredDelivery[]> {
  const rows = await tables(ctx.db)
    .selectFrom('ingest_delivery')
    .selectAll()
    .where('state', '=', 'running')
    .execute();
  return rows.map(deliveryOf);
}

/** Files of returned rows that a delivery names. */
export async function returnedFiles(ctx: StoreCtx): Promise<Set<string>> {
  const rows = await tables(ctx.db)
    .selectFrom('ingest_delivery')
    .select(['returned_file', 'open_file'])
    .where((where) =>
      where.or([where('returned_file', 'is not', null), where('open_file', 'is not', null)]),
    )
    .execute();
  return new Set(rows.flatMap((row) => [row.returned_file ?? [], row.open_file ?? []].flat()));
}

/**
 * Forgets the files of returned rows of deliveries that ended before a moment and have none out any
 * more.
 * @returns the files nobody names any longer
 */
export async function forgetReturned(ctx: StoreCtx, before: Date): Promise<string[]> {
  const { rows } = await sql<{ returned_file: string; open_file: string | null }>`
    with gone as (
      select batch, returned_file, open_file from ingest_delivery
      where returned_file is not null and open_rows = 0 and ended_at < ${before}
      for update)
    update ingest_delivery d set returned_file = null, open_file = null
    from gone where d.batch = gone.batch
    returning gone.returned_file, gone.open_file`.execute(ctx.db);
  return rows.flatMap((row) => [row.returned_file, row.open_file ?? []].flat());
}

/** Until the transaction ends, deliveries of one dataset wait for each other. */
export async function lockDeliveries(ctx: StoreCtx, dataset: string): Promise<void> {
  const key = `ingest:${dataset}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(ctx.db);
}
