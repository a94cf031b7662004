import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { act, cases, getCase } from '#cases';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import { notices } from '#notices';
import { organisation } from '#organisation';
import { backtest, findingsOf, getRule, listRules, rules, runsOf, titleOf } from '#rules';
import { confirm, dismiss, signalList, signals } from '#signals';
import { actor, applyFiles, refusal, type TestWorld, testWorld } from '#testing';

const capabilities = [organisation, notices, cases, signals, catalogue, gate, rules];

const units = `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109004223,霞江村,,,village,330109004,,,,试
330109004223001,霞江村第一网格,,,grid,330109004223,,,,试
330109-zhzf,区综合执法局,,,department,330109,,,,试
`;

const covers = `
title: {zh: 井盖登记, en: Covers}
description: {zh: 井盖, en: Covers}
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
  owner: {title: {zh: 属主, en: Owner}, type: text, grade: L1}
  handler: {title: {zh: 处置, en: Handler}, type: text, grade: L1}
  keeper: {title: {zh: 责任人, en: Keeper}, type: text, grade: L3}
`;

const policy = `
title: {zh: 规则, en: Policy}
source: 试行办法
lines:
  - {id: all, roles: ["*"], grades: [L1], view: plain, because: {zh: 开放, en: open}}
`;

const correction = `
title: {zh: 整改单, en: Correction}
number: {prefix: ZG, digits: 3}
source: 试
slots:
  owner: {title: {zh: 数源单位, en: Data owner}}
data:
  dataset: {title: {zh: 数据集, en: Dataset}, type: text}
  key: {title: {zh: 记录, en: Record}, type: text}
  found: {title: {zh: 登记内容, en: Found}, type: text}
  rows: {title: {zh: 问题记录数, en: Faulty rows}, type: integer}
  after_rows: {title: {zh: 剩余, en: Left}, type: integer}
list: [dataset, key]
notices: {task_opened: told, clock_warned: told, clock_expired: told}
start: mend
always:
  recheck_passed: {title: {zh: 复查通过, en: Passed}, by: platform, to: closed}
steps:
  mend:
    title: {zh: 待整改, en: To be mended}
    tasks:
      mend:
        title: {zh: 改正, en: Mend}
        role: source_officer
        unit: owner
        actions:
          delivered: {title: {zh: 已交付, en: Delivered}, weight: main, to: closed}
    actions:
      found_again:
        title: {zh: 再次发现, en: Found again}
        by: platform
        form:
          after_rows: {title: {zh: 剩余, en: Left}, type: integer}
  closed: {title: {zh: 已办结, en: Closed}, final: true, outcome: done}
`;

const told = `
title: {zh: 有一件待办, en: A task}
body: {zh: '{number} {title} {task} {unit}', en: '{number} {title} {taskEn} {unit}'}
params: [number, title, task, taskEn, unit]
`;

const officerRole = `title: {zh: 数据员, en: Officer}
description: {zh: 数据员, en: Officer}
levels: [department]
permissions: [gate.read]
`;

const rule = (more = '', columns = 'owner as found') => `/*
title: {zh: 属主不一致, en: Owner disagrees}
says: {zh: '{subject} 登记为{found}', en: '{subject} is registered to {found}'}
legal_basis: 一数一源
severity: warn
source: 核查
subject_kind: cover
mends: covers
owner: {dataset: covers}
opens: correction
confirm: auto
${more}
*/
select id as subject, grid as unit, id as key, ${columns}
from covers where owner <> handler
`;

const files = {
  'units/all.csv': units,
  'roles/source_officer.yaml': officerRole,
  'policies/grades.yaml': policy,
  'notices/told.yaml': told,
  'cases/correction.yaml': correction,
  'datasets/covers.yaml': covers,
  'rules/owner_disagrees.sql': rule(),
};

const grid = '330109004223001';
const row = (id: string, owner: string, handler: string, at: string | null = grid) =>
  `('${id}', ${at === null ? 'null' : `'${at}'`}, '${owner}', '${handler}', '张三')`;
