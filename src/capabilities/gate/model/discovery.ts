/** Nouns of discovery: what was found in values, what is proposed, and what people said to it. */
import { z } from 'zod';
import { semanticType } from '#catalogue/model';

const words = z.strictObject({ zh: z.string(), en: z.string() });
const level = z.enum(['L1', 'L2', 'L3', 'L4']);
const nationalLevel = z.enum(['core', 'important', 'general']);

export const discoverySeen = z
  .strictObject({
    type: z.string().describe('Semantic type found'),
    whole: z.boolean().describe('The values are nothing else; false: it stands in longer texts'),
    values: z.number().int().describe('Values it was found in'),
    share: z.number().describe('Their share of the values looked at that are not empty'),
    reasons: z.array(z.string()).describe('What speaks for it'),
    examples: z.array(z.string()).describe('Examples, masked'),
  })
  .describe('One type found in the values of an item');

export const discoveryState = z
  .enum(['found', 'submitted', 'confirmed', 'refused', 'agrees', 'unseen'])
  .describe(
    'found: nobody said anything; submitted: waits for confirmation; agrees: as declared; unseen: never looked at',
  );
export type DiscoveryState = z.infer<typeof discoveryState>;

export const gradedItem = z
  .strictObject({
    dataset: z.string().describe('Name of the dataset'),
    datasetTitle: words.describe('Its title'),
    owner: z.string().describe('Unit it belongs to'),
    ownerName: z.string().describe('Name of that unit'),
    item: z.string().describe('Name of the item'),
    title: words.describe('Title of the item'),
    semantic: z.string().nullable().describe('Semantic type declared'),
    grade: level.describe('Grade declared'),
    state: discoveryState,
    proposedSemantic: z.string().nullable().describe('Semantic type proposed; null: as declared'),
    proposedGrade: level.nullable().describe('Grade proposed; null when never looked at'),
    share: z.number().describe('Share of the values that are of the proposed type'),
    named: z.boolean().describe('The name of the item speaks for it too'),
    seen: z.array(discoverySeen).describe('Evidence'),
    values: z.number().int().describe('Values looked at that are not empty'),
    whole: z.boolean().describe('All rows were looked at, not a sample'),
    lookedAt: z.iso.datetime().nullable().describe('When, UTC'),
    askedBy: z.string().nullable().describe('Who submitted it'),
    drifting: z.boolean().describe('A delivery brought what its grade does not allow'),
  })
  .describe('An item with its declared and its proposed type and grade');
export type GradedItem = z.infer<typeof gradedItem>;

