/**
 * One file of a pack on its own: what people make in a page is checked beside what is applied,
 * without reading every pack again.
 */
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import { parseAll } from './check.ts';
import { parseSource } from './parse.ts';
import { indexOf } from './references.ts';
import { hasSection, registryOf } from './registry.ts';
import { type Declared, type PackSource, placeOf } from './source.ts';
import { appliedSources } from './store.ts';

let current: Declared = { kinds: [], sections: [] };

/** Told once by the process what its capabilities declare: a page's file is checked by it. */
export function setDeclared(declared: Declared): void {
  current = declared;
}

/** What the capabilities of this process declare. */
export const declaredNow = (): Declared => current;

/** Every fault of one file, beside everything that is applied. Nothing is written. */
export async function checkFile(ctx: Ctx, source: PackSource): Promise<Fault[]> {
  const registry = registryOf(current);
  const known = registry.find(({ kind }) => kind.name === source.kind);
  if (known === undefined) throw new Error(`no kind "${source.kind}"`);
  const parsed = parseSource(source, known.kind, known.schema);
  const { file } = parsed;
  if (file === undefined) return parsed.faults;
  const same = (one: PackSource): boolean =>
    one.pack === source.pack && one.kind === source.kind && one.name === source.name;
  const others = (await appliedSources(ctx)).filter((one) => !same(one));
  const index = indexOf([...parseAll(others, registry).files, file]);
  const parts = [known.kind, ...known.sections.filter((section) => hasSection(file, section))];
  const found = await Promise.all(parts.map((part) => part.check?.(file, index, ctx) ?? []));
  return found.flat().map((fault) => ({ ...fault, file: fault.file ?? placeOf(file) }));
}
