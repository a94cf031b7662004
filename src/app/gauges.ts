/**
 * How the platform's own machinery stands, read at each scrape of `/metrics`: connections, events
 * that wait, timers that are due, jobs by state.
 */
import { sql } from 'kysely';
import { outboxState } from '#kernel/events';
import type { Platform } from './platform.ts';

/** One gauge, as `buildServer` takes it. */
export interface Reading {
  /** OpenMetrics name without the `guantong_` prefix. */
  name: string;
  help: string;
  value: number;
  labels?: Record<string, string>;
}

/** Connections of this process's pool: open, idle, and callers that wait for one. */
function poolGauges({ database }: Platform): Reading[] {
  const help = 'Connections of the database pool, and callers waiting for one.';
  return Object.entries(database.connections()).map(([state, value]) => ({
    name: 'database_connections',
    help,
    value,
    labels: { state },
  }));
}

async function outboxGauges({ database: { db }, ctx }: Platform): Promise<Reading[]> {
  const now = ctx().clock.now();
  const { waiting, dead } = await outboxState(db);
  const oldest = await sql<{ at: Date | null }>`
    select least(
      (select min(at) from outbox_events where not fanned_out),
      (select min(e.at) from outbox_deliveries d join outbox_events e on e.id = d.event_id
        where d.state = 'pending')) as at`.execute(db);
  const at = oldest.rows[0]?.at ?? now;
  return [
    { name: 'outbox_waiting', help: 'Deliveries of events that wait.', value: waiting },
    { name: 'outbox_dead', help: 'Deliveries set aside after the last try.', value: dead.length },
    {
      name: 'outbox_lag_seconds',
      help: 'Age of the oldest event that waits.',
      value: Math.max(0, (now.getTime() - at.getTime()) / 1000),
    },
  ];
}

async function timerGauges({ database: { db }, ctx }: Platform): Promise<Reading[]> {
  const now = ctx().clock.now();
  const due = await sql<{ n: number; at: Date | null }>`
    select count(*) as n, min(due_at) as at from timers
    where fired_at is null and due_at <= ${now}`.execute(db);
  const { n, at } = due.rows[0] ?? { n: 0, at: null };
  const late = at ? (now.getTime() - at.getTime()) / 1000 : 0;
  return [
    { name: 'timers_due', help: 'Timers that are due and have not fired.', value: Number(n) },
    { name: 'timers_lag_seconds', help: 'How late the one longest due is.', value: late },
  ];
}

async function jobGauges({ database: { db } }: Platform): Promise<Reading[]> {
  const found = await sql<{ state: string; n: number }>`
    select state::text as state, count(*) as n from pgboss.job
    where state::text in ('created', 'retry', 'active', 'failed') group by 1`.execute(db);
  const counted = new Map(found.rows.map(({ state, n }) => [state, Number(n)]));
  return ['created', 'retry', 'active', 'failed'].map((state) => ({
    name: 'jobs',
    help: 'Background jobs by state.',
    value: counted.get(state) ?? 0,
    labels: { state },
  }));
}

/** All gauges of a platform. */
export async function gaugesOf(platform: Platform): Promise<Reading[]> {
  const read = [outboxGauges(platform), timerGauges(platform), jobGauges(platform)];
  return [...poolGauges(platform), ...(await Promise.all(read)).flat()];
}
