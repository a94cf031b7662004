/**
 * What happens when a clock or a ladder has something to say. The timer fires in the transaction
 * that marks it fired; what it finds in the locked case decides, so a late, early or second firing
 * changes nothing.
 */
import type { Ctx } from '#kernel/context';
import { setTimer, type Timer } from '#kernel/jobs';
import { notify } from '#notices';
import { accountsWith } from '#organisation';
import type { ClockState, Consequence, Ladder, Seat } from '../model.ts';
import * as store from '../store.ts';
import { typeOf } from './act.ts';
import { freeActions } from './choose.ts';
import { type Draft, offer, openTasks, perform, put, resolveUnit } from './draft.ts';
import { clockTimer, declaredClock, nextMoment, saveDraft } from './save.ts';

/** How long a timer steps aside for somebody who is acting on the case at this moment. */
const asideMs = 200;

async function draftOf(
  ctx: Ctx,
  timer: Timer,
  id: number,
): Promise<{ draft: Draft; row: store.CaseRow } | null> {
  const row = await store.lockCaseNow(ctx, id);
  if (!row) {
    const dueAt = new Date(ctx.clock.now().getTime() + asideMs);
    await setTimer(ctx, { ...timer, dueAt });
    return null;
  }
  const type = await typeOf(ctx, row.state);
  return { row, draft: { ctx, type, state: row.state, facts: [], now: ctx.clock.now() } };
}

async function escalate(draft: Draft, clock: ClockState, end: Consequence): Promise<void> {
  if (!end.escalate) return;
  for (const task of openTasks(draft.state)) {
    if (clock.task !== null && clock.task !== task.id) continue;
    await offer(draft, task, { who: end.escalate, seat: 'all', ladder: null });
  }
}

/** A rung that only tells is passed over where nobody would hear it. */
async function anybody(draft: Draft, who: Seat): Promise<boolean> {
  const unit = await resolveUnit(draft, who.unit);
  return (await accountsWith(draft.ctx, { role: who.role, unit: unit.code })).length > 0;
}

async function climb(
  draft: Draft,
  task: number,
  ladder: Ladder,
  at: { name: string; rung: number },
): Promise<void> {
  const rung = ladder.rungs[at.rung];
  const open = openTasks(draft.state).find((one) => one.id === task);
  if (!rung || !open) return;
  const toldOnly = rung.offered === false;
  if (toldOnly && ladder.rungs[at.rung + 1] && !(await anybody(draft, rung.who))) {
    return climb(draft, task, ladder, { ...at, rung: at.rung + 1 });
  }
  await offer(draft, open, { who: rung.who, seat: rung.seat, ladder: at, toldOnly });
}

async function startLadder(draft: Draft, clock: ClockState, name: string, ladder: Ladder) {
  for (const task of openTasks(draft.state)) {
    if (clock.task !== null && clock.task !== task.id) continue;
    await climb(draft, task.id, ladder, { name, rung: 0 });
  }
}

async function tellEnd(draft: Draft, end: Consequence): Promise<void> {
  if (!end.notify) return;
  const unit = await resolveUnit(draft, end.notify.unit);
  await notify(draft.ctx, {
    to: { role: end.notify.role, unit: unit.code },
    template: end.notify.template,
    params: {
      number: draft.state.number,
      title: draft.state.title,
      task: draft.type.steps[draft.state.step]?.title.zh ?? '',
      taskEn: draft.type.steps[draft.state.step]?.title.en ?? '',
      unit: unit.name,
    },
    link: `/cases/${draft.state.number}`,
    key: `case/${draft.state.number}/clock`,
  });
}

async function expire(draft: Draft, clock: ClockState, ladders: Map<string, Ladder>) {
  put(draft, { kind: 'clock_expired', clock: clock.id });
  const end = declaredClock(draft, clock)?.at_end;
  if (!end) return;
  await tellEnd(draft, end);
  await escalate(draft, clock, end);
  const ladder = end.ladder === undefined ? undefined : ladders.get(end.ladder);
  if (ladder && end.ladder !== undefined) await startLadder(draft, clock, end.ladder, ladder);
  if (end.act === undefined) return;
  const action = freeActions(draft.type, draft.state)[end.act];
  if (!action) return;
  const nobody = { task: null, data: {}, reason: null, attachments: [], actsFor: null };
  const doing = { ...nobody, name: end.act, action };
  await perform(draft, doing, (name) => ladders.get(name)?.answered_by ?? []);
}

/** Handler of the timer of one clock. */
export async function clockFired(ctx: Ctx, timer: Timer): Promise<void> {
  const { case: id, clock: clockId } = timer.payload as { case: number; clock: number };
  const found = await draftOf(ctx, timer, id);
  const clock = found?.row.state.clocks.find((one) => one.id === clockId);
  if (!found || clock?.state !== 'running') return;
  const { draft, row } = found;
  const now = draft.now.toISOString();
  const moment = nextMoment(clock);
  if (moment === null) return;
  if (moment > now) {
    // The limit was moved, or the clock of the machine set back: wait for the moment as it stands
    // now.
    const dueAt = new Date(moment);
    await setTimer(ctx, { kind: clockTimer, key: timer.key, dueAt, payload: timer.payload });
    return;
  }
  const ladders = await store.ladders(ctx);
  for (const mark of clock.marks) {
    if (mark.at > now || clock.warned.includes(mark.percent)) continue;
    put(draft, { kind: 'clock_warned', clock: clock.id, percent: mark.percent });
  }
  if (clock.dueAt <= now && !clock.expired) await expire(draft, clock, ladders);
  await saveDraft(draft, { id: row.id, before: row.state, role: null, ladders });
}

/** Handler of the timer of a ladder: nobody answered, the next one is called. */
export async function ladderFired(ctx: Ctx, timer: Timer): Promise<void> {
  const { case: id, task: taskId } = timer.payload as { case: number; task: number };
  const found = await draftOf(ctx, timer, id);
  const at = found?.row.state.tasks.find((one) => one.id === taskId)?.ladder;
  if (!found || !at) return;
  const ladders = await store.ladders(ctx);
  const ladder = ladders.get(at.name);
  if (!ladder?.rungs[at.rung + 1]) return;
  const { draft, row } = found;
  await climb(draft, taskId, ladder, { name: at.name, rung: at.rung + 1 });
  if (draft.facts.length === 0) return;
  await saveDraft(draft, { id: row.id, before: row.state, role: null, ladders });
}
