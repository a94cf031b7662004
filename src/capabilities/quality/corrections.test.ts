/**
 * Corrections from end to end on a small district: opened by a check or by a person, mended by a
 * delivery, closed or opened again by what the recheck finds.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { act, caseDetail, caseList, cases, taskList } from '#cases';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import { deliver, ingest } from '#ingest';
import type { Ctx } from '#kernel/context';
import { notices } from '#notices';
import { grantRoles, openAccount, organisation } from '#organisation';
import { signals } from '#signals';
import { actor, applyFiles, refusing, type TestWorld, testWorld } from '#testing';
import {
  challenge,
  correctionDetail,
  correctionFile,
  correctionRows,
} from './actions/corrections/index.ts';
import { quality } from './index.ts';

const capabilities = [organisation, notices, cases, signals, catalogue, gate, ingest, quality];
const packs = join(import.meta.dirname, '../../../packs/district');
const ofPack = (path: string): string => readFileSync(join(packs, path), 'utf8');

const units = `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,Xiaoshan,,district,,,,,试
330109-zhzf,综合执法局,Enforcement,,department,330109,,,,试
330109-other,民政局,Civil affairs,,department,330109,,,,试
`;

const role = (title: string, levels = '[district, department]'): string =>
  `title: {zh: ${title}, en: ${title}}
description: {zh: ${title}, en: ${title}}
levels: ${levels}
permissions: [cases.read, cases.act, gate.read, quality.read, ingest.deliver, signals.read]
`;

const lamps = `title: {zh: 路灯, en: Lamps}
description: {zh: 路灯登记, en: Register of lamps}
owner: "330109-zhzf"
theme: 城市治理
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
mode: merge
key: [id]
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true}
  pole: {title: {zh: 灯杆, en: Pole}, type: text, grade: L1}
  watt: {title: {zh: 功率, en: Watts}, type: "decimal(6,1)", grade: L1}
  keeper: {title: {zh: 管护人, en: Keeper}, type: text, grade: L3, semantic: person_name}
set_checks:
  pole_once: {kind: unique, items: [pole], tolerance: 0.1}
`;

const packFiles = {
  'units/all.csv': units,
  'roles/source_officer.yaml': role('数据员'),
  'roles/data_admin.yaml': role('数据管理员'),
  'roles/leader.yaml': role('领导'),
  'policies/grades.yaml': `title: {zh: 规则, en: Policy}
source: 试
lines:
  - {id: open, roles: ["*"], grades: [L1], view: plain, because: {zh: 开放, en: open}}
  - {id: own, roles: [source_officer], grades: [L3], own: true, view: plain,
      because: {zh: 自己的, en: own}}
  - {id: led, roles: [leader], grades: [L3], view: masked, because: {zh: 遮盖, en: masked}}
`,
  'datasets/lamps.yaml': lamps,
  'scoring/district.yaml': ofPack('scoring/district.yaml'),
  'cases/correction.yaml': ofPack('cases/correction.yaml'),
  'ladders/correction-overdue.yaml': ofPack('ladders/correction-overdue.yaml'),
  'channels/staff-app.yaml': ofPack('channels/staff-app.yaml'),
  'channels/staff-mail.yaml': ofPack('channels/staff-mail.yaml'),
  'cases/objection.yaml': ofPack('cases/objection.yaml'),
  'notices/objection-moved.yaml': ofPack('notices/objection-moved.yaml'),
  'notices/task-opened.yaml': ofPack('notices/task-opened.yaml'),
  'notices/clock-warned.yaml': ofPack('notices/clock-warned.yaml'),
  'notices/clock-expired.yaml': ofPack('notices/clock-expired.yaml'),
};

const may = [
  'catalogue.read',
  'cases.read',
  'cases.act',
  'gate.read',
  'quality.read',
  'ingest.deliver',
];
const people = {
  sun: actor('source_officer', '330109/330109-zhzf', may),
  other: actor('source_officer', '330109/330109-other', may),
  xu: actor('data_admin', '330109', may),
  boss: actor('leader', '330109', may),
};

let world: TestWorld;
let folder: string;
let serial = 0;
const as = (who: keyof typeof people): Ctx => world.as(people[who]);

async function send(rows: string[]): Promise<void> {
  serial += 1;
  const path = join(folder, `${serial}.csv`);
  writeFileSync(path, `编号,灯杆,功率,管护人\n${rows.join('\n')}\n`);
  await deliver(as('sun'), { dataset: 'lamps', files: [{ name: `灯${serial}.csv`, path }] });
  await world.drain();
}

const written = async (): Promise<number> => {
  const found = await sql<{ n: number }>`select (select count(*) from case_timeline)
    + (select count(*) from signal) + (select count(*) from quality_challenge) as n`.execute(
    world.ctx.db,
  );
  return Number(found.rows[0]?.n);
};
const refused = refusing(written);

/** The one open correction. */
async function ticket(who: keyof typeof people = 'sun', open = true) {
  const { items } = await caseList(as(who), { type: 'correction', open: open ? 'true' : 'false' });
  return items[0];
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guantong-corrections-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, packFiles);
  await world.drain();
});
afterEach(() => world.close());

