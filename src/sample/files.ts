/** Writes deliveries the way departments send them: text of their own dialect, or a workbook. */
import { closeSync, openSync, writeSync } from 'node:fs';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { quote, type WrittenRow } from './dirt.ts';

export type FileFormat = 'utf8' | 'utf8-bom' | 'utf16' | 'gbk' | 'xlsx';

export interface Dialect {
  format: FileFormat;
  /** Comma when absent. */
  delimiter?: ',' | ';' | '\t' | '|';
  /** CR LF when absent. */
  newline?: '\n' | '\r\n';
  /** Lines above the header: a title, a note. */
  preamble?: readonly string[];
}

/** A file that is being written, record by record. */
export interface OpenDelivery {
  write(record: WrittenRow): void;
  close(): Promise<void>;
}

/** Signs kept before they are encoded and written. */
const chunk = 1 << 18;

export function openDelivery(
  path: string,
  dialect: Dialect,
  headers: readonly string[],
): OpenDelivery {
  return dialect.format === 'xlsx'
    ? openWorkbook(path, dialect, headers)
    : openText(path, dialect, headers);
}

export async function writeDelivery(
  path: string,
  format: FileFormat,
  headers: readonly string[],
  records: readonly WrittenRow[],
): Promise<void> {
  const file = openDelivery(path, { format }, headers);
  for (const record of records) file.write(record);
  await file.close();
}

function openText(path: string, dialect: Dialect, headers: readonly string[]): OpenDelivery {
  const { delimiter = ',', newline = '\r\n', preamble = [] } = dialect;
  const encode = encoderOf(dialect.format);
  const target = openSync(path, 'w');
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => quote(cell, delimiter)).join(delimiter);
  let text = [...preamble, line(headers), ''].join(newline);
  const flush = (): void => {
    writeSync(target, encode(text));
    text = '';
  };
  return {
    write: (record) => {
      text += ('line' in record ? record.line : line(record.cells)) + newline;
      if (text.length > chunk) flush();
    },
    close: async () => {
      flush();
      closeSync(target);
    },
  };
}

function encoderOf(format: FileFormat): (text: string) => Buffer {
  if (format === 'gbk') return (text) => iconv.encode(text, 'gbk');
  let mark = format === 'utf8-bom' || format === 'utf16' ? '\uFEFF' : '';
  return (text) => {
    const marked = mark + text;
    mark = '';
    return Buffer.from(marked, format === 'utf16' ? 'utf16le' : 'utf8');
  };
}

function openWorkbook(path: string, dialect: Dialect, headers: readonly string[]): OpenDelivery {
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: path, useStyles: false });
  const sheet = book.addWorksheet('Sheet1');
  for (const line of dialect.preamble ?? []) sheet.addRow([line]).commit();
  sheet.addRow([...headers]).commit();
  return {
    write: (record) => {
      if ('cells' in record) sheet.addRow(record.cells.map((cell) => cell || null)).commit();
    },
    close: async () => {
      sheet.commit();
      await book.commit();
    },
  };
}
