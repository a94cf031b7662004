/** The noun of a source: where data of a dataset is fetched, how often, by which road. */
import { z } from 'zod';
import { dialectInput } from './dialect.ts';
import { roads, run, runStates } from './run.ts';

const bilingual = z.strictObject({
  zh: z.string().min(1).describe('Chinese'),
  en: z.string().min(1).describe('English'),
});

/** A secret is named, never written: `GUANTONG_SECRET_<NAME>` of the environment holds it. */
const secret = z
  .strictObject({
    secret: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]{0,60}$/)
      .describe('Name of the secret; the environment has it as GUANTONG_SECRET_<NAME>'),
  })
  .describe('A secret by its name');

export const schedule = z
  .strictObject({
    every_minutes: z.number().int().min(1).max(10_080).optional().describe('Minutes between looks'),
    cron: z
      .string()
      .max(120)
      .optional()
      .describe('Five fields: minute, hour, day, month, weekday; in the time zone of the district'),
  })
  .describe('When it is looked at; the cycle of the dataset when absent');
export type Schedule = z.output<typeof schedule>;

const common = {
  title: bilingual.describe('Name of the source'),
  dataset: z.string().min(1).describe('Dataset it delivers to'),
  schedule: schedule.optional(),
};

/** How its files are read; the rest is found. */
const files = { ...common, dialect: dialectInput.optional() };

export const folderOptions = z
  .strictObject({
    path: z.string().min(1).describe('Folder below the one of the setting `watch_folder`'),
    match: z.string().default('*').describe('Names of files to take; `*` stands for any letters'),
    rest_seconds: z
      .number()
      .int()
      .min(0)
      .max(86_400)
      .default(10)
      .describe('Seconds a file must lie unchanged before it is taken'),
    together: z
      .boolean()
      .default(false)
      .describe('All files at rest are one delivery; else each is one of its own'),
  })
  .describe('A folder that is watched');

export const httpOptions = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).describe('Address of the file'),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9-]+$/), z.union([z.string(), secret]))
      .default({})
      .describe('Headers to send; secrets by name'),
  })
  .describe('A file behind an address');

const identifier = z.string().regex(/^[^\0"`.]{1,128}$/);

export const databaseOptions = z
  .strictObject({
    host: z.string().min(1).max(253).describe('Host name or address'),
    port: z.number().int().min(1).max(65_535).optional().describe('Port, the usual one if absent'),
    database: z.string().min(1).max(128).describe('Database'),
    user: z.string().min(1).max(128).describe('User that may read the table'),
    password: secret.optional(),
    tls: z.boolean().default(false).describe('Encrypted, the certificate verified'),
    schema: identifier.optional().describe('Schema of the table'),
    table: identifier.describe('Table or view'),
    columns: z.array(identifier).min(1).optional().describe('Columns to read; all when absent'),
    watermark: z
      .strictObject({
        column: identifier.describe('Column that grows with every change'),
        overlap: z
          .number()
          .min(0)
          .default(0)
          .describe('How far to look back behind the last value: seconds of a time, else units'),
      })
      .optional()
      .describe('Only rows at or after the last value seen; the whole table when absent'),
  })
  .describe('A table of a database');
export type DatabaseOptions = z.output<typeof databaseOptions>;

export const sourceFile = z
  .discriminatedUnion('road', [
    z.strictObject({ ...files, road: z.literal('folder'), options: folderOptions }),
    z.strictObject({ ...files, road: z.literal('http'), options: httpOptions }),
    z.strictObject({ ...common, road: z.literal('postgres'), options: databaseOptions }),
    z.strictObject({ ...common, road: z.literal('mysql'), options: databaseOptions }),
  ])
  .describe('A source: dataset, road, schedule and options')
  .meta({
    examples: [
      {
        title: { zh: '城管部件库', en: 'Register of components' },
        dataset: 'components',
        road: 'postgres',
        schedule: { cron: '30 2 * * *' },
        options: {
          host: 'db.zhzf.example',
          database: 'city',
          user: 'guantong',
          password: { secret: 'ZHZF_DB' },
          table: 'component',
          watermark: { column: 'updated_at', overlap: 600 },
        },
      },
    ],
  });
export type SourceFile = z.output<typeof sourceFile>;

export const source = z
  .strictObject({
    name: z.string().describe('Name of the source'),
    pack: z.string().describe('Pack that declares it'),
    title: bilingual,
    dataset: z.string().describe('Dataset it delivers to'),
    road: z.enum(roads).describe('Road it comes by'),
    place: z.string().describe('Where it is fetched, without anything secret'),
    schedule: z
      .strictObject({
        every_minutes: z.number().int().nullable(),
        cron: z.string().nullable(),
      })
      .describe('When it is looked at; both null: by hand only'),
    paused: z.boolean().describe('Whether its schedule rests'),
    nextAt: z.iso.datetime().nullable().describe('When it is looked at next, UTC'),
    lookedAt: z.iso.datetime().nullable().describe('When it was looked at last, UTC'),
    state: z
      .enum(['never', 'paused', ...runStates])
      .describe('How its last run stands; `never`: nothing was fetched yet'),
    last: run.nullable().describe('Its last run'),
  })
  .describe('A source as it stands');
export type Source = z.output<typeof source>;
