/** Any file: what was found of it, and that nothing of it is lost. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PollutedFile, pollutedFiles, scoreOf, totalOf } from '#testing';
import { foundDialect } from './found.ts';
import { eachRecord, isReturned, type Reading, readTable } from './index.ts';
import { previewFile } from './inspect.ts';

let folder: string;
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reading-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const scratch = (name: string): string => {
  count += 1;
  return join(folder, `${count}-${name}`);
};

const limits = {
  columns: 10_000,
  recordBytes: 2 ** 20,
  fileBytes: 2 ** 30,
  unpackedBytes: 2 ** 30,
  unpackedRatio: 400,
  zipEntries: 100,
};

function written(bytes: Buffer): string {
  const path = scratch('in.csv');
  writeFileSync(path, bytes);
  return path;
}

const read = (path: string, dialect = {}): Promise<Reading> =>
  readTable(path, { file: 'in.csv', limits, scratch, dialect, knows: () => 0, empty: true });

const found = async (text: string | Buffer, dialect = {}) =>
  foundDialect(await read(written(Buffer.from(text as string)), dialect));

/** Null of a file that is refused with a code; anything else is thrown on. */
async function readOrRefused(bytes: Buffer): Promise<Reading | null> {
  try {
    return await read(written(bytes));
  } catch (error) {
    expect((error as { code?: string }).code).toMatch(/^ingest\./);
    return null;
  }
}

/** Bytes of a reading between header and footer that belong to no record and end no line. */
async function homeless(reading: Reading): Promise<string> {
  const region = readFileSync(reading.path).subarray(reading.start, reading.end);
  const records: Buffer[] = [];
  await eachRecord(reading, limits.recordBytes, (_fields, _reason, bytes) => {
    records.push(Buffer.from(bytes));
  });
  let left = region;
  for (const record of records) {
    let at = 0;
    while (left[at] === 0x0a || left[at] === 0x0d) at += 1;
    const from = left.subarray(0, at).includes(record[0] ?? -1) ? left.indexOf(record) : at;
    if (!left.subarray(from, from + record.length).equals(record)) return `no ${record}`;
    left = left.subarray(from + record.length);
  }
  return left.toString('latin1').replaceAll(/[\r\n]/g, '');
}

async function expectWhole(bytes: Buffer): Promise<void> {
  const reading = await readOrRefused(bytes);
  if (reading === null) return;
  const returned = [...reading.marks].filter(isReturned);
  expect(reading.good + returned.length).toBe(reading.rows);
  expect(await homeless(reading)).toBe('');
}

const corpus = pollutedFiles(84);

describe('files broken in one way', () => {
  test('lose no row, whatever is wrong', { timeout: 120_000 }, async () => {
    for (const file of corpus.filter(({ kind }) => kind !== 'shape')) {
      const { rows } = await read(written(file.bytes));
      const where = `${file.kind}: ${file.name}`;
      // A header cut to a cell or two is taken for a title, and is told as such.
      expect(`${where} ${rows}`).toBe(`${where} ${file.truth.records.length}`);
    }
  });

  test('are read better than by the engine alone', { timeout: 120_000 }, async () => {
    const scores = await Promise.all(
      corpus.map(async ({ bytes, truth }) => {
        const { names, headerRows, rows } = await previewFile(written(bytes), limits, {
          most: Number.POSITIVE_INFINITY,
        });
        const headers = headerRows === 0 ? [] : names;
        return scoreOf({ headers, records: rows.map(({ fields }) => fields) }, truth);
      }),
    );
    // The engine by itself has 9.07 on the public collection and far less here (docs/bench.md).
    expect(totalOf(scores)).toBeGreaterThan(9.8);
  });

  const dialects = corpus.filter(({ kind }) =>
    [
      ...['delimiter', 'delimiter of several', 'quote', 'above', 'below', 'header'],
      ...['export: spelling', 'export: shape'],
    ].includes(kind),
  );

  test.each(dialects.map((file) => [file.kind, file.name, file] as const))(
    '%s %s: found as it was written',
    async (_kind, _name, { bytes, truth }: PollutedFile) => {
      const { delimiter, quote, ...around } = foundDialect(await read(written(bytes)));
      expect(delimiter).toBe(truth.delimiter);
      if (truth.quote !== null && bytes.includes(truth.quote[0] ?? '')) {
        expect(quote).toBe(truth.quote);
      }
      const { preambleRows, headerRows, footerRows } = truth;
      expect(around).toMatchObject({ preambleRows, headerRows, footerRows });
    },
  );
});

describe('what is seldom met', () => {
  test('records end in CR, cells hold LF', async () => {
    const text = 'name,note,count\ra,"one\ntwo",1\rb,"three\nfour",2\rc,five,3\r';
    expect(await found(text)).toMatchObject({ newline: '\r', headerRows: 1 });
    expect(await read(written(Buffer.from(text)))).toMatchObject({ rows: 3, good: 3 });
  });

  test('names with spaces between them above rows with commas', async () => {
    const rows = '2026-01-02,3,x1\n2026-01-03,4,x2\n2026-01-04,5,x3\n';
    const { headers, preambleRows } = await read(written(Buffer.from(`day count code\n${rows}`)));
    expect({ headers, preambleRows }).toEqual({
      headers: ['day', 'count', 'code'],
      preambleRows: 0,
    });
    const titled = `what came in\nday,count,code\n${rows}`;
    expect(await found(titled)).toMatchObject({ preambleRows: 1, headerRows: 1 });
  });
});

const trouble = fc.constantFrom(
  ...['a', '中', '12', '2026-01-02', ',', ',', ';', '"', '""', "'", '“', '”', '\\', '\\"', '\t'],
  ...['\n', '\n', '\n', '\r\n', '\r', '\0', ' ', '||', '|', '合计', '注：', '\uFEFF'],
);

