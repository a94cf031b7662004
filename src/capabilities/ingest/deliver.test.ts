import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue, summaryOf } from '#catalogue';
import { gate } from '#gate';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { harmless } from '#kernel/http';
import { applyPacks, declaredBy } from '#kernel/packs';
import { organisation } from '#organisation';
import { actor, type TestWorld, testWorld } from '#testing';
import { forgetInterrupted, returnedFile } from './actions/index.ts';
import { deliver, getDelivery, ingest, pushRows, returnedRows } from './index.ts';
import { insertDelivery } from './store.ts';

const capabilities = [organisation, catalogue, gate, ingest];
let world: TestWorld;
let officer: Ctx;
let folder: string;

const units = `code,name,name_en,level,parent,source
330109,萧山区,Xiaoshan,district,,test
330109-zhzf,区综合执法局,Enforcement,department,330109,test
330109-other,区民政局,Civil affairs,department,330109,test
`;

const covers = `title: {zh: 井盖, en: Covers}
description: {zh: 井盖登记, en: Register of covers}
owner: 330109-zhzf
theme: 城市治理
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
mode: merge
key: [id]
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true, pattern: '^\\d{4}$'}
  name: {title: {zh: 名称, en: Name}, type: text, grade: L1}
  depth: {title: {zh: 埋深, en: Depth}, type: 'decimal(6,2)', grade: L2, min: 0}
  laid: {title: {zh: 铺设日期, en: Laid on}, type: date, grade: L1}
  seen: {title: {zh: 巡查日期, en: Seen on}, type: date, grade: L1}
checks:
  seen_after_laid:
    sql: seen is null or laid is null or seen >= laid
    expected: {zh: 巡查不早于铺设, en: seen after it was laid}
    item: seen
headers: {井号: id}
`;

const posts = `title: {zh: 岗亭, en: Posts}
description: {zh: 岗亭登记, en: Register of posts}
owner: 330109-zhzf
theme: 城市治理
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
mode: merge
key: [id]
tombstone: {item: state, values: [注销, D]}
ignore_headers: ['', 序号]
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true, pattern: '^\\d{4}$'}
  name: {title: {zh: 名称, en: Name}, type: text, grade: L1, required: true}
  state: {title: {zh: 状态, en: State}, type: text, grade: L1}
`;

const deepest = `title: {zh: 深井盖, en: Deep covers}
description: {zh: 埋深超过一米, en: Deeper than a metre}
owner: 330109-zhzf
theme: 城市治理
layer: thematic
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
key: [id]
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true}
  depth: {title: {zh: 埋深, en: Depth}, type: 'decimal(6,2)', grade: L2}
`;

function pack(files: Record<string, string>): string {
  const dir = join(mkdtempSync(join(tmpdir(), 'ingest-pack-')), 'trial');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

beforeAll(async () => {
  world = await testWorld({ capabilities });
  folder = mkdtempSync(join(tmpdir(), 'ingest-'));
  const dir = pack({
    'pack.yaml': 'title: {zh: 试, en: Trial}\nowner: 330109-zhzf\n',
    'units/all.csv': units,
    'datasets/covers.yaml': covers,
    'datasets/posts.yaml': posts,
    'datasets/deepest.yaml': deepest,
    'datasets/deepest.sql': 'select id, depth from covers where depth > 1',
  });
  await applyPacks(world.ctx, { packs: [dir], ...declaredBy(capabilities) });
  await world.drain();
  officer = world.as(actor('source_officer', '330109/330109-zhzf', ['ingest.deliver']));
});

afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
const file = (text: string | Buffer, name = 'covers.csv'): { name: string; path: string } => {
  count += 1;
  const path = join(folder, `${count}-${name}`);
  writeFileSync(path, text);
  return { name, path };
};

const give = (text: string | Buffer, ctx: Ctx = officer, name?: string) =>
  deliver(ctx, { dataset: 'covers', files: [file(text, name)] });

const standing = async (): Promise<unknown[]> => {
  const latest = await world.ctx.lake.latest(world.ctx, 'covers');
  if (latest === null) return [];
  const { sql } = await world.ctx.lake.relation(world.ctx, 'covers');
  return world.ctx.lake.engine.rows(`select * from ${sql} as t order by id`);
};

const refusal = async (work: Promise<unknown>): Promise<GuantongError> => {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof GuantongError)) throw error ?? new Error('nothing was refused');
  return error;
};

