/**
 * The facts of a case. The timeline is a list of them; the state is their projection and nothing
 * else. A fact says all that is needed to project it: no declaration, clock or directory is asked
 * again.
 */
import { z } from 'zod';

const instant = z.iso.datetime();
const data = z.record(z.string(), z.unknown());

export const fact = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('opened'),
    number: z.string(),
    type: z.string(),
    typeVersion: z.number().int(),
    title: z.string(),
    titleEn: z.string().optional(),
    unit: z.string(),
    slots: z.record(z.string(), z.string()),
    subject: z.strictObject({ kind: z.string(), id: z.string() }).nullable(),
    data,
    source: z.string().nullable(),
    opener: z.string().nullable(),
    openerUnit: z.string().nullable(),
    paths: z.array(z.string()),
  }),
  z.strictObject({ kind: z.literal('step_entered'), step: z.string() }),
  z.strictObject({
    kind: z.literal('task_opened'),
    task: z.number().int(),
    name: z.string(),
    role: z.string(),
    unit: z.string(),
    unitPath: z.string(),
    unitName: z.string(),
    waits: z.boolean(),
    account: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('task_offered'),
    task: z.number().int(),
    account: z.string().nullable(),
    why: z.enum(['ladder', 'escalated', 'retyped']),
    /** Only told: the task stays with whoever has it. */
    toldOnly: z.boolean().optional(),
    ladder: z.strictObject({ name: z.string(), rung: z.number().int() }).nullable(),
    role: z.string(),
    unit: z.string(),
    unitPath: z.string(),
    unitName: z.string(),
  }),
  z.strictObject({
    kind: z.literal('task_closed'),
    task: z.number().int(),
    how: z.enum(['done', 'cancelled']),
  }),
  z.strictObject({
    kind: z.literal('acted'),
    action: z.string(),
    task: z.number().int().nullable(),
    data,
    reason: z.string().nullable(),
    attachments: z.array(z.string()),
    /** Whose task it was, where the actor did it with a lent hand. */
    actsFor: z.strictObject({ account: z.string(), name: z.string() }).optional(),
  }),
  z.strictObject({
    kind: z.literal('type_changed'),
    typeVersion: z.number().int(),
    step: z.string(),
    steps: z.record(z.string(), z.string()),
    tasks: z.record(z.string(), z.string()),
  }),
  z.strictObject({
    kind: z.literal('slots_set'),
    slots: z.record(z.string(), z.string()),
    paths: z.array(z.string()),
  }),
  z.strictObject({ kind: z.literal('ladder_answered'), task: z.number().int() }),
  z.strictObject({ kind: z.literal('data_set'), data }),
  z.strictObject({
    kind: z.literal('clock_started'),
    clock: z.number().int(),
    name: z.string(),
    step: z.string(),
    task: z.number().int().nullable(),
    dueAt: instant,
    marks: z.array(z.strictObject({ percent: z.number().int(), at: instant })),
  }),
  z.strictObject({ kind: z.literal('clock_warned'), clock: z.number().int(), percent: z.number() }),
  z.strictObject({ kind: z.literal('clock_expired'), clock: z.number().int() }),
  z.strictObject({
    kind: z.literal('clock_stopped'),
    clock: z.number().int(),
    inTime: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('clock_paused'), clock: z.number().int() }),
  z.strictObject({
    kind: z.literal('clock_moved'),
    clock: z.number().int(),
    why: z.enum(['resumed', 'extended']),
    dueAt: instant,
    marks: z.array(z.strictObject({ percent: z.number().int(), at: instant })),
  }),
  z.strictObject({ kind: z.literal('closed'), outcome: z.enum(['done', 'joined', 'void']) }),
  z.strictObject({ kind: z.literal('reopened') }),
]);
export type Fact = z.infer<typeof fact>;

/** A fact as it stands in the timeline. */
export interface Entry {
  seq: number;
  at: Date;
  /** Account, client or `system:<part>`. */
  actor: string;
  actorName: string;
  /** Unit in which the actor acted. */
  actorUnit: string | null;
  fact: Fact;
}

export interface TaskState {
  id: number;
  name: string;
  step: string;
  role: string;
  unit: string;
  unitPath: string;
  unitName: string;
  waits: boolean;
  /** To whom it is offered first; anyone with the role may still take it. */
  account: string | null;
  state: 'open' | 'done' | 'cancelled';
  openedAt: string;
  closedAt: string | null;
  doneBy: string | null;
  ladder: { name: string; rung: number } | null;
}

export interface ClockState {
  id: number;
  name: string;
  step: string;
  task: number | null;
  state: 'running' | 'paused' | 'stopped';
  startedAt: string;
  dueAt: string;
  stoppedAt: string | null;
  pausedAt: string | null;
  expired: boolean;
  inTime: boolean | null;
  warned: number[];
  marks: { percent: number; at: string }[];
}

export interface CaseState {
  number: string;
  type: string;
  typeVersion: number;
  title: string;
  /** Where whoever opened it said it in English too. */
  titleEn?: string;
  unit: string;
  slots: Record<string, string>;
  subject: { kind: string; id: string } | null;
  data: Record<string, unknown>;
  source: string | null;
  opener: string | null;
  openerUnit: string | null;
  /** Paths of all units concerned so far: who sees one of them sees the case. */
  paths: string[];
  step: string;
  outcome: 'done' | 'joined' | 'void' | null;
  openedAt: string;
  movedAt: string;
  closedAt: string | null;
  tasks: TaskState[];
  clocks: ClockState[];
  /** How often each action was done. */
  counts: Record<string, number>;
  /** Task name -> accounts that acted on it. */
  actedBy: Record<string, string[]>;
  /** Facts so far; the version people compare against. */
  seq: number;
}
