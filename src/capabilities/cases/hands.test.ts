/** Tasks in other hands for a time, and one action on many cases. */

import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  act,
  type Case,
  caseDetail,
  caseList,
  cases,
  openCase,
  storePhoto,
  taskList,
} from '#cases';
import type { Ctx } from '#kernel/context';
import { notices } from '#notices';
import { grantRoles, loadActor, openAccount, organisation, setClosed } from '#organisation';
import {
  actor,
  applyFiles,
  potholeFiles,
  potholePermissions,
  potholeSeats,
  refusal,
  refusing,
  type TestWorld,
  testWorld,
} from '#testing';
import { actMany, candidates, delegate, myDelegations, revokeDelegation } from './actions/index.ts';

const files = potholeFiles();

const capabilities = [organisation, notices, cases];
const at = Object.fromEntries(
  Object.entries(potholeSeats).map(([name, [role, path]]) => [
    name,
    actor(role, path, potholePermissions),
  ]),
) as Record<keyof typeof potholeSeats, ReturnType<typeof actor>>;

let world: TestWorld;
const day = 86_400_000;
const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(64, 9)]);

const written = async (): Promise<number> => {
  const found = await sql<{ n: number }>`select (select count(*) from case_timeline)
    + (select count(*) from case_delegation) as n`.execute(world.ctx.db);
  return Number(found.rows[0]?.n);
};
const refused = refusing(written);

const person = async (id: string): Promise<Ctx> => {
  const actor = await loadActor(world.ctx, id);
  if (!actor) throw new Error(`no account ${id}`);
  return world.as(actor);
};

const open = (): Promise<Case> =>
  openCase(world.ctx, { type: 'pothole', title: '霞江路坑洞', unit: '330109004223' });

const time = (from: number, until: number) => ({
  from: new Date(world.clock.now().getTime() + from).toISOString(),
  until: new Date(world.clock.now().getTime() + until).toISOString(),
});

async function account(id: string, name: string, held: [role: string, unit: string][]) {
  await openAccount(world.ctx, { id, name, unit: held[0]?.[1] ?? '330109' });
  const roles = held.map(([role, unit]) => ({ role, unit }));
  await grantRoles(world.ctx, { account: id, roles, version: 1 });
}

beforeAll(async () => {
  world = await testWorld({ capabilities });
  const auditor = `title: {zh: 审计, en: Audit}
description: {zh: 审计, en: Audit}
levels: [district]
permissions: [cases.read, cases.act]
exclusive_with: [crew]
`;
  const crew = `${files['roles/crew.yaml']}exclusive_with: [auditor]\n`;
  const roles = { 'roles/auditor.yaml': auditor, 'roles/crew.yaml': crew };
  await applyFiles(world.ctx, capabilities, { ...files, ...roles });
  await account('liu', '刘水', [['crew', '330109-water']]);
  await account('he', '何渠', [['seat', '330109-water']]);
  await account('tang', '汤远', [['crew', '330109004']]);
  await account('boss', '主任', [['seat', '330109']]);
  await account('checker', '查验', [['crew', '330109']]);
  await account('audit', '审计员', [['auditor', '330109']]);
});
afterAll(() => world.close());

const handOver = async (to: string, when = time(0, 7 * day)) =>
  delegate(await person('liu'), { delegate: to, ...when, reason: '年休假' });

