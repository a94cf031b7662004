/** The head of a table: its dialect, and which records are titles, header and rows. */
import { isUtf8 } from 'node:buffer';
import { ingestErrors } from '../../errors.ts';
import type { DialectInput } from '../../model.ts';
import { dialectsOf, type Found } from './detect.ts';
import { CR, type Dialect, isPlain, LF } from './dialect.ts';
import { sampleRecords } from './sample.ts';
import type { SplitResult } from './splitter.ts';
import { footerOf, type Structure, structureOf } from './structure.ts';

/** What a person says of a file; what he leaves out is found. */
export type DialectOptions = DialectInput;

export interface Head {
  dialect: Dialect;
  headers: string[];
  /** Records above the header: titles and notes, blank lines among them. */
  preambleRows: number;
  headerRows: number;
  /** Text of the first records above the header. */
  above: string[];
  /** Byte offset of the first record behind the header, in the bytes given. */
  end: number;
  /** As the header ends; the records may end otherwise. */
  newline: SplitResult['newline'];
  /** The header is the first line and one line long, so that any reader can skip it. */
  plain: boolean;
}

export interface HeadOptions {
  file: string;
  columns: number;
  /**
   * How many of these headers the reader knows; picks the header below a title and the right
   * delimiter.
   */
  knows: (headers: string[]) => number;
  dialect: DialectOptions;
  /** The bytes are all there is. */
  whole: boolean;
}

/** Enough to see what a file is like; more when its lines are long. */
const sampleBytes = 1 << 17;
const knownAmong = 30;
/** So many records above the header are shown. */
const aboveMost = 10;

/** The first whole lines of a file. */
function sampleOf(head: Buffer, whole: boolean): Buffer {
  if (head.length <= sampleBytes && whole) return head;
  for (let size = sampleBytes; ; size *= 8) {
    const piece = head.subarray(0, size);
    const end = Math.max(piece.lastIndexOf(LF), piece.lastIndexOf(CR));
    const lines = piece.indexOf(LF, piece.indexOf(LF) + 1);
    if (size >= head.length) return whole || end < 0 ? head : head.subarray(0, end + 1);
    if (end > 0 && (lines > 0 || piece.indexOf(CR) > 0)) return piece.subarray(0, end + 1);
  }
}

/** Byte offset behind the line end that a character offset stands behind. */
function byteOffset(bytes: Buffer, text: string, characters: number): number {
  if (characters >= text.length) return bytes.length;
  if (isUtf8(bytes)) return Buffer.byteLength(text.slice(0, characters));
  // Bytes without meaning became other characters, but never took a line end with them.
  let ends = text.slice(0, characters).match(/[\r\n]/g)?.length ?? 0;
  let at = 0;
  while (ends > 0) {
    if (bytes[at] === LF || bytes[at] === CR) ends -= 1;
    at += 1;
  }
  return at;
}

/** The best dialect; one whose header is known comes before all others. */
function pick(found: Found[], { knows, columns }: HeadOptions): Found | undefined {
  let best: { one: Found; known: number } | undefined;
  for (const one of found) {
    const known = Math.max(
      0,
      ...one.records
        .slice(0, knownAmong)
        .map(({ fields }) => (fields.length > columns ? 0 : knows(fields))),
    );
    if (best === undefined || known > best.known) best = { one, known };
  }
  return best?.one;
}

/** A header whose names are all known has the right width, whatever the rows have. */
function widthOf(found: Found, structure: Structure, { knows }: HeadOptions): number {
  if (structure.header === 0) return found.width;
  const own = found.records[structure.preamble + structure.header - 1]?.fields ?? [];
  while (own.length > found.width && own.at(-1)?.trim() === '') own.pop();
  const known = knows(own);
  const isKnown = known > 0 && known === own.filter((name) => name.trim() !== '').length;
  return isKnown || found.records.length <= structure.preamble + structure.header
    ? own.length
    : found.width;
}

function structured(found: Found, options: HeadOptions): Structure {
  const { preambleRows, headerRows } = options.dialect;
  const input = { ...found, knows: options.knows, preambleRows, headerRows };
  const structure = structureOf(input);
  const width = widthOf(found, structure, options);
  return width === found.width ? structure : structureOf({ ...input, width });
}

/**
 * Finds dialect and header in the first bytes of a file of UTF-8 text (behind its mark).
 * @throws ingest.empty_file, ingest.too_many_columns
 */
export function readHead(head: Buffer, options: HeadOptions): Head {
  const bytes = sampleOf(head, options.whole);
  const text = bytes.toString('utf8');
  if (/^[\s,;|]*$/.test(text)) throw ingestErrors.make('empty_file', { file: options.file });
  const found = pick(dialectsOf(text, options.dialect), options);
  if (found === undefined) throw ingestErrors.make('empty_file', { file: options.file });
  const { dialect, records } = found;
  const structure = structured(found, options);
  const columns = structure.names.length;
  if (columns > options.columns) {
    throw ingestErrors.make('too_many_columns', {
      file: options.file,
      columns,
      limit: options.columns,
    });
  }
  const rows = structure.preamble + structure.header;
  const last = records[rows - 1];
  const end = byteOffset(bytes, text, last?.end ?? 0);
  const isCrlf = bytes[end - 1] === LF && bytes[end - 2] === CR;
  const names = structure.names;
  return {
    dialect,
    headers: names,
    preambleRows: structure.preamble,
    headerRows: structure.header,
    above: records
      .slice(0, Math.min(structure.preamble, aboveMost))
      .map(({ start, end: stop }) => text.slice(start, stop).trimEnd()),
    end,
    newline: dialect.newline === CR ? '\r' : isCrlf ? '\r\n' : '\n',
    plain: isPlain(dialect) && rows === 1 && !names.some((name) => /[\r\n]/.test(name)),
  };
}

/**
 * Records below the table, in the last bytes of a file.
 * @param tail whole lines up to the end of the file
 * @returns how many, and how many bytes they take
 */
export function readFooter(
  tail: Buffer,
  head: Pick<Head, 'dialect' | 'headers'>,
  rows: number | undefined,
): { rows: number; bytes: number } {
  const text = tail.toString('utf8');
  const records = sampleRecords(text, head.dialect, Number.MAX_SAFE_INTEGER);
  const found = rows === undefined ? footerOf(records, head.headers.length) : last(records, rows);
  const first = records[found.at];
  if (found.rows === 0 || first === undefined) return { rows: 0, bytes: 0 };
  return { rows: found.rows, bytes: tail.length - byteOffset(tail, text, first.start) };
}

function last(records: { blank: boolean }[], rows: number): { at: number; rows: number } {
  let end = records.length;
  while (end > 0 && records[end - 1]?.blank === true) end -= 1;
  const at = Math.max(0, end - rows);
  return { at, rows: end - at };
}
