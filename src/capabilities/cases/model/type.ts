/** What a pack declares: case types (kind `cases`) and ladders (kind `ladders`). */
import { z } from 'zod';

export const text = z.strictObject({
  zh: z.string().min(1).describe('Chinese'),
  en: z.string().min(1).describe('English'),
});

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/)
  .describe('Name: lower case letters, digits, underscores');

/**
 * `district`, `opener`, `home`, a slot, `town of <slot>`, `village of <slot>`, or a unit code in
 * quotes.
 */
export const unitExpression = z
  .string()
  .regex(/^(district|opener|home|[a-z][a-z0-9_]*|(town|village) of [a-z][a-z0-9_]*|\d{6}[\w-]*)$/)
  .describe('Unit: district, opener, home, a slot, `town of slot`, `village of slot` or a code');

export const seat = z.strictObject({
  role: z.string().min(1).describe('Role that has to be held'),
  unit: unitExpression,
});
export type Seat = z.infer<typeof seat>;

export const duration = z.strictObject({
  value: z.number().positive().describe('How many'),
  unit: z
    .enum(['seconds', 'minutes', 'hours', 'days', 'working_hours', 'working_days'])
    .describe('Natural units, or working time on the holiday calendar'),
});
export type Duration = z.infer<typeof duration>;

export const formField = z.strictObject({
  title: text,
  type: z
    .enum(['text', 'integer', 'decimal', 'boolean', 'date', 'timestamp', 'choice', 'unit'])
    .describe('Type of the value; `unit` is the code of a unit'),
  required: z.boolean().default(false).describe('Must be filled in'),
  max: z.number().optional().describe('Largest number, or longest text in characters'),
  min: z.number().optional().describe('Smallest number, or shortest text in characters'),
  choices: z.record(z.string(), text).optional().describe('Values of a `choice`'),
});
export type FormField = z.infer<typeof formField>;
export const form = z.record(name, formField).describe('Fields asked for');

export const consequence = z
  .strictObject({
    ladder: z.string().optional().describe('Ladder that starts to climb'),
    act: name.optional().describe('Action of the step the platform does'),
    notify: z
      .strictObject({ ...seat.shape, template: z.string().describe('Notice template') })
      .optional()
      .describe('Who is told'),
    escalate: seat.optional().describe('Who has the task from now on'),
  })
  .describe('What happens when the time is up; at least one');
export type Consequence = z.infer<typeof consequence>;

export const clock = z.strictObject({
  title: text,
  limit: z
    .strictObject({
      ...duration.shape,
      field: name.optional().describe('Field of the case whose number replaces `value`'),
    })
    .describe('How long it may take'),
  source: z.string().min(1).describe('Document or decision the limit comes from'),
  stops_on: z.array(name).default([]).describe('Actions that stop it before its task is done'),
  warn: z.array(z.number().int().min(1).max(99)).default([]).describe('Warnings, percent'),
  goes_on: z
    .boolean()
    .default(false)
    .describe('Where it was left before in this case, it has what it had left then'),
  at_end: consequence.optional(),
});
export type ClockType = z.infer<typeof clock>;

export const action = z.strictObject({
  title: text,
  weight: z.enum(['main', 'side', 'quiet']).default('side').describe('Place on the screen'),
  by: z
    .union([z.literal('platform'), seat])
    .optional()
    .describe('Who may, for actions outside of a task'),
  form: form.optional(),
  evidence: z
    .array(z.enum(['photo']))
    .default([])
    .describe('What has to be attached'),
  reason: z.boolean().default(false).describe('A reason in words is required'),
  to: name.optional().describe('Step the case moves to; open tasks of this step are cancelled'),
  completes: z.boolean().default(false).describe('The task is done by it'),
  opens: z.array(name).default([]).describe('Tasks it opens, instead of those opened on entry'),
  cancels: z.array(name).default([]).describe('Tasks of the step it takes back'),
  sets: z.record(name, name).default({}).describe('Slot -> field of the form that fills it'),
  pauses: z.array(name).default([]).describe('Clocks it suspends (挂账)'),
  resumes: z.array(name).default([]).describe('Clocks it lets run on'),
  extends: z
    .strictObject({
      clock: name.describe('Clock that gets more time'),
      field: name.describe('Field of the form or of the case with the number'),
      unit: duration.shape.unit,
      max: z.number().positive().describe('Most that can be given at once'),
    })
    .optional()
    .describe('Extension'),
  times: z
    .strictObject({
      max: z.number().int().positive().describe('How often in one case'),
      source: z.string().min(1).describe('Document or decision it comes from'),
    })
    .optional()
    .describe('How often it may be done, e.g. how often a case may be returned'),
});
export type ActionType = z.infer<typeof action>;