const select = (...rows: string[]) =>
  `select * from (values ${rows.join(', ')}) held(id, grid, owner, handler, keeper)`;

let world: TestWorld;
const supervisor = actor('supervisor', '330109', ['rules.read', 'rules.manage', 'gate.read']);
const villager = actor('village_secretary', '330109/330109004/330109004223', [
  'rules.read',
  'gate.read',
]);

const deliver = async (batch: string, ...rows: string[]) => {
  await world.ctx.lake.commit(world.ctx, { dataset: 'covers', sql: select(...rows), batch });
  await world.drain();
};

beforeEach(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, files);
  await world.drain();
});
afterEach(() => world.close());

const raised = async () => (await signalList(world.ctx, {})).items;
const lastRun = async () => (await runsOf(world.as(supervisor), 'owner_disagrees', 1))[0];

describe('refusals', () => {
  test('rules are seen and back-tested by those who may', async () => {
    const plain = world.as(actor('leader', '330109'));
    expect((await refusal(listRules(plain))).code).toBe('auth.not_allowed');
    const asOf = { asOf: world.clock.now() };
    const seen = backtest(world.as(villager), 'owner_disagrees', asOf);
    expect((await refusal(seen)).code).toBe('auth.not_allowed');
    expect((await refusal(getRule(world.as(supervisor), 'nope'))).code).toBe('rules.not_found');
  });

  test('evidence above L2 is refused when the pack is applied, also by way of an expression', async () => {
    for (const columns of ['owner as found, keeper', 'owner || left(keeper, 1) as found']) {
      const bad = { ...files, 'rules/owner_disagrees.sql': rule('', columns) };
      const error = await refusal(applyFiles(world.ctx, capabilities, bad));
      expect(error.faults.map((fault) => fault.code)).toEqual(['gate.grade_too_high']);
    }
    const shown = await getRule(world.as(supervisor), 'owner_disagrees');
    expect(shown.sql).not.toContain('keeper');
  });

  test('a rule that reads what is sealed is refused: everybody who sees rules would know', async () => {
    const bad = { ...files, 'datasets/covers.yaml': `${covers}sealed_for: [source_officer]\n` };
    const error = await refusal(applyFiles(world.ctx, capabilities, bad));
    expect(error.faults.map(({ code, file }) => [code, file])).toEqual([
      ['gate.sealed_below', 'trial/rules/owner_disagrees.sql'],
    ]);
  });

  test('references that lead nowhere are all told at once', async () => {
    const bad = rule()
      .replace('opens: correction', 'opens: nothing')
      .replace('mends: covers', 'mends: nowhere')
      .replace('{found}', '{nought}');
    const work = applyFiles(world.ctx, capabilities, {
      ...files,
      'rules/owner_disagrees.sql': bad,
    });
    const codes = (await refusal(work)).faults.map((fault) => fault.code).sort();
    expect(codes).toEqual(['gate.column_missing', 'rules.no_case_type', 'rules.no_dataset']);
  });
});

