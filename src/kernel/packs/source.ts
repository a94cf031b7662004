/**
 * Where a pack's files come from: a folder on disk or the versions kept in the database. Both give
 * sources.
 */
import { createHash } from 'node:crypto';
import type { Fault } from '#kernel/errors';
import { packErrors } from './errors.ts';
import type { PackFile, PackKind, PackSection } from './kind.ts';

/** One file of a pack as it was written, not parsed yet. */
export interface PackSource {
  pack: string;
  kind: string;
  name: string;
  /** Path below the pack's folder. */
  file: string;
  content: string;
  /** Content of the `.sql` sibling of a YAML file. */
  sql?: string;
}

/** What the capabilities declare, and what bounds the reading. */
export interface Declared {
  kinds: readonly PackKind[];
  sections: readonly PackSection[];
}

/** Bounds on what is read, so that a pack from elsewhere can exhaust nothing. */
export interface PackLimits {
  /** Largest file, in bytes. */
  fileBytes: number;
  /** Most files in one pack. */
  files: number;
}

/** The kind of `pack.yaml` itself; no folder has this name. */
export const manifestKind = 'pack';

/** SHA-256 of a file and its sibling, as 64 hex digits. */
export const digestOf = (source: Pick<PackSource, 'content' | 'sql'>): string => {
  const hash = createHash('sha256').update(source.content);
  if (source.sql !== undefined) hash.update('\0').update(source.sql);
  return hash.digest('hex');
};

/** Where the `.sql` sibling of a YAML file stands. */
export const siblingOf = (file: string): string => file.replace(/\.ya?ml$/, '.sql');

/** Faults name the file from the pack on: `district/datasets/components.yaml`. */
export const placeOf = (at: Pick<PackFile, 'pack' | 'file'>): string => `${at.pack}/${at.file}`;

const allowed = /^[a-z0-9][a-z0-9_-]*$/;

/** A name that is safe in paths, references and SQL. */
export const nameFault = (name: string, file: string): Fault | undefined =>
  allowed.test(name) ? undefined : packErrors.fault('bad_name', { file }, { name });