const good = ['L1,P1,60,王大力', 'L2,P2,60,李小明', 'L3,P3,90,赵一'];
const twice = ['L1,P1,60,王大力', 'L2,P1,60,李小明', 'L3,P3,90,赵一'];

describe('from a check', () => {
  test('found, mended wrong, mended right: back to be mended, then closed, with the counts', async () => {
    await send(twice);
    const open = await ticket();
    expect(open?.data).toMatchObject({ dataset: 'lamps', check: 'pole_once', rows: 2, of: 3 });
    expect(await ticket('other')).toBeUndefined();
    const { items } = await taskList(as('sun'), { type: 'correction' });
    expect(items.map((item) => [item.task.name, item.case.number])).toEqual([
      ['mend', open?.number],
    ]);
    // Three working days from Monday end when work does on Thursday.
    expect(items[0]?.dueAt).toBe('2026-03-05T09:30:00.000Z');

    const rows = await correctionRows(as('sun'), open?.number ?? '', 20);
    expect(rows.rows.map((row) => row.values[0]).sort()).toEqual(['L1', 'L2']);
    expect(rows.rows[0]?.items).toEqual(['pole']);
    const names = rows.columns.map((column) => column.name);
    expect(names).toContain('keeper');

    await send(['L2,P3,60,李小明']);
    const again = await correctionDetail(as('sun'), open?.number ?? '');
    expect(again.rechecks).toMatchObject([{ passed: false, rows: 2, of: 3 }]);
    expect(again.rechecks[0]?.batch).toMatch(/^[0-9a-f-]{36}$/);
    expect(again.canDeliver).toBe(true);
    expect((await ticket())?.step).toBe('mend');

    await send(['L2,P2,60,李小明']);
    const done = await correctionDetail(as('sun'), open?.number ?? '');
    expect(done.rechecks).toMatchObject([
      { passed: true, rows: 0, of: 3 },
      { passed: false, rows: 2, of: 3 },
    ]);
    expect(done.found).toMatchObject({ rows: 2, of: 3 });
    expect(done.rechecks[0]?.snapshot).not.toBe(done.found.snapshot);
    expect(await ticket()).toBeUndefined();
    expect((await ticket('sun', false))?.outcome).toBe('done');

    await send(['L3,P1,90,赵一']);
    const back = await ticket();
    expect(back?.number).not.toBe(open?.number);
  });

  test('the file of faulty rows, mended in place, is delivered as it is', async () => {
    await send(twice);
    const number = (await ticket())?.number ?? '';
    const { table } = await correctionFile(as('sun'), number, { lang: 'zh', notes: false });
    expect(table.columns.map(({ title }) => title)).toEqual(['编号', '灯杆', '功率', '管护人']);
    const rows = table.rows.map((row) => row.map(String));
    await send(rows.map(([id, , watt, keeper]) => [id, `N${id}`, watt, keeper].join(',')));
    expect(await ticket()).toBeUndefined();
    const noted = await correctionFile(as('sun'), number, { lang: 'zh', notes: true }).catch(
      (error: { code: string }) => error.code,
    );
    expect(noted).toBe('quality.nothing_to_mend');
  });
});

