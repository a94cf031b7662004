/** What is written to a disk is written whole, and stays: the one place that knows how. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * All of the bytes, from `at` on or behind what was written last: a disk that is nearly full takes a
 * part and says nothing.
 */
export async function writeAll(
  handle: FileHandle,
  bytes: Uint8Array,
  at: number | null = null,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const place = at === null ? null : at + done;
    done += (await handle.write(bytes, done, bytes.length - done, place)).bytesWritten;
  }
}

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the names in a folder survive a power cut. */
export const settleFolder = (path: string): Promise<void> => sync(path, 'r');

/** Makes the bytes of a file and its name in its folder survive a power cut. */
export async function settleFile(path: string): Promise<void> {
  await sync(path, 'r+');
  await settleFolder(dirname(path));
}

/**
 * Puts a text in place of what a file was, at once and durable: a reader sees the old or the new,
 * whole, whenever the machine stops; the name survives a power cut too. What fails leaves nothing.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const next = `${path}.${randomUUID()}`;
  try {
    const file = await open(next, 'wx');
    try {
      await writeAll(file, Buffer.from(text));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
  await settleFolder(dirname(path));
}
