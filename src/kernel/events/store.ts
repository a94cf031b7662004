/** The outbox in PostgreSQL. */
import { sql } from 'kysely';
import type { Db } from '#kernel/db';
import type { PublishedEvent } from './model.ts';

/** Wakes the deliverers and the live listeners of every process; the payload is the event's id. */
export const channel = 'guantong_events';

const fanOutBatch = 500;

export async function insertEvent(
  db: Db,
  event: { name: string; payload: unknown; at: Date },
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    with event as (
      insert into outbox_events (name, payload, at)
      values (${event.name}, ${JSON.stringify(event.payload ?? null)}::jsonb, ${event.at})
      returning id)
    select id, pg_notify(${channel}, id::text) from event`.execute(db);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('an insert returned no row');
  return id;
}

/** Events by id, or all after the first one, in the order they were published. */
export async function loadEvents(
  db: Db,
  which: { ids: number[] } | { after: number },
): Promise<PublishedEvent[]> {
  const where = 'ids' in which ? sql`id = any(${which.ids}::bigint[])` : sql`id > ${which.after}`;
  const { rows } = await sql<PublishedEvent>`
    select id, name, payload, at from outbox_events where ${where} order by id`.execute(db);
  return rows;
}

export async function lastEventId(db: Db): Promise<number> {
  const { rows } = await sql<{
    id: number | null;
  }>`select max(id) as id from outbox_events`.execute(db);
  return rows[0]?.id ?? 0;
}

/**
 * Makes a pending delivery for each subscriber of each new event.
 * @returns the events fanned out now; fewer than a batch means there are no more
 */
export async function fanOut(
  db: Db,
  subscriptions: { event: string; subscriber: string }[],
  now: Date,
): Promise<{ events: PublishedEvent[]; more: boolean }> {
  const { rows } = await sql<PublishedEvent>`
    with fresh as (
      select id from outbox_events where not fanned_out
      order by id limit ${fanOutBatch} for update skip locked),
    marked as (
      update outbox_events e set fanned_out = true from fresh where e.id = fresh.id
      returning e.id, e.name, e.payload, e.at),
    made as (
      insert into outbox_deliveries (event_id, subscriber, try_at)
      select m.id, s.subscriber, ${now} from marked m
      join unnest(${subscriptions.map((one) => one.event)}::text[],
                  ${subscriptions.map((one) => one.subscriber)}::text[]) as s (event, subscriber)
        on s.event = m.name)
    select id, name, payload, at from marked order by id`.execute(db);
  return { events: rows, more: rows.length === fanOutBatch };
}

/** Takes the lane of a subscriber for this transaction, or says that another process has it. */
export async function takeLane(db: Db, subscriber: string): Promise<boolean> {
  const { rows } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(
      hashtext('guantong lane'), hashtext(${subscriber})) as got`.execute(db);
  return rows[0]?.got === true;
}

export interface Pending extends PublishedEvent {
  attempts: number;
}

/** The next event of a lane that may be tried now. */
export async function nextPending(
  db: Db,
  subscriber: string,
  now: Date,
): Promise<Pending | undefined> {
  const { rows } = await sql<Pending>`
    select e.id, e.name, e.payload, e.at, d.attempts
    from outbox_deliveries d join outbox_events e on e.id = d.event_id
    where d.subscriber = ${subscriber} and d.state = 'pending' and d.try_at <= ${now}
    order by d.event_id limit 1 for update of d`.execute(db);
  return rows[0];
}

export async function markDelivered(db: Db, subscriber: string, id: number): Promise<void> {
  await sql`
    update outbox_deliveries set state = 'delivered', error = null
    where subscriber = ${subscriber} and event_id = ${id}`.execute(db);
}

export async function markFailed(
  db: Db,
  failure: { subscriber: string; id: number; error: string; tryAt: Date; dead: boolean },
): Promise<void> {
  await sql`
    update outbox_deliveries
    set attempts = attempts + 1, error = ${failure.error}, try_at = ${failure.tryAt},
        state = ${failure.dead ? 'dead' : 'pending'}
    where subscriber = ${failure.subscriber} and event_id = ${failure.id}
      and state = 'pending'`.execute(db);
}

/** When the earliest waiting delivery may be tried again. */
export async function nextTry(db: Db, subscribers: string[]): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(try_at) as at from outbox_deliveries
    where state = 'pending' and subscriber = any(${subscribers}::text[])`.execute(db);
  return rows[0]?.at ?? undefined;
}

/**
 * Takes away events published before `before` that every subscriber has. Dead ones stay for a
 * person.
 */
export async function sweepEvents(db: Db, before: Date): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    delete from outbox_events e where e.at < ${before} and e.fanned_out and not exists (
      select from outbox_deliveries d where d.event_id = e.id and d.state <> 'delivered')
    returning e.id`.execute(db);
  return rows.length;
}

export interface OutboxState {
  /** Deliveries that wait, those that failed and come again included. */
  waiting: number;
  /** Deliveries set aside after the last attempt. */
  dead: { subscriber: string; event: number; name: string; error: string | null }[];
}

/** How the outbox stands. */
export async function outboxState(db: Db): Promise<OutboxState> {
  const waiting = await sql<{ n: number }>`
    select (select count(*) from outbox_deliveries where state = 'pending')
         + (select count(*) from outbox_events where not fanned_out) as n`.execute(db);
  const dead = await sql<OutboxState['dead'][number]>`
    select d.subscriber, d.event_id as event, e.name, d.error
    from outbox_deliveries d join outbox_events e on e.id = d.event_id
    where d.state = 'dead' order by d.event_id, d.subscriber`.execute(db);
  return { waiting: waiting.rows[0]?.n ?? 0, dead: dead.rows };
}

/** Gives deliveries that were set aside another row of attempts. @returns how many */
export async function reviveEvents(db: Db, now: Date): Promise<number> {
  const { rows } = await sql`
    update outbox_deliveries set state = 'pending', attempts = 0, try_at = ${now}
    where state = 'dead' returning event_id`.execute(db);
  return rows.length;
}
