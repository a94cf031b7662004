/** What the routes of cases answer: cases, tasks and timelines as one person sees them. */
import { z } from 'zod';
import { formField, text } from './type.ts';

export const subjectRef = z.strictObject({
  kind: z.string().min(1).describe('What it is about: `component`, `dataset` ...'),
  id: z.string().min(1).describe('Which one'),
});

export const openInput = z
  .strictObject({
    type: z.string().min(1).describe('Case type'),
    title: z.string().min(1).max(200).describe('Headline'),
    titleEn: z.string().min(1).max(300).optional().describe('The same in English'),
    unit: z.string().min(1).describe('Unit where it lies'),
    slots: z.record(z.string(), z.string()).default({}).describe('Units known already'),
    subject: subjectRef.optional(),
    data: z.record(z.string(), z.unknown()).default({}).describe('Fields of the case'),
    source: z.string().max(200).optional().describe('What opened it: `signals/12`, `hub/…`'),
    attachments: z
      .array(z.string().regex(/^[0-9a-f]{64}$/))
      .max(20)
      .default([])
      .describe('SHA-256 of uploaded photos it is opened with'),
    uploader: z
      .string()
      .optional()
      .describe('Whose uploads they are, where the platform opens it for somebody'),
  })
  .describe('A case to open');
export type OpenInput = z.input<typeof openInput>;

export const actInput = z
  .strictObject({
    case: z.string().min(1).describe('Id or number of the case'),
    action: z.string().min(1).describe('Action'),
    task: z
      .number()
      .int()
      .optional()
      .describe('Task it is done in; may be left out if only one fits'),
    version: z
      .number()
      .int()
      .optional()
      .describe('Version the person saw; refused when the case moved on since'),
    data: z.record(z.string(), z.unknown()).default({}).describe('The form'),
    reason: z.string().max(1000).optional().describe('Why'),
    attachments: z
      .array(z.string().regex(/^[0-9a-f]{64}$/))
      .max(20)
      .default([])
      .describe('SHA-256 of uploaded files'),
  })
  .describe('One action on a case');
export type ActInput = z.input<typeof actInput>;

export const clockView = z.strictObject({
  id: z.number().int().describe('Id in the case'),
  name: z.string().describe('Clock'),
  title: text,
  whose: z.string().nullable().describe('Unit whose clock it is'),
  task: z.number().int().nullable().describe('Task it belongs to'),
  state: z.enum(['running', 'paused', 'stopped']).describe('paused = 挂账'),
  startedAt: z.iso.datetime().describe('Start, UTC'),
  dueAt: z.iso.datetime().describe('End of the limit, UTC'),
  stoppedAt: z.iso.datetime().nullable().describe('When it was stopped'),
  expired: z.boolean().describe('The limit has passed'),
  limit: z.strictObject({ value: z.number(), unit: z.string() }).describe('The limit as declared'),
  working: z
    .array(z.tuple([z.iso.datetime(), z.iso.datetime()]))
    .nullable()
    .describe('Working spans from start to end, where only working time counts'),
  source: z.string().describe('Document or decision the limit comes from'),
  marks: z
    .array(z.strictObject({ percent: z.number(), at: z.iso.datetime() }))
    .describe('Warnings'),
});
export type ClockView = z.infer<typeof clockView>;

export const caseSummary = z.strictObject({
  id: z.string().describe('Id'),
  number: z.string().describe('Number people say, e.g. SJ20261120-00317'),
  type: z.string().describe('Case type'),
  typeTitle: text,
  title: z.string().describe('Headline'),
  titleEn: z.string().nullable().describe('The same in English, where it was given'),
  step: z.string().describe('Where it stands'),
  stepTitle: text,
  outcome: z.enum(['done', 'joined', 'void']).nullable().describe('How it ended; null while open'),
  unit: z.string().describe('Unit where it lies'),
  unitName: z.string().describe('Its name'),
  with: z.array(z.string()).describe('Units that have an open task of it'),
  data: z.record(z.string(), z.unknown()).describe('Fields shown in lists'),
  openedAt: z.iso.datetime().describe('Opened, UTC'),
  movedAt: z.iso.datetime().describe('Last fact, UTC'),
  closedAt: z.iso.datetime().nullable().describe('Closed, UTC'),
  clock: clockView.nullable().describe('The running clock that ends first'),
  version: z.number().int().describe('Facts so far'),
});
export type CaseSummary = z.infer<typeof caseSummary>;

export const actionView = z.strictObject({
  name: z.string().describe('Action'),
  title: text,
  weight: z.enum(['main', 'side', 'quiet']).describe('Place on the screen'),
  task: z.number().int().nullable().describe('Task it is done in'),
  form: z.record(z.string(), formField).describe('Fields asked for'),
  evidence: z.array(z.string()).describe('What has to be attached'),
  reason: z.boolean().describe('A reason is required'),
  blocked: text.nullable().describe('Why this person cannot do it now, though the role could'),
});
export type ActionView = z.infer<typeof actionView>;