const header = '编号,名称,埋深,铺设日期,巡查日期\n';

test('refuses who may not deliver, and writes nothing', async () => {
  const stranger = world.as(actor('source_officer', '330109/330109-other', ['ingest.deliver']));
  const reader = world.as(actor('leader', '330109/330109-zhzf', []));
  const good = `${header}0001,a,1,,\n`;
  expect((await refusal(give(good, stranger))).code).toBe('auth.not_in_unit');
  expect((await refusal(give(good, reader))).code).toBe('auth.not_allowed');
  const files = [file(good)];
  const derived = deliver(officer, { dataset: 'deepest', files });
  expect((await refusal(derived)).code).toBe('ingest.derived_dataset');
  const unknown = deliver(officer, { dataset: 'nothing', files });
  expect((await refusal(unknown)).code).toBe('catalogue.not_found');
  expect(await standing()).toEqual([]);
});

const hundredThousand = Array.from({ length: 100_000 }, (_, at) => `column_${at}`).join(',');
const bad: [string, string | Buffer, string][] = [
  ['an empty file', '', 'ingest.empty_file'],
  ['only empty lines', '\n\r\n\n', 'ingest.empty_file'],
  ['a header only', header, 'ingest.no_rows'],
  ['a PDF', '%PDF-1.7\n%\u00e2\u00e3', 'ingest.not_a_table'],
  [
    'bytes of a program',
    Buffer.from(Array.from({ length: 4000 }, (_, at) => (at * 7) % 251)),
    'ingest.not_a_table',
  ],
  ['an old Excel file', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'ingest.old_excel'],
  ['an empty ZIP', Buffer.from('504b0506'.padEnd(44, '0'), 'hex'), 'ingest.empty_file'],
  ['a broken ZIP', Buffer.from('504b0304ffffffff', 'hex'), 'ingest.bad_zip'],
  ['100,000 columns', `${hundredThousand}\n1,2\n`, 'ingest.too_many_columns'],
  ['100,000 columns without an end', hundredThousand, 'ingest.too_many_columns'],
  [
    'an encoding nobody knows',
    Buffer.concat([
      Buffer.from('编号,名称,埋深,铺设日期,巡查日期\n'),
      Buffer.from('0001,\xff\xfe\xfd,,,\n0002,\xff\x81\xff,,,\n', 'latin1'),
    ]),
    'ingest.wrong_encoding',
  ],
];

test.each(bad)('refuses %s with a code and writes nothing', async (_what, text, code) => {
  const error = await refusal(give(text));
  expect(error.code).toBe(code);
  expect(error.text.zh).toMatch(/[\u4e00-\u9fff]/);
  expect(error.text.en).toMatch(/[a-z]/);
  expect(await standing()).toEqual([]);
});

test('tells all faults of the columns at once', async () => {
  const error = await refusal(give('编号,井号,颜色,埋深,铺设日期\n0001,0001,red,1,\n'));
  expect(error.code).toBe('ingest.bad_columns');
  expect(error.faults.map((fault) => [fault.code, fault.item])).toEqual([
    ['ingest.duplicate_column', 'id'],
    ['ingest.unknown_column', '颜色'],
    ['ingest.missing_column', 'name'],
    ['ingest.missing_column', 'seen'],
  ]);
  expect(await standing()).toEqual([]);
});

