/**
 * Excel (.xlsx) to clean UTF-8 CSV, row by row. Dates come as ISO text, formulas as their last
 * value; macros and links to other files are not looked at, and said.
 */
import { posix } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { GuantongError } from '#kernel/errors';
import { ingestErrors } from '../../errors.ts';
import { cellReader, dateStyles, placeOf } from './cells.ts';
import { standard } from './dialect.ts';
import type { ReadingLimits } from './limits.ts';
import { type LineWriter, writeLines } from './rewrite.ts';
import { SharedStrings } from './strings.ts';
import { attribute, Xml, type XmlEvents } from './xml.ts';
import { openZip, type Zip, type ZipEntry } from './zip.ts';

export interface ExcelOptions {
  file: string;
  limits: ReadingLimits;
  /** Name of the sheet; the first visible one with a cell otherwise. */
  sheet?: string | undefined;
  /** So many rows are enough; all when absent. */
  rows?: number | undefined;
}

export interface ExcelFound {
  sheet: string;
  /** All sheets, in order. */
  sheets: string[];
  /** What was passed over: `macros`, `links`, `hidden_sheets`. */
  ignored: string[];
}

interface SheetPart {
  name: string;
  hidden: boolean;
  entry: ZipEntry;
}

/** Longest run of text or tag in a part: a cell holds 32,767 characters. */
const partCharacters = 1 << 22;

async function parse(entry: ZipEntry, events: Partial<XmlEvents>): Promise<void> {
  const nothing = (): void => undefined;
  const xml = new Xml({ open: nothing, close: nothing, text: nothing, ...events }, partCharacters);
  const decoder = new StringDecoder('utf8');
  for await (const chunk of entry.content()) xml.push(decoder.write(chunk));
  xml.push(decoder.end());
  xml.end();
}

