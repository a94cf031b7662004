/**
 * What the case of an event does, as the hub keeps it: times, state, who really handled it; and the
 * dataset.
 */
import { writeFile } from 'node:fs/promises';
import { caseDetail, getCase } from '#cases';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { publish } from '#kernel/events';
import { enqueue } from '#kernel/jobs';
import { notify } from '#notices';
import { findUnit } from '#organisation';
import type { Desk } from '../model.ts';
import * as store from '../store.ts';

export const publishJob = 'hub.publish';

/** What `cases` says of a step that was entered. */
export interface CaseMoved {
  case: string;
  type: string;
  to: string;
}

type Times = Pick<store.EventPatch, 'signed_at' | 'dispatched_at' | 'handled_at' | 'closed_at'>;

/**
 * The times a step marks. A later signing or dispatch does not replace the first; rework takes the
 * handling back.
 */
function timesOf(desk: Desk, event: store.EventRow, step: string, at: Date): Times {
  const { marks } = desk;
  return {
    ...(marks.signed.includes(step) && !event.signed_at ? { signed_at: at } : {}),
    ...(marks.dispatched.includes(step) ? { handled_at: null } : {}),
    ...(marks.dispatched.includes(step) && !event.dispatched_at ? { dispatched_at: at } : {}),
    ...(marks.handled.includes(step) ? { handled_at: at } : {}),
    ...(marks.answered.includes(step) ? { closed_at: at } : {}),
  };
}

/**
 * Open pages of the units concerned read the event again; the system dataset follows as a job of
 * which one at a time waits.
 */
async function tellPages(ctx: Ctx, event: string): Promise<void> {
  const { unit, slots } = await getCase(ctx, event);
  const units = await Promise.all([unit, ...Object.values(slots)].map((one) => findUnit(ctx, one)));
  const paths = units.flatMap((one) => one?.path ?? []);
  await publish(ctx, 'hub.event_changed', { event, hint: { topic: 'hub', id: event, paths } });
  await enqueue(ctx, publishJob, {}, { singletonKey: publishJob });
}

/** An event that was joined goes its own way again (拆开), and its own report with it. */
async function splitOff(ctx: Ctx, event: string): Promise<void> {
  await store.bringReportsBack(ctx, event);
  await store.patchEvent(ctx, event, {
    joined_into: null,
    closed_at: null,
    changed_at: ctx.clock.now(),
  });
}

const stepDue = (clock: { dueAt: string } | null): Date | null =>
  clock === null ? null : new Date(clock.dueAt);

/** Follows one step of an event's case. Idempotent: the same step again writes the same. */
export async function followCase(ctx: Ctx, moved: CaseMoved, at: Date): Promise<void> {
  const desk = await store.firstDesk(ctx);
  if (!desk || moved.type !== desk.case_type) return;
  const event = await store.eventById(ctx, moved.case);
  if (!event) return;
  const detail = await caseDetail(ctx, moved.case);
  if (event.joined_into !== null && detail.closedAt === null) await splitOff(ctx, moved.case);
  const times = timesOf(desk, event, moved.to, at);
  const owner = detail.slots.owner?.unit ?? event.host;
  const due = detail.clocks.find((clock) => clock.name === desk.due_clock);
  await store.patchEvent(ctx, moved.case, {
    ...times,
    ...(times.signed_at
      ? { sign_seconds: String((at.getTime() - event.received_at.getTime()) / 1000) }
      : {}),
    ...(due ? { due_at: new Date(due.dueAt) } : {}),
    step_due_at: stepDue(detail.clock),
    ...(times.handled_at ? { actual_handler: owner } : {}),
    host: owner,
    state: moved.to,
    changed_at: at,
  });
  const by = detail.timeline.find((entry) => entry.action === desk.actions.sign)?.who ?? '';
  if (times.signed_at) await signReports(ctx, desk, event, by, at);
  if (times.closed_at) await answerReports(ctx, desk, event, at);
  await tellPages(ctx, moved.case);
}

/** An action that changes no step may still change who handles it (改派). */
export async function followOwner(ctx: Ctx, acted: { case: string; type: string }): Promise<void> {
  const desk = await store.firstDesk(ctx);
  if (!desk || acted.type !== desk.case_type) return;
  const event = await store.eventById(ctx, acted.case);
  if (!event) return;
  const detail = await caseDetail(ctx, acted.case);
  const owner = detail.slots.owner?.unit ?? null;
  const due = detail.clocks.find((clock) => clock.name === desk.due_clock);
  const dueAt = due ? new Date(due.dueAt) : event.due_at;
  const stepDueAt = stepDue(detail.clock);
  const sameTimes =
    dueAt?.getTime() === event.due_at?.getTime() &&
    stepDueAt?.getTime() === event.step_due_at?.getTime();
  if (owner === event.host && sameTimes) return;
  await store.patchEvent(ctx, acted.case, {
    host: owner,
    due_at: dueAt,
    step_due_at: stepDueAt,
    changed_at: ctx.clock.now(),
  });
  await tellPages(ctx, acted.case);
}

