/**
 * Kind `units`: CSV tables of units. Codes carry the tree, so a code must fit its level and its
 * parent.
 */
import { z } from 'zod';
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import { type PackFile, type PackIndex, type PackKind, placeOf } from '#kernel/packs';
import { organisationErrors } from '../errors.ts';
import { type UnitLevel, unitLevels } from '../model.ts';
import * as store from '../store.ts';

const yes = z
  .enum(['', 'yes'])
  .default('')
  .transform((value) => value === 'yes');

export const unitRowSchema = z.strictObject({
  code: z
    .string()
    .describe('District 6 digits, town 9, village 12, grid 15; department 330109-<short>'),
  name: z.string().min(1),
  name_en: z.string().default(''),
  full_name: z.string().default('').describe('Official name where it differs'),
  level: z.enum(unitLevels),
  parent: z.string().describe('Code of the unit above; empty for the district'),
  zone: yes.describe('yes: a functional zone, not counted among the towns'),
  company: yes.describe('yes: a public company or crew, not counted among the departments'),
  generated: yes.describe('yes: made up for the demonstration'),
  source: z.string().min(1).describe('Where code and name come from'),
});

export type UnitRowFile = z.output<typeof unitRowSchema>;

const shapes: Record<UnitLevel, { pattern: RegExp; expected: string; under: UnitLevel[] }> = {
  district: { pattern: /^\d{6}$/, expected: '330109', under: [] },
  town: { pattern: /^\d{9}$/, expected: '330109004', under: ['district'] },
  village: { pattern: /^\d{12}$/, expected: '330109004223', under: ['town'] },
  grid: { pattern: /^\d{15}$/, expected: '330109004223003', under: ['village'] },
  building: { pattern: /^\d{15}-\w+$/, expected: '330109004223003-B12', under: ['grid'] },
  room: { pattern: /^\d{15}-\w+-\w+$/, expected: '330109004223003-B12-301', under: ['building'] },
  department: {
    pattern: /^\d{6}(\d{3})?-[a-z0-9]+$/,
    expected: '330109-zhzf',
    under: ['district', 'town', 'department'],
  },
};

interface Placed {
  row: UnitRowFile;
  file: PackFile;
  at: number;
}

/** Units of all files by code; a code that stands twice keeps its first place. */
const placesOf = new WeakMap<PackIndex, Map<string, Placed>>();

function places(index: PackIndex): Map<string, Placed> {
  const known = placesOf.get(index);
  if (known) return known;
  const all = new Map<string, Placed>();
  for (const file of index.all('units')) {
    for (const [at, row] of rowsOf(file).entries()) {
      if (!all.has(row.code)) all.set(row.code, { row, file, at });
    }
  }
  placesOf.set(index, all);
  return all;
}

/** Whether a unit code stands in the packs being checked. */
export const unitKnown = (index: PackIndex, code: string): UnitRowFile | undefined =>
  places(index).get(code)?.row;

const rowsOf = (file: PackFile): UnitRowFile[] => file.data as UnitRowFile[];

export const units: PackKind = {
  name: 'units',
  title: { zh: '单位', en: 'Units' },
  format: 'csv',
  schema: z.array(unitRowSchema),
  check: async (file, index) =>
    rowsOf(file).flatMap((row, at) => rowFaults({ row, file, at }, places(index), index)),
  apply: applyUnits,
  remove: async (ctx, from) => dropUnits(ctx, from, []),
};

function rowFaults(placed: Placed, all: Map<string, Placed>, index: PackIndex): Fault[] {
  const { row, file, at } = placed;
  const line = file.lineOf([at]);
  const where = { file: placeOf(file), item: row.code, ...(line === undefined ? {} : { line }) };
  const faults: Fault[] = [];
  const { pattern, expected, under } = shapes[row.level];
  const { code, level, parent } = row;
  if (!pattern.test(code)) {
    faults.push(organisationErrors.fault('bad_code', where, { code, level, expected }));
  }
  const first = all.get(code);
  if (first && (first.file !== file || first.at !== at)) {
    const other = `${placeOf(first.file)}:${first.file.lineOf([first.at]) ?? ''}`;
    faults.push(organisationErrors.fault('unit_twice', where, { code, other }));
  }
  if (parent === '' && under.length === 0) return faults;
  const above = all.get(parent);
  if (above === undefined) {
    faults.push(organisationErrors.fault('no_parent', where, { parent }));
  } else if (!under.includes(above.row.level) || !fits(row, above.row)) {
    faults.push(organisationErrors.fault('bad_parent', where, { level, code, parent }));
  } else if (above.file !== file) index.find('units', above.file.name, file);
  return faults;
}

/**
 * A code below the district begins with its parent's; a crew stands under its department by name
 * only.
 */
const fits = (row: UnitRowFile, above: UnitRowFile): boolean =>
  row.level === 'department'
    ? row.code.slice(0, 6) === above.code.slice(0, 6) && row.code !== above.code
    : row.code.startsWith(above.code);

async function applyUnits(ctx: Ctx, file: PackFile): Promise<void> {
  const rows = rowsOf(file);
  await dropUnits(
    ctx,
    file,
    rows.map((row) => row.code),
  );
  const from = { pack: file.pack, pack_file: file.name };
  await store.putUnits(
    ctx,
    rows.map((row, position) => ({ ...toRow(row), ...from, position, path: row.code })),
  );
  await store.settlePaths(ctx);
}

const toRow = (row: UnitRowFile) => ({
  code: row.code,
  name: row.name,
  name_en: row.name_en === '' ? null : row.name_en,
  full_name: row.full_name === '' ? null : row.full_name,
  level: row.level,
  parent: row.parent === '' ? null : row.parent,
  zone: row.zone,
  company: row.company,
  generated: row.generated,
  source: row.source,
});

async function dropUnits(
  ctx: Ctx,
  from: { pack: string; name: string },
  kept: readonly string[],
): Promise<void> {
  const code = await store.unitInUse(ctx, from, kept);
  if (code !== undefined) throw organisationErrors.make('unit_in_use', { code });
  await store.removeUnits(ctx, from, kept);
}
