/** Writes deliveries the way departments send them: UTF-8 or GBK text, or a workbook. */
import { writeFile } from 'node:fs/promises';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { quote, type WrittenRow } from './dirt.ts';

export type FileFormat = 'utf8' | 'gbk' | 'xlsx';

export async function writeDelivery(
  path: string,
  format: FileFormat,
  headers: readonly string[],
  records: readonly WrittenRow[],
): Promise<void> {
  if (format === 'xlsx') await writeWorkbook(path, headers, records);
  else {
    const text = [headers.map(quote).join(','), ...records.map(lineOf), ''].join('\r\n');
    await writeFile(path, format === 'gbk' ? iconv.encode(text, 'gbk') : text);
  }
}

const lineOf = (record: WrittenRow): string =>
  'line' in record ? record.line : record.cells.map(quote).join(',');

async function writeWorkbook(
  path: string,
  headers: readonly string[],
  records: readonly WrittenRow[],
): Promise<void> {
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: path, useStyles: false });
  const sheet = book.addWorksheet('Sheet1');
  sheet.addRow([...headers]).commit();
  for (const record of records) {
    if ('cells' in record) sheet.addRow(record.cells.map((cell) => cell || null)).commit();
  }
  sheet.commit();
  await book.commit();
}
