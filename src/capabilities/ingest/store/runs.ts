/** Runs on PostgreSQL: put in, claimed by one process, followed, ended. */
import { type Generated, type Selectable, sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import { ingestErrors } from '../errors.ts';
import {
  type RoadName,
  type Run,
  type RunListInput,
  type RunState,
  workingStates,
} from '../model/run.ts';

type RunTable = {
  id: string;
  seq: Generated<number>;
  dataset: string;
  road: RoadName;
  source: string | null;
  state: RunState;
  work: unknown;
  files: unknown;
  note: string | null;
  batch: string | null;
  attempts: number;
  try_at: Date;
  cancel_asked: boolean;
  rows_seen: number;
  bytes_seen: number;
  bytes_all: number | null;
  progress: number;
  rows: number;
  accepted: number;
  returned: number;
  unchanged: number;
  snapshot: number | null;
  error: unknown;
  actor: string;
  actor_name: string;
  process: string | null;
  touched_at: Date | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
};

type StoreCtx = Pick<Ctx, 'db'>;
type TimedCtx = Pick<Ctx, 'db' | 'clock'>;
const tables = (db: Db) => db.withTables<{ ingest_run: RunTable }>();

/** A run with what only ingest itself needs. */
export interface StoredRun extends Omit<Run, 'rate' | 'secondsLeft'> {
  /** What is to be fetched or delivered; the road understands it. */
  work: Record<string, unknown>;
  process: string | null;
  touchedAt: Date | null;
}

const runOf = (row: Selectable<RunTable>): StoredRun => ({
  id: row.id,
  dataset: row.dataset,
  road: row.road,
  source: row.source,
  state: row.state,
  work: row.work as Record<string, unknown>,
  files: row.files as string[],
  note: row.note,
  batch: row.batch,
  attempts: row.attempts,
  tryAt: row.try_at.toISOString(),
  cancelAsked: row.cancel_asked,
  rowsSeen: row.rows_seen,
  bytesSeen: row.bytes_seen,
  bytesAll: row.bytes_all,
  progress: row.progress,
  rows: row.rows,
  accepted: row.accepted,
  returned: row.returned,
  unchanged: row.unchanged,
  snapshot: row.snapshot,
  error: row.error as Run['error'],
  actor: row.actor,
  actorName: row.actor_name,
  process: row.process,
  touchedAt: row.touched_at,
  createdAt: row.created_at.toISOString(),
  startedAt: row.started_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
});

/** What a run looks like from outside: rate and time left by its pace so far. */
export function publicRun(stored: StoredRun): Run {
  const { work: _w, process: _p, touchedAt, ...rest } = stored;
  const began = stored.startedAt === null ? null : Date.parse(stored.startedAt);
  const until =
    stored.endedAt === null ? (touchedAt?.getTime() ?? null) : Date.parse(stored.endedAt);
  const seconds = began === null || until === null ? 0 : (until - began) / 1000;
  const rows = stored.state === 'done' ? stored.rows : stored.rowsSeen;
  const working = workingStates.some((state) => state === stored.state);
  const left =
    working && seconds > 0 && stored.progress > 0.02
      ? (seconds * (1 - stored.progress)) / stored.progress
      : null;
  return { ...rest, rate: seconds > 0 && rows > 0 ? rows / seconds : null, secondsLeft: left };
}

export interface NewRun {
  id: string;
  dataset: string;
  road: RoadName;
  source: string | null;
  work: Record<string, unknown>;
  files: string[];
  bytesAll: number | null;
  note: string | null;
  /** Set when this process carries it out itself, at once; nobody else claims it then. */
  process: string | null;
}

export async function insertRun(ctx: Ctx, input: NewRun): Promise<StoredRun> {
  const now = ctx.clock.now();
  const own = input.process !== null;
  const row = await tables(ctx.db)
    .insertInto('ingest_run')
    .values({
      id: input.id,
      dataset: input.dataset,
      road: input.road,
      source: input.source,
      state: own ? 'reading' : 'queued',
      work: JSON.stringify(input.work),
      files: JSON.stringify(input.files),
      note: input.note,
      batch: null,
      attempts: own ? 1 : 0,
      try_at: now,
      cancel_asked: false,
      rows_seen: 0,
      bytes_seen: 0,
      bytes_all: input.bytesAll,
      progress: 0,
      rows: 0,
      accepted: 0,
      returned: 0,
      unchanged: 0,
      snapshot: null,
      error: null,
      actor: ctx.actor.id,
      actor_name: ctx.actor.name,
      process: input.process,
      touched_at: own ? now : null,
      created_at: now,
      started_at: own ? now : null,
      ended_at: null,
    })
    .onConflict((on) => on.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw ingestErrors.make('batch_taken', { batch: input.id });
  return runOf(row);
}

/** A run by its id, or by the delivery of its last attempt. */
export async function findRun(ctx: StoreCtx, id: string): Promise<StoredRun | null> {
  const row = await tables(ctx.db)
    .selectFrom('ingest_run')
    .selectAll()
    .where((is) => is.or([is('id', '=', id), is('batch', '=', id)]))
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : runOf(row);
}

const working = sql.join(workingStates.map((state) => sql.lit(state)));

/**
 * Takes the run that waits longest and may go now: fewer than `most` are worked on, none of its
 * dataset, and no earlier one of its source waits. Inside a transaction.
 */
export async function claimRun(
  ctx: TimedCtx,
  process: string,
  most: number,
): Promise<StoredRun | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended('ingest:claim', 0))`.execute(ctx.db);
  const now = ctx.clock.now();
  const { rows } = await sql<Selectable<RunTable>>`
    update ingest_run set state = 'reading', process = ${process}, touched_at = ${now},
      started_at = ${now}, attempts = attempts + 1, rows_seen = 0, bytes_seen = 0, progress = 0
    where id = (
      select id from ingest_run as q
      where state = 'queued' and try_at <= ${now}
        and (select count(*) from ingest_run where state in (${working})) < ${most}
        and not exists (select 1 from ingest_run as r
          where r.dataset = q.dataset and r.state in (${working}))
        and not exists (select 1 from ingest_run as e
          where e.source = q.source and e.state = 'queued' and e.seq < q.seq)
      order by seq limit 1)
    returning *`.execute(ctx.db);
  return rows[0] === undefined ? null : runOf(rows[0]);
}

export interface RunStep {
  state: 'reading' | 'judging' | 'landing';
  rows: number;
  bytes: number;
  bytesAll: number | null;
  progress: number;
}

/** A sign of life. @returns whether somebody asked for its end */
export async function touchRun(ctx: TimedCtx, id: string, step: RunStep): Promise<boolean> {
  const row = await tables(ctx.db)
    .updateTable('ingest_run')
    .set({
      state: step.state,
      rows_seen: step.rows,
      bytes_seen: step.bytes,
      bytes_all: step.bytesAll,
      progress: step.progress,
      touched_at: ctx.clock.now(),
    })
    .where('id', '=', id)
    .where('state', 'in', [...workingStates])
    .returning('cancel_asked')
    .executeTakeFirst();
  return row?.cancel_asked ?? false;
}

/** What the road has to remember of this attempt, and the delivery it makes. */
export async function noteAttempt(
  ctx: StoreCtx,
  id: string,
  attempt: { batch: string; files: string[]; work: Record<string, unknown> },
): Promise<void> {
  await tables(ctx.db)
    .updateTable('ingest_run')
    .set({
      batch: attempt.batch,
      files: JSON.stringify(attempt.files),
      work: JSON.stringify(attempt.work),
    })
    .where('id', '=', id)
    .execute();
}

export interface RunEnd {
  state: 'done' | 'refused' | 'cancelled' | 'failed';
  rows?: number;
  accepted?: number;
  returned?: number;
  unchanged?: number;
  snapshot?: number | null;
  error?: Run['error'];
}

/** The end of a run that has not ended: what landed is not told to have failed afterwards. */
export async function endRun(ctx: TimedCtx, id: string, end: RunEnd): Promise<void> {
  const now = ctx.clock.now();
  await tables(ctx.db)
    .updateTable('ingest_run')
    .set({
      state: end.state,
      ...(end.state === 'done' ? { progress: 1 } : {}),
      rows: end.rows ?? 0,
      accepted: end.accepted ?? 0,
      returned: end.returned ?? 0,
      unchanged: end.unchanged ?? 0,
      snapshot: end.snapshot ?? null,
      error: end.error == null ? null : JSON.stringify(end.error),
      ended_at: now,
      touched_at: now,
    })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

/** Back into the queue: an attempt that may be repeated failed, or its process died. */
export async function requeueRun(
  ctx: TimedCtx,
  id: string,
  tryAt: Date,
  error: Run['error'],
): Promise<void> {
  await tables(ctx.db)
    .updateTable('ingest_run')
    .set({
      state: 'queued',
      process: null,
      try_at: tryAt,
      progress: 0,
      error: error === null ? null : JSON.stringify(error),
      touched_at: ctx.clock.now(),
    })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

/** A run that ended without landing goes again, as if it were new. @returns whether it did */
export async function reviveRun(ctx: TimedCtx, id: string): Promise<boolean> {
  const now = ctx.clock.now();
  const row = await tables(ctx.db)
    .updateTable('ingest_run')
    .set({
      ...{ state: 'queued', process: null, try_at: now, attempts: 0, progress: 0 },
      ...{ cancel_asked: false, error: null, ended_at: null, started_at: null },
    })
    .where('id', '=', id)
    .where('state', 'in', ['failed', 'cancelled'])
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Asks for the end of a run; one that waits ends at once. @returns its state before */
export async function askCancel(ctx: TimedCtx, id: string): Promise<RunState | null> {
  const now = ctx.clock.now();
  const { rows } = await sql<{ state: RunState }>`
    with before as (select id, state from ingest_run where id = ${id} for update)
    update ingest_run as r set cancel_asked = true,
      state = case when before.state = 'queued' then 'cancelled' else r.state end,
      ended_at = case when before.state = 'queued' then ${now} else r.ended_at end
    from before where r.id = before.id and before.state in ('queued', ${working})
    returning before.state`.execute(ctx.db);
  return rows[0]?.state ?? null;
}

/** Runs of the given datasets, newest first. */
export async function listRuns(
  ctx: StoreCtx,
  input: RunListInput,
  datasets: readonly string[],
): Promise<StoredRun[]> {
  if (datasets.length === 0) return [];
  let query = tables(ctx.db)
    .selectFrom('ingest_run')
    .selectAll()
    .where('dataset', 'in', datasets)
    .orderBy('seq', 'desc')
    .limit(input.limit);
  const { dataset, state, road, source, q, before } = input;
  if (dataset !== undefined) query = query.where('dataset', '=', dataset);
  if (road !== undefined) query = query.where('road', '=', road);
  if (source !== undefined) query = query.where('source', '=', source);
  if (state === 'open') query = query.where('state', 'in', ['queued', ...workingStates]);
  else if (state !== undefined) query = query.where('state', '=', state);
  if (q !== undefined && q.trim() !== '') {
    const like = `%${q.trim().replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where(
      sql<boolean>`(files::text ilike ${like} or coalesce(note, '') ilike ${like}
        or actor_name ilike ${like} or dataset ilike ${like} or coalesce(source, '') ilike ${like})`,
    );
  }
  if (before !== undefined) {
    query = query.where(sql<boolean>`seq < (select seq from ingest_run where id = ${before})`);
  }
  return (await query.execute()).map(runOf);
}