describe('any bytes', () => {
  test('belong to one record, or stand above or below the table', {
    timeout: 120_000,
  }, async () => {
    const soup = fc.array(trouble, { maxLength: 80 }).map((parts) => Buffer.from(parts.join('')));
    await fc.assert(fc.asyncProperty(soup, expectWhole), { numRuns: 400 });
  });

  test('random ones too', { timeout: 120_000 }, async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
    await fc.assert(fc.asyncProperty(bytes, expectWhole), { numRuns: 300 });
  });

  test('and files of the corpus with bytes changed', { timeout: 120_000 }, async () => {
    const changed = fc
      .tuple(
        fc.constantFrom(...corpus.filter(({ bytes }) => bytes.length < 20_000)),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
      )
      .map(([file, changes]) => {
        const bytes = Buffer.from(file.bytes);
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        return bytes;
      });
    await fc.assert(fc.asyncProperty(changed, expectWhole), { numRuns: 300 });
  });
});

describe('what a person says', () => {
  test('comes before what is found', async () => {
    expect(await found('a;b,c\n1;2,3\n4;5,6\n', { delimiter: ',' })).toMatchObject({
      delimiter: ',',
    });
    expect(await found('a,b\n1,2\n3,4\n', { headerRows: 0 })).toMatchObject({ headerRows: 0 });
    expect(await found('a,b\n1,2\n3,4\n', { preambleRows: 1, headerRows: 1 })).toMatchObject({
      preambleRows: 1,
      headerRows: 1,
    });
    expect(await found('a,b\n1,2\n3,4\n', { footerRows: 1 })).toMatchObject({ footerRows: 1 });
    expect(await found("a,b\n'1',2\n'3',4\n", { quote: '"' })).toMatchObject({ quote: '"' });
    const chinese = Buffer.from('编号,名称\n1,井盖\n', 'utf8');
    expect(await found(chinese, { encoding: 'gb18030' })).toMatchObject({ encoding: 'gb18030' });
  });
});

describe('Chinese tables', () => {
  test('title, unit, several header rows, total, note and signature', async () => {
    const text = [
      '城市部件登记表,,,,,',
      '填报单位：区综合执法局,,,日期：2026-11-20,,',
      '基本信息,,,位置,,金额',
      '编号,名称,数量,街道,地址,（元）',
      '0001,井盖,3,新塘街道,"金城路1号,东侧",120.50',
      '0002,路灯,5,城厢街道,体育路2号,80.00',
      '0003,公厕,1,临浦镇,峙山路3号,9000.00',
      '合计,,9,,,9200.50',
      '',
      '注：数据截至 2026 年 11 月',
      '填表人：王某,,,审核人：李某,,',
      '',
    ].join('\r\n');
    const reading = await read(written(Buffer.from(text)));
    expect(foundDialect(reading)).toMatchObject({
      newline: '\r\n',
      preambleRows: 2,
      headerRows: 2,
    });
    expect(reading.headers).toEqual(['编号', '名称', '数量', '街道', '地址', '（元）']);
    expect(reading.rows).toBe(3);
  });

  test('one row without an end has the line end of the names above it', async () => {
    const reading = await read(written(Buffer.from('编号,名称\r\n0001,井盖')));
    expect(foundDialect(reading)).toMatchObject({ newline: '\r\n' });
    expect(reading.rows).toBe(1);
  });
});

describe('few rows under names of two rows', () => {
  const lines = [
    '萧山区道路停车泊位登记表,,,,,',
    '填报单位：区综合执法局,,,,,日期：2026-11-20',
    '基本信息,,,位置,,管理',
    '编号,名称,泊位数,镇街,地址,负责人',
    'PB1,金城路1号停车场,21,新塘街道,金城路1号,王芳',
    'PB2,金城路2号停车场,22,城厢街道,金城路2号,李伟',
  ];
  test.each([1, 2])('%i of them', async (rows) => {
    const text = `${lines.slice(0, 4 + rows).join('\n')}\n`;
    const reading = await read(written(Buffer.from(text)));
    expect(foundDialect(reading)).toMatchObject({ preambleRows: 2, headerRows: 2 });
    expect(reading.headers).toEqual(['编号', '名称', '泊位数', '镇街', '地址', '负责人']);
    expect(reading.rows).toBe(rows);
  });
});

describe('a header that lost its last names', () => {
  const rows = Array.from({ length: 30 }, (_, at) => `C-${at},井盖,${at},2026-03-02,金城路${at}号`);
  const read5 = (first: string) => read(written(Buffer.from(`${first}\n${rows.join('\n')}\n`)));
  test.each(['编号', 'comp_id', '编号,名称', '编号,名称,埋深'])('%s', async (names) => {
    const reading = await read5(names);
    expect(foundDialect(reading)).toMatchObject({ preambleRows: 0, headerRows: 1 });
    const own = names.split(',');
    expect(reading.headers).toEqual([...own, ...Array(5 - own.length).fill('')]);
    expect(reading.rows).toBe(30);
  });
  test.each([
    '城市部件登记表',
    '井盖台账',
    'Register of covers',
    '单位：区综合执法局',
    '导出时间,2026-03-02',
    '井盖,,,,',
  ])('%s is a title or a note', async (above) => {
    const reading = await read5(above);
    expect(foundDialect(reading)).toMatchObject({ preambleRows: 1, headerRows: 0 });
    expect(reading.rows).toBe(30);
  });
});

test('names without a gap are the header alone, however few rows of words stand below', async () => {
  const reading = await read(written(Buffer.from('编号,名称\nA-1,井盖\nA-2,井盖\n')));
  expect(reading.headers).toEqual(['编号', '名称']);
  expect(reading.rows).toBe(2);
});
