/**
 * The reference index: resolves `name`, `kind/name` and `pack/kind/name`, and remembers who asked
 * for what.
 */
import type { PackFile, PackIndex } from './kind.ts';
import type { PackManifest } from './manifest.ts';
import { manifestKind } from './source.ts';

/** One use: a file of a pack refers to another. */
export interface PackReference {
  from: Pick<PackFile, 'pack' | 'kind' | 'name'>;
  to: Pick<PackFile, 'pack' | 'kind' | 'name'>;
}

export interface RecordingIndex extends PackIndex {
  /** Every reference resolved so far, each once. */
  references(): PackReference[];
}

const keyOf = ({ pack, kind, name }: PackReference['from']): string => `${pack}/${kind}/${name}`;

/**
 * An index over `files`. A bare name is looked for in the asker's pack, then in what it needs, then
 * anywhere.
 */
export function indexOf(files: readonly PackFile[]): RecordingIndex {
  const byKind = Map.groupBy(files, (file) => file.kind);
  const byKey = new Map(files.map((file) => [keyOf(file), file]));
  const found = new Map<string, PackReference>();
  const all = (kind: string): PackFile[] => byKind.get(kind) ?? [];
  const needsOf = (pack: string): string[] => {
    const manifest = byKey.get(keyOf({ pack, kind: manifestKind, name: 'pack' }));
    return manifest ? (manifest.data as PackManifest).needs : [];
  };
  const resolve = (kind: string, reference: string, pack: string): PackFile | undefined => {
    const parts = reference.split('/');
    const name = parts.at(-1) ?? '';
    const [asked, inPack] = [parts.at(-2) ?? kind, parts.at(-3)];
    if (asked !== kind || parts.length > 3) return undefined;
    if (inPack !== undefined) return byKey.get(keyOf({ pack: inPack, kind, name }));
    for (const near of [pack, ...needsOf(pack)]) {
      const file = byKey.get(keyOf({ pack: near, kind, name }));
      if (file) return file;
    }
    const others = all(kind).filter((file) => file.name === name);
    return others.length === 1 ? others[0] : undefined;
  };
  return {
    all,
    find: (kind, reference, from) => {
      const to = resolve(kind, reference, from.pack);
      if (to) found.set(`${keyOf(from)} ${keyOf(to)}`, { from, to });
      return to;
    },
    references: () => [...found.values()],
  };
}