describe('handing over', () => {
  test('refusals', async () => {
    const nobody = world.as({ ...at.water, permissions: new Set(['cases.read']) });
    await refused('auth.not_allowed', () =>
      delegate(nobody, { delegate: 'he', ...time(0, day), reason: '年休假' }),
    );
    await refused('cases.delegate_unknown', () => handOver('nobody'));
    await refused('cases.delegate_self', () => handOver('liu'));
    // Another town's crew would reach cases it may not see.
    await refused('cases.delegate_blind', () => handOver('tang'));
    await refused('cases.delegate_excluded', () => handOver('audit'));
    await refused('cases.delegation_past', () => handOver('he', time(-2 * day, -day)));
    await refused('cases.delegation_past', () => handOver('he', time(day, 0)));
    await refused('cases.delegation_unknown', async () =>
      revokeDelegation(await person('he'), 999_999),
    );
  });

  test('who is offered is who would be taken, page after page, and nobody else', async () => {
    const liu = await person('liu');
    const nobody = world.as({ ...at.water, permissions: new Set(['cases.read']) });
    await refused('auth.not_allowed', () => candidates(nobody, { q: '' }));
    // Twenty-five colleagues more, one of them closed, and one who never set a password.
    for (let no = 10; no < 35; no += 1) {
      await account(`mate${no}`, `同事${no}`, [['crew', '330109-water']]);
    }
    await sql`update org_account set password_hash = 'x' where id <> 'mate11'`.execute(
      world.ctx.db,
    );
    await sql`update org_account set disabled = true where id = 'mate12'`.execute(world.ctx.db);
    const first = await candidates(liu, { q: '' });
    expect(first.people).toHaveLength(20);
    const second = await candidates(liu, { q: '', after: first.next ?? '' });
    expect(second.next).toBeNull();
    const offered = [...first.people, ...second.people].map((one) => one.account);
    const mates = Array.from({ length: 25 }, (_, at) => `mate${at + 10}`);
    const left = mates.filter((id) => id !== 'mate11' && id !== 'mate12');
    expect(offered).toEqual(['boss', 'checker', 'he', ...left]);
    // Not himself, not another town's, not one whose role excludes his.
    for (const id of ['liu', 'tang', 'audit']) expect(offered).not.toContain(id);
    const named = await candidates(liu, { q: '何渠' });
    expect(named).toEqual({
      people: [{ account: 'he', name: '何**', unitName: expect.any(String) }],
      next: null,
    });
    expect((await candidates(liu, { q: '何' })).people.map((one) => one.account)).toEqual(['he']);
    // Names are struck out: what is not shown of one is not found sign by sign either.
    for (const q of ['渠', '何渠生', '100%_']) {
      expect((await candidates(liu, { q })).people).toEqual([]);
    }
    // A seat of the district sees every unit: those above him are few.
    const boss = await candidates(await person('boss'), { q: '' });
    expect(boss.people.map((one) => one.account)).toEqual(['audit', 'checker']);
  });
});

describe('in other hands', () => {
  test('the delegate acts, the timeline says for whom, and it ends', async () => {
    const one = await open();
    const sign = { case: one.id, action: 'sign', data: { owner: '330109-water' } };
    await act(world.as(at.seat), sign);
    const he = await person('he');
    const back = { case: one.id, action: 'back', reason: '不是我们的' };
    await refused('cases.not_your_task', () => act(he, back));
    expect((await taskList(he, {})).total).toBe(0);
    const made = await handOver('he');
    expect(made).toMatchObject({ to: '何**', state: 'running', mine: true });
    await refused('cases.delegation_twice', () => handOver('boss'));

    const inbox = await taskList(he, {});
    expect(inbox.items.map((item) => item.task.actsFor)).toEqual(['刘**']);
    await act(he, back);
    const said = (await caseDetail(he, one.id)).timeline.find((entry) => entry.action === 'back');
    expect(said).toMatchObject({ who: '何**', actsFor: '刘**' });
    expect((await myDelegations(he))[0]).toMatchObject({ mine: false, state: 'running' });

    await act(world.as(at.otherSeat), sign);
    await refused('cases.delegation_unknown', () => revokeDelegation(he, made.id));
    await revokeDelegation(await person('liu'), made.id);
    await refused('cases.not_your_task', () => act(he, back));
    expect((await myDelegations(he))[0]?.state).toBe('revoked');
    const { rows } = await sql<{ action: string }>`select action from audit_seen
      where action in ('cases.delegate', 'cases.revoke_delegation')`.execute(world.ctx.db);
    expect(rows.map((row) => row.action).sort()).toEqual([
      'cases.delegate',
      'cases.revoke_delegation',
    ]);
  });

  test('not before it begins, not after it ends, not once the lender is closed', async () => {
    const one = await open();
    const sign = { case: one.id, action: 'sign', data: { owner: '330109-water' } };
    await act(world.as(at.seat), sign);
    const he = await person('he');
    const ask = { case: one.id, action: 'ask', data: { more: 1 } };
    await handOver('he', time(day, 3 * day));
    await refused('cases.not_your_task', () => act(he, ask));
    world.clock.advance(day);
    const ask2 = await act(he, ask);
    expect(ask2.step).toBe('work');
    await setClosed(world.ctx, { account: 'liu', version: 2, closed: true });
    await refused('cases.not_your_task', () => act(he, ask));
    await setClosed(world.ctx, { account: 'liu', version: 3, closed: false });
    world.clock.advance(2 * day);
    await refused('cases.not_your_task', () => act(he, ask));
  });
});