describe('a run', () => {
  test('raises what is new, at the owner of the data, and opens what the rule says', async () => {
    await deliver('b1', row('c1', 'a', 'b'), row('c2', 'a', 'a'));
    const [signal, ...others] = await raised();
    expect(others).toEqual([]);
    expect(signal).toMatchObject({
      source: 'rules/owner_disagrees',
      subject: { kind: 'cover', id: 'c1' },
      title: { zh: 'c1 登记为a' },
      evidence: { dataset: 'covers', key: 'c1', found: 'a' },
      unit: grid,
      owner: '330109-zhzf',
      state: 'confirmed',
    });
    expect(signal?.case).not.toBeNull();
    expect(await lastRun()).toMatchObject({ subjects: 1, raised: 1, cleared: 0, failed: null });
  });

  test('the same again is no news; other evidence is the same signal, seen once more', async () => {
    await deliver('b1', row('c1', 'a', 'b'));
    await deliver('b2', row('c9', 'a', 'a'));
    expect((await raised()).map((signal) => signal.count)).toEqual([1]);
    await deliver('b3', row('c1', 'x', 'b'));
    expect((await raised()).map(({ count, title }) => [count, title.zh])).toEqual([
      [2, 'c1 登记为x'],
    ]);
  });

  test('a mended row clears its signal, and the correction closes by itself', async () => {
    await deliver('b1', row('c1', 'a', 'b'), row('c2', 'a', 'b'));
    await deliver('b2', row('c1', 'b', 'b'));
    const states = (await raised()).map(({ subject, state }) => [subject.id, state]);
    expect(Object.fromEntries(states)).toEqual({ c1: 'closed', c2: 'confirmed' });
    const found = await sql<{ n: number }>`
      select count(*) as n from rule_subject where rule = 'owner_disagrees'`.execute(world.ctx.db);
    expect(found.rows[0]?.n).toBe(1);
    expect(await lastRun()).toMatchObject({ subjects: 1, raised: 0, cleared: 1 });
  });

  test('a place nobody knows lies in the district and stops nothing', async () => {
    await deliver('b1', row('c1', 'a', 'b', null), row('c2', 'a', 'b', '999'));
    expect((await raised()).map((signal) => signal.unit)).toEqual(['330109', '330109']);
  });

  test('a flood raises nothing and is written down', async () => {
    const small = { ...world.ctx.settings, rule_subject_limit: 1 };
    Object.assign(world.ctx.settings, small);
    await deliver('b1', row('c1', 'a', 'b'), row('c2', 'a', 'b'));
    expect(await raised()).toEqual([]);
    expect(await lastRun()).toMatchObject({ failed: 'rules.too_many', subjects: null });
  });

  test('a trial counts and raises nothing; made active it raises what it knew', async () => {
    const trial = { ...files, 'rules/owner_disagrees.sql': rule('mode: trial') };
    await applyFiles(world.ctx, capabilities, trial);
    await deliver('b1', row('c1', 'a', 'b'));
    expect(await raised()).toEqual([]);
    expect((await getRule(world.as(supervisor), 'owner_disagrees')).subjects).toBe(1);
    await applyFiles(world.ctx, capabilities, files);
    await world.drain();
    expect((await raised()).map((signal) => signal.subject.id)).toEqual(['c1']);
  });

  test('a rule taken back clears what it found', async () => {
    await deliver('b1', row('c1', 'a', 'b'));
    const { 'rules/owner_disagrees.sql': _gone, ...rest } = files;
    await applyFiles(world.ctx, capabilities, rest);
    await world.drain();
    expect((await raised()).map((signal) => signal.state)).toEqual(['closed']);
  });
});

describe('tickets', () => {
  test('what one run finds at one department is one ticket, closed when the last row is mended', async () => {
    await deliver('b1', row('c1', 'a', 'b'), row('c2', 'a', 'b'), row('c3', 'a', 'b'));
    const ticketOf = async (id: string) =>
      (await raised()).find(({ subject }) => subject.id === id)?.case ?? '';
    const ticket = await ticketOf('c1');
    expect([await ticketOf('c2'), await ticketOf('c3')]).toEqual([ticket, ticket]);
    const opened = await getCase(world.ctx, ticket);
    expect(opened).toMatchObject({
      title: '井盖登记：属主不一致，共 3 条',
      subject: { kind: 'dataset', id: 'covers' },
      data: { dataset: 'covers', rows: 3 },
    });
    expect(opened.data.key).toBeUndefined();

    // What is found later has a clock of its own.
    await deliver('b2', row('c1', 'b', 'b'), row('c9', 'a', 'b'));
    const other = await ticketOf('c9');
    expect(other).not.toBe(ticket);
    expect((await getCase(world.ctx, other)).data.key).toBe('c9');
    const half = await getCase(world.ctx, ticket);
    expect([half.closedAt, half.data.after_rows]).toEqual([null, 2]);

    await deliver('b3', row('c2', 'b', 'b'), row('c3', 'b', 'b'));
    const done = await getCase(world.ctx, ticket);
    expect(done.closedAt).not.toBeNull();
    expect((await getCase(world.ctx, other)).closedAt).toBeNull();
    const open = (await raised()).filter(({ state }) => state !== 'closed');
    expect(open.map(({ subject }) => subject.id)).toEqual(['c9']);
  });

  test('a ticket that is closed otherwise takes all its signals with it', async () => {
    await deliver('b1', row('c1', 'a', 'b'), row('c2', 'a', 'b'));
    const [signal] = await raised();
    const officer = world.as(actor('source_officer', '330109/330109-zhzf', ['cases.act']));
    await act(officer, { case: signal?.case ?? '', action: 'delivered' });
    await world.drain();
    expect((await raised()).map(({ state }) => state)).toEqual(['closed', 'closed']);
  });
});

