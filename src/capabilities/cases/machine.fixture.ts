/**
 * What the case type of the tests means, told once more by hand: a small machine of steps, tasks
 * and clocks that knows no declaration, no timeline and no timer. It is what the platform is held
 * against.
 */

const hour = 3_600_000;
const signMs = 30_000;
const rungMs = 30_000;
const repairMs = 4 * hour;
const checkMs = 24 * hour;

export type Who = 'seat' | 'otherSeat' | 'water' | 'telecom' | 'town' | 'otherTown' | 'checker';

/** Role, and the unit it is held in with all that lies below. */
const people: Record<Who, { role: 'seat' | 'crew'; above: (unit: string) => boolean }> = {
  seat: { role: 'seat', above: () => true },
  otherSeat: { role: 'seat', above: () => true },
  water: { role: 'crew', above: (unit) => unit === 'water' },
  telecom: { role: 'crew', above: (unit) => unit === 'telecom' },
  town: { role: 'crew', above: (unit) => unit === 'town' },
  otherTown: { role: 'crew', above: () => false },
  checker: { role: 'crew', above: () => true },
};

type Step = 'sign' | 'work' | 'check' | 'closed';
type TaskName = 'sign' | 'repair' | 'decide' | 'guard' | 'check';
type Owner = 'water' | 'telecom';

interface MachineClock {
  due: number;
  /** Set while it is suspended: what it had left. */
  left: number | null;
  expired: boolean;
  warned: number[];
  marks: { percent: number; at: number }[];
}

interface MachineTask {
  role: 'seat' | 'crew';
  unit: string;
  clock: MachineClock | null;
  /** Rung of the ladder and when the next is called. */
  ladder: { rung: number; next: number | null } | null;
}

export interface Machine {
  now: number;
  step: Step;
  tasks: Partial<Record<TaskName, MachineTask>>;
  /** Clock of the step `check`. */
  checking: MachineClock | null;
  owner: Owner | null;
  withTown: boolean;
  more: number;
  backs: number;
  /** Who acted on the task `repair`, ever. */
  repaired: Who[];
  /** Units concerned so far: who belongs to none of them sees nothing of the case. */
  concerned: string[];
}

const clockOf = (now: number, ms: number, percents: number[]): MachineClock => ({
  due: now + ms,
  left: null,
  expired: false,
  warned: [],
  marks: percents.map((percent) => ({ percent, at: now + (ms * percent) / 100 })),
});

const task = (
  role: MachineTask['role'],
  unit: string,
  clock: MachineClock | null = null,
): MachineTask => ({ role, unit, clock, ladder: null });

export const newMachine = (now: number, withTown: boolean): Machine => ({
  now,
  step: 'sign',
  tasks: { sign: task('seat', 'district', clockOf(now, signMs, [])) },
  checking: null,
  owner: null,
  withTown,
  more: 0,
  backs: 0,
  repaired: [],
  concerned: ['district', ...(withTown ? ['town'] : [])],
});

const openRepair = (machine: Machine): void => {
  const unit = machine.owner ?? 'nobody';
  machine.tasks.repair = task('crew', unit, clockOf(machine.now, repairMs, [50, 80]));
  if (!machine.concerned.includes(unit)) machine.concerned.push(unit);
};

function enter(machine: Machine, step: Step, only?: 'repair'): void {
  machine.step = step;
  machine.tasks = {};
  machine.checking = null;
  const { now } = machine;
  if (step === 'sign') machine.tasks.sign = task('seat', 'district', clockOf(now, signMs, []));
  if (step === 'work') {
    openRepair(machine);
    if (machine.withTown && only === undefined) machine.tasks.guard = task('crew', 'town');
  }
  if (step === 'check') {
    machine.tasks.check = task('crew', 'district');
    machine.checking = clockOf(now, checkMs, []);
  }
}

const goOn = (machine: Machine): void => {
  if (machine.step === 'work' && !machine.tasks.repair && !machine.tasks.guard) {
    enter(machine, 'check');
  }
};

const names = {
  sign: ['sign'],
  repair: ['fixed', 'back', 'move', 'ask'],
  decide: ['extend', 'pause', 'resume'],
  guard: ['guarded'],
  check: ['pass', 'again'],
} as const satisfies Record<TaskName, readonly string[]>;

export type Action = (typeof names)[TaskName][number];
export const actions: readonly Action[] = Object.values(names).flat();

