import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import ExcelJS from 'exceljs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { organisation } from '#organisation';
import { actor, applyFiles, refusal, type TestWorld, testWorld } from '#testing';
import {
  appendUpload,
  cancelRun,
  createUpload,
  deliverUploads,
  getRun,
  getSource,
  previewUpload,
  pushTogether,
  retryRun,
  returnedFile,
  returnedOverview,
} from './actions/index.ts';
import { deliver, getDelivery, ingest, returnedRows } from './index.ts';

const capabilities = [organisation, catalogue, gate, ingest];
let world: TestWorld;
let officer: Ctx;
let stranger: Ctx;
let folder: string;

const units = `code,name,name_en,level,parent,source
330109,萧山区,Xiaoshan,district,,test
330109-zhzf,区综合执法局,Enforcement,department,330109,test
330109-other,区民政局,Civil affairs,department,330109,test
`;

const contract = (mode: string, key: string): string => `title: {zh: 灯杆, en: Poles}
description: {zh: 灯杆登记, en: Register of poles}
owner: 330109-zhzf
theme: 城市治理
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
mode: ${mode}
${key}
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true, pattern: '^\\d{4}$'}
  name: {title: {zh: 名称, en: Name}, type: text, grade: L1}
  height: {title: {zh: 高度, en: Height}, type: 'decimal(6,2)', grade: L2, min: 0}
`;

beforeAll(async () => {
  world = await testWorld({ capabilities });
  folder = mkdtempSync(join(tmpdir(), 'returned-'));
  await applyFiles(world.ctx, capabilities, {
    'units/all.csv': units,
    'datasets/merged.yaml': contract('merge', 'key: [id]'),
    'datasets/whole.yaml': contract('full', 'key: [id]'),
    'datasets/keyless.yaml': contract('full', ''),
    'datasets/added.yaml': contract('append', ''),
    'datasets/other.yaml': contract('merge', 'key: [id]'),
    'datasets/leads.yaml': `${contract('merge', 'key: [id]')}sealed_for: [insider]\n`,
    'sources/leads_folder.yaml':
      'title: {zh: 线索文件夹, en: Leads}\ndataset: leads\nroad: folder\noptions: {path: leads}\n',
    'roles/insider.yaml':
      'title: {zh: 线索, en: Leads}\nlevels: [district, department]\npermissions: [gate.read]\n',
  });
  await world.drain();
  officer = world.as(actor('source_officer', '330109/330109-zhzf', ['ingest.deliver']));
  stranger = world.as(actor('source_officer', '330109/330109-other', ['ingest.deliver']));
});

afterAll(async () => {
  await world?.close();
  if (folder) rmSync(folder, { recursive: true });
});

let count = 0;
const give = (
  dataset: string,
  content: string | Buffer,
  name = 'poles.csv',
  ctx: Ctx = officer,
) => {
  count += 1;
  const path = join(folder, `${count}-${name}`);
  writeFileSync(path, content);
  return deliver(ctx, { dataset, files: [{ name, path }] });
};

async function download(
  batch: string,
  format: 'csv' | 'xlsx' = 'csv',
  lang: 'zh' | 'en' = 'zh',
): Promise<string> {
  const file = await returnedFile(officer, batch, { format, lang });
  count += 1;
  const path = join(folder, `${count}.${format}`);
  const target = createWriteStream(path);
  const ended = finished(target);
  await file.write(target);
  await ended;
  return path;
}

const textOf = async (batch: string, lang: 'zh' | 'en' = 'zh'): Promise<string> =>
  readFileSync(await download(batch, 'csv', lang), 'utf8');

const standing = async (dataset: string): Promise<string[]> => {
  const { sql: from } = await world.ctx.lake.relation(world.ctx, dataset);
  const rows = await world.ctx.lake.engine.rows(`select * from ${from} as t order by id, name`);
  return rows.map(({ id, name, height }) => [id, name, height].join('|'));
};

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof GuantongError)) throw error ?? new Error('nothing was refused');
  return error.code;
};

const out = async (dataset: string): Promise<number> =>
  (await returnedOverview(officer, dataset)).datasets[0]?.rows ?? 0;

const header = 'id,name,height\n';

