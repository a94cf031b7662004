/** Intake: a report of any channel becomes an event, once. */
import { randomUUID } from 'node:crypto';
import { openCase } from '#cases';
import { locate } from '#entities';
import type { Place } from '#entities/model';
import { read } from '#gate';
import { requirePermission, systemActor } from '#kernel/auth';
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

function channelOf(desk: Desk, name: string, way: Way): Channel {
  const channel = desk.channels[name];
  if (!channel) throw hubErrors.make('channel_unknown', { channel: name });
  if (!channel.ways.includes(way)) throw hubErrors.make('channel_closed', { channel: name });
  return channel;
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
 * @throws hub.channel_unknown, hub.channel_closed, hub.no_desk, hub.report_twice
 */
export async function takeReport(ctx: Ctx, input: ReportInput, way: Way): Promise<Report> {
  requirePermission(ctx, way === 'push' ? 'hub.push' : 'hub.report');
  const desk = await deskOf(ctx);
  channelOf(desk, input.channel, way);
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

/**
 * Takes the rows that a delivery added to a channel's dataset. Idempotent by the channel's own
 * number.
 */
export async function takeDelivery(ctx: Ctx, dataset: string, snapshot: number): Promise<number> {
  const desk = await store.firstDesk(ctx);
  const found = Object.entries(desk?.channels ?? {}).find(([, each]) => each.dataset === dataset);
  if (!desk || !found?.[1].items) return 0;
  const [name, channel] = found;
  const rows = await addedRows(ctx, dataset, snapshot);
  let taken = 0;
  for (const row of rows) {
    const input = inputOf(name, channel, row);
    if (!input || !isNew(ctx, channel, input)) continue;
    await takeReport(ctx, input, 'dataset');
    taken += 1;
  }
  return taken;
}

/**
 * Most new reports taken from one delivery; more than this is a history, to be delivered as such.
 */
const mostPerDelivery = 2000;

async function addedRows(
  ctx: Ctx,
  dataset: string,
  snapshot: number,
): Promise<Record<string, unknown>[]> {
  const list = await ctx.lake.snapshots(ctx, dataset);
  const before = list.find((each) => each.id < snapshot);
  if (!before) {
    const name = `"${dataset.replaceAll('"', '""')}"`;
    const purpose = 'hub.intake';
    const found = await read(ctx, `select * from ${name}`, { purpose, limit: mostPerDelivery });
    return found.rows.map((row) =>
      Object.fromEntries(found.columns.map((column, place) => [column.name, row[place]])),
    );
  }
  const diff = await ctx.lake.diff(ctx, dataset, before.id, snapshot, { limit: mostPerDelivery });
  return diff.rows.flatMap((row) => (row.kind === 'added' && row.after ? [row.after] : []));
}

const textOf = (row: Record<string, unknown>, item: string | undefined): string | undefined => {
  const value = item === undefined ? undefined : row[item];
  return value === null || value === undefined || value === '' ? undefined : String(value);
};

function inputOf(
  name: string,
  channel: Channel,
  row: Record<string, unknown>,
): ReportInput | undefined {
  const items = channel.items;
  const text = textOf(row, items?.text);
  const address = textOf(row, items?.address);
  const ref = textOf(row, items?.ref);
  if (!items || !text || !address || !ref) return undefined;
  const title = textOf(row, items.title);
  const reporterName = textOf(row, items.reporter);
  const reporterPhone = textOf(row, items.phone);
  const at = textOf(row, items.at);
  return {
    channel: name,
    ref,
    text,
    address,
    ...(title ? { title } : {}),
    ...(reporterName ? { reporterName } : {}),
    ...(reporterPhone ? { reporterPhone } : {}),
    ...(at ? { at: new Date(at).toISOString() } : {}),
  };
}

const dayMs = 86_400_000;

/**
 * A first delivery brings years of orders that were dealt with elsewhere: only fresh ones become
 * events.
 */
function isNew(ctx: Ctx, channel: Channel, input: ReportInput): boolean {
  if (channel.since_days === undefined || input.at === undefined) return true;
  const age = ctx.clock.now().getTime() - new Date(input.at).getTime();
  return age <= channel.since_days * dayMs;
}
