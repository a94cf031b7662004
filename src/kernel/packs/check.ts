/** Checks packs: every fault at once, each with its file and line. Nothing is written. */
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import type { PackFile } from './kind.ts';
import { parseSource } from './parse.ts';
import { readSources } from './read.ts';
import { indexOf, type PackReference } from './references.ts';
import { hasSection, type RegisteredKind, registryOf } from './registry.ts';
import { type Declared, type PackLimits, type PackSource, placeOf } from './source.ts';

/** Folders of packs and what the capabilities declare (`declaredBy(capabilities)`). */
export interface PackInput extends Declared {
  /** Folders, each with a `pack.yaml`. */
  packs: readonly string[];
}

export interface CheckedPacks {
  files: PackFile[];
  faults: Fault[];
  /** Who uses what, as the checks resolved it. */
  references: PackReference[];
}

export const limitsOf = (ctx: Pick<Ctx, 'settings'>): PackLimits => ({
  fileBytes: ctx.settings.pack_file_limit_bytes,
  files: ctx.settings.pack_file_limit,
});

/**
 * Reads and parses the packs at `dirs`; no reference is followed.
 * @returns files that parsed, and all faults of reading, syntax and schema
 */
export function readPacks(
  dirs: readonly string[],
  declared: Declared,
  limits: PackLimits,
): { files: PackFile[]; sources: PackSource[]; faults: Fault[] } {
  const { sources, faults } = readSources(dirs, declared, limits);
  const parsed = parseAll(sources, registryOf(declared));
  return { files: parsed.files, sources, faults: [...faults, ...parsed.faults] };
}

export function parseAll(
  sources: readonly PackSource[],
  registry: readonly RegisteredKind[],
): { files: PackFile[]; faults: Fault[] } {
  const files: PackFile[] = [];
  const faults: Fault[] = [];
  for (const source of sources) {
    const known = registry.find(({ kind }) => kind.name === source.kind);
    if (known === undefined) continue;
    const result = parseSource(source, known.kind, known.schema);
    if (result.file) files.push(result.file);
    faults.push(...result.faults);
  }
  return { files, faults };
}

/**
 * Checks folders of packs, with their references, against each other and `beside` (what else is
 * applied).
 * @returns all faults: reading, syntax, schema, references, and what each kind and section checks
 */
export async function checkPacks(
  ctx: Ctx,
  input: PackInput,
  beside: readonly PackSource[] = [],
): Promise<CheckedPacks> {
  const { sources, faults } = readSources(input.packs, input, limitsOf(ctx));
  const checked = await checkSources(ctx, [...sources, ...beside], input);
  return { ...checked, faults: inPlace([...faults, ...checked.faults]) };
}

/** Checks sources wherever they come from. */
export async function checkSources(
  ctx: Ctx,
  sources: readonly PackSource[],
  declared: Declared,
): Promise<CheckedPacks> {
  const registry = registryOf(declared);
  const { files, faults } = parseAll(sources, registry);
  const index = indexOf(files);
  for (const { kind, sections } of registry) {
    for (const file of index.all(kind.name)) {
      const parts = [kind, ...sections.filter((section) => hasSection(file, section))];
      const checks = parts.map((part) => part.check?.(file, index, ctx) ?? []);
      const found = (await Promise.all(checks)).flat();
      faults.push(...found.map((fault) => ({ ...fault, file: fault.file ?? placeOf(file) })));
    }
  }
  return { files, faults: inPlace(faults), references: index.references() };
}

/** By file, then line: as one reads them. */
const inPlace = (faults: Fault[]): Fault[] =>
  faults.toSorted(
    (a, b) => (a.file ?? '').localeCompare(b.file ?? '') || (a.line ?? 0) - (b.line ?? 0),
  );