export const task = z.strictObject({
  title: text,
  ...seat.shape,
  if: name.optional().describe('Only opened when this slot is filled'),
  on_entry: z.boolean().default(true).describe('Opened when the step is entered'),
  waits: z.boolean().default(true).describe('The step is not left by `next` while it is open'),
  offer: z
    .enum(['anyone', 'next_seat'])
    .default('anyone')
    .describe('To all who hold the role, or to one of them in turn'),
  not_by: z
    .array(name)
    .default([])
    .describe('Whoever acted on one of these tasks may not act on this one'),
  actions: z.record(name, action).describe('What can be done'),
  clocks: z.record(name, clock).default({}).describe('Run while the task is open'),
});
export type TaskType = z.infer<typeof task>;

export const step = z.strictObject({
  title: text,
  final: z.boolean().default(false).describe('The case is closed here'),
  outcome: z
    .enum(['done', 'joined', 'void'])
    .optional()
    .describe('How the case ended, for final steps'),
  tasks: z.record(name, task).default({}).describe('Who must do what, side by side'),
  next: name.optional().describe('Step that follows when all tasks are done'),
  clocks: z.record(name, clock).default({}).describe('Run while the case stands here'),
  actions: z.record(name, action).default({}).describe('Actions outside of a task'),
});
export type StepType = z.infer<typeof step>;

export const revision = z
  .strictObject({
    says: text.describe('What is new, for those who work with it'),
    running: z
      .enum(['finish', 'move'])
      .describe('Cases that run: finish on the version they began with, or move to this one'),
    steps: z
      .record(name, name)
      .default({})
      .describe('Where a case moves that stands at a step this version no longer has: old -> new'),
    tasks: z
      .record(name, name)
      .default({})
      .describe('Tasks that have a new name: old -> new; a task without a place is taken back'),
  })
  .describe('What a new version of the type means for cases that run');
export type Revision = z.infer<typeof revision>;

export const caseType = z
  .strictObject({
    title: text,
    description: text.optional(),
    number: z.strictObject({
      prefix: z
        .string()
        .regex(/^[A-Z]{2,4}$/)
        .describe('Letters before the day'),
      digits: z.number().int().min(3).max(8).describe('Digits of the number within the day'),
    }),
    source: z.string().min(1).describe('Document or decision the steps come from'),
    slots: z
      .record(name, z.strictObject({ title: text }))
      .default({})
      .describe('Units a case learns on its way: grid, town, owner ...'),
    data: form.default({}).describe('Fields of the case'),
    list: z.array(name).default([]).describe('Fields shown in lists'),
    notices: z
      .strictObject({
        task_opened: z.string().describe('To whoever has a new task'),
        clock_warned: z.string().describe('To whoever has the task, before the time is up'),
        clock_expired: z.string().describe('To whoever has the task, when the time is up'),
      })
      .describe('Notice templates'),
    start: name.describe('First step'),
    steps: z.record(name, step),
    always: z
      .record(name, action)
      .default({})
      .describe('Actions possible in every step that is not final'),
    revision: revision.optional(),
  })
  .describe('A case type: anything that passes through hands');
export type CaseType = z.infer<typeof caseType>;

export const rung = z.strictObject({
  seat: z
    .enum(['next', 'all'])
    .describe('`next`: the one after who had it, in turn; `all`: everybody with the role'),
  who: seat,
  offered: z
    .boolean()
    .default(true)
    .describe('They get the task; false: they are only told, it stays where it is'),
  template: z.string().min(1).describe('Notice template'),
  channel: z.enum(['in_app']).describe('How they are told'),
  wait: duration.optional().describe('How long until the next rung; the last has none'),
});

export const ladder = z
  .strictObject({
    title: text,
    source: z.string().min(1).describe('Document or decision it comes from'),
    answered_by: z.array(name).min(1).describe('Actions that count as an answer'),
    rungs: z.array(rung).min(1).describe('One after the other'),
  })
  .describe('Who is called next when nobody answers (逐级响应)');
export type Ladder = z.infer<typeof ladder>;
