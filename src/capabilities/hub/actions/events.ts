/** Verbs of the hub that people do beside the steps of the case. */
import { act, getCase } from '#cases';
import { requirePermission, systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import { hubErrors } from '../errors.ts';
import type { EventView, FollowedReport, Report } from '../model.ts';
import * as store from '../store.ts';
import { degreesOf, metresBetween } from './geo.ts';
import { deskOf } from './intake.ts';
import { onlySeen, seesEvent } from './sight.ts';
import { eventViewOf, reportView } from './view.ts';

const dayMs = 86_400_000;

async function nameOf(ctx: Ctx, code: string | null): Promise<string | null> {
  return code === null ? null : ((await findUnit(ctx, code))?.name ?? null);
}

/** @throws hub.event_unknown */
export async function eventOf(ctx: Ctx, id: string): Promise<store.EventRow> {
  const event = await store.eventById(ctx, id);
  if (!event) throw hubErrors.make('event_unknown', { event: id });
  return event;
}

/**
 * What the hub knows of an event beside its case. The caller has checked that the case may be seen.
 */
export async function viewEvent(ctx: Ctx, id: string): Promise<EventView> {
  const event = await eventOf(ctx, id);
  const [town, village, grid, host] = await Promise.all(
    [event.town_code, event.village_code, event.grid_code, event.host].map((code) =>
      nameOf(ctx, code),
    ),
  );
  return eventViewOf(event, await store.reportsOf(ctx, [id]), {
    town: town ?? null,
    village: village ?? null,
    grid: grid ?? null,
    host: host ?? null,
  });
}

/** The report with this number of the channel, if this person may see its event. */
export async function findReports(ctx: Ctx, channel: string, ref: string): Promise<Report[]> {
  const row = await store.reportBy(ctx, channel, ref);
  return row && (await seesEvent(ctx, row.event_id)) ? [reportView(row)] : [];
}

/** Signs for an event's report: the platform's 30 seconds end here. */
export async function sign(ctx: Ctx, id: string, version?: number): Promise<void> {
  const desk = await deskOf(ctx);
  await act(ctx, {
    case: id,
    action: desk.actions.sign,
    ...(version === undefined ? {} : { version }),
  });
}

export interface SimilarEvent {
  id: string;
  number: string;
  title: string;
  openedAt: string;
  closedAt: string | null;
  hostName: string | null;
  metres: number;
  inTime: boolean | null;
}

/**
 * Events of the same matter near this one that this person sees, newest first; how near and how far
 * back, the desk declares.
 */
export async function similar(ctx: Ctx, id: string, near?: number): Promise<SimilarEvent[]> {
  const event = await eventOf(ctx, id);
  const { similar: like } = await deskOf(ctx);
  const metres = near ?? like.metres;
  if (event.lon === null || event.lat === null) return [];
  const here = { lon: event.lon, lat: event.lat };
  const found = await store.similarEvents(ctx, {
    event: id,
    matter: event.matter,
    ...here,
    degrees: degreesOf(metres, here.lat).lon,
    since: new Date(ctx.clock.now().getTime() - like.days * dayMs),
  });
  const seen = (await onlySeen(ctx, found)).slice(0, like.at_most);
  return Promise.all(
    seen.map(async (row) => ({
      id: row.event_id,
      number: row.number,
      title: row.title,
      openedAt: row.opened_at.toISOString(),
      closedAt: row.closed_at?.toISOString() ?? null,
      hostName: await nameOf(ctx, row.host),
      metres: Math.round(metresBetween(here, { lon: row.lon ?? 0, lat: row.lat ?? 0 })),
      inTime: row.handled_at && row.due_at ? row.handled_at <= row.due_at : null,
    })),
  );
}

/** Most reports shown to one reporter. */
const followedAtMost = 50;

/**
 * What this person reported, newest first, as far as a reporter is told: who handles it, how far it
 * is, what he was answered.
 */
export async function followed(ctx: Ctx): Promise<FollowedReport[]> {
  requirePermission(ctx, 'hub.follow');
  const { answer_item: item } = await deskOf(ctx);
  const platform = { ...ctx, actor: systemActor('hub') };
  const rows = await store.reportsBy(ctx, ctx.actor.id, followedAtMost);
  return Promise.all(
    rows.map(async (row): Promise<FollowedReport> => {
      const event = await eventOf(ctx, row.event_id);
      const words = (await getCase(platform, row.event_id)).data[item];
      return {
        report: reportView(row),
        number: event.number,
        hostName: await nameOf(ctx, event.host),
        dispatchedAt: event.dispatched_at?.toISOString() ?? null,
        handledAt: event.handled_at?.toISOString() ?? null,
        answer: typeof words === 'string' && row.answered_at ? words : null,
        rateable: row.answered_at !== null && row.rating === null,
      };
    }),
  );
}
