/**
 * The little the lake asks of a disk. A small seam, so that a full or failing disk can be tried.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { settleFile, settleFolder } from '#kernel/files';

export interface Disk {
  /** Makes the bytes of a file and its name in its folder survive a power cut. */
  settle(path: string): Promise<void>;
  /** Size and SHA-256 (hex). */
  measure(path: string): Promise<{ bytes: number; sha256: string }>;
  remove(path: string): Promise<void>;
}

export const realDisk: Disk = {
  settle: settleFile,
  measure: async (path) => {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      hash.update(chunk as Buffer);
    }
    return { bytes: (await stat(path)).size, sha256: hash.digest('hex') };
  },
  remove: (path) => rm(path, { force: true }),
};

/** What a disk says that knows no second names for a file. */
const namesOnce = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/**
 * Puts a scratch file where it stays, durable. It keeps its first name until its maker drops that:
 * a transaction that lost against another is run again, and must find it there.
 */
export async function adopt(disk: Disk, from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (!namesOnce.has(error.code ?? '')) throw error;
    await copyFile(from, to);
  });
  await disk.settle(to);
}

/** Folders of a lake. */
export interface Folders {
  root: string;
  /** Immutable files, one folder a dataset. */
  data: string;
  /** Scratch files of deliveries on their way. */
  stage: string;
  /** What the engine spills; empty when nothing runs. */
  spill: string;
}

export const foldersOf = (root: string): Folders => ({
  root,
  data: join(root, 'data'),
  stage: join(root, 'stage'),
  spill: join(root, 'spill'),
});

export async function makeFolders(folders: Folders): Promise<void> {
  await mkdir(folders.data, { recursive: true });
  await mkdir(folders.stage, { recursive: true });
  await mkdir(folders.spill, { recursive: true });
}

/**
 * A dataset's folder; a name that is not a plain word is spelled so that it cannot leave its
 * parent.
 */
export const datasetFolder = (folders: Folders, dataset: string): string =>
  join(folders.data, encodeURIComponent(dataset).replaceAll('.', '%2E'));

/**
 * A new file of a dataset. Its folder exists and is known to the disk before the file is written.
 */
export async function newFile(
  folders: Folders,
  dataset: string,
  version: number,
  kind: string,
): Promise<string> {
  const folder = datasetFolder(folders, dataset);
  if ((await mkdir(folder, { recursive: true })) !== undefined) await settleFolder(folders.data);
  const number = String(version).padStart(6, '0');
  const ending = kind === 'index' || kind === 'marks' ? '' : '.parquet';
  return join(folder, `${number}-${randomUUID().slice(0, 8)}.${kind}${ending}`);
}

let staged = 0;

/** A name nobody else uses: process, time and count. */
export function stagePath(parts: { folders: Folders }, name: string): string {
  staged += 1;
  const safe = basename(name).replace(/[^\w.%-]/gu, '_');
  return join(parts.folders.stage, `${process.pid}-${Date.now().toString(36)}-${staged}-${safe}`);
}

/** Files of a folder with when they were last written; none when there is no folder. */
export async function listFiles(
  folder: string,
): Promise<{ path: string; bytes: number; writtenAt: number }[]> {
  const names = await readdir(folder).catch(() => []);
  const files: { path: string; bytes: number; writtenAt: number }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) files.push({ path, bytes: found.size, writtenAt: found.mtimeMs });
  }
  return files;
}

export const listFolders = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
};
