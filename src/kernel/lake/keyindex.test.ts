/** The index of keys against a plain Map, at sizes around its seams. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Entries, lookUp, lookUpAll, writeIndex } from './keyindex.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guantong-keyindex-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const mix = (value: number): bigint =>
  BigInt.asUintN(64, (BigInt(value) + 1n) * 0x9e3779b97f4a7c15n * 0xbf58476d1ce4e5b9n);

const wordsOf = (values: bigint[]): Uint32Array => {
  const all = BigUint64Array.from(values);
  return new Uint32Array(all.buffer);
};

async function* entriesOf(keys: bigint[], size: number): AsyncIterable<Entries> {
  for (let at = 0; at < keys.length; at += size) {
    const piece = keys.slice(at, at + size);
    yield {
      keys: wordsOf(piece),
      rows: wordsOf(piece.map((key) => key ^ 0xffffn)),
      places: Uint32Array.from(piece, (_, i) => at + i),
    };
  }
}

const ordered = (keys: bigint[]): bigint[] => [...keys].sort((a, b) => (a < b ? -1 : 1));

async function indexOf(name: string, keys: bigint[]): Promise<string> {
  const path = join(folder, name);
  await writeIndex({ path, scratch: `${path}.scratch` }, keys.length, entriesOf(keys, 2048));
  return path;
}

test.each([0, 1, 127, 128, 129, 5000, 600_000])('finds all of %d keys and no other', async (n) => {
  const keys = Array.from({ length: n }, (_, i) => mix(i));
  const path = await indexOf(`n${n}`, keys);
  const places = new Map(keys.map((key, at) => [key, at]));
  const some = keys.filter((_, at) => at % Math.max(1, Math.floor(n / 3000)) === 0);
  const asked = ordered([...some, ...Array.from({ length: 500 }, (_, i) => mix(-2 - i))]);
  const hits = await lookUp(path, { keys: wordsOf(asked) });
  expect(hits.at.map((at) => asked[at])).toEqual(ordered(some));
  expect(hits.places).toEqual(hits.at.map((at) => places.get(asked[at] as bigint)));
  expect(hits.rows).toEqual(hits.at.map((at) => (asked[at] as bigint) ^ 0xffffn));
});

test('keys of one bucket only, the lowest and the highest hash', async () => {
  const top = 2n ** 64n - 1n;
  const keys = [0n, top, ...Array.from({ length: 3000 }, (_, i) => BigInt(i) + 5n)];
  const path = await indexOf('skewed', keys);
  const asked = [0n, 1n, 5n, 3004n, 3005n, top];
  const hits = await lookUp(path, { keys: wordsOf(asked) });
  expect(hits.at).toEqual([0, 2, 3, 5]);
});

test('a file that is no index is refused', async () => {
  const path = await indexOf('broken', [1n]);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(path, 'x'.repeat(200));
  await expect(lookUp(path, { keys: wordsOf([1n]) })).rejects.toThrow('not an index');
});

test('an index that was cut short is refused, never read as one without the keys', async () => {
  const keys = Array.from({ length: 5000 }, (_, i) => mix(i));
  const path = await indexOf('short', keys);
  const { truncate } = await import('node:fs/promises');
  for (const bytes of [20, 100, 5000]) {
    await truncate(path, bytes);
    const asked = lookUp(path, { keys: wordsOf(ordered(keys)) });
    await expect(asked).rejects.toThrow('ends too early');
    await indexOf('short', keys);
  }
});

test('a key that stands many times is found as often, its neighbours are not', async () => {
  const keys = Array.from({ length: 9000 }, (_, at) => mix(at % 30));
  const path = await indexOf('again', keys);
  const asked = ordered([mix(7), mix(11), mix(31)]);
  const hits = await lookUpAll(path, { keys: wordsOf(asked) });
  const found = hits.at.map((at, number) => [asked[at], hits.places[number]]);
  const stands = keys.flatMap((key, at) => (asked.includes(key) ? [[key, at]] : []));
  const sorted = (list: unknown[][]) => list.map(String).sort();
  expect(sorted(found)).toEqual(sorted(stands));
  expect(stands).toHaveLength(600);
});
