/** A table as a file for people: CSV or Excel, written row by row, no cell of it a formula. */
import { PassThrough, Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { csvField, harmless } from './csv.ts';
import { type Cell, writeWorkbook } from './sheet.ts';

export const tableFormat = z
  .enum(['csv', 'xlsx'])
  .default('csv')
  .describe('CSV (UTF-8 with its mark) or Excel');
export type TableFormat = z.output<typeof tableFormat>;

export interface Table {
  /** Of the file, without its ending. */
  name: string;
  /** Of the sheet. */
  title: string;
  columns: { title: string; isNumber: boolean }[];
  rows: readonly (readonly unknown[])[];
}

const contentTypes: Record<TableFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

function* csvOf({ columns, rows }: Table): Generator<string> {
  // The mark of byte order is how spreadsheets recognise UTF-8.
  yield `\uFEFF${columns.map(({ title }) => csvField(harmless(title))).join(',')}\r\n`;
  for (const row of rows) {
    const fields = columns.map(({ isNumber }, at) => {
      const text = textOf(row[at]);
      return csvField(isNumber ? text : harmless(text));
    });
    yield `${fields.join(',')}\r\n`;
  }
}

/** Excel keeps 15 digits of a number: what has more, or is written otherwise, stays text. */
const exact = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const mostDigits = 15;

function cellOf(value: unknown, isNumber: boolean): Cell {
  const text = textOf(value);
  if (isNumber && exact.test(text) && text.replaceAll(/\D/g, '').length <= mostDigits) {
    return { value: text, look: 'number' };
  }
  return { value: text, look: harmless(text) === text ? 'plain' : 'guarded' };
}

/** A name a sheet may have: 31 characters at most, none of those Excel refuses. */
const sheetName = (title: string): string => title.replaceAll(/[\\/?*[\]:']/g, ' ').slice(0, 24);

/** Rows looked at for how wide a column has to be. */
const measured = 100;
const [narrowest, widest] = [8, 48];

/** In characters of the Latin alphabet; a Chinese one takes two. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 0xff ? 2 : 1), 2);

function* cellsOf({ columns, rows }: Table): Generator<Cell[]> {
  for (const row of rows) yield columns.map(({ isNumber }, at) => cellOf(row[at], isNumber));
}

function excelOf(table: Table): Readable {
  const { columns, rows } = table;
  const sample = rows.slice(0, measured);
  const stream = new PassThrough();
  const widths = columns.map(({ title }, at) => {
    const texts = [title, ...sample.map((row) => textOf(row[at]))];
    return Math.min(Math.max(narrowest, ...texts.map(widthOf)), widest);
  });
  const head = columns.map(({ title }): Cell => ({ value: title, look: 'head' }));
  const book = { title: sheetName(table.title), widths, frozen: 0, head };
  writeWorkbook(stream, { ...book, total: rows.length, rows: cellsOf(table) }).catch((error) =>
    stream.destroy(error as Error),
  );
  return stream;
}

/** The file as a stream. */
export const tableStream = (table: Table, format: TableFormat): Readable =>
  format === 'csv' ? Readable.from(csvOf(table)) : excelOf(table);

/** Sends the table as a file to keep. */
export const sendTable = (reply: FastifyReply, table: Table, format: TableFormat): FastifyReply =>
  reply
    .type(contentTypes[format])
    .header(
      'content-disposition',
      `attachment; filename*=UTF-8''${encodeURIComponent(table.name)}.${format}`,
    )
    .send(tableStream(table, format));
