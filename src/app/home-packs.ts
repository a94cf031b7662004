/**
 * Packs that people changed in pages stand in the home whole. What is shipped goes on: a later
 * version of such a pack goes into every file that nobody changed; a file that both changed stays
 * as people have it, and is told.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Settings } from '#kernel/config';

/** Digests by path of the shipped files that a home pack follows. */
type Base = Record<string, string>;

/** A file that people and the shipped pack both changed: people's stands. */
export interface PackConflict {
  pack: string;
  file: string;
}

const digestOf = (path: string): string | undefined =>
  existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : undefined;

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();

function baseOf(path: string): Base {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Base;
  } catch {
    return {};
  }
}

function putFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const next = `${to}.next`;
  cpSync(from, next);
  renameSync(next, to);
}

interface Followed {
  shipped: string;
  home: string;
  base: Base;
}

/** @returns what stands in the home now: its new base, or null where the two disagree */
function followFile({ shipped, home, base }: Followed, file: string): string | null {
  const [from, to] = [join(shipped, file), join(home, file)];
  const [theirs, ours] = [digestOf(from), digestOf(to)];
  if (theirs === ours || theirs === base[file]) return theirs ?? '';
  // Nobody changed it: a new file, a changed one, one that is not shipped any more.
  if (ours !== base[file]) return null;
  if (theirs === undefined) rmSync(to);
  else putFile(from, to);
  return theirs ?? '';
}

function followPack(pack: string, followed: Followed, basePath: string): PackConflict[] {
  const { shipped, base } = followed;
  const conflicts: PackConflict[] = [];
  const next: Base = {};
  for (const file of new Set([...filesIn(shipped), ...Object.keys(base)])) {
    const digest = followFile(followed, file);
    if (digest === null) conflicts.push({ pack, file });
    // The base of a file both changed stays: it is told again until people settle it.
    const kept = digest ?? base[file] ?? '';
    if (kept !== '') next[file] = kept;
  }
  if (JSON.stringify(next) !== JSON.stringify(base)) {
    mkdirSync(dirname(basePath), { recursive: true });
    writeFileSync(`${basePath}.next`, JSON.stringify(next));
    renameSync(`${basePath}.next`, basePath);
  }
  return conflicts;
}

/** Packs that people made or changed in pages: files in the home are the truth of them. */
function homePacks({ home }: Pick<Settings, 'home'>): string[] {
  const folder = resolve(home, 'packs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'pack.yaml')))
    .toSorted();
}

/**
 * The folders of all packs: the shipped ones, and instead of those people changed the home's,
 * brought up to what is shipped now.
 */
export function withHomePacks(
  settings: Pick<Settings, 'home'>,
  shipped: readonly string[],
): { folders: string[]; conflicts: PackConflict[] } {
  const homes = homePacks(settings);
  const conflicts = homes.flatMap((home) => {
    const pack = basename(home);
    const from = shipped.find((folder) => basename(folder) === pack);
    if (from === undefined || !existsSync(from)) return [];
    const basePath = join(dirname(home), '.base', `${pack}.json`);
    return followPack(pack, { shipped: from, home, base: baseOf(basePath) }, basePath);
  });
  const names = new Set(homes.map((folder) => basename(folder)));
  const others = shipped.filter((folder) => !names.has(basename(folder)));
  return { folders: [...others, ...homes], conflicts };
}
