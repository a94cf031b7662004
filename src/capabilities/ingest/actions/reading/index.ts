/**
 * Reading a delivered file: bytes to encoding, dialect, header and records. Knows no database and
 * no contract beyond the question which headers are known. Every record is either good or marked
 * with a reason and its bytes.
 */
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Engine } from '#kernel/lake';
import { ingestErrors } from '../../errors.ts';
import { unpackArchive } from './archive.ts';
import { type Container, containerOf } from './container.ts';
import { type Dialect, isPlain, LF, standard } from './dialect.ts';
import { type Encoding, type Mixture, mixtureOf, type Sniffed, sniff } from './encoding.ts';
import { type ExcelFound, unpackExcel } from './excel.ts';
import { cutFaulty, cutFields, shown } from './fields.ts';
import { type DialectOptions, type Head, readFooter, readHead } from './head.ts';
import { unpackJson } from './json.ts';
import type { ReadingLimits } from './limits.ts';
import { unpackParquet } from './parquet.ts';
import { chunksOf, type PassResult, type PassWatch, pass } from './pass.ts';
import { isReturned, type MarkedRecord, type MarkedRecords, type Reason } from './records.ts';
import { blankOut, rewrite, spellOut } from './rewrite.ts';
import { type SplitOptions, type SplitResult, Splitter } from './splitter.ts';
import { toUtf8 } from './transcode.ts';

export { type RecordText, recordTexts } from './again.ts';
export { expandArchives } from './archive.ts';
export { type Dialect, standard } from './dialect.ts';
export { cutFields } from './fields.ts';
export { type FoundDialect, type FoundFile, foundDialect, foundFile } from './found.ts';
export type { DialectOptions } from './head.ts';
export { type ReadingLimits, readingLimits } from './limits.ts';
export type { PassWatch } from './pass.ts';
export { isReturned, type MarkedRecord, type MarkedRecords, type Reason } from './records.ts';
export { openSink, sinkTo } from './sink.ts';

export interface ReadingOptions {
  /** Name the sender gave the file. */
  file: string;
  limits: ReadingLimits;
  /** How many of these headers are known: picks the header row and the delimiter. */
  knows: (headers: string[]) => number;
  /** Path of a new scratch file. */
  scratch: (name: string) => string;
  /** What a person says of the file; the rest is found. */
  dialect?: DialectOptions;
  /** Reads Parquet; such a file is refused without it. */
  engine?: Pick<Engine, 'rows' | 'run'>;
  /** A file without rows is no fault, for whoever only looks at it. */
  empty?: boolean;
  /** Told now and then how many of the file's bytes are read. */
  progress?: (bytes: number, of: number) => void;
  /** Ends the turning of a text into UTF-8; the reading itself is ended by `PassWatch`. */
  signal?: AbortSignal | undefined;
  /** Other names for the columns, as many; headers of a file without any are empty. */
  rename?: (headers: string[], headerRows: number) => string[];
  /** Of a workbook so many rows are enough, for whoever only looks at it. */
  sheetRows?: number;
}

/** How the text is written, of a file of lines in two encodings both; or what holds it. */
export type FileEncoding =
  | Encoding
  | 'utf-8+gb18030'
  | 'gb18030+utf-8'
  | 'xlsx'
  | 'json'
  | 'parquet';

export interface Reading {
  file: string;
  headers: string[];
  encoding: FileEncoding;
  dialect: Dialect;
  newline: SplitResult['newline'];
  /** Records above the header that are no rows. */
  preambleRows: number;
  /** Records of the header. */
  headerRows: number;
  /** Records below the table that are no rows: totals, notes. */
  footerRows: number;
  /** The sheet of a workbook that was read, and all there are; null of other files. */
  excel: ExcelFound | null;
  /** Objects of a JSON file whose objects became columns (`address.road`). */
  nested: number;
  /** Records end in more than one way. */
  mixedNewlines: boolean;
  /** All records of the file; `good` of them can be taken. */
  rows: number;
  good: number;
  /** Records that are odd, blank or have to go back, in order. */
  marks: MarkedRecords;
  /** Where to begin to find a record again: `SplitResult.places`. */
  places: number[];
  /** UTF-8 text the records were cut from: the file itself, or a scratch copy. */
  path: string;
  /** Byte offset of the first record in `path`. */
  start: number;
  /** Byte offset behind the last record: the end of `path`, or where the footer begins. */
  end: number;
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
  /** Records above the header, of the header and below the table. */
  preambleRows: number;
  headerRows: number;
  footerRows: number;
  /** Text of the first records above the header. */
  above: string[];
  /** The sheet of a workbook that is read, and all there are; null of other files. */
  excel: ExcelFound | null;
  /** The header is the first line of `path`, so that any reader can skip it. */
  plain: boolean;
  /** Cuts the first records alone, at most so many. */
  first(most: number): Promise<FirstRecord[]>;
  /**
   * Reads the records, once; what it gives may stand in another text than `path`.
   * @throws ingest.wrong_encoding, no_rows
   */
  read(watch?: PassWatch): Promise<Reading>;
}

