import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { cockpit, cockpitPage } from '#cockpit';
import { gate } from '#gate';
import { indicators } from '#indicators';
import { anonymous } from '#kernel/auth';
import { organisation } from '#organisation';
import { actor, applyFiles, refusal, type TestWorld, testWorld } from '#testing';
import { shadeOf } from './actions.ts';

const capabilities = [organisation, catalogue, gate, indicators, cockpit];

const files: Record<string, string> = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,Xiaoshan,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109005,另一街道,,,town,330109,,,,试
330109401,功能区,,,town,330109,yes,,,试
330109004223,霞江村,,,village,330109004,,,,试
330109004224,另一村,,,village,330109004,,,,试
330109-zhzf,区综合执法局,,,department,330109,,,,试
`,
  'roles/worker.yaml': `title: {zh: 网格员, en: Worker}
description: {zh: 网格员, en: Worker}
levels: [district, town, village, department]
permissions: [gate.read]
`,
  'policies/grades.yaml': `title: {zh: 规则, en: Policy}
source: 试行办法
lines:
  - {id: all, roles: [worker], grades: [L1, L2], view: plain, because: {zh: 开放, en: open}}
`,
  'datasets/matters.yaml': `title: {zh: 事件, en: Matters}
description: {zh: 事件, en: Matters}
owner: 330109-zhzf
theme: 城市治理
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: merge
key: [id]
unit_item: unit
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L1, required: true}
  unit: {title: {zh: 单位, en: Unit}, type: text, grade: L1}
  what: {title: {zh: 标题, en: Title}, type: text, grade: L2}
  opened: {title: {zh: 收件, en: Opened}, type: timestamp, grade: L1}
  due: {title: {zh: 期限, en: Due}, type: timestamp, grade: L1}
  good: {title: {zh: 按时, en: In time}, type: boolean, grade: L1}
`,
  'indicators/in-time.sql': `/*
title: {zh: 按时率, en: In time}
meaning: {zh: 按时, en: In time}
unit: {zh: "%", en: "%"}
owner: 330109-zhzf
direction: up
levels: [district, town, village]
period: now
measure: ratio
scale: 100
decimals: 1
target: 95
*/
select unit, opened as time, id as key, case when good then 1 else 0 end as numerator,
  1 as denominator from matters`,
  'pages/city.yaml': `title: {zh: 体征, en: Signs}
