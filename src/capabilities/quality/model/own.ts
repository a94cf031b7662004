/** 我的数据: what the platform holds about the person who asks, and his objections to it. */
import { z } from 'zod';
import { bilingual } from './words.ts';

const ownItem = z.strictObject({
  item: z.string().describe('Name of the item'),
  title: bilingual,
  semantic: z.string().nullable().describe('Semantic type'),
  view: z.string().describe('`masked`: it tells of somebody else'),
  values: z
    .record(z.string(), bilingual)
    .nullable()
    .describe('Words of its codes, where it has a closed list'),
});

const ownRow = z.strictObject({
  record: z
    .string()
    .nullable()
    .describe('What an objection names; null where the record cannot be named'),
  values: z.array(z.unknown()).describe('In the order of the items'),
});

const ownDataset = z.strictObject({
  dataset: z.string().describe('Dataset'),
  title: bilingual,
  about: z.string().describe('Item that holds the number of the person'),
  owner: z.string().describe('Unit that answers for it'),
  ownerName: z.string().describe('Its name'),
  asOf: z.iso.datetime().describe('When it was delivered, UTC'),
  items: z.array(ownItem),
  rows: z.array(ownRow),
  more: z.boolean().describe('There are more rows than are shown'),
});

export const ownData = z
  .strictObject({
    bound: z.boolean().describe('Whether the account is bound to a person'),
    canObject: z.boolean().describe('Whether objections are taken'),
    datasets: z.array(ownDataset).describe('By dataset; what is sealed is not there'),
  })
  .describe('What the platform holds about the person who asks');
export type OwnData = z.output<typeof ownData>;

const words = (least: number) => z.string().trim().min(least).max(500);

export const newObjection = z
  .strictObject({
    dataset: z.string().min(1).max(63).describe('Dataset'),
    record: z.string().length(32).describe('Record, as the list of one’s own data names it'),
    item: z.string().min(1).max(63).describe('Item whose value is wrong'),
    expected: words(0).nullable().default(null).describe('What it should be, if known'),
    reason: words(4).describe('What is wrong, and how one knows'),
    attachments: z
      .array(z.string().regex(/^[0-9a-f]{64}$/))
      .max(3)
      .default([])
      .describe('SHA-256 of photos uploaded before'),
  })
  .describe('One’s own record is wrong');
export type NewObjection = z.input<typeof newObjection>;

export const ownAnswer = z.strictObject({
  at: z.iso.datetime().describe('When, UTC'),
  unitName: z.string().nullable().describe('Unit that answered'),
  title: bilingual.describe('What it did'),
  reason: z.string().describe('Its reason'),
});

export const ownObjection = z
  .strictObject({
    number: z.string().describe('Number of the case'),
    dataset: z.string(),
    datasetTitle: bilingual,
    item: z.string(),
    itemTitle: bilingual,
    expected: z.string().nullable().describe('What he said it should be'),
    reason: z.string().describe('What he said'),
    step: bilingual.describe('Where it stands'),
    outcome: z
      .enum(['done', 'joined', 'void'])
      .nullable()
      .describe('How it ended; null while open'),
    ownerName: z.string().describe('Unit that answers for the data'),
    withName: z.string().nullable().describe('Unit it waits for'),
    openedAt: z.iso.datetime(),
    dueAt: z.iso.datetime().nullable().describe('When the clock that runs ends'),
    overdue: z.boolean(),
    answers: z.array(ownAnswer).describe('What he was answered, newest first'),
    canAppeal: z.boolean().describe('It was answered, and he may say that he does not accept it'),
    canWithdraw: z.boolean().describe('It is open'),
  })
  .describe('An objection as the person who raised it follows it');
export type OwnObjection = z.output<typeof ownObjection>;

export const newAppeal = z.strictObject({
  reason: words(4).describe('Why the answer is not accepted'),
});