/** A record and its fields as far as they can be told; `reason` is null when it can be taken. */
export interface FirstRecord {
  fields: string[];
  reason: Reason | null;
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
    const { size } = await handle.stat();
    await chunksOf(handle, 0, size, (chunk) => void hash.update(chunk));
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

interface Source {
  path: string;
  bom: number;
  encoding: Reading['encoding'];
  excel?: ExcelFound;
  /** Objects of a JSON file whose objects became columns. */
  nested?: number;
}

const isTranscoded = (encoding: FileEncoding): boolean =>
  !encoding.startsWith('utf-8') && !isUnpacked(encoding);

/** Text we wrote ourselves. */
const isUnpacked = (encoding: FileEncoding): boolean =>
  encoding === 'xlsx' || encoding === 'json' || encoding === 'parquet';

async function split(
  { path, end }: Pick<Reading, 'path' | 'end'>,
  options: SplitOptions,
  behindChunk: () => Promise<void> = async () => undefined,
): Promise<SplitResult> {
  const splitter = new Splitter(options);
  const handle = await open(path);
  try {
    await chunksOf(handle, options.start, end, async (chunk) => {
      splitter.push(chunk);
      await behindChunk();
    });
  } finally {
    await handle.close();
  }
  const result = splitter.finish();
  await behindChunk();
  return result;
}

/** What holds a table in another form than delimited text, as such text. */
async function unpackedSource(
  container: Exclude<Container, 'text'>,
  path: string,
  options: ReadingOptions,
): Promise<Source> {
  const { file, limits, scratch } = options;
  const to = scratch('unpacked.csv');
  switch (container) {
    case 'xlsx': {
      const { sheet } = options.dialect ?? {};
      const rows = options.sheetRows;
      const excel = await unpackExcel(path, to, { file, limits, sheet, rows });
      return { path: to, bom: 0, encoding: 'xlsx', excel };
    }
    case 'json': {
      const { nested } = await unpackJson(path, to, { file, limits });
      return { path: to, bom: 0, encoding: 'json', nested };
    }
    case 'parquet':
      if (options.engine === undefined) throw ingestErrors.make('no_engine', { file });
      await unpackParquet(options.engine, path, to, { file, limits });
      return { path: to, bom: 0, encoding: 'parquet' };
    case 'zip': {
      const files = await unpackArchive(path, { file, limits, scratch });
      const [only] = files;
      if (only !== undefined && files.length === 1) return sourceOf(only.path, options);
      const names = files.map(({ name }) => name).join(', ');
      throw ingestErrors.make('zip_several', { file, count: files.length, names });
    }
  }
}

/** The text a file is read from: itself when it is UTF-8, else a copy of it that is. */
async function sourceOf(path: string, options: ReadingOptions): Promise<Source> {
  const raw = await headOf(path, 1 << 20);
  const said = options.dialect?.encoding;
  const container = await containerOf(path, raw, options.file, options.limits);
  if (container !== 'text') return unpackedSource(container, path, options);
  const sniffed = sniff(raw, options.file);
  const encoding = said ?? sniffed.encoding;
  const given = { encoding, bom: sniffed.bom };
  if (encoding === 'gb18030' && said === undefined) return inBoth(path, given, options);
  return inUtf8(path, given, options);
}

const named = ({ encoding, beside }: Mixture): FileEncoding => {
  if (beside === null) return encoding;
  return encoding === 'gb18030' ? 'gb18030+utf-8' : 'utf-8+gb18030';
};

async function inUtf8(path: string, sniffed: Sniffed, options: ReadingOptions): Promise<Source> {
  if (sniffed.encoding === 'utf-8') return { path, bom: sniffed.bom, encoding: 'utf-8' };
  const to = options.scratch('utf8.csv');
  await toUtf8({ path, ...sniffed, both: false }, to, options.signal);
  return { path: to, bom: 0, encoding: sniffed.encoding };
}

/** The same of a file of which lines may be in another encoding. */
async function inBoth(path: string, sniffed: Sniffed, options: ReadingOptions): Promise<Source> {
  const to = options.scratch('utf8.csv');
  const others = await toUtf8({ path, ...sniffed, both: true }, to, options.signal);
  const encoding = sniffed.encoding === 'gb18030' ? 'gb18030' : 'utf-8';
  const beside = encoding === 'gb18030' ? 'utf-8' : 'gb18030';
  const mixture = { encoding, beside: others > 0 ? beside : null } as const;
  return { path: to, bom: 0, encoding: named(mixture) };
}

/** The head was in one encoding and the rest is not; null when nothing better is known. */
async function otherwise(path: string, bom: number, options: ReadingOptions) {
  const mixture = await mixtureOf(path, bom);
  const { encoding, beside } = mixture;
  if (encoding === 'latin-1') return inUtf8(path, { encoding, bom }, options);
  if (encoding === 'utf-8' && beside === null) return null;
  return inBoth(path, { encoding, bom }, options);
}

const badEncoding = (marks: MarkedRecords): number => {
  let bad = 0;
  for (const mark of marks) if (mark.reason === 'encoding') bad += 1;
  return bad;
};

interface Headed {
  source: Source;
  head: Head;
  /** Byte offset behind the last record. */
  end: number;
  footerRows: number;
}

/** What is certain of text we wrote ourselves. */
function fixedOf(encoding: FileEncoding): DialectOptions {
  if (!isUnpacked(encoding)) return {};
  const spelling = { delimiter: ',', quote: '"', escape: '"', newline: '\n' as const };
  if (encoding === 'xlsx') return spelling;
  return { ...spelling, preambleRows: 0, headerRows: 1, footerRows: 0 };
}

/** Footers are looked for in so many bytes at the end. */
const tailBytes = 1 << 16;

async function headed(source: Source, options: ReadingOptions): Promise<Headed> {
  const { file, limits, knows } = options;
  const { size } = await stat(source.path);
  const bytes = await headOf(source.path, limits.recordBytes * 4, source.bom);
  const whole = source.bom + bytes.length >= size;
  const dialect = { ...options.dialect, ...fixedOf(source.encoding) };
  const head = readHead(bytes, { file, columns: limits.columns, knows, dialect, whole });
  if (head.end > limits.recordBytes) {
    throw ingestErrors.make('header_too_long', { file, limit: limits.recordBytes });
  }
  head.headers = options.rename?.(head.headers, head.headerRows) ?? head.headers;
  const start = source.bom + head.end;
  const tail = await tailOf(source.path, start, size);
  const footer = readFooter(tail, head, dialect.footerRows);
  return { source, head, end: size - footer.bytes, footerRows: footer.rows };
}

/** The last whole lines of a file, none of them before `start`. */
async function tailOf(path: string, start: number, size: number): Promise<Buffer> {
  const from = Math.max(start, size - tailBytes);
  const bytes = await headOf(path, size - from, from);
  if (from === start) return bytes;
  return bytes.subarray(bytes.indexOf(LF) + 1);
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
  const opened = await headed(await sourceOf(path, options), options);
  const { source, head, footerRows } = opened;
  const { headers, dialect, newline, preambleRows, headerRows, above } = head;
  return {
    ...{ file, headers, dialect, newline, preambleRows, headerRows, footerRows, above },
    encoding: source.encoding,
    path: source.path,
    start: source.bom + head.end,
    excel: source.excel ?? null,
    plain: head.plain && footerRows === 0,
    first: (most) => firstRecords(opened, limits.recordBytes, most),
    read: (watch = {}) => readRecords(path, opened, options, watch),
  };
}

const firstBytes = 1 << 18;

/** The first records, and no more of the file than they need. */
async function firstRecords(
  { source, head, end }: Headed,
  recordBytes: number,
  most: number,
): Promise<FirstRecord[]> {
  const found: FirstRecord[] = [];
  const { dialect, headers } = head;
  const start = source.bom + head.end;
  const transcoded = isTranscoded(source.encoding);
  const splitter = new Splitter({
    ...{ dialect, columns: headers.length, recordBytes, start, transcoded, unmarked: true },
    onRecord: (bytes, at, stop, reason) => {
      if (found.length >= most) return;
      const text = bytes.toString('utf8', at, stop);
      found.push({ fields: fieldsOf(text, { dialect, headers }, reason), reason });
    },
  });
  const handle = await open(source.path);
  try {
    for (let at = start; at < end && found.length < most; ) {
      const buffer = Buffer.allocUnsafe(Math.min(firstBytes, end - at));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) break;
      splitter.push(buffer.subarray(0, bytesRead));
      at += bytesRead;
      if (at >= end) splitter.finish();
    }
  } finally {
    await handle.close();
  }
  return found;
}

