/**
 * Excel (.xlsx) to clean UTF-8 CSV, row by row. Dates come as ISO text, formulas as their last
 * value.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import ExcelJS from 'exceljs';
import { ingestErrors } from '../../errors.ts';
import type { ReadingLimits } from './limits.ts';

interface Entry {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  offset: number;
  packed: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;

/**
 * The central directory of a ZIP file (APPNOTE 4.3.12, 4.3.16). ZIP64 is beyond any sheet of Excel.
 */
function entriesOf(zip: Buffer): Entry[] {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== endSignature) end -= 1;
  if (end < 0) throw new Error('no central directory');
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  const entries: Entry[] = [];
  for (let index = 0; index < count; index += 1) {
    if (zip.readUInt32LE(at) !== entrySignature) throw new Error('broken central directory');
    const nameLength = zip.readUInt16LE(at + 28);
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      method: zip.readUInt16LE(at + 10),
      offset: zip.readUInt32LE(at + 42),
      packed: zip.readUInt32LE(at + 20),
    });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/** Unpacks into nothing, counting: what a ZIP says of its own sizes cannot be trusted. */
async function unpackedBytes(zip: Buffer, entry: Entry, limit: number): Promise<number> {
  const start =
    entry.offset + 30 + zip.readUInt16LE(entry.offset + 26) + zip.readUInt16LE(entry.offset + 28);
  const packed = zip.subarray(start, start + entry.packed);
  if (entry.method === 0) return packed.length;
  const inflate = createInflateRaw();
  inflate.end(packed);
  let bytes = 0;
  for await (const chunk of inflate) {
    bytes += (chunk as Buffer).length;
    if (bytes > limit) break;
  }
  return bytes;
}

async function refuseBomb(path: string, file: string, limits: ReadingLimits): Promise<void> {
  const handle = await open(path);
  try {
    const zip = await handle.readFile();
    const entries = entriesOf(zip);
    if (!entries.some(({ name }) => name.startsWith('xl/'))) {
      throw ingestErrors.make('not_a_table', { file, what: 'ZIP' });
    }
    let bytes = 0;
    for (const entry of entries) {
      bytes += await unpackedBytes(zip, entry, limits.unpackedBytes - bytes);
      if (bytes > limits.unpackedBytes) {
        throw ingestErrors.make('zip_bomb', { file, limit: limits.unpackedBytes });
      }
    }
  } finally {
    await handle.close();
  }
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Excel has no zones: the wall clock it shows, which the reader takes as UTC, is what is meant. */
const dateText = (date: Date): string => {
  // Serial numbers of days are not exact in binary; the nearest second is what was entered.
  const near = new Date(Math.round(date.getTime() / 1000) * 1000);
  const day = `${near.getUTCFullYear()}-${two(near.getUTCMonth() + 1)}-${two(near.getUTCDate())}`;
  const clock = [near.getUTCHours(), near.getUTCMinutes(), near.getUTCSeconds()];
  return clock.every((part) => part === 0) ? day : `${day} ${clock.map(two).join(':')}`;
};

/** A number as Excel shows it: 15 digits, never an exponent. */
const numberText = (value: number): string => {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(Number(value.toPrecision(15)));
  return text.includes('e') ? value.toFixed(15).replace(/0+$/, '') : text;
};

function cellText(value: ExcelJS.CellValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return dateText(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (typeof value === 'string') return value;
  if ('richText' in value) return value.richText.map((part) => part.text).join('');
  if ('text' in value) return cellText(value.text as ExcelJS.CellValue);
  if ('error' in value) return value.error;
  if ('result' in value) return cellText(value.result as ExcelJS.CellValue);
  return '';
}

const quoted = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** Values of a row from its first column on; trailing empty cells are cut. */
function valuesOf(row: ExcelJS.Row): string[] {
  const values = (Array.isArray(row.values) ? row.values.slice(1) : []) as ExcelJS.CellValue[];
  const texts = Array.from(values, cellText);
  while (texts.length > 0 && texts.at(-1) === '') texts.pop();
  return texts;
}

/** The parts of the library's reader that take bytes. */
interface ByteParts {
  _parseWorksheet(chunks: AsyncIterable<Uint8Array>, sheet: number): unknown;
  _parseSharedStrings(entry: Readable): unknown;
}

async function* textOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
}

/**
 * The library decodes every chunk of bytes by itself, which breaks a character that lies across
 * two; text it takes as it is.
 */
function keepCharactersWhole(reader: ExcelJS.stream.xlsx.WorkbookReader): void {
  const parts = reader as unknown as ByteParts;
  const sheetOf = parts._parseWorksheet.bind(parts) as (chunks: unknown, at: number) => unknown;
  const stringsOf = parts._parseSharedStrings.bind(parts);
  parts._parseWorksheet = (chunks, at) => sheetOf(textOf(chunks), at);
  parts._parseSharedStrings = (entry) => stringsOf(entry.setEncoding('utf8'));
}

/**
 * The line of a row: at least as many fields as the widest row before it has, so that empty cells
 * count.
 */
async function writeRows(
  path: string,
  to: string,
  limits: ReadingLimits,
  file: string,
): Promise<void> {
  const target = createWriteStream(to);
  const ended = finished(target);
  const reader = new ExcelJS.stream.xlsx.WorkbookReader(path, {
    sharedStrings: 'cache',
    styles: 'cache',
    worksheets: 'emit',
    hyperlinks: 'ignore',
    entries: 'ignore' as never,
  });
  keepCharactersWhole(reader);
  try {
    for await (const sheet of reader) {
      let width = 0;
      for await (const row of sheet) {
        const texts = valuesOf(row);
        if (texts.length === 0) continue;
        if (texts.length > limits.columns) {
          const params = { file, columns: texts.length, limit: limits.columns };
          throw ingestErrors.make('too_many_columns', params);
        }
        // A title above the header stands in one cell; the header is the first row of several.
        if (texts.length > 1 && width <= 1) width = texts.length;
        while (texts.length < width) texts.push('');
        if (!target.write(`${texts.map(quoted).join(',')}\n`)) await once(target, 'drain');
      }
      // The first sheet is the table; others are notes and code lists.
      break;
    }
    target.end();
    await ended;
  } finally {
    target.destroy();
    await ended.catch(() => undefined);
  }
}

/**
 * Writes the first sheet of an Excel file as CSV.
 * @throws ingest.zip_bomb, ingest.bad_excel, ingest.not_a_table, ingest.too_many_columns
 */
export async function unpackExcel(
  path: string,
  to: string,
  file: string,
  limits: ReadingLimits,
): Promise<void> {
  try {
    await refuseBomb(path, file, limits);
    await writeRows(path, to, limits, file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ingest.'))
      throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw ingestErrors.make('bad_excel', { file, detail });
  }
}
