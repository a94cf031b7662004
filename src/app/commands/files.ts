/** Files a command looks at by themselves: named one by one, or whole folders of them. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ErrorShape, GuantongError } from '#kernel/errors';
import { existing } from './shared.ts';

/** Files as they are named; of a folder every file in it, by name. */
export async function filesOf(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const full = await existing(path);
    if (!(await stat(full)).isDirectory()) files.push(full);
    else {
      const found = await readdir(full, { withFileTypes: true });
      const names = found.flatMap((one) => (one.isFile() ? [join(full, one.name)] : []));
      files.push(...names.sort());
    }
  }
  return files;
}

/** The one file that was named, or nothing when several may be meant. */
export const onlyFile = (paths: readonly string[], files: readonly string[]): string | undefined =>
  paths.length === 1 && files[0] === resolve(paths[0] ?? '') ? files[0] : undefined;

export interface Told<Found> {
  file: string;
  found: Found | null;
  error: ErrorShape['error'] | null;
}

/** Looks at each; one that is refused does not stop the others, but the command ends with 1. */
export async function eachFile<Found>(
  files: readonly string[],
  look: (file: string) => Promise<Found>,
): Promise<Told<Found>[]> {
  const told: Told<Found>[] = [];
  for (const file of files) {
    try {
      told.push({ file, found: await look(file), error: null });
    } catch (error) {
      if (!(error instanceof GuantongError)) throw error;
      told.push({ file, found: null, error: error.toShape().error });
      process.exitCode = 1;
    }
  }
  return told;
}
