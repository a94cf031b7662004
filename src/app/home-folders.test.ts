import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#kernel/log';
import { removeHome, temporaryFolder } from '#testing';
import { shutFolders } from './home-folders.ts';

let home: string;
const lines: string[] = [];
const log = createLog({ log_level: 'info' }, { write: (line) => void lines.push(line) });
const openTo = async (name: string): Promise<number> => (await stat(join(home, name))).mode & 0o077;

beforeAll(async () => {
  home = await temporaryFolder('home-folders');
  await mkdir(join(home, 'lake', 'data'), { recursive: true, mode: 0o755 });
  await writeFile(join(home, 'lake', 'data', 'a.parquet'), 'rows', { mode: 0o644 });
  await mkdir(join(home, 'pg'), { mode: 0o755 });
  await shutFolders(home, log);
});
afterAll(() => removeHome(home));

test('nobody else enters folders with data, those that were open before neither', async () => {
  for (const name of ['lake', 'files', 'returned', 'uploads', 'tmp', 'audit', 'keys']) {
    expect([name, await openTo(name)]).toEqual([name, 0]);
  }
  expect(await readFile(join(home, 'lake', 'data', 'a.parquet'), 'utf8')).toBe('rows');
  expect(lines).toEqual([]);
});

test('the database of another user, and what is handed in from outside, stay as they are', async () => {
  expect(await openTo('pg')).toBe(0o055);
  await expect(stat(join(home, 'inbox'))).rejects.toMatchObject({ code: 'ENOENT' });
});
