/** Which action is meant, and whether this person may do it now. */
import { authErrors } from '#kernel/auth';
import type { GuantongError } from '#kernel/errors';
import { maskName } from '#organisation';
import { refusal } from '../errors.ts';
import type { ActionType, CaseState, CaseType, Entry, Seat, TaskState } from '../model.ts';
import { type Draft, resolveUnit, stepOf } from './draft.ts';
import { behind, type Hand, handFor, ownHands, type Person } from './hands.ts';

export interface Choice {
  name: string;
  action: ActionType;
  task: TaskState | null;
  /** Role it is done in. */
  role: string | null;
  /** Whose hand it is done with, where it is lent. */
  actsFor: Person | null;
}

type Text = ActionType['title'];

/** The title of an action anywhere in the type, for messages about one that is not possible. */
function titleOf(type: CaseType, name: string): Text {
  const steps = Object.values(type.steps);
  const all = [
    type.always,
    ...steps.map((step) => step.actions),
    ...steps.flatMap((step) => Object.values(step.tasks).map((task) => task.actions)),
  ];
  return all.find((actions) => actions[name])?.[name]?.title ?? { zh: name, en: name };
}

/** Actions outside of tasks that are possible in the step the case stands in. */
export function freeActions(type: CaseType, state: CaseState): Record<string, ActionType> {
  const step = stepOf(type, state.step);
  return step.final ? step.actions : { ...type.always, ...step.actions };
}

export const taskActions = (type: CaseType, task: TaskState): Record<string, ActionType> =>
  type.steps[task.step]?.tasks[task.name]?.actions ?? {};

/** Tasks whose doers may not do this one, as far as one of these accounts did one of them. */
export function samePerson(
  type: CaseType,
  state: CaseState,
  task: TaskState,
  accounts: readonly string[],
): string[] {
  const declared = type.steps[task.step]?.tasks[task.name];
  return (declared?.not_by ?? []).filter((name) =>
    state.actedBy[name]?.some((one) => accounts.includes(one)),
  );
}

const taskTitle = (type: CaseType, name: string): Text =>
  Object.values(type.steps).flatMap((step) => step.tasks[name]?.title ?? [])[0] ?? {
    zh: name,
    en: name,
  };

/** The error for a task somebody else was quicker with. */
function taken(type: CaseType, task: TaskState, timeline: readonly Entry[]): GuantongError {
  const done = timeline.find(
    (entry) => entry.fact.kind === 'task_closed' && entry.fact.task === task.id,
  );
  const person = maskName(done?.actorName ?? '');
  const platform = done?.actor.startsWith('system:') ?? false;
  const title = taskTitle(type, task.name);
  return refusal(
    'task_taken',
    { task: title.zh, who: platform ? '平台' : person },
    { task: title.en, who: platform ? 'the platform' : person },
  );
}

/** What is asked for, and with which hands. */
export interface Wanted {
  action: string;
  task: number | undefined;
  hands: readonly Hand[];
}

function chooseTask(
  draft: Draft,
  { action: name, task: wanted, hands }: Wanted,
  timeline: readonly Entry[],
): TaskState | undefined {
  const { type, state } = draft;
  const fitting = state.tasks.filter(
    (task) => taskActions(type, task)[name] && (wanted === undefined || task.id === wanted),
  );
  const open = fitting.filter((task) => task.state === 'open');
  const mine = open.filter((task) => handFor(hands, task.role, task.unitPath));
  const candidates = mine.length > 0 ? mine : open;
  if (candidates.length > 1 && wanted === undefined) {
    const title = titleOf(type, name);
    const count = candidates.length;
    throw refusal('ambiguous_task', { count, action: title.zh }, { count, action: title.en });
  }
  if (candidates[0]) return candidates[0];
  const late = fitting.at(-1);
  const free = freeActions(type, state)[name];
  if (late && (wanted !== undefined || !free)) throw taken(type, late, timeline);
  return undefined;
}

function notYours(type: CaseType, name: string, unit: string, role: string): GuantongError {
  const title = titleOf(type, name);
  return refusal(
    'not_your_task',
    { action: title.zh, unit, role },
    { action: title.en, unit, role },
  );
}

function notNow(type: CaseType, name: string, step: string): GuantongError {
  const action = titleOf(type, name);
  const at = stepOf(type, step).title;
  return refusal('not_now', { action: action.zh, step: at.zh }, { action: action.en, step: at.en });
}

/** The hand the task is done with. */
function checkTask(draft: Draft, { action, hands }: Wanted, task: TaskState): Hand {
  const { type, state, ctx } = draft;
  const hand = handFor(hands, task.role, task.unitPath);
  if (!hand) throw notYours(type, action, task.unitName, task.role);
  const before = samePerson(type, state, task, behind(ctx, hand));
  if (before.length > 0) {
    const titles = before.map((one) => taskTitle(type, one));
    throw refusal(
      'same_person',
      { tasks: titles.map((title) => title.zh).join('、') },
      { tasks: titles.map((title) => title.en).join(', ') },
    );
  }
  return hand;
}

async function checkSeat(draft: Draft, name: string, seat: Seat): Promise<void> {
  const unit = await resolveUnit(draft, seat.unit);
  if (handFor(ownHands(draft.ctx.actor), seat.role, unit.path)) return;
  throw notYours(draft.type, name, unit.name, seat.role);
}

async function chooseFree(draft: Draft, name: string): Promise<Choice> {
  const { type, state, ctx } = draft;
  const action = freeActions(type, state)[name];
  if (!action) {
    throw notNow(type, name, state.step);
  }
  const platform = ctx.actor.kind === 'system';
  if (action.by === 'platform' || action.by === undefined) {
    if (!platform) throw authErrors.make('not_allowed', { permission: name });
    return { name, action, task: null, role: null, actsFor: null };
  }
  if (!platform) await checkSeat(draft, name, action.by);
  return { name, action, task: null, role: action.by.role, actsFor: null };
}

function checkTimes(draft: Draft, name: string, action: ActionType): void {
  const { times } = action;
  if (!times || (draft.state.counts[name] ?? 0) < times.max) return;
  const { title } = action;
  throw refusal(
    'too_often',
    { action: title.zh, max: times.max, source: times.source },
    { action: title.en, max: times.max, source: times.source },
  );
}

/**
 * Finds the action and the task meant and refuses what this person may not do now.
 * @throws cases.task_taken, cases.not_now, cases.not_your_task, cases.same_person, cases.too_often
 */
export async function choose(
  draft: Draft,
  wanted: Wanted,
  timeline: () => Promise<readonly Entry[]>,
): Promise<Choice> {
  const { type } = draft;
  const closed = draft.state.tasks.some(
    (task) => task.state !== 'open' && taskActions(type, task)[wanted.action],
  );
  const entries = closed ? await timeline() : [];
  const task = chooseTask(draft, wanted, entries);
  if (!task) {
    const choice = await chooseFree(draft, wanted.action);
    checkTimes(draft, wanted.action, choice.action);
    return choice;
  }
  const hand = checkTask(draft, wanted, task);
  const action = taskActions(type, task)[wanted.action];
  if (!action) throw notNow(type, wanted.action, task.step);
  checkTimes(draft, wanted.action, action);
  const { lentBy } = hand;
  return { name: wanted.action, action, task, role: task.role, actsFor: lentBy };
}
