/** Kind `roles`: one YAML file for each role. */
import { z } from 'zod';
import type { Fault } from '#kernel/errors';
import { type PackFile, type PackIndex, type PackKind, placeOf } from '#kernel/packs';
import { organisationErrors } from '../errors.ts';
import { duties, unitLevels } from '../model.ts';
import * as store from '../store.ts';

const title = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

export const roleFileSchema = z
  .strictObject({
    title: title.describe('What the role is called'),
    description: title.optional().describe('What its holder does, in a sentence'),
    levels: z.array(z.enum(unitLevels)).min(1).describe('Levels of units in which it may be held'),
    permissions: z
      .array(z.string().regex(/^[a-z]+\.[a-z_]+$/))
      .describe('Permissions of the capabilities, `<capability>.<verb>`'),
    duty: z
      .enum(duties)
      .optional()
      .describe('Which of the three administrators it is; any two exclude one another'),
    sealed: z
      .boolean()
      .default(false)
      .describe(
        'Its holders work in a sealed compartment: “who looked at my data” never shows them',
      ),
    exclusive_with: z
      .array(z.string())
      .default([])
      .describe('Roles that the same person may not hold; both files name each other'),
  })
  .meta({
    example: {
      title: { zh: '网格员', en: 'Grid worker' },
      levels: ['grid', 'village'],
      permissions: ['cases.act', 'hub.report'],
    },
  });

export type RoleFile = z.output<typeof roleFileSchema>;

export const roles: PackKind = {
  name: 'roles',
  title: { zh: '角色', en: 'Roles' },
  format: 'yaml',
  schema: roleFileSchema,
  check: async (file, index) => [...oneSided(file, index), ...apart(file, index)],
  apply: async (ctx, file) => {
    const data = file.data as RoleFile;
    const { title: names, levels, permissions, exclusive_with: exclusiveWith, sealed } = data;
    const duty = data.duty ?? null;
    const role = {
      name: file.name,
      title: names,
      levels,
      permissions,
      exclusiveWith,
      duty,
      sealed,
    };
    await store.putRole(ctx, role, file.pack);
  },
  remove: async (ctx, { name }) => store.removeRole(ctx, name),
};

/** Exclusion that only one side knows would depend on which role is granted first. */
function oneSided(file: PackFile, index: PackIndex): Fault[] {
  return (file.data as RoleFile).exclusive_with.flatMap((other) => {
    const line = file.lineOf(['exclusive_with']);
    const at = { file: placeOf(file), ...(line === undefined ? {} : { line }) };
    const found = index.find('roles', other, file);
    if (found === undefined) return [organisationErrors.fault('no_role', at, { role: other })];
    if ((found.data as RoleFile).exclusive_with.includes(file.name)) return [];
    const params = { role: other, other: file.name };
    return [organisationErrors.fault('one_sided', at, params)];
  });
}

/** Roles of two duties exclude one another, whatever their files are called. */
function apart(file: PackFile, index: PackIndex): Fault[] {
  const { duty, exclusive_with: excluded } = file.data as RoleFile;
  if (duty === undefined) return [];
  const line = file.lineOf(['duty']);
  const at = { file: placeOf(file), ...(line === undefined ? {} : { line }) };
  return index
    .all('roles')
    .filter((other) => {
      const theirs = (other.data as RoleFile).duty;
      return theirs !== undefined && theirs !== duty && !excluded.includes(other.name);
    })
    .map((other) =>
      organisationErrors.fault('one_sided', at, { role: file.name, other: other.name }),
    );
}
