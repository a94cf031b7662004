/** Which encoding the bytes of a file are in, and turning them into UTF-8. */
import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { ingestErrors } from '../../errors.ts';
import { LF } from './splitter.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

export interface Sniffed {
  encoding: Encoding;
  /** Bytes of the byte order mark. */
  bom: number;
}

const chunkBytes = 1 << 20;

const starts = (bytes: Buffer, ...signature: number[]): boolean =>
  signature.every((byte, at) => bytes[at] === byte);

/** What a file that is no text looks like, by its first bytes; null when it may be text. */
function binaryKind(head: Buffer): string | null {
  if (starts(head, 0x25, 0x50, 0x44, 0x46)) return 'PDF';
  if (starts(head, 0x89, 0x50, 0x4e, 0x47)) return 'PNG';
  if (starts(head, 0xff, 0xd8, 0xff)) return 'JPEG';
  if (starts(head, 0x1f, 0x8b)) return 'gzip';
  if (starts(head, 0x50, 0x4b)) return 'ZIP';
  if (starts(head, 0x50, 0x41, 0x52, 0x31)) return 'Parquet';
  if (starts(head, 0x53, 0x51, 0x4c, 0x69, 0x74, 0x65)) return 'SQLite';
  return null;
}

export const isZip = (head: Buffer): boolean => starts(head, 0x50, 0x4b, 0x03, 0x04);
export const isOldExcel = (head: Buffer): boolean => starts(head, 0xd0, 0xcf, 0x11, 0xe0);

/** UTF-16 without a mark: the zero bytes of commas, digits and newlines stand on one side only. */
function unmarkedUtf16(head: Buffer): Encoding | null {
  const sample = head.subarray(0, 4096);
  const zeros: [number, number] = [0, 0];
  for (let at = 0; at < sample.length; at += 1) {
    if (sample[at] === 0) zeros[(at % 2) as 0 | 1] += 1;
  }
  const enough = sample.length / 20;
  if (zeros[1] > enough && zeros[0] === 0) return 'utf-16le';
  return zeros[0] > enough && zeros[1] === 0 ? 'utf-16be' : null;
}

/** Control characters no table has; NUL in the header line means it is no text at all. */
function controlled(head: Buffer): boolean {
  const firstLine = head.subarray(0, Math.max(head.indexOf(LF), 0));
  if (firstLine.includes(0)) return true;
  const sample = head.subarray(0, 65536);
  let controls = 0;
  for (const byte of sample) {
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) controls += 1;
  }
  return controls * 20 > sample.length;
}

interface Tally {
  /** Lines with characters beyond ASCII that are valid UTF-8. */
  valid: number;
  invalid: number;
}

/**
 * Lines beyond ASCII, by whether they are UTF-8. An unfinished last line is left out unless
 * `whole`.
 */
function tallyLines(bytes: Buffer, tally: Tally, whole: boolean): number {
  let at = 0;
  while (at < bytes.length) {
    const found = bytes.indexOf(LF, at);
    if (found < 0 && !whole) break;
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(at, end);
    if (!isUtf8(line)) tally.invalid += 1;
    else if (line.some((byte) => byte > 0x7f)) tally.valid += 1;
    at = end + 1;
  }
  return Math.min(at, bytes.length);
}

/**
 * The encoding from the head of a file. ASCII counts as UTF-8; the rest of the file is judged
 * later.
 * @throws ingest.not_a_table, ingest.old_excel
 */
export function sniff(head: Buffer, file: string): Sniffed {
  if (isOldExcel(head)) throw ingestErrors.make('old_excel', { file });
  const binary = binaryKind(head);
  if (binary !== null) throw ingestErrors.make('not_a_table', { file, what: binary });
  if (starts(head, 0xef, 0xbb, 0xbf)) return { encoding: 'utf-8', bom: 3 };
  if (starts(head, 0xff, 0xfe)) return { encoding: 'utf-16le', bom: 2 };
  if (starts(head, 0xfe, 0xff)) return { encoding: 'utf-16be', bom: 2 };
  const wide = unmarkedUtf16(head);
  if (wide !== null) return { encoding: wide, bom: 0 };
  if (controlled(head)) throw ingestErrors.make('not_a_table', { file, what: '二进制 / binary' });
  const tally: Tally = { valid: 0, invalid: 0 };
  tallyLines(head, tally, false);
  return { encoding: tally.invalid > tally.valid ? 'gb18030' : 'utf-8', bom: 0 };
}

/**
 * Whether a file with lines that are no UTF-8 is GB18030 all the same. Chinese text that is valid
 * UTF-8 by chance is rare, so the majority of the lines beyond ASCII decides.
 */
export async function mostlyGb18030(path: string): Promise<boolean> {
  const tally: Tally = { valid: 0, invalid: 0 };
  const handle = await open(path);
  try {
    let rest = Buffer.alloc(0);
    for await (const chunk of handle.createReadStream({ highWaterMark: chunkBytes })) {
      const bytes = Buffer.concat([rest, chunk as Buffer]);
      rest = bytes.subarray(tallyLines(bytes, tally, false));
    }
    tallyLines(rest, tally, true);
  } finally {
    await handle.close();
  }
  return tally.invalid > tally.valid;
}

/**
 * Writes the file anew in UTF-8. Bytes without meaning become U+FFFD, so that their records can go
 * back.
 */
export async function transcode(from: string, to: string, sniffed: Sniffed): Promise<void> {
  const decoder = new TextDecoder(sniffed.encoding, { ignoreBOM: false });
  const source = await open(from);
  const target = await open(to, 'w');
  try {
    const stream = source.createReadStream({ start: sniffed.bom, highWaterMark: chunkBytes });
    for await (const chunk of stream) {
      await target.writeFile(decoder.decode(chunk as Buffer, { stream: true }));
    }
    await target.writeFile(decoder.decode());
  } finally {
    await source.close();
    await target.close();
  }
}
