/** How rows of the hub are shown: names masked, times in UTC. */
import { maskName } from '#organisation';
import type { EventView, Report } from '../model.ts';
import type { EventRow, ReportRow } from '../store.ts';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

function stateOf(row: ReportRow): 'waiting' | 'signed' | 'joined' | 'answered' {
  if (row.answered_at) return 'answered';
  if (row.event_id !== row.first_event_id) return 'joined';
  return row.signed_at ? 'signed' : 'waiting';
}

export const reportView = (row: ReportRow): Report => ({
  id: row.id,
  channel: row.channel,
  channelRef: row.channel_ref,
  event: row.event_id,
  firstEvent: row.first_event_id,
  state: stateOf(row),
  title: row.title,
  text: row.body,
  address: row.address,
  reporterName: row.reporter_name === null ? null : maskName(row.reporter_name),
  at: row.said_at.toISOString(),
  receivedAt: row.received_at.toISOString(),
  signedAt: iso(row.signed_at),
  signSeconds: row.signed_at
    ? Math.round((row.signed_at.getTime() - row.received_at.getTime()) / 100) / 10
    : null,
  answeredAt: iso(row.answered_at),
  photos: row.photos,
  rating: row.rating,
});

export interface Names {
  town: string | null;
  village: string | null;
  grid: string | null;
  host: string | null;
}

export const eventViewOf = (row: EventRow, reports: ReportRow[], names: Names): EventView => ({
  id: row.event_id,
  number: row.number,
  title: row.title,
  matter: { code: row.matter, name: row.matter_name, kind: row.kind, urgency: row.urgency },
  place: row.place,
  townName: names.town,
  villageName: names.village,
  gridName: names.grid,
  component: row.component,
  host: row.host,
  hostName: names.host,
  dispatch: row.dispatch,
  reports: reports.map(reportView),
  joinedInto: row.joined_into,
});
