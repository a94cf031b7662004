/**
 * A draft: the facts one action adds to a case, projected as they are put, written all at once at
 * the end.
 */
import type { Ctx } from '#kernel/context';
import { accountsWith, findUnit, type Unit } from '#organisation';
import { casesErrors } from '../errors.ts';
import type {
  ActionType,
  CaseState,
  CaseType,
  ClockState,
  ClockType,
  Fact,
  Seat,
  StepType,
  TaskState,
} from '../model.ts';
import { calendarOf, later, limitEnd, marksBetween, spent } from './calendar.ts';
import type { Person } from './hands.ts';
import { project } from './project.ts';

export interface Draft {
  ctx: Ctx;
  type: CaseType;
  /** Absent until the fact `opened`. */
  state: CaseState;
  facts: Fact[];
  now: Date;
}

/** Adds a fact and projects it. */
export function put(draft: Draft, fact: Fact): void {
  draft.facts.push(fact);
  const at = draft.now.toISOString();
  draft.state = project(draft.state, { at, actor: draft.ctx.actor.id, fact });
}

export function stepOf(type: CaseType, name: string): StepType {
  const step = type.steps[name];
  if (!step) throw casesErrors.make('step_unknown', { step: name });
  return step;
}

/** The unit at a level above (or at) a unit. */
async function above(ctx: Ctx, unit: Unit, level: string): Promise<Unit | undefined> {
  for (const code of unit.path.split('/')) {
    const one = await findUnit(ctx, code);
    if (one?.level === level) return one;
  }
  return undefined;
}

export async function unitByCode(ctx: Ctx, code: string): Promise<Unit> {
  const unit = await findUnit(ctx, code);
  if (!unit) throw casesErrors.make('unit_unknown', { unit: code });
  return unit;
}

function codeOf(draft: Draft, name: string): string {
  const { state, ctx } = draft;
  if (name === 'district') return ctx.settings.county_code;
  if (name === 'home') return state.unit;
  if (/^\d/.test(name)) return name;
  const code = name === 'opener' ? state.openerUnit : state.slots[name];
  if (!code) throw casesErrors.make('unit_missing', { unit: name });
  return code;
}

/**
 * The unit an expression of the case type means now. @throws cases.unit_missing, cases.unit_unknown
 */
export async function resolveUnit(draft: Draft, expression: string): Promise<Unit> {
  const [level, , of] = expression.split(' ');
  if (of === undefined || level === undefined) {
    return unitByCode(draft.ctx, codeOf(draft, expression));
  }
  const unit = await above(draft.ctx, await unitByCode(draft.ctx, codeOf(draft, of)), level);
  if (!unit) throw casesErrors.make('unit_missing', { unit: expression });
  return unit;
}

/**
 * Whose turn it is: the one after `after` among the holders of the role, in the order of their
 * accounts.
 */
export async function nextSeat(
  draft: Draft,
  at: { role: string; unit: string },
  after: string | null,
): Promise<string | null> {
  const holders = (await accountsWith(draft.ctx, at)).map((one) => one.id).sort();
  if (holders.length === 0) return null;
  const turn =
    after === null
      ? Number(/\d+$/.exec(draft.state.number)?.[0] ?? 0) - 1
      : holders.indexOf(after) + 1;
  return holders[((turn % holders.length) + holders.length) % holders.length] ?? null;
}

function limitOf(draft: Draft, clock: ClockType) {
  const { field, ...limit } = clock.limit;
  const given = field === undefined ? undefined : Number(draft.state.data[field]);
  return given !== undefined && given > 0 ? { ...limit, value: given } : limit;
}

interface Begin {
  due: Date;
  warn: readonly number[];
}

/**
 * A clock that goes on has what it had left when it was left before: what comes back unmended gains
 * no time by having been called mended. One that was over then is over now, since then.
 */
function beginOf(draft: Draft, name: string, clock: ClockType): Begin {
  const { clocks, step } = draft.state;
  const calendar = calendarOf(draft.ctx);
  const before = clock.goes_on
    ? clocks.findLast((one) => one.name === name && one.step === step && one.stoppedAt !== null)
    : undefined;
  if (before === undefined) {
    return { due: limitEnd(draft.now, limitOf(draft, clock), calendar), warn: clock.warn };
  }
  const was = new Date(before.dueAt);
  const left = spent(new Date(before.stoppedAt ?? was), was, clock.limit.unit, calendar);
  if (left <= 0) return { due: was, warn: [] };
  const warn = clock.warn.filter((percent) => !before.warned.includes(percent));
  return { due: later(draft.now, left, clock.limit.unit, calendar), warn };
}

function startClock(draft: Draft, name: string, clock: ClockType, task: number | null): void {
  const calendar = calendarOf(draft.ctx);
  const { due, warn } = beginOf(draft, name, clock);
  put(draft, {
    kind: 'clock_started',
    clock: draft.state.clocks.length + 1,
    name,
    step: draft.state.step,
    task,
    dueAt: due.toISOString(),
    marks: marksBetween(draft.now, due, warn, clock.limit.unit, calendar),
  });
}

