/** Plans and applies packs: one transaction, only what changed, every version kept. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { forgetActors, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { afterCommit, tx } from '#kernel/db';
import type { Fault } from '#kernel/errors';
import { publish } from '#kernel/events';
import { checkSources, limitsOf, type PackInput, parseAll } from './check.ts';
import { packErrors } from './errors.ts';
import type { PackFile } from './kind.ts';
import { manifestSchema } from './manifest.ts';
import { parseSource } from './parse.ts';
import { readSources } from './read.ts';
import type { PackReference } from './references.ts';
import { hasSection, type RegisteredKind, registryOf } from './registry.ts';
import { type Declared, digestOf, manifestKind, type PackSource, siblingOf } from './source.ts';
import {
  appliedSources,
  currentVersions,
  lockPacks,
  sourcesOf,
  writeReferences,
  writeVersion,
} from './store.ts';

/** Permission to change what the platform runs. */
export const applyPermission = 'packs.apply';

export interface PackChange {
  change: 'add' | 'change' | 'remove';
  pack: string;
  kind: string;
  name: string;
  file: string;
}

export interface PackPlan {
  changes: PackChange[];
  /** Empty when it can be applied. */
  faults: Fault[];
}

export interface AppliedPacks {
  /** Packs that changed, with their new version. */
  packs: { pack: string; version: number }[];
  changes: PackChange[];
}

export interface ApplyInput extends PackInput {
  /** Names of applied packs to take away. */
  withdraw?: readonly string[];
  /** Applies files again that did not change, after an upgrade of the platform. */
  again?: boolean;
}

/** What the packs would be, beside what they are. */
interface Target {
  before: PackSource[];
  after: PackSource[];
  files: PackFile[];
  faults: Fault[];
  references: PackReference[];
}

/** What applying would change, and every fault that stands against it. Writes nothing. */
export async function planPacks(ctx: Ctx, input: ApplyInput): Promise<PackPlan> {
  requirePermission(ctx, applyPermission);
  const target = await targetOf(ctx, input);
  return { changes: changesOf(target, input.again ?? false), faults: target.faults };
}

/**
 * Applies folders of packs. Packs not named stay as they are; files gone from a named folder are
 * taken back. Applying the same again changes nothing and makes no version.
 * @throws packs.refused with all faults; nothing is written then
 */
export async function applyPacks(ctx: Ctx, input: ApplyInput): Promise<AppliedPacks> {
  requirePermission(ctx, applyPermission);
  return tx(ctx, async (inside) => {
    await lockPacks(inside);
    const target = await targetOf(inside, input);
    return carryOut(inside, input, target, { again: input.again ?? false, restores: null });
  });
}

/**
 * Puts one file of an applied pack in place of what it was: what people edit in a page becomes the
 * pack's next version, and is exported with it.
 * @throws packs.not_applied when there is no such file, packs.refused with all faults
 */
export async function applyFile(
  ctx: Ctx,
  input: Declared & Pick<PackSource, 'pack' | 'kind' | 'name' | 'content'>,
): Promise<AppliedPacks> {
  requirePermission(ctx, applyPermission);
  return tx(ctx, async (inside) => {
    await lockPacks(inside);
    const before = await appliedSources(inside);
    const key = keyOf(input);
    if (!before.some((source) => keyOf(source) === key)) {
      const { pack, kind, name } = input;
      throw packErrors.make('not_applied', { pack, kind, name });
    }
    const after = before.map((source) =>
      keyOf(source) === key ? { ...source, content: input.content } : source,
    );
    const checked = await checkSources(inside, after, input);
    const target = { before, after, ...checked };
    return carryOut(inside, input, target, { again: false, restores: null });
  });
}

/**
 * Goes back to an earlier version of a pack; it becomes a new version with the same files.
 * @throws packs.no_version, packs.refused
 */
export async function revertPack(
  ctx: Ctx,
  input: Declared & { pack: string; version: number },
): Promise<AppliedPacks> {
  requirePermission(ctx, applyPermission);
  return tx(ctx, async (inside) => {
    await lockPacks(inside);
    const before = await appliedSources(inside);
    const restored = await sourcesOf(inside, input.pack, input.version);
    const after = [...before.filter((source) => source.pack !== input.pack), ...restored];
    const checked = await checkSources(inside, after, input);
    const target = { before, after, ...checked };
    return carryOut(inside, input, target, { again: false, restores: input.version });
  });
}

/**
 * The files of a pack as they were applied, byte for byte.
 * @returns paths below the pack's folder with their contents
 * @throws packs.no_version
 */
export async function exportPack(
  ctx: Ctx,
  input: { pack: string; version?: number },
): Promise<{ path: string; content: string }[]> {
  const current = (await currentVersions(ctx)).get(input.pack)?.version ?? 0;
  const sources = await sourcesOf(ctx, input.pack, input.version ?? current);
  return sources.flatMap(({ file, content, sql }) => [
    { path: file, content },
    ...(sql === undefined ? [] : [{ path: siblingOf(file), content: sql }]),
  ]);
}

/** Writes exported files below `dir`. */
export function writePack(files: readonly { path: string; content: string }[], dir: string): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

async function targetOf(ctx: Ctx, input: ApplyInput): Promise<Target> {
  const before = await appliedSources(ctx);
  const read = readSources(input.packs, input, limitsOf(ctx));
  const given = new Set([...read.sources.map((source) => source.pack), ...(input.withdraw ?? [])]);
  const after = [...before.filter((source) => !given.has(source.pack)), ...read.sources];
  const checked = await checkSources(ctx, after, input);
  return { before, after, ...checked, faults: [...read.faults, ...checked.faults] };
}

