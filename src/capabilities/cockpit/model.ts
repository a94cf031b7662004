/**
 * Nouns of the cockpit: a page as a pack declares it, and the same page filled for one unit and one
 * reader.
 */
import { z } from 'zod';
import { indicatorValue } from '#indicators/model';

const bilingual = z.strictObject({
  zh: z.string().min(1).describe('Chinese'),
  en: z.string().min(1).describe('English'),
});

export const cockpitLevel = z.enum(['district', 'town', 'village']).describe('Level of the unit');
export type CockpitLevel = z.infer<typeof cockpitLevel>;

const indicator = z.string().min(1).describe('Name of an indicator');

/** Six numbers at most: what a wall can carry and a person can read from five metres. */
const numbersAtMost = 6;

export const pageFile = z
  .strictObject({
    title: bilingual.describe('Name of the page'),
    levels: z.array(cockpitLevel).min(1).describe('Levels of units it serves'),
    numbers: z
      .array(indicator)
      .min(1)
      .max(numbersAtMost)
      .describe('Headline numbers, most important first'),
    map: z
      .strictObject({
        indicator,
        steps: z
          .array(z.number())
          .length(4)
          .describe('Bounds of the five shades, from calm to needing attention'),
      })
      .describe('What shades the map of the units below'),
    ranking: z
      .strictObject({
        indicator,
        best: z.number().int().min(1).describe('Places shown from the top'),
        worst: z.number().int().min(1).describe('Places shown from the bottom'),
      })
      .describe('The ranking of the units below (晾晒榜)'),
    trend: z
      .strictObject({ indicator, days: z.number().int().min(2).max(92).describe('Days shown') })
      .describe('The line of the last days'),
    live: z
      .strictObject({ limit: z.number().int().min(1).max(500).describe('Rows at most') })
      .describe(
        'Open matters; the SQL beside the file gives them, `$unit` is the code of the unit',
      ),
  })
  .describe('A cockpit page; its `.sql` gives the open matters');
export type PageFile = z.infer<typeof pageFile>;

/** Columns that the SQL of a page has to give. */
export const liveColumns = [
  'number',
  'title',
  'channel',
  'unit_code',
  'opened_at',
  'due_at',
  'lon',
  'lat',
] as const;

const unitName = z.strictObject({
  code: z.string().describe('Code'),
  name: z.string().describe('Name'),
  nameEn: z.string().nullable().describe('Name in English where there is one'),
});
export type UnitName = z.infer<typeof unitName>;

export const cockpitLive = z.strictObject({
  number: z.string().describe('Number of the case'),
  title: z.string(),
  channel: z.string(),
  unitCode: z.string(),
  unitName: z.string().describe('Town, or village within a town'),
  openedAt: z.iso.datetime(),
  dueAt: z.iso.datetime().nullable(),
  lon: z.number().nullable(),
  lat: z.number().nullable(),
});
export type CockpitLive = z.infer<typeof cockpitLive>;

export const cockpitPage = z
  .strictObject({
    page: z.string().describe('Name of the page'),
    title: bilingual,
    unit: z.strictObject({ ...unitName.shape, level: cockpitLevel }),
    above: z.array(unitName).describe('From the district down'),
    at: z.iso.datetime().describe('When the page was put together, UTC'),
    numbers: z.array(indicatorValue).describe('Headline numbers, as the page orders them'),
    area: z
      .strictObject({ ...unitName.shape, level: z.enum(['town', 'village']) })
      .describe(
        'Unit whose parts are ranked and mapped (for a village its town); level of the parts',
      ),
    names: z.array(unitName).describe('Names of the parts'),
    ranking: z.strictObject({
      best: z.number().int(),
      worst: z.number().int(),
      value: indicatorValue.describe('With the parts as children'),
    }),
    map: z.strictObject({
      steps: z.array(z.number()).describe('Bounds of the five shades'),
      value: indicatorValue.describe('With the parts as children'),
      shades: z
        .record(z.string(), z.number().int())
        .describe('Code of a part -> shade 1 (calm) to 5; absent without a value'),
    }),
    trend: indicatorValue.describe('With the last days as trend'),
    live: z.strictObject({
      rows: z.array(cockpitLive).describe('Due first'),
      truncated: z.boolean().describe('There are more'),
      refused: bilingual.nullable().describe('Why this reader sees none'),
    }),
  })
  .describe('A cockpit page of one unit as one reader sees it');
export type CockpitPage = z.infer<typeof cockpitPage>;
