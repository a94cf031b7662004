/**
 * Reading a delivered file: bytes to encoding, dialect, header and records. Knows no database and
 * no contract beyond the question which headers are known. Every record is either good or marked
 * with a reason and its bytes.
 */
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ingestErrors } from '../../errors.ts';
import { type Encoding, isZip, mostlyGb18030, type Sniffed, sniff, transcode } from './encoding.ts';
import { unpackExcel } from './excel.ts';
import { cutFields } from './fields.ts';
import { type Head, readHead } from './head.ts';
import type { ReadingLimits } from './limits.ts';
import { chunksOf, type PassResult, type PassWatch, pass } from './pass.ts';
import { isReturned, type MarkedRecord, type MarkedRecords, type Reason } from './records.ts';
import { blankOut, rewrite } from './rewrite.ts';
import { CR, type Dialect, LF, type SplitOptions, type SplitResult, Splitter } from './splitter.ts';

export { type ReadingLimits, readingLimits } from './limits.ts';
export type { PassWatch } from './pass.ts';
export { isReturned, type MarkedRecord, type MarkedRecords, type Reason } from './records.ts';
export type { Dialect } from './splitter.ts';

export interface ReadingOptions {
  /** Name the sender gave the file. */
  file: string;
  limits: ReadingLimits;
  /** How many of these headers are known: picks the header row and the delimiter. */
  knows: (headers: string[]) => number;
  /** Path of a new scratch file. */
  scratch: (name: string) => string;
  /** Told now and then how many of the file's bytes are read. */
  progress?: (bytes: number, of: number) => void;
}

export interface Reading {
  file: string;
  headers: string[];
  encoding: Encoding | 'xlsx';
  dialect: Dialect;
  newline: SplitResult['newline'];
  /** Records above the header that are no rows. */
  preambleRows: number;
  /** All records of the file; `good` of them can be taken. */
  rows: number;
  good: number;
  /** Records that are odd, blank or have to go back, in order. */
  marks: MarkedRecords;
  /** UTF-8 text the records were cut from: the file itself, or a scratch copy. */
  path: string;
  /** Byte offset of the first record in `path`. */
  start: number;
  /** SHA-256 of the file as it was delivered, hexadecimal. */
  sha256: string;
}

/** A file whose head is read: what is known before its records are. */
export interface Opened {
  file: string;
  headers: string[];
  encoding: Reading['encoding'];
  dialect: Dialect;
  /** As the header ends; the records may end otherwise. */
  newline: SplitResult['newline'];
  /** UTF-8 text the records will be cut from. */
  path: string;
  /** Byte offset of the first record in `path`. */
  start: number;
  /** The header is the first line of `path`, so that any reader can skip it. */
  plain: boolean;
  /**
   * Reads the records, once; what it gives may stand in another text than `path`.
   * @throws ingest.wrong_encoding, no_rows
   */
  read(watch?: PassWatch): Promise<Reading>;
}

