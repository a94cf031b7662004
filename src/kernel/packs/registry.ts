/**
 * What all capabilities together declare: kinds in the order they are applied, schemas with their
 * sections.
 */
import { ZodObject, type ZodType } from 'zod';
import type { Capability } from '#kernel/capability';
import { packErrors } from './errors.ts';
import type { PackFile, PackKind, PackSection } from './kind.ts';
import { manifestKindDeclared } from './manifest.ts';
import type { Declared } from './source.ts';

export interface RegisteredKind {
  kind: PackKind;
  /** The kind's schema with every section merged. */
  schema: ZodType;
  sections: PackSection[];
}

/** Kinds and sections of all capabilities, in flow order. */
export const declaredBy = (capabilities: readonly Capability[]): Declared => ({
  kinds: capabilities.flatMap((capability) => capability.kinds ?? []),
  sections: capabilities.flatMap((capability) => capability.sections ?? []),
});

/**
 * Merges sections into schemas and puts kinds in the order in which they are applied.
 * @throws packs.kind_circle; Error when two kinds share a name or a section names no kind (a fault
 * of ours)
 */
export function registryOf(declared: Declared): RegisteredKind[] {
  const kinds = [manifestKindDeclared, ...declared.kinds];
  const names = kinds.map((kind) => kind.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`two capabilities declare the kind "${twice}"`);
  const lost = declared.sections.find((section) => !names.includes(section.kind));
  if (lost) throw new Error(`the section "${lost.key}" is for no kind: "${lost.kind}"`);
  return inOrder(kinds).map((kind) => {
    const sections = declared.sections.filter((section) => section.kind === kind.name);
    return { kind, sections, schema: merged(kind, sections) };
  });
}

/** Whether a file has a section. */
export const hasSection = (file: PackFile, { key }: PackSection): boolean =>
  typeof file.data === 'object' && file.data !== null && Reflect.get(file.data, key) !== undefined;

function merged(kind: PackKind, sections: PackSection[]): ZodType {
  if (sections.length === 0) return kind.schema;
  if (!(kind.schema instanceof ZodObject)) {
    throw new Error(`the kind "${kind.name}" takes no sections: its schema is no object`);
  }
  const shape = Object.fromEntries(
    sections.map((section) => [section.key, section.schema.optional()]),
  );
  return kind.schema.safeExtend(shape);
}

/** Declared order, except that a kind waits for those it names in `after`. */
function inOrder(kinds: readonly PackKind[]): PackKind[] {
  const done: PackKind[] = [];
  let left = [...kinds];
  while (left.length > 0) {
    const waits = new Set(left.map((kind) => kind.name));
    const next = left.find((kind) => !(kind.after ?? []).some((name) => waits.has(name)));
    if (next === undefined) throw packErrors.make('kind_circle', { kinds: [...waits].join(', ') });
    done.push(next);
    left = left.filter((kind) => kind !== next);
  }
  return done;
}
