/** Writes a draft: timeline, projection, timers, notices and events, in one transaction. */
import type { Ctx } from '#kernel/context';
import { publish } from '#kernel/events';
import { cancelTimer, setTimer } from '#kernel/jobs';
import { notify, withdraw } from '#notices';
import { maskName } from '#organisation';
import type { Case, CaseState, ClockState, Fact, Ladder, TaskState } from '../model.ts';
import * as store from '../store.ts';
import { calendarOf, limitEnd } from './calendar.ts';
import { clockType, type Draft } from './draft.ts';

export const clockTimer = 'cases.clock';
export const ladderTimer = 'cases.ladder';

export const toCase = (id: number, state: CaseState): Case => ({
  id: String(id),
  number: state.number,
  type: state.type,
  title: state.title,
  unit: state.unit,
  slots: state.slots,
  subject: state.subject,
  data: state.data,
  step: state.step,
  outcome: state.outcome,
  openedAt: new Date(state.openedAt),
  closedAt: state.closedAt === null ? null : new Date(state.closedAt),
  version: state.seq,
});

/** The next moment a running clock has something to say; null when it has said all. */
export function nextMoment(clock: ClockState): string | null {
  if (clock.state !== 'running') return null;
  const mark = clock.marks.find((one) => !clock.warned.includes(one.percent));
  if (mark) return mark.at;
  return clock.expired ? null : clock.dueAt;
}

const linkOf = (state: CaseState): string => `/cases/${state.number}`;
const taskKey = (id: number, task: number): string => `case/${id}/task/${task}`;

async function armClocks(ctx: Ctx, id: number, before: ClockState[], after: ClockState[]) {
  for (const clock of after) {
    const old = before.find((one) => one.id === clock.id);
    const moment = nextMoment(clock);
    if (old && nextMoment(old) === moment) continue;
    const key = `${id}/${clock.id}`;
    if (moment === null) await cancelTimer(ctx, clockTimer, key);
    else {
      const payload = { case: id, clock: clock.id };
      await setTimer(ctx, { kind: clockTimer, key, dueAt: new Date(moment), payload });
    }
  }
}

async function armLadders(
  draft: Draft,
  id: number,
  before: TaskState[],
  ladders: Map<string, Ladder>,
): Promise<void> {
  for (const task of draft.state.tasks) {
    const old = before.find((one) => one.id === task.id)?.ladder ?? null;
    if (old?.name === task.ladder?.name && old?.rung === task.ladder?.rung) continue;
    const key = `${id}/${task.id}`;
    const wait = task.ladder && ladders.get(task.ladder.name)?.rungs[task.ladder.rung]?.wait;
    if (!wait) {
      await cancelTimer(draft.ctx, ladderTimer, key);
      continue;
    }
    const dueAt = limitEnd(draft.now, wait, calendarOf(draft.ctx));
    const payload = { case: id, task: task.id };
    await setTimer(draft.ctx, { kind: ladderTimer, key, dueAt, payload });
  }
}

interface Telling {
  draft: Draft;
  id: number;
  ladders: Map<string, Ladder>;
}

const taskParams = (draft: Draft, task: TaskState) => ({
  number: draft.state.number,
  title: draft.state.title,
  task: draft.type.steps[task.step]?.tasks[task.name]?.title.zh ?? task.name,
  taskEn: draft.type.steps[task.step]?.tasks[task.name]?.title.en ?? task.name,
  unit: task.unitName,
});

async function tellTask({ draft, id }: Telling, task: TaskState, template: string): Promise<void> {
  await notify(draft.ctx, {
    to: task.account === null ? { role: task.role, unit: task.unit } : { account: task.account },
    template,
    params: taskParams(draft, task),
    link: linkOf(draft.state),
    key: taskKey(id, task.id),
  });
}

async function tellClock(telling: Telling, clockId: number, template: string): Promise<void> {
  const { draft } = telling;
  const clock = draft.state.clocks.find((one) => one.id === clockId);
  const open = draft.state.tasks.filter((one) => one.state === 'open');
  const concerned = open.filter((one) => clock?.task === null || clock?.task === one.id);
  for (const task of concerned) await tellTask(telling, task, template);
}

async function tellOffer(telling: Telling, fact: Extract<Fact, { kind: 'task_offered' }>) {
  const { draft, ladders } = telling;
  const task = draft.state.tasks.find((one) => one.id === fact.task);
  const rung = fact.ladder && ladders.get(fact.ladder.name)?.rungs[fact.ladder.rung];
  if (fact.toldOnly && task?.state === 'open') {
    const to = { ...task, role: fact.role, unit: fact.unit, account: fact.account };
    return tellTask(telling, to, rung?.template ?? draft.type.notices.clock_expired);
  }
  if (task?.state === 'open') {
    await tellTask(telling, task, rung?.template ?? draft.type.notices.task_opened);
  }
}

