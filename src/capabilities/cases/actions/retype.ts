/**
 * A new version of a case type and the cases that run: they finish on the version they began with,
 * or move to the new one by what it declares.
 */
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { type Fault, GuantongError } from '#kernel/errors';
import { publish } from '#kernel/events';
import { casesErrors } from '../errors.ts';
import type { CaseState, CaseType, ClockState, TaskState } from '../model.ts';
import { openByVersion, openOnOlder } from '../store/types.ts';
import * as store from '../store.ts';
import {
  clockType,
  closeTask,
  type Draft,
  openTask,
  openTasks,
  put,
  reoffer,
  startClocks,
  stopClock,
} from './draft.ts';
import { saveDraft } from './save.ts';

/** Cases moved in one transaction; the rest follows in the next. */
const batch = 100;

export interface Move {
  /** Version and step the cases stand at. */
  version: number;
  step: string;
  open: number;
  /** Where they go; null: this version has no place for them. */
  to: string | null;
}

/** Where a step leads in a new version: as declared, else the step of the same name. */
export function placeOf(type: CaseType, step: string): string | null {
  const place = type.revision?.steps[step] ?? step;
  return type.steps[place] && !type.steps[place].final ? place : null;
}

/** What applying this version would do to the cases that run. */
export async function movesOf(ctx: Ctx, name: string, type: CaseType): Promise<Move[]> {
  if (type.revision?.running !== 'move') return [];
  const open = await openByVersion(ctx, name);
  return open.map((one) => ({ ...one, to: placeOf(type, one.step) }));
}

/** Every open step must have a place: else nothing of the new version is written. */
async function requirePlaces(ctx: Ctx, name: string, type: CaseType): Promise<void> {
  const homeless = (await movesOf(ctx, name, type)).filter((one) => one.to === null);
  if (homeless.length === 0) return;
  const faults: Fault[] = homeless.map(({ step, version, open }) =>
    casesErrors.fault('step_homeless', { item: `revision.steps.${step}` }, { step, version, open }),
  );
  throw casesErrors.make('cases_homeless', { type: name, count: homeless.length }, faults);
}

/**
 * Applies a version of a case type; where it says so, the cases that run follow by an event.
 * @throws cases.cases_homeless; then nothing was written
 */
export async function applyType(
  ctx: Ctx,
  file: { pack: string; name: string; digest: string; definition: CaseType },
): Promise<void> {
  const before = await store.currentType(ctx, file.name);
  await requirePlaces(ctx, file.name, file.definition);
  await store.saveType(ctx, { ...file, at: ctx.clock.now() });
  const now = await store.currentType(ctx, file.name);
  if (!now || now.version === before?.version) return;
  await publish(ctx, 'case.type_applied', { type: file.name, version: now.version });
}

function sameSeat(old: CaseType, draft: Draft, before: TaskState, after: TaskState): boolean {
  const was = old.steps[before.step]?.tasks[before.name];
  const is = draft.type.steps[after.step]?.tasks[after.name];
  return was?.role === is?.role && was?.unit === is?.unit;
}

/** Open tasks keep their place, go to who has them now, or are taken back. */
async function settleTasks(draft: Draft, old: CaseType, before: CaseState): Promise<void> {
  for (const task of openTasks(draft.state)) {
    const declared = draft.type.steps[task.step]?.tasks[task.name];
    const was = before.tasks.find((one) => one.id === task.id);
    if (!declared) closeTask(draft, task, 'cancelled');
    else if (was && !sameSeat(old, draft, was, task)) await reoffer(draft, task, declared);
  }
}

const running = (draft: Draft): ClockState[] =>
  draft.state.clocks.filter((one) => one.state !== 'stopped');

/** Clocks that are declared no more stop; those that run on keep the end that was promised. */
function settleClocks(draft: Draft): void {
  for (const clock of running(draft)) {
    if (!clockType(draft.type, draft.state, clock)) stopClock(draft, clock);
  }
  const step = draft.type.steps[draft.state.step];
  startClocks(draft, missing(draft, step?.clocks ?? {}, null), null);
  for (const task of openTasks(draft.state)) {
    const declared = step?.tasks[task.name]?.clocks ?? {};
    startClocks(draft, missing(draft, declared, task.id), task.id);
  }
}

function missing<T>(draft: Draft, declared: Record<string, T>, task: number | null) {
  const known = draft.state.clocks.filter((one) => one.task === task).map((one) => one.name);
  return Object.fromEntries(Object.entries(declared).filter(([name]) => !known.includes(name)));
}

/** Tasks opened on entry that the case never had in this step; all of them where none is left. */
async function openNew(draft: Draft, oldStep: string): Promise<void> {
  const tasks = draft.type.steps[draft.state.step]?.tasks ?? {};
  const renamed = draft.type.revision?.tasks ?? {};
  const had = draft.state.tasks
    .filter((task) => [oldStep, draft.state.step].includes(task.step))
    .map((task) => (task.state === 'open' ? task.name : (renamed[task.name] ?? task.name)));
  const none = !openTasks(draft.state).some((task) => task.waits);
  for (const [name, declared] of Object.entries(tasks)) {
    if (declared.on_entry && (none || !had.includes(name))) await openTask(draft, name);
  }
}

/** The facts of a move: the new version, then what of the old step lives on in the new one. */
async function redraft(
  draft: Draft,
  old: CaseType,
  to: { place: string; version: number },
): Promise<void> {
  const { state, type } = draft;
  const { steps = {}, tasks = {} } = type.revision ?? {};
  put(draft, { kind: 'type_changed', typeVersion: to.version, step: to.place, steps, tasks });
  await settleTasks(draft, old, state);
  await openNew(draft, state.step);
  settleClocks(draft);
}

/** Moves one case. A case that meanwhile stands where the new version has no place stays. */
async function moveCase(ctx: Ctx, id: number, to: store.TypeRow): Promise<void> {
  const row = await store.lockCase(ctx, String(id));
  if (!row || row.state.closedAt !== null || row.state.typeVersion >= to.version) return;
  const { state } = row;
  const place = placeOf(to.definition, state.step);
  const old = await store.typeVersion(ctx, state.type, state.typeVersion);
  if (place === null || !old) {
    ctx.log.warn({ case: state.number, step: state.step }, 'stays on its version: no place');
    return;
  }
  const draft: Draft = { ctx, type: to.definition, state, facts: [], now: ctx.clock.now() };
  try {
    await redraft(draft, old, { place, version: to.version });
  } catch (error) {
    // Nothing is written yet. One case whose unit is not known holds up no other.
    if (!(error instanceof GuantongError)) throw error;
    ctx.log.warn({ err: error, case: state.number }, 'stays on its version');
    return;
  }
  const ladders = await store.ladders(ctx);
  await saveDraft(draft, { id, before: state, role: null, ladders });
}

/**
 * Handler of `case.type_applied`: moves the cases that run to the new version, some at a time; an
 * older or retired version moves nobody.
 */
export async function typeApplied(
  ctx: Ctx,
  applied: { type: string; version: number; after?: number },
): Promise<void> {
  const current = await store.currentType(ctx, applied.type);
  if (current?.version !== applied.version) return;
  if (current.definition.revision?.running !== 'move') return;
  await tx(ctx, async (inner) => {
    const of = { type: applied.type, version: applied.version, after: applied.after ?? 0 };
    const ids = await openOnOlder(inner, { ...of, limit: batch });
    for (const id of ids) await moveCase(inner, id, current);
    const last = ids.at(-1);
    if (ids.length < batch || last === undefined) return;
    await publish(inner, 'case.type_applied', { ...applied, after: last });
  });
}
