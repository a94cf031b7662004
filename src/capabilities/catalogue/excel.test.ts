/**
 * The catalogue as a workbook: refusals first, then that nothing is lost on the way there and back.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { catalogue, getDataset } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { declaredBy, exportPack, type PackSection, setDeclared } from '#kernel/packs';
import { organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';
import { readBook, writeBook } from './actions/excel/file.ts';
import { parseBook } from './actions/excel/parse.ts';
import { addRows, emptyBook, type Tree } from './actions/excel/rows.ts';
import { exportCatalogue, importCatalogue } from './actions/index.ts';
import { contractFile } from './model.ts';

/** A section of a later capability: the sheets know nothing of it and must keep it. */
const serve: PackSection = {
  kind: 'datasets',
  key: 'serve',
  schema: z.strictObject({ row: z.boolean() }),
};
const later = { name: 'later', sections: [serve] };
const capabilities = [organisation, catalogue, later];
let world: TestWorld;

const aid = `# written by hand
title: {zh: 低保, en: Aid}
description: {zh: 低保对象, en: People in aid}
owner: 330109-mz
theme: 社会救助
layer: standard
share: {type: conditional, condition: 履职, mode: [api, query]}
open: {type: none, clause: 条例}
cycle: monthly
mode: merge
key: [id]
catalogue: {class: "307014", format: database}
serve: {row: true}
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L2, required: true}
  kind:
    title: {zh: 类别, en: Kind}
    type: text
    grade: L1
    codes: {"01": {zh: 低保, en: Aid}, "02": {zh: 低边, en: Near aid}}
checks:
  whole: {sql: "id <> kind", expected: {zh: 不同, en: differ}, item: id}
headers: {"": id, 类别名: kind}
`;
const files = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,测试
330109-mz,区民政局,,,department,330109,,,,测试
`,
  'datasets/aid.yaml': aid,
  'datasets/hidden.yaml': aid
    .replace('title: {zh: 低保', 'title: {zh: 线索')
    .replace('class: "307014"', 'class: "307015"')
    .concat('sealed_for: [supervisor]\n'),
};

beforeAll(async () => {
  world = await testWorld({ capabilities });
  setDeclared(declaredBy(capabilities));
  await applyFiles(world.ctx, capabilities, files);
});
afterAll(async () => {
  setDeclared({ kinds: [], sections: [] });
  await world.close();
});

const admin = (): Ctx => world.as(actor('data_admin', '330109', ['catalogue.read', 'packs.apply']));

async function edited(change: (file: ExcelJS.Workbook) => void): Promise<Buffer> {
  const file = new ExcelJS.Workbook();
  await file.xlsx.load((await exportCatalogue(admin())) as unknown as ArrayBuffer);
  change(file);
  return Buffer.from(await file.xlsx.writeBuffer());
}

/** The cell under a header, in the row of a resource (and item). */
function cellOf(file: ExcelJS.Workbook, sheet: string, header: string, row: number): ExcelJS.Cell {
  const found = file.getWorksheet(sheet);
  let at = 0;
  found?.getRow(1).eachCell((cell, column) => {
    if (cell.value === header) at = column;
  });
  if (found === undefined || at === 0) throw new Error(`no ${sheet}/${header}`);
  return found.getRow(row).getCell(at);
}

const refusal = async (promise: Promise<unknown>): Promise<GuantongError> => {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(GuantongError);
  return thrown as GuantongError;
};

test('without the permission, and of what is no workbook, nothing is taken', async () => {
  const bytes = await edited((file) => {
    cellOf(file, '信息资源', '信息资源名称', 2).value = '改名';
  });
  const officer = world.as(actor('source_officer', '330109', ['catalogue.read']));
  const take = (ctx: Ctx, given: Buffer) =>
    importCatalogue(ctx, { bytes: given, pack: 'trial', apply: true });
  expect((await refusal(take(officer, bytes))).code).toBe('auth.not_allowed');
  expect((await refusal(take(admin(), Buffer.from('PK not')))).code).toBe('catalogue.not_excel');
  const small = {
    ...admin(),
    settings: { ...world.ctx.settings, catalogue_excel_max_bytes: 2000 },
  };
  expect((await refusal(take(small, bytes))).code).toBe('catalogue.not_excel');
  expect((await getDataset(world.ctx, 'aid')).title.zh).toBe('低保');
});

test('all faults at once, each by sheet and cell; nothing is applied', async () => {
  const bytes = await edited((file) => {
    cellOf(file, '信息资源', '共享类型', 2).value = '随便';
    cellOf(file, '信息资源', '信息资源提供方', 2).value = '330109-none';
    cellOf(file, '信息项', '敏感级别', 3).value = 'L9';
    cellOf(file, '信息项', '资源英文名', 2).value = 'nowhere';
    cellOf(file, '值域代码', '代码', 3).value = '01';
    cellOf(file, '行校验', '条件', 2).value = 'id <>';
  });
  const input = { bytes, pack: 'trial', apply: false };
  const { faults, applied } = await importCatalogue(admin(), input);
  expect(applied).toEqual([]);
  expect(faults.map(({ cell, code }) => `${cell} ${code}`)).toEqual(
    expect.arrayContaining([
      '信息资源!J2 catalogue.bad_cell',
      '信息项!A2 catalogue.row_lost',
      '值域代码!C3 catalogue.row_twice',
    ]),
  );
  expect(faults.map(({ cell }) => cell)).toContain('信息项!K3');
  expect((await refusal(importCatalogue(admin(), { ...input, apply: true }))).code).toBe(
    'packs.refused',
  );
  expect((await getDataset(world.ctx, 'aid')).version).toBe(1);
});

test('what a check of the packs finds stands at its cell as well', async () => {
  const bytes = await edited((file) => {
    cellOf(file, '信息资源', '信息资源提供方', 2).value = '330109-none';
    cellOf(file, '行校验', '条件', 2).value = 'id <>';
  });
  const { faults } = await importCatalogue(admin(), { bytes, pack: 'trial', apply: false });
  expect(faults.map(({ cell, code }) => `${cell} ${code}`).toSorted()).toEqual([
    '信息资源!F2 catalogue.unknown_owner',
    '行校验!B2 catalogue.bad_check',
  ]);
});

test('out and in changes nothing; a sealed resource does not leave', async () => {
  const bytes = await exportCatalogue(admin());
  const taken = await importCatalogue(admin(), { bytes, pack: 'trial', apply: true });
  expect(taken).toMatchObject({ resources: 1, faults: [], changes: [], applied: [] });
  const { book } = await readBook(bytes, 2 ** 24);
  expect(JSON.stringify(parseBook(book).contracts)).not.toContain('线索');
});

test('a dry run tells what would change, applying does it, other files stay byte for byte', async () => {
  const bytes = await edited((file) => {
    cellOf(file, '信息资源', '信息资源名称', 2).value = '低保对象';
    cellOf(file, '信息项', '最小值', 2).value = '';
    cellOf(file, '值域代码', '代码含义', 3).value = '低保边缘';
  });
  const input = { bytes, pack: 'trial', apply: false };
  const told = await importCatalogue(admin(), input);
  expect(told.changes).toEqual([
    {
      name: 'aid',
      title: '低保对象',
      change: 'change',
      changes: [
        { path: 'title.zh', before: '低保', after: '低保对象' },
        { path: 'items.kind.codes.02.zh', before: '低边', after: '低保边缘' },
      ],
    },
  ]);
  expect((await getDataset(world.ctx, 'aid')).title.zh).toBe('低保');
  const done = await importCatalogue(admin(), { ...input, apply: true });
  expect(done.applied).toEqual([{ pack: 'trial', version: 2 }]);
  expect((await getDataset(world.ctx, 'aid')).title.zh).toBe('低保对象');
  const after = await exportPack(world.ctx, { pack: 'trial' });
  const content = (path: string) => after.find((one) => one.path === path)?.content;
  expect(content('datasets/aid.yaml')).toContain('serve:');
  expect(content('datasets/hidden.yaml')).toBe(files['datasets/hidden.yaml']);
});

test('a new resource goes to the pack that is named', async () => {
  const bytes = await edited((file) => {
    const copy = (sheet: string, row: number) => {
      const from = file.getWorksheet(sheet);
      const values = from?.getRow(row).values;
      if (!Array.isArray(values)) throw new Error('no row');
      from?.addRow(['near', ...values.slice(2)]);
    };
    copy('信息资源', 2);
    copy('信息项', 2);
  });
  const { changes } = await importCatalogue(admin(), { bytes, pack: 'trial', apply: true });
  expect(changes).toEqual([{ name: 'near', title: '低保对象', change: 'add', changes: [] }]);
  expect((await getDataset(world.ctx, 'near')).code).toBe('307014/000002');
  // What a start applies is what was applied here.
  const home = join(resolve(world.ctx.settings.home), 'packs', 'trial', 'datasets');
  const truth = await exportPack(world.ctx, { pack: 'trial' });
  for (const name of ['aid.yaml', 'near.yaml', 'hidden.yaml']) {
    const said = truth.find(({ path }) => path === `datasets/${name}`)?.content;
    expect(await readFile(join(home, name), 'utf8')).toBe(said);
  }
  // And what stood before people changed it is known, so that a later version can follow.
  const base = JSON.parse(await readFile(join(home, '..', '..', '.base', 'trial.json'), 'utf8'));
  const before = createHash('sha256').update(files['datasets/aid.yaml'] ?? '');
  expect(base['datasets/aid.yaml']).toBe(before.digest('hex'));
  expect(base['datasets/near.yaml']).toBeUndefined();
});

const nasty = [
  'json:1',
  '_x0041_',
  ' a ',
  'a\r\nb',
  'a\u0001b',
  '=1+1',
  '00012',
  '1e5',
  '“双引号”',
  'a\nb',
  '是',
];
const words = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom(...nasty),
);
const both = fc.record({ zh: words, en: words });
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const share = fc.oneof(
  fc.record({ type: fc.constant('none'), clause: words }),
  fc.record({
    type: fc.constant('conditional'),
    condition: words,
    mode: fc.uniqueArray(fc.constantFrom('api', 'file', 'joint'), { minLength: 1 }),
  }),
);
/** A sheet knows no negative zero. */
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0);
const day = fc.constantFrom('2026-01-31', '2020-12-01');
const item = fc.record(
  {
    title: both,
    type: fc.constantFrom('text', 'integer', 'decimal(10,2)', 'date'),
    grade: fc.constantFrom('L1', 'L4'),
    required: fc.boolean(),
    semantic: fc.constantFrom('address', 'mobile'),
    pattern: words,
    codes: fc.dictionary(words, both, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
    empty: fc.array(words, { minLength: 1, maxLength: 2 }),
    min: fc.oneof(fc.integer(), words),
    max: fc.oneof(finite, words),
    format: fc.oneof(words, fc.array(words, { minLength: 1, maxLength: 2 })),
    unit: both,
    example: words,
    meaning: both,
    share: fc.record({ type: fc.constant('none'), clause: words }),
    element: fc.record({ format: fc.constant('an..10'), note: words }, { requiredKeys: [] }),
  },
  { requiredKeys: ['title', 'type', 'grade', 'required'] },
);
const contract = fc.record(
  {
    title: both,
    description: both,
    owner: words,
    source: fc.record({ system: words, note: words }, { requiredKeys: ['system'] }),
    theme: words,
    layer: fc.constantFrom('raw', 'thematic'),
    share,
    open: fc.record({ type: fc.constant('none'), clause: words }),
    cycle: fc.constantFrom('daily', 'half_year', 'never'),
    mode: fc.constantFrom('full', 'merge'),
    key: fc.array(name, { minLength: 1, maxLength: 3 }),
    unit_item: name,
    items: fc.dictionary(name, item, { maxKeys: 4, noNullPrototype: true }),
    checks: fc.dictionary(name, fc.record({ sql: words, expected: both }), {
      minKeys: 1,
      maxKeys: 2,
      noNullPrototype: true,
    }),
    headers: fc.dictionary(fc.oneof(words, fc.constant('')), name, {
      minKeys: 1,
      maxKeys: 3,
      noNullPrototype: true,
    }),
    catalogue: fc.record(
      { class: fc.constant('307014'), format: fc.constant('database'), published_on: day },
      { requiredKeys: ['class', 'format'] },
    ),
    retention: fc.record(
      { days: fc.integer({ min: 1, max: 90 }), hold: fc.record({ because: both }) },
      { requiredKeys: ['days'] },
    ),
    sealed_for: fc.array(words, { minLength: 1, maxLength: 2 }),
    ignore_headers: fc.array(fc.oneof(words, fc.constant('')), { minLength: 1, maxLength: 3 }),
  },
  {
    requiredKeys: 'title description owner theme layer share open cycle items'.split(' ') as [],
  },
);

test('nothing that a contract can say is lost on the way there and back', async () => {
  const there = fc.asyncProperty(fc.dictionary(name, contract, { maxKeys: 3 }), async (given) => {
    const book = emptyBook();
    for (const [one, data] of Object.entries(given)) addRows(book, one, data as Tree);
    const read = await readBook(await writeBook(book), 2 ** 26);
    const back = parseBook(read.book);
    expect([...read.faults, ...back.faults]).toEqual([]);
    expect(back.contracts.map((one) => one.name)).toEqual(Object.keys(given));
    for (const { name: one, data } of back.contracts) {
      const said = contractFile.parse(given[one]);
      expect(contractFile.parse(data)).toEqual(said);
      expect(Object.keys(contractFile.parse(data).items)).toEqual(Object.keys(said.items));
    }
  });
  await fc.assert(there, { numRuns: 40, seed: 20261122 });
});
