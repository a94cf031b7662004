/** A file of a pack in the home, put there for good. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Puts a text in place of what a file was, at once and durable: a reader sees the old or the new,
 * whole, whenever the machine stops; the name survives a power cut too. What fails leaves nothing.
 */
export async function keepPackFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const next = `${path}.${randomUUID()}`;
  try {
    const file = await open(next, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
  const named = await open(folder);
  try {
    await named.sync();
  } finally {
    await named.close();
  }
}
