/** What a capability tells the kernel about the files it owns in packs. */
import type { ZodType } from 'zod';
import type { Ctx } from '#kernel/context';
import type { Bilingual, Fault } from '#kernel/errors';

/**
 * One file of a pack, parsed. SQL kinds: YAML of the leading comment is `data`, the rest is `sql`.
 */
export interface PackFile<T = unknown> {
  pack: string;
  kind: string;
  /** Stem of the file name; nothing says it twice. */
  name: string;
  /** Path relative to the pack's folder, for faults. */
  file: string;
  data: T;
  /** The SQL of the file or of its `.sql` sibling. */
  sql?: string;
  /** 1-based line where `sql` begins in its file, so that faults point right. */
  sqlLine?: number;
  /** Rows of a CSV file (kinds with `format: 'csv'`). */
  rows?: Record<string, string>[];
  /** Raw bytes of other formats (GeoJSON, text). */
  text?: string;
  /** Line of a path in the YAML, for faults: `lineOf(['items', 'owner_name'])`. */
  lineOf: (path: (string | number)[]) => number | undefined;
  /** SHA-256 of the file (and of its sibling): unchanged files are not applied again. */
  digest: string;
}

/** What a check may look at: every file of every pack being checked, by kind and name. */
export interface PackIndex {
  all(kind: string): PackFile[];
  /** Resolves `name`, `kind/name` or `pack/kind/name`, first in `from`'s own pack. */
  find(kind: string, reference: string, from: PackFile): PackFile | undefined;
}

export interface PackKind {
  /** Folder name, plural: `datasets`, `indicators`, `rules`, `cases`, `pages`. */
  name: string;
  title: Bilingual;
  /**
   * `yaml` with an optional `.sql` sibling, `sql` (YAML in the leading comment), `csv`, or any text
   * by extension.
   */
  format: 'yaml' | 'sql' | 'csv' | 'text';
  /** Extension of `text` kinds, without the dot. */
  extension?: string;
  /** Closed schema of `data`. Sections added by later capabilities are merged before parsing. */
  schema: ZodType;
  /** Kinds applied before this one. */
  after?: string[];
  /** Faults beyond the schema (references, SQL, graph). No database is needed. */
  check?: (file: PackFile, index: PackIndex, ctx: Ctx) => Promise<Fault[]>;
  /** Writes one changed file inside the apply transaction. Idempotent. */
  apply?: (ctx: Ctx, file: PackFile) => Promise<void>;
  /** Takes back one file that the packs no longer hold. */
  remove?: (ctx: Ctx, file: { pack: string; name: string }) => Promise<void>;
}

export interface PackSection {
  /** Kind it is added to. */
  kind: string;
  /** Key in the file. */
  key: string;
  schema: ZodType;
  /** Called for files that have the section. */
  check?: (file: PackFile, index: PackIndex, ctx: Ctx) => Promise<Fault[]>;
  /** Called for changed files that have the section, after the kind's own `apply`. */
  apply?: (ctx: Ctx, file: PackFile) => Promise<void>;
  /** Takes the section back when a file, or the section in it, is gone. */
  remove?: (ctx: Ctx, file: { pack: string; name: string }) => Promise<void>;
}
