/** Which encoding the bytes of a file are in, and turning them into UTF-8. */
import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { ingestErrors } from '../../errors.ts';
import { LF } from './dialect.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'latin-1';

export interface Sniffed {
  encoding: Encoding;
  /** Bytes of the byte order mark. */
  bom: number;
}

const chunkBytes = 1 << 20;

const starts = (bytes: Buffer, ...signature: number[]): boolean =>
  signature.every((byte, at) => bytes[at] === byte);

/** UTF-16 without a mark: the zero bytes of commas, digits and newlines stand on one side only. */
function unmarkedUtf16(head: Buffer): Encoding | null {
  const sample = head.subarray(0, 4096);
  const zeros: [number, number] = [0, 0];
  for (let at = 0; at < sample.length; at += 1) {
    if (sample[at] === 0) zeros[(at % 2) as 0 | 1] += 1;
  }
  const enough = sample.length / 20;
  // Characters such as 一 (U+4E00) have a zero on the other side; they are few.
  if (zeros[1] > enough && zeros[0] * 5 < zeros[1]) return endsWide(sample, 0) ? 'utf-16le' : null;
  const isBig = zeros[0] > enough && zeros[1] * 5 < zeros[0];
  return isBig && endsWide(sample, 1) ? 'utf-16be' : null;
}

/** Line ends have their zero beside them too; NUL that separates cells stands elsewhere. */
function endsWide(sample: Buffer, at: 0 | 1): boolean {
  let wide = 0;
  let bare = 0;
  for (let i = 0; i < sample.length; i += 1) {
    if (sample[i] !== LF) continue;
    if (i % 2 === at && sample[at === 0 ? i + 1 : i - 1] === 0) wide += 1;
    else bare += 1;
  }
  return wide + bare === 0 || wide * 4 > bare;
}

/** Control characters that tables do have: tab, line ends, and the separators of old systems. */
const separators = new Set([0x01, 0x09, 0x0a, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f]);

/** So many NUL in a row fill up a block of something else than text. */
const fillMost = 16;

/**
 * Control characters no table has. NUL may separate or escape in lines of text: here and there,
 * with no other control character beside it.
 */
function controlled(head: Buffer): boolean {
  const sample = head.subarray(0, 65536);
  let controls = 0;
  let zeros = 0;
  let run = 0;
  let longest = 0;
  for (const byte of sample) {
    run = byte === 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
    if (byte === 0) zeros += 1;
    else if (byte < 0x20 && !separators.has(byte)) controls += 1;
  }
  if (zeros > 0 && (controls > 0 || longest > fillMost || zeros * 3 > sample.length)) {
    const firstLine = head.subarray(0, Math.max(head.indexOf(LF), 0));
    if (firstLine.includes(0)) return true;
  }
  return (controls + (longest > fillMost ? zeros : 0)) * 20 > sample.length;
}

/** What a line beyond ASCII is written in; null when its bytes have no meaning in any of them. */
type LineEncoding = 'ascii' | 'utf-8' | 'gb18030' | 'latin-1' | null;

interface Pairs {
  /** All bytes beyond ASCII stand in pairs or fours of GB18030. */
  valid: boolean;
  all: number;
  /** Punctuation and the 3,755 commonest characters (GB 2312, rows 1 to 3 and 16 to 55). */
  common: number;
  /** The second byte is a letter: by far most of these are European words. */
  letters: number;
}

const between = (byte: number | undefined, from: number, to: number): boolean =>
  byte !== undefined && byte >= from && byte <= to;

function pairsOf(line: Buffer): Pairs {
  const pairs: Pairs = { valid: true, all: 0, common: 0, letters: 0 };
  for (let at = 0; at < line.length; at += 1) {
    const lead = line[at] as number;
    if (lead < 0x80) continue;
    const trail = line[at + 1];
    if (!between(lead, 0x81, 0xfe)) pairs.valid = false;
    else if (between(trail, 0x30, 0x39) && between(line[at + 2], 0x81, 0xfe)) at += 3;
    else if (between(trail, 0x40, 0x7e) || between(trail, 0x80, 0xfe)) {
      pairs.all += 1;
      const isCommon =
        (between(lead, 0xa1, 0xa3) || between(lead, 0xb0, 0xd7)) && between(trail, 0xa1, 0xff);
      if (isCommon) pairs.common += 1;
      if (between(trail, 0, 0x7f)) pairs.letters += 1;
      at += 1;
    } else pairs.valid = false;
  }
  return pairs;
}

/** Two bytes of GB18030 are valid UTF-8 now and then; three of a Chinese character hardly ever. */
const isChineseUtf8 = (line: Buffer): boolean =>
  line.some((byte) => byte >= 0xe3) && !line.some((byte) => byte >= 0xc2 && byte < 0xe0);

/** Quotes, dashes, dots and the euro of Windows-1252. */
const ofWindows = new Set([0x80, 0x82, 0x84, 0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99]);

