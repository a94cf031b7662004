import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import { drill, explain, indicators, values } from '#indicators';
import { organisation } from '#organisation';
import { actor, applyFiles, refusal, type TestWorld, testWorld } from '#testing';

const capabilities = [organisation, catalogue, gate, indicators];

const units = `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109005,另一街道,,,town,330109,,,,试
330109004223,霞江村,,,village,330109004,,,,试
330109004224,涝湖村,,,village,330109004,,,,试
330109-zhzf,区综合执法局,,,department,330109,,,,试
`;

const things = `
title: {zh: 事件, en: Things}
description: {zh: 事件, en: Things}
owner: 330109-zhzf
theme: 城市治理
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: merge
key: [id]
unit_item: grid
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L1, required: true}
  grid: {title: {zh: 网格, en: Grid}, type: text, grade: L1}
  opened: {title: {zh: 收件, en: Opened}, type: timestamp, grade: L1}
  due: {title: {zh: 期限, en: Due}, type: timestamp, grade: L1}
  closed: {title: {zh: 办结, en: Closed}, type: timestamp, grade: L1}
  caller: {title: {zh: 报告人, en: Caller}, type: text, grade: L3}
`;

const policy = `
title: {zh: 规则, en: Policy}
source: 试行办法
lines:
  - {id: all, roles: ["*"], grades: [L1], view: plain, because: {zh: 开放, en: open}}
`;

const head = (more: string) => `/*
title: {zh: 指标, en: Indicator}
meaning: {zh: 含义, en: Meaning}
owner: 330109-zhzf
levels: [village, town, district]
${more}
*/
`;

const openThings = `${head(`unit: {zh: 件, en: things}
direction: down
period: now
measure: count
thresholds: {village: {warn: 1, bad: 2}, town: {warn: 1, bad: 2}}`)}
select grid as unit, opened as time, id as key, 1 as numerator, 1 as denominator
from things where closed is null
`;

const onTime = `${head(`unit: {zh: '%', en: '%'}
direction: up
period: month
measure: ratio
scale: 100
days: 40
target: 90
thresholds: {warn: 90, bad: 50}
columns: {late: {zh: 是否超期, en: Late}}`)}
select grid as unit, coalesce(closed, due) as time, id as key,
  case when closed <= due then 1 else 0 end as numerator, 1 as denominator,
  coalesce(closed, current_timestamp) > due as late
from things where closed is not null or due < current_timestamp
`;

const callers = `${head('unit: {zh: 人, en: people}\ndirection: down\nperiod: now\nmeasure: count')}
select grid as unit, opened as time, caller as key, 1 as numerator, 1 as denominator
from things
`;

const files = {
  'units/all.csv': units,
  'policies/grades.yaml': policy,
  'datasets/things.yaml': things,
  'indicators/open_things.sql': openThings,
  'indicators/on_time.sql': onTime,
  'indicators/callers.sql': callers,
};

/** Instants are UTC; the district's day is eight hours ahead: t4 was closed on the 22nd there. */
const rows = `select id, grid, cast(opened as timestamp) opened, cast(due as timestamp) due,
  cast(closed as timestamp) closed, 'x' as caller from (values
  ('t1', '330109004223001', '2026-11-20 01:00', '2026-11-20 05:00', '2026-11-20 03:00'),
  ('t2', '330109004223001', '2026-11-20 01:00', '2026-11-20 05:00', null),
  ('t3', '330109004224001', '2026-11-21 01:00', '2026-12-21 05:00', null),
  ('t4', '330109005101001', '2026-11-21 01:00', '2026-11-21 05:00', '2026-11-21 17:00'),
  ('t5', null, '2026-11-21 01:00', '2026-12-21 05:00', null)
) held(id, grid, opened, due, closed)`;

let world: TestWorld;
const reads = ['indicators.read', 'gate.read'];
const leader = actor('leader', '330109', reads);
const townLeader = actor('leader', '330109/330109004', reads);

