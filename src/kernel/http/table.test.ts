/** Files of tables: what a spreadsheet would run is never run, what is a number can be summed. */
import { buffer } from 'node:stream/consumers';
import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';
import { type AnyTable, type Table, tableStream } from '#kernel/http';

const evil = ['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '\t=1', '＝HYPERLINK("x")'];

const table: Table = {
  name: 'x',
  title: '城市部件/登记',
  columns: [
    { title: '=编号', isNumber: false },
    { title: '数', isNumber: true },
  ],
  rows: [
    ...evil.map((text) => [text, '=2+2']),
    ['00123', '12.50'],
    ['a,"b"\nc', '12345678901234567'],
    [null, -7],
    [{ a: 1 }, null],
  ],
};

async function cellsOf(format: 'xlsx'): Promise<ExcelJS.Worksheet> {
  const book = new ExcelJS.Workbook();
  const bytes = await buffer(tableStream(table, format));
  await book.xlsx.load(bytes as unknown as ExcelJS.Buffer);
  const [sheet] = book.worksheets;
  if (sheet === undefined) throw new Error('no sheet');
  return sheet;
}

test('no cell of a workbook is a formula; all text is of the format text', async () => {
  const sheet = await cellsOf('xlsx');
  sheet.eachRow((row) => row.eachCell((cell) => expect(cell.type).not.toBe(6)));
  expect(sheet.getColumn(1).values.slice(2, 2 + evil.length)).toEqual(evil);
  expect(sheet.getCell('A1').value).toBe('=编号');
  for (const row of [2, 3, 4, 5, 6, 7]) {
    expect(sheet.getCell(row, 1).numFmt).toBe('@');
  }
});

test('numbers are numbers, what Excel would round or cut stays text', async () => {
  const sheet = await cellsOf('xlsx');
  expect(sheet.getCell('B2').value).toBe('=2+2');
  expect([sheet.getCell('A8').value, sheet.getCell('B8').value]).toEqual(['00123', 12.5]);
  expect(sheet.getCell('B9').value).toBe('12345678901234567');
  expect(sheet.getCell('A9').value).toBe('a,"b"\nc');
  expect([sheet.getCell('A10').value, sheet.getCell('B10').value]).toEqual([null, -7]);
  expect(sheet.getCell('A11').value).toBe('{"a":1}');
});

test('CSV carries the mark, quotes what it must and leads formulas by an apostrophe', async () => {
  const text = (await buffer(tableStream(table, 'csv'))).toString();
  expect(text.startsWith("\uFEFF'=编号,数\r\n")).toBe(true);
  for (const one of evil) expect(text).toContain(`'${one.replaceAll('"', '""')}`);
  expect(text).toContain('"a,""b""\nc",12345678901234567\r\n');
  expect(text).toContain('\r\n00123,12.50\r\n');
});

test('rows that lie elsewhere come the same, and are let go when the reader leaves', async () => {
  let isOpen = 0;
  async function* lines(): AsyncGenerator<readonly unknown[]> {
    isOpen += 1;
    try {
      for (const row of table.rows as readonly unknown[][]) yield row;
      for (let at = 0; at < 100_000; at += 1) yield ['x', at];
    } finally {
      isOpen -= 1;
    }
  }
  const first = table.rows as readonly unknown[][];
  const far = (): AnyTable => ({ ...table, rows: { total: 100_010, first, all: lines() } });
  const [near, whole] = await Promise.all(
    [table, far()].map(async (one) => (await buffer(tableStream(one, 'csv'))).toString()),
  );
  expect(whole?.startsWith(near ?? '-')).toBe(true);
  expect(whole?.split('\r\n')).toHaveLength(100_000 + (near?.split('\r\n').length ?? 0));
  expect(isOpen).toBe(0);
  for (const format of ['csv', 'xlsx'] as const) {
    const stream = tableStream(far(), format);
    await new Promise((resolve) => stream.once('data', resolve));
    stream.destroy();
    await expect.poll(() => isOpen).toBe(0);
  }
});
