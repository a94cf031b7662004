/** Grades follow where data comes from, and are lowered by approval alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate, viewOf } from '#gate';
import { GuantongError } from '#kernel/errors';
import { organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';

const capabilities = [organisation, catalogue, gate];

const head = (title: string): string => `title: {zh: ${title}, en: ${title}}
description: {zh: ${title}, en: ${title}}
owner: "330109"
theme: 试
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
`;

const people = `${head('people')}mode: full
grades: {national: important}
items:
  card: {title: {zh: 证件, en: Card}, type: text, semantic: citizen_id, grade: L4}
  town: {title: {zh: 镇街, en: Town}, type: text, grade: L1}
  pay: {title: {zh: 金额, en: Pay}, type: integer, grade: L3}
`;
const firms = `${head('firms')}mode: full
items:
  firm: {title: {zh: 企业, en: Firm}, type: text, grade: L1}
  boss: {title: {zh: 法人证件, en: Boss}, type: text, semantic: citizen_id, grade: L4}
`;

const item = (name: string, grade: string, type = 'text'): string =>
  `  ${name}: {title: {zh: ${name}, en: ${name}}, type: ${type}, grade: ${grade}}\n`;
const made = (items: string, grades: string): string =>
  `${head('made')}${grades}\nitems:\n${items}`;

const policy = `title: {zh: 规则, en: Policy}
source: 试
lines:
  - {id: all, roles: ["*"], grades: [L1], view: plain, because: {zh: 开放, en: open}}
`;
const base = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
`,
  'roles/reader.yaml': `title: {zh: 甲, en: A}
description: {zh: 甲, en: A}
levels: [district]
permissions: [gate.read]
`,
  'policies/grades.yaml': policy,
  'datasets/people.yaml': people,
  'datasets/firms.yaml': firms,
};

const joined =
  'select firms.firm, people.pay as pay from firms join people on people.card = firms.boss';
const approval = (until: string): string =>
  `{because: {zh: 已汇总, en: aggregated}, approved: case/9, by: 数据局, on: 2026-01-01, until: ${until}}`;

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ capabilities, clock: '2026-11-23T01:00:00Z' });
});
afterAll(() => world.close());
beforeEach(() => applyFiles(world.ctx, capabilities, base));

async function faultsOf(yaml: string, sql: string): Promise<string[]> {
  try {
    await applyFiles(world.ctx, capabilities, {
      ...base,
      'datasets/made.yaml': yaml,
      'datasets/made.sql': sql,
    });
    return [];
  } catch (error) {
    if (!(error instanceof GuantongError)) throw error;
    return error.faults.map(({ code, item: at }) => `${code} ${at}`).sort();
  }
}

describe('refused at load, with every fault at once', () => {
  test('an item below what it is made from; a join by a card that raises the set', async () => {
    const yaml = made(item('firm', 'L1') + item('pay', 'L2', 'integer'), '');
    expect(await faultsOf(yaml, joined)).toEqual([
      'gate.grade_below items.pay.grade',
      'gate.national_below grades',
      'gate.set_grade_below grades',
    ]);
  });

  test('a filter alone raises the set, an aggregate the item', async () => {
    const yaml = made(
      item('town', 'L1') + item('total', 'L1', 'integer'),
      'grades: {national: important}',
    );
    const sql = "select town, sum(pay) as total from people where card like '33%' group by town";
    expect(await faultsOf(yaml, sql)).toEqual([
      'gate.grade_below items.total.grade',
      'gate.set_grade_below grades',
    ]);
  });

  test('a lowering that is over, and one of an item that is not there', async () => {
    const lowered = `grades: {national: important, least: L4, lowered: {total: ${approval('2026-11-01')}, nope: ${approval('2027-01-01')}}}`;
    const yaml = made(item('total', 'L1', 'integer'), lowered);
    expect(await faultsOf(yaml, 'select sum(pay) as total from people')).toEqual([
      'gate.grade_below items.total.grade',
      'gate.item_unknown grades.lowered.nope',
      'gate.lowering_over grades.lowered.total',
    ]);
  });
});

describe('taken', () => {
  const reader = actor('reader', '330109', ['gate.read']);

  test('a set that declares what its rows tell; it is its highest', async () => {
    const yaml = made(
      item('firm', 'L1') + item('pay', 'L3', 'integer'),
      'grades: {national: important, least: L4}',
    );
    expect(await faultsOf(yaml, joined)).toEqual([]);
    const view = await viewOf(world.as(reader), 'made');
    expect(view).toMatchObject({ grade: 'L4', national: 'important' });
    expect(await viewOf(world.as(reader), 'firms')).toMatchObject({
      grade: 'L4',
      national: 'general',
    });
  });

  test('what was lowered with an approval, until its last day', async () => {
    const until = approval('2026-11-23');
    const lowered = `grades: {lowered: {pay: ${until}, rows: ${until}, national: ${until}}}`;
    const yaml = made(item('firm', 'L1') + item('pay', 'L1', 'integer'), lowered);
    expect(await faultsOf(yaml, joined)).toEqual([]);
    expect(await viewOf(world.as(reader), 'made')).toMatchObject({ grade: 'L1' });
    world.clock.advance(24 * 3_600_000);
    // The pack is checked again with the next file: what is over by then stands in the way.
    expect(await faultsOf(`${yaml}\n`, joined)).toContain('gate.lowering_over grades.lowered.pay');
  });
});