/** A reporter is told at once that his report is in hand, by the channel it came by. */
async function signReports(
  ctx: Ctx,
  desk: Desk,
  event: store.EventRow,
  actor: string,
  at: Date,
): Promise<void> {
  for (const report of await store.reportsToSign(ctx, event.event_id)) {
    await store.patchReports(ctx, { id: report.id }, { signed_at: at, signed_by: actor });
    await tell(ctx, report, desk.notices.signed, event);
  }
}

async function answerReports(ctx: Ctx, desk: Desk, event: store.EventRow, at: Date): Promise<void> {
  for (const report of await store.reportsOf(ctx, [event.event_id])) {
    await store.patchReports(ctx, { id: report.id }, { answered_at: at });
    await tell(ctx, report, desk.notices.answered, event);
  }
}

async function tell(
  ctx: Ctx,
  report: store.ReportRow,
  template: string,
  event: store.EventRow,
): Promise<void> {
  const { channel: by, channel_ref: ref, reporter_name: name } = report;
  await notify(ctx, {
    to: { reporter: { channel: by, ref, name: name ?? '' } },
    template,
    params: { number: event.number, title: event.title },
    key: `${template}/${report.id}`,
  });
}

/** The case was closed: the event is. */
export async function closeEvent(
  ctx: Ctx,
  closed: { case: string; outcome: string },
  at: Date,
): Promise<void> {
  const event = await store.eventById(ctx, closed.case);
  // A join that was split meanwhile closed nothing.
  if (!event || (await caseDetail(ctx, closed.case)).closedAt === null) return;
  await store.patchEvent(ctx, closed.case, {
    // The reporters' answer ended it; a rating or three quiet days later only close the file.
    closed_at: event.closed_at ?? at,
    state: closed.outcome,
    changed_at: at,
  });
  await tellPages(ctx, closed.case);
}

/** An event as a row of the system dataset; items the contract does not name are left out. */
function rowOf(event: store.EventRow): Record<string, unknown> {
  const iso = (at: Date | null): string | null =>
    at?.toISOString().replace('T', ' ').slice(0, 23) ?? null;
  const rightOwner =
    event.registered_owner && event.actual_handler
      ? event.registered_owner === event.actual_handler
      : null;
  return {
    event_id: event.number,
    channel: event.channel,
    title: event.title,
    matter: event.matter,
    matter_name: event.matter_name,
    kind: event.kind,
    urgency: event.urgency,
    unit_code: event.grid_code ?? event.village_code ?? event.town_code,
    grid_code: event.grid_code,
    village_code: event.village_code,
    town_code: event.town_code,
    lon: event.lon,
    lat: event.lat,
    component_id: event.component?.id ?? null,
    registered_owner: event.registered_owner,
    actual_handler: event.actual_handler,
    owner_right: rightOwner,
    host: event.host,
    opened_at: iso(event.received_at),
    signed_at: iso(event.signed_at),
    sign_seconds: event.sign_seconds,
    dispatched_at: iso(event.dispatched_at),
    due_at: iso(event.due_at),
    step_due_at: iso(event.step_due_at),
    handled_at: iso(event.handled_at),
    closed_at: iso(event.closed_at),
    state: event.state,
    rating: event.rating,
    joined_into: event.joined_into,
  };
}

const perCommit = 5000;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Brings the system dataset of events up to date: one merge of what changed since the last. Runs as
 * a job of which one at a time waits, so a burst of actions costs one merge.
 * @returns how many events were written
 */
export async function publishEvents(ctx: Ctx): Promise<number> {
  const desk = await store.firstDesk(ctx);
  const shape = desk && (await ctx.lake.shape(ctx, desk.publishes));
  if (!desk || !shape) return 0;
  return tx(ctx, async (inside) => {
    const events = await store.unpublished(inside, perCommit);
    if (events.length === 0) return 0;
    const path = ctx.lake.stage('events.ndjson');
    await writeFile(path, events.map((event) => JSON.stringify(rowOf(event))).join('\n'));
    const types = shape.columns.map((column) => `${quoted(column.name)}: '${column.type}'`);
    const names = shape.columns.map((column) => quoted(column.name)).join(', ');
    await inside.lake.commit(inside, {
      dataset: desk.publishes,
      sql: `select ${names} from read_json('${path.replaceAll("'", "''")}',
        format = 'newline_delimited', columns = {${types.join(', ')}})`,
      batch: `hub-${ctx.clock.now().toISOString()}`,
    });
    await store.markPublished(inside, events);
    return events.length;
  });
}