export const gradesInput = z.strictObject({
  state: discoveryState.optional(),
  owner: z.string().min(1).optional().describe('Only of this unit'),
  dataset: z.string().min(1).optional().describe('Only of this dataset'),
  type: z.string().min(1).optional().describe('Only with this type, declared or proposed'),
  grade: level.optional().describe('Only of this grade, declared or proposed'),
  q: z.string().max(100).optional().describe('Words in names and titles'),
  after: z.string().optional().describe('Cursor of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('Items of a page'),
});
export type GradesInput = z.input<typeof gradesInput>;

export const gradesPage = z
  .strictObject({
    items: z.array(gradedItem).describe('By dataset and item; what waits for somebody first'),
    next: z.string().nullable().describe('Cursor of the next page; null at the end'),
    total: z.number().int().describe('Items that fit the filters'),
  })
  .describe('Items with their grades');

export const ownerProgress = z.strictObject({
  owner: z.string().describe('Unit'),
  ownerName: z.string().describe('Its name'),
  datasets: z.number().int().describe('Its datasets'),
  items: z.number().int().describe('Items of those'),
  looked: z.number().int().describe('Items looked at'),
  open: z.number().int().describe('Proposals nobody decided'),
  decided: z.number().int().describe('Confirmed, refused or as declared'),
});

export const datasetGrade = z.strictObject({
  dataset: z.string().describe('Name of the dataset'),
  title: words.describe('Its title'),
  grade: level.describe('Highest grade of its items, as declared'),
  proposed: level.describe('Highest grade with what is proposed'),
  national: nationalLevel.describe('Grade of GB/T 43697, as declared'),
  nationalProposed: nationalLevel.describe('What its items, its size and its sources speak for'),
  nationalWhy: z
    .enum(['none', 'declared', 'persons', 'sensitive', 'sources'])
    .describe(
      'persons, sensitive: so many rows about persons, with sensitive items; sources: made from such',
    ),
  rows: z.number().int().describe('Rows now'),
});
export type DatasetGrade = z.infer<typeof datasetGrade>;

export const gradesSummary = z
  .strictObject({
    owners: z.array(ownerProgress).describe('Progress by department'),
    datasets: z.array(datasetGrade).describe('Grade of every dataset: that of its highest item'),
    types: z
      .array(
        z.strictObject({
          name: z.string().describe('Semantic type'),
          title: words.describe('Its title'),
          grade: level.describe('Grade it is proposed'),
          standard: z.string().nullable().describe('Standard that fixes it'),
        }),
      )
      .describe('Semantic types there are'),
    states: z.record(z.string(), z.number().int()).describe('Items by state'),
  })
  .describe('How far grading is');

export const discoveryRun = z
  .strictObject({
    id: z.uuid().describe('Id'),
    compartment: z
      .string()
      .nullable()
      .describe('The sealed dataset it is about, to those who may know of it; else null'),
    state: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed']).describe('How it stands'),
    whole: z.boolean().describe('All rows, not a sample'),
    datasets: z.number().int().describe('Datasets to look at'),
    done: z.number().int().describe('Datasets looked at'),
    current: z.string().nullable().describe('Dataset being looked at'),
    found: z.number().int().describe('Items where values and contract disagree'),
    startedBy: z.string().describe('Who asked for it'),
    at: z.iso.datetime().describe('When, UTC'),
    endedAt: z.iso.datetime().nullable().describe('When it ended, UTC'),
  })
  .describe('One look at datasets');
export type DiscoveryRun = z.infer<typeof discoveryRun>;

export const discoverInput = z
  .strictObject({
    datasets: z.array(z.string().min(1)).max(5000).optional().describe('Which; all when absent'),
    whole: z.boolean().default(false).describe('All rows instead of a sample'),
  })
  .describe('Looks for sensitive data');

const which = z.strictObject({
  dataset: z.string().min(1).describe('Name of the dataset'),
  item: z.string().min(1).describe('Name of the item'),
});

const reason = z.string().trim().min(2).max(500).describe('Why; kept in the history');

export const submitInput = z
  .strictObject({
    items: z
      .array(
        which.extend({
          semantic: semanticType.nullable().optional().describe('As proposed when absent'),
          grade: level.optional().describe('As proposed when absent'),
        }),
      )
      .min(1)
      .max(1000)
      .describe('Items'),
    reason,
  })
  .describe('Puts types and grades forward for confirmation');

export const decideInput = z
  .strictObject({
    items: z
      .array(
        which.extend({
          semantic: semanticType
            .optional()
            .describe('Another type than was put forward, when the one who confirms knows better'),
          grade: level.optional().describe('A higher grade than was put forward'),
        }),
      )
      .min(1)
      .max(1000)
      .describe('Items'),
    verdict: z.enum(['confirmed', 'refused']).describe('What is said to them'),
    reason,
  })
  .describe('Confirms or refuses what was put forward, many at once');

export const decidedItems = z
  .strictObject({
    items: z.number().int().describe('Items decided'),
    contracts: z.array(z.string()).describe('Contracts with a new version'),
  })
  .describe('What a decision changed');

export const discoveryStep = z
  .strictObject({
    dataset: z.string().describe('Dataset'),
    item: z.string().describe('Item'),
    step: z.enum(['submitted', 'confirmed', 'refused']).describe('What was done'),
    semanticBefore: z.string().nullable().describe('Type before'),
    gradeBefore: level.describe('Grade before'),
    semanticAfter: z.string().nullable().describe('Type asked for'),
    gradeAfter: level.describe('Grade asked for'),
    reason: z.string().describe('Why'),
    by: z.string().describe('Who'),
    at: z.iso.datetime().describe('When, UTC'),
  })
  .describe('One step in the history of an item');
export type GradesPage = z.infer<typeof gradesPage>;
export type GradesSummary = z.infer<typeof gradesSummary>;
export type DiscoverySeen = z.infer<typeof discoverySeen>;
export type DiscoveryStep = z.infer<typeof discoveryStep>;
export type DecidedItems = z.infer<typeof decidedItems>;
