/**
 * Fixtures of packs: `tests/packs/<pack>/<kind>/<name>.yaml` says what the file of that name in the
 * pack makes of a few rows. No TypeScript is written for a new indicator, rule or dataset.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

export const fixturesDir = fileURLToPath(new URL('.', import.meta.url));
export const packsDir = fileURLToPath(new URL('../../packs', import.meta.url));

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const row = z.record(z.string(), value);
export type Row = z.output<typeof row>;

/** For files with SQL: indicators, rules, derived datasets. */
export const queryFixture = z
  .strictObject({
    now: z.iso.datetime().optional().describe('What the clock shows, UTC'),
    given: z.record(z.string(), z.array(row)).describe('Rows of each dataset the query reads'),
    expect: z.array(row).min(1).describe('Rows that come out, with the columns that matter'),
  })
  .describe('Given these rows, the query gives those');
export type QueryFixture = z.output<typeof queryFixture>;

/** For datasets that are delivered. */
export const deliveryFixture = z
  .strictObject({
    file: z.string().min(1).describe('A small CSV, good rows and bad ones'),
    expect: z.strictObject({
      accepted: z.number().int().min(0).describe('Rows taken'),
      returned: z.number().int().min(0).describe('Rows handed back'),
    }),
  })
  .describe('Of this file so many rows are taken and so many handed back');

export interface Found {
  pack: string;
  kind: string;
  name: string;
  /** What the fixture says, not yet checked. */
  data: unknown;
}

const foldersIn = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

/** Every fixture there is. */
export const fixtures = (): Found[] =>
  foldersIn(fixturesDir).flatMap((pack) =>
    foldersIn(join(fixturesDir, pack)).flatMap((kind) =>
      readdirSync(join(fixturesDir, pack, kind)).map((file) => ({
        pack,
        kind,
        name: file.replace(/\.yaml$/, ''),
        data: parse(readFileSync(join(fixturesDir, pack, kind, file), 'utf8')) as unknown,
      })),
    ),
  );

/** Every pack there is. */
export const packs = (): string[] => foldersIn(packsDir);

const datasetFile = z.object({
  owner: z.string(),
  items: z.record(z.string(), z.object({ type: z.string() })),
});

/** Columns of a dataset, from the contract of whatever pack declares it. */
export function columnsOf(dataset: string): { name: string; type: string }[] {
  const file = packs()
    .map((pack) => join(packsDir, pack, 'datasets', `${dataset}.yaml`))
    .find(existsSync);
  if (file === undefined) throw new Error(`no pack has a dataset ${dataset}`);
  const { items } = datasetFile.parse(parse(readFileSync(file, 'utf8')));
  return Object.entries(items).map(([name, item]) => ({ name, type: item.type }));
}

/** Code of the unit that owns a dataset. */
export const ownerOf = (text: string): string => datasetFile.parse(parse(text)).owner;