describe('what people see', () => {
  test('the title of a rule is told to who may be given its cases, of no other rule', async () => {
    const officer = world.as(actor('source_officer', '330109/330109-zhzf', ['cases.read']));
    const stranger = world.as(actor('builder', '330109', ['gate.read']));
    expect((await refusal(titleOf(stranger, 'owner_disagrees'))).code).toBe('auth.not_allowed');
    expect((await refusal(titleOf(officer, 'nope'))).code).toBe('rules.not_found');
    expect(await titleOf(officer, 'owner_disagrees')).toMatchObject({ zh: '属主不一致' });
    const silent = {
      ...files,
      'rules/owner_disagrees.sql': rule().replace('opens: correction\n', ''),
    };
    await applyFiles(world.ctx, capabilities, silent);
    expect((await refusal(titleOf(officer, 'owner_disagrees'))).code).toBe('rules.not_found');
  });

  test('what came of its signals: raised, open, confirmed, dismissed, and how often it was right', async () => {
    const score = async () => (await getRule(world.as(supervisor), 'owner_disagrees')).score;
    expect(await score()).toMatchObject({ raised: 0, precision: null });
    const looked = { ...files, 'rules/owner_disagrees.sql': rule().replace('auto', 'person') };
    await applyFiles(world.ctx, capabilities, looked);
    const rows = ['A1', 'A2', 'A3', 'A4'].map((id) => row(id, '330109-zhzf', '330109-other'));
    await deliver('b1', ...rows);
    const judge = world.as(actor('data_admin', '330109', ['signals.read', 'signals.handle']));
    const { items } = await signalList(judge, { source: 'rules/owner_disagrees' });
    const [one, two, three] = items.map(({ id }) => id);
    await confirm(judge, { id: one ?? '' });
    await confirm(judge, { id: two ?? '' });
    await dismiss(judge, { id: three ?? '', reason: '登记无误' });
    expect(await score()).toMatchObject({ raised: 4, open: 1, confirmed: 2, dismissed: 1 });
    expect((await score()).precision).toBeCloseTo(2 / 3);
    const shown = await getRule(world.as(supervisor), 'owner_disagrees');
    expect(shown.owner).toMatchObject({ code: '330109-zhzf' });
    expect(shown.mends).toBe('covers');
  });

  test('findings come through the gate: rows of their units', async () => {
    await deliver('b1', row('c1', 'a', 'b'), row('c2', 'a', 'b', null));
    const page = { offset: 0, limit: 10 };
    const all = await findingsOf(world.as(supervisor), 'owner_disagrees', page);
    expect(all.rows.map((each) => each[0])).toEqual(['c1', 'c2']);
    const mine = await findingsOf(world.as(villager), 'owner_disagrees', page);
    expect(mine.rows.map((each) => each[0])).toEqual(['c1']);
  });

  test('a back-test tells what it would have found then, and raises nothing', async () => {
    await deliver('b1', row('c1', 'a', 'b'), row('c2', 'a', 'b'));
    const then = world.clock.now();
    world.clock.advance(86_400_000);
    await deliver('b2', row('c1', 'b', 'b'), row('c3', 'a', 'b'));
    const before = (await raised()).length;
    const tried = await backtest(world.as(supervisor), 'owner_disagrees', { asOf: then });
    expect(tried).toMatchObject({ subjects: 2, fresh: 1, gone: 1 });
    expect(tried.rows.rows.map((each) => each[0])).toEqual(['c1', 'c2']);
    expect(await raised()).toHaveLength(before);
  });
});