test('headers that are empty or stand twice: each is told by its place', async () => {
  const error = await refusal(give('编号,,名称,名称,埋深,铺设日期,巡查日期\n0001,x,a,b,1,,\n'));
  expect(error.faults.map(({ code, message }) => [code, message.en.slice(0, 8)])).toEqual([
    ['ingest.unnamed_column', 'Column 2'],
    ['ingest.duplicate_column', 'Column 4'],
  ]);
  const blank = await refusal(give(',,,,\n0001,a,1,,\n'));
  expect(blank.code).toBe('ingest.bad_columns');
  expect(await standing()).toEqual([]);
});

test('columns that the contract passes over are passed over, also without a name', async () => {
  const text = ',序号,编号,名称,状态\n7,1,0001,东岗,在用\n8,2,0002,西岗,在用\n';
  const files = [file(text, 'posts.csv')];
  const result = await deliver(officer, { dataset: 'posts', files });
  expect(result).toMatchObject({ rows: 2, accepted: 2, returned: 0 });
});

test('a full disk refuses the delivery whole', async () => {
  const stage = (): string => {
    count += 1;
    const path = join(folder, `full-${count}`);
    symlinkSync('/dev/full', path);
    return path;
  };
  const full = { ...officer, lake: { ...officer.lake, stage } };
  const error = await refusal(give(`${header}0001,a,1,,\n`, full));
  expect(error.code).toBe('ingest.disk_full');
  expect(await standing()).toEqual([]);
});

test('takes good rows and hands back the others, each with its number and every reason', async () => {
  const dirty = [
    '0001,雨水井盖,1.50,2015-01-02,2016-01-02',
    '12,坏,x,2015-01-02,2014-01-02',
    '0002,b,0.5,,',
    '0002,c,0.5,,',
    '0003,"d',
    '0004,"two\nlines",,,',
    '0005,too,few',
    '0006,too,1,,,many',
    '0007,nul\0,,,',
    '0008,6" pipe,2,2020/1/2,',
  ];
  const result = await give(`${header}${dirty.join('\n')}\n`);
  expect(result).toMatchObject({ rows: 10, accepted: 4, returned: 6, unchanged: 0 });
  expect(await standing()).toEqual([
    { id: '0001', name: '雨水井盖', depth: '1.50', laid: '2015-01-02', seen: '2016-01-02' },
    { id: '0002', name: 'b', depth: '0.50', laid: null, seen: null },
    { id: '0004', name: 'two\nlines', depth: null, laid: null, seen: null },
    { id: '0008', name: '6" pipe', depth: '2.00', laid: '2020-01-02', seen: null },
  ]);
  const page = await returnedRows(officer, result.batch, { offset: 0, limit: 50 });
  const reasons = page.rows.map(({ row, reasons }) => [
    row,
    reasons.map(({ item, rule }) => `${item ?? ''}:${rule}`).join(' '),
  ]);
  expect(reasons).toEqual([
    [2, 'id:pattern depth:type seen:seen_after_laid'],
    [4, ':duplicate'],
    [5, ':stray_quote'],
    [7, ':too_few'],
    [8, ':too_many'],
    [9, ':nul'],
  ]);
  expect(page.rows[0]?.values).toEqual(['12', '坏', 'x', '2015-01-02', '2014-01-02']);
  expect(page.rows[1]?.reasons[0]?.text.zh).toContain('第 3 行');
  expect(page.rows[3]?.reasons[0]?.text.zh).toContain('应有 5 列，这里有 3 列');
  expect(page.rows[5]?.values[1]).toBe('nul\\0');
});

