/** Faults of case types and ladders beyond their schema: the graph, the names, the consequences. */
import type { Fault } from '#kernel/errors';
import type { PackFile, PackIndex } from '#kernel/packs';
import { casesErrors } from '../errors.ts';
import type { ActionType, CaseType, ClockType, Ladder, Seat, StepType } from '../model.ts';

type Path = (string | number)[];
type Key = keyof typeof casesErrors.entries;

interface Checking {
  file: PackFile;
  index: PackIndex;
  faults: Fault[];
}

function fault(at: Checking, path: Path, key: Key, params: Record<string, string> = {}): void {
  const line = at.file.lineOf(path);
  const place = { file: at.file.file, item: path.join('.'), ...(line ? { line } : {}) };
  at.faults.push(casesErrors.fault(key, place, params));
}

function refer(at: Checking, path: Path, kind: string, name: string, what: string): void {
  if (!at.index.find(kind, name, at.file)) fault(at, path, 'name_unknown', { what, name });
}

function checkSeat(at: Checking, path: Path, seat: Seat, slots: ReadonlySet<string>): void {
  refer(at, [...path, 'role'], 'roles', seat.role, '角色');
  const slot = seat.unit.split(' ').at(-1) ?? '';
  const builtIn = ['district', 'opener', 'home'].includes(slot) || /^\d/.test(slot);
  if (!builtIn && !slots.has(slot)) {
    fault(at, [...path, 'unit'], 'name_unknown', { what: '单位', name: slot });
  }
}

interface Found {
  action: ActionType;
  name: string;
  path: Path;
  /** Step whose tasks and clocks it may name; absent for `always`. */
  step: StepType | undefined;
  inTask: boolean;
}

const actionsAt = (
  actions: Record<string, ActionType>,
  path: Path,
  step: StepType | undefined,
  inTask: boolean,
): Found[] =>
  Object.entries(actions).map(([name, action]) => ({
    action,
    name,
    path: [...path, name],
    step,
    inTask,
  }));

function allActions(type: CaseType): Found[] {
  const found = actionsAt(type.always, ['always'], undefined, false);
  for (const [stepName, step] of Object.entries(type.steps)) {
    const path = ['steps', stepName];
    found.push(...actionsAt(step.actions, [...path, 'actions'], step, false));
    for (const [taskName, task] of Object.entries(step.tasks)) {
      const inTask = [...path, 'tasks', taskName, 'actions'];
      found.push(...actionsAt(task.actions, inTask, step, true));
    }
  }
  return found;
}

interface FoundClock {
  clock: ClockType;
  name: string;
  path: Path;
  step: StepType;
}

function allClocks(type: CaseType): FoundClock[] {
  return Object.entries(type.steps).flatMap(([stepName, step]) => {
    const own = Object.entries(step.clocks).map(([name, clock]) => ({
      clock,
      name,
      path: ['steps', stepName, 'clocks', name],
      step,
    }));
    const ofTasks = Object.entries(step.tasks).flatMap(([taskName, task]) =>
      Object.entries(task.clocks).map(([name, clock]) => ({
        clock,
        name,
        path: ['steps', stepName, 'tasks', taskName, 'clocks', name],
        step,
      })),
    );
    return [...own, ...ofTasks];
  });
}

/** Steps one action, task or clock of a step can lead to. */
function leadsTo(type: CaseType, step: StepType): string[] {
  const tasks = Object.values(step.tasks);
  const actions = [
    ...Object.values(step.actions),
    ...tasks.flatMap((task) => Object.values(task.actions)),
    ...(step.final ? [] : Object.values(type.always)),
  ];
  const next = step.next === undefined ? [] : [step.next];
  return [...next, ...actions.flatMap((action) => action.to ?? [])];
}

function reach(from: string[], edges: (step: string) => string[]): Set<string> {
  const seen = new Set<string>();
  const waiting = [...from];
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    if (seen.has(step)) continue;
    seen.add(step);
    waiting.push(...edges(step));
  }
  return seen;
}