export const taskView = z.strictObject({
  id: z.number().int().describe('Id in the case'),
  name: z.string().describe('Task'),
  title: text,
  role: z.string().describe('Role that may act'),
  unit: z.string().describe('Unit that may act'),
  unitName: z.string().describe('Its name'),
  state: z.enum(['open', 'done', 'cancelled']).describe('State'),
  offeredTo: z.string().nullable().describe('Masked name of whom it is offered to first'),
  openedAt: z.iso.datetime().describe('Opened, UTC'),
  closedAt: z.iso.datetime().nullable().describe('Done or cancelled, UTC'),
  mine: z.boolean().describe('This person may act on it'),
  actsFor: z
    .string()
    .nullable()
    .describe('Masked name of who handed his tasks over, where it is that which lets him act'),
});
export type TaskView = z.infer<typeof taskView>;

export const attachmentView = z.strictObject({
  sha256: z.string().describe('Content address'),
  mediaType: z.string().describe('Type found in the bytes'),
  bytes: z.number().int().describe('Size'),
  name: z.string().describe('Name it was uploaded under'),
  at: z.iso.datetime().describe('Uploaded, UTC'),
  by: z.string().describe('Masked name of who uploaded it'),
  action: z.string().nullable().describe('Action it is evidence of'),
});
export type AttachmentView = z.infer<typeof attachmentView>;

export const timelineEntry = z.strictObject({
  seq: z.number().int().describe('Place in the timeline'),
  at: z.iso.datetime().describe('When, UTC'),
  kind: z.string().describe('Kind of fact'),
  who: z.string().describe('Masked name or 平台'),
  unit: z.string().nullable().describe('Unit in which it was done'),
  unitName: z.string().nullable().describe('Its name'),
  text: text.describe('What happened, in words'),
  reason: z.string().nullable().describe('Why'),
  action: z.string().nullable().describe('Action, when one was done'),
  data: z.record(z.string(), z.unknown()).describe('The form of the action'),
  actsFor: z.string().nullable().describe('Whose task it was, done with a lent hand; masked'),
  attachments: z.array(z.string()).describe('SHA-256 of what was attached'),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

export const caseDetail = z.strictObject({
  ...caseSummary.shape,
  slots: z
    .record(z.string(), z.strictObject({ title: text, unit: z.string(), name: z.string() }))
    .describe('Units of the case by what they are to it'),
  fields: z
    .array(
      z.strictObject({
        name: z.string(),
        title: text,
        value: z.unknown(),
        words: text.nullable().describe('The value in words, where it is one of a few'),
      }),
    )
    .describe('All fields of the case'),
  subject: subjectRef.nullable(),
  source: z.string().nullable().describe('What opened it'),
  tasks: z.array(taskView).describe('All tasks, open ones first'),
  actions: z.array(actionView).describe('What this person may do now'),
  clocks: z.array(clockView).describe('All clocks, running ones first'),
  timeline: z.array(timelineEntry).describe('Newest first; append-only'),
  attachments: z.array(attachmentView).describe('Oldest first'),
});
export type CaseDetail = z.infer<typeof caseDetail>;

export const caseFilter = z.strictObject({
  type: z.string().optional().describe('Case type'),
  step: z.string().optional().describe('Where it stands'),
  open: z.enum(['true', 'false']).optional().describe('Only open, or only closed'),
  overdue: z.enum(['true']).optional().describe('Only with a clock past its limit'),
  unit: z.string().optional().describe('Concerning this unit or one below'),
  q: z.string().max(100).optional().describe('Words of the title, or the number'),
  subject: z.string().optional().describe('`kind/id` it is about'),
  field: z
    .string()
    .regex(/^[a-z][a-z0-9_]*:.{1,200}$/)
    .optional()
    .describe('Value of a field: `dataset:components`'),
  after: z.string().optional().describe('Cursor of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Cases a page'),
});
export type CaseFilter = z.input<typeof caseFilter>;

export const casePage = z.strictObject({
  items: z.array(caseSummary).describe('Newest first'),
  next: z.string().nullable().describe('Cursor of the next page; null at the end'),
});

export const taskItem = z.strictObject({
  task: taskView,
  case: caseSummary,
  dueAt: z.iso.datetime().nullable().describe('When its first clock ends'),
});
export type TaskItem = z.infer<typeof taskItem>;

export const taskFilter = z.strictObject({
  type: z.string().optional().describe('Case type'),
  name: z.string().optional().describe('Task'),
  due: z.enum(['soon', 'overdue']).optional().describe('Past a warning, or past the limit'),
  after: z.string().optional().describe('Cursor of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Tasks a page'),
});
export type TaskFilter = z.input<typeof taskFilter>;

export const taskPage = z.strictObject({
  items: z.array(taskItem).describe('Due first'),
  total: z.number().int().describe('All open tasks of this person'),
  next: z.string().nullable().describe('Cursor of the next page; null at the end'),
});

/** A case as other stations see it. */
export interface Case {
  id: string;
  number: string;
  type: string;
  title: string;
  unit: string;
  slots: Record<string, string>;
  subject: { kind: string; id: string } | null;
  data: Record<string, unknown>;
  step: string;
  outcome: 'done' | 'joined' | 'void' | null;
  openedAt: Date;
  closedAt: Date | null;
  version: number;
}