const partOf = ({ entries }: Zip, name: string): ZipEntry | undefined =>
  entries.find((entry) => entry.name.toLowerCase() === name.replace(/^\//, '').toLowerCase());

interface Book {
  sheets: SheetPart[];
  /** Days are counted from 1904, as Macintosh books do. */
  is1904: boolean;
}

async function bookOf(zip: Zip): Promise<Book> {
  const main = partOf(zip, 'xl/workbook.xml');
  if (main === undefined) throw new Error('no xl/workbook.xml');
  const targets = new Map<string, string>();
  const links = partOf(zip, 'xl/_rels/workbook.xml.rels');
  if (links !== undefined) {
    await parse(links, {
      open: (name, attributes) => {
        if (name !== 'Relationship') return;
        targets.set(attribute(attributes, 'Id') ?? '', attribute(attributes, 'Target') ?? '');
      },
    });
  }
  const book: Book = { sheets: [], is1904: false };
  await parse(main, {
    open: (name, attributes) => {
      if (name === 'workbookPr') {
        book.is1904 = /^(1|true)$/.test(attribute(attributes, 'date1904') ?? '');
      }
      if (name !== 'sheet') return;
      const target = targets.get(attribute(attributes, 'id') ?? '') ?? '';
      const path = target.startsWith('/') ? target : posix.join('xl', target);
      const entry = partOf(zip, path);
      if (entry === undefined || !/worksheets\//i.test(path)) return;
      const hidden = (attribute(attributes, 'state') ?? 'visible') !== 'visible';
      book.sheets.push({ name: attribute(attributes, 'name') ?? '', hidden, entry });
    },
  });
  return book;
}

async function stringsOf(zip: Zip): Promise<SharedStrings> {
  const strings = new SharedStrings();
  const entry = partOf(zip, 'xl/sharedStrings.xml');
  if (entry === undefined) return strings;
  let text = '';
  let inText = false;
  let phonetic = false;
  await parse(entry, {
    open: (name) => {
      if (name === 'si') text = '';
      if (name === 'rPh') phonetic = true;
      inText = name === 't' && !phonetic;
    },
    close: (name) => {
      if (name === 'si') strings.push(text);
      if (name === 'rPh') phonetic = false;
      inText = false;
    },
    text: (part) => {
      if (inText) text += part;
    },
  });
  return strings;
}

async function stylesOf(zip: Zip): Promise<boolean[]> {
  const entry = partOf(zip, 'xl/styles.xml');
  if (entry === undefined) return [];
  const styles = dateStyles();
  await parse(entry, styles.events);
  return styles.isDate;
}

/** Cells that stand for several rows: the value of the first is that of all. */
interface Merge {
  column: number;
  from: number;
  to: number;
}

const mergePattern = /<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+\d+):([A-Z]+\d+)"/g;

/**
 * They stand behind the rows, so the sheet is looked through for them first. One far to the right
 * of all columns there may be is left alone: no row is drawn out as long as that.
 */
async function mergesOf(entry: ZipEntry, { columns }: ReadingLimits): Promise<Merge[]> {
  const merges: Merge[] = [];
  let rest = '';
  for await (const chunk of entry.content()) {
    const text = rest + chunk.toString('latin1');
    // The rows themselves hold none.
    const start = text.indexOf('mergeCell');
    rest = text.slice(start < 0 ? -64 : Math.max(start - 8, text.length - 200));
    if (start < 0) continue;
    let last = 0;
    for (const found of text.matchAll(mergePattern)) {
      const from = placeOf(found[1] ?? '');
      const to = placeOf(found[2] ?? '');
      last = found.index + found[0].length;
      if (from === null || to === null || to.row <= from.row || from.column >= columns) continue;
      merges.push({ column: from.column, from: from.row, to: to.row });
    }
    rest = text.slice(Math.max(last, text.length - 200));
  }
  return merges;
}

interface Context {
  options: ExcelOptions;
  strings: SharedStrings;
  isDate: boolean[];
  is1904: boolean;
}

/** Columns that take the value above while a merged cell lasts. */
class Filling {
  readonly #byRow = new Map<number, Merge[]>();
  #open: { merge: Merge; value: string }[] = [];

  constructor(merges: readonly Merge[]) {
    for (const merge of merges) {
      this.#byRow.set(merge.from, [...(this.#byRow.get(merge.from) ?? []), merge]);
    }
  }

  fill(row: number, cells: string[]): void {
    this.#open = this.#open.filter(({ merge }) => merge.to >= row);
    for (const { merge, value } of this.#open) {
      while (cells.length < merge.column) cells.push('');
      if ((cells[merge.column] ?? '') === '') cells[merge.column] = value;
    }
    for (const merge of this.#byRow.get(row) ?? []) {
      this.#open.push({ merge, value: cells[merge.column] ?? '' });
    }
  }
}

/** So many rows are looked at before the first is written: they show how wide the table is. */
const headRows = 30;

/** How far most rows reach; a lone note at the right of them is no column. */
function widthOf(rows: readonly string[][]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) {
    if (length > 1) counts.set(length, (counts.get(length) ?? 0) + 1);
  }
  const often = Math.max(2, rows.length / 5);
  const wide = [...counts].flatMap(([length, count]) => (count >= often ? [length] : []));
  return Math.max(0, ...(wide.length > 0 ? wide : counts.keys()));
}

/** Rows as wide as the table; a title above it stands in one cell, a gap in none. */
class Padding {
  #width: number | null = null;
  #begun = false;
  #held: string[][] = [];

  /** Rows that can be written now. */
  take(rows: string[][], last: boolean): string[][] {
    this.#held.push(...rows);
    if (this.#width === null && this.#held.length < headRows && !last) return [];
    this.#width ??= widthOf(this.#held);
    const width = this.#width;
    const ready = this.#held;
    this.#held = [];
    for (const cells of ready) {
      this.#begun ||= cells.length > 1;
      // Below the names one cell is a row whose other values are missing.
      while (this.#begun && cells.length > 0 && cells.length < width) cells.push('');
    }
    return ready;
  }
}

/** Writes the rows of a sheet; gives how many. */
async function writeSheet(sheet: SheetPart, write: LineWriter, context: Context): Promise<number> {
  const { file, limits } = context.options;
  const filling = new Filling(await mergesOf(sheet.entry, limits));
  const padding = new Padding();
  const lines: string[][] = [];
  let rows = 0;
  let previous = 0;
  const take = (row: number, cells: string[]): void => {
    filling.fill(row, cells);
    while (cells.length > 0 && cells.at(-1) === '') cells.pop();
    if (cells.length === 0) return;
    if (cells.length > limits.columns) {
      throw ingestErrors.make('too_many_columns', {
        file,
        columns: cells.length,
        limit: limits.columns,
      });
    }
    // A gap between rows parts a table from its notes.
    if (rows > 0 && row > previous + 1) lines.push([]);
    lines.push(cells);
    rows += 1;
    previous = row;
  };
  const xml = new Xml(cellReader({ ...context, columns: limits.columns, take }), partCharacters);
  const decoder = new StringDecoder('utf8');
  for await (const chunk of sheet.entry.content()) {
    xml.push(decoder.write(chunk));
    for (const cells of padding.take(lines.splice(0), false)) await write(cells);
    if (rows >= (context.options.rows ?? Number.POSITIVE_INFINITY)) break;
  }
  if (rows < (context.options.rows ?? Number.POSITIVE_INFINITY)) xml.end();
  for (const cells of padding.take(lines.splice(0), true)) await write(cells);
  return rows;
}

function chosen(book: Book, { sheet, file }: ExcelOptions): SheetPart[] {
  const visible = book.sheets.filter(({ hidden }) => !hidden);
  if (sheet === undefined) return visible.length > 0 ? visible : book.sheets;
  const one = book.sheets.find(({ name }) => name === sheet);
  if (one !== undefined) return [one];
  const names = book.sheets.map(({ name }) => name).join(', ');
  throw ingestErrors.make('no_sheet', { file, sheet, names });
}

function ignoredIn(zip: Zip, book: Book): string[] {
  const has = (pattern: RegExp): boolean => zip.entries.some(({ name }) => pattern.test(name));
  return [
    ...(has(/vbaProject\.bin$/i) ? ['macros'] : []),
    ...(has(/externalLinks\//i) ? ['links'] : []),
    ...(book.sheets.some(({ hidden }) => hidden) ? ['hidden_sheets'] : []),
  ];
}

async function unpack(zip: Zip, to: string, options: ExcelOptions): Promise<ExcelFound> {
  const book = await bookOf(zip);
  const sheets = chosen(book, options);
  const [strings, isDate] = [await stringsOf(zip), await stylesOf(zip)];
  const context = { options, strings, isDate, is1904: book.is1904 };
  const found = { sheets: book.sheets.map(({ name }) => name), ignored: ignoredIn(zip, book) };
  for (const sheet of sheets) {
    let rows = 0;
    await writeLines(to, standard, async (write) => {
      rows = await writeSheet(sheet, write, context);
    });
    if (rows > 0) return { sheet: sheet.name, ...found };
  }
  throw ingestErrors.make('empty_file', { file: options.file });
}

/**
 * Writes a sheet of an Excel file as CSV.
 * @throws ingest.zip_bomb, zip_ratio, zip_path, bad_excel, no_sheet, too_many_columns, empty_file
 */
export async function unpackExcel(
  path: string,
  to: string,
  options: ExcelOptions,
): Promise<ExcelFound> {
  try {
    const zip = await openZip(path, options.file, options.limits);
    try {
      return await unpack(zip, to, options);
    } finally {
      zip.close();
    }
  } catch (error) {
    if (error instanceof GuantongError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw ingestErrors.make('bad_excel', { file: options.file, detail });
  }
}
