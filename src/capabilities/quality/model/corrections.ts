/** 校核: a value somebody says is wrong; and what the page of a correction shows beside its case. */
import { z } from 'zod';
import { bilingual } from './words.ts';

export const newChallenge = z
  .strictObject({
    dataset: z.string().min(1).max(63).describe('Dataset'),
    key: z.string().min(1).max(500).describe('Key of the row; a JSON list where it has parts'),
    item: z.string().min(1).max(63).describe('Item whose value is wrong'),
    expected: z.string().max(500).nullable().default(null).describe('What it should be, if known'),
    reason: z.string().min(4).max(500).describe('How one knows'),
  })
  .describe('A value that is wrong');
export type NewChallenge = z.input<typeof newChallenge>;

export const challengeMade = z
  .strictObject({
    signal: z.string().describe('Signal it became'),
    case: z.string().nullable().describe('Number of the correction it opened or joined'),
    voices: z.number().int().describe('How often this value was challenged since it is open'),
  })
  .describe('What became of a challenge');
export type ChallengeMade = z.output<typeof challengeMade>;

export const recheck = z.strictObject({
  at: z.iso.datetime().describe('When, UTC'),
  passed: z.boolean().describe('Passed, or back to be mended'),
  rows: z.number().int().nullable().describe('Faulty rows then'),
  of: z.number().int().nullable().describe('Rows checked then'),
  snapshot: z.number().int().nullable().describe('Snapshot that was rechecked'),
  batch: z.string().nullable().describe('Delivery that was meant to mend it'),
});
export type Recheck = z.output<typeof recheck>;

export const correction = z
  .strictObject({
    number: z.string().describe('Number of the case'),
    kind: z
      .enum(['check', 'challenge', 'group', 'record'])
      .describe('A check of the set, 校核, rows a rule found together, or one row'),
    dataset: z.string().describe('Dataset'),
    datasetTitle: bilingual,
    mode: z.string().describe('How deliveries are taken: full, append, merge'),
    item: z.strictObject({ name: z.string(), title: bilingual }).nullable(),
    says: bilingual.describe('What is wrong, in words'),
    expected: bilingual.nullable().describe('What is expected, in words'),
    found: z
      .strictObject({
        rows: z.number().int().nullable().describe('Faulty rows when it was found'),
        of: z.number().int().nullable().describe('Rows checked then'),
        snapshot: z.number().int().nullable().describe('Snapshot it was found in'),
        at: z.iso.datetime().describe('When, UTC'),
      })
      .describe('As it was found first'),
    rechecks: z.array(recheck).describe('Newest first'),
    canDeliver: z
      .boolean()
      .describe('This person delivers this dataset, and the case waits for it'),
    gathers: z
      .strictObject({
        all: z.number().int().describe('Records it was opened for'),
        open: z.number().int().describe('Of them still wrong'),
      })
      .nullable()
      .describe('How many records it groups; null when it is about none or one'),
    hasRows: z.boolean().describe('Whether rows can be shown'),
    reasons: z
      .array(z.strictObject({ at: z.iso.datetime(), reason: z.string() }))
      .describe('What those said who challenged the value, oldest first'),
  })
  .describe('A correction as its page shows it');
export type Correction = z.output<typeof correction>;

export const correctionRows = z
  .strictObject({
    columns: z
      .array(z.strictObject({ name: z.string(), title: bilingual, view: z.string() }))
      .describe('Items this reader sees'),
    rows: z
      .array(
        z.strictObject({
          values: z.array(z.unknown()).describe('In the order of the columns'),
          items: z.array(z.string()).describe('Items that are wrong in it'),
          expected: z.string().nullable().describe('What should stand there, where it is known'),
          event: z.string().nullable().describe('Event that showed it, where there is one'),
        }),
      )
      .describe('Rows as they stand now'),
    hidden: z.number().int().describe('Faulty rows this reader may not see'),
    more: z.boolean().describe('There are more than are shown'),
    snapshot: z.number().int().nullable().describe('Snapshot they stand in'),
  })
  .describe('Faulty rows as this reader may see them');
export type CorrectionRows = z.output<typeof correctionRows>;