test('the same file again changes nothing; another in between counts again', async () => {
  const first = `${header}0001,a,1,,\n`;
  const before = await world.ctx.lake.latest(world.ctx, 'covers');
  const landed = await give(first);
  world.clock.advance(60_000);
  const again = await give(first);
  expect(again).toMatchObject({ rows: 1, accepted: 1, unchanged: 1, snapshot: landed.snapshot });
  // It is as new as its last delivery, though that changed nothing; a refused one counts for none.
  const since = world.clock.now().toISOString();
  expect((await summaryOf(world.ctx, 'covers')).asOf).toBe(since);
  world.clock.advance(60_000);
  await expect(give('nothing,of,it\n1,2,3\n')).rejects.toThrow();
  expect((await summaryOf(world.ctx, 'covers')).asOf).toBe(since);
  const other = await give(`${header}0001,b,1,,\n`);
  expect(other.snapshot).toBeGreaterThan(landed.snapshot ?? 0);
  const back = await give(first);
  expect(back.snapshot).toBeGreaterThan(other.snapshot ?? 0);
  const latest = await world.ctx.lake.latest(world.ctx, 'covers');
  expect(latest?.version).toBe((before?.version ?? 0) + 3);
});

test('what a file is, is told by its content; its name is for screens, and leads nowhere', async () => {
  const text = `${header}0021,a,1,,\n`;
  const { path } = file(text);
  const plain = await deliver(officer, {
    dataset: 'covers',
    files: [{ name: '../../../etc/covers.xlsx', path }],
  });
  expect(plain).toMatchObject({ rows: 1, accepted: 1 });
  const { files } = await getDelivery(officer, plain.batch);
  expect(files[0]).toMatchObject({ name: 'covers.xlsx', encoding: 'utf-8' });
  const book = new ExcelJS.Workbook();
  book.addWorksheet('a').addRows([header.trim().split(','), ['0022', 'b', 2, null, null]]);
  const bytes = Buffer.from(await book.xlsx.writeBuffer());
  expect(await give(bytes, officer, 'covers.csv')).toMatchObject({ rows: 1, accepted: 1 });
  const ids = ((await standing()) as { id: string }[]).map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['0021', '0022']));
});

test('GBK, UTF-16, semicolons, CR LF, titles above the header, columns in any order', async () => {
  const table =
    '区井盖台账\r\n\r\n名称;编号;巡查日期;铺设日期;埋深\r\n新塘井盖;1001;;2021年3月4日;3\r\n';
  for (const encoding of ['gb18030', 'utf-16le', 'utf-16be', 'utf-8']) {
    const bytes = iconv.encode(table.replace('1001', '1002'), encoding, {
      addBOM: encoding !== 'gb18030',
    });
    const result = await give(bytes);
    expect(result).toMatchObject({ rows: 1, accepted: 1, returned: 0 });
    expect(await standing()).toContainEqual({
      id: '1002',
      name: '新塘井盖',
      depth: '3.00',
      laid: '2021-03-04',
      seen: null,
    });
  }
});

test('other quotes, delimiters of two characters, JSON, notes below: nothing is lost', async () => {
  const files: [string, { rows: number; returned: number }, object][] = [
    [
      "编号||名称||埋深||铺设日期||巡查日期\n'1101'||'井盖||甲'||1||||\n'1102'||乙||2\n'1103'||'丙'||3||||\n",
      { rows: 3, returned: 1 },
      { delimiter: '||', quote: "'", headerRows: 1, footerRows: 0 },
    ],
    [
      '[{"编号":"1104","名称":"丁","埋深":1,"铺设日期":null,"巡查日期":null},{"编号":"1105"},7]',
      { rows: 3, returned: 1 },
      { encoding: 'json' },
    ],
    [
      '井盖台账,,,,\n编号,名称,埋深,铺设日期,巡查日期\n1106,戊,1,,\n1107,己,2,,\n合计,,3,,\n\n注：截至十一月\n',
      { rows: 2, returned: 0 },
      { preambleRows: 1, headerRows: 1, footerRows: 3 },
    ],
  ];
  for (const [text, counts, found] of files) {
    const result = await give(Buffer.from(text));
    expect(result).toMatchObject(counts);
    expect(result.accepted + result.returned).toBe(result.rows);
    const { files: given } = await getDelivery(officer, result.batch);
    expect(given[0]?.found).toMatchObject(found);
  }
});