function checkGraph(at: Checking, type: CaseType): void {
  const names = Object.keys(type.steps);
  if (!type.steps[type.start]) fault(at, ['start'], 'step_unknown', { step: type.start });
  const forward = (name: string): string[] => {
    const step = type.steps[name];
    return step ? leadsTo(type, step) : [];
  };
  const reachable = reach([type.start], forward);
  const backward = (name: string): string[] => names.filter((one) => forward(one).includes(name));
  const finals = names.filter((name) => type.steps[name]?.final);
  const ending = reach(finals, backward);
  for (const name of names) {
    if (!reachable.has(name)) fault(at, ['steps', name], 'step_unreachable', { step: name });
    if (!ending.has(name)) fault(at, ['steps', name], 'step_dead_end', { step: name });
  }
}

function checkStep(at: Checking, type: CaseType, name: string, step: StepType): void {
  const path = ['steps', name];
  if (step.next !== undefined && !type.steps[step.next]) {
    fault(at, [...path, 'next'], 'step_unknown', { step: step.next });
  }
  const opened = new Set(
    [...Object.values(type.steps), { tasks: {}, actions: type.always }].flatMap((one) => [
      ...Object.values(one.actions).flatMap((action) => action.opens),
      ...Object.values(one.tasks).flatMap((task) =>
        Object.values(task.actions).flatMap((action) => action.opens),
      ),
    ]),
  );
  for (const [taskName, task] of Object.entries(step.tasks)) {
    const taskPath = [...path, 'tasks', taskName];
    const actions = Object.values(task.actions);
    const ends = actions.some((action) => action.completes || action.to !== undefined);
    if (!ends) fault(at, taskPath, 'task_stuck', { task: taskName });
    if (!task.on_entry && !opened.has(taskName)) {
      fault(at, taskPath, 'task_never', { task: taskName });
    }
    const completes = actions.some((action) => action.completes && action.to === undefined);
    if (task.waits && completes && step.next === undefined) {
      fault(at, path, 'next_missing', { step: name });
    }
    checkSeat(at, taskPath, task, new Set(Object.keys(type.slots)));
    checkTaskNames(at, type, taskPath, task);
  }
}

function checkTaskNames(
  at: Checking,
  type: CaseType,
  path: Path,
  task: StepType['tasks'][string],
): void {
  if (task.if !== undefined && !(task.if in type.slots)) {
    fault(at, [...path, 'if'], 'name_unknown', { what: '单位', name: task.if });
  }
  const known = new Set(Object.values(type.steps).flatMap((step) => Object.keys(step.tasks)));
  for (const [place, other] of task.not_by.entries()) {
    if (known.has(other)) continue;
    fault(at, [...path, 'not_by', place], 'name_unknown', { what: '任务', name: other });
  }
}

/** Names an action uses: steps, tasks, clocks, slots, fields. */
function checkAction(at: Checking, type: CaseType, found: Found): void {
  const { action, path, step } = found;
  const unknown = (field: string, what: string, name: string): void =>
    fault(at, [...path, field], 'name_unknown', { what, name });
  if (action.to !== undefined && !type.steps[action.to]) {
    fault(at, [...path, 'to'], 'step_unknown', { step: action.to });
  }
  const target = action.to === undefined ? step : type.steps[action.to];
  for (const task of action.opens) if (!target?.tasks[task]) unknown('opens', '任务', task);
  for (const task of action.cancels) if (!step?.tasks[task]) unknown('cancels', '任务', task);
  const clocks = new Set(allClocks(type).map((one) => one.name));
  for (const field of ['pauses', 'resumes'] as const) {
    for (const clock of action[field]) if (!clocks.has(clock)) unknown(field, '时限', clock);
  }
  if (action.extends && !clocks.has(action.extends.clock)) {
    unknown('extends', '时限', action.extends.clock);
  }
  const fields = new Set([...Object.keys(action.form ?? {}), ...Object.keys(type.data)]);
  if (action.extends && !fields.has(action.extends.field)) {
    unknown('extends', '字段', action.extends.field);
  }
  for (const [slot, field] of Object.entries(action.sets)) {
    if (!(slot in type.slots)) unknown('sets', '单位', slot);
    if (!(field in (action.form ?? {}))) unknown('sets', '字段', field);
  }
  if (action.by !== undefined && action.by !== 'platform') {
    checkSeat(at, [...path, 'by'], action.by, new Set(Object.keys(type.slots)));
  }
}

