/**
 * Files of the home are the truth of what people change in pages: a changed pack stands there
 * before it is applied, so that a start applies it again and an end half-way loses nothing
 * acknowledged.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Ctx } from '#kernel/context';
import { replaceFile } from '#kernel/files';

type Undo = () => Promise<void>;

async function keepWhole(from: string, to: string): Promise<Undo> {
  const next = join(dirname(to), `.${randomUUID()}`);
  await mkdir(dirname(to), { recursive: true });
  await cp(from, next, { recursive: true });
  await rename(next, to);
  return () => rm(to, { recursive: true, force: true });
}

async function keepFile(from: string, to: string): Promise<Undo> {
  const before = await readFile(to, 'utf8').catch(() => null);
  await replaceFile(to, await readFile(from, 'utf8'));
  return () => (before === null ? rm(to, { force: true }) : replaceFile(to, before));
}

/**
 * What the files of a pack were before people changed it, as digests by path: a later version of
 * the pack goes where they still are so, and leaves alone what people changed.
 */
async function keepBase(folder: string, pack: string, files: readonly Exported[]): Promise<Undo> {
  const path = join(folder, baseFolder, `${pack}.json`);
  const digests = files.map(({ path: file, content }) => [file, sha256(content)] as const);
  await replaceFile(path, JSON.stringify(Object.fromEntries(digests)));
  return () => rm(path, { force: true });
}

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

/** Beside the packs of the home; `packFolders` of the app reads it. */
const baseFolder = '.base';

interface Exported {
  path: string;
  content: string;
}

/**
 * Puts changed files of packs into the home, a pack that is not there yet as a whole.
 * @param folder where the packs stand as they shall be
 * @param stood the files of each pack as they were applied before
 * @returns what takes it back, for an apply that is refused
 */
export async function keepInHome(
  ctx: Pick<Ctx, 'settings'>,
  folder: string,
  changed: readonly { pack: string; path: string }[],
  stood: ReadonlyMap<string, readonly Exported[]>,
): Promise<Undo> {
  const undo: Undo[] = [];
  const packs = join(resolve(ctx.settings.home), 'packs');
  for (const pack of new Set(changed.map((one) => one.pack))) {
    const to = join(packs, pack);
    if (!existsSync(to)) {
      undo.push(await keepBase(packs, pack, stood.get(pack) ?? []));
      undo.push(await keepWhole(join(folder, pack), to));
      continue;
    }
    for (const { path } of changed.filter((one) => one.pack === pack)) {
      undo.push(await keepFile(join(folder, pack, path), join(to, path)));
    }
  }
  return async () => {
    for (const back of undo.toReversed()) await back();
  };
}
