/** Nouns of signals: anything raised by a check, a rule, a threshold or a device. */
import { z } from 'zod';

const bilingual = z.strictObject({
  zh: z.string().min(1).describe('Chinese'),
  en: z.string().min(1).describe('English'),
});

export const severity = z
  .enum(['notice', 'warn', 'serious', 'critical'])
  .describe('How much it matters');

export const subject = z.strictObject({
  kind: z.string().min(1).describe('What it is about: `component`, `dataset`, `unit` ...'),
  id: z.string().min(1).describe('Which one'),
});

export const signalState = z.enum(['raised', 'acknowledged', 'confirmed', 'dismissed', 'closed']);
export type SignalState = z.infer<typeof signalState>;

export const ticket = z
  .strictObject({
    id: z.string().min(1).describe('The same for all that share it'),
    title: bilingual.describe('What the case is called'),
    subject: subject.describe('What the case is about'),
    evidence: z.record(z.string(), z.unknown()).describe('What the case is filled from'),
  })
  .describe('Signals of one ticket open one case together');
export type Ticket = z.output<typeof ticket>;

export const raiseInput = z
  .strictObject({
    source: z.string().min(1).describe('What raised it: `rules/cover-without-owner`'),
    version: z.string().min(1).describe('Version of what raised it'),
    subject,
    severity,
    title: bilingual.describe('What is off, in one sentence'),
    evidence: z.record(z.string(), z.unknown()).describe('The facts it rests on'),
    unit: z.string().min(1).describe('Unit where it lies'),
    owner: z.string().min(1).optional().describe('Unit that has to mend it; `unit` when absent'),
    opens: z.string().min(1).optional().describe('Case type opened when it is confirmed'),
    confirm: z
      .boolean()
      .optional()
      .describe('Confirmed at once: the source is precise enough to need no review'),
    group: z.string().min(1).optional().describe('Signals of one cause; `source` when absent'),
    ticket: ticket.optional().describe('Whose case it shares; a case of its own when absent'),
  })
  .describe('One thing raised');
export type RaiseInput = z.input<typeof raiseInput>;

export const signal = z.strictObject({
  id: z.string().describe('Id'),
  source: z.string().describe('What raised it'),
  version: z.string().describe('Version of what raised it last'),
  subject,
  group: z.string().describe('Signals of one cause'),
  severity,
  title: bilingual,
  evidence: z.record(z.string(), z.unknown()).describe('The facts it rests on, as of last seen'),
  unit: z.string().describe('Unit where it lies'),
  owner: z.string().describe('Unit that has to mend it'),
  opens: z.string().nullable().describe('Case type opened when it is confirmed'),
  case: z.string().nullable().describe('Case it opened'),
  state: signalState,
  episode: z.number().int().describe('1 the first time; 2 when it came back after being closed'),
  count: z.number().int().describe('Times seen in this episode'),
  firstSeen: z.iso.datetime().describe('First seen in this episode, UTC'),
  lastSeen: z.iso.datetime().describe('Last seen, UTC'),
  silencedUntil: z.iso.datetime().nullable().describe('Told to nobody until then'),
  reason: z.string().nullable().describe('Why it was dismissed'),
  versionNo: z.number().int().describe('Grows with every change; for compare-and-set'),
});
export type Signal = z.infer<typeof signal>;

export const signalFilter = z.strictObject({
  state: signalState.optional().describe('Only in this state'),
  source: z.string().optional().describe('Only of this source'),
  group: z.string().optional().describe('Only of this cause'),
  case: z.string().optional().describe('Those this case was opened for'),
  unit: z.string().optional().describe('Only of this unit and those below'),
  after: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z\|\d{1,18}$/)
    .refine((cursor) => Number.isFinite(Date.parse(cursor.split('|')[0] ?? '')))
    .optional()
    .describe('Cursor of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Signals a page'),
});
export type SignalFilter = z.input<typeof signalFilter>;

export const signalPage = z.strictObject({
  items: z.array(signal).describe('Last seen first'),
  next: z.string().nullable().describe('Cursor of the next page; null at the end'),
});

export const sourceScore = z.strictObject({
  source: z.string().describe('What raises'),
  raised: z.number().int().describe('Signals raised'),
  open: z.number().int().describe('Of these, nobody has said yes or no yet'),
  confirmed: z.number().int().describe('Episodes confirmed'),
  dismissed: z.number().int().describe('Episodes dismissed: they count against the source'),
  precision: z.number().nullable().describe('confirmed / (confirmed + dismissed); null before any'),
});
export type SourceScore = z.infer<typeof sourceScore>;