async function readRecords(
  path: string,
  first: Headed,
  options: ReadingOptions,
  watch: PassWatch,
): Promise<Reading> {
  const { file } = options;
  let opened = first;
  let result = await passOver(path, opened, options, watch);
  const isSaid = options.dialect?.encoding !== undefined;
  if (opened.source.encoding === 'utf-8' && !isSaid && badEncoding(result.marks) > 0) {
    const again = await otherwise(path, opened.source.bom, options);
    if (again !== null) {
      opened = await headed(again, options);
      result = await passOver(path, opened, options, watch);
    }
  }
  const bad = badEncoding(result.marks);
  if (bad * 2 > result.rows) throw ingestErrors.make('wrong_encoding', { file, bad });
  if (result.rows === 0 && options.empty !== true) throw ingestErrors.make('no_rows', { file });
  const { sha256, rows, good, marks, places, unlike } = result;
  const { source, head, end, footerRows } = opened;
  // One record at most need not end with anything: then the names above tell.
  const newline = rows < 2 && head.newline === '\r\n' ? head.newline : result.newline;
  const { headers, dialect, preambleRows, headerRows } = head;
  return {
    ...{ file, headers, encoding: source.encoding, dialect, newline, mixedNewlines: unlike > 0 },
    ...{ preambleRows, headerRows, footerRows, rows, good, marks, places },
    ...{ excel: source.excel ?? null, nested: source.nested ?? 0 },
    ...{ path: source.path, start: source.bom + head.end, end, sha256 },
  };
}