test('only the department that delivers sees what is out, and only it sends it back', async () => {
  const { batch } = await give('other', `${header}0001,a,x\n`);
  expect((await returnedOverview(stranger)).datasets).toEqual([]);
  const reading = returnedFile(stranger, batch, { format: 'csv', lang: 'zh' });
  expect(await codeOf(reading)).toBe('auth.not_in_unit');
  const mended = (await textOf(batch)).replace(',x\r', ',1\r');
  expect(await codeOf(give('other', mended, 'poles.csv', stranger))).toBe('auth.not_in_unit');
  // Their rows belong to the dataset they came from.
  expect(await codeOf(give('merged', mended))).toBe('ingest.unknown_resend');
  // Without the columns that say where they come from nobody can tell.
  const cut = mended.replaceAll('\r\n', '\n').split('\n').filter(Boolean);
  const without = cut.map((line) => line.slice(line.indexOf(',') + 1)).join('\n');
  expect(await codeOf(give('other', `${without}\n`))).toBe('ingest.cut_resend');
  expect(await out('other')).toBe(1);
});

test('the records stand in the file as they came, each with item, rule and what is expected', async () => {
  const bad = ['0002 ,"a ""b"", c", -x ', 'bad,中文,3', '0003,a', '0005,=1+1,y', '0006,"q"r,1'];
  const { batch } = await give('other', `${header}0001,ok,1\n${bad.join('\n')}\n0004,ok,2\n`);
  const lines = (await textOf(batch)).split('\r\n');
  expect(lines[0]).toBe('\uFEFF"退回批次","退回文件","退回行号","退回原因","id","name","height"');
  const lead = `"${batch}","poles.csv"`;
  const number = '高度（height）［类型］应为数字，最多 6 位、小数 2 位';
  expect(lines[1]).toBe(`${lead},"2","${number}",0002 ,"a ""b"", c", -x `);
  expect(lines[2]).toMatch(/"3","编号（id）［格式］.*",bad,中文,3$/);
  expect(lines[3]).toMatch(/"4","［列数不够］.*应有 3 列，这里有 2 列",0003,a$/);
  // A formula is kept from running; a stray quote from taking the lines behind it.
  expect(lines[4]).toBe(`${lead},"5","${number}","0005","'=1+1","y"`);
  expect(lines[5]).toMatch(/"6","［引号］.*","0006","q.*r","1"$/);
  expect(lines[6]).toBe('');
  const english = (await textOf(batch, 'en')).split('\r\n');
  expect(english[0]).toContain('"Returned because"');
  expect(english[1]).toContain('Height (height) [type] expected: a number of at most 6 digits');
});

test('mended rows land by key, wrong ones come back again, what is out shrinks', async () => {
  const first = await give('merged', `${header}0001,a,1\n0002,b,x\n0003,=b,y\n0004,d,z\n`);
  expect(first).toMatchObject({ accepted: 1, returned: 3, mended: 0 });
  expect(await getDelivery(officer, first.batch)).toMatchObject({ open: 3 });
  const since = (await returnedOverview(officer, 'merged')).datasets[0]?.since;
  world.clock.advance(86_400_000);
  const text = await textOf(first.batch);
  const mended = text
    .replace(',x\r', ',2\r')
    .replace('"y"', '"3"')
    .replace(',z\r', ',still wrong\r');
  const second = await give('merged', mended);
  expect(second).toMatchObject({ rows: 3, accepted: 2, returned: 1, mended: 2 });
  expect(await standing('merged')).toEqual(['0001|a|1.00', '0002|b|2.00', '0003|=b|3.00']);
  expect(await getDelivery(officer, first.batch)).toMatchObject({ returned: 3, open: 0 });
  const overview = await returnedOverview(officer, 'merged');
  expect(overview.datasets[0]).toMatchObject({ rows: 1, since, deliveries: 1 });
  expect(overview.datasets[0]?.reasons).toMatchObject([{ item: 'height', rule: 'type', count: 1 }]);
  // It can be mended from its own file; then nothing is out.
  const last = (await textOf(second.batch)).replace('still wrong', '4');
  expect(await give('merged', last)).toMatchObject({ accepted: 1, returned: 0, mended: 1 });
  expect(await out('merged')).toBe(0);
  expect(await standing('merged')).toHaveLength(4);
  // The same file twice changes nothing.
  expect(await give('merged', last)).toMatchObject({ accepted: 1, unchanged: 1, mended: 0 });
});

