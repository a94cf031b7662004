/** The only SQL of the hub on PostgreSQL. */
import { sql } from 'kysely';
import type { Place } from '#entities/model';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { Component, Desk, DispatchSuggestion, Matter } from './model.ts';

export interface ReportRow {
  id: string;
  channel: string;
  channel_ref: string;
  event_id: string;
  first_event_id: string;
  title: string;
  body: string;
  address: string;
  reporter_name: string | null;
  reporter_account: string | null;
  handed_in_by: string | null;
  reporter_phone: string | null;
  said_at: Date;
  received_at: Date;
  signed_at: Date | null;
  signed_by: string | null;
  answered_at: Date | null;
  rating: number | null;
  photos: string[];
}

export interface EventRow {
  event_id: string;
  number: string;
  title: string;
  matter: string;
  matter_name: string;
  kind: 'component' | 'event';
  urgency: 'normal' | 'urgent';
  channel: string;
  place: Place | null;
  grid_code: string | null;
  village_code: string | null;
  town_code: string | null;
  lon: number | null;
  lat: number | null;
  component: Component | null;
  dispatch: DispatchSuggestion | null;
  host: string | null;
  registered_owner: string | null;
  actual_handler: string | null;
  opened_at: Date;
  received_at: Date;
  signed_at: Date | null;
  sign_seconds: string | null;
  due_at: Date | null;
  step_due_at: Date | null;
  dispatched_at: Date | null;
  handled_at: Date | null;
  closed_at: Date | null;
  state: string;
  rating: number | null;
  joined_into: string | null;
  changed_at: Date;
  revision: number;
  published: number;
}

export interface RatingRow {
  event_id: string;
  /** Account of the reporter, `report:<id>` for a report of nobody's. */
  reporter: string;
  rating: number;
  rated_at: Date;
  changed_at: Date;
  changes: number;
}

type Json<Row, Keys extends keyof Row> = Omit<Row, Keys> & { [K in Keys]: unknown };

type HubTables = {
  hub_desk: { name: string; declared: unknown };
  hub_matter: Matter & { list: string };
  hub_report: Json<ReportRow, 'photos'>;
  hub_event: Json<EventRow, 'place' | 'component' | 'dispatch'>;
  hub_rating: RatingRow;
};

type At = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<HubTables>();

export async function saveDesk(ctx: At, name: string, declared: Desk): Promise<void> {
  const json = JSON.stringify(declared);
  await tables(ctx.db)
    .insertInto('hub_desk')
    .values({ name, declared: json })
    .onConflict((on) => on.column('name').doUpdateSet({ declared: json }))
    .execute();
}

export async function removeDesk(ctx: At, name: string): Promise<void> {
  await tables(ctx.db).deleteFrom('hub_desk').where('name', '=', name).execute();
}

export async function firstDesk(ctx: At): Promise<Desk | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('hub_desk')
    .select('declared')
    .orderBy('name')
    .executeTakeFirst();
  return row?.declared as Desk | undefined;
}

export async function saveMatters(ctx: At, list: string, matters: Matter[]): Promise<void> {
  await tables(ctx.db).deleteFrom('hub_matter').where('list', '=', list).execute();
  if (matters.length === 0) return;
  await tables(ctx.db)
    .insertInto('hub_matter')
    .values(matters.map((matter) => ({ ...matter, list })))
    .execute();
}

/** Matters of the newest list: versions are named so that the newest sorts last. */
export async function matters(ctx: At): Promise<Matter[]> {
  return tables(ctx.db)
    .selectFrom('hub_matter')
    .select([
      'code',
      'major',
      'minor',
      'name',
      'kind',
      'component_class',
      'urgency',
      'keywords',
      'source',
    ])
    .where('list', '=', (from) =>
      from.selectFrom('hub_matter').select((on) => on.fn.max('list').as('list')),
    )
    .orderBy('code')
    .execute();
}

