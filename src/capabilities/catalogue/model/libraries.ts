/** Thematic libraries (专题库): datasets of several owners, put together for one purpose. */
import { z } from 'zod';
import { bilingual } from './words.ts';

const authorised = z
  .strictObject({
    unit: z.string().min(1).describe('Code of the unit that may use the library'),
    purpose: z.string().min(1).describe('What for; a use for anything else is none'),
    until: z.iso.date().describe('Last day of the authorisation'),
  })
  .describe('A unit that may use a thematic library');

/** A library as its file says it. */
export const libraryFile = z
  .strictObject({
    title: bilingual.describe('Name of the library'),
    description: bilingual.describe('What it is for'),
    owner: z.string().min(1).describe('Code of the unit that keeps the library and answers for it'),
    datasets: z
      .array(z.string().min(1))
      .min(1)
      .describe('Datasets in it; their owners are the contributors'),
    users: z
      .array(authorised)
      .default([])
      .describe('Units authorised to use it; what they see of a row the gate still decides'),
  })
  .describe('A thematic library (专题库)')
  .meta({
    example: {
      title: { zh: '养老助老专题库', en: 'Elder care' },
      description: { zh: '高龄津贴、户籍和死亡登记', en: 'Allowances, residents and deaths' },
      owner: '330109-mzj',
      datasets: ['elder_allowance', 'deaths'],
      users: [{ unit: '330109-wjj', purpose: '老年人健康管理', until: '2027-12-31' }],
    },
  });
export type LibraryFile = z.output<typeof libraryFile>;

const unitNamed = z.strictObject({ code: z.string(), name: z.string() });

export const library = z
  .strictObject({
    name: z.string().describe('Name of the library'),
    title: bilingual,
    description: bilingual,
    owner: unitNamed.describe('Who keeps it'),
    contributors: z.array(unitNamed).describe('Owners of its datasets, the keeper left out'),
    datasets: z
      .array(
        z.strictObject({
          name: z.string(),
          title: bilingual,
          ownerName: z.string(),
          derived: z.boolean().describe('Made by SQL from others'),
          rows: z.number().int().nullable().describe('Rows now; null before the first delivery'),
          asOf: z.iso.datetime().nullable().describe('Delivered last, UTC'),
        }),
      )
      .describe('Datasets in it that the viewer may know of'),
    rows: z.number().int().describe('Rows of all of them'),
    users: z
      .array(authorised.extend({ name: z.string(), standing: z.boolean().describe('Not expired') }))
      .describe('Who may use it'),
    mine: z
      .enum(['owner', 'contributor', 'user', 'none'])
      .describe('What the library is to the units of the viewer'),
  })
  .describe('A thematic library with what stands in it');
export type Library = z.output<typeof library>;
