/**
 * Figures that rest on what may only be counted: too few are withheld, and so is what would tell of
 * them beside it; what is told is exact, and what rests on nothing graded is told as ever.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { figuresLeast, gate } from '#gate';
import { explain, indicators, values } from '#indicators';
import { organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';

const capabilities = [organisation, catalogue, gate, indicators];

const villages = ['330109004001', '330109004002', '330109004003', '330109005001'] as const;

const files = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109005,另一街道,,,town,330109,,,,试
${villages.map((code, at) => `${code},村${at},,,village,${code.slice(0, 9)},,,,试`).join('\n')}
330109-mz,区民政局,,,department,330109,,,,试
`,
  'datasets/aid.yaml': `title: {zh: 救助, en: Aid}
description: {zh: 救助, en: Aid}
owner: 330109-mz
theme: 试
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: full
key: [no]
unit_item: unit
items:
  no: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true}
  unit: {title: {zh: 村社, en: Village}, type: text, grade: L1}
  income: {title: {zh: 收入, en: Income}, type: integer, grade: L4}
`,
  'policies/grades.yaml': `title: {zh: 规则, en: Policy}
source: 试
lines:
  - {id: all, roles: ["*"], grades: [L1], view: plain, because: {zh: 试, en: x}}
  - {id: figures, roles: [platform], grades: [L3, L4], purposes: [figures], view: counted, least: 5,
     because: {zh: 试, en: x}}
`,
  ...Object.fromEntries(
    [
      ['poor', ' where income < 100', '1'],
      ['share_poor', '', 'case when income < 100 then 1 else 0 end'],
      ['all_aid', '', '1'],
    ].map(([name, where, numerator]) => [
      `indicators/${name}.sql`,
      `/*
title: {zh: 指标, en: Indicator}
meaning: {zh: 含义, en: Meaning}
unit: {zh: 人, en: persons}
owner: 330109-mz
direction: down
levels: [village, town, district]
period: now
measure: ${name === 'share_poor' ? 'ratio' : 'count'}
*/
select unit, null as time, no as key, ${numerator} as numerator, 1 as denominator from aid${where}
`,
    ]),
  ),
};

/** Poor and others of each village. */
const rowsOf = (poor: readonly number[], others: readonly number[]): string => {
  const each = villages.flatMap((unit, at) =>
    [poor[at] ?? 0, others[at] ?? 0].map(
      (count, nth) => `select '${unit}-${nth}-' || i as no, '${unit}' as unit,
        ${nth === 0 ? 50 : 500}::bigint as income from range(${count}) r(i)`,
    ),
  );
  return each.join(' union all ');
};

let world: TestWorld;
const leader = actor('leader', '330109', ['indicators.read']);

const deliver = async (poor: readonly number[]): Promise<void> => {
  const batch = `b${Math.random()}`;
  const data = rowsOf(poor, [9, 9, 9, 9]);
  await world.ctx.lake.commit(world.ctx, { dataset: 'aid', sql: data, batch });
  await world.drain();
};

beforeAll(async () => {
  world = await testWorld({ capabilities, settings: { sql_time_limit_ms: 120_000 } });
  await applyFiles(world.ctx, capabilities, files);
  await deliver([12, 8, 3, 20]);
});
afterAll(() => world.close());

async function valuesOf(indicator: string, unit: string) {
  const [value] = await values(world.as(leader), {
    ...{ indicators: [indicator], unit, children: true, days: 3 },
  });
  return value;
}

const shown = async (indicator: string, unit: string) => {
  const value = await valuesOf(indicator, unit);
  return [value?.value, ...(value?.children ?? []).map((child) => child.value)];
};

test('a small one is withheld with its smallest neighbour; sums above are exact', async () => {
  expect(await shown('poor', '330109')).toEqual([43, 23, 20]);
  expect(await shown('poor', '330109004')).toEqual([23, 12, null, null]);
  const value = await valuesOf('poor', villages[2]);
  expect(value).toMatchObject({ value: null, numerator: null, withheld: true, state: 'none' });
  expect(value?.trend.map((point) => point.value)).toEqual([null]);
  expect(await shown('share_poor', '330109004')).toEqual([23 / 50, 12 / 21, null, null]);
});

test('nobody is told by no road: not by the history, nor by what is stored', async () => {
  const found = await explain(world.as(leader), 'poor', villages[2]);
  expect(found.history.map(({ value }) => value)).toEqual([null]);
  for (const table of ['indicator_value', 'indicator_history']) {
    const { rows } = await sql<{ n: number }>`select numerator::float8 as n
      from ${sql.table(table)} where indicator = 'poor' and unit = any(${villages.slice(1, 3)})
    `.execute(world.ctx.db);
    expect(rows.map(({ n }) => n)).toEqual([0, 0]);
  }
});

test('none is told as none, and what rests on nothing graded as it is', async () => {
  expect(await shown('all_aid', '330109004')).toEqual([50, 21, 17, 12]);
  await deliver([12, 8, 0, 20]);
  expect(await shown('poor', '330109004')).toEqual([20, 12, 8, 0]);
  // A town of too few: the town beside it would tell of it by the district's sum.
  await deliver([12, 8, 6, 2]);
  expect(await shown('poor', '330109')).toEqual([28, null, null]);
});

test('what a figure rests on is followed through filters, sums and joins', async () => {
  const least = (query: string) => figuresLeast(world.ctx, query, ['numerator', 'unit']);
  expect(await least('select unit, 1 as numerator from aid')).toBeNull();
  expect(await least('select unit, 1 as numerator, income as more from aid')).toBeNull();
  expect(await least('select unit, income as numerator from aid')).toBe(5);
  expect(await least('select unit, 1 as numerator from aid where income > 3')).toBe(5);
  expect(await least('select a.unit, 1 as numerator from aid a join aid b using (income)')).toBe(5);
  expect(await least('select * exclude (no), 1 as numerator from aid')).toBeNull();
});
