/** Excel to text: what stands in a cell comes out, wherever the bytes of the file are cut. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, expect, test } from 'vitest';
import { unpackExcel } from './excel.ts';

const dir = mkdtempSync(join(tmpdir(), 'excel-'));
afterAll(() => rmSync(dir, { recursive: true }));

const limits = {
  columns: 100,
  recordBytes: 1 << 20,
  fileBytes: 1 << 30,
  unpackedBytes: 1 << 30,
  unpackedRatio: 400,
  zipEntries: 100,
};

/** Rows of Chinese only: every cut between chunks falls into a character two times out of three. */
const rows = Array.from({ length: 30_000 }, (_, at) => [`第${at}行`, '网格员女专职联络']);

test.each([true, false])(
  'no character is broken, shared strings %s',
  async (shared) => {
    const path = join(dir, `${shared}.xlsx`);
    const options = { filename: path, useSharedStrings: shared, useStyles: false };
    const book = new ExcelJS.stream.xlsx.WorkbookWriter(options);
    const sheet = book.addWorksheet('Sheet1');
    for (const row of rows) sheet.addRow(row).commit();
    sheet.commit();
    await book.commit();
    const to = join(dir, `${shared}.csv`);
    await unpackExcel(path, to, { file: 'a.xlsx', limits });
    const lines = readFileSync(to, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBe(rows.length);
    expect(lines.filter((line, at) => line !== rows[at]?.join(','))).toEqual([]);
  },
  300_000,
);
