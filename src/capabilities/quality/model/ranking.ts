/** 晾晒榜: units by their scores of a month. */
import { z } from 'zod';
import { bilingual, family } from './words.ts';

export const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .describe('Month, `2026-11`');

export const rankingLine = z
  .strictObject({
    rank: z.number().int().nullable().describe('Place; null when too little was judged'),
    unit: z.string().describe('Code'),
    name: z.string().describe('Name'),
    score: z.number().nullable().describe('Mean of the days of the month, 0 to 100'),
    judged: z.number().describe('Weight that was judged, of 100'),
    families: z
      .array(z.strictObject({ family, rate: z.number().nullable() }))
      .describe('Mean pass rates'),
    datasets: z.number().int().describe('Datasets judged on the last day'),
    faulty: z.number().int().describe('Faulty rows on the last day'),
    before: z.number().nullable().describe('Score of the month before'),
    change: z.number().nullable().describe('Points more than the month before'),
    rankBefore: z.number().int().nullable().describe('Place in the month before'),
  })
  .describe('One unit of a ranking');
export type RankingLine = z.output<typeof rankingLine>;

export const ranking = z
  .strictObject({
    month,
    state: z.enum(['provisional', 'frozen']).describe('frozen: the month is over, it stays'),
    frozenAt: z.iso.datetime().nullable().describe('When it was frozen, UTC'),
    scheme: z.strictObject({ name: z.string(), version: z.string(), source: z.string() }),
    title: bilingual.describe('Name of the ranking'),
    publisher: z.string().describe('Who publishes it'),
    notes: z.array(bilingual).describe('Notes'),
    families: z
      .array(z.strictObject({ family, title: bilingual, weight: z.number() }))
      .describe('Families and their weights as they were'),
    days: z.number().int().describe('Days of the month with scores'),
    through: z.iso.date().nullable().describe('Last of them'),
    departments: z.array(rankingLine).describe('Departments, best first'),
    towns: z.array(rankingLine).describe('Towns and streets, best first'),
  })
  .describe('晾晒榜 of a month');
export type Ranking = z.output<typeof ranking>;
