/** The nouns of arriving: runs, and how far each has come. */
import { z } from 'zod';

const bilingual = z.strictObject({
  zh: z.string().describe('Chinese'),
  en: z.string().describe('English'),
});

export const roads = ['upload', 'direct', 'folder', 'http', 'postgres', 'mysql'] as const;
export type RoadName = (typeof roads)[number];

export const runStates = [
  'queued',
  'reading',
  'judging',
  'landing',
  'done',
  'refused',
  'cancelled',
  'failed',
] as const;
export type RunState = (typeof runStates)[number];

/** States of a run that somebody works on. */
export const workingStates = ['reading', 'judging', 'landing'] as const;

export const run = z
  .strictObject({
    id: z.string().describe('Id of the run'),
    dataset: z.string().describe('Dataset it brings data to'),
    road: z.enum(roads).describe('How the data comes'),
    source: z.string().nullable().describe('Source it is fetched from; null when handed in'),
    state: z.enum(runStates).describe('How it stands'),
    files: z.array(z.string()).describe('Names of its files'),
    note: z.string().nullable().describe('Note of the sender'),
    batch: z.string().nullable().describe('Delivery of the last attempt'),
    attempts: z.number().int().describe('Attempts so far'),
    tryAt: z.iso.datetime().describe('Not before this time, UTC'),
    cancelAsked: z.boolean().describe('Somebody asked for it to end'),
    rowsSeen: z.number().int().describe('Rows seen so far'),
    bytesSeen: z.number().int().describe('Bytes read so far'),
    bytesAll: z.number().int().nullable().describe('Bytes in all, as far as known'),
    progress: z.number().describe('0 to 1 of the whole work'),
    rate: z.number().nullable().describe('Rows a second; null before there is one'),
    secondsLeft: z.number().nullable().describe('Seconds it will still take, by its pace so far'),
    rows: z.number().int().describe('Rows of all files, once done'),
    accepted: z.number().int().describe('Rows taken'),
    returned: z.number().int().describe('Rows handed back; accepted + returned = rows'),
    unchanged: z.number().int().describe('Accepted rows that were there already, just so'),
    snapshot: z.number().int().nullable().describe('Snapshot that stands after it'),
    error: z
      .strictObject({ code: z.string(), message: bilingual, faults: z.array(z.unknown()) })
      .nullable()
      .describe('Why it was refused, or what the last attempt met'),
    actor: z.string().describe('Who handed it in'),
    actorName: z.string().describe('Name of who handed it in'),
    createdAt: z.iso.datetime().describe('When it was asked for, UTC'),
    startedAt: z.iso.datetime().nullable().describe('When the last attempt began, UTC'),
    endedAt: z.iso.datetime().nullable().describe('When it ended, UTC'),
  })
  .describe('The way of data to a dataset, watched from its first byte');
export type Run = z.output<typeof run>;

export const runListInput = z.strictObject({
  dataset: z.string().max(63).optional().describe('Only runs of this dataset'),
  state: z
    .enum([...runStates, 'open'])
    .optional()
    .describe('Only runs in this state; `open`: not ended'),
  road: z.enum(roads).optional().describe('Only runs that came this way'),
  source: z.string().max(130).optional().describe('Only runs of this source'),
  q: z.string().max(100).optional().describe('Words in file names, notes, names of senders'),
  before: z.string().max(64).optional().describe('Id of the last run of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Most runs'),
});
export type RunListInput = z.output<typeof runListInput>;

export const runPage = z
  .strictObject({
    runs: z.array(run).describe('Newest first'),
    next: z.string().nullable().describe('`before` of the next page'),
  })
  .describe('Runs the reader may see');
export type RunPage = z.output<typeof runPage>;

export const deliveredList = z
  .strictObject({
    datasets: z.array(z.string()).describe('Names of datasets'),
    resources: z
      .array(
        z.strictObject({
          name: z.string().describe('Name of the dataset'),
          title: bilingual.describe('Title'),
          ownerName: z.string().describe('Unit that owns it'),
        }),
      )
      .describe('The same with their titles, by name'),
  })
  .describe('Datasets the reader delivers');
export type DeliveredResource = z.output<typeof deliveredList>['resources'][number];