/** Writes a report unless the channel handed this number in before. */
export async function addReport(ctx: At, report: ReportRow): Promise<boolean> {
  const written = await tables(ctx.db)
    .insertInto('hub_report')
    .values({ ...report, photos: JSON.stringify(report.photos) })
    .onConflict((on) => on.columns(['channel', 'channel_ref']).doNothing())
    .executeTakeFirst();
  return (written.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function reportBy(
  ctx: At,
  channel: string,
  ref: string,
): Promise<ReportRow | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('hub_report')
    .selectAll()
    .where('channel', '=', channel)
    .where('channel_ref', '=', ref)
    .executeTakeFirst();
  return row as ReportRow | undefined;
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export async function reportById(ctx: At, id: string): Promise<ReportRow | undefined> {
  // PostgreSQL would call anything else an error of ours.
  if (!uuid.test(id)) return undefined;
  const row = await tables(ctx.db)
    .selectFrom('hub_report')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row as ReportRow | undefined;
}

/** Reports of a reporter's account, newest first. */
export async function reportsBy(ctx: At, account: string, limit: number): Promise<ReportRow[]> {
  const rows = await tables(ctx.db)
    .selectFrom('hub_report')
    .selectAll()
    .where('reporter_account', '=', account)
    .orderBy('received_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows as ReportRow[];
}

export async function reportsOf(ctx: At, events: string[]): Promise<ReportRow[]> {
  if (events.length === 0) return [];
  const rows = await tables(ctx.db)
    .selectFrom('hub_report')
    .selectAll()
    .where('event_id', 'in', events)
    .orderBy('said_at')
    .orderBy('id')
    .execute();
  return rows as ReportRow[];
}

/**
 * Reports that wait for the signing of an event: those it has, and the one it began with, which may
 * have been joined into another event before the signing was noted.
 */
export async function reportsToSign(ctx: At, event: string): Promise<ReportRow[]> {
  const rows = await tables(ctx.db)
    .selectFrom('hub_report')
    .selectAll()
    .where('signed_at', 'is', null)
    .where((on) => on.or([on('event_id', '=', event), on('first_event_id', '=', event)]))
    .orderBy('said_at')
    .orderBy('id')
    .execute();
  return rows as ReportRow[];
}

/** Gives an event the reports back that it began with. */
export async function bringReportsBack(ctx: At, event: string): Promise<void> {
  await tables(ctx.db)
    .updateTable('hub_report')
    .set({ event_id: event })
    .where('first_event_id', '=', event)
    .execute();
}

export async function patchReports(
  ctx: At,
  where: { event?: string; id?: string; reporter?: string },
  patch: Partial<Json<ReportRow, 'photos'>>,
): Promise<void> {
  let update = tables(ctx.db).updateTable('hub_report').set(patch);
  if (where.event !== undefined) update = update.where('event_id', '=', where.event);
  if (where.id !== undefined) update = update.where('id', '=', where.id);
  if (where.reporter !== undefined) update = update.where('reporter_account', '=', where.reporter);
  await update.execute();
}

/** Takes an event for this transaction: whoever else changes it waits. */
export async function lockEvents(ctx: At, ids: readonly string[]): Promise<void> {
  await tables(ctx.db)
    .selectFrom('hub_event')
    .select('event_id')
    .where('event_id', 'in', [...ids, ''])
    .orderBy('event_id')
    .forUpdate()
    .execute();
}

export const ratingOf = (
  ctx: At,
  event: string,
  reporter: string,
): Promise<RatingRow | undefined> =>
  tables(ctx.db)
    .selectFrom('hub_rating')
    .selectAll()
    .where('event_id', '=', event)
    .where('reporter', '=', reporter)
    .executeTakeFirst();

export async function putRating(ctx: At, row: RatingRow): Promise<void> {
  const { rating, changed_at, changes } = row;
  await tables(ctx.db)
    .insertInto('hub_rating')
    .values(row)
    .onConflict((on) =>
      on.columns(['event_id', 'reporter']).doUpdateSet({ rating, changed_at, changes }),
    )
    .execute();
}

export async function addEvent(ctx: At, event: EventRow): Promise<void> {
  await tables(ctx.db)
    .insertInto('hub_event')
    .values({
      ...event,
      place: JSON.stringify(event.place),
      component: JSON.stringify(event.component),
      dispatch: JSON.stringify(event.dispatch),
    })
    .execute();
}

export async function eventById(ctx: At, id: string): Promise<EventRow | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('hub_event')
    .selectAll()
    .where('event_id', '=', id)
    .executeTakeFirst();
  return row as EventRow | undefined;
}

export async function eventsByIds(ctx: At, ids: string[]): Promise<EventRow[]> {
  if (ids.length === 0) return [];
  const rows = await tables(ctx.db)
    .selectFrom('hub_event')
    .selectAll()
    .where('event_id', 'in', ids)
    .execute();
  return rows as EventRow[];
}

export type EventPatch = Partial<
  Omit<Json<EventRow, 'place' | 'component' | 'dispatch'>, 'event_id' | 'revision' | 'published'>
>;

/** Changes an event and lets the system dataset know that it has to follow. */
export async function patchEvent(ctx: At, id: string, patch: EventPatch): Promise<void> {
  await tables(ctx.db)
    .updateTable('hub_event')
    .set((on) => ({ ...patch, revision: on('revision', '+', 1) }))
    .where('event_id', '=', id)
    .execute();
}

/**
 * Open events of one matter said within the window around `at`: what a report may be the same as.
 */
export async function openEventsNear(
  ctx: At,
  around: { event: string; at: Date; minutes: number },
): Promise<EventRow[]> {
  const rows = await sql<EventRow>`
    select * from hub_event
    where event_id <> ${around.event} and joined_into is null and closed_at is null
      and received_at between
        ${around.at}::timestamptz - make_interval(mins => ${around.minutes}::int)
        and ${around.at}::timestamptz + make_interval(mins => ${around.minutes}::int)
    order by received_at, event_id limit 500`.execute(ctx.db);
  return rows.rows;
}

/** Closed or open events of the same matter near a place since a time, newest first. */
export async function similarEvents(
  ctx: At,
  like: { event: string; matter: string; lon: number; lat: number; degrees: number; since: Date },
): Promise<EventRow[]> {
  const rows = await sql<EventRow>`
    select * from hub_event
    where event_id <> ${like.event} and matter = ${like.matter} and joined_into is null
      and lon between ${like.lon - like.degrees} and ${like.lon + like.degrees}
      and lat between ${like.lat - like.degrees} and ${like.lat + like.degrees}
      and opened_at >= ${like.since}
    order by opened_at desc, event_id desc limit 100`.execute(ctx.db);
  return rows.rows;
}

/** Events the system dataset does not hold in their newest state, at most `limit`. */
export async function unpublished(ctx: At, limit: number): Promise<EventRow[]> {
  const rows = await sql<EventRow>`
    select * from hub_event where published < revision order by changed_at, event_id limit ${limit}`.execute(
    ctx.db,
  );
  return rows.rows;
}

/** Marks revisions as published; one changed meanwhile stays behind and is published again. */
export async function markPublished(ctx: At, events: EventRow[]): Promise<void> {
  const ids = events.map((event) => event.event_id);
  const revisions = events.map((event) => event.revision);
  await sql`update hub_event e set published = p.revision
    from unnest(${ids}::text[], ${revisions}::bigint[]) as p (event_id, revision)
    where e.event_id = p.event_id`.execute(ctx.db);
}