async function headOf(path: string, bytes: number, from = 0): Promise<Buffer> {
  const handle = await open(path);
  try {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await handle.read(buffer, 0, bytes, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** SHA-256 of a file, hexadecimal. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(path);
  try {
    await chunksOf(handle, 0, (chunk) => hash.update(chunk));
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

interface Source {
  path: string;
  bom: number;
  encoding: Reading['encoding'];
}

const isTranscoded = (encoding: Reading['encoding']): boolean =>
  encoding !== 'utf-8' && encoding !== 'xlsx';

async function split(path: string, options: SplitOptions): Promise<SplitResult> {
  const splitter = new Splitter(options);
  const handle = await open(path);
  try {
    await chunksOf(handle, options.start, (chunk) => splitter.push(chunk));
  } finally {
    await handle.close();
  }
  return splitter.finish();
}

/** The text a file is read from: itself when it is UTF-8, else a copy of it that is. */
async function sourceOf(path: string, options: ReadingOptions): Promise<Source> {
  const raw = await headOf(path, 1 << 20);
  if (isZip(raw)) {
    const to = options.scratch('excel.csv');
    await unpackExcel(path, to, options.file, options.limits);
    return { path: to, bom: 0, encoding: 'xlsx' };
  }
  return inUtf8(path, sniff(raw, options.file), options);
}

async function inUtf8(path: string, sniffed: Sniffed, options: ReadingOptions): Promise<Source> {
  if (sniffed.encoding === 'utf-8') return { path, bom: sniffed.bom, encoding: 'utf-8' };
  const to = options.scratch('utf8.csv');
  await transcode(path, to, sniffed);
  return { path: to, bom: 0, encoding: sniffed.encoding };
}

const badEncoding = (marks: MarkedRecords): number => {
  let bad = 0;
  for (const mark of marks) if (mark.reason === 'encoding') bad += 1;
  return bad;
};

interface Headed {
  source: Source;
  head: Head;
  newline: SplitResult['newline'];
}

async function headed(source: Source, options: ReadingOptions): Promise<Headed> {
  const bytes = await headOf(source.path, options.limits.recordBytes * 4, source.bom);
  const head = readHead(bytes, { ...options, columns: options.limits.columns });
  if (head.end > options.limits.recordBytes) {
    const params = { file: options.file, limit: options.limits.recordBytes };
    throw ingestErrors.make('header_too_long', params);
  }
  const isCrlf = bytes[head.end - 1] === LF && bytes[head.end - 2] === CR;
  const newline = head.dialect.newline === CR ? '\r' : isCrlf ? '\r\n' : '\n';
  return { source, head, newline };
}

/**
 * Reads the head of a file.
 * @throws ingest.empty_file, not_a_table, old_excel, bad_excel, zip_bomb, too_many_columns,
 *   file_too_large, header_too_long
 */
export async function openTable(path: string, options: ReadingOptions): Promise<Opened> {
  const { size } = await stat(path);
  const { file, limits } = options;
  if (size > limits.fileBytes) {
    throw ingestErrors.make('file_too_large', { file, limit: limits.fileBytes });
  }
  if (size === 0) throw ingestErrors.make('empty_file', { file });
  const { source, head, newline } = await headed(await sourceOf(path, options), options);
  return {
    file,
    headers: head.headers,
    encoding: source.encoding,
    dialect: head.dialect,
    newline,
    path: source.path,
    start: source.bom + head.end,
    plain: head.plain,
    read: (watch = {}) => readRecords(path, { source, head, newline }, options, watch),
  };
}

async function readRecords(
  path: string,
  opened: Headed,
  options: ReadingOptions,
  watch: PassWatch,
): Promise<Reading> {
  const { file } = options;
  let { source, head } = opened;
  let result = await passOver(path, opened, options, watch);
  if (source.encoding === 'utf-8' && badEncoding(result.marks) > 0) {
    // The head was ASCII and the Chinese came later, in another encoding.
    if (await mostlyGb18030(path)) {
      const again = await inUtf8(path, { encoding: 'gb18030', bom: 0 }, options);
      const reopened = await headed(again, options);
      ({ source, head } = reopened);
      result = await passOver(path, reopened, options, watch);
    }
  }
  const bad = badEncoding(result.marks);
  if (bad * 2 > result.rows) throw ingestErrors.make('wrong_encoding', { file, bad });
  if (result.rows === 0) throw ingestErrors.make('no_rows', { file });
  const { sha256, newline, rows, good, marks } = result;
  const { headers, dialect, preambleRows } = head;
  const start = source.bom + head.end;
  const records = { newline, rows, good, marks, sha256, path: source.path, start };
  return { file, headers, encoding: source.encoding, dialect, preambleRows, ...records };
}

async function passOver(
  path: string,
  { source, head }: Headed,
  options: ReadingOptions,
  watch: PassWatch,
): Promise<PassResult> {
  const split = {
    dialect: head.dialect,
    columns: head.headers.length,
    recordBytes: options.limits.recordBytes,
    start: source.bom + head.end,
    transcoded: isTranscoded(source.encoding),
  };
  const isOriginal = source.path === path;
  const watched = { progress: options.progress, ...watch };
  const result = await pass({ path: source.path, hash: isOriginal, split }, watched);
  return isOriginal ? result : { ...result, sha256: await digestOf(path) };
}

/**
 * Reads a file into records.
 * @throws ingest.empty_file, no_rows, not_a_table, old_excel, bad_excel, zip_bomb, wrong_encoding,
 *   too_many_columns, file_too_large, header_too_long
 */
export const readTable = async (path: string, options: ReadingOptions): Promise<Reading> =>
  (await openTable(path, options)).read();

/**
 * Writes the good records of a reading to `to`: no header, one newline, nothing odd.
 * @returns the newline written
 */
export async function writeClean(
  reading: Reading,
  to: string,
  recordBytes: number,
): Promise<Reading['newline']> {
  // The engine has to find CR LF by itself, and a lone CR inside a field leads it astray.
  const odd = hasOdd(reading.marks);
  if (reading.newline === '\r\n' && odd) {
    await writeSpelt(reading, to, recordBytes);
    return '\n';
  }
  // Of a single field, an empty line is a record.
  const passedOver = reading.newline === '\n' && reading.headers.length > 1 && !odd;
  await (passedOver ? blankOut(reading, to) : rewrite(reading, to));
  return reading.newline;
}

function hasOdd(marks: MarkedRecords): boolean {
  for (const mark of marks) if (mark.reason === 'requote') return true;
  return false;
}

/**
 * The same with every field of every record in quotes and LF behind each: nothing is left to
 * understand.
 */
export async function writeSpelt(reading: Reading, to: string, recordBytes: number): Promise<void> {
  const { marks } = await split(reading.path, {
    dialect: reading.dialect,
    columns: reading.headers.length,
    recordBytes,
    start: reading.start,
    transcoded: isTranscoded(reading.encoding),
    respell: true,
  });
  await rewrite({ ...reading, marks, newline: '\n' }, to);
}

/** Calls `take` with the fields of every record, good or not, as text; null where it is too long. */
export async function eachRecord(
  reading: Reading,
  recordBytes: number,
  take: (fields: string[], reason: Reason | null) => void,
): Promise<void> {
  await split(reading.path, {
    dialect: reading.dialect,
    columns: reading.headers.length,
    recordBytes,
    start: reading.start,
    transcoded: isTranscoded(reading.encoding),
    onRecord: (bytes, at, stop, reason) =>
      take(cutFields(bytes.toString('utf8', at, stop), reading.dialect), reason),
  });
}

/** A record that goes back: its text as it came, and its fields as far as they can be told. */
export interface ReturnedRecord extends MarkedRecord {
  text: string;
  values: string[];
}

/** Bytes that are no UTF-8 are shown as `\xNN`, NUL as `\0`: nothing of the original is lost. */
function shown(record: Buffer): string {
  const text = record.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(record)) return text.replaceAll('\0', '\\0');
  return [...record]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
}

/** The records of a reading that go back, cut by offset from the original bytes. */
export async function* returnedRecords(reading: Reading): AsyncGenerator<ReturnedRecord> {
  const handle = await open(reading.path);
  try {
    for (const mark of reading.marks) {
      if (!isReturned(mark)) continue;
      const record = Buffer.alloc(mark.length);
      await handle.read(record, 0, mark.length, mark.offset);
      const text = shown(record);
      yield { ...mark, text, values: cutFields(text, reading.dialect) };
    }
  } finally {
    await handle.close();
  }
}

/** The last part of a path a sender gave, for screens. */
export const safeName = (name: string): string =>
  basename(name.replaceAll('\\', '/')).slice(0, 200);
