/** The only SQL of signals on PostgreSQL. */
import { type Generated, sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { Bilingual } from '#kernel/errors';
import type { SignalState, Ticket } from './model.ts';

export interface SignalRow {
  id: number;
  source: string;
  version: string;
  subject_kind: string;
  subject_id: string;
  group_name: string;
  severity: 'notice' | 'warn' | 'serious' | 'critical';
  title: Bilingual;
  evidence: Record<string, unknown>;
  unit: string;
  owner: string;
  unit_codes: string[];
  opens: string | null;
  case_id: string | null;
  state: SignalState;
  verdict: 'confirmed' | 'dismissed' | null;
  episode: number;
  count: number;
  first_seen: Date;
  last_seen: Date;
  silenced_until: Date | null;
  reason: string | null;
  handled_by: string | null;
  ticket: Ticket | null;
  version_no: number;
}

type SignalsTables = {
  signal: Omit<SignalRow, 'id' | 'title' | 'evidence' | 'ticket' | 'version_no'> & {
    id: Generated<number>;
    title: unknown;
    evidence: unknown;
    ticket: unknown;
    version_no: Generated<number>;
  };
};

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<SignalsTables>();

export interface Thing {
  source: string;
  subject: { kind: string; id: string };
}

/** Raisers of one thing follow each other, also when there is no row to lock yet. */
export async function lockThing(ctx: StoreCtx, { source, subject }: Thing): Promise<void> {
  const key = JSON.stringify([source, subject.kind, subject.id]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${`signal ${key}`}, 0))`.execute(ctx.db);
}

/** The newest episode of a thing, closed or not. */
export async function newestOf(
  ctx: StoreCtx,
  { source, subject }: Thing,
): Promise<SignalRow | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('signal')
    .selectAll()
    .where('source', '=', source)
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .orderBy('episode', 'desc')
    .limit(1)
    .forUpdate()
    .executeTakeFirst();
  return row as SignalRow | undefined;
}

export async function byId(
  ctx: StoreCtx,
  id: string,
  options: { lock: boolean },
): Promise<SignalRow | undefined> {
  if (!/^\d{1,18}$/.test(id)) return undefined;
  const query = tables(ctx.db).selectFrom('signal').selectAll().where('id', '=', Number(id));
  const row = await (options.lock ? query.forUpdate() : query).executeTakeFirst();
  return row as SignalRow | undefined;
}

/** Signals a case was opened for and that are not over, locked. */
export async function liveOfCase(ctx: StoreCtx, caseId: string): Promise<SignalRow[]> {
  const rows = await tables(ctx.db)
    .selectFrom('signal')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('state', '!=', 'closed')
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows as SignalRow[];
}

/**
 * The case of a ticket some signal of which is not over; until the transaction ends nobody opens
 * another.
 */
export async function caseOfTicket(ctx: StoreCtx, id: string): Promise<string | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`ticket ${id}`}, 0))`.execute(ctx.db);
  const { rows } = await sql<{ case_id: string }>`select case_id from signal
    where ticket ->> 'id' = ${id} and case_id is not null and state <> 'closed'
    limit 1`.execute(ctx.db);
  return rows[0]?.case_id ?? null;
}

/** Live signals of a source that opened a case. */
export async function withCase(ctx: StoreCtx, source: string): Promise<SignalRow[]> {
  const found = await sql<SignalRow>`select * from signal
    where source = ${source} and state = 'confirmed' and case_id is not null
    order by id`.execute(ctx.db);
  return found.rows;
}

export async function insert(
  ctx: StoreCtx,
  row: Omit<SignalRow, 'id' | 'version_no'>,
): Promise<SignalRow> {
  const made = await tables(ctx.db)
    .insertInto('signal')
    .values({
      ...row,
      title: JSON.stringify(row.title),
      evidence: JSON.stringify(row.evidence),
      ticket: row.ticket === null ? null : JSON.stringify(row.ticket),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return made as SignalRow;
}

export async function update(
  ctx: StoreCtx,
  id: number,
  changes: Partial<Omit<SignalRow, 'id' | 'ticket' | 'version_no'>>,
): Promise<SignalRow> {
  const { title, evidence, ...plain } = changes;
  const made = await tables(ctx.db)
    .updateTable('signal')
    .set({
      ...plain,
      ...(title === undefined ? {} : { title: JSON.stringify(title) }),
      ...(evidence === undefined ? {} : { evidence: JSON.stringify(evidence) }),
      version_no: sql<number>`version_no + 1`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return made as SignalRow;
}

export interface ListWhere {
  units: string[] | null;
  state: SignalState | null;
  source: string | null;
  group: string | null;
  case: string | null;
  unit: string | null;
  after: [lastSeen: string, id: number] | null;
  limit: number;
}

/** Signals a reader may see, last seen first. */
export async function list(ctx: StoreCtx, where: ListWhere): Promise<SignalRow[]> {
  const equal = (column: string, value: string | null) =>
    value === null ? sql`true` : sql`${sql.ref(column)} = ${value}`;
  const only = [
    where.units === null ? sql`true` : sql`unit_codes && ${where.units}::text[]`,
    equal('state', where.state),
    equal('source', where.source),
    equal('group_name', where.group),
    equal('case_id', where.case),
    where.unit === null ? sql`true` : sql`unit_codes && array[${where.unit}]::text[]`,
    where.after === null
      ? sql`true`
      : sql`(last_seen, id) < (${where.after[0]}::timestamptz, ${where.after[1]}::bigint)`,
  ];
  const found = await sql<SignalRow>`select * from signal where ${sql.join(only, sql` and `)}
    order by last_seen desc, id desc limit ${where.limit}`.execute(ctx.db);
  return found.rows;
}

export interface ScoreRow {
  source: string;
  raised: number;
  open: number;
  confirmed: number;
  dismissed: number;
}

/** Of every source, or of one. */
export async function scores(ctx: StoreCtx, source: string | null): Promise<ScoreRow[]> {
  const found = await sql<ScoreRow>`
    select source, count(*)::int as raised,
      count(*) filter (where state in ('raised', 'acknowledged'))::int as open,
      count(*) filter (where verdict = 'confirmed')::int as confirmed,
      count(*) filter (where verdict = 'dismissed')::int as dismissed
    from signal where ${source}::text is null or source = ${source}
    group by source order by source`.execute(ctx.db);
  return found.rows;
}
