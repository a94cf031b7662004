/** How a case type is declared, how it changed, and where its cases pile up. */
import { z } from 'zod';
import { caseType, text } from './type.ts';

export const typeChange = z
  .strictObject({
    what: z.enum(['step', 'task', 'action', 'clock', 'field']).describe('What changed'),
    how: z.enum(['added', 'removed', 'changed']).describe('How'),
    at: z.string().describe('Where, by names: `mend.mend.object`'),
    title: text,
  })
  .describe('A difference to the version before');
export type TypeChange = z.infer<typeof typeChange>;

export const typeSummary = z.strictObject({
  name: z.string().describe('Case type'),
  title: text,
  version: z.number().int().describe('Newest version'),
  retired: z.boolean().describe('No pack declares it any more; open cases go on'),
  open: z.number().int().describe('Open cases this person may see'),
  overdue: z.number().int().describe('Of these, past a limit'),
});
export type TypeSummary = z.infer<typeof typeSummary>;

export const typeVersionView = z.strictObject({
  version: z.number().int().describe('Version'),
  appliedAt: z.iso.datetime().nullable().describe('When it was applied, UTC; null: not known'),
  says: text.nullable().describe('What is new, as declared'),
  running: z
    .enum(['finish', 'move'])
    .describe('What became of the cases that ran: stayed on theirs, or moved to this one'),
  open: z.number().int().describe('Open cases that run on it'),
  changes: z.array(typeChange).describe('Differences to the version before'),
});

export const typeDetail = z.strictObject({
  name: z.string().describe('Case type'),
  version: z.number().int().describe('Version that is shown'),
  retired: z.boolean().describe('No pack declares it any more'),
  definition: caseType,
  roles: z.record(z.string(), text).describe('Titles of the roles it names'),
  versions: z.array(typeVersionView).describe('Newest first'),
});
export type TypeDetail = z.infer<typeof typeDetail>;

export const figuresFilter = z.strictObject({
  unit: z.string().optional().describe('Concerning this unit or one below'),
  from: z.iso.datetime({ offset: true }).optional().describe('Period from; 30 days when absent'),
  until: z.iso.datetime({ offset: true }).optional().describe('Period until; now when absent'),
  by: z
    .string()
    .regex(/^(unit|(slot|field):[a-z][a-z0-9_]*)$/)
    .default('unit')
    .describe('What `groups` goes by: `unit`, `slot:owner`, `field:dataset`'),
});
export type FiguresFilter = z.input<typeof figuresFilter>;

const seconds = z.number().nullable();

export const stepFigures = z.strictObject({
  step: z.string().describe('Step'),
  open: z.number().int().describe('Cases that stand here now'),
  overdue: z.number().int().describe('Of these, past a limit'),
  medianAge: seconds.describe('Median time they stand here already, seconds; null without any'),
  p90Age: seconds.describe('Nine of ten stand here no longer than this, seconds'),
  left: z.number().int().describe('Stays that ended in the period'),
  medianStay: seconds.describe('Median length of these, seconds'),
  p90Stay: seconds.describe('Nine of ten of these were no longer, seconds'),
});
export type StepFigures = z.infer<typeof stepFigures>;

export const groupFigures = z.strictObject({
  key: z.string().nullable().describe('Unit, or value of the field; null where it has none'),
  title: z.string().nullable().describe('Name of the unit'),
  open: z.number().int().describe('Open now'),
  overdue: z.number().int().describe('Of these, past a limit'),
  opened: z.number().int().describe('Opened in the period'),
  closed: z.number().int().describe('Closed in the period'),
  inTime: z.number().int().describe('Of these, without a limit passed'),
  medianTime: seconds.describe('Median time from open to close of these, seconds'),
});
export type GroupFigures = z.infer<typeof groupFigures>;

export const figures = z.strictObject({
  from: z.iso.datetime().describe('Period from, UTC'),
  until: z.iso.datetime().describe('Period until, UTC'),
  steps: z.array(stepFigures).describe('Every step that is not final, as declared'),
  groups: z.array(groupFigures).describe('Most overdue first, then most open'),
});
export type Figures = z.infer<typeof figures>;

export const previewInput = z.strictObject({
  definition: caseType.describe('The version to be tried'),
});

export const preview = z.strictObject({
  changes: z.array(typeChange).describe('Differences to the version in force'),
  running: z.enum(['finish', 'move']).describe('What happens to the cases that run'),
  stays: z.number().int().describe('Open cases that finish on their version'),
  moves: z
    .array(
      z.strictObject({
        version: z.number().int().describe('Version they run on'),
        step: z.string().describe('Where they stand'),
        open: z.number().int().describe('How many'),
        to: z.string().nullable().describe('Where they go; null: no place, cannot be applied'),
      }),
    )
    .describe('Open cases that move, by version and step'),
});
export type Preview = z.infer<typeof preview>;