function checkClock(at: Checking, type: CaseType, found: FoundClock): void {
  const { clock, path, name, step } = found;
  const end = clock.at_end;
  if (!end || Object.keys(end).length === 0) {
    fault(at, path, 'clock_idle', { clock: name });
    return;
  }
  const slots = new Set(Object.keys(type.slots));
  if (end.ladder !== undefined) refer(at, [...path, 'at_end'], 'ladders', end.ladder, '逐级响应');
  const free = { ...type.always, ...step.actions };
  if (end.act !== undefined && !free[end.act]) {
    fault(at, [...path, 'at_end', 'act'], 'name_unknown', { what: '操作', name: end.act });
  }
  if (end.notify) {
    checkSeat(at, [...path, 'at_end', 'notify'], end.notify, slots);
    refer(at, [...path, 'at_end', 'notify'], 'notices', end.notify.template, '通知模板');
  }
  if (end.escalate) checkSeat(at, [...path, 'at_end', 'escalate'], end.escalate, slots);
  if (clock.limit.field !== undefined && !(clock.limit.field in type.data)) {
    const params = { what: '字段', name: clock.limit.field };
    fault(at, [...path, 'limit', 'field'], 'name_unknown', params);
  }
  const known = new Set(allActions(type).map((one) => one.name));
  for (const action of clock.stops_on.filter((one) => !known.has(one))) {
    fault(at, [...path, 'stops_on'], 'name_unknown', { what: '操作', name: action });
  }
}

/** What a revision maps to has to be there; what it maps from is known when it is applied. */
function checkRevision(at: Checking, type: CaseType): void {
  const { revision } = type;
  if (!revision) return;
  const maps = { ...revision.steps, ...revision.tasks };
  if (revision.running === 'finish' && Object.keys(maps).length > 0) {
    fault(at, ['revision'], 'revision_idle');
  }
  for (const [old, step] of Object.entries(revision.steps)) {
    const to = type.steps[step];
    if (!to || to.final) fault(at, ['revision', 'steps', old], 'step_unknown', { step });
  }
  const tasks = new Set(Object.values(type.steps).flatMap((step) => Object.keys(step.tasks)));
  for (const [old, task] of Object.entries(revision.tasks)) {
    if (tasks.has(task)) continue;
    fault(at, ['revision', 'tasks', old], 'name_unknown', { what: '任务', name: task });
  }
}

/** All faults of a case type. */
export function checkType(file: PackFile, index: PackIndex): Fault[] {
  const at: Checking = { file, index, faults: [] };
  const type = file.data as CaseType;
  checkGraph(at, type);
  for (const [name, step] of Object.entries(type.steps)) checkStep(at, type, name, step);
  checkRevision(at, type);
  for (const found of allActions(type)) checkAction(at, type, found);
  for (const found of allClocks(type)) checkClock(at, type, found);
  for (const [use, template] of Object.entries(type.notices)) {
    refer(at, ['notices', use], 'notices', template, '通知模板');
  }
  for (const [place, field] of type.list.entries()) {
    if (field in type.data) continue;
    fault(at, ['list', place], 'name_unknown', { what: '字段', name: field });
  }
  return at.faults;
}

/** All faults of a ladder. */
export function checkLadder(file: PackFile, index: PackIndex): Fault[] {
  const at: Checking = { file, index, faults: [] };
  const { rungs } = file.data as Ladder;
  for (const [place, rung] of rungs.entries()) {
    const path = ['rungs', place];
    refer(at, [...path, 'who', 'role'], 'roles', rung.who.role, '角色');
    refer(at, [...path, 'template'], 'notices', rung.template, '通知模板');
    if (rung.wait === undefined && place < rungs.length - 1) {
      fault(at, path, 'name_unknown', { what: '等待时间', name: 'wait' });
    }
  }
  return at.faults;
}
