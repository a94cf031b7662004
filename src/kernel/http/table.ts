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

export interface Table<Rows extends AnyRows = readonly Row[]> {
  /** Of the file, without its ending. */
  name: string;
  /** Of the sheet. */
  title: string;
  columns: { title: string; isNumber: boolean }[];
  rows: Rows;
}

type Row = readonly unknown[];

/** Rows that are not in memory: how many, the first of them, and all, to be read once. */
export interface FarRows {
  total: number;
  first: readonly Row[];
  all: AsyncIterable<Row>;
}

type AnyRows = readonly Row[] | FarRows;

/** A table whose rows are in memory, or come from elsewhere. */
export type AnyTable = Table<AnyRows>;

const isFar = (rows: AnyRows): rows is FarRows => 'total' in rows;

/** How many rows a table has. */
export const rowsOf = ({ rows }: AnyTable): number => (isFar(rows) ? rows.total : rows.length);

const allOf = ({ rows }: AnyTable): AsyncIterable<Row> | Iterable<Row> =>
  isFar(rows) ? rows.all : rows;

const contentTypes: Record<TableFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** Lines put together before they are sent. */
const batchLines = 200;

async function* csvOf(table: AnyTable): AsyncGenerator<string> {
  const { columns } = table;
  // The mark of byte order is how spreadsheets recognise UTF-8.
  yield `\uFEFF${columns.map(({ title }) => csvField(harmless(title))).join(',')}\r\n`;
  let lines: string[] = [];
  for await (const row of allOf(table)) {
    const fields = columns.map(({ isNumber }, at) => {
      const text = textOf(row[at]);
      return csvField(isNumber ? text : harmless(text));
    });
    lines.push(`${fields.join(',')}\r\n`);
    if (lines.length < batchLines) continue;
    yield lines.join('');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('');
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

async function* cellsOf(table: AnyTable): AsyncGenerator<Cell[]> {
  const { columns } = table;
  for await (const row of allOf(table))
    yield columns.map(({ isNumber }, at) => cellOf(row[at], isNumber));
}

function excelOf(table: AnyTable): Readable {
  const { columns, rows } = table;
  const sample = (isFar(rows) ? rows.first : rows).slice(0, measured);
  const stream = new PassThrough();
  const widths = columns.map(({ title }, at) => {
    const texts = [title, ...sample.map((row) => textOf(row[at]))];
    return Math.min(Math.max(narrowest, ...texts.map(widthOf)), widest);
  });
  const head = columns.map(({ title }): Cell => ({ value: title, look: 'head' }));
  const book = { title: sheetName(table.title), widths, frozen: 0, head };
  const cells = cellsOf(table);
  writeWorkbook(stream, { ...book, total: rowsOf(table), rows: cells })
    .catch((error) => stream.destroy(error as Error))
    // Whoever left half-way leaves rows behind that nobody reads any more.
    .finally(() => cells.return(undefined));
  return stream;
}

/** The file as a stream. */
export const tableStream = (table: AnyTable, format: TableFormat): Readable =>
  format === 'csv' ? Readable.from(csvOf(table)) : excelOf(table);

/** Sends the table as a file to keep. */
export const sendTable = (
  reply: FastifyReply,
  table: AnyTable,
  format: TableFormat,
): FastifyReply =>
  reply
    .type(contentTypes[format])
    .header(
      'content-disposition',
      `attachment; filename*=UTF-8''${encodeURIComponent(table.name)}.${format}`,
    )
    .send(tableStream(table, format));