const isAscii = (line: Buffer): boolean => !line.some((byte) => byte > 0x7f);

function lineEncoding(line: Buffer): LineEncoding {
  if (isUtf8(line)) return isAscii(line) ? 'ascii' : 'utf-8';
  const pairs = pairsOf(line);
  if (pairs.valid && pairs.common * 2 >= pairs.all) return 'gb18030';
  const isEuropean = !line.some((byte) => byte >= 0x80 && byte < 0xa0 && !ofWindows.has(byte));
  if (isEuropean && (!pairs.valid || pairs.letters * 2 > pairs.all)) return 'latin-1';
  return pairs.valid ? 'gb18030' : null;
}

type Tally = Record<'utf-8' | 'gb18030' | 'latin-1' | 'none', number>;

const emptyTally = (): Tally => ({ 'utf-8': 0, gb18030: 0, 'latin-1': 0, none: 0 });

/** Calls `take` with each line and its end; an unfinished last line is left out unless `whole`. */
export function eachLine(
  bytes: Buffer,
  whole: boolean,
  take: (line: Buffer, end: number) => void,
): number {
  let at = 0;
  while (at < bytes.length) {
    const found = bytes.indexOf(LF, at);
    if (found < 0 && !whole) break;
    const end = found < 0 ? bytes.length : found + 1;
    take(bytes.subarray(at, end), end);
    at = end;
  }
  return at;
}

function tallyLines(bytes: Buffer, tally: Tally, whole: boolean): number {
  return eachLine(bytes, whole, (line) => {
    const encoding = lineEncoding(line);
    if (encoding !== 'ascii') tally[encoding ?? 'none'] += 1;
  });
}

/** The encoding most lines beyond ASCII are in. */
function mostly(tally: Tally): 'utf-8' | 'gb18030' | 'latin-1' {
  if (tally.gb18030 > tally['utf-8'] && tally.gb18030 >= tally['latin-1']) return 'gb18030';
  return tally['latin-1'] > tally['utf-8'] + tally.none ? 'latin-1' : 'utf-8';
}

/**
 * The encoding from the head of a file. ASCII counts as UTF-8; the rest of the file is judged
 * later.
 * @throws ingest.not_a_table
 */
export function sniff(head: Buffer, file: string): Sniffed {
  if (starts(head, 0xef, 0xbb, 0xbf)) return { encoding: 'utf-8', bom: 3 };
  if (starts(head, 0xff, 0xfe)) return { encoding: 'utf-16le', bom: 2 };
  if (starts(head, 0xfe, 0xff)) return { encoding: 'utf-16be', bom: 2 };
  const wide = unmarkedUtf16(head);
  if (wide !== null) return { encoding: wide, bom: 0 };
  if (controlled(head)) throw ingestErrors.make('not_a_table', { file, what: '二进制 / binary' });
  const tally = emptyTally();
  tallyLines(head, tally, !head.includes(LF));
  return { encoding: mostly(tally), bom: 0 };
}

export async function eachChunk(
  path: string,
  start: number,
  take: (bytes: Buffer, last: boolean) => number | Promise<number>,
): Promise<void> {
  const handle = await open(path);
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of handle.createReadStream({ start, highWaterMark: chunkBytes })) {
      const bytes = Buffer.concat([rest, chunk as Buffer]);
      let used = await take(bytes, false);
      // A line that does not end is cut all the same: it must not fill the memory.
      if (used === 0 && bytes.length > chunkBytes * 16) used = await take(bytes, true);
      rest = bytes.subarray(used);
    }
    await take(rest, true);
  } finally {
    await handle.close();
  }
}

export interface Mixture {
  /** What most lines are in. */
  encoding: 'utf-8' | 'gb18030' | 'latin-1';
  /** Another encoding whole lines are in as well; null when there is none. */
  beside: 'utf-8' | 'gb18030' | null;
}

/** Encodings of the lines of a whole file, asked when its head was not the whole truth. */
export async function mixtureOf(path: string, bom: number): Promise<Mixture> {
  const tally = emptyTally();
  await eachChunk(path, bom, (bytes, last) => tallyLines(bytes, tally, last));
  const encoding = mostly(tally);
  // A line here and there is damage and goes back; every tenth is a file put together of two.
  const isTwo = tally.gb18030 * 10 >= tally['utf-8'] && tally.gb18030 > 1;
  if (encoding === 'utf-8') return { encoding, beside: isTwo ? 'gb18030' : null };
  const isBoth = encoding === 'gb18030' && tally['utf-8'] > 0;
  return { encoding, beside: isBoth ? 'utf-8' : null };
}

/** Whether a line of a file that is mostly in `encoding` is in the other of UTF-8 and GB18030. */
export const isOtherLine = (line: Buffer, encoding: Encoding): boolean =>
  encoding === 'gb18030'
    ? isUtf8(line) && !isAscii(line) && isChineseUtf8(line)
    : lineEncoding(line) === 'gb18030';
