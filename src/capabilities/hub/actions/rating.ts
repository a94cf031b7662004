/** Rating (评价): what a reporter says of how his event was dealt with. */
import { act, getCase, lockCases } from '#cases';
import { requirePermission, systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { enqueue } from '#kernel/jobs';
import { hubErrors } from '../errors.ts';
import type { Desk } from '../model.ts';
import * as store from '../store.ts';
import { deskOf } from './intake.ts';
import { publishJob } from './projection.ts';
import { seesEvent } from './sight.ts';

const dayMs = 86_400_000;

/** Whose rating of an event it is: of his account, or of a report that is nobody's account. */
const raterOf = (report: store.ReportRow): string =>
  report.reporter_account ?? `report:${report.id}`;

/**
 * The rating as it stands from now on; undefined when it says so already. A person has one for each
 * event and may think better of it, but not for ever and not endlessly.
 * @throws hub.rating_final
 */
function rated(
  before: store.RatingRow | undefined,
  wanted: { event: string; reporter: string; rating: number; now: Date },
  { changes, days }: Desk['rating'],
): store.RatingRow | undefined {
  const { event, reporter, rating, now } = wanted;
  if (before === undefined) {
    return { event_id: event, reporter, rating, rated_at: now, changed_at: now, changes: 0 };
  }
  if (before.rating === rating) return undefined;
  const late = now.getTime() > before.rated_at.getTime() + days * dayMs;
  if (late || before.changes >= changes) throw hubErrors.make('rating_final', { changes, days });
  return { ...before, rating, changed_at: now, changes: before.changes + 1 };
}

/** By the reporter himself, or written down by a seat that called him back. */
async function byWhom(ctx: Ctx, report: store.ReportRow): Promise<{ calledBack: boolean }> {
  if (report.reporter_account === ctx.actor.id) return { calledBack: false };
  if (ctx.actor.permissions.has('hub.answer') && (await seesEvent(ctx, report.event_id))) {
    return { calledBack: true };
  }
  throw hubErrors.make('not_reporter');
}

/** Tells the case, when it waits for it. @throws hub.not_answered */
async function tellCase(ctx: Ctx, desk: Desk, report: store.ReportRow, score: number) {
  const platform = { ...ctx, actor: systemActor('hub') };
  // The case knows where it stands; what the hub keeps of it follows a moment later.
  const { step } = await getCase(platform, report.event_id);
  const answering = desk.marks.answered.includes(step);
  if (!answering && report.answered_at === null) throw hubErrors.make('not_answered');
  if (!answering) return;
  await act(platform, { case: report.event_id, action: desk.actions.rated, data: { score } });
}

/**
 * A rating of how a report was dealt with, 1 to 5. One reporter has one rating of an event, however
 * many of its reports are his; he may change it as often and as long as the desk declares. The
 * newest of an event stands with it.
 * @throws hub.report_unknown, hub.not_reporter, hub.not_answered, hub.rating_final
 */
export async function rate(ctx: Ctx, reportId: string, rating: number): Promise<void> {
  requirePermission(ctx, 'hub.rate');
  const report = await store.reportById(ctx, reportId);
  if (!report) throw hubErrors.make('report_unknown', { report: reportId });
  const { calledBack } = await byWhom(ctx, report);
  const desk = await deskOf(ctx);
  await tx(ctx, async (inside) => {
    const event = report.event_id;
    // Case, event, reports, here as everywhere: who locks in one order never locks up.
    await lockCases(inside, [event]);
    await store.lockEvents(inside, [event]);
    const reporter = raterOf(report);
    const now = inside.clock.now();
    const before = await store.ratingOf(inside, event, reporter);
    const after = rated(before, { event, reporter, rating, now }, desk.rating);
    if (after === undefined) return;
    await tellCase(inside, desk, report, rating);
    await store.putRating(inside, after);
    await store.patchEvent(inside, event, { rating, changed_at: now });
    const own = report.reporter_account;
    const which = own === null ? { id: reportId } : { event, reporter: own };
    await store.patchReports(inside, which, { rating });
    await enqueue(inside, publishJob, {}, { singletonKey: publishJob });
    await inside.audit.record(inside, {
      action: 'hub.rate',
      subject: `report/${reportId}`,
      detail: { rating, calledBack, changes: after.changes },
    });
  });
}
