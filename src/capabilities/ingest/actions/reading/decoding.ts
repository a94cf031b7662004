/** From the bytes of a text in any encoding to UTF-8: whole lines, a piece at a time. */
import { closeSync, openSync, readSync } from 'node:fs';
import { type Encoding, eachLine, isOtherLine } from './encoding.ts';

/** A text that is to become UTF-8. */
export interface Text {
  path: string;
  encoding: Encoding;
  /** Bytes of the byte order mark, which are left out. */
  bom: number;
  /** Whether each line may be in UTF-8 or in GB18030. */
  both: boolean;
}

/** Lines in UTF-8, and how many of them were in another encoding than most. */
export interface Decoded {
  bytes: Buffer;
  others: number;
}

/** Takes whole lines; `isFirst` of those at the front of the file. */
export type Decoder = (lines: Buffer, isFirst: boolean) => Decoded;

const decoderName = (encoding: Encoding): string =>
  encoding === 'latin-1' ? 'windows-1252' : encoding;

/**
 * Bytes without meaning become U+FFFD, so that their records can go back. Of lines in two
 * encodings each is read in its own, and one that has no meaning in either stays as it is.
 */
export function decoderOf({ encoding, both }: Pick<Text, 'encoding' | 'both'>): Decoder {
  const front = new TextDecoder(decoderName(encoding));
  const inside = new TextDecoder(decoderName(encoding), { ignoreBOM: true });
  if (!both) {
    return (lines, isFirst) => ({
      bytes: Buffer.from((isFirst ? front : inside).decode(lines)),
      others: 0,
    });
  }
  const strict = new TextDecoder('gb18030', { fatal: true });
  const inGb = (run: Buffer, isFirst: boolean): Buffer => {
    if (encoding === 'gb18030') return Buffer.from((isFirst ? front : inside).decode(run));
    try {
      return Buffer.from(strict.decode(run));
    } catch {
      return run;
    }
  };
  return (lines, isFirst) => {
    const parts: Buffer[] = [];
    let others = 0;
    let from = 0;
    let other = false;
    const close = (end: number): void => {
      const run = lines.subarray(from, end);
      const isGb = (encoding === 'gb18030') !== other;
      if (run.length > 0) parts.push(isGb ? inGb(run, isFirst && from === 0) : run);
      from = end;
    };
    eachLine(lines, true, (line, end) => {
      const isOne = isOtherLine(line, encoding);
      if (isOne) others += 1;
      if (isOne === other) return;
      close(end - line.length);
      other = isOne;
    });
    close(lines.length);
    const [only] = parts;
    return { bytes: parts.length === 1 && only ? only : Buffer.concat(parts), others };
  };
}

/** Decodes a text from its front, cut anywhere. */
export function streamOf({ encoding }: Pick<Text, 'encoding'>) {
  const decoder = new TextDecoder(decoderName(encoding));
  return (bytes: Buffer, last: boolean): string => decoder.decode(bytes, { stream: !last });
}

/** Bytes of a line end: both of UTF-16. */
const endOf: Partial<Record<Encoding, readonly number[]>> = {
  'utf-16le': [0x0a, 0],
  'utf-16be': [0, 0x0a],
};

/** Offset behind the first line end at or after `at`; -1 when there is none. */
function behindLine(bytes: Buffer, at: number, encoding: Encoding): number {
  const end = Buffer.from(endOf[encoding] ?? [0x0a]);
  let found = bytes.indexOf(end, at);
  // A line end of two bytes stands at an even place: its bytes may meet across two characters.
  while (found >= 0 && found % end.length !== 0) found = bytes.indexOf(end, found + 1);
  return found < 0 ? -1 : found + end.length;
}

const widthOf = (encoding: Encoding): number => endOf[encoding]?.length ?? 1;

const nothing: Decoded = { bytes: Buffer.alloc(0), others: 0 };

/** Bytes read behind a piece at once, and at most, for the end of its last line. */
const moreBytes = 1 << 16;
const longestLine = 1 << 24;

/** A text of `size` bytes, decoded in pieces in any order. */
export class Pieces {
  readonly #text: Text;
  readonly #size: number;
  readonly #decode: Decoder;
  readonly #file: number;

  constructor(text: Text, size: number) {
    this.#text = text;
    this.#size = size;
    this.#decode = decoderOf(text);
    this.#file = openSync(text.path, 'r');
  }

  close(): void {
    closeSync(this.#file);
  }

  /**
   * Decodes the lines that begin in `[from, to)`: `from` is the front of the text or, as `to`, any
   * place behind it, of UTF-16 between two characters.
   * @returns null when a line is too long for a piece
   */
  decode(from: number, to: number): Decoded | null {
    const { bom, encoding } = this.#text;
    const isFirst = from === bom;
    // With the character before: a line may begin right at the front of the piece.
    const start = isFirst ? from : from - widthOf(encoding);
    const bytes = this.#read(start, Math.min(to, this.#size) - start);
    const first = isFirst ? 0 : behindLine(bytes, 0, encoding);
    if (first < 0) return bytes.length > longestLine ? null : nothing;
    const whole = to < this.#size ? this.#toLineEnd(bytes, start, to) : bytes;
    if (whole === null) return null;
    return first < whole.length ? this.#decode(whole.subarray(first), isFirst) : nothing;
  }

  /** Bytes from `start` to the first line end that stands at `to` or ends there, or behind it. */
  #toLineEnd(given: Buffer, start: number, to: number): Buffer | null {
    const { encoding } = this.#text;
    const width = widthOf(encoding);
    let bytes = given;
    let searched = Math.max(0, to - width - start);
    for (;;) {
      const end = behindLine(bytes, searched, encoding);
      if (end >= 0) return bytes.subarray(0, end);
      if (bytes.length > to - start + longestLine) return null;
      const more = this.#read(start + bytes.length, moreBytes);
      if (more.length === 0) return bytes;
      searched = bytes.length - (bytes.length % width);
      bytes = Buffer.concat([bytes, more]);
    }
  }

  #read(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.#size - at)));
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(this.#file, bytes, filled, bytes.length - filled, at + filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  }
}
