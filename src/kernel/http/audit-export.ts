/** The audit as a file for spreadsheets: CSV or Excel, written as it is read. */
import { PassThrough, Readable } from 'node:stream';
import type ExcelJS from 'exceljs';
import type { AuditPage } from '#kernel/audit';
import { harmless } from './csv.ts';

const columns = [
  'id',
  'at',
  'actorKind',
  'actor',
  'actorName',
  'roles',
  'from',
  'action',
  'subject',
  'dataset',
  'purpose',
  'grant',
  'rows',
  'persons',
  'detail',
  'requestId',
] as const;

type Pages = AsyncIterable<AuditPage['items']>;

/** A text that a spreadsheet would run as a formula is led by an apostrophe. */
const textOf = (value: unknown): string =>
  harmless(typeof value === 'object' ? JSON.stringify(value) : String(value));

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return `"${textOf(value).replaceAll('"', '""')}"`;
}

async function* lines(pages: Pages): AsyncGenerator<string> {
  // The mark tells Excel that the file is UTF-8.
  yield `\uFEFF${columns.join(',')}\r\n`;
  for await (const items of pages) {
    yield items.map((one) => `${columns.map((name) => cell(one[name])).join(',')}\r\n`).join('');
  }
}

export const asCsv = (pages: Pages): Readable => Readable.from(lines(pages));

/** Rows of one sheet in Excel; what is beyond goes to the next. */
const rowsOfSheet = 1_048_575;

async function write(pages: Pages, out: PassThrough): Promise<void> {
  // Read when it is needed: it takes longer than all else at the start.
  const { default: Excel } = await import('exceljs');
  const book = new Excel.stream.xlsx.WorkbookWriter({ stream: out });
  let sheet: ExcelJS.Worksheet | undefined;
  let count = 0;
  const open = (): ExcelJS.Worksheet => {
    const opened = book.addWorksheet(`audit ${Math.floor(count / rowsOfSheet) + 1}`);
    opened.addRow([...columns]).commit();
    return opened;
  };
  for await (const items of pages) {
    for (const one of items) {
      if (sheet === undefined || count % rowsOfSheet === 0) sheet = open();
      const values = columns.map((name) => one[name]);
      sheet
        .addRow(values.map((value) => (typeof value === 'number' ? value : textOf(value ?? ''))))
        .commit();
      count += 1;
    }
    if (out.writableNeedDrain) await new Promise((resolve) => out.once('drain', resolve));
  }
  if (sheet === undefined) open();
  await book.commit();
}

export function asExcel(pages: Pages): Readable {
  const out = new PassThrough();
  write(pages, out).catch((error: Error) => out.destroy(error));
  return out;
}
