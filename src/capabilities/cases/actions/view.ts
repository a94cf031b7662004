/** Cases as one person sees them. */
import type { Ctx } from '#kernel/context';
import { findUnit, maskName } from '#organisation';
import type {
  ActionType,
  ActionView,
  CaseState,
  CaseSummary,
  CaseType,
  ClockState,
  ClockView,
  Entry,
  Fact,
  TaskState,
  TaskView,
  TimelineEntry,
} from '../model.ts';
import { calendarOf, workingTimes } from './calendar.ts';
import { freeActions, samePerson, taskActions } from './choose.ts';
import { clockType, openTasks, resolveUnit } from './draft.ts';
import { behind, type Hand, handFor, ownHands } from './hands.ts';

export interface Seen {
  ctx: Ctx;
  id: number;
  state: CaseState;
  type: CaseType;
  /** With which hands he would act. */
  hands: readonly Hand[];
}

/** Names read for one request: a timeline names the same few units again and again. */
const namesOf = new WeakMap<Ctx, Map<string, string>>();

export async function unitName(ctx: Ctx, code: string): Promise<string> {
  const names = namesOf.get(ctx) ?? new Map<string, string>();
  namesOf.set(ctx, names);
  const known = names.get(code);
  if (known !== undefined) return known;
  const name = (await findUnit(ctx, code))?.name ?? code;
  names.set(code, name);
  return name;
}

export function clockView({ ctx, state, type }: Seen, clock: ClockState): ClockView {
  const declared = clockType(type, state, clock);
  const task = state.tasks.find((one) => one.id === clock.task);
  return {
    id: clock.id,
    name: clock.name,
    title: declared?.title ?? { zh: clock.name, en: clock.name },
    whose: task?.unitName ?? null,
    task: clock.task,
    state: clock.state,
    startedAt: clock.startedAt,
    dueAt: clock.dueAt,
    stoppedAt: clock.stoppedAt,
    expired: clock.expired || clock.inTime === false,
    limit: {
      value: declared?.limit.value ?? 0,
      unit: declared?.limit.unit ?? 'seconds',
    },
    working: workingTimes(
      new Date(clock.startedAt),
      new Date(clock.dueAt),
      declared?.limit.unit ?? 'seconds',
      calendarOf(ctx),
    ),
    source: declared?.source ?? '',
    marks: clock.marks,
  };
}

const firstDue = (clocks: readonly ClockState[]): ClockState | undefined =>
  clocks.filter((one) => one.state === 'running').sort((a, b) => a.dueAt.localeCompare(b.dueAt))[0];

export async function summary(seen: Seen): Promise<CaseSummary> {
  const { ctx, id, state, type } = seen;
  const clock = firstDue(state.clocks);
  const listed = type.list.filter((field) => field in state.data);
  return {
    id: String(id),
    number: state.number,
    type: state.type,
    typeTitle: type.title,
    title: state.title,
    titleEn: state.titleEn ?? null,
    step: state.step,
    stepTitle: type.steps[state.step]?.title ?? { zh: state.step, en: state.step },
    outcome: state.outcome,
    unit: state.unit,
    unitName: await unitName(ctx, state.unit),
    with: [...new Set(openTasks(state).map((task) => task.unitName))],
    data: Object.fromEntries(listed.map((field) => [field, state.data[field]])),
    openedAt: state.openedAt,
    movedAt: state.movedAt,
    closedAt: state.closedAt,
    clock: clock ? clockView(seen, clock) : null,
    version: state.seq,
  };
}

/** `names`: names of accounts tasks are offered to. */
export function taskView(
  { ctx, state, type, hands }: Seen,
  task: TaskState,
  names: ReadonlyMap<string, string>,
): TaskView {
  const hand = handFor(hands, task.role, task.unitPath);
  const declared = type.steps[task.step]?.tasks[task.name];
  const offered = task.account === null ? undefined : (names.get(task.account) ?? task.account);
  return {
    id: task.id,
    name: task.name,
    title: declared?.title ?? { zh: task.name, en: task.name },
    role: task.role,
    unit: task.unit,
    unitName: task.unitName,
    state: task.state,
    offeredTo: offered === undefined ? null : maskName(offered),
    openedAt: task.openedAt,
    closedAt: task.closedAt,
    mine:
      task.state === 'open' &&
      hand !== undefined &&
      samePerson(type, state, task, behind(ctx, hand)).length === 0,
    actsFor: task.state === 'open' && hand?.lentBy ? maskName(hand.lentBy.name) : null,
  };
}