levels: [district, town, village]
numbers: [in-time]
map: {indicator: in-time, steps: [97, 95, 94, 92]}
ranking: {indicator: in-time, best: 3, worst: 5}
trend: {indicator: in-time, days: 14}
live: {limit: 2}
`,
  'pages/city.sql': `select id as number, what as title, '110' as channel, unit as unit_code, opened as opened_at,
  due as due_at, 120.2 as lon, 30.1 as lat from matters
  where unit like $unit || '%' order by due nulls last`,
};

const rows = `select * from (values
  ('m1', '330109004223001', '井盖', timestamp '2026-11-20 00:00:00', timestamp '2026-11-20 04:00:00', true),
  ('m2', '330109004224001', '路灯', timestamp '2026-11-20 01:00:00', null, false),
  ('m3', '330109005001001', '噪声', timestamp '2026-11-20 02:00:00', timestamp '2026-11-20 03:00:00', true)
) held(id, unit, what, opened, due, good)`;

const may = ['gate.read', 'indicators.read', 'cockpit.view'];
const district = actor('worker', '330109', may);
const town = actor('worker', '330109/330109004', may);

let world: TestWorld;

beforeAll(async () => {
  world = await testWorld({ capabilities, clock: '2026-11-20T03:00:00Z' });
  await applyFiles(world.ctx, capabilities, files);
  await world.ctx.lake.commit(world.ctx, { dataset: 'matters', sql: rows, batch: 'b1' });
  await world.drain();
});
afterAll(() => world.close());

const declared = async (): Promise<unknown[]> =>
  (await sql`select name, declared from cockpit_page order by name`.execute(world.ctx.db)).rows;

const applied = (changes: Record<string, string>): Promise<void> =>
  applyFiles(world.ctx, capabilities, { ...files, ...changes });

describe('refusals', () => {
  test('nobody looks without signing in, without the permission, at another town', async () => {
    const nobody = world.as(anonymous('127.0.0.1'));
    expect((await refusal(cockpitPage(nobody, '330109'))).code).toBe('auth.not_signed_in');
    const plain = world.as(actor('worker', '330109', ['indicators.read']));
    expect((await refusal(cockpitPage(plain, '330109'))).code).toBe('auth.not_allowed');
    const other = cockpitPage(world.as(town), '330109005');
    expect((await refusal(other)).code).toBe('auth.not_in_unit');
  });

  test('a unit that is none, a department', async () => {
    for (const code of ['nope', '330109-zhzf']) {
      const error = await refusal(cockpitPage(world.as(district), code));
      expect(error.code).toBe('kernel.not_found');
    }
  });

  test('a page with faults changes nothing; all faults come at once with their lines', async () => {
    const before = await declared();
    const error = await refusal(
      applied({
        'pages/city.yaml': (files['pages/city.yaml'] ?? '')
          .replace('numbers: [in-time]', 'numbers: [in-time, no-such]')
          .replace('[97, 95, 94, 92]', '[92, 95, 94, 97]'),
        'pages/city.sql': `select id as number from matters where secret = $unit`,
      }),
    );
    const codes = error.faults.map((fault) => [fault.code, fault.line]);
    expect(codes).toContainEqual(['cockpit.indicator_unknown', 3]);
    expect(codes).toContainEqual(['cockpit.steps_order', 4]);
    expect(codes.map(([code]) => code)).toContain('gate.item_unknown');
    expect(codes.filter(([code]) => code === 'gate.column_missing')).toHaveLength(7);
    expect(await declared()).toEqual(before);
  });

  test('a second page for a level, a level the indicator lacks, a page without SQL', async () => {
    const before = await declared();
    const village = (files['indicators/in-time.sql'] ?? '').replace(', village]', ']');
    const error = await refusal(
      applied({
        'indicators/in-time.sql': village,
        'pages/more.yaml': files['pages/city.yaml'] ?? '',
      }),
    );
    const codes = new Set(error.faults.map((fault) => fault.code));
    expect(codes).toContain('cockpit.level_taken');
    expect(codes).toContain('cockpit.indicator_level');
    expect(codes).toContain('cockpit.sql_missing');
    expect(await declared()).toEqual(before);
  });
});

describe('a page', () => {
  test('the district: own number, towns ranked, zones left out, open matters due first', async () => {
    const page = await cockpitPage(world.as(district), '330109');
    expect(page.numbers[0]?.value).toBeCloseTo(66.67, 1);
    expect(page.names.map((part) => part.code)).toEqual(['330109004', '330109005']);
    expect(page.ranking.value.children.map(({ unit, value }) => [unit, value])).toEqual([
      ['330109004', 50],
      ['330109005', 100],
    ]);
    expect(page.map.shades).toEqual({ '330109004': 5, '330109005': 1 });
    expect(page.live.truncated).toBe(true);
    expect(page.live.rows.map((row) => [row.number, row.unitName, row.dueAt])).toEqual([
      ['m3', '另一街道', '2026-11-20T03:00:00Z'],
      ['m1', '新塘街道', '2026-11-20T04:00:00Z'],
    ]);
  });

  test('a town sees its rows only; a village stands among the villages of its town', async () => {
    const page = await cockpitPage(world.as(town), '330109004');
    expect(page.live.rows.map((row) => row.number)).toEqual(['m1', 'm2']);
    expect(page.above.map((unit) => unit.code)).toEqual(['330109']);
    const village = await cockpitPage(world.as(town), '330109004223');
    expect(village.numbers[0]?.value).toBe(100);
    expect(village.area.code).toBe('330109004');
    expect(village.names.map((part) => part.name)).toEqual(['霞江村', '另一村']);
    expect(village.live.rows.map((row) => row.number)).toEqual(['m1']);
  });

  test('a reader without a right to the rows is told so and still sees the figures', async () => {
    const stranger = world.as(actor('leader', '330109', may));
    const page = await cockpitPage(stranger, '330109');
    expect(page.numbers[0]?.value).toBeCloseTo(66.67, 1);
    expect(page.live.rows).toEqual([]);
    expect(page.live.refused?.zh).toBeTruthy();
  });

  test('over HTTP the door is closed to whoever is not signed in', async () => {
    const answer = await world.app.inject({ url: '/api/cockpit/page?unit=330109' });
    expect(answer.statusCode).toBe(401);
  });

  test('a page taken back is gone', async () => {
    const { 'pages/city.yaml': _page, 'pages/city.sql': _sql, ...rest } = files;
    await applyFiles(world.ctx, capabilities, rest);
    expect((await refusal(cockpitPage(world.as(district), '330109'))).code).toBe('cockpit.no_page');
    await applyFiles(world.ctx, capabilities, files);
  });
});

describe('shades', () => {
  test('run from calm to needing attention in both directions', () => {
    expect([98, 97, 96, 94.5, 93, 80].map((v) => shadeOf(v, [97, 95, 94, 92], 'up'))).toEqual([
      1, 1, 2, 3, 4, 5,
    ]);
    expect([0, 1, 2, 4, 9].map((v) => shadeOf(v, [0, 1, 3, 8], 'down'))).toEqual([1, 2, 3, 4, 5]);
  });
});