async function passOver(
  path: string,
  { source, head, end }: Headed,
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
  const passing = pass({ path: source.path, hash: isOriginal, end, split }, watched);
  if (isOriginal) return passing;
  const [result, sha256] = await Promise.all([passing, digestOf(path)]);
  return { ...result, sha256 };
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
  if (!isPlain(reading.dialect)) {
    await writeSpelt(reading, to, recordBytes);
    return '\n';
  }
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
  await spellOut(to, spelt.delimiter, async (write) => {
    const lines: string[][] = [];
    const options = splitOptions(reading, recordBytes);
    const onRecord: SplitOptions['onRecord'] = (bytes, at, stop, reason) => {
      if (reason !== null) return;
      lines.push(cutFields(bytes.toString('utf8', at, stop), reading.dialect));
    };
    await split(reading, { ...options, unmarked: true, onRecord }, async () => {
      for (const fields of lines.splice(0)) await write(fields);
    });
  });
}

/** What `writeSpelt` writes, and `writeClean` of a dialect no engine can be told of. */
export const spelt: Dialect = standard;

/** The dialect of what `writeClean` writes. */
export const cleanDialect = ({ dialect }: Pick<Reading, 'dialect'>): Dialect =>
  isPlain(dialect) ? dialect : spelt;

const splitOptions = (reading: Reading, recordBytes: number): SplitOptions => ({
  dialect: reading.dialect,
  columns: reading.headers.length,
  recordBytes,
  start: reading.start,
  transcoded: isTranscoded(reading.encoding),
});

/**
 * Calls `take` with the fields of every record, good or not, as text, and its bytes, which are
 * reused afterwards.
 */
export async function eachRecord(
  reading: Reading,
  recordBytes: number,
  take: (fields: string[], reason: Reason | null, bytes: Buffer) => void,
): Promise<void> {
  await split(reading, {
    ...splitOptions(reading, recordBytes),
    unmarked: true,
    onRecord: (bytes, at, stop, reason) => {
      const record = bytes.subarray(at, stop);
      const text = record.toString('utf8');
      const fields = fieldsOf(text, reading, reason);
      take(fields, reason, record);
    },
  });
}

/** Quotes that do not fit may hide the delimiters; otherwise the record is cut as any other. */
function fieldsOf(
  text: string,
  { dialect, headers }: Pick<Reading, 'dialect' | 'headers'>,
  reason: Reason | null,
): string[] {
  const isSpoilt = reason === 'stray_quote' || reason === 'unclosed_quote';
  return isSpoilt ? cutFaulty(text, dialect, headers.length) : cutFields(text, dialect);
}

/**
 * A record that goes back: its text as it came, and its fields as far as they can be told. Of one
 * that is too long as much as a record may have, and a sign that there is more.
 */
export interface ReturnedRecord extends MarkedRecord {
  text: string;
  values: string[];
}

/** Text of a record that was cut off: no character is cut in two. */
function begun(record: Buffer): string {
  const whole = Buffer.byteLength(new StringDecoder('utf8').write(record));
  return `${shown(record.subarray(0, whole))}…`;
}

/** The records of a reading that go back, cut by offset from the original bytes. */
export async function* returnedRecords(
  reading: Reading,
  recordBytes: number,
): AsyncGenerator<ReturnedRecord> {
  const handle = await open(reading.path);
  try {
    for (const mark of reading.marks) {
      if (!isReturned(mark)) continue;
      const record = Buffer.alloc(Math.min(mark.length, recordBytes));
      await handle.read(record, 0, record.length, mark.offset);
      const text = record.length < mark.length ? begun(record) : shown(record);
      yield { ...mark, text, values: fieldsOf(text, reading, mark.reason) };
    }
  } finally {
    await handle.close();
  }
}

/** The last part of a path a sender gave, for screens. */
export const safeName = (name: string): string =>
  basename(name.replaceAll('\\', '/')).slice(0, 200);