test('rows in another encoding than the file go back, the others are taken', async () => {
  const lines = Array.from({ length: 5 }, (_, at) => `200${at},井盖${at},,,\n`);
  const mixed = Buffer.concat([
    Buffer.from(header + lines.join('')),
    iconv.encode('2009,萧山,,,\n', 'gbk'),
  ]);
  const result = await give(mixed);
  expect(result).toMatchObject({ rows: 6, accepted: 5, returned: 1 });
  const page = await returnedRows(officer, result.batch, { offset: 0, limit: 5 });
  expect(page.rows[0]).toMatchObject({ row: 6, reasons: [{ rule: 'encoding' }] });
  expect(page.rows[0]?.values[1]).toBe('\\xcf\\xf4\\xc9\\xbd');
});

test('derived datasets follow, once for each delivery', async () => {
  await give(`${header}3001,deep,9,,\n`);
  await world.drain();
  const { sql } = await world.ctx.lake.relation(world.ctx, 'deepest');
  const rows = await world.ctx.lake.engine.rows(`select * from ${sql} as t where id = '3001'`);
  expect(rows).toEqual([{ id: '3001', depth: '9.00' }]);
  const before = await world.ctx.lake.latest(world.ctx, 'deepest');
  await give(`${header}3001,deep,9,,\n3002,flat,0.1,,\n`);
  await world.drain();
  expect((await world.ctx.lake.latest(world.ctx, 'deepest'))?.id).toBe(before?.id);
});

test('deliveries to one dataset at once all land', async () => {
  const before = (await standing()).length;
  const many = Array.from({ length: 6 }, (_, at) => give(`${header}400${at},a,1,,\n`));
  const results = await Promise.all(many);
  expect(new Set(results.map(({ snapshot }) => snapshot)).size).toBe(6);
  expect((await standing()).length).toBe(before + 6);
});

test('pushed rows are checked by the same contract, all or none', async () => {
  const rows = [
    { id: '5001', depth: 2 },
    { id: 'x', depth: -1, colour: 'red' },
  ];
  const before = await standing();
  const error = await refusal(pushRows(officer, { dataset: 'covers', rows }));
  expect(error.code).toBe('ingest.bad_rows');
  expect(error.faults.map(({ row, item }) => [row, item])).toEqual([
    [2, 'colour'],
    [2, 'id'],
    [2, 'depth'],
  ]);
  expect(await standing()).toEqual(before);
  const stranger = world.as(actor('source_officer', '330109/330109-other', ['ingest.deliver']));
  const refused = await refusal(pushRows(stranger, { dataset: 'covers', rows }));
  expect(refused.code).toBe('auth.not_in_unit');
  await pushRows(officer, { dataset: 'covers', rows: [{ id: '5001', depth: 2 }] });
  expect((await standing()).length).toBe(before.length + 1);
});

test('a file of returned rows holds no formula', async () => {
  const result = await give(`${header}6001,a,=1+1,@x,-2+3\n`);
  const csv = await returnedFile(officer, result.batch, { format: 'csv', lang: 'zh' });
  const chunks: string[] = [];
  const target = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk));
      done();
    },
  });
  await csv.write(target);
  const [, line] = chunks.join('').split('\r\n');
  expect(line).toMatch(
    /^"[^"]+","covers.csv","1","埋深（depth）［类型］.*","6001","a","'=1\+1","'@x","'-2\+3"$/,
  );
  expect(harmless('-12.5')).toBe('-12.5');
  expect(harmless('+86 138')).toBe("'+86 138");
  expect(harmless('＝1+1')).toBe("'＝1+1");
  expect(harmless('\n=1+1')).toBe("'\n=1+1");
});

test('the file of returned rows, mended in place, is delivered as it is', async () => {
  const result = await give(`${header}6101,a,deep,,\n`);
  expect(result).toMatchObject({ accepted: 0, returned: 1 });
  const csv = await returnedFile(officer, result.batch, { format: 'csv', lang: 'zh' });
  const chunks: string[] = [];
  await csv.write(
    new Writable({
      write: (chunk, _encoding, done) => {
        chunks.push(String(chunk));
        done();
      },
    }),
  );
  const again = await give(chunks.join('').replace(',deep,', ',1,'));
  expect(again).toMatchObject({ rows: 1, accepted: 1, returned: 0 });
});