test('a good row of the same key brings it in order, however it comes', async () => {
  const before = await out('merged');
  await give('merged', `${header}0101,a,x\n0102,b,y\n0103\n`);
  expect(await out('merged')).toBe(before + 3);
  const next = await give('merged', `${header}0101,a,1\n0109,i,9\n`);
  expect(next.mended).toBe(1);
  expect(await out('merged')).toBe(before + 2);
});

test('of a dataset delivered whole, mended rows are added and replace nothing else', async () => {
  for (const dataset of ['whole', 'keyless']) {
    const first = await give(dataset, `${header}0001,a,1\n0002,b,x\n0003,c,3\n`);
    const text = (await textOf(first.batch)).replace(',x\r', ',2\r');
    expect(await give(dataset, text)).toMatchObject({ accepted: 1, mended: 1 });
    expect(await standing(dataset)).toEqual(['0001|a|1.00', '0002|b|2.00', '0003|c|3.00']);
    expect(await out(dataset)).toBe(0);
    const other = await give(dataset, `${header}0001,a,1\n0005,e,x\n`);
    const late = (await textOf(other.batch)).replace(',x\r', ',5\r');
    await give(dataset, `${header}0001,a,1\n`);
    expect(await out(dataset)).toBe(0);
    // In the place of that delivery another stands by now.
    expect(await codeOf(give(dataset, late))).toBe('ingest.superseded_resend');
    expect(await standing(dataset)).toEqual(['0001|a|1.00']);
  }
});

test('the same by Excel: cells are text, none a formula, faulty ones marked', async () => {
  const first = await give('added', `${header}0001,a,1\n0002,=1+1,x\n`);
  const path = await download(first.batch, 'xlsx');
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(path);
  const sheet = book.worksheets[0];
  const row = sheet?.getRow(2);
  expect(row?.getCell(1).value).toBe(first.batch);
  expect(row?.getCell(3).value).toBe('2');
  expect(row?.getCell(5).value).toBe('0002');
  expect(row?.getCell(6).value).toBe("'=1+1");
  expect(row?.getCell(7)).toMatchObject({ value: 'x', numFmt: '@' });
  const fillOf = (at: number): unknown =>
    (row?.getCell(at)?.fill as ExcelJS.FillPattern | undefined)?.fgColor;
  expect(fillOf(7)).not.toEqual(fillOf(1));
  // Somebody types a number into it.
  if (row !== undefined) row.getCell(7).value = 2.5;
  await book.xlsx.writeFile(path);
  const second = await give('added', readFileSync(path), 'mended.xlsx');
  expect(second).toMatchObject({ rows: 1, accepted: 1, returned: 0, mended: 1 });
  expect(await standing('added')).toEqual(['0001|a|1.00', '0002|=1+1|2.50']);
});

test('rows of several files go back to the file they came from', async () => {
  const paths = ['a', 'b'].map((name) => join(folder, `${name}.csv`));
  writeFileSync(paths[0] ?? '', `${header}0201,a,x\n`);
  writeFileSync(paths[1] ?? '', 'id;name;height\n0202;b;1\n0203;c;y\n');
  const files = paths.map((path) => ({ name: 'same.csv', path }));
  const first = await deliver(officer, { dataset: 'merged', files });
  expect(first).toMatchObject({ rows: 3, accepted: 1, returned: 2 });
  const before = await out('merged');
  const text = await textOf(first.batch);
  expect(text).toContain('"same.csv (2)","2"');
  const only = text
    .replace('"y"', '"3"')
    .split('\r\n')
    .filter((line) => !line.includes('0201'));
  expect(await give('merged', only.join('\r\n'))).toMatchObject({ accepted: 1, mended: 1 });
  expect(await out('merged')).toBe(before - 1);
  const page = await returnedRows(officer, first.batch, { offset: 0, limit: 10 });
  expect(page).toMatchObject({ open: 1, total: 1, rows: [{ row: 1, values: ['0201', 'a', 'x'] }] });
  expect((await standing('merged')).filter((row) => row.startsWith('020'))).toEqual([
    '0202|b|1.00',
    '0203|c|3.00',
  ]);
});