/** Starts clocks of the step (`task` null) or of a task. */
export function startClocks(
  draft: Draft,
  clocks: Record<string, ClockType>,
  task: number | null,
): void {
  for (const [name, clock] of Object.entries(clocks)) startClock(draft, name, clock, task);
}

export function stopClock(draft: Draft, clock: ClockState): void {
  if (clock.state === 'stopped') return;
  const end = clock.state === 'paused' ? (clock.pausedAt ?? clock.dueAt) : draft.now.toISOString();
  const inTime = Date.parse(end) <= Date.parse(clock.dueAt);
  put(draft, { kind: 'clock_stopped', clock: clock.id, inTime });
}

/** How a clock of the state is declared. */
export function clockType(
  type: CaseType,
  state: CaseState,
  clock: ClockState,
): ClockType | undefined {
  const step = type.steps[clock.step];
  if (clock.task === null) return step?.clocks[clock.name];
  const task = state.tasks.find((one) => one.id === clock.task);
  return task && type.steps[task.step]?.tasks[task.name]?.clocks[clock.name];
}

export const openTasks = (state: CaseState): TaskState[] =>
  state.tasks.filter((one) => one.state === 'open');

/**
 * Opens a task of the step the case stands in; one that is open already, or whose `if` is not
 * filled, is left.
 */
export async function openTask(draft: Draft, name: string): Promise<void> {
  const declared = stepOf(draft.type, draft.state.step).tasks[name];
  if (!declared) throw casesErrors.make('name_unknown', { what: 'task', name });
  if (declared.if !== undefined && !draft.state.slots[declared.if]) return;
  if (openTasks(draft.state).some((one) => one.name === name)) return;
  const unit = await resolveUnit(draft, declared.unit);
  const at = { role: declared.role, unit: unit.code };
  const id = draft.state.tasks.length + 1;
  put(draft, {
    kind: 'task_opened',
    task: id,
    name,
    role: declared.role,
    unit: unit.code,
    unitPath: unit.path,
    unitName: unit.name,
    waits: declared.waits,
    account: declared.offer === 'next_seat' ? await nextSeat(draft, at, null) : null,
  });
  startClocks(draft, declared.clocks, id);
}

export function closeTask(draft: Draft, task: TaskState, how: 'done' | 'cancelled'): void {
  for (const clock of draft.state.clocks.filter((one) => one.task === task.id)) {
    stopClock(draft, clock);
  }
  put(draft, { kind: 'task_closed', task: task.id, how });
}

/** Leaves the step: what is open there is taken back, its clocks stop. */
function leaveStep(draft: Draft): void {
  for (const task of openTasks(draft.state)) closeTask(draft, task, 'cancelled');
  for (const clock of draft.state.clocks) stopClock(draft, clock);
}

/**
 * Moves the case to a step and opens its tasks: `opens` where given, else those opened on entry.
 */
export async function enterStep(
  draft: Draft,
  name: string,
  opens: readonly string[] = [],
): Promise<void> {
  const step = stepOf(draft.type, name);
  if (draft.state.step !== '') leaveStep(draft);
  if (draft.state.closedAt !== null && !step.final) put(draft, { kind: 'reopened' });
  put(draft, { kind: 'step_entered', step: name });
  if (step.final) {
    put(draft, { kind: 'closed', outcome: step.outcome ?? 'done' });
    return;
  }
  startClocks(draft, step.clocks, null);
  const entry = Object.keys(step.tasks).filter((task) => step.tasks[task]?.on_entry);
  for (const task of opens.length > 0 ? opens : entry) await openTask(draft, task);
  await settle(draft);
}

/** Goes on to the next step when nothing the step waits for is open. */
async function settle(draft: Draft): Promise<void> {
  const step = stepOf(draft.type, draft.state.step);
  if (step.final || step.next === undefined || Object.keys(step.tasks).length === 0) return;
  if (openTasks(draft.state).some((task) => task.waits)) return;
  await enterStep(draft, step.next);
}

const runningClocks = (draft: Draft, names: readonly string[]): ClockState[] =>
  draft.state.clocks.filter((one) => names.includes(one.name) && one.state === 'running');

/** Lets a paused clock run on with the time it had left. */
function resumeClock(draft: Draft, clock: ClockState): void {
  const declared = clockType(draft.type, draft.state, clock);
  const pausedAt = new Date(clock.pausedAt ?? draft.now);
  const { unit } = declared?.limit ?? { unit: 'seconds' as const };
  const calendar = calendarOf(draft.ctx);
  const left = spent(pausedAt, new Date(clock.dueAt), unit, calendar);
  moveClock(draft, clock, later(draft.now, left, unit, calendar), 'resumed');
}

function moveClock(draft: Draft, clock: ClockState, due: Date, why: 'resumed' | 'extended'): void {
  const declared = clockType(draft.type, draft.state, clock);
  const left = (declared?.warn ?? []).filter((percent) => !clock.warned.includes(percent));
  const unit = declared?.limit.unit ?? 'seconds';
  const calendar = calendarOf(draft.ctx);
  put(draft, {
    kind: 'clock_moved',
    clock: clock.id,
    why,
    dueAt: due.toISOString(),
    marks: marksBetween(draft.now, due, left, unit, calendar),
  });
}