const actionView = (
  state: CaseState,
  name: string,
  action: ActionType,
  task: TaskState | null,
  blocked: ActionView['blocked'],
): ActionView => {
  const spent = action.times !== undefined && (state.counts[name] ?? 0) >= action.times.max;
  const limit = action.times?.max ?? 0;
  return {
    name,
    title: action.title,
    weight: action.weight,
    task: task?.id ?? null,
    form: action.form ?? {},
    evidence: action.evidence,
    reason: action.reason,
    blocked:
      blocked ??
      (spent ? { zh: `最多 ${limit} 次，已用完`, en: `${limit} times at most, used up` } : null),
  };
};

const mustBeAnother = { zh: '经手人不能办这一步，须换人', en: 'Somebody else has to do this' };

/** What this person may do now, main actions first. */
export async function actionsFor(seen: Seen): Promise<ActionView[]> {
  const { ctx, state, type, hands } = seen;
  const views: ActionView[] = [];
  for (const task of openTasks(state)) {
    const hand = handFor(hands, task.role, task.unitPath);
    if (!hand) continue;
    const again = samePerson(type, state, task, behind(ctx, hand)).length > 0;
    for (const [name, action] of Object.entries(taskActions(type, task))) {
      views.push(actionView(state, name, action, task, again ? mustBeAnother : null));
    }
  }
  const draft = { ctx, type, state, facts: [], now: ctx.clock.now() };
  for (const [name, action] of Object.entries(freeActions(type, state))) {
    if (action.by === undefined || action.by === 'platform') continue;
    const unit = await resolveUnit(draft, action.by.unit).catch(() => undefined);
    if (!unit || !handFor(ownHands(ctx.actor), action.by.role, unit.path)) continue;
    views.push(actionView(state, name, action, null, null));
  }
  const order = { main: 0, side: 1, quiet: 2 };
  return views.sort((a, b) => order[a.weight] - order[b.weight]);
}

type Text = { zh: string; en: string };
type Words = { [K in Fact['kind']]: (fact: Extract<Fact, { kind: K }>, seen: Seen) => Text };

const titled = (seen: Seen, task: number | null): Text => {
  const found = seen.state.tasks.find((one) => one.id === task);
  const declared = found && seen.type.steps[found.step]?.tasks[found.name];
  return declared?.title ?? { zh: '', en: '' };
};

const clockTitle = (seen: Seen, id: number): Text => {
  const clock = seen.state.clocks.find((one) => one.id === id);
  const declared = clock && clockType(seen.type, seen.state, clock);
  return declared?.title ?? { zh: '', en: '' };
};

const actionOf = (
  { type, state }: Seen,
  name: string,
  task: number | null,
): ActionType | undefined => {
  const found = state.tasks.find((one) => one.id === task);
  const inTask = found && taskActions(type, found)[name];
  if (inTask) return inTask;
  const free = [type.always, ...Object.values(type.steps).map((step) => step.actions)];
  return free.find((actions) => actions[name])?.[name];
};

const outcomes = {
  done: { zh: '办结', en: 'Closed' },
  joined: { zh: '并入主事件', en: 'Joined into the main event' },
  void: { zh: '不予受理，终止', en: 'Not taken up' },
};

const say = (zh: string, en: string): Text => ({ zh, en });