test('what is sealed is of its own department, and of nobody above it', async () => {
  const { batch } = await give('leads', '编号,名称,高度\n0001,甲,1\nx,乙,2\n');
  const above = world.as(actor('data_admin', '330109', ['ingest.deliver', 'gate.read']));
  const page = { offset: 0, limit: 9 };
  const looks = [() => getDelivery(above, batch), () => returnedRows(above, batch, page)];
  for (const look of looks) {
    await expect(look()).rejects.toMatchObject({ code: 'ingest.no_delivery' });
  }
  const outOf = async (who: Ctx): Promise<string[]> =>
    (await returnedOverview(who)).datasets.map(({ dataset }) => dataset);
  expect(await outOf(above)).not.toContain('leads');
  expect(await outOf(officer)).toContain('leads');
  const insider = world.as(actor('insider', '330109', ['ingest.deliver', 'gate.read']));
  expect(await outOf(insider)).toContain('leads');
  expect((await returnedRows(officer, batch, page)).rows).toHaveLength(1);
});

describe('what is sealed is not there for who is aimed at it by name', () => {
  const csv = '编号,名称,高度\n0001,甲,1\n';
  const rows = [{ id: '0001', name: '甲', height: '1' }];

  async function uploaded(ctx: Ctx): Promise<string> {
    const { id } = await createUpload(ctx, { name: 'a.csv', bytes: Buffer.byteLength(csv) });
    await appendUpload(ctx, id, {
      offset: 0,
      sha256: null,
      body: Readable.from([Buffer.from(csv)]),
    });
    return id;
  }

  const roads: Record<string, (ctx: Ctx, name: string) => Promise<unknown>> = {
    deliver: (ctx, name) => give(name, csv, 'a.csv', ctx),
    push: (ctx, name) => pushTogether(ctx, { dataset: name, rows, key: null }),
    preview: async (ctx, name) => previewUpload(ctx, await uploaded(ctx), { dataset: name }),
    run: async (ctx, name) =>
      deliverUploads(ctx, { dataset: name, uploads: [await uploaded(ctx)], keepDialect: false }),
  };

  test.each(Object.entries(roads))('%s answers as of nothing', async (_, road) => {
    const above = world.as(actor('data_admin', '330109', ['ingest.deliver', 'gate.read']));
    for (const who of [above, stranger]) {
      const told = async (name: string): Promise<string> =>
        JSON.stringify((await refusal(road(who, name))).toShape()).replaceAll(name, '?');
      expect(await told('leads')).toBe(await told('nothing'));
    }
    // Its own department hands it in.
    await road(officer, 'leads');
  });

  test('nor is a run or a source of it', async () => {
    const { batch } = await give('leads', '编号,名称,高度\n0009,甲,1\n');
    const above = world.as(actor('data_admin', '330109', ['ingest.deliver', 'gate.read']));
    for (const who of [above, stranger]) {
      for (const ask of [getRun, cancelRun, retryRun]) {
        const error = await refusal(ask(who, batch));
        expect([error.code, error.message.includes('leads')]).toEqual(['ingest.no_run', false]);
      }
      const error = await refusal(getSource(who, 'leads_folder'));
      expect([error.code, error.message.includes('灯杆')]).toEqual(['ingest.no_source', false]);
    }
    expect((await getRun(officer, batch)).id).toBe(batch);
    expect((await getSource(officer, 'leads_folder')).dataset).toBe('leads');
  });
});

test('a delivery that takes the id of another leaves that one as it is', async () => {
  const first = await give('merged', '编号,名称,高度\n0301,甲,1\nx,乙,2\n');
  const before = await getDelivery(officer, first.batch);
  const path = join(folder, 'mine.csv');
  writeFileSync(path, '编号,名称,高度\n0302,甲,1\n');
  const files = [{ name: 'mine.csv', path }];
  const taken = { dataset: 'other', files, batch: first.batch };
  expect((await refusal(deliver(officer, taken))).code).toBe('ingest.batch_taken');
  expect(await getDelivery(officer, first.batch)).toEqual(before);
  // One the platform made for an attempt of its own has no run of that name.
  await sql`delete from ingest_run where id = ${first.batch}`.execute(world.ctx.db);
  expect((await refusal(deliver(officer, taken))).code).toBe('ingest.batch_taken');
  expect(await getDelivery(officer, first.batch)).toEqual(before);
});