describe('past its limit', () => {
  test('overdue goes up, one level after the other, and stays with the officer', async () => {
    for (const [id, name, held] of [
      ['head', '局长', { role: 'leader', unit: '330109-zhzf' }],
      ['admin', '管理员', { role: 'data_admin', unit: '330109' }],
      ['mayor', '区长', { role: 'leader', unit: '330109' }],
    ] as const) {
      await openAccount(world.ctx, { id, name, unit: held.unit });
      await grantRoles(world.ctx, { account: id, roles: [held], version: 1 });
    }
    await send(twice);
    const number = (await ticket())?.number ?? '';
    const told = async (): Promise<string[]> => {
      const found = await sql<{ account: string }>`select distinct r.account
        from notice n join notice_receipt r on r.notice_id = n.id
        where n.template = 'clock-expired' and r.account in ('head', 'admin', 'mayor')
        order by account`.execute(world.ctx.db);
      return found.rows.map((row) => row.account);
    };
    for (const [until, whom] of [
      ['2026-03-05T09:29:00Z', []],
      ['2026-03-05T09:31:00Z', ['head']],
      ['2026-03-06T09:31:00Z', ['admin', 'head']],
      ['2026-03-10T09:31:00Z', ['admin', 'head', 'mayor']],
    ] as const) {
      world.clock.set(until);
      await world.drain();
      expect({ until, told: await told() }).toEqual({ until, told: whom });
    }
    const { tasks } = await caseDetail(as('sun'), number);
    expect(tasks.find((task) => task.name === 'mend')).toMatchObject({
      state: 'open',
      role: 'source_officer',
      mine: true,
    });
    await send(['L2,P2,60,李小明']);
    expect(await ticket()).toBeUndefined();
  });
});

describe('called mended, and not', () => {
  const wait = async (until: string): Promise<void> => {
    world.clock.set(until);
    await world.drain();
  };
  const mending = async (number: string) => {
    const { clocks } = await caseDetail(as('sun'), number);
    return clocks.filter(({ name, state }) => name === 'mend' && state === 'running');
  };

  test('gains no time: what was left when it was said is what is left when it comes back', async () => {
    await send(twice);
    const number = (await ticket())?.number ?? '';
    // Two of three working days are left on Tuesday at 17:30, when work ends.
    await wait('2026-03-03T09:30:00Z');
    await act(as('sun'), { case: number, action: 'delivered' });
    expect((await ticket())?.step).toBe('recheck');
    await wait('2026-03-04T09:31:00Z');
    expect((await ticket())?.step).toBe('mend');
    expect(await mending(number)).toMatchObject([
      { state: 'running', dueAt: '2026-03-06T09:30:00.000Z' },
    ]);
  });

  test('past its day it comes back as overdue as it was', async () => {
    await send(twice);
    const number = (await ticket())?.number ?? '';
    await wait('2026-03-06T02:00:00Z');
    await act(as('sun'), { case: number, action: 'delivered' });
    await wait('2026-03-07T02:01:00Z');
    expect((await ticket())?.step).toBe('mend');
    expect(await mending(number)).toMatchObject([
      { state: 'running', dueAt: '2026-03-05T09:30:00.000Z', expired: true },
    ]);
    await send(['L2,P2,60,李小明']);
    expect(await ticket()).toBeUndefined();
  });
});

