/**
 * Signals: one for one thing; confirmed into a case, cleared by its source, come back as a new
 * episode.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { act, caseDetail, cases } from '#cases';
import type { Ctx } from '#kernel/context';
import { notices } from '#notices';
import { organisation } from '#organisation';
import {
  acknowledge,
  clear,
  confirm,
  dismiss,
  getSignal,
  type RaiseInput,
  raise,
  signalList,
  signals,
  silence,
} from '#signals';
import { actor, applyFiles, refusing, type TestWorld, testWorld } from '#testing';
import { sourceScores } from './actions/index.ts';

const capabilities = [organisation, notices, cases, signals];

const files = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109005,另一街道,,,town,330109,,,,试
330109-zhzf,执法局,,,department,330109,,,,试
`,
  'roles/officer.yaml': `title: {zh: 数据员, en: Officer}
description: {zh: 数据员, en: Officer}
levels: [department]
permissions: [cases.read, cases.act]
`,
  'notices/told.yaml': `title: {zh: 待办, en: To do}
body: {zh: 待办, en: To do}
`,
  'cases/mend.yaml': `title: {zh: 整改单, en: Correction}
number: {prefix: ZG, digits: 3}
source: 试
slots: {owner: {title: {zh: 数源单位, en: Owner}}}
data:
  found: {title: {zh: 登记, en: Found}, type: text}
  signal: {title: {zh: 信号, en: Signal}, type: text}
notices: {task_opened: told, clock_warned: told, clock_expired: told}
start: mend
always:
  recheck_passed: {title: {zh: 复查通过, en: Passed}, by: platform, to: closed}
steps:
  mend:
    title: {zh: 整改, en: Mend}
    tasks:
      mend:
        title: {zh: 改正, en: Mend}
        role: officer
        unit: owner
        actions:
          object: {title: {zh: 申诉成立, en: Object}, reason: true, to: void}
  closed: {title: {zh: 办结, en: Closed}, final: true, outcome: done}
  void: {title: {zh: 撤销, en: Void}, final: true, outcome: void}
`,
};

const permissions = ['signals.read', 'signals.handle', 'cases.read', 'cases.act'];
const bureau = actor('data_admin', '330109', permissions);
const otherTown = actor('data_admin', '330109/330109005', permissions);
const officer = actor('officer', '330109/330109-zhzf', permissions);

let world: TestWorld;
let serial = 0;

const thing = (id: string, more: Partial<RaiseInput> = {}): RaiseInput => ({
  source: 'rules/wrong-owner',
  version: '1',
  subject: { kind: 'component', id },
  severity: 'warn',
  title: { zh: `井盖 ${id} 属主登记有误`, en: `Cover ${id}: wrong owner` },
  evidence: { found: '排水公司', expected: '通信公司' },
  unit: '330109004',
  owner: '330109-zhzf',
  opens: 'mend',
  ...more,
});

const fresh = (more: Partial<RaiseInput> = {}): RaiseInput => {
  serial += 1;
  return thing(`C${serial}`, more);
};

const state = async (): Promise<unknown> => {
  const found = await sql`select (select coalesce(sum(version_no), 0) from signal) as a,
    (select count(*) from case_file) as b, (select count(*) from outbox_events) as c`.execute(
    world.ctx.db,
  );
  return found.rows[0];
};

const refused = refusing(state);

const as = (who: typeof bureau): Ctx => world.as(who);

beforeAll(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, files);
});
afterAll(() => world.close());

describe('refusals', () => {
  test('people do not raise, strangers do not see, states hold', async () => {
    await refused('auth.not_allowed', () => raise(as(bureau), fresh()));
    await refused('auth.not_allowed', () => clear(as(bureau), thing('C0')));
    await refused('signals.unit_unknown', () => raise(world.ctx, fresh({ unit: '330109999' })));
    const one = await raise(world.ctx, fresh());
    await refused('signals.not_found', () => getSignal(as(otherTown), one.id));
    await refused('signals.not_found', () => confirm(as(otherTown), { id: one.id }));
    const reader = world.as({ ...bureau, permissions: new Set(['signals.read']) });
    await refused('auth.not_allowed', () => dismiss(reader, { id: one.id, reason: '误报' }));
    await refused('signals.changed_meanwhile', () =>
      acknowledge(as(bureau), { id: one.id, versionNo: one.versionNo - 1 }),
    );
    const until = new Date(world.clock.now().getTime() - 1);
    await refused('signals.silence_past', () => silence(as(bureau), { id: one.id, until }));
    await dismiss(as(bureau), { id: one.id, reason: '误报' });
    await refused('signals.wrong_state', () => confirm(as(bureau), { id: one.id }));
    for (const after of ['none', '2026-13-45T99:99:99Z|1', '2026-01-01T00:00:00.000Z|x']) {
      await expect(signalList(as(bureau), { after })).rejects.toThrow(/after/);
    }
  });
});

test('pages of the units concerned are told that they are stale, by paths', async () => {
  await raise(world.ctx, fresh());
  const found = await sql<{ paths: string[] }>`select payload -> 'hint' -> 'paths' as paths
    from outbox_events where name = 'signal.raised' order by id desc limit 1`.execute(world.ctx.db);
  expect(found.rows[0]?.paths).toEqual(['330109/330109004', '330109/330109-zhzf']);
});

describe('one thing, one signal', () => {
  test('raised twenty times at once it is one, seen twenty times', async () => {
    const input = fresh();
    const raised = await Promise.all(Array.from({ length: 20 }, () => raise(world.ctx, input)));
    expect(new Set(raised.map((one) => one.id)).size).toBe(1);
    const one = await getSignal(world.ctx, raised[0]?.id ?? '');
    expect([one.count, one.episode, one.state]).toEqual([20, 1, 'raised']);
  });

  test('seen again it carries the newest evidence and keeps its first time', async () => {
    const input = fresh();
    const first = await raise(world.ctx, input);
    world.clock.advance(60_000);
    const again = await raise(world.ctx, { ...input, version: '2', evidence: { found: '新' } });
    expect(again).toMatchObject({ id: first.id, version: '2', evidence: { found: '新' } });
    expect([again.firstSeen, again.lastSeen > first.lastSeen]).toEqual([first.firstSeen, true]);
  });

  test('dismissed it stays so however often it is raised; cleared and raised it is new', async () => {
    const input = fresh();
    const one = await raise(world.ctx, input);
    await dismiss(as(bureau), { id: one.id, reason: '已现场核实' });
    expect((await raise(world.ctx, input)).state).toBe('dismissed');
    expect((await clear(world.ctx, input))?.state).toBe('closed');
    expect(await clear(world.ctx, input)).toBeNull();
    const back = await raise(world.ctx, input);
    expect([back.id === one.id, back.episode, back.state]).toEqual([false, 2, 'raised']);
  });

  test('silenced: events say so, a new episode stays silent until then', async () => {
    const input = fresh();
    const one = await raise(world.ctx, input);
    const until = new Date(world.clock.now().getTime() + 86_400_000);
    await silence(as(bureau), { id: one.id, until });
    await clear(world.ctx, input);
    expect((await raise(world.ctx, input)).silencedUntil).toBe(until.toISOString());
  });
});

describe('a signal and its case', () => {
  test('confirmed: the case opens at the owner with what the evidence says', async () => {
    const one = await raise(world.ctx, fresh());
    await acknowledge(as(bureau), { id: one.id });
    const confirmed = await confirm(as(bureau), { id: one.id });
    const view = await caseDetail(as(officer), confirmed.case ?? '');
    expect(view.tasks[0]).toMatchObject({ name: 'mend', unit: '330109-zhzf', mine: true });
    expect(view.fields.map((field) => [field.name, field.value])).toEqual([
      ['found', '排水公司'],
      ['signal', one.id],
    ]);
    expect(view.subject).toEqual({ kind: 'component', id: one.subject.id });
  });

  test('cleared: the case closes by itself; raised again, a second case', async () => {
    const input = fresh({ confirm: true });
    const one = await raise(world.ctx, input);
    expect(one.state).toBe('confirmed');
    await raise(world.ctx, input);
    await clear(world.ctx, input);
    await world.drain();
    expect((await caseDetail(world.ctx, one.case ?? '')).outcome).toBe('done');
    const back = await raise(world.ctx, input);
    expect(back.case).not.toBe(one.case);
    expect(back.episode).toBe(2);
  });

  test('a case that came to nothing counts against the source', async () => {
    const source = 'rules/hasty';
    const one = await raise(world.ctx, fresh({ source, confirm: true }));
    const good = await raise(world.ctx, fresh({ source, confirm: true }));
    await act(as(officer), { case: one.case ?? '', action: 'object', reason: '登记无误' });
    await world.drain();
    expect((await getSignal(world.ctx, one.id)).state).toBe('closed');
    expect((await getSignal(world.ctx, good.id)).state).toBe('confirmed');
    const score = (await sourceScores(world.ctx)).find((each) => each.source === source);
    expect(score).toEqual({
      source,
      raised: 2,
      open: 0,
      confirmed: 1,
      dismissed: 1,
      precision: 0.5,
    });
  });
});

test('lists show only signals of my units, by page, without gap or double', async () => {
  const all = await signalList(as(bureau), { limit: 200 });
  expect(all.items.length).toBeGreaterThan(5);
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof signalList>> = await signalList(as(bureau), {
      limit: 4,
      ...(after ? { after } : {}),
    });
    ids.push(...page.items.map((one) => one.id));
    after = page.next;
  } while (after);
  expect(ids).toEqual(all.items.map((one) => one.id));
  expect((await signalList(as(otherTown), {})).items).toEqual([]);
});
