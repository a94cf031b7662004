/** What opens answers finds a secret in every form, and says so where it cannot look. */
import { describe, expect, test } from 'vitest';
import { canariesIn } from './find.ts';
import { brotli, forms } from './forms.ts';

const token = 'cnry-07-11-2-0a1b2c3d';
const decimal = '7107112.0377';
const known = new Set([token, decimal, '1107-03-09']);

const foundIn = (body: Buffer, encoding = ''): Promise<string[]> =>
  canariesIn(body, (one) => known.has(one), { encoding });

describe('refused', () => {
  test.each([
    ['bytes nobody knows', Buffer.from(Array.from({ length: 80 }, (_, at) => (at * 37) % 256))],
    ['a ZIP without its directory', Buffer.from('PK\x03\x04 and no more')],
    ['a PDF in glyphs', Buffer.from('%PDF-1.4 /Encoding /Identity-H')],
  ])('%s', async (_name, body) => {
    await expect(foundIn(body)).rejects.toThrow(/body/);
  });

  test('what is packed without end', async () => {
    let text = 'x'.repeat(16);
    for (let depth = 0; depth < 12; depth += 1) text = Buffer.from(text).toString('base64');
    await expect(foundIn(Buffer.from(text))).rejects.toThrow(/too deep/);
  });
});

test('nothing is found where nothing is', async () => {
  for (const form of Object.values(forms)) {
    expect(await foundIn(await form('cnry-07-11-2-ffffffff'))).toEqual([]);
  }
});

test.each(Object.entries(forms))('a secret in %s is found', async (_name, form) => {
  expect(await foundIn(await form(token))).toEqual([token]);
});

test('a secret in brotli is found', async () => {
  expect(await foundIn(brotli(token), 'br')).toEqual([token]);
});

test.each(['1107-03-09', '1107/3/9', '11070309', '1107年3月9日', '1107-03-09T12:00:00Z'])(
  'a date is found as %s',
  async (date) => {
    expect(await foundIn(Buffer.from(`born ${date}, here`))).toEqual(['1107-03-09']);
  },
);

test.each([decimal, `${decimal}00`])('a number is found as %s', async (number) => {
  expect(await foundIn(Buffer.from(`{"a":${number}}`))).toEqual([decimal]);
});
