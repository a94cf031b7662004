/** Files that hold tables in another form than text, and files that mean harm. */
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expandArchives } from './archive.ts';
import { foundFile } from './found.ts';
import { eachRecord, type Reading, readTable } from './index.ts';

let folder: string;
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'containers-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const scratch = (name: string): string => {
  count += 1;
  return join(folder, `${count}-${name}`);
};

const limits = {
  columns: 1000,
  recordBytes: 2 ** 16,
  fileBytes: 2 ** 32,
  unpackedBytes: 2 ** 26,
  unpackedRatio: 400,
  zipEntries: 20,
};

const read = (path: string, more = {}): Promise<Reading> =>
  readTable(path, { file: 'a', limits, scratch, knows: () => 0, ...more });

const written = (bytes: Buffer | string): string => {
  const path = scratch('in');
  writeFileSync(path, bytes);
  return path;
};

async function table(reading: Reading): Promise<string[][]> {
  const rows: string[][] = [reading.headers];
  await eachRecord(reading, limits.recordBytes, (fields) => void rows.push(fields));
  return rows;
}

interface Entry {
  name: string | Buffer;
  content: Buffer | string;
  encrypted?: boolean;
}

/** A ZIP written by hand (APPNOTE 4.3), so that it can hold what no tool writes. */
function zipOf(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, encrypted } of entries) {
    const raw = Buffer.isBuffer(name) ? name : Buffer.from(name);
    const bytes = Buffer.from(content as string);
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(encrypted === true ? 1 : 0, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(raw.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, raw, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    const head = Buffer.from('504b01021400', 'hex');
    directory.push(Buffer.concat([head, common, tail, raw]));
    parts.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('504b0506', 'hex');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}

const csv = '编号,名称\n0001,井盖\n0002,路灯\n';

const zeros = Buffer.alloc(2 ** 25);

const harmful: [string, () => Buffer, string][] = [
  [
    'a ZIP that unpacks to too much',
    () =>
      zipOf([
        { name: 'a', content: zeros },
        { name: 'b', content: zeros },
        { name: 'c', content: zeros },
      ]),
    'zip_',
  ],
  ['a name that leads out', () => zipOf([{ name: '../../etc/a.csv', content: csv }]), 'zip_path'],
  ['an absolute name', () => zipOf([{ name: '/etc/a.csv', content: csv }]), 'zip_path'],
  ['a drive', () => zipOf([{ name: 'C:\\a.csv', content: csv }]), 'zip_path'],
  ['a password', () => zipOf([{ name: 'a.csv', content: csv, encrypted: true }]), 'zip_encrypted'],
  [
    'a ZIP in a ZIP',
    () => zipOf([{ name: 'a.zip', content: zipOf([{ name: 'a.csv', content: csv }]) }]),
    'zip_nested',
  ],
  [
    'too many files',
    () => zipOf(Array.from({ length: 30 }, (_, at) => ({ name: `${at}.csv`, content: csv }))),
    'zip_entries',
  ],
  [
    'several files where one is looked at',
    () =>
      zipOf([
        { name: 'a.csv', content: csv },
        { name: 'b.csv', content: csv },
      ]),
    'zip_several',
  ],
  ['a Word document', () => zipOf([{ name: 'word/document.xml', content: '<a/>' }]), 'not_a_table'],
  ['a binary workbook', () => zipOf([{ name: 'xl/workbook.bin', content: 'x' }]), 'not_a_table'],
  ['a cut ZIP', () => zipOf([{ name: 'a.csv', content: csv }]).subarray(0, 40), 'bad_zip'],
  [
    'a workbook with a document type',
    () => zipOf([{ name: 'xl/workbook.xml', content: '<!DOCTYPE a [<!ENTITY b "c">]><a/>' }]),
    'bad_excel',
  ],
  ['an old workbook', () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'old_excel'],
  [
    'a web page',
    () => Buffer.from('<html><table><tr><td>1</td></tr></table></html>'),
    'not_a_table',
  ],
  ['a broken Parquet file', () => Buffer.from('PAR1xxxxPAR1'), 'no_engine'],
  ['JSON without objects', () => Buffer.from('[[1,2],[3,4]]'), 'not_json'],
  ['JSON that never ends', () => Buffer.from(`[{"a":"${'x'.repeat(200_000)}`), 'element_too_long'],
];

describe('files that mean harm are refused with a code', () => {
  test.each(harmful)('%s', async (_what, bytes, code) => {
    await expect(read(written(bytes()))).rejects.toMatchObject({
      code: expect.stringContaining(`ingest.${code}`),
    });
  });

  test('a line of more than 2 GB is given back, in memory that does not grow', {
    timeout: 300_000,
  }, async () => {
    const pieces = 2_100;
    const path = scratch('long.csv');
    const target = createWriteStream(path);
    target.write('a,b\n1,2\n');
    const piece = Buffer.alloc(2 ** 20, 'x');
    for (let at = 0; at < pieces; at += 1) {
      if (!target.write(piece))
        await new Promise((resolve) => target.once('drain', () => resolve(null)));
    }
    await new Promise((resolve) => target.end('\n3,4\n', () => resolve(null)));
    const before = process.memoryUsage().rss;
    const reading = await read(path);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
    expect(reading).toMatchObject({ rows: 3, good: 2 });
    expect([...reading.marks].map(({ reason, length }) => [reason, length])).toEqual([
      ['too_long', pieces * 2 ** 20],
    ]);
    rmSync(path);
  });
});

describe('ZIP', () => {
  test('each file in it is a file of the delivery, named by both', async () => {
    const gbk = Buffer.from('b1ed2e637376', 'hex');
    const path = written(
      zipOf([
        { name: '一季度/a.csv', content: csv },
        { name: gbk, content: csv },
        { name: '__MACOSX/._a.csv', content: 'x' },
      ]),
    );
    const plain = written(csv);
    const files = [
      { name: 'q.zip', path },
      { name: 'b.csv', path: plain },
    ];
    const all = await expandArchives(files, { limits, scratch });
    expect(all?.map(({ name }) => name)).toEqual([
      'q.zip › 一季度 › a.csv',
      'q.zip › 表.csv',
      'b.csv',
    ]);
    expect(readFileSync(all?.[0]?.path ?? '', 'utf8')).toBe(csv);
    expect(await expandArchives([{ name: 'b.csv', path: plain }], { limits, scratch })).toBeNull();
  });

  test('of one file is read as that file', async () => {
    expect(await read(written(zipOf([{ name: 'a.csv', content: csv }])))).toMatchObject({
      rows: 2,
    });
  });
});

describe('JSON', () => {
  test('objects become rows, objects in them columns; long numbers keep their digits', async () => {
    const text =
      '[{"编号":330109199001011234567,"地址":{"街道":"新塘","号":1}},{"编号":2,"标签":["a","b"]}]';
    const reading = await read(written(text));
    expect(await table(reading)).toEqual([
      ['编号', '地址.街道', '地址.号', '标签'],
      ['330109199001011234567', '新塘', '1', ''],
      ['2', '', '', '["a","b"]'],
    ]);
    expect(foundFile(reading)).toMatchObject({ encoding: 'json', ignored: ['nested'] });
  });

  test('one object a line; lines that are none go back', async () => {
    const reading = await read(
      written('{"a":1,"b":"x\\n,y"}\n{"a":2,\n{"a":3,"b":null}\nnonsense\n'),
    );
    expect(reading).toMatchObject({ rows: 4, good: 2 });
    expect((await table(reading)).slice(1)).toEqual([
      ['1', 'x\n,y'],
      ['{"a":2,'],
      ['3', ''],
      ['nonsense'],
    ]);
  });

  test('a document that holds one list', async () => {
    const reading = await read(written('{"code":0,"data":[{"a":1},{"a":2}],"page":{"n":1}}'));
    expect(await table(reading)).toEqual([['a'], ['1'], ['2']]);
  });

  test('what is no object in the one list of a document goes back', async () => {
    const reading = await read(written('{"data":[{"a":1,"b":2},null,[3],{"a":4,"b":5}]}'));
    expect(reading).toMatchObject({ rows: 4, good: 2 });
    expect((await table(reading)).slice(1)).toEqual([['1', '2'], ['null'], ['[3]'], ['4', '5']]);
  });

  test('a list that is cut off gives its last piece back', async () => {
    const reading = await read(written('[{"a":1,"b":2},{"a":2,"b":3},{"a":'));
    expect(reading).toMatchObject({ rows: 3, good: 2 });
  });
});

test('Parquet comes as text, by the engine', async () => {
  const path = scratch('a.parquet');
  const db = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await db.run(`copy (select * from (values (1, '井,盖', date '2026-11-20'), (2, null, null)) t(a, b, c))
    to '${path}' (format parquet)`);
  const engine = {
    run: async (sql: string): Promise<void> => void (await db.run(sql)),
    rows: async (sql: string) => (await db.runAndReadAll(sql)).getRowObjectsJson(),
  };
  const reading = await read(path, { engine });
  expect(await table(reading)).toEqual([
    ['a', 'b', 'c'],
    ['1', '井,盖', '2026-11-20'],
    ['2', '', ''],
  ]);
  await expect(read(written('PAR1xxxxPAR1'), { engine })).rejects.toMatchObject({
    code: 'ingest.bad_parquet',
  });
  db.closeSync();
});

describe('Excel', () => {
  const saved = async (fill: (book: ExcelJS.Workbook) => void): Promise<string> => {
    const book = new ExcelJS.Workbook();
    fill(book);
    const path = scratch('a.xlsx');
    await book.xlsx.writeFile(path);
    return path;
  };

  test('merged cells: groups above names, a value for several rows', async () => {
    const path = await saved((book) => {
      const sheet = book.addWorksheet('表');
      sheet.addRow(['城市部件登记表']);
      sheet.mergeCells('A1:E1');
      sheet.addRow(['编号', '位置', null, '数量', '金额']);
      sheet.addRow([null, '街道', '地址', null, null]);
      sheet.mergeCells('A2:A3');
      sheet.mergeCells('B2:C2');
      sheet.mergeCells('D2:D3');
      sheet.mergeCells('E2:E3');
      sheet.addRow(['001', '新塘街道', '金城路', 3, 1.5]);
      sheet.addRow(['002', null, '体育路', 4, 2.5]);
      sheet.mergeCells('B4:B5');
      sheet.addRow([]);
      sheet.addRow(['注：截至十一月']);
    });
    const reading = await read(path);
    expect(foundFile(reading)).toMatchObject({ preambleRows: 1, headerRows: 2, footerRows: 1 });
    expect(await table(reading)).toEqual([
      ['编号', '街道', '地址', '数量', '金额'],
      ['001', '新塘街道', '金城路', '3', '1.5'],
      ['002', '新塘街道', '体育路', '4', '2.5'],
    ]);
  });

  test('days of 1904, times, own formats, errors, booleans, formulas without a value', async () => {
    const path = await saved((book) => {
      book.properties.date1904 = true;
      const sheet = book.addWorksheet('a');
      sheet.addRow(['日', '刻', '自定', '错', '是否', '公式']);
      const row = sheet.addRow([new Date(Date.UTC(2026, 10, 20)), 0.5, 44519.25, null, true, null]);
      row.getCell(2).numFmt = 'h:mm:ss';
      row.getCell(3).numFmt = 'yyyy"年"m"月"d"日" hh:mm';
      row.getCell(4).value = { error: '#N/A' };
      row.getCell(6).value = { formula: 'A2' } as ExcelJS.CellFormulaValue;
    });
    const [, row] = await table(await read(path));
    expect(row).toEqual(['2026-11-20', '12:00:00', '2025-11-20 06:00:00', '#N/A', '是', '']);
  });

  test('the first visible sheet with cells, or the one asked for; others are told of', async () => {
    const path = await saved((book) => {
      book.addWorksheet('空');
      book.addWorksheet('藏', { state: 'hidden' }).addRows([['h'], ['1']]);
      book.addWorksheet('甲').addRows([
        ['a', 'b'],
        ['x', 1],
      ]);
      book.addWorksheet('乙').addRows([
        ['c', 'd'],
        ['y', 2],
      ]);
    });
    const reading = await read(path);
    expect(foundFile(reading)).toMatchObject({
      sheet: '甲',
      ignored: ['hidden_sheets', 'other_sheets'],
    });
    const other = await read(path, { dialect: { sheet: '乙' } });
    expect(await table(other)).toEqual([
      ['c', 'd'],
      ['y', '2'],
    ]);
    await expect(read(path, { dialect: { sheet: '丙' } })).rejects.toMatchObject({
      code: 'ingest.no_sheet',
    });
  });
});

/** A workbook of one sheet, written by hand. */
const bookOf = (sheet: string, more: Entry[] = []): Buffer =>
  zipOf([
    {
      name: 'xl/workbook.xml',
      content: '<workbook><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>',
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content:
        '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    },
    { name: 'xl/worksheets/sheet1.xml', content: sheet },
    ...more,
  ]);

const number = (place: string, value: string): string => `<c r="${place}"><v>${value}</v></c>`;
const named = (place: string, name: string): string =>
  `<c r="${place}" t="inlineStr"><is><t>${name}</t></is></c>`;
const header = `<row r="1">${named('A1', '编号')}${named('B1', '埋深')}</row>`;

test('cells merged far to the right of every column draw no row out', async () => {
  const rows = [2, 3, 4].map(
    (row) => `<row r="${row}">${number(`A${row}`, '1')}${number(`B${row}`, '2')}</row>`,
  );
  const sheet = `<worksheet><sheetData>${header}${rows.join('')}</sheetData>
    <mergeCells><mergeCell ref="ZZZZZZZ1:ZZZZZZZ9"/></mergeCells></worksheet>`;
  expect(await read(written(bookOf(sheet)))).toMatchObject({ headers: ['编号', '埋深'], rows: 3 });
});

test('a sheet counts once towards what a workbook may unpack to, however often it is read', async () => {
  const rows = Array.from(
    { length: 2000 },
    (_, at) => `<row r="${at + 2}">${number(`A${at + 2}`, `${at}`)}</row>`,
  );
  const sheet = `<worksheet><sheetData>${header}${rows.join('')}</sheetData></worksheet>`;
  const path = written(bookOf(sheet));
  const allowed = { ...limits, unpackedBytes: Math.round(Buffer.byteLength(sheet) * 1.5) };
  expect(await read(path, { limits: allowed })).toMatchObject({ rows: 2000 });
  const less = { ...limits, unpackedBytes: sheet.length };
  await expect(read(path, { limits: less })).rejects.toMatchObject({ code: 'ingest.zip_bomb' });
});

test.each([
  ['1E-20', '0'],
  ['-0.00001', '-0.00001'],
  ['0.1', '0.1'],
  ['123456789012345678', '123456789012345680'],
])('the number %s of a cell is %s', async (raw, shownAs) => {
  const sheet = `<worksheet><sheetData>${header}
    <row r="2">${number('A2', raw)}${number('B2', '3')}</row></sheetData></worksheet>`;
  expect((await table(await read(written(bookOf(sheet)))))[1]).toEqual([shownAs, '3']);
});

test('macros and links to other files are passed over and told; a link keeps its last value', async () => {
  const cells = (row: number, ...values: string[]): string =>
    values.map((value, at) => `<c r="${'AB'[at]}${row}" ${value}</c>`).join('');
  const text = (value: string): string => `t="inlineStr"><is><t>${value}</t></is>`;
  const sheet = `<worksheet><sheetData>
    <row r="1">${cells(1, text('编号'), text('埋深'))}</row>
    <row r="2">${cells(2, text('A-1'), '><f>[1]Other!$A$1</f><v>2.5</v>')}</row>
    <row r="3">${cells(3, text('A-2'), '><f>WEBSERVICE("http://127.0.0.1/x")</f><v>3</v>')}</row>
    </sheetData><hyperlinks><hyperlink ref="A2" r:id="rId1"/></hyperlinks></worksheet>`;
  const book = bookOf(sheet, [
    { name: 'xl/vbaProject.bin', content: 'Sub Auto_Open()' },
    { name: 'xl/externalLinks/externalLink1.xml', content: '<externalLink/>' },
  ]);
  const reading = await read(written(book));
  expect(foundFile(reading).ignored).toEqual(['macros', 'links']);
  expect(await table(reading)).toEqual([
    ['编号', '埋深'],
    ['A-1', '2.5'],
    ['A-2', '3'],
  ]);
});
