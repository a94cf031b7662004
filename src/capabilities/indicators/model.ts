/** The nouns of indicators: definitions, values over units and days, explanations. */
import { z } from 'zod';
import { readResult, readSnapshot } from '#gate/model';

const bilingual = z.strictObject({
  zh: z.string().min(1).describe('Chinese'),
  en: z.string().min(1).describe('English'),
});

export const level = z
  .enum(['village', 'town', 'district'])
  .describe('Level of units it is shown at');
export type Level = z.infer<typeof level>;

const bounds = z
  .strictObject({
    warn: z.number().describe('From here on it needs attention'),
    bad: z.number().describe('From here on it is off'),
  })
  .describe('In the unit shown: below them for direction up, above them for direction down');

export const definition = z
  .strictObject({
    title: bilingual.describe('Name on screens'),
    meaning: bilingual.describe('What is counted, and what is not'),
    unit: bilingual.describe('Unit of the value: 件, %'),
    owner: z.string().min(1).describe('Code of the unit that answers for it'),
    direction: z.enum(['up', 'down']).describe('Which way is better'),
    levels: z.array(level).min(1).describe('Levels it is shown at'),
    period: z
      .enum(['now', 'day', 'month'])
      .describe('now: as it stands; day, month: of what happened in the running day or month'),
    measure: z
      .enum(['count', 'ratio'])
      .describe('count: the sum of numerators; ratio: numerators over denominators'),
    scale: z.number().positive().default(1).describe('Factor of the value: 100 for percent'),
    decimals: z.number().int().min(0).max(6).default(0).describe('Decimals shown'),
    days: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('Days computed anew each time; for the periods day and month'),
    target: z.number().optional().describe('What is aimed at, in the unit shown'),
    thresholds: z
      .union([bounds, z.partialRecord(level, bounds)])
      .optional()
      .describe('When it needs attention; for all levels or for each'),
    source: z.string().min(1).optional().describe('Document the target or the formula rests on'),
    columns: z
      .record(z.string(), bilingual)
      .optional()
      .describe('Titles of columns shown in the drill-down that are no items'),
  })
  .refine((data) => data.period === 'now' || data.days !== undefined, {
    message: 'the periods day and month need `days`',
    path: ['days'],
  })
  .describe('The leading comment of an indicator file; the SQL follows')
  .meta({
    example: {
      title: { zh: '未办结事件', en: 'Open events' },
      meaning: { zh: '还没有办结的事件', en: 'Events not closed yet' },
      unit: { zh: '件', en: 'events' },
      owner: '330109-zzzx',
      direction: 'down',
      levels: ['village', 'town', 'district'],
      period: 'now',
      measure: 'count',
    },
  });
export type Definition = z.output<typeof definition>;

export const state = z
  .enum(['ok', 'warn', 'bad', 'none', 'stale'])
  .describe('By the thresholds; none: nothing to judge; stale: its data is late');
export type State = z.infer<typeof state>;

const amount = z.number().nullable();

export const point = z.strictObject({
  day: z.iso.date().describe('Local day'),
  value: amount.describe('Value of that day; null when nothing was counted'),
});
export type Point = z.infer<typeof point>;

export const unitValue = z.strictObject({
  unit: z.string().describe('Code of the unit'),
  name: z.string().describe('Name of the unit'),
  value: amount.describe('In the unit shown; null when the denominator is 0, never 0 for it'),
  numerator: amount.describe('Sum of numerators'),
  denominator: amount.describe('Sum of denominators'),
  withheld: z
    .boolean()
    .describe('It speaks of too few persons to be told, or would tell of such a sum beside it'),
  state,
});
export type UnitValue = z.infer<typeof unitValue>;

export const staleness = z.strictObject({
  since: z.iso.datetime().describe('Since when, UTC'),
  why: bilingual.describe('Which dataset is late, or why it could not be computed'),
  dataset: z.string().nullable().describe('The dataset that is late'),
});
export type Staleness = z.infer<typeof staleness>;

export const indicatorValue = z
  .strictObject({
    indicator: z.string().describe('Name of the indicator'),
    title: bilingual.describe('Name on screens'),
    valueUnit: bilingual.describe('Unit of the value'),
    decimals: z.number().int().describe('Decimals shown'),
    direction: z.enum(['up', 'down']).describe('Which way is better'),
    period: z.enum(['now', 'day', 'month']).describe('Period of the value'),
    owner: z.string().describe('Code of the owner unit'),
    ownerName: z.string().describe('Name of the owner unit'),
    target: z.number().nullable().describe('What is aimed at'),
    ...unitValue.shape,
    previous: amount.describe('The value of the period before: the day, or the month'),
    asOf: z.iso.datetime().nullable().describe('Time of the oldest data in it, UTC'),
    stale: staleness.nullable().describe('Why it cannot be trusted now'),
    trend: z.array(point).describe('Values of the last days, oldest first'),
    children: z.array(unitValue).describe('Units right below, when asked for'),
  })
  .describe('An indicator of one unit');
export type IndicatorValue = z.infer<typeof indicatorValue>;

export const explanation = indicatorValue.extend({
  meaning: bilingual.describe('What is counted'),
  measure: z.enum(['count', 'ratio']).describe('A sum, or one sum over another'),
  source: z.string().nullable().describe('Document it rests on'),
  sql: z.string().describe('The formula, as it runs'),
  file: z.string().describe('`pack/indicators/name`'),
  computedAt: z.iso.datetime().nullable().describe('When it was computed last, UTC'),
  snapshots: z
    .array(
      readSnapshot.extend({
        title: bilingual.describe('Title of the dataset'),
        ownerName: z.string().describe('Name of the unit that owns it'),
        cycle: z.string().describe('How often it is delivered'),
      }),
    )
    .describe('Snapshots it was computed from'),
  thresholds: bounds.nullable().describe('Thresholds at this level'),
  history: z
    .array(
      z.strictObject({
        at: z.iso.datetime().describe('When it was computed, UTC'),
        day: z.iso.date().describe('Day of the value'),
        value: amount.describe('Value; null when nothing was counted'),
        snapshots: z.array(readSnapshot).describe('Snapshots it was computed from'),
      }),
    )
    .describe('What was stored for this unit before, newest first'),
});
export type Explanation = z.infer<typeof explanation>;

export const drillInput = z.strictObject({
  unit: z.string().min(1).describe('Code of the unit'),
  part: z
    .enum(['all', 'counted', 'missing'])
    .default('all')
    .describe('All things, those that count in the numerator, or those that do not'),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0).describe('Rows skipped'),
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('Rows of a page'),
});
export type DrillInput = z.output<typeof drillInput>;

export const drillResult = readResult.extend({
  more: z.boolean().describe('True when there are rows after this page'),
});
export type DrillResult = z.infer<typeof drillResult>;

const names = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? undefined : text.split(',')));

export const valuesInput = z.strictObject({
  unit: z.string().min(1).describe('Code of the unit'),
  indicators: names.describe('Names, joined by commas; all when absent'),
  children: z.stringbool().default(false).describe('With the units right below'),
  days: z.coerce.number().int().min(0).max(366).default(30).describe('Days of the trend'),
});