describe('from a person (校核)', () => {
  const wrong = { dataset: 'lamps', key: 'L3', item: 'watt', reason: '现场铭牌为 120 瓦' };

  test('refusals', async () => {
    await send(good);
    const blind = world.as({ ...people.xu, permissions: new Set(['cases.read']) });
    await refused('auth.not_allowed', () => challenge(blind, { ...wrong, expected: '120' }));
    await refused('catalogue.not_found', () =>
      challenge(as('xu'), { ...wrong, dataset: 'none', expected: '120' }),
    );
    await refused('quality.challenge_row', () =>
      challenge(as('xu'), { ...wrong, key: 'L9', expected: '120' }),
    );
    // The administrator sees no name here, so he cannot say that it is wrong.
    await refused('quality.challenge_item', () =>
      challenge(as('xu'), { ...wrong, item: 'keeper', expected: '赵二' }),
    );
    // Nor does who sees a masked one: the next delivery would say whether his guess was right.
    await refused('quality.challenge_item', () =>
      challenge(as('boss'), { ...wrong, item: 'keeper', expected: '赵一' }),
    );
    await refused('quality.challenge_item', () =>
      challenge(as('xu'), { ...wrong, item: 'colour' }),
    );
    await refused('quality.challenge_same', () =>
      challenge(as('xu'), { ...wrong, expected: '90.0' }),
    );
  });

  test('one ticket for a value, closed when it says what it should', async () => {
    await send(good);
    const made = await challenge(as('xu'), { ...wrong, expected: '120' });
    const twiceSaid = await challenge(as('xu'), { ...wrong, expected: '120' });
    expect(twiceSaid).toMatchObject({ case: made.case, voices: 2 });
    const number = made.case ?? '';
    const rows = await correctionRows(as('sun'), number, 20);
    expect(rows.rows).toMatchObject([{ items: ['watt'], expected: '120' }]);
    const detail = await correctionDetail(as('sun'), number);
    expect(detail).toMatchObject({ kind: 'challenge', item: { name: 'watt' }, canDeliver: true });
    expect(detail.reasons.map(({ reason }) => reason)).toEqual([wrong.reason, wrong.reason]);
    // Neither key nor value stands in what travels past the gate.
    const stored = await sql<{ text: string }>`select (c.state || s.evidence)::text as text
      from case_file c join signal s on s.case_id = c.id::text`.execute(world.ctx.db);
    expect(stored.rows).toHaveLength(1);
    expect(stored.rows[0]?.text).not.toContain('L3"');
    expect(stored.rows[0]?.text).not.toContain('120');

    await send(['L3,P3,100,赵一']);
    expect((await correctionDetail(as('sun'), number)).rechecks).toMatchObject([{ passed: false }]);
    await send(['L3,P3,120.0,赵一']);
    expect((await correctionDetail(as('sun'), number)).rechecks[0]).toMatchObject({
      passed: true,
      rows: 0,
    });
    expect(await ticket()).toBeUndefined();
    await send(['L3,P3,100,赵一']);
    // It is settled: another delivery opens nothing.
    expect(await ticket()).toBeUndefined();
  });

  test('nobody knows what it should be: any other value settles it; upheld objection too', async () => {
    await send(good);
    const first = await challenge(as('xu'), wrong);
    await send(['L1,P1,75,王大力']);
    expect((await ticket())?.number).toBe(first.case);
    await send(['L3,P3,95,赵一']);
    expect(await ticket()).toBeUndefined();

    const second = await challenge(as('xu'), { ...wrong, expected: '300' });
    const { act } = await import('#cases');
    await act(as('sun'), { case: second.case ?? '', action: 'object', reason: '现场核对无误' });
    await act(as('xu'), { case: second.case ?? '', action: 'uphold', reason: '铭牌照片为证' });
    await world.drain();
    await send(['L2,P2,61,李小明']);
    expect(await ticket()).toBeUndefined();
  });
});