/** What became of a task, for those whose message cannot be taken back. */
function settledBy({ ctx }: Draft, { how }: Extract<Fact, { kind: 'task_closed' }>) {
  const { actor } = ctx;
  if (how !== 'done' || actor.kind === 'system') {
    const words = { zh: '已收回，不用再办理', en: 'Taken back: nothing is left to do' };
    return { words, by: actor.kind === 'system' ? null : actor.id };
  }
  const who = maskName(actor.name);
  const unit = actor.roles[0]?.unitName ?? '';
  const place = { zh: unit === '' ? '' : `（${unit}）`, en: unit === '' ? '' : ` (${unit})` };
  return {
    words: {
      zh: `已由${who}${place.zh}受理，不用再办理`,
      en: `${who}${place.en} has taken it: nothing is left to do`,
    },
    by: actor.id,
  };
}

async function tell(telling: Telling, fact: Fact): Promise<void> {
  const { draft, id } = telling;
  const { notices } = draft.type;
  if (fact.kind === 'task_opened') {
    const task = draft.state.tasks.find((one) => one.id === fact.task);
    if (task?.state === 'open') await tellTask(telling, task, notices.task_opened);
  } else if (fact.kind === 'task_closed') {
    await withdraw(draft.ctx, taskKey(id, fact.task), settledBy(draft, fact));
  } else if (fact.kind === 'task_offered') await tellOffer(telling, fact);
  else if (fact.kind === 'clock_warned') await tellClock(telling, fact.clock, notices.clock_warned);
  else if (fact.kind === 'clock_expired') {
    await tellClock(telling, fact.clock, notices.clock_expired);
  }
}

function eventOf(draft: Draft, fact: Fact): { name: string; more: object } | undefined {
  const { state } = draft;
  const task = (id: number) => {
    const found = state.tasks.find((one) => one.id === id);
    return { task: id, name: found?.name, role: found?.role, unit: found?.unit };
  };
  const clock = (id: number) => ({
    clock: state.clocks.find((one) => one.id === id)?.name,
    task: state.clocks.find((one) => one.id === id)?.task ?? null,
  });
  switch (fact.kind) {
    case 'opened':
      return { name: 'case.opened', more: {} };
    case 'step_entered':
      return { name: 'case.moved', more: { to: fact.step } };
    case 'closed':
      return { name: 'case.closed', more: { outcome: fact.outcome } };
    case 'acted':
      return {
        name: 'case.acted',
        more: { action: fact.action, data: fact.data, reason: fact.reason },
      };
    case 'task_opened':
      return { name: 'task.opened', more: task(fact.task) };
    case 'task_closed':
      return { name: 'task.done', more: { ...task(fact.task), how: fact.how } };
    case 'clock_warned':
      return { name: 'clock.warned', more: { ...clock(fact.clock), percent: fact.percent } };
    case 'clock_expired':
      return { name: 'clock.expired', more: clock(fact.clock) };
    default:
      return undefined;
  }
}

async function publishAll(draft: Draft, id: number): Promise<void> {
  const { state } = draft;
  const base = { case: String(id), number: state.number, type: state.type, step: state.step };
  const hint = { topic: 'cases', id: String(id), paths: state.paths };
  const events = draft.facts.map((fact) => eventOf(draft, fact)).filter((one) => one !== undefined);
  // One hint is enough for the pages: it travels with the last event, or alone when only clocks
  // moved.
  if (events.length === 0) events.push({ name: 'case.noted', more: {} });
  const last = events.length - 1;
  for (const [index, { name, more }] of events.entries()) {
    await publish(draft.ctx, name, { ...base, ...more, ...(index === last ? { hint } : {}) });
  }
}

/** In which of his units the actor did it: where he holds the role of the task, else his first. */
export function actorUnit(ctx: Ctx, role: string | null): string | null {
  const { roles } = ctx.actor;
  return (roles.find((one) => one.role === role) ?? roles[0])?.unit ?? null;
}

export interface Saving {
  /** Null for a new case. */
  id: number | null;
  before: CaseState | null;
  /** Role in which it was done. */
  role: string | null;
  ladders: Map<string, Ladder>;
}

/** Writes all a draft holds; gives the case's id. Needs a transaction with the case locked. */
export async function saveDraft(draft: Draft, saving: Saving): Promise<number> {
  const { ctx, state } = draft;
  const id = await store.saveCase(ctx, saving.id, state);
  await store.appendFacts(ctx, id, {
    firstSeq: state.seq - draft.facts.length + 1,
    at: draft.now,
    actor: ctx.actor.id,
    actorName: ctx.actor.name,
    actorUnit: actorUnit(ctx, saving.role),
    facts: draft.facts,
  });
  await store.saveTasks(ctx, id, state);
  await armClocks(ctx, id, saving.before?.clocks ?? [], state.clocks);
  await armLadders(draft, id, saving.before?.tasks ?? [], saving.ladders);
  const telling = { draft, id, ladders: saving.ladders };
  for (const fact of draft.facts) await tell(telling, fact);
  await publishAll(draft, id);
  return id;
}

/** How a clock is declared, for those that only have the state. */
export const declaredClock = (draft: Draft, clock: ClockState) =>
  clockType(draft.type, draft.state, clock);