const taskOf = (action: Action): TaskName =>
  (Object.keys(names) as TaskName[]).find((name) =>
    (names[name] as readonly string[]).includes(action),
  ) ?? 'sign';

const sees = (machine: Machine, who: Who): boolean =>
  machine.concerned.some((unit) => people[who].above(unit));

/** Whether this person may do it now. */
export function may(machine: Machine, who: Who, action: Action): boolean {
  const name = taskOf(action);
  const open = machine.tasks[name];
  if (!open || !sees(machine, who)) return false;
  const person = people[who];
  if (person.role !== open.role || !person.above(open.unit)) return false;
  if (name === 'check' && machine.repaired.includes(who)) return false;
  return action !== 'back' || machine.backs < 2;
}

/** Percent marks that were not told yet, spread over what is left. */
function move(machine: Machine, clock: MachineClock, due: number): void {
  const left = [50, 80].filter((percent) => !clock.warned.includes(percent));
  clock.due = due;
  clock.left = null;
  clock.expired = false;
  clock.marks = left.map((percent) => ({
    percent,
    at: machine.now + ((due - machine.now) * percent) / 100,
  }));
}

function extend(machine: Machine): void {
  const clock = machine.tasks.repair?.clock;
  if (clock && clock.left === null && machine.more > 0) {
    move(machine, clock, clock.due + Math.min(machine.more, 9) * hour);
  }
}

type Doing = { who: Who; owner: Owner; more: number };
const effects: Record<Action, (machine: Machine, doing: Doing) => void> = {
  sign: (machine, { owner }) => {
    machine.owner = owner;
    if (!machine.concerned.includes(owner)) machine.concerned.push(owner);
    enter(machine, 'work');
  },
  fixed: (machine) => {
    delete machine.tasks.repair;
    goOn(machine);
  },
  back: (machine) => {
    machine.backs += 1;
    enter(machine, 'sign');
  },
  move: (machine, { owner }) => {
    machine.owner = owner;
    openRepair(machine);
  },
  ask: (machine, { more }) => {
    machine.more = more;
    machine.tasks.decide ??= task('seat', 'district');
  },
  extend: (machine) => {
    extend(machine);
    delete machine.tasks.decide;
  },
  pause: (machine) => {
    const clock = machine.tasks.repair?.clock;
    if (clock && clock.left === null) clock.left = clock.due - machine.now;
  },
  resume: (machine) => {
    const clock = machine.tasks.repair?.clock;
    if (clock && clock.left !== null) {
      move(machine, clock, machine.now + Math.max(0, clock.left));
    }
    delete machine.tasks.decide;
  },
  guarded: (machine) => {
    delete machine.tasks.guard;
    goOn(machine);
  },
  pass: (machine) => enter(machine, 'closed'),
  again: (machine) => enter(machine, 'work', 'repair'),
};

/** Does it; whoever asks has made sure that it may be done. */
export function perform(machine: Machine, action: Action, doing: Doing): void {
  if (taskOf(action) === 'repair') machine.repaired.push(doing.who);
  effects[action](machine, doing);
}

/** What a clock that runs has to say now; gives whether its time is up. */
function speak(machine: Machine, clock: MachineClock | null | undefined): boolean {
  if (!clock || clock.left !== null) return false;
  for (const mark of clock.marks) {
    if (mark.at <= machine.now && !clock.warned.includes(mark.percent)) {
      clock.warned.push(mark.percent);
    }
  }
  if (clock.expired || clock.due > machine.now) return false;
  clock.expired = true;
  return true;
}

function climb(machine: Machine, sign: MachineTask): void {
  const rung = sign.ladder === null ? 0 : sign.ladder.rung + 1;
  sign.ladder = { rung, next: rung === 0 ? machine.now + rungMs : null };
}

/** Time goes on, or is set back; what became due happens now. */
export function wait(machine: Machine, ms: number): void {
  machine.now += ms;
  const { sign, repair } = machine.tasks;
  if (sign && speak(machine, sign.clock)) climb(machine, sign);
  else if (sign?.ladder?.next != null && sign.ladder.next <= machine.now) climb(machine, sign);
  if (repair && speak(machine, repair.clock)) {
    repair.role = 'seat';
    repair.unit = 'district';
  }
  if (speak(machine, machine.checking)) enter(machine, 'closed');
}
