import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoderOf, Pieces, type Text } from './decoding.ts';
import type { Encoding } from './encoding.ts';
import { toUtf8 } from './transcode.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guantong-transcode-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const written = async (bytes: Buffer): Promise<string> => {
  const path = join(folder, 'text.csv');
  await writeFile(path, bytes);
  return path;
};

interface Case {
  encoding: Encoding;
  /** As iconv-lite calls it, which knows nothing of our decoder. */
  name: string;
  bom: number[];
  both: boolean;
}

const cases: Case[] = [
  { encoding: 'gb18030', name: 'gb18030', bom: [], both: true },
  { encoding: 'utf-16le', name: 'utf16-le', bom: [0xff, 0xfe], both: false },
  { encoding: 'utf-16be', name: 'utf16-be', bom: [0xfe, 0xff], both: false },
  { encoding: 'latin-1', name: 'windows-1252', bom: [], both: false },
];

const encoded = (text: string, { name, bom }: Case): Buffer =>
  Buffer.concat([Buffer.from(bom), iconv.encode(text, name, { addBOM: false })]);

const textOf = (path: string, { encoding, bom, both }: Case): Text => ({
  path,
  encoding,
  bom: bom.length,
  both,
});

/** 上 and 海 have the bytes of a line end in UTF-16 in their neighbourhood; 𠀀 takes four bytes. */
const chinese = fc.constantFrom(
  'a',
  ',',
  '"',
  '\r',
  '\n',
  '\r\n',
  '上',
  '海',
  '\u0a00',
  '𠀀',
  '，',
);
const european = fc.constantFrom('a', ',', 'é', 'ü', '\n', '\r\n', '€');

describe.each(cases)('$encoding', (one) => {
  const letters = one.encoding === 'latin-1' ? european : chinese;

  test('pieces of any size are the text', async () => {
    const property = fc.asyncProperty(
      fc.array(letters, { maxLength: 60 }).map((parts) => parts.join('')),
      fc.integer({ min: 1, max: 20 }),
      async (text, half) => {
        const bytes = encoded(text, one);
        const path = await written(bytes);
        const pieces = new Pieces(textOf(path, one), bytes.length);
        const parts: Buffer[] = [];
        for (let at = one.bom.length; at < bytes.length; at += 2 * half) {
          parts.push(pieces.decode(at, at + 2 * half)?.bytes ?? Buffer.from('too long'));
        }
        pieces.close();
        expect(Buffer.concat(parts).toString()).toBe(text);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  test('a large file by threads is what iconv says', { timeout: 300_000 }, async () => {
    const line = one.encoding === 'latin-1' ? 'é,ü;' : '浙江省,杭州市,萧山区,𠀀';
    const text = Array.from({ length: 900_000 }, (_, at) => `${at},${line}\n`).join('');
    const bytes = encoded(text, one);
    expect(bytes.length).toBeGreaterThan(2 ** 23);
    const path = await written(bytes);
    const to = join(folder, 'utf8.csv');
    expect(await toUtf8(textOf(path, one), to)).toBe(0);
    expect((await readFile(to)).equals(Buffer.from(text))).toBe(true);
  });
});

const gb = { encoding: 'gb18030', both: true } as const;
const lines = (count: number, text: string, at: Encoding | 'gbk'): Buffer =>
  iconv.encode(`${text}\n`.repeat(count), at);

test('lines of two encodings in a large file: each is read in its own, and counted', async () => {
  const parts = [lines(400_000, '浙江省杭州市', 'gbk'), lines(300_000, '萧山区', 'utf-8')];
  const path = await written(Buffer.concat([...parts, ...parts]));
  const to = join(folder, 'utf8.csv');
  expect(await toUtf8({ path, bom: 0, ...gb }, to)).toBe(600_000);
  const once = `${'浙江省杭州市\n'.repeat(400_000)}${'萧山区\n'.repeat(300_000)}`;
  expect(await readFile(to, 'utf8')).toBe(once.repeat(2));
});

test('bytes without meaning are marked where they stand, and cost no other line', async () => {
  const bad = Buffer.concat([Buffer.from('a,'), Buffer.from([0xff, 0x81]), Buffer.from('\nb\n')]);
  const { bytes } = decoderOf(gb)(bad, true);
  expect(bytes.toString()).toMatch(/^a,\uFFFD+\nb\n$/);
});

test('a line longer than a piece can hold is decoded all the same', {
  timeout: 300_000,
}, async () => {
  const text = `${'浙'.repeat(18_000_000)}\nb\n`;
  const path = await written(iconv.encode(text, 'gbk'));
  const to = join(folder, 'utf8.csv');
  await toUtf8({ path, bom: 0, ...gb }, to);
  expect((await readFile(to)).equals(Buffer.from(text))).toBe(true);
});

test('given up, it ends with the reason', async () => {
  const path = await written(lines(2_000_000, '浙江省杭州市', 'gbk'));
  const reason = new Error('given up');
  const signal = AbortSignal.abort(reason);
  await expect(toUtf8({ path, bom: 0, ...gb }, join(folder, 'x'), signal)).rejects.toBe(reason);
});
