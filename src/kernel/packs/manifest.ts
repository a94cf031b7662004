/**
 * `pack.yaml`: what a pack is called, whose it is, what it needs. It is a kind like the others, the
 * first.
 */
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { z } from 'zod';
import type { Fault } from '#kernel/errors';
import { packErrors } from './errors.ts';
import type { PackFile, PackIndex, PackKind } from './kind.ts';
import { manifestKind, placeOf } from './source.ts';

const bilingual = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

export const manifestSchema = z.strictObject({
  title: bilingual.describe('Name of the application, shown in the store'),
  description: bilingual.optional().describe('One or two sentences on what it is for'),
  owner: z.string().min(1).describe('Unit code of the owner, e.g. 330109-zzzx'),
  platform: z
    .string()
    .regex(/^(>=|<=|<|>|=)?\d+(\.\d+){0,2}( (>=|<=|<|>|=)?\d+(\.\d+){0,2})*$/)
    .default('>=0.1')
    .describe('Versions of the platform it runs on, e.g. ">=0.1 <2"'),
  needs: z.array(z.string()).default([]).describe('Names of the packs it builds on'),
});

export type PackManifest = z.output<typeof manifestSchema>;

const packageSchema = z.object({ version: z.string() });

/** Version of this platform, from its package. */
export function platformVersion(): string {
  const path = findPackageJSON('..', import.meta.url);
  if (path === undefined) throw new Error('the package of the platform is missing');
  return packageSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}

type Order = -1 | 0 | 1;

function compare(a: string, b: string): Order {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let at = 0; at < 3; at += 1) {
    const difference = Number(left[at] ?? 0) - Number(right[at] ?? 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return 0;
}

const tests: Record<string, (order: Order) => boolean> = {
  '>=': (order) => order >= 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '<': (order) => order < 0,
  '=': (order) => order === 0,
};

/**
 * Whether `version` satisfies every part of a range like `>=0.1 <2`; a bare number means exactly
 * it.
 */
export const inRange = (version: string, range: string): boolean =>
  range.split(' ').every((part) => {
    const [, sign = '=', number = ''] = /^([<>=]*)(.*)$/.exec(part) ?? [];
    return tests[sign || '=']?.(compare(version, number)) ?? false;
  });

/** The built-in kind of `pack.yaml`. */
export const manifestKindDeclared: PackKind = {
  name: manifestKind,
  title: { zh: '场景应用', en: 'Pack' },
  format: 'yaml',
  schema: manifestSchema,
  check: async (file, index) => [...platformFaults(file), ...needFaults(file, index)],
};

function platformFaults(file: PackFile): Fault[] {
  const { platform: range } = file.data as PackManifest;
  const version = platformVersion();
  if (inRange(version, range)) return [];
  return [packErrors.fault('platform', at(file, 'platform'), { range, version })];
}

function needFaults(file: PackFile, index: PackIndex): Fault[] {
  const present = new Set(index.all(manifestKind).map((one) => one.pack));
  return (file.data as PackManifest).needs
    .filter((pack) => !present.has(pack))
    .map((pack) => packErrors.fault('missing_pack', at(file, 'needs'), { pack }));
}

function at(file: PackFile, item: string): Omit<Fault, 'code' | 'message'> {
  const line = file.lineOf([item]);
  return { file: placeOf(file), item, ...(line === undefined ? {} : { line }) };
}
