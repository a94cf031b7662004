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
import { actor, type TestWorld, trialContract, trialFiles, trialWorld } from '#testing';

const capabilities = [organisation, catalogue, gate, indicators];

const villages = ['330109004001', '330109004002', '330109004003', '330109005001'] as const;

const files = {
  ...trialFiles({
    units: ['330109004', '330109005', ...villages, '330109-mz'],
    policy: {
      all: { grades: ['L1'], view: 'plain' },
      figures: {
        ...{ roles: ['platform'], grades: ['L3', 'L4'], purposes: ['figures'] },
        ...{ view: 'counted', least: 5 },
      },
    },
    datasets: {
      aid: trialContract(
        { no: { required: true }, unit: {}, income: { type: 'integer', grade: 'L4' } },
        { owner: '330109-mz', key: ['no'], unit_item: 'unit' },
      ),
    },
  }),
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

const others = [9, 9, 9, 9];

const deliver = async (poor: readonly number[]): Promise<void> => {
  const batch = `b${Math.random()}`;
  const data = rowsOf(poor, others);
  await world.ctx.lake.commit(world.ctx, { dataset: 'aid', sql: data, batch });
  await world.drain();
};

beforeAll(async () => {
  world = await trialWorld(capabilities, files, { aid: rowsOf([12, 8, 3, 20], others) });
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