test('a row with the mark of removal removes the row of its key; only its key is judged', async () => {
  const head = 'id,name,state\n';
  const gone = async (text: string) => {
    const path = join(folder, `tomb-${Math.random()}.csv`);
    writeFileSync(path, text);
    return deliver(officer, { dataset: 'posts', files: [{ name: 'posts.csv', path }] });
  };
  const ids = async (): Promise<unknown> => {
    const { sql } = await world.ctx.lake.relation(officer, 'posts');
    const rows = await world.ctx.lake.engine.rows(`select id, name from ${sql} order by id`);
    return rows.map(({ id, name }) => `${id}${name}`);
  };
  await gone(`${head}0001,a,\n0002,b,\n0003,c,\n`);
  expect(await ids()).toEqual(['0001a', '0002b', '0003c']);
  // A key that is wrong cannot say what to remove; a name is not asked of a removed row.
  const second = await gone(`${head}0002,,注销\nbad,,注销\n0004,d,\n0009,,注销\n,,注销\n`);
  expect(second).toMatchObject({ rows: 5, accepted: 3, returned: 2 });
  expect(await ids()).toEqual(['0001a', '0003c', '0004d']);
  // One that brings a row and removes it says two things; the first is taken.
  const third = await gone(`${head}0001,new,\n0001,,注销\n0003,,D\n`);
  expect(third).toMatchObject({ rows: 3, accepted: 2, returned: 1 });
  expect(await ids()).toEqual(['0001new', '0004d']);
  const only = await gone(`${head}0004,,D\n`);
  expect(only).toMatchObject({ rows: 1, accepted: 1, returned: 0 });
  expect(await ids()).toEqual(['0001new']);
  await pushRows(officer, {
    dataset: 'posts',
    rows: [
      { id: '0001', state: 'D' },
      { id: '0007', name: 'g' },
    ],
  });
  expect(await ids()).toEqual(['0007g']);
});

test('a delivery whose process died is forgotten, and can be given again', async () => {
  const text = `${header}7001,a,1,,\n`;
  const processes = {
    'left-behind': `${hostname()}:999999999`,
    // After a restart of the machine the number is somebody else's.
    'another-lives': `${hostname()}:${process.ppid}/0`,
  };
  for (const [batch, name] of Object.entries(processes)) {
    await insertDelivery(officer, {
      ...{ batch, dataset: 'covers', contractVersion: 1, files: [], note: null, process: name },
    });
  }
  expect(await forgetInterrupted(world.ctx)).toBe(2);
  const left = await getDelivery(officer, 'left-behind');
  expect(left).toMatchObject({ state: 'interrupted', error: { code: 'ingest.interrupted' } });
  expect(await give(text)).toMatchObject({ accepted: 1 });
});

test('a line far longer than a record may be goes back by its beginning', async () => {
  const long = `1001,${'井'.repeat(14_000_000)}`;
  const text = `编号,名称,状态\n1000,岗一,\n${long}\n1002,岗二,\n`;
  const given = await deliver(officer, { dataset: 'posts', files: [file(text, 'posts.csv')] });
  expect(given).toMatchObject({ rows: 3, accepted: 2, returned: 1 });
  const { rows } = await returnedRows(officer, given.batch, { offset: 0, limit: 5 });
  expect(rows).toMatchObject([{ row: 2, reasons: [{ rule: 'too_long' }] }]);
  const [id, name] = rows[0]?.values ?? [];
  const most = world.ctx.settings.delivery_record_max_bytes;
  expect([id, name?.replace(/^井+/, '')]).toEqual(['1001', '…']);
  expect(Buffer.byteLength(`${id},${name}`)).toBeLessThan(most + 4);
});