test('whoever lent his hand did it as much as whoever used it: neither verifies', async () => {
  const one = await open();
  const crew = await person('liu');
  await handOver('he');
  await act(world.as(at.seat), {
    case: one.id,
    action: 'sign',
    data: { owner: '330109-water' },
  });
  const he = await person('he');
  const uploaded = await storePhoto(he, { name: 'a.jpg', stream: Readable.from([photo]) });
  await act(he, { case: one.id, action: 'fixed', attachments: [uploaded.sha256] });
  const asChecker = (id: string): Ctx => world.as({ ...at.checker, id, name: id });
  for (const id of [crew.actor.id, 'he']) {
    await refused('cases.same_person', () => act(asChecker(id), { case: one.id, action: 'pass' }));
  }
  expect((await act(asChecker('checker'), { case: one.id, action: 'pass' })).step).toBe('closed');
});

describe('one action on many cases', () => {
  test('each alone: done or refused with its reason, none half', async () => {
    const three = [await open(), await open(), await open()];
    const [first, second, third] = three;
    if (!first || !second || !third) throw new Error('three cases');
    await act(world.as(at.seat), {
      case: second.id,
      action: 'sign',
      data: { owner: '330109-water' },
    });
    const results = await actMany(world.as(at.seat), {
      items: [
        { case: first.number },
        { case: second.number },
        { case: third.number, version: third.version - 1 },
        { case: 'KD00000000-0001' },
      ],
      action: 'sign',
      data: { owner: '330109-telecom' },
    });
    expect(results.map((one) => one.error?.code ?? one.step)).toEqual([
      'work',
      'cases.task_taken',
      'cases.changed_meanwhile',
      'cases.not_found',
    ]);
    // A form with faults is refused for each; nothing is written.
    const before = await written();
    const bad = await actMany(world.as(at.seat), {
      items: [{ case: third.number }],
      action: 'sign',
      data: {},
    });
    expect(bad[0]?.error?.code).toBe('cases.bad_form');
    expect(await written()).toBe(before);
  });

  test('who may not act at all gets no list', async () => {
    const reader = world.as({ ...at.seat, permissions: new Set(['cases.read']) });
    const error = await refusal(
      actMany(reader, { items: [{ case: '1' }], action: 'sign', data: {} }),
    );
    expect(error.code).toBe('auth.not_allowed');
  });
});

test('a cursor that nobody gave is a fault of the input, one of a page leads to the next', async () => {
  const he = await person('he');
  for (const after of ['x|1', '2026-01-01T00:00:00.000Z|x', '|', '2026-99-99T00:00:00.000Z|1']) {
    await refused('kernel.bad_input', () => caseList(he, { after }));
    await refused('kernel.bad_input', () => taskList(he, { after: `${after}|1` }));
  }
  await refused('kernel.bad_input', () => taskList(he, { after: 'infinity|1|x' }));
  await Promise.all([open(), open()]);
  const boss = await person('boss');
  for (const list of [caseList, taskList]) {
    const { next } = await list(boss, { limit: 1 });
    expect((await list(boss, { limit: 1, after: next ?? 'none' })).items).toHaveLength(1);
  }
});
