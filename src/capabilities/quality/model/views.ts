/** What people see of checks: how they stand, their runs, the scores made of them. */
import { z } from 'zod';
import { readColumn, readSnapshot } from '#gate/model';
import { bilingual, family } from './words.ts';

export const checkState = z
  .enum(['passed', 'failed', 'waiting', 'broken'])
  .describe('waiting: not enough to judge; broken: it could not be run');
export type CheckState = z.output<typeof checkState>;

/** What checks against history and time measured, in words and numbers. */
export const measure = z
  .strictObject({
    value: z.number().nullable().describe('What was measured'),
    low: z.number().nullable().describe('Lowest that passes'),
    high: z.number().nullable().describe('Highest that passes'),
    basis: bilingual.describe('What it was held against'),
  })
  .describe('What was measured');
export type Measure = z.output<typeof measure>;

export const checkRun = z
  .strictObject({
    id: z.number().int().describe('Number of the run'),
    at: z.iso.datetime().describe('When it ran, UTC'),
    state: checkState,
    snapshot: z.number().int().nullable().describe('Snapshot of the dataset it read'),
    snapshots: z.array(readSnapshot).describe('All snapshots it read'),
    of: z.number().int().nullable().describe('Rows checked; null where rows are not counted'),
    rows: z.number().int().nullable().describe('Of these, faulty'),
    measure: measure.nullable(),
    ms: z.number().int().describe('Milliseconds it took'),
    failed: z.string().nullable().describe('Code of the failure of a broken check'),
  })
  .describe('One run of a check');
export type CheckRun = z.output<typeof checkRun>;

export const checkView = z
  .strictObject({
    check: z.string().describe('Name'),
    kind: z.string().describe('Kind; `delivery` for the rules of rows'),
    family,
    title: bilingual.describe('Name on screens'),
    expected: bilingual.describe('What is expected'),
    items: z.array(z.string()).describe('Items concerned'),
    weight: z.number().describe('Weight within its family'),
    tolerance: z.number().describe('Share of the rows that may fail'),
    source: z.string().nullable().describe('What it rests on'),
    hasRows: z.boolean().describe('Whether faulty rows can be listed'),
    rate: z.number().nullable().describe('Pass rate, 0 to 1; null when not judged'),
    last: checkRun.nullable().describe('The last run'),
    signal: z.string().nullable().describe('Open signal it raised'),
    case: z.string().nullable().describe('Correction the signal opened'),
  })
  .describe('A check of a dataset and how it stands');
export type CheckView = z.output<typeof checkView>;

export const familyScore = z
  .strictObject({
    family,
    weight: z.number().describe('Share of the score, of 100'),
    rate: z.number().nullable().describe('Pass rate, 0 to 1; null: no check of it was judged'),
    checks: z.number().int().describe('Checks that were judged'),
  })
  .describe('One family of a score');
export type FamilyScore = z.output<typeof familyScore>;

export const score = z
  .strictObject({
    score: z.number().nullable().describe('0 to 100; null when nothing was judged'),
    judged: z.number().describe('Weight of the families that were judged, of 100'),
    families: z.array(familyScore).describe('In the order of the standard'),
    faulty: z.number().int().describe('Faulty rows found by all checks'),
  })
  .describe('A score: weights times pass rates over the families that were judged');
export type Score = z.output<typeof score>;

export const scoredDataset = score
  .extend({
    dataset: z.string().describe('Name'),
    title: bilingual,
    owner: z.string().describe('Code of the owner'),
    ownerName: z.string().describe('Owner'),
    failed: z.number().int().describe('Checks above their tolerance'),
    checks: z.number().int().describe('Checks it has'),
    at: z.iso.datetime().nullable().describe('When its checks ran last, UTC'),
  })
  .describe('A dataset and its score');
export type ScoredDataset = z.output<typeof scoredDataset>;

export const scoredUnit = score
  .extend({
    unit: z.string().describe('Code'),
    name: z.string().describe('Name'),
    datasets: z.number().int().describe('Datasets that were judged'),
    failed: z.number().int().describe('Checks above their tolerance'),
  })
  .describe('A unit and its score');
export type ScoredUnit = z.output<typeof scoredUnit>;

export const scorePoint = z
  .strictObject({
    day: z.iso.date().describe('Day of the district'),
    score: z.number().nullable(),
    judged: z.number().describe('Weight that was judged, of 100'),
    snapshot: z.number().int().nullable().describe('Snapshot that stood'),
  })
  .describe('The score of one day');
export type ScorePoint = z.output<typeof scorePoint>;

export const datasetQuality = z
  .strictObject({
    dataset: scoredDataset,
    scheme: z.strictObject({ name: z.string(), version: z.string() }),
    history: z.array(scorePoint).describe('Days, oldest first'),
    checks: z.array(checkView).describe('By family, then failed first'),
  })
  .describe('The quality of one dataset');
export type DatasetQuality = z.output<typeof datasetQuality>;

export const overview = z
  .strictObject({
    day: z.iso.date().describe('Day of the district'),
    district: score,
    departments: z.array(scoredUnit).describe('Best first'),
    datasets: z.array(scoredDataset).describe('Worst first; those not judged last'),
    history: z.array(scorePoint).describe('Days of the district, oldest first'),
  })
  .describe('The quality of all datasets somebody may know of');
export type Overview = z.output<typeof overview>;

export const faultyRows = z
  .strictObject({
    dataset: z.string().describe('Name'),
    title: bilingual,
    check: z.string().describe('Name of the check'),
    rule: bilingual.describe('What the check is called'),
    expected: bilingual.describe('What it expects'),
    run: checkRun.describe('The run that found them'),
    columns: z.array(readColumn).describe('Items the asker may see'),
    rows: z
      .array(
        z.strictObject({
          values: z.array(z.unknown()).describe('Values in the order of the columns'),
          items: z.array(z.string()).describe('Items the fault is shown at'),
          expected: z.string().nullable().describe('What should stand there, where it is known'),
        }),
      )
      .describe('Faulty rows, in the order of their keys'),
    hidden: z
      .number()
      .int()
      .describe(
        'Faulty rows of this page the asker may not see: not his, or found by a hidden key',
      ),
    more: z.boolean().describe('True when there are rows after this page'),
  })
  .describe('Faulty rows of the last run of a check, through the gate');
export type FaultyRows = z.output<typeof faultyRows>;
