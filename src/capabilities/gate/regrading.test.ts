/** Another choice than the proposed, what is made from an item that rises, and national grades. */
import ExcelJS from 'exceljs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue, exportCatalogue, getDataset, importCatalogue } from '#catalogue';
import { decideGrades, gate, gradesOverview, listGrades, submitGrades } from '#gate';
import type { Actor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { declaredBy, setDeclared } from '#kernel/packs';
import { organisation } from '#organisation';
import { actor, applyFiles, refusal, type TestWorld, testWorld } from '#testing';

const capabilities = [organisation, catalogue, gate];

const head = (title: string, mode = ''): string => `title: {zh: ${title}, en: ${title}}
description: {zh: ${title}, en: ${title}}
owner: "330109"
theme: 试
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
${mode}`;
const item = (name: string, grade: string): string =>
  `  ${name}: {title: {zh: ${name}, en: ${name}}, type: text, grade: ${grade}}\n`;

const until =
  '{because: {zh: 已汇总, en: aggregated}, approved: case/9, by: 数据局, on: 2026-01-01, until: 2027-01-01}';
const files = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
`,
  'policies/grades.yaml': `title: {zh: 规则, en: Policy}
source: 试
lines:
  - {id: all, roles: ["*"], grades: [L1], view: plain, because: {zh: 开放, en: open}}
`,
  'datasets/calls.yaml': `${head('calls', 'mode: full\n')}items:
${item('id', 'L1')}${item('number', 'L1')}${item('town', 'L1')}`,
  'datasets/latest.yaml': `${head('latest')}items:\n${item('caller', 'L1')}${item('town', 'L1')}`,
  'datasets/latest.sql': "select '+86' || number as caller, town from calls",
  'datasets/board.yaml': `${head('board')}items:\n${item('who', 'L1')}${item('town', 'L1')}`,
  'datasets/board.sql': 'select upper(caller) as who, town from latest',
  'datasets/counted.yaml': `${head('counted')}grades: {lowered: {n: ${until}}}
items:\n${item('n', 'L1')}`,
  'datasets/counted.sql': 'select count(number)::text as n from calls',
  'datasets/filtered.yaml': `${head('filtered')}items:\n${item('town', 'L1')}`,
  'datasets/filtered.sql': "select town from calls where number like '139%'",
};

const district = '330109';
const proposer = actor('data_admin', district, ['gate.grades', 'gate.discover']);
const confirmer = actor('security_admin', district, ['gate.grades', 'gate.confirm_grades']);

let world: TestWorld;
beforeAll(async () => {
  setDeclared(declaredBy(capabilities));
  world = await testWorld({ capabilities, clock: '2026-11-23T01:00:00Z' });
  await applyFiles(world.ctx, capabilities, files);
});
afterAll(() => world.close());

const as = (who: Actor): Ctx => world.as(who);
const gradeOf = async (dataset: string, name: string): Promise<string | undefined> =>
  (await getDataset(world.ctx, dataset)).items.find((one) => one.name === name)?.grade;

describe('the choice of the one who confirms', () => {
  const number = { dataset: 'calls', item: 'number' };

  test('less than put forward is refused and nothing is written', async () => {
    await submitGrades(as(proposer), {
      items: [{ ...number, semantic: 'phone', grade: 'L2' }],
      reason: '像电话',
    });
    const less = await refusal(
      decideGrades(as(confirmer), {
        items: [{ ...number, grade: 'L1' }],
        verdict: 'confirmed',
        reason: '不必这么高',
      }),
    );
    expect(less.faults.map(({ code }) => code)).toEqual(['gate.grading_laxer']);
    expect(await gradeOf('calls', 'number')).toBe('L1');
  });

  test('another type and a higher grade take effect, and all that is made from it follows', async () => {
    const done = await decideGrades(as(confirmer), {
      items: [{ ...number, semantic: 'mobile', grade: 'L3' }],
      verdict: 'confirmed',
      reason: '都是手机号',
    });
    expect(done.contracts.toSorted()).toEqual(['board', 'calls', 'filtered', 'latest']);
    const calls = await getDataset(world.ctx, 'calls');
    expect(calls.items[1]).toMatchObject({ semantic: 'mobile', grade: 'L3' });
    expect(await gradeOf('latest', 'caller')).toBe('L3');
    expect(await gradeOf('board', 'who')).toBe('L3');
    expect(await gradeOf('board', 'town')).toBe('L1');
  });

  test('a filter raises the set and no item; what was lowered with approval stays', async () => {
    expect(await gradeOf('filtered', 'town')).toBe('L1');
    expect((await getDataset(world.ctx, 'filtered')).version).toBe(2);
    expect(await gradeOf('counted', 'n')).toBe('L1');
    expect((await getDataset(world.ctx, 'counted')).version).toBe(1);
  });

  test('the list shows the choice as decided', async () => {
    const { items } = await listGrades(as(confirmer), { dataset: 'calls' });
    expect(items.find((one) => one.item === 'number')).toMatchObject({
      state: 'confirmed',
      grade: 'L3',
    });
  });
});

describe('a pack, or a workbook, that would keep a source less strictly than it stood', () => {
  const calls = (number: string, more = ''): Record<string, string> => ({
    'datasets/calls.yaml': `${head('calls', 'mode: full\n')}${more}items:
${item('id', 'L1')}${number}${item('town', 'L1')}`,
  });
  const apply = (more: Record<string, string>) =>
    applyFiles(world.ctx, capabilities, more, 'apart');
  const faultsOf = async (more: Record<string, string>): Promise<string[]> => {
    const { faults } = await refusal(apply(more));
    return faults.map(({ code, item: at }) => `${code} ${at}`);
  };
  const rename = (given: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(given).map(([path, text]) => [path.replace('calls', 'reports'), text]),
    );
  const low = rename(calls(item('number', 'L1')));

  test('is refused, also by taking the item or the whole set out first', async () => {
    await apply(rename(calls(item('number', 'L3'))));
    const lowered = ['gate.grade_lowered items.number.grade'];
    expect(await faultsOf(low)).toEqual(lowered);
    await apply(rename(calls('')));
    expect(await faultsOf(low)).toEqual(lowered);
    await apply({});
    expect(await faultsOf(low)).toEqual(lowered);
    expect(await gradeOf('calls', 'number')).toBe('L3');
  });

  test('is done with an approval in the file, which the audit keeps', async () => {
    const over = rename(
      calls(
        item('number', 'L1'),
        `grades: {lowered: {number: ${until.replace('2027', '2026')}}}\n`,
      ),
    );
    expect(await faultsOf(over)).toContain('gate.grade_lowered items.number.grade');
    const approved = `grades: {lowered: {number: ${until}}}\n`;
    await apply(rename(calls(item('number', 'L1'), approved)));
    expect(await gradeOf('reports', 'number')).toBe('L1');
    await world.ctx.audit.seal();
    const { rows } = await sql<{ detail: unknown }>`select detail from audit_seen
      where action = 'gate.lowered' and subject = 'datasets/reports'`.execute(world.ctx.db);
    expect(rows).toEqual([
      { detail: { number: { approved: 'case/9', by: '数据局', until: '2027-01-01' } } },
    ]);
  });

  test('by a workbook as by a pack, told at its cell', async () => {
    const operator = world.as({
      ...confirmer,
      permissions: new Set(['packs.apply', 'catalogue.read']),
    });
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await exportCatalogue(operator)) as unknown as ArrayBuffer);
    const cells: string[] = [];
    book.getWorksheet('信息项')?.eachRow((row) =>
      row.eachCell((cell) => {
        if (cell.text !== 'L3' || row.getCell(1).text !== 'calls') return;
        cell.value = 'L2';
        cells.push(`信息项!${cell.address} gate.grade_lowered`);
      }),
    );
    expect(cells).toHaveLength(1);
    const bytes = Buffer.from(await book.xlsx.writeBuffer());
    const { faults } = await importCatalogue(operator, { bytes, pack: 'apart', apply: false });
    expect(faults.map(({ cell, code }) => `${cell} ${code}`)).toEqual(cells);
  });

  test('so is letting more people know of what is sealed', async () => {
    const sealed = (roles: string, more = ''): Record<string, string> =>
      rename({
        'datasets/calls_sealed.yaml': `${head('calls', 'mode: full\n')}${more}${roles}items:
${item('id', 'L1')}`,
      });
    await apply(sealed('sealed_for: [insider]\n'));
    const widened = ['gate.seal_widened sealed_for'];
    expect(await faultsOf(sealed(''))).toEqual(widened);
    expect(await faultsOf(sealed('sealed_for: [insider, outsider]\n'))).toEqual(widened);
    await apply(sealed('', `grades: {lowered: {sealed_for: ${until}}}\n`));
    expect((await getDataset(world.ctx, 'reports_sealed')).sealed_for).toBeNull();
  });
});

describe('national grades', () => {
  const national = async (name: string, settings = {}): Promise<unknown> => {
    const ctx = as(confirmer);
    const all = await gradesOverview({ ...ctx, settings: { ...ctx.settings, ...settings } });
    return all.datasets.find(({ dataset }) => dataset === name);
  };

  test('persons make general data until they are many; what is made from it follows', async () => {
    await world.ctx.lake.define(world.ctx, {
      dataset: 'calls',
      columns: ['id', 'number', 'town'].map((name) => ({ name, type: 'VARCHAR' })),
      mode: 'full',
      key: [],
    });
    await world.ctx.lake.commit(world.ctx, {
      dataset: 'calls',
      sql: "select i::varchar as id, '139' || i as number, '新塘' as town from range(20) r(i)",
      batch: 'b1',
    });
    expect(await national('calls')).toMatchObject({ nationalProposed: 'general', rows: 20 });
    const many = { national_persons_rows: 20 };
    expect(await national('calls', many)).toMatchObject({
      national: 'general',
      nationalProposed: 'important',
      nationalWhy: 'persons',
    });
    expect(await national('board', many)).toMatchObject({
      nationalProposed: 'important',
      nationalWhy: 'sources',
    });
  });

  test('size alone makes nothing important: no personal item, no proposal', async () => {
    const { datasets } = await gradesOverview(as(confirmer));
    expect(datasets.every(({ nationalProposed }) => nationalProposed === 'general')).toBe(true);
  });
});