beforeAll(async () => {
  world = await testWorld({ capabilities, clock: '2026-11-23T01:00:00Z' });
  await applyFiles(world.ctx, capabilities, files);
  await world.ctx.lake.commit(world.ctx, { dataset: 'things', sql: rows, batch: 'b1' });
  await world.drain();
});
afterAll(() => world.close());

const value = async (indicator: string, unit: string, who = leader) =>
  (await values(world.as(who), { indicators: [indicator], unit, days: 3 }))[0];

describe('refusals', () => {
  test('figures need the permission and the unit', async () => {
    const plain = world.as(actor('leader', '330109'));
    expect((await refusal(values(plain, { unit: '330109' }))).code).toBe('auth.not_allowed');
    const other = values(world.as(townLeader), { unit: '330109005' });
    expect((await refusal(other)).code).toBe('auth.not_in_unit');
    const nowhere = values(world.as(leader), { unit: '999' });
    expect((await refusal(nowhere)).code).toBe('kernel.not_found');
    const unknown = explain(world.as(leader), 'nope', '330109');
    expect((await refusal(unknown)).code).toBe('indicators.not_found');
  });

  test('a pack is refused with every fault of its SQL, by line, and nothing changes', async () => {
    const bad = `${head('unit: {zh: 件, en: x}\ndirection: up\nperiod: now\nmeasure: count')}
select grid as unit, nothing as time,
  id as key
from things
`;
    const files2 = {
      ...files,
      'indicators/bad.sql': bad,
      'indicators/worse.sql': bad.replace('from things', "from read_csv('/etc/passwd')"),
    };
    const error = await refusal(applyFiles(world.ctx, capabilities, files2));
    const said = error.faults.map(({ code, item, file, line }) => [code, item, file, line]);
    expect(said).toContainEqual([
      'gate.item_unknown',
      'nothing',
      expect.stringContaining('indicators/bad.sql'),
      expect.any(Number),
    ]);
    expect(said.filter(([code]) => code === 'gate.column_missing')).toHaveLength(2);
    expect(said.some(([code]) => String(code).startsWith('lake.sql'))).toBe(true);
    const kept = await sql<{ n: number }>`select count(*) n from indicator`.execute(world.ctx.db);
    expect(kept.rows[0]?.n).toBe(3);
  });

  test('a drill-down over items the asker may not see is refused by name', async () => {
    const work = drill(world.as(leader), 'callers', {
      unit: '330109',
      part: 'all',
      offset: 0,
      limit: 10,
    });
    const error = await refusal(work);
    expect(error.faults.map((fault) => fault.item)).toEqual(['caller']);
  });
});

describe('values', () => {
  test('are summed to village, town and district by code; rows of no unit count in the district', async () => {
    expect((await value('open_things', '330109'))?.value).toBe(3);
    expect((await value('open_things', '330109004'))?.value).toBe(2);
    expect((await value('open_things', '330109004223'))?.value).toBe(1);
    expect((await value('open_things', '330109005'))?.value).toBe(0);
  });

  test('a ratio over nothing is null, never 0; the open and overdue count as late', async () => {
    expect(await value('on_time', '330109')).toMatchObject({ numerator: 1, denominator: 3 });
    expect((await value('on_time', '330109004224'))?.value).toBeNull();
    expect((await value('on_time', '330109004'))?.value).toBe(50);
  });

  test('a day is a day of the district', async () => {
    const trend = (await value('on_time', '330109005'))?.trend;
    expect(trend).toEqual([
      { day: '2026-11-21', value: null },
      { day: '2026-11-22', value: 0 },
      { day: '2026-11-23', value: null },
    ]);
  });

  test('have a state by the file, for each level where the file says so', async () => {
    expect((await value('open_things', '330109004'))?.state).toBe('warn');
    expect((await value('open_things', '330109005'))?.state).toBe('ok');
    expect((await value('open_things', '330109'))?.state).toBe('none');
    expect((await value('on_time', '330109'))?.state).toBe('bad');
    expect((await value('on_time', '330109004224'))?.state).toBe('none');
  });

  test('show the units below when asked', async () => {
    const [shown] = await values(world.as(townLeader), {
      indicators: ['open_things'],
      unit: '330109004',
      children: true,
    });
    expect(shown?.children.map((child) => [child.name, child.value])).toEqual([
      ['霞江村', 1],
      ['涝湖村', 1],
    ]);
  });
});