function moveClocks(draft: Draft, action: ActionType, data: Record<string, unknown>): void {
  for (const clock of runningClocks(draft, action.pauses)) {
    put(draft, { kind: 'clock_paused', clock: clock.id });
  }
  for (const clock of draft.state.clocks) {
    if (action.resumes.includes(clock.name) && clock.state === 'paused') resumeClock(draft, clock);
  }
  const more = action.extends;
  if (!more) return;
  const asked = Number(data[more.field] ?? draft.state.data[more.field] ?? 0);
  const given = { value: Math.min(asked, more.max), unit: more.unit };
  if (!(given.value > 0)) return;
  for (const clock of runningClocks(draft, [more.clock])) {
    const due = limitEnd(new Date(clock.dueAt), given, calendarOf(draft.ctx));
    moveClock(draft, clock, due, 'extended');
  }
}

async function fillSlots(draft: Draft, action: ActionType, data: Record<string, unknown>) {
  const slots: Record<string, string> = {};
  const paths: string[] = [];
  for (const [slot, field] of Object.entries(action.sets)) {
    const code = data[field];
    if (typeof code !== 'string') continue;
    const unit = await unitByCode(draft.ctx, code);
    slots[slot] = unit.code;
    paths.push(unit.path);
  }
  if (paths.length > 0) put(draft, { kind: 'slots_set', slots, paths });
}

export interface Doing {
  name: string;
  action: ActionType;
  task: TaskState | null;
  data: Record<string, unknown>;
  reason: string | null;
  attachments: string[];
  /** Whose task it is, where it is done with a lent hand. */
  actsFor: Person | null;
}

/** Clocks and ladders that take the action as their answer stop. */
async function answer(draft: Draft, doing: Doing, answeredBy: (ladder: string) => string[]) {
  for (const clock of draft.state.clocks) {
    const declared = clockType(draft.type, draft.state, clock);
    const mine = clock.task === null || clock.task === doing.task?.id;
    if (mine && declared?.stops_on.includes(doing.name)) stopClock(draft, clock);
  }
  for (const task of openTasks(draft.state)) {
    if (task.ladder && answeredBy(task.ladder.name).includes(doing.name)) {
      put(draft, { kind: 'ladder_answered', task: task.id });
    }
  }
}

/** Does one action: the facts it is, and all that follows from it by the case type. */
export async function perform(
  draft: Draft,
  doing: Doing,
  answeredBy: (ladder: string) => string[],
): Promise<void> {
  const { action, task, data } = doing;
  put(draft, {
    kind: 'acted',
    action: doing.name,
    task: task?.id ?? null,
    data,
    reason: doing.reason,
    attachments: doing.attachments,
    ...(doing.actsFor ? { actsFor: doing.actsFor } : {}),
  });
  const known = Object.entries(data).filter(([field]) => field in draft.type.data);
  if (known.length > 0) put(draft, { kind: 'data_set', data: Object.fromEntries(known) });
  await fillSlots(draft, action, data);
  await answer(draft, doing, answeredBy);
  moveClocks(draft, action, data);
  for (const other of openTasks(draft.state)) {
    if (action.cancels.includes(other.name)) closeTask(draft, other, 'cancelled');
  }
  const still = openTasks(draft.state).find((one) => one.id === task?.id);
  if (still && (action.completes || action.to !== undefined)) closeTask(draft, still, 'done');
  if (action.to !== undefined) return enterStep(draft, action.to, action.opens);
  for (const name of action.opens) await openTask(draft, name);
  await settle(draft);
}

/** Offers an open task to somebody else: up a ladder, or to another role for good. */
export async function offer(
  draft: Draft,
  task: TaskState,
  to: {
    who: Seat;
    seat: 'next' | 'all';
    ladder: { name: string; rung: number } | null;
    toldOnly?: boolean;
  },
): Promise<void> {
  const unit = await resolveUnit(draft, to.who.unit);
  const at = { role: to.who.role, unit: unit.code };
  put(draft, {
    kind: 'task_offered',
    task: task.id,
    account: to.seat === 'next' ? await nextSeat(draft, at, task.account) : null,
    why: to.ladder ? 'ladder' : 'escalated',
    ladder: to.ladder,
    role: at.role,
    unit: unit.code,
    unitPath: unit.path,
    unitName: unit.name,
    ...(to.toldOnly ? { toldOnly: true } : {}),
  });
}

/** Gives an open task to the seat its type declares now. */
export async function reoffer(draft: Draft, task: TaskState, to: Seat): Promise<void> {
  const unit = await resolveUnit(draft, to.unit);
  put(draft, {
    kind: 'task_offered',
    task: task.id,
    account: null,
    why: 'retyped',
    ladder: task.ladder,
    role: to.role,
    unit: unit.code,
    unitPath: unit.path,
    unitName: unit.name,
  });
}
