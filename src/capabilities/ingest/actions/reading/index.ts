/**
 * Reading a delivered file: bytes to encoding, dialect, header and records. Knows no database and
 * no contract beyond the question which headers are known. Every record is either good or marked
 * with a reason and its bytes.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ingestErrors } from '../../errors.ts';
import { type Encoding, isZip, mostlyGb18030, type Sniffed, sniff, transcode } from './encoding.ts';
import { unpackExcel } from './excel.ts';
import { cutFields } from './fields.ts';
import { type Head, readHead } from './head.ts';
import type { ReadingLimits } from './limits.ts';
import { isReturned, type MarkedRecord, type MarkedRecords, type Reason } from './records.ts';
import { blankOut, rewrite } from './rewrite.ts';
import { type Dialect, type SplitOptions, type SplitResult, Splitter } from './splitter.ts';

export { type ReadingLimits, readingLimits } from './limits.ts';
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
  /** Any reader finds the same records in `path`, header in its first line. */
  direct: boolean;
}

const chunkBytes = 1 << 19;

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

async function chunksOf(
  handle: FileHandle,
  start: number,
  take: (chunk: Buffer, at: number) => void,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let at = start; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    take(buffer.subarray(0, bytesRead), at);
  }
}

interface Source {
  path: string;
  bom: number;
  encoding: Reading['encoding'];
}

const isTranscoded = (encoding: Reading['encoding']): boolean =>
  encoding !== 'utf-8' && encoding !== 'xlsx';

async function split(
  path: string,
  options: SplitOptions,
  progress?: ReadingOptions['progress'],
): Promise<SplitResult> {
  const splitter = new Splitter(options);
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    await chunksOf(handle, options.start, (chunk, at) => {
      splitter.push(chunk);
      progress?.(at, size);
    });
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

async function read(
  source: Source,
  options: ReadingOptions,
): Promise<{ head: Head; result: SplitResult }> {
  const bytes = await headOf(source.path, options.limits.recordBytes * 4, source.bom);
  const head = readHead(bytes, { ...options, columns: options.limits.columns });
  if (head.end > options.limits.recordBytes) {
    const params = { file: options.file, limit: options.limits.recordBytes };
    throw ingestErrors.make('header_too_long', params);
  }
  const result = await split(
    source.path,
    {
      dialect: head.dialect,
      columns: head.headers.length,
      recordBytes: options.limits.recordBytes,
      start: source.bom + head.end,
      transcoded: isTranscoded(source.encoding),
    },
    options.progress,
  );
  return { head, result };
}

/**
 * Reads a file into records.
 * @throws ingest.empty_file, no_rows, not_a_table, old_excel, bad_excel, zip_bomb, wrong_encoding,
 *   too_many_columns, file_too_large, header_too_long
 */
export async function readTable(path: string, options: ReadingOptions): Promise<Reading> {
  const { size } = await stat(path);
  const { file, limits } = options;
  if (size > limits.fileBytes) {
    throw ingestErrors.make('file_too_large', { file, limit: limits.fileBytes });
  }
  if (size === 0) throw ingestErrors.make('empty_file', { file });
  let source = await sourceOf(path, options);
  let { head, result } = await read(source, options);
  if (source.encoding === 'utf-8' && badEncoding(result.marks) > 0) {
    // The head was ASCII and the Chinese came later, in another encoding.
    if (await mostlyGb18030(path)) {
      source = await inUtf8(path, { encoding: 'gb18030', bom: 0 }, options);
      ({ head, result } = await read(source, options));
    }
  }
  const bad = badEncoding(result.marks);
  if (bad * 2 > result.rows) throw ingestErrors.make('wrong_encoding', { file, bad });
  if (result.rows === 0) throw ingestErrors.make('no_rows', { file });
  return {
    file,
    headers: head.headers,
    encoding: source.encoding,
    dialect: head.dialect,
    newline: result.newline,
    preambleRows: head.preambleRows,
    rows: result.rows,
    good: result.good,
    marks: result.marks,
    path: source.path,
    start: source.bom + head.end,
    direct: result.marks.size === 0 && head.plain,
  };
}

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
