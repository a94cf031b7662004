/**
 * The tables of the audit. Nothing here updates a record or a batch, and only retention deletes;
 * the database refuses all else.
 */
import { CompiledQuery, type SqlBool, sql } from 'kysely';
import { type Db, prepared } from '#kernel/db';
import { firstIdOf } from './ids.ts';
import type { AuditFilter, AuditRecord } from './model.ts';

interface RecordRow {
  id: string;
  at: Date;
  actor_kind: AuditRecord['actorKind'];
  actor: string;
  actor_name: string;
  roles: string[];
  from_address: string;
  action: string;
  subject: string | null;
  dataset: string | null;
  purpose: string | null;
  grant_id: string | null;
  row_count: number | null;
  detail: Record<string, unknown> | null;
  request_id: string;
  persons: string[] | null;
}

export interface BatchRow {
  seq: number;
  sealed_at: Date;
  record_ids: string[];
  leaves: Buffer;
  root: Buffer;
  link: Buffer;
}

/** Where a chain goes on whose beginning was dropped. */
export interface StoneRow {
  seq: number;
  link: Buffer;
  sealed_at: Date;
  batches: number;
  records: number;
  dropped_at: Date;
}

/** A closed day; dates come as text. */
export interface DayRow {
  day: string;
  from_seq: number;
  to_seq: number;
  records: number;
  digest: Buffer;
  closed_at: Date;
}

type AuditTables = {
  audit_stones: StoneRow;
  /** Records with and without a row of their own yet: what readers read. */
  audit_seen: RecordRow;
  audit_unsealed: { id: string; leaf: Buffer };
  audit_batches: BatchRow;
};

const tables = (db: Db) => db.withTables<AuditTables>();

const toRecord = (row: RecordRow): AuditRecord => ({
  id: row.id,
  at: row.at.toISOString(),
  actorKind: row.actor_kind,
  actor: row.actor,
  actorName: row.actor_name,
  roles: row.roles,
  from: row.from_address,
  action: row.action,
  subject: row.subject,
  dataset: row.dataset,
  purpose: row.purpose,
  grant: row.grant_id,
  rows: row.row_count,
  detail: row.detail,
  requestId: row.request_id,
  persons: row.persons,
});

/**
 * One record inside somebody's transaction, in one statement.
 * @param text as it is sealed
 */
export async function insertUnsealed(db: Db, text: string, leaf: Buffer): Promise<void> {
  await sql`${sql.raw(prepared)}with written as (
      insert into audit_records select * from audit_unpack(${`[${text}]`}::json) returning id)
    insert into audit_unsealed (id, leaf) select id, ${leaf} from written`.execute(db);
}

