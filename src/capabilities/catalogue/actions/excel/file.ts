/** The workbook itself: written with widths and a frozen header, read within limits. */
import type ExcelJS from 'exceljs';
import yauzl from 'yauzl';
import type { Fault } from '#kernel/errors';
import { catalogueErrors } from '../../errors.ts';
import {
  type ColumnSpec,
  checkColumns,
  checkHeader,
  codeColumns,
  codeHeader,
  itemColumns,
  itemHeader,
  nameHeader,
  resourceColumns,
  restHeader,
  sentHeader,
  sheets,
  shownHeaders,
  targetHeader,
} from './columns.ts';
import type { ReadBook, ReadLine } from './parse.ts';
import type { Book } from './rows.ts';

type SheetName = keyof typeof sheets;

const headersOf = (...groups: (readonly ColumnSpec[] | readonly string[])[]): string[] =>
  groups.flat().map((one) => (typeof one === 'string' ? one : one.header));

/** Headers of every sheet, in their order. */
const layout: Record<SheetName, string[]> = {
  resources: headersOf([nameHeader], resourceColumns, shownHeaders, [restHeader]),
  items: headersOf([nameHeader, itemHeader], itemColumns, [restHeader]),
  codes: headersOf([nameHeader, itemHeader, codeHeader], codeColumns, [restHeader]),
  checks: headersOf([nameHeader, checkHeader], checkColumns, [restHeader]),
  headers: [nameHeader, sentHeader, targetHeader],
};

const widths = new Map(
  [...resourceColumns, ...itemColumns, ...codeColumns, ...checkColumns].map((one) => [
    one.header,
    one.width,
  ]),
);
const usualWidth = 18;

const sheetNames = Object.keys(sheets) as SheetName[];

export async function writeBook(book: Book): Promise<Buffer> {
  // Read when it is needed: it takes longer than all else at the start.
  const { default: Excel } = await import('exceljs');
  const file = new Excel.Workbook();
  for (const name of sheetNames) {
    const sheet = file.addWorksheet(sheets[name], { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = layout[name].map((header) => ({
      header,
      key: header,
      width: widths.get(header) ?? usualWidth,
    }));
    sheet.getRow(1).font = { bold: true };
    for (const line of book[name]) sheet.addRow(layout[name].map((header) => line[header] ?? ''));
    sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: layout[name].length } };
  }
  return Buffer.from(await file.xlsx.writeBuffer());
}

const opened = (bytes: Buffer): Promise<yauzl.ZipFile> =>
  new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });

const unpacked = (zip: yauzl.ZipFile, entry: yauzl.Entry, limit: number): Promise<number> =>
  new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return reject(error);
      let bytes = 0;
      stream.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > limit) stream.destroy(new Error('too large'));
      });
      stream.on('end', () => resolve(bytes));
      stream.on('error', reject);
    });
  });

/** Unpacks into nothing, counting: what a file says of its own size cannot be trusted. */
async function checkSize(bytes: Buffer, limit: number): Promise<void> {
  const zip = await opened(bytes);
  let left = limit;
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      unpacked(zip, entry, left).then((size) => {
        left -= size;
        zip.readEntry();
      }, reject);
    });
    zip.on('end', resolve);
    zip.on('error', reject);
    zip.readEntry();
  });
}

/** What a cell shows: a formula its last value, a link its text, a date its day. */
function shown(value: ExcelJS.CellValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value !== 'object') return String(value);
  if ('richText' in value) return value.richText.map(({ text }) => text).join('');
  if ('text' in value) return String(value.text);
  return 'result' in value ? shown(value.result as ExcelJS.CellValue) : '';
}

function linesOf(sheet: ExcelJS.Worksheet, name: SheetName, faults: Fault[]): ReadLine[] {
  const columns = new Map<string, number>();
  sheet.getRow(1).eachCell((cell, at) => {
    const header = shown(cell.value).trim();
    const place = `${sheets[name]}!${cell.address}`;
    const known = layout[name].includes(header);
    if (known && !columns.has(header)) columns.set(header, at);
    else
      faults.push(
        catalogueErrors.fault('unknown_header', { item: place }, { cell: place, header }),
      );
  });
  if (!columns.has(nameHeader)) {
    const place = `${sheets[name]}!A1`;
    faults.push(
      catalogueErrors.fault('no_header', { item: place }, { cell: place, header: nameHeader }),
    );
  }
  const lines: ReadLine[] = [];
  sheet.eachRow((row, number) => {
    if (number === 1) return;
    const cells = new Map(
      [...columns].map(([header, at]) => [header, shown(row.getCell(at).value)]),
    );
    if ([...cells.values()].every((cell) => cell === '')) return;
    const place = (header: string): string =>
      `${sheets[name]}!${row.getCell(columns.get(header) ?? 1).address}`;
    lines.push({ cells, place });
  });
  return lines;
}

/**
 * The rows of a workbook.
 * @throws catalogue.not_excel when it is no workbook, or unpacks to more than `limit` bytes
 */
export async function readBook(
  bytes: Buffer,
  limit: number,
): Promise<{ book: ReadBook; faults: Fault[] }> {
  // Read when it is needed: it takes longer than all else at the start.
  const { default: Excel } = await import('exceljs');
  const file = new Excel.Workbook();
  try {
    await checkSize(bytes, limit);
    await file.xlsx.load(bytes as unknown as ArrayBuffer);
  } catch {
    throw catalogueErrors.make('not_excel');
  }
  const faults: Fault[] = [];
  const book: ReadBook = { resources: [], items: [], codes: [], checks: [], headers: [] };
  for (const name of sheetNames) {
    const sheet = file.getWorksheet(sheets[name]);
    if (sheet !== undefined) book[name] = linesOf(sheet, name, faults);
    else if (name === 'resources' || name === 'items') {
      faults.push(catalogueErrors.fault('no_sheet', {}, { sheet: sheets[name] }));
    }
  }
  return { book, faults };
}
