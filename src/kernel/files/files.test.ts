/** Files are whole or not there, on a real disk. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { replaceFile, writeAll } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'guantong-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a file is put in place whole or not at all, and nothing half-made stays beside it', async () => {
  const folder = join(root, 'kept', 'things');
  const path = join(folder, 'one.yaml');
  await replaceFile(path, 'title: One\n');
  await replaceFile(path, 'title: Two\n');
  expect(readFileSync(path, 'utf8')).toBe('title: Two\n');
  mkdirSync(join(folder, 'two.yaml', 'in the way'), { recursive: true });
  await expect(replaceFile(join(folder, 'two.yaml'), 'x')).rejects.toThrow();
  expect(readdirSync(folder).sort()).toEqual(['one.yaml', 'two.yaml']);
});

test('what a nearly full disk takes in parts is written whole, where it belongs', async () => {
  const taken: [bytes: string, at: number | null][] = [];
  const handle = {
    write: async (from: Uint8Array, start: number, length: number, at: number | null) => {
      const some = Math.min(3, length);
      taken.push([Buffer.from(from.subarray(start, start + some)).toString(), at]);
      return { bytesWritten: some };
    },
  } as unknown as FileHandle;
  await writeAll(handle, Buffer.from('12345678'), 10);
  await writeAll(handle, Buffer.from('ab'));
  expect(taken).toEqual([
    ['123', 10],
    ['456', 13],
    ['78', 16],
    ['ab', null],
  ]);
});