const wordings: Words = {
  opened: (fact) => say(`收到：${fact.title}`, `Received: ${fact.title}`),
  step_entered: (fact, { type }) => {
    const title = type.steps[fact.step]?.title ?? say(fact.step, fact.step);
    return say(`进入“${title.zh}”`, `Now at "${title.en}"`);
  },
  task_opened: (fact, seen) => {
    const title = titled(seen, fact.task);
    return say(`交办${fact.unitName}：${title.zh}`, `To ${fact.unitName}: ${title.en}`);
  },
  task_offered: (fact, seen) => {
    const title = titled(seen, fact.task);
    if (fact.toldOnly) {
      return say(
        `逐级上报${fact.unitName}：${title.zh}`,
        `Reported up to ${fact.unitName}: ${title.en}`,
      );
    }
    if (fact.why === 'retyped') {
      return say(`改由${fact.unitName}办理：${title.zh}`, `Now with ${fact.unitName}: ${title.en}`);
    }
    return fact.why === 'ladder'
      ? say(`无人应答，逐级呼叫：${title.zh}`, `No answer, next one called: ${title.en}`)
      : say(`升级到${fact.unitName}：${title.zh}`, `Escalated to ${fact.unitName}: ${title.en}`);
  },
  ladder_answered: () => say('已应答，停止呼叫', 'Answered, nobody else is called'),
  task_closed: (fact, seen) => {
    const title = titled(seen, fact.task);
    return fact.how === 'done'
      ? say(`办完：${title.zh}`, `Done: ${title.en}`)
      : say(`收回：${title.zh}`, `Taken back: ${title.en}`);
  },
  acted: (fact, seen) =>
    actionOf(seen, fact.action, fact.task)?.title ?? say(fact.action, fact.action),
  slots_set: () => say('确定责任单位', 'Responsible units set'),
  data_set: () => say('补充内容', 'Details added'),
  clock_started: (fact, seen) => {
    const title = clockTitle(seen, fact.clock);
    return say(`开始计时：${title.zh}`, `Clock started: ${title.en}`);
  },
  clock_warned: (fact, seen) => {
    const title = clockTitle(seen, fact.clock);
    return say(`${title.zh}已用 ${fact.percent}%`, `${title.en}: ${fact.percent} % used`);
  },
  clock_expired: (fact, seen) => {
    const title = clockTitle(seen, fact.clock);
    return say(`超期：${title.zh}`, `Overdue: ${title.en}`);
  },
  clock_stopped: (fact, seen) => {
    const title = clockTitle(seen, fact.clock);
    return fact.inTime
      ? say(`${title.zh}：按时`, `${title.en}: in time`)
      : say(`${title.zh}：超期`, `${title.en}: late`);
  },
  clock_paused: (fact, seen) => {
    const title = clockTitle(seen, fact.clock);
    return say(`挂账，停表：${title.zh}`, `Suspended: ${title.en}`);
  },
  clock_moved: (fact, seen) => {
    const title = clockTitle(seen, fact.clock);
    return fact.why === 'resumed'
      ? say(`恢复计时：${title.zh}`, `Runs on: ${title.en}`)
      : say(`准予延期：${title.zh}`, `Extended: ${title.en}`);
  },
  closed: (fact) => outcomes[fact.outcome],
  reopened: () => say('重新打开', 'Reopened'),
  type_changed: (fact, { type }) =>
    say(
      `转入流程第 ${fact.typeVersion} 版：${type.revision?.says.zh ?? ''}`,
      `Moved to version ${fact.typeVersion} of the process: ${type.revision?.says.en ?? ''}`,
    ),
};

const wordsOf = (fact: Fact, seen: Seen): Text =>
  (wordings[fact.kind] as (one: Fact, seen: Seen) => Text)(fact, seen);

/** An action that names units says which: `派遣：排水管养公司、新塘街道`. */
async function withUnits(seen: Seen, fact: Fact, title: Text): Promise<Text> {
  if (fact.kind !== 'acted') return title;
  const form = actionOf(seen, fact.action, fact.task)?.form ?? {};
  const codes = Object.entries(form).flatMap(([name, field]) => {
    const value = fact.data[name];
    return field.type === 'unit' && typeof value === 'string' ? [value] : [];
  });
  if (codes.length === 0) return title;
  const names: string[] = [];
  for (const code of codes) names.push(await unitName(seen.ctx, code));
  return say(`${title.zh}：${names.join('、')}`, `${title.en}: ${names.join(', ')}`);
}

export async function entryView(seen: Seen, entry: Entry): Promise<TimelineEntry> {
  const { fact } = entry;
  const acted = fact.kind === 'acted' ? fact : undefined;
  return {
    seq: entry.seq,
    at: entry.at.toISOString(),
    kind: fact.kind,
    who: entry.actor.startsWith('system:') ? '平台' : maskName(entry.actorName),
    unit: entry.actorUnit,
    unitName: entry.actorUnit === null ? null : await unitName(seen.ctx, entry.actorUnit),
    text: await withUnits(seen, fact, wordsOf(fact, seen)),
    reason: acted?.reason ?? null,
    action: acted?.action ?? null,
    data: acted?.data ?? {},
    attachments: acted?.attachments ?? [],
    actsFor: acted?.actsFor ? maskName(acted.actsFor.name) : null,
  };
}
