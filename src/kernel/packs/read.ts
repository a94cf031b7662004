/** Reads the folders of packs from disk: plain files only, inside the folder, within the limits. */
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Fault } from '#kernel/errors';
import { packErrors } from './errors.ts';
import type { PackKind } from './kind.ts';
import {
  type Declared,
  manifestKind,
  nameFault,
  type PackLimits,
  type PackSource,
} from './source.ts';

interface Reading extends Declared {
  pack: string;
  dir: string;
  limits: PackLimits;
  sources: PackSource[];
  faults: Fault[];
}

/**
 * Reads every file of the packs at `dirs`.
 * @returns the sources and all faults of reading: links, sizes, encodings, unknown folders and
 * names
 */
export function readSources(
  dirs: readonly string[],
  declared: Declared,
  limits: PackLimits,
): { sources: PackSource[]; faults: Fault[] } {
  const sources: PackSource[] = [];
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const given of dirs) {
    const dir = resolve(given);
    const pack = basename(dir);
    if (seen.has(pack)) faults.push(packErrors.fault('twice', { file: pack }, { pack }));
    else readPack({ ...declared, pack, dir, limits, sources, faults });
    seen.add(pack);
  }
  return { sources, faults };
}

function readPack(at: Reading): void {
  if (!isFile(join(at.dir, 'pack.yaml'))) {
    at.faults.push(packErrors.fault('no_folder', { file: at.pack }, { dir: at.pack }));
    return;
  }
  const bad = nameFault(at.pack, at.pack);
  if (bad) at.faults.push(bad);
  const manifest = readText(at, 'pack.yaml');
  if (manifest !== undefined) {
    const { pack } = at;
    at.sources.push({
      pack,
      kind: manifestKind,
      name: 'pack',
      file: 'pack.yaml',
      content: manifest,
    });
  }
  for (const entry of entriesOf(at.dir)) if (entry.name !== 'pack.yaml') readTop(at, entry);
  if (at.sources.length > at.limits.files) {
    at.faults.push(packErrors.fault('too_many', { file: at.pack }, { limit: at.limits.files }));
  }
}

/**
 * Beside the kinds' folders a pack may hold notes (README, licence) as plain files; they are not
 * applied.
 */
function readTop(at: Reading, entry: Dirent): void {
  if (entry.isFile()) return;
  const kind = at.kinds.find((one) => one.name === entry.name);
  if (!entry.isDirectory()) at.faults.push(linkFault(at, entry.name));
  else if (kind === undefined) at.faults.push(unknownKind(at, entry.name));
  else readKind(at, kind);
}

const unknownKind = (at: Reading, kind: string): Fault =>
  packErrors.fault(
    'unknown_kind',
    { file: `${at.pack}/${kind}` },
    { kind, kinds: at.kinds.map((one) => one.name).join(', ') },
  );

const linkFault = (at: Reading, file: string): Fault =>
  packErrors.fault('link', { file: `${at.pack}/${file}` }, { file });

function readKind(at: Reading, kind: PackKind): void {
  const names = new Set<string>();
  for (const entry of entriesOf(join(at.dir, kind.name))) {
    const file = `${kind.name}/${entry.name}`;
    if (entry.isDirectory()) {
      at.faults.push(packErrors.fault('nested', { file: `${at.pack}/${file}` }, { file }));
    } else if (!entry.isFile()) at.faults.push(linkFault(at, file));
    else if (entry.name !== 'README.md') readOne(at, kind, entry.name, names);
  }
}

function readOne(at: Reading, kind: PackKind, fileName: string, names: Set<string>): void {
  const file = `${kind.name}/${fileName}`;
  const place = `${at.pack}/${file}`;
  const stem = fileName.replace(/\.[^.]*$/, '');
  if (kind.format === 'yaml' && fileName.endsWith('.sql')) {
    if (!isFile(join(at.dir, kind.name, `${stem}.yaml`))) {
      at.faults.push(packErrors.fault('sql_alone', { file: place }, { file }));
    }
    return;
  }
  const extension = extensionOf(kind);
  if (fileName !== `${stem}.${extension}`) {
    const params = { kind: kind.name, extension: `.${extension}`, file: fileName };
    at.faults.push(packErrors.fault('unknown_file', { file: place }, params));
    return;
  }
  const bad = nameFault(stem, place);
  if (bad) at.faults.push(bad);
  const content = readText(at, file);
  if (content === undefined || names.has(stem)) return;
  names.add(stem);
  const sql = kind.format === 'yaml' ? readSibling(at, `${kind.name}/${stem}.sql`) : undefined;
  const source = { pack: at.pack, kind: kind.name, name: stem, file, content };
  at.sources.push(sql === undefined ? source : { ...source, sql });
}

/** Extension of a kind's files, without the dot. */
export const extensionOf = (kind: PackKind): string =>
  kind.format === 'text' ? (kind.extension ?? 'txt') : kind.format;

const readSibling = (at: Reading, file: string): string | undefined =>
  isFile(join(at.dir, file)) ? readText(at, file) : undefined;

function readText(at: Reading, file: string): string | undefined {
  const place = { file: `${at.pack}/${file}` };
  const path = join(at.dir, file);
  // Opened once and never through a link: what was measured is what is read.
  const handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(handle);
    const limit = at.limits.fileBytes;
    if (size <= limit) return textOf(at, place, readFileSync(handle));
    at.faults.push(packErrors.fault('too_large', place, { size, limit }));
    return undefined;
  } finally {
    closeSync(handle);
  }
}

function textOf(at: Reading, place: { file: string }, bytes: Uint8Array): string | undefined {
  const text = decode(bytes);
  if (text === undefined) at.faults.push(packErrors.fault('not_text', place));
  return text;
}

/**
 * PostgreSQL keeps no NUL in text, and an export must give the very bytes back: neither is bent
 * here.
 */
function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** A link is no file here, wherever it leads. */
function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** In the order of names, whatever the file system says; hidden files are the editor's own. */
const entriesOf = (dir: string): Dirent[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