/** The last batch: where the chain goes on. */
export const lastBatch = (
  db: Db,
): Promise<{ seq: number; link: Buffer; sealed_at: Date } | undefined> =>
  tables(db)
    .selectFrom('audit_batches')
    .select(['seq', 'link', 'sealed_at'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Takes records off the list of the unsealed, oldest first. */
export async function takeUnsealed(db: Db, limit: number): Promise<{ id: string; leaf: Buffer }[]> {
  const taken = await sql<{ id: string; leaf: Buffer }>`
    delete from audit_unsealed where id in (
      select id from audit_unsealed order by id limit ${limit}) returning id, leaf`.execute(db);
  return taken.rows.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const batchColumns = 'insert into audit_batches (seq, sealed_at, record_ids, leaves, root, link)';
const batchValues = 'values ($1, $2, $3::uuid[], $4, $5, $6)';

/** What comes with a batch; `packed` records get their rows later, by `unpackSome`. */
const insertions = {
  nothing: `${batchColumns} ${batchValues}`,
  records: `${prepared}with written as (
    insert into audit_records select * from audit_unpack($7::json)) ${batchColumns} ${batchValues}`,
  packed: `${prepared}with packed as (
    insert into audit_packed (seq, records) values ($1, $7::json)) ${batchColumns} ${batchValues}`,
};

/**
 * One batch and the records that come with it: one statement, one commit. Its number is the key of
 * the chain, so of two processes that go on from the same link one is refused.
 * @param texts the records as they are sealed
 */
export async function insertBatch(
  db: Db,
  batch: BatchRow,
  texts: readonly string[],
  form: keyof typeof insertions,
): Promise<void> {
  const { seq, sealed_at, record_ids: ids, leaves, root, link } = batch;
  const values = [seq, sealed_at, `{${ids.join(',')}}`, leaves, root, link];
  if (form !== 'nothing') values.push(`[${texts.join(',')}]`);
  // Written thousands of times a second: nothing is put together anew.
  await db.executeQuery(CompiledQuery.raw(insertions[form], values));
}

const taken = new Set(['audit_batches_pkey', 'audit_packed_pkey']);

/** Whether another process took the number first. */
export const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && taken.has(`${error.constraint}`);

/**
 * Gives packed records of the oldest batches their rows.
 * @param through number of the last batch that is looked at
 * @returns how many batches they were
 */
export async function unpackSome(
  db: Db,
  limit: number,
  through = Number.MAX_SAFE_INTEGER,
): Promise<number> {
  await sql`select set_config('guantong.audit_unpacking', 'on', true)`.execute(db);
  const { rows } = await sql<{ batches: number }>`
    with due as (
      select seq from audit_packed where seq <= ${through} order by seq limit ${limit} for update
    ), taken as (
      delete from audit_packed p using due where p.seq = due.seq returning p.records
    ), written as (
      insert into audit_records
      select r.* from taken cross join lateral audit_unpack(taken.records) r
    )
    select count(*) as batches from taken`.execute(db);
  await sql`select set_config('guantong.audit_unpacking', 'off', true)`.execute(db);
  return rows[0]?.batches ?? 0;
}

/** Packed records of a span of batches, each the list that it was written as, if it is one. */
export async function packedBetween(db: Db, from: number, to: number): Promise<unknown[]> {
  const { rows } = await sql<{ records: unknown }>`
    select records from audit_packed where seq between ${from} and ${to}`.execute(db);
  return rows.flatMap(({ records }) => (Array.isArray(records) ? records : []));
}

/**
 * The oldest batches sealed before an instant, without a gap, never the newest of all: what comes
 * next in the chain has to be there.
 */
export async function oldestBatches(
  db: Db,
  before: Date,
  limit: number,
): Promise<{ seq: number; link: Buffer; sealed_at: Date; ids: number }[]> {
  const { rows } = await sql<{ seq: number; link: Buffer; sealed_at: Date; ids: number }>`
    select seq, link, sealed_at, cardinality(record_ids) as ids from audit_batches
    where seq < (select max(seq) from audit_batches)
      and seq < coalesce(
        (select min(seq) from audit_batches where sealed_at >= ${before}), 9223372036854775807)
    order by seq limit ${limit}`.execute(db);
  return rows;
}

/** Deletes the batches up to a number and the records they hold. */
export async function dropThrough(db: Db, seq: number): Promise<void> {
  while ((await unpackSome(db, 100, seq)) > 0);
  await sql`select set_config('guantong.audit_retention', 'on', true)`.execute(db);
  await sql`delete from audit_records r using audit_batches b
    where b.seq <= ${seq} and r.id = any(b.record_ids)`.execute(db);
  await sql`delete from audit_batches where seq <= ${seq}`.execute(db);
  await sql`select set_config('guantong.audit_retention', 'off', true)`.execute(db);
}

export async function putStone(db: Db, stone: StoneRow): Promise<void> {
  await tables(db).insertInto('audit_stones').values(stone).execute();
}

/** The stone the chain goes on from; undefined while nothing was dropped. */
export const lastStone = (db: Db): Promise<StoneRow | undefined> =>
  tables(db)
    .selectFrom('audit_stones')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();

/** What all retention dropped so far. */
export async function droppedSoFar(db: Db): Promise<{ batches: number; records: number }> {
  const { rows } = await sql<{ batches: number; records: number }>`
    select coalesce(sum(batches), 0)::bigint as batches,
      coalesce(sum(records), 0)::bigint as records from audit_stones`.execute(db);
  return rows[0] ?? { batches: 0, records: 0 };
}

export async function batchesAfter(db: Db, seq: number, limit: number): Promise<BatchRow[]> {
  return tables(db)
    .selectFrom('audit_batches')
    .selectAll()
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
}

export async function recordsById(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, AuditRecord>> {
  const { rows } = await sql<RecordRow>`
    select * from audit_records where id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, toRecord(row)]));
}

export async function counts(db: Db): Promise<{ records: number; unsealed: number }> {
  const { rows } = await sql<{ records: number; unsealed: number }>`
    select (select count(*) from audit_records) + (
        select coalesce(sum(case json_typeof(records)
          when 'array' then json_array_length(records) else 1 end), 0)
        from audit_packed)::bigint as records,
      (select count(*) from audit_unsealed) as unsealed`.execute(db);
  return rows[0] ?? { records: 0, unsealed: 0 };
}

/**
 * Records from an instant on, and those that wait for their seal: what grows with a day, not with
 * the whole.
 */
export async function recentCounts(
  db: Db,
  since: Date,
): Promise<{ recent: number; unsealed: number }> {
  const { rows } = await sql<{ recent: number; unsealed: number }>`
    select (select count(*) from audit_seen where id >= ${firstIdOf(since)}) as recent,
      (select count(*) from audit_unsealed) as unsealed`.execute(db);
  return rows[0] ?? { recent: 0, unsealed: 0 };
}

export async function unsealedRecords(db: Db): Promise<{ record: AuditRecord; leaf: Buffer }[]> {
  const { rows } = await sql<RecordRow & { leaf: Buffer }>`
    select r.*, u.leaf from audit_unsealed u join audit_records r using (id)
    order by id`.execute(db);
  return rows.map((row) => ({ record: toRecord(row), leaf: row.leaf }));
}

/**
 * The first record that no batch holds and that does not wait for one, or that is there twice.
 * Reads everything: only after a miscount.
 */
export async function firstStray(db: Db): Promise<{ id: string; at: Date } | undefined> {
  const { rows } = await sql<{ id: string; at: Date }>`
    select id, at from audit_seen where id in (
      select id from audit_seen
      except select unnest(record_ids) from audit_batches
      except select id from audit_unsealed)
    or id in (select id from audit_seen group by id having count(*) > 1)
    order by id limit 1`.execute(db);
  return rows[0];
}

/** As the index of persons is asked. */
const concerns = (person: string) =>
  sql<SqlBool>`persons is not null and persons @> array[${person}]::text[]`;

/** One page, newest first; `filter.after` is the last id of the page before. */
export async function selectRecords(db: Db, filter: AuditFilter): Promise<AuditRecord[]> {
  let query = tables(db).selectFrom('audit_seen').selectAll();
  if (filter.after !== undefined) query = query.where('id', '<', filter.after);
  if (filter.since !== undefined)
    query = query.where('id', '>=', firstIdOf(new Date(filter.since)));
  if (filter.until !== undefined) query = query.where('id', '<', firstIdOf(new Date(filter.until)));
  if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor);
  if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject);
  if (filter.dataset !== undefined) query = query.where('dataset', '=', filter.dataset);
  if (filter.action !== undefined) {
    query = query.where(sql<SqlBool>`starts_with(action, ${filter.action})`);
  }
  if (filter.record !== undefined) query = query.where('id', '=', filter.record);
  if (filter.purpose !== undefined) query = query.where('purpose', '=', filter.purpose);
  if (filter.person !== undefined) query = query.where(concerns(filter.person));
  if (filter.request !== undefined) query = query.where('request_id', '=', filter.request);
  const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute();
  return rows.map(toRecord);
}

/** The newest record of an action that reads no dataset. */
export async function lastOf(db: Db, action: string): Promise<AuditRecord | undefined> {
  const row = await tables(db)
    .selectFrom('audit_seen')
    .selectAll()
    .where('action', '=', action)
    .where('dataset', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toRecord(row);
}

const dayColumns = sql.raw('day::text as day, from_seq, to_seq, records, digest, closed_at');

/** The last day that was closed. */
export async function lastDay(db: Db): Promise<DayRow | undefined> {
  const { rows } = await sql<DayRow>`
    select ${dayColumns} from audit_days order by audit_days.day desc limit 1`.execute(db);
  return rows[0];
}

/** Every closed day, oldest first. */
export async function allDays(db: Db): Promise<DayRow[]> {
  const { rows } = await sql<DayRow>`
    select ${dayColumns} from audit_days order by audit_days.day`.execute(db);
  return rows;
}

/** The newest closed days, newest first. */
export async function newestDays(db: Db, limit: number): Promise<DayRow[]> {
  const { rows } = await sql<DayRow>`
    select ${dayColumns} from audit_days order by audit_days.day desc limit ${limit}`.execute(db);
  return rows;
}

export interface DaySpan {
  day: string;
  fromSeq: number;
  toSeq: number;
  records: number;
}

/**
 * The local day of the first batch after a number, and its batches: without a gap up to the first
 * one of a later day, so that each batch belongs to one day whatever the clocks of processes say.
 */
export async function dayAfter(db: Db, seq: number, zone: string): Promise<DaySpan | undefined> {
  const { rows } = await sql<DaySpan>`
    with first as (
      select seq, (sealed_at at time zone ${zone})::date as day
      from audit_batches where seq > ${seq} order by seq limit 1
    ), ending as (
      select coalesce(
        (select min(b.seq) - 1 from audit_batches b, first
         where b.seq > first.seq and (b.sealed_at at time zone ${zone})::date > first.day),
        (select max(seq) from audit_batches)) as seq
    )
    select first.day::text as day, first.seq as "fromSeq", ending.seq as "toSeq",
      (select coalesce(sum(cardinality(record_ids)), 0) from audit_batches
       where seq between first.seq and ending.seq)::bigint as records
    from first, ending`.execute(db);
  return rows[0];
}

export async function rootsBetween(db: Db, from: number, to: number): Promise<Buffer[]> {
  const rows = await tables(db)
    .selectFrom('audit_batches')
    .select('root')
    .where('seq', '>=', from)
    .where('seq', '<=', to)
    .orderBy('seq')
    .execute();
  return rows.map((row) => row.root);
}

/** Writes a day; closed by another process just now, it stays as that one wrote it. */
export async function insertDay(
  db: Db,
  day: DaySpan & { digest: Buffer; closedAt: Date },
): Promise<void> {
  await sql`insert into audit_days (day, from_seq, to_seq, records, digest, closed_at)
    values (${day.day}, ${day.fromSeq}, ${day.toSeq}, ${day.records}, ${day.digest},
      ${day.closedAt})
    on conflict do nothing`.execute(db);
}

export interface LooksWhere {
  person: string;
  /** Account whose own doings are left out. */
  self: string;
  purposes: readonly string[];
  sealedRoles: readonly string[];
  sealedDatasets: readonly string[];
  after?: string | undefined;
  limit: number;
}

/** Records that concern a person, those of sealed purposes, roles and datasets left out. */
export async function selectLooks(db: Db, where: LooksWhere): Promise<AuditRecord[]> {
  let query = tables(db)
    .selectFrom('audit_seen')
    .selectAll()
    .where(concerns(where.person))
    .where('actor', '<>', where.self)
    .where(sql<SqlBool>`(purpose is null or purpose <> all(${[...where.purposes]}::text[]))`)
    .where(sql<SqlBool>`not exists (select 1 from unnest(roles) held
      where split_part(held, '@', 1) = any(${[...where.sealedRoles]}::text[]))`)
    .where(sql<SqlBool>`(dataset is null or dataset <> all(${[...where.sealedDatasets]}::text[]))`)
    .where(sql<SqlBool>`not starts_with(action, 'audit.')`);
  if (where.after !== undefined) query = query.where('id', '<', where.after);
  const rows = await query.orderBy('id', 'desc').limit(where.limit).execute();
  return rows.map(toRecord);
}
