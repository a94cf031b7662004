/** Intake: a report of any channel becomes an event, once. */
import { randomUUID } from 'node:crypto';
import { openCase } from '#cases';
import { locate } from '#entities';
import type { Place } from '#entities/model';
import { type Actor, requirePermission, systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import { accountsWith } from '#organisation';
import { hubErrors } from '../errors.ts';
import type { Channel, Desk, Matter, Report, ReportInput } from '../model.ts';
import * as store from '../store.ts';
import { seesEvent } from './sight.ts';
import { reportView } from './view.ts';

export type Way = 'form' | 'dataset' | 'push';

/** @throws hub.no_desk */
export async function deskOf(ctx: Ctx): Promise<Desk> {
  const desk = await store.firstDesk(ctx);
  if (!desk) throw hubErrors.make('no_desk');
  return desk;
}

/**
 * Whether the channel takes reports from this actor: by a role, held anywhere or in one unit, or as
 * one of its clients. The platform itself takes in what departments deliver.
 */
export const handsIn = (channel: Channel, actor: Actor): boolean =>
  actor.kind === 'system' ||
  (actor.kind === 'client' && (channel.from?.clients ?? []).includes(actor.id)) ||
  (channel.from?.roles ?? []).some((declared) => {
    const [role, unit] = declared.split('@');
    return actor.roles.some(
      (held) => held.role === role && (unit === undefined || held.unit === unit),
    );
  });

function channelOf(ctx: Ctx, desk: Desk, input: ReportInput, way: Way): void {
  const channel = desk.channels[input.channel];
  const named = { channel: input.channel };
  if (!channel) throw hubErrors.make('channel_unknown', named);
  if (!channel.ways.includes(way)) throw hubErrors.make('channel_closed', named);
  if (!handsIn(channel, ctx.actor)) throw hubErrors.make('channel_not_yours', named);
  // Who types into a channel without numbers of its own could take one that another is given later.
  if (way === 'form' && input.ref !== undefined && channel.dataset === undefined) {
    throw hubErrors.make('number_not_taken', named);
  }
}

/** The matter whose keywords stand in the text most often; the desk's default when none does. */
export function matterOf(matters: Matter[], desk: Desk, text: string): Matter {
  const scored = matters.map((matter) => ({
    matter,
    hits: matter.keywords.split('|').filter((word) => word !== '' && text.includes(word)).length,
  }));
  const best = scored.sort((a, b) => b.hits - a.hits)[0];
  const fallback = matters.find((matter) => matter.code === desk.default_matter);
  const chosen = best && best.hits > 0 ? best.matter : fallback;
  if (!chosen) throw hubErrors.make('no_desk');
  return chosen;
}

/** Unit where an event lies: the finest that the place reached, else the district. */
const unitOf = (ctx: Ctx, place: Place | null): string =>
  place?.grid ?? place?.village ?? place?.town ?? ctx.settings.county_code;

const slotsOf = (place: Place | null): Record<string, string> => ({
  ...(place?.grid ? { grid: place.grid } : {}),
  ...(place?.town ? { town: place.town } : {}),
});

interface Taken {
  desk: Desk;
  input: ReportInput;
  /** Account of the reporter. */
  reporter: string | null;
  matter: Matter;
  place: Place | null;
  title: string;
}

/**
 * Whoever may report need not be allowed to open cases at large: the hub opens this one for him.
 */
function openFor(ctx: Ctx, { desk, input, matter, place, title }: Taken, report: string) {
  return openCase(
    { ...ctx, actor: systemActor('hub') },
    {
      type: desk.case_type,
      title,
      unit: unitOf(ctx, place),
      slots: slotsOf(place),
      data: {
        channel: input.channel,
        address: input.address,
        detail: input.text,
        class: matter.code,
        class_name: matter.name,
        kind: matter.kind,
        urgency: matter.urgency,
        ...(place?.lon && place.lat ? { lon: place.lon, lat: place.lat } : {}),
      },
      source: `hub/${report}`,
      attachments: input.photos ?? [],
      ...(ctx.actor.kind === 'system' ? {} : { uploader: ctx.actor.id }),
    },
  );
}

type Opened = Awaited<ReturnType<typeof openCase>>;

const eventRow = (taken: Taken, opened: Opened, at: Date): store.EventRow => {
  const { input, matter, place } = taken;
  return {
    event_id: opened.id,
    number: opened.number,
    title: taken.title,
    matter: matter.code,
    matter_name: matter.name,
    kind: matter.kind,
    urgency: matter.urgency,
    channel: input.channel,
    place,
    grid_code: place?.grid ?? null,
    village_code: place?.village ?? null,
    town_code: place?.town ?? null,
    lon: place?.lon ?? null,
    lat: place?.lat ?? null,
    component: null,
    dispatch: null,
    host: null,
    registered_owner: null,
    actual_handler: null,
    opened_at: opened.openedAt,
    received_at: at,
    signed_at: null,
    sign_seconds: null,
    due_at: null,
    step_due_at: null,
    dispatched_at: null,
    handled_at: null,
    closed_at: null,
    state: opened.step,
    rating: null,
    joined_into: null,
    changed_at: at,
    revision: 1,
    published: 0,
  };
};

function reportRow(
  taken: Taken,
  id: string,
  event: string,
  ref: string,
  at: Date,
  handedInBy: string | null,
): store.ReportRow {
  const { input } = taken;
  return {
    id,
    channel: input.channel,
    channel_ref: ref,
    event_id: event,
    first_event_id: event,
    title: taken.title,
    body: input.text,
    address: input.address,
    reporter_name: input.reporterName ?? null,
    reporter_account: taken.reporter,
    handed_in_by: handedInBy,
    reporter_phone: input.reporterPhone ?? null,
    said_at: input.at ? new Date(input.at) : at,
    received_at: at,
    signed_at: null,
    signed_by: null,
    answered_at: null,
    rating: null,
    photos: input.photos ?? [],
  };
}

/**
 * Takes a report: places it, finds its matter and opens its event, whose signing clock starts with
 * it. The same number of the same channel again gives the report that stands and writes nothing.
 * @throws hub.channel_unknown, channel_closed, channel_not_yours, number_not_taken, no_desk,
 *   report_twice
 */
export async function takeReport(ctx: Ctx, input: ReportInput, way: Way): Promise<Report> {
  requirePermission(ctx, way === 'push' ? 'hub.push' : 'hub.report');
  const desk = await deskOf(ctx);
  channelOf(ctx, desk, input, way);
  const id = randomUUID();
  const ref = input.ref ?? id;
  const before = await store.reportBy(ctx, input.channel, ref);
  if (before) return standing(ctx, before);
  const place = await locate(ctx, input.address);
  const matter = matterOf(await store.matters(ctx), desk, `${input.title ?? ''}${input.text}`);
  const title = input.title ?? `${input.address.slice(0, 40)} ${matter.name}`;
  const { reporter, named } = await reporterOf(ctx, desk, input, way);
  const taken: Taken = { desk, input: { ...input, ...named }, reporter, matter, place, title };
  return opening(ctx, taken, { id, ref, way }).catch(async (thrown) => {
    // Handed in twice at once: the other one stands, unless it belongs to this very transaction.
    const other = ctx.db.isTransaction ? undefined : await store.reportBy(ctx, input.channel, ref);
    if (other && isTwice(thrown)) return standing(ctx, other);
    throw thrown;
  });
}

/**
 * Who follows his own reports is their reporter and need not give his name. A name that somebody
 * else writes down stands for the one resident of it in a unit of his; of namesakes, for nobody.
 */
async function reporterOf(
  ctx: Ctx,
  desk: Desk,
  input: ReportInput,
  way: Way,
): Promise<{ reporter: string | null; named: { reporterName?: string } }> {
  if (way !== 'form' || ctx.actor.kind === 'system') return { reporter: null, named: {} };
  if (ctx.actor.permissions.has('hub.follow')) {
    return { reporter: ctx.actor.id, named: { reporterName: ctx.actor.name } };
  }
  const units = [...new Set(ctx.actor.roles.map((held) => held.unit))];
  const residents = await Promise.all(
    units.map((unit) => accountsWith(ctx, { role: desk.reporter_role, unit })),
  );
  const found = residents.flat().filter((one) => one.name === input.reporterName);
  return { reporter: found.length === 1 ? (found[0]?.id ?? null) : null, named: {} };
}

/**
 * The report that stands under a number, to whoever handed it in, made it or sees its event; a
 * number guessed by another gives nothing away. @throws hub.report_twice
 */
async function standing(ctx: Ctx, row: store.ReportRow): Promise<Report> {
  const own = [row.handed_in_by, row.reporter_account].includes(ctx.actor.id);
  if (own || (await seesEvent(ctx, row.event_id))) return reportView(row);
  throw hubErrors.make('report_twice', { ref: row.channel_ref });
}

const isTwice = (thrown: unknown): boolean =>
  thrown instanceof GuantongError && thrown.code === 'hub.report_twice';

/** Opens the event of a report. @throws hub.report_twice */
async function opening(
  ctx: Ctx,
  taken: Taken,
  { id, ref, way }: { id: string; ref: string; way: Way },
): Promise<Report> {
  const now = ctx.clock.now();
  return tx(ctx, async (inside) => {
    const opened = await openFor(inside, taken, id);
    const by = ctx.actor.kind === 'system' ? null : ctx.actor.id;
    const row = reportRow(taken, id, opened.id, ref, now, by);
    // Two hand-ins of one number at once: the unique key lets one through, the other rolls its case
    // back.
    if (!(await store.addReport(inside, row))) throw hubErrors.make('report_twice', { ref });
    await store.addEvent(inside, eventRow(taken, opened, now));
    await inside.audit.record(inside, {
      action: 'hub.report',
      subject: `event/${opened.id}`,
      detail: { channel: taken.input.channel, ref, way },
    });
    return reportView(row);
  });
}