const keyOf = ({ pack, kind, name }: Pick<PackSource, 'pack' | 'kind' | 'name'>): string =>
  `${pack}/${kind}/${name}`;

function changesOf(target: Pick<Target, 'before' | 'after'>, again: boolean): PackChange[] {
  const before = new Map(target.before.map((source) => [keyOf(source), source]));
  const after = new Set(target.after.map(keyOf));
  const changes: PackChange[] = [];
  const note = (change: PackChange['change'], { pack, kind, name, file }: PackSource): void => {
    changes.push({ change, pack, kind, name, file });
  };
  for (const source of target.before) if (!after.has(keyOf(source))) note('remove', source);
  for (const source of target.after) {
    const old = before.get(keyOf(source));
    if (old === undefined) note('add', source);
    else if (again || digestOf(old) !== digestOf(source)) note('change', source);
  }
  return changes;
}

async function carryOut(
  ctx: Ctx,
  declared: Declared,
  target: Target,
  how: { again: boolean; restores: number | null },
): Promise<AppliedPacks> {
  const { faults } = target;
  if (faults.length > 0) throw packErrors.make('refused', { count: faults.length }, faults);
  const changes = changesOf(target, how.again);
  if (changes.length === 0) return { packs: [], changes };
  const registry = registryOf(declared);
  await removeGone(ctx, registry, changes, target);
  await applyChanged(ctx, registry, changes, inNeedOrder(target));
  const packs = await keepVersions(ctx, target.after, changes, how.restores);
  await writeReferences(ctx, target.references);
  for (const { pack, version } of packs) {
    const count = changes.filter((change) => change.pack === pack).length;
    await ctx.audit.record(ctx, {
      action: 'packs.applied',
      subject: `${pack}@${version}`,
      detail: { changes: count, ...(how.restores === null ? {} : { restores: how.restores }) },
    });
  }
  // Packs bring roles and people: sessions see theirs with the next request.
  afterCommit(ctx, forgetActors);
  await publish(ctx, 'packs.applied', { packs });
  return { packs, changes };
}

/** Users go before what they used, sections before the file they stood in. */
async function removeGone(
  ctx: Ctx,
  registry: readonly RegisteredKind[],
  changes: readonly PackChange[],
  target: Target,
): Promise<void> {
  const touched = new Set(changes.map(keyOf));
  const old = parseAll(
    target.before.filter((source) => touched.has(keyOf(source))),
    registry,
  ).files;
  const now = new Map(target.files.map((file) => [keyOf(file), file]));
  for (const { kind, sections } of registry.toReversed()) {
    for (const file of old.filter((one) => one.kind === kind.name)) {
      const after = now.get(keyOf(file));
      const { pack, name } = file;
      for (const section of sections.toReversed()) {
        const stays = after !== undefined && hasSection(after, section);
        if (hasSection(file, section) && !stays) await section.remove?.(ctx, { pack, name });
      }
      if (after === undefined) await kind.remove?.(ctx, { pack, name });
    }
  }
}

async function applyChanged(
  ctx: Ctx,
  registry: readonly RegisteredKind[],
  changes: readonly PackChange[],
  files: readonly PackFile[],
): Promise<void> {
  const changed = new Set(changes.filter((one) => one.change !== 'remove').map(keyOf));
  for (const { kind, sections } of registry) {
    for (const file of files) {
      if (file.kind !== kind.name || !changed.has(keyOf(file))) continue;
      const parts = [kind, ...sections.filter((section) => hasSection(file, section))];
      for (const part of parts) await part.apply?.(ctx, file);
    }
  }
}

/** Files of a pack after those of the packs it needs. */
function inNeedOrder({ files }: Target): PackFile[] {
  const needs = new Map<string, string[]>();
  for (const file of files) {
    if (file.kind === manifestKind) needs.set(file.pack, manifestSchema.parse(file.data).needs);
  }
  const order: string[] = [];
  const visit = (pack: string, on: Set<string>): void => {
    if (order.includes(pack) || on.has(pack)) return;
    for (const need of needs.get(pack) ?? []) visit(need, new Set([...on, pack]));
    order.push(pack);
  };
  for (const pack of needs.keys()) visit(pack, new Set());
  const rank = new Map(order.map((pack, at) => [pack, at]));
  return files.toSorted((a, b) => (rank.get(a.pack) ?? 0) - (rank.get(b.pack) ?? 0));
}

async function keepVersions(
  ctx: Ctx,
  after: readonly PackSource[],
  changes: readonly PackChange[],
  restores: number | null,
): Promise<AppliedPacks['packs']> {
  const current = await currentVersions(ctx);
  const packs: AppliedPacks['packs'] = [];
  for (const pack of new Set(changes.map((change) => change.pack))) {
    const sources = after.filter((source) => source.pack === pack);
    const version = (current.get(pack)?.version ?? 0) + 1;
    await writeVersion(ctx, { pack, version, sources, restores, withdrawn: sources.length === 0 });
    packs.push({ pack, version });
  }
  return packs;
}

/** The applied files of one kind, parsed: for whoever shows what is declared. */
export async function appliedFiles(
  ctx: Pick<Ctx, 'db'>,
  declared: Declared,
  kind: string,
): Promise<PackFile[]> {
  const known = registryOf(declared).find((one) => one.kind.name === kind);
  if (known === undefined) return [];
  const sources = (await appliedSources(ctx)).filter((source) => source.kind === kind);
  return sources.flatMap((source) => parseSource(source, known.kind, known.schema).file ?? []);
}
