/** The state of a case is the projection of its timeline, computed here and nowhere else. */
import type { CaseState, ClockState, Entry, Fact, TaskState } from '../model.ts';

type Of<K extends Fact['kind']> = Extract<Fact, { kind: K }>;

const mapById = <T extends { id: number }>(list: T[], id: number, change: (one: T) => T): T[] =>
  list.map((one) => (one.id === id ? change(one) : one));

const opened = (fact: Of<'opened'>, at: string): CaseState => ({
  number: fact.number,
  type: fact.type,
  typeVersion: fact.typeVersion,
  title: fact.title,
  ...(fact.titleEn === undefined ? {} : { titleEn: fact.titleEn }),
  unit: fact.unit,
  slots: fact.slots,
  subject: fact.subject,
  data: fact.data,
  source: fact.source,
  opener: fact.opener,
  openerUnit: fact.openerUnit,
  paths: fact.paths,
  step: '',
  outcome: null,
  openedAt: at,
  movedAt: at,
  closedAt: null,
  tasks: [],
  clocks: [],
  counts: {},
  actedBy: {},
  seq: 0,
});

const newTask = (state: CaseState, fact: Of<'task_opened'>, at: string): TaskState => ({
  id: fact.task,
  name: fact.name,
  step: state.step,
  role: fact.role,
  unit: fact.unit,
  unitPath: fact.unitPath,
  unitName: fact.unitName,
  waits: fact.waits,
  account: fact.account,
  state: 'open',
  openedAt: at,
  closedAt: null,
  doneBy: null,
  ladder: null,
});

const newClock = (fact: Of<'clock_started'>, at: string): ClockState => ({
  id: fact.clock,
  name: fact.name,
  step: fact.step,
  task: fact.task,
  state: 'running',
  startedAt: at,
  dueAt: fact.dueAt,
  stoppedAt: null,
  pausedAt: null,
  expired: false,
  inTime: null,
  warned: [],
  marks: fact.marks,
});

const withPaths = (state: CaseState, paths: string[]): string[] => [
  ...new Set([...state.paths, ...paths]),
];

function acted(state: CaseState, fact: Of<'acted'>, actor: string): CaseState {
  const people = fact.actsFor ? [actor, fact.actsFor.account] : [actor];
  const counts = { ...state.counts, [fact.action]: (state.counts[fact.action] ?? 0) + 1 };
  const task = state.tasks.find((one) => one.id === fact.task);
  if (!task) return { ...state, counts };
  const before = state.actedBy[task.name] ?? [];
  const actedBy = { ...state.actedBy, [task.name]: [...new Set([...before, ...people])] };
  return { ...state, counts, actedBy };
}

const task = (state: CaseState, id: number, change: (one: TaskState) => TaskState): CaseState => ({
  ...state,
  tasks: mapById(state.tasks, id, change),
});

const clock = (
  state: CaseState,
  id: number,
  change: (one: ClockState) => ClockState,
): CaseState => ({ ...state, clocks: mapById(state.clocks, id, change) });

/** Only what is still open stands in the new version; what is over keeps the names it had. */
const retyped = (state: CaseState, fact: Of<'type_changed'>): CaseState => ({
  ...state,
  typeVersion: fact.typeVersion,
  step: fact.step,
  tasks: state.tasks.map((one) =>
    one.state === 'open'
      ? {
          ...one,
          step: fact.steps[one.step] ?? one.step,
          name: fact.tasks[one.name] ?? one.name,
        }
      : one,
  ),
  clocks: state.clocks.map((one) =>
    one.state === 'stopped' ? one : { ...one, step: fact.steps[one.step] ?? one.step },
  ),
});

type Projections = {
  [K in Exclude<Fact['kind'], 'opened'>]: (
    state: CaseState,
    fact: Of<K>,
    entry: { at: string; actor: string },
  ) => CaseState;
};

const projections: Projections = {
  step_entered: (state, fact) => ({ ...state, step: fact.step }),
  task_opened: (state, fact, { at }) => ({
    ...state,
    tasks: [...state.tasks, newTask(state, fact, at)],
    paths: withPaths(state, [fact.unitPath]),
  }),
  task_offered: (state, fact) => ({
    ...task(state, fact.task, (one) =>
      fact.toldOnly
        ? { ...one, ladder: fact.ladder }
        : {
            ...one,
            account: fact.account,
            ladder: fact.ladder,
            role: fact.role,
            unit: fact.unit,
            unitPath: fact.unitPath,
            unitName: fact.unitName,
          },
    ),
    paths: withPaths(state, [fact.unitPath]),
  }),
  ladder_answered: (state, fact) => task(state, fact.task, (one) => ({ ...one, ladder: null })),
  task_closed: (state, fact, { at, actor }) =>
    task(state, fact.task, (one) => ({
      ...one,
      state: fact.how,
      closedAt: at,
      doneBy: fact.how === 'done' ? actor : null,
      ladder: null,
    })),
  acted: (state, fact, { actor }) => acted(state, fact, actor),
  slots_set: (state, fact) => ({
    ...state,
    slots: { ...state.slots, ...fact.slots },
    paths: withPaths(state, fact.paths),
  }),
  data_set: (state, fact) => ({ ...state, data: { ...state.data, ...fact.data } }),
  clock_started: (state, fact, { at }) => ({
    ...state,
    clocks: [...state.clocks, newClock(fact, at)],
  }),
  clock_warned: (state, fact) =>
    clock(state, fact.clock, (one) => ({ ...one, warned: [...one.warned, fact.percent] })),
  clock_expired: (state, fact) => clock(state, fact.clock, (one) => ({ ...one, expired: true })),
  clock_stopped: (state, fact, { at }) =>
    clock(state, fact.clock, (one) => ({
      ...one,
      state: 'stopped',
      stoppedAt: at,
      inTime: fact.inTime,
    })),
  clock_paused: (state, fact, { at }) =>
    clock(state, fact.clock, (one) => ({ ...one, state: 'paused', pausedAt: at })),
  clock_moved: (state, fact) =>
    clock(state, fact.clock, (one) => ({
      ...one,
      state: 'running',
      pausedAt: null,
      dueAt: fact.dueAt,
      expired: false,
      marks: fact.marks,
    })),
  type_changed: retyped,
  closed: (state, fact, { at }) => ({ ...state, outcome: fact.outcome, closedAt: at }),
  reopened: (state) => ({ ...state, outcome: null, closedAt: null }),
};

/** One fact more. @throws Error when the first fact is not `opened`: a broken timeline. */
export function project(
  state: CaseState | null,
  entry: { at: string; actor: string; fact: Fact },
): CaseState {
  const { fact, at } = entry;
  if (fact.kind === 'opened') return { ...opened(fact, at), seq: 1 };
  if (state === null) throw new Error(`a timeline begins with ${fact.kind}`);
  const run = projections[fact.kind] as (
    before: CaseState,
    now: Fact,
    by: { at: string; actor: string },
  ) => CaseState;
  return { ...run(state, fact, entry), movedAt: at, seq: state.seq + 1 };
}

/** The state a whole timeline gives. */
export function rebuild(entries: readonly Entry[]): CaseState | null {
  return entries.reduce<CaseState | null>(
    (state, { at, actor, fact }) => project(state, { at: at.toISOString(), actor, fact }),
    null,
  );
}
