/** Where files of returned rows stay, below the home. */
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Ctx } from '#kernel/context';
import { settleFile } from '#kernel/files';

type Home = Pick<Ctx, 'settings'>;

/** Folder of returned rows below the home. */
export const returnedFolder = (ctx: Home): string => resolve(ctx.settings.home, 'returned');

export const returnedPath = (ctx: Home, name: string): string => join(returnedFolder(ctx), name);

/** Puts a scratch file where it stays, durable before any transaction names it. */
export async function keepFile(ctx: Home, scratch: string, name: string): Promise<void> {
  const path = returnedPath(ctx, name);
  await mkdir(returnedFolder(ctx), { recursive: true });
  // The lake may be on a disk of its own: then the file is copied to that of the home.
  const isMoved = await rename(scratch, path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EXDEV') return false;
      throw error;
    },
  );
  if (!isMoved) await copyFile(scratch, path);
  await settleFile(path);
}

/** Removes files that no transaction came to name. */
export async function dropFiles(ctx: Home, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => rm(returnedPath(ctx, name), { force: true })));
}