describe('drill-down and explanation', () => {
  const page = { part: 'all', offset: 0, limit: 10 } as const;

  test('the rows behind a number are as many as the number says', async () => {
    const seen = await drill(world.as(leader), 'open_things', { ...page, unit: '330109' });
    expect(seen.rows.map((row) => row[2])).toEqual(['t3', 't5', 't2']);
    const town = await drill(world.as(leader), 'open_things', { ...page, unit: '330109004' });
    expect(town.rows).toHaveLength(2);
    const late = await drill(world.as(leader), 'on_time', {
      ...page,
      unit: '330109',
      part: 'missing',
    });
    expect(late.rows.map((row) => row[2]).sort()).toEqual(['t2', 't4']);
    expect(late.columns.map((column) => column.title.zh)).toContain('是否超期');
  });

  test('a reader of one town sees the rows of his town only', async () => {
    const seen = await drill(world.as(townLeader), 'open_things', { ...page, unit: '330109' });
    expect(seen.rows.map((row) => row[2]).sort()).toEqual(['t2', 't3']);
  });

  test('an explanation has owner, formula, snapshots and history', async () => {
    const told = await explain(world.as(leader), 'open_things', '330109');
    expect(told).toMatchObject({ ownerName: '区综合执法局', file: 'trial/indicators/open_things' });
    expect(told.sql).toContain('from things where closed is null');
    expect(told.snapshots.map((each) => [each.dataset, each.version])).toEqual([['things', 1]]);
    expect(told.asOf).toBe('2026-11-23T01:00:00.000Z');
    expect(told.history[0]).toMatchObject({ day: '2026-11-23', value: 3 });
  });
});

describe('change and age', () => {
  test('a delivery moves what it touches and keeps the values before', async () => {
    const change = `select 't3' id, '330109004224001' grid, timestamp '2026-11-21 01:00' opened,
      timestamp '2026-12-21 05:00' due, timestamp '2026-11-23 00:30' closed, 'x' caller`;
    await world.ctx.lake.commit(world.ctx, { dataset: 'things', sql: change, batch: 'b2' });
    await world.drain();
    expect((await value('open_things', '330109004'))?.value).toBe(1);
    const told = await explain(world.as(leader), 'open_things', '330109004');
    expect(told.history.map((each) => each.value)).toEqual([1, 2]);
    const run = await sql<{ changed: number }>`select changed from indicator_run
      where indicator = 'open_things' order by id desc limit 1`.execute(world.ctx.db);
    expect(run.rows[0]?.changed).toBe(3);
  });

  test('what moves with the clock is computed by the clock, without a delivery', async () => {
    expect((await value('on_time', '330109004224'))?.value).toBe(100);
    world.clock.set(new Date('2026-12-21T06:00:00Z'));
    await world.drain();
    expect((await value('on_time', '330109'))?.denominator).toBe(1);
    expect((await value('open_things', '330109'))?.previous).toBeNull();
  });

  test('a number whose data is late says since when and why', async () => {
    const late = await value('open_things', '330109');
    expect(late?.state).toBe('stale');
    expect(late?.stale).toMatchObject({ dataset: 'things', since: '2026-11-24T16:00:00.000Z' });
    expect(late?.stale?.why.zh).toContain('每日');
  });
});
