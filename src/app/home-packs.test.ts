/** A pack that people changed in pages goes on following what is shipped. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withHomePacks } from './home-packs.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'home-packs-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const shipped = () => join(root, 'shipped', 'district');
const home = () => join(root, 'packs', 'district');
const write = (folder: string, files: Record<string, string>): void => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
};
const read = (path: string): string | null =>
  existsSync(join(home(), path)) ? readFileSync(join(home(), path), 'utf8') : null;
const follow = () => withHomePacks({ home: root }, [shipped(), join(root, 'shipped', 'other')]);

const first = { 'pack.yaml': 'title', 'datasets/a.yaml': 'a1', 'datasets/b.yaml': 'b1' };
const baseFile = () => join(root, 'packs', '.base', 'district.json');

/** As an import leaves it: the files as applied with one changed, and what they were before. */
function imported(changed: Record<string, string>): void {
  write(shipped(), first);
  write(home(), { ...first, ...changed });
  const digests = Object.entries(first).map(([path, content]) => [
    path,
    createHash('sha256').update(content).digest('hex'),
  ]);
  write(dirname(baseFile()), { 'district.json': JSON.stringify(Object.fromEntries(digests)) });
}

test('without a pack in the home the shipped ones count; a pack of the home alone is left alone', () => {
  write(shipped(), first);
  expect(follow()).toEqual({ folders: [shipped(), join(root, 'shipped', 'other')], conflicts: [] });
  write(join(root, 'packs', 'local'), { 'pack.yaml': 'mine' });
  expect(follow().folders.at(-1)).toBe(join(root, 'packs', 'local'));
  expect(existsSync(baseFile())).toBe(false);
});

test('a later version goes into what nobody changed: changed, new and withdrawn files', () => {
  imported({ 'datasets/a.yaml': 'a of people' });
  expect(follow().conflicts).toEqual([]);
  write(shipped(), { 'datasets/b.yaml': 'b2', 'datasets/c.yaml': 'c2' });
  expect(follow()).toEqual({
    folders: [join(root, 'shipped', 'other'), home()],
    conflicts: [],
  });
  expect([read('datasets/a.yaml'), read('datasets/b.yaml'), read('datasets/c.yaml')]).toEqual([
    'a of people',
    'b2',
    'c2',
  ]);
  rmSync(join(shipped(), 'datasets/b.yaml'));
  follow();
  expect(read('datasets/b.yaml')).toBeNull();
  write(shipped(), { 'datasets/c.yaml': 'c3' });
  follow();
  expect(read('datasets/c.yaml')).toBe('c3');
});

test('what both changed stays as people have it and is told until it is settled', () => {
  imported({ 'datasets/a.yaml': 'a of people' });
  write(shipped(), { 'datasets/a.yaml': 'a2' });
  const conflict = { pack: 'district', file: 'datasets/a.yaml' };
  expect([follow().conflicts, follow().conflicts]).toEqual([[conflict], [conflict]]);
  expect(read('datasets/a.yaml')).toBe('a of people');
  write(home(), { 'datasets/a.yaml': 'a2' });
  expect(follow().conflicts).toEqual([]);
});

test('a home without a record of what was shipped loses nothing and says where it differs', () => {
  imported({ 'datasets/a.yaml': 'a of people' });
  rmSync(baseFile());
  expect(follow().conflicts).toEqual([{ pack: 'district', file: 'datasets/a.yaml' }]);
  write(shipped(), { 'datasets/b.yaml': 'b2' });
  follow();
  expect([read('datasets/a.yaml'), read('datasets/b.yaml')]).toEqual(['a of people', 'b2']);
});
