/** The hub on a real database with the district's pack: refusals first, then the desk's work. */
import { writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { act, caseDetail } from '#cases';
import { takeReport, viewEvent } from '#hub';
import { deliver } from '#ingest';
import type { Ctx } from '#kernel/context';
import { findUnit, loadActor } from '#organisation';
import { districtWorld, refusing, type TestWorld } from '#testing';
import { dispatch, suggestDispatch } from './actions/dispatch.ts';
import { eventOf, sign } from './actions/events.ts';
import { deskOf } from './actions/intake.ts';
import { join, joinReason, suggestJoins } from './actions/join.ts';
import { rate } from './actions/rating.ts';
import type { Report, ReportInput } from './model.ts';

const grid = '330109004223003';

let world: TestWorld;
/** People of the demonstration. */
const who = { zhou: '', qian: '', fang: '', lou: '', wang: '', xie: '' };
const people = new Map<string, Ctx>();
const as = (name: keyof typeof who): Ctx => people.get(name) ?? world.ctx;

async function land(dataset: string, lines: string[]): Promise<void> {
  const path = world.ctx.lake.stage(`${dataset}.csv`);
  await writeFile(path, lines.join('\n'));
  const files = [{ name: `${dataset}.csv`, path }];
  const landed = await deliver(world.ctx, { dataset, files });
  expect(landed).toMatchObject({ accepted: lines.length - 1, returned: 0 });
  await world.drain();
}

const address = (at: number, number: number, lon: number): string =>
  [
    `330109004223000000${at},萧山区新塘街道霞江村霞江路${number}号,330109004,330109004223`,
    `${grid},霞江路,${number},,,${lon},30.17`,
  ].join(',');

beforeAll(async () => {
  world = await districtWorld({ settings: { demo: true } });
  await land('addresses', [
    'addr_code,full_name,town_code,village_code,grid_code,road,number,compound,building,lon,lat',
    address(1, 126, 120.29),
    // 0.0003 degrees of longitude are about 29 m here, 0.01 about 960 m.
    address(2, 128, 120.2903),
    address(3, 300, 120.3),
  ]);
  const owner = (await findUnit(world.ctx, '330109-pswater'))?.name ?? '';
  await land('components', [
    [
      '部件标识码,部件名称,部件小类,部件状态,所在网格,位置描述,经度,纬度,权属单位编码,权属单位',
      '权属信用代码,管养责任人,责任人手机,责任人证件号,管线走向埋深,核对日期',
    ].join(','),
    [
      `3301090101004177,雨水井盖,井盖,完好,${grid},霞江路126号,120.2901,30.17`,
      `330109-pswater,${owner},,,,,,2026-01-05`,
    ].join(','),
  ]);
  for (const name of Object.keys(who) as (keyof typeof who)[]) {
    const actor = await loadActor(world.ctx, name);
    if (actor) people.set(name, world.as(actor));
  }
  expect(people.size).toBe(Object.keys(who).length);
});

afterAll(() => world?.close());

const said = (over: Partial<ReportInput> = {}): ReportInput => ({
  channel: 'group',
  text: '路边井盖塌了半边',
  address: '霞江路126号',
  ...over,
});

const report = async (over: Partial<ReportInput> = {}): Promise<Report> => {
  const taken = await takeReport(as('lou'), said(over), 'form');
  await world.drain();
  return taken;
};

const signed = async (over: Partial<ReportInput> = {}): Promise<Report> => {
  const taken = await report(over);
  await sign(as('zhou'), taken.event);
  await world.drain();
  return taken;
};

async function written(): Promise<unknown> {
  const found = await sql`select
    (select count(*) from case_timeline) as facts, (select count(*) from hub_report) as reports,
    (select coalesce(sum(revision), 0) from hub_event) as revisions,
    (select count(*) from outbox_events) as events`.execute(world.ctx.db);
  return found.rows[0];
}

/** Refused with the code, and nothing was written. */
const refused = refusing(written);

describe('refusals', { timeout: 300_000 }, () => {
  test('who may not report, push, sign, dispatch', async () => {
    const { event } = await report();
    await refused('auth.not_allowed', () => takeReport(as('xie'), said(), 'form'));
    await refused('auth.not_allowed', () =>
      takeReport(as('lou'), said({ channel: '12345' }), 'push'),
    );
    await refused('cases.not_your_task', () => sign(as('fang'), event));
    await refused('auth.not_allowed', () => sign(as('wang'), event));
    await sign(as('zhou'), event);
    await world.drain();
    await refused('cases.task_taken', () => sign(as('qian'), event));
    await refused('cases.not_your_task', () => dispatch(as('fang'), { event }));
  });

  test('a channel that is none, a way it does not take', async () => {
    await refused('hub.channel_unknown', () => report({ channel: 'pigeon' }));
    await refused('hub.channel_closed', () => report({ channel: '12345' }));
  });

  test('dispatch without a place, to a unit that is none', async () => {
    const { event } = await signed({ address: '不知道什么地方' });
    await refused('hub.place_needed', () => dispatch(as('zhou'), { event }));
    const unit = { event, host: '330109-nobody', cohost: '330109004' };
    await refused('hub.unit_unknown', () => dispatch(as('zhou'), unit));
  });

  test('joining itself, the unknown, what was dispatched: all or none', async () => {
    const [main, other, gone] = [await signed(), await signed(), await signed()];
    await dispatch(as('zhou'), { event: gone.event });
    await world.drain();
    await refused('hub.join_self', () => join(as('zhou'), main.event, [main.event]));
    await refused('hub.event_unknown', () => join(as('zhou'), main.event, ['999999']));
    await refused('hub.join_closed', () => join(as('zhou'), main.event, [other.event, gone.event]));
    await refused('cases.not_your_task', () => join(as('fang'), main.event, [other.event]));
  });

  test('a rating by somebody else', async () => {
    const mine = await report({ reporterName: '别人' });
    await refused('hub.not_reporter', () => rate(as('wang'), mine.id, 5));
    await refused('hub.report_unknown', () => rate(as('wang'), 'none', 5));
    await refused('hub.event_unknown', () => dispatch(as('zhou'), { event: 'none' }));
  });
});

describe('intake', { timeout: 300_000 }, () => {
  test('a number again gives the report that stands; twice at once opens one event', async () => {
    const first = await report({ ref: 'QZ-1' });
    const before = await written();
    const again = await takeReport(as('lou'), said({ ref: 'QZ-1', text: '又说一遍' }), 'form');
    expect(again).toEqual(first);
    expect(await written()).toEqual(before);
    const both = await Promise.all(
      [1, 2, 3].map(() => takeReport(as('lou'), said({ ref: 'QZ-2' }), 'form')),
    );
    expect(new Set(both.map((one) => one.id)).size).toBe(1);
    const events = await sql<{ n: number }>`
      select count(*) as n from hub_event where event_id = ${both[0]?.event}`.execute(world.ctx.db);
    expect(Number(events.rows[0]?.n)).toBe(1);
    await world.drain();
  });

  test('address to grid, words to matter, a phone and a whole name to nobody', async () => {
    const taken = await report({ reporterName: '王桂芳', reporterPhone: '13800000001' });
    const event = await viewEvent(as('zhou'), taken.event);
    expect(event.place).toMatchObject({ grid, village: '330109004223', town: '330109004' });
    expect(event.matter).toMatchObject({ code: '01-01-001', kind: 'component', urgency: 'urgent' });
    expect(JSON.stringify([taken, event])).not.toMatch(/王桂芳|13800000001/);
  });
});

describe('the desk', { timeout: 300_000 }, () => {
  test('nobody signs: the next seat is offered, and the seconds are honest', async () => {
    const { event, id } = await report();
    const task = async () =>
      (await caseDetail(as('zhou'), event)).tasks.find((one) => one.name === 'sign');
    const offered = async (): Promise<string | null> => {
      const found = await sql<{ account: string | null }>`
        select account from case_task where case_id = ${event}::bigint and name = 'sign'`.execute(
        world.ctx.db,
      );
      return found.rows[0]?.account ?? null;
    };
    const first = await offered();
    expect(first).not.toBeNull();
    world.clock.advance(29_000);
    await world.drain();
    expect(await offered()).toBe(first);
    world.clock.advance(2000);
    await world.drain();
    const second = await offered();
    expect(second).not.toBe(first);
    expect((await task())?.state).toBe('open');
    world.clock.advance(10_000);
    await sign(as('zhou'), event);
    await world.drain();
    const row = await eventOf(world.ctx, event);
    expect(Number(row.sign_seconds)).toBe(41);
    const shown = (await viewEvent(as('zhou'), event)).reports.find((one) => one.id === id);
    expect(shown).toMatchObject({ state: 'signed', signSeconds: 41 });
  });

  test('whom to join follows the desk of the pack: metres, minutes, matter', async () => {
    world.clock.advance(24 * 3_600_000);
    const desk = await deskOf(world.ctx);
    const main = await signed();
    const near = await signed({ address: '霞江路128号' });
    const far = await signed({ address: '霞江路300号' });
    const noise = await signed({ text: '夜间施工噪声扰民' });
    const proposed = await suggestJoins(as('zhou'), await eventOf(world.ctx, main.event));
    expect(proposed.map((one) => one.event)).toEqual([near.event]);
    const [a, b] = [await eventOf(world.ctx, main.event), await eventOf(world.ctx, near.event)];
    const metres = proposed[0]?.reason.metres ?? 0;
    expect(metres).toBeGreaterThan(20);
    expect(metres).toBeLessThan(40);
    expect(joinReason({ ...desk, join: { ...desk.join, metres: metres - 1 } }, a, b)).toBeNull();
    expect(joinReason({ ...desk, join: { ...desk.join, metres } }, a, b)).not.toBeNull();
    const late = new Date(b.received_at.getTime() + (desk.join.minutes + 1) * 60_000);
    expect(joinReason(desk, a, { ...b, received_at: late })).toBeNull();
    for (const other of [far, noise]) {
      expect(joinReason(desk, a, await eventOf(world.ctx, other.event))).toBeNull();
    }
  });

  test('dispatch: a component to its owner first, an event to its territory first', async () => {
    const [cover, noise] = [await signed(), await signed({ text: '夜间施工噪声扰民' })];
    const first = await suggestDispatch(as('zhou'), await eventOf(world.ctx, cover.event));
    expect(first).toMatchObject({
      host: '330109-pswater',
      cohost: '330109004',
      reason: { zh: '部件：先属主，后属地' },
      component: { id: '3301090101004177', dataset: 'components' },
    });
    expect(first.component?.snapshot).not.toBeNull();
    const second = await suggestDispatch(as('zhou'), await eventOf(world.ctx, noise.event));
    expect(second).toMatchObject({ host: '330109004', cohost: null, component: null });
    expect(second.reason.zh).toBe('事件：先属地，后属主');
  });
});

describe('joined and split', { timeout: 300_000 }, () => {
  test('reports go with their event, there and back; it goes its own way again', async () => {
    const [main, other] = [await signed(), await signed({ address: '霞江路128号' })];
    await join(as('zhou'), main.event, [other.event]);
    await world.drain();
    const joined = await viewEvent(as('zhou'), main.event);
    expect(joined.reports.map((one) => one.id).sort()).toEqual([main.id, other.id].sort());
    expect((await eventOf(world.ctx, other.event)).joined_into).toBe(main.event);
    expect((await eventOf(world.ctx, other.event)).closed_at).not.toBeNull();

    await act(as('zhou'), { case: other.event, action: 'split', reason: '是另一只井盖' });
    await world.drain();
    const split = await eventOf(world.ctx, other.event);
    expect(split).toMatchObject({ joined_into: null, closed_at: null, state: 'dispatch' });
    expect((await viewEvent(as('zhou'), other.event)).reports.map((one) => one.id)).toEqual([
      other.id,
    ]);
    expect((await viewEvent(as('zhou'), main.event)).reports.map((one) => one.id)).toEqual([
      main.id,
    ]);
    await dispatch(as('zhou'), { event: other.event });
    await world.drain();
    expect((await eventOf(world.ctx, other.event)).state).toBe('handling');
  });

  test('joined as soon as signed: its reporter is told all the same', async () => {
    const [main, other] = [await signed(), await report({ ref: 'QZ-9' })];
    await sign(as('zhou'), other.event);
    await join(as('zhou'), main.event, [other.event]);
    await world.drain();
    const shown = (await viewEvent(as('zhou'), main.event)).reports.find(
      (one) => one.id === other.id,
    );
    expect(shown?.signedAt).not.toBeNull();
  });
});

test('the system dataset tells of every event what the hub knows', {
  timeout: 300_000,
}, async () => {
  const taken = await signed();
  await dispatch(as('zhou'), { event: taken.event });
  await world.drain();
  const event = await eventOf(world.ctx, taken.event);
  const { sql: relation, rows } = await world.ctx.lake.relation(world.ctx, 'events');
  const all = await sql<{ n: number }>`select count(*) as n from hub_event`.execute(world.ctx.db);
  expect(rows).toBe(Number(all.rows[0]?.n));
  const [row] = await world.ctx.lake.engine.rows(
    `select * from ${relation} t where event_id = '${event.number}'`,
  );
  expect(row).toMatchObject({
    channel: 'group',
    matter: '01-01-001',
    unit_code: grid,
    town_code: '330109004',
    component_id: '3301090101004177',
    registered_owner: '330109-pswater',
    host: '330109-pswater',
    state: 'handling',
    actual_handler: null,
    owner_right: null,
    closed_at: null,
    joined_into: null,
  });
  expect(Date.parse(String(row?.signed_at))).toBe(event.signed_at?.getTime());
  expect(Date.parse(String(row?.due_at))).toBe(event.due_at?.getTime());
});