/** Runs somebody works on, or says so. */
export async function runsAtWork(ctx: StoreCtx): Promise<StoredRun[]> {
  const rows = await tables(ctx.db)
    .selectFrom('ingest_run')
    .selectAll()
    .where('state', 'in', [...workingStates])
    .execute();
  return rows.map(runOf);
}

/** Whether any run waits. */
export async function anyQueued(ctx: StoreCtx): Promise<boolean> {
  const row = await tables(ctx.db)
    .selectFrom('ingest_run')
    .select('id')
    .where('state', '=', 'queued')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Runs of a source that have not ended. */
export async function openRunsOf(ctx: StoreCtx, source: string): Promise<StoredRun[]> {
  const rows = await tables(ctx.db)
    .selectFrom('ingest_run')
    .selectAll()
    .where('source', '=', source)
    .where('state', 'in', ['queued', ...workingStates])
    .execute();
  return rows.map(runOf);
}

/** The newest run of each of these sources. */
export async function lastRuns(
  ctx: StoreCtx,
  sources: readonly string[],
): Promise<Map<string, StoredRun>> {
  if (sources.length === 0) return new Map();
  const rows = await tables(ctx.db)
    .selectFrom('ingest_run')
    .distinctOn('source')
    .selectAll()
    .where('source', 'in', [...sources])
    .orderBy('source')
    .orderBy('seq', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.source ?? '', runOf(row)]));
}
