/**
 * Cases on a real database: refusals first, then steps, clocks, ladders, photos; then random runs.
 */
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  act,
  type Case,
  caseDetail,
  caseList,
  cases,
  getCase,
  openCase,
  rebuild,
  storePhoto,
  taskList,
} from '#cases';
import { type Actor, forgetActors, openSession, setActorSource } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { fireDueTimers } from '#kernel/jobs';
import { notices } from '#notices';
import { grantRoles, openAccount, organisation } from '#organisation';
import {
  actor,
  applyFiles,
  pothole,
  potholeFiles,
  potholePermissions,
  potholeSeats,
  refusal,
  refusing,
  type TestWorld,
  testWorld,
} from '#testing';
import { timelineOf } from './store.ts';

const files = potholeFiles();

const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(64, 7)]);

const capabilities = [organisation, notices, cases];
const at = Object.fromEntries(
  Object.entries(potholeSeats).map(([name, [role, path]]) => [
    name,
    actor(role, path, potholePermissions),
  ]),
) as Record<keyof typeof potholeSeats, ReturnType<typeof actor>>;

let world: TestWorld;
const as = (who: keyof typeof at): Ctx => world.as(at[who]);

async function factCount(): Promise<number> {
  const found = await sql<{ n: number }>`select
    (select count(*) from case_timeline) + (select count(*) from case_file)
    + (select count(*) from timers) + (select count(*) from notice)
    + (select count(*) from outbox_events) as n`.execute(world.ctx.db);
  return Number(found.rows[0]?.n);
}

/** Refused with the code, and nothing at all was written. */
const refused = refusing(factCount);

const open = (more: object = {}): Promise<Case> =>
  openCase(world.ctx, {
    type: 'pothole',
    title: '霞江路坑洞',
    unit: '330109004223',
    data: { address: '霞江路 128 号' },
    ...more,
  });

const signed = async (more: object = {}): Promise<Case> => {
  const one = await open(more);
  return act(as('seat'), { case: one.id, action: 'sign', data: { owner: '330109-water' } });
};

async function upload(who: keyof typeof at): Promise<string> {
  const bytes = Buffer.concat([photo, Buffer.from(String(Math.random()))]);
  const stored = await storePhoto(as(who), { name: 'a.jpg', stream: Readable.from([bytes]) });
  return stored.sha256;
}

beforeAll(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, files);
});
afterAll(() => world.close());

describe('refusals', () => {
  test('who may not open, see or act', async () => {
    const one = await open();
    const stranger = world.as({ ...at.seat, permissions: new Set(['cases.read']) });
    await refused('auth.not_allowed', () =>
      openCase(stranger, { type: 'pothole', title: '坑', unit: '330109' }),
    );
    for (const unit of ['330109', '330109004', '330109004223']) {
      await refused('auth.not_in_unit', () =>
        openCase(as('otherTown'), { type: 'pothole', title: '坑', unit }),
      );
    }
    await refused('auth.not_allowed', () => act(stranger, { case: one.id, action: 'sign' }));
    await refused('cases.not_found', () => act(as('otherTown'), { case: one.id, action: 'sign' }));
    await refused('cases.not_found', () => getCase(as('otherTown'), one.number));
    await refused('cases.not_your_task', () => act(as('town'), { case: one.id, action: 'sign' }));
    await refused('cases.not_now', () => act(as('seat'), { case: one.id, action: 'pass' }));
    await refused('auth.not_allowed', () =>
      act(as('seat'), { case: one.id, action: 'recheck_passed' }),
    );
  });

  test('a case that cannot be', async () => {
    await refused('cases.type_unknown', () => open({ type: 'none' }));
    // What it came from is not a person's to say: it would pass for a rule's or a signal's.
    for (const claim of [
      { source: 'signals/12' },
      { subject: { kind: 'component', id: '1' } },
      { uploader: 'somebody' },
    ]) {
      const by = { ...claim, type: 'pothole', title: '坑', unit: '330109004223' };
      await refused('cases.platform_only', () => openCase(as('town'), by));
    }
    await refused('cases.unit_unknown', () => open({ unit: '330109999' }));
    await refused('cases.slot_unknown', () => open({ slots: { nobody: '330109' } }));
    const error = await refused('cases.bad_form', () =>
      open({ data: { address: 7, colour: 'red' } }),
    );
    expect(error.faults.map((fault) => fault.code)).toEqual([
      'cases.field_wrong',
      'cases.field_unknown',
    ]);
  });

  test('forms: all faults at once', async () => {
    const one = await signed();
    const error = await refused('cases.bad_form', () =>
      act(as('water'), { case: one.id, action: 'fixed', attachments: ['0'.repeat(64)] }),
    );
    expect(error.faults.map((fault) => fault.code)).toEqual(['cases.attachment_unknown']);
    const bare = await refused('cases.bad_form', () =>
      act(as('water'), { case: one.id, action: 'fixed' }),
    );
    expect(bare.faults.map((fault) => fault.code)).toEqual(['cases.photo_missing']);
    const move = await refused('cases.bad_form', () =>
      act(as('water'), { case: one.id, action: 'move' }),
    );
    expect(move.faults.map((fault) => fault.item)).toEqual(['owner', 'reason']);
    await refused('cases.unit_unknown', () =>
      act(as('water'), {
        case: one.id,
        action: 'move',
        reason: '铭文不符',
        data: { owner: '330109-none' },
      }),
    );
  });

  test('a photo of another person cannot be attached', async () => {
    const one = await signed();
    const theirs = await upload('telecom');
    const error = await refused('cases.bad_form', () =>
      act(as('water'), { case: one.id, action: 'fixed', attachments: [theirs] }),
    );
    expect(error.faults[0]?.code).toBe('cases.attachment_unknown');
  });
});

describe('refusals of state', () => {
  test('an old version, a second taker', async () => {
    const one = await open();
    const sign = { case: one.id, action: 'sign', data: { owner: '330109-water' } };
    await refused('cases.changed_meanwhile', () =>
      act(as('seat'), { ...sign, version: one.version - 1 }),
    );
    const done = await Promise.allSettled([act(as('seat'), sign), act(as('otherSeat'), sign)]);
    const lost = done.filter((each) => each.status === 'rejected').map((each) => each.reason);
    expect(lost.map((error: GuantongError) => error.code)).toEqual(['cases.task_taken']);
    expect(
      (await caseDetail(world.ctx, one.id)).timeline.filter((each) => each.action === 'sign'),
    ).toHaveLength(1);
  });

  test('returned too often', async () => {
    const one = await signed();
    const back = { case: one.id, action: 'back', reason: '不是我们的' };
    for (let turn = 0; turn < 2; turn += 1) {
      await act(as('water'), back);
      await act(as('seat'), { case: one.id, action: 'sign', data: { owner: '330109-water' } });
    }
    await refused('cases.too_often', () => act(as('water'), back));
  });

  test('the timeline is append-only', async () => {
    await open();
    const db = world.ctx.db;
    await expect(sql`update case_timeline set actor = 'x'`.execute(db)).rejects.toThrow(
      'append-only',
    );
    await expect(sql`delete from case_timeline`.execute(db)).rejects.toThrow('append-only');
    await expect(sql`truncate case_timeline cascade`.execute(db)).rejects.toThrow('append-only');
  });
});

describe('the way through', () => {
  test('numbers count by day', async () => {
    const [first, second] = [await open(), await open()];
    expect(first.number).toMatch(/^KD20260302-\d{4}$/);
    const number = (one: Case): number => Number(one.number.split('-')[1]);
    expect(number(second)).toBe(number(first) + 1);
  });

  test('side by side, verified by another, closed', async () => {
    const one = await signed({ slots: { town: '330109004' } });
    expect(one.step).toBe('work');
    const inbox = await taskList(as('water'), {});
    expect(inbox.items.some((item) => item.case.id === one.id && item.task.mine)).toBe(true);
    await act(as('water'), { case: one.id, action: 'fixed', attachments: [await upload('water')] });
    expect((await getCase(world.ctx, one.id)).step).toBe('work');
    const checked = await act(as('town'), { case: one.id, action: 'guarded' });
    expect(checked.step).toBe('check');
    const same = world.as({ ...at.checker, id: at.water.id });
    await refused('cases.same_person', () => act(same, { case: one.id, action: 'pass' }));
    const view = await caseDetail(same, one.id);
    expect(view.actions.find((each) => each.name === 'pass')?.blocked?.zh).toContain('换人');
    const closed = await act(as('checker'), { case: one.id, action: 'pass' });
    expect([closed.step, closed.outcome]).toEqual(['closed', 'done']);
    const left = await sql<{ n: number }>`select count(*)::int as n from timers
      where key like ${`${one.id}/%`} and fired_at is null`.execute(world.ctx.db);
    expect(left.rows[0]?.n).toBe(0);
  });

  test('redirected: the task goes to the right owner, the wrong one no longer may', async () => {
    const one = await signed();
    const data = { owner: '330109-telecom' };
    await act(as('water'), { case: one.id, action: 'move', reason: '铭文为通信', data });
    await refused('cases.not_your_task', () =>
      act(as('water'), { case: one.id, action: 'back', reason: '退' }),
    );
    const fixed = { case: one.id, action: 'fixed', attachments: [await upload('telecom')] };
    expect((await act(as('telecom'), fixed)).step).toBe('check');
  });

  test('what people see: masked names, titles, evidence, only their cases', async () => {
    const one = await signed();
    const sha256 = await upload('water');
    await act(as('water'), { case: one.id, action: 'fixed', attachments: [sha256] });
    const view = await caseDetail(as('water'), one.number);
    expect(view.attachments.map((file) => [file.sha256, file.mediaType])).toEqual([
      [sha256, 'image/jpeg'],
    ]);
    expect(view.timeline.every((entry) => !entry.who.includes('测试员'))).toBe(true);
    expect(view.clocks.map((clock) => [clock.name, clock.state])).toContainEqual([
      'repair',
      'stopped',
    ]);
    const mine = await caseList(as('telecom'), {});
    expect(mine.items.map((item) => item.id)).not.toContain(one.id);
    expect((await caseList(as('otherTown'), {})).items).toEqual([]);
  });

  test('lists page by key without gap or double', async () => {
    const all = await caseList(world.ctx, { limit: 200 });
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await caseList(world.ctx, { limit: 3, ...(after ? { after } : {}) });
      ids.push(...page.items.map((item) => item.id));
      after = page.next ?? undefined;
    } while (after);
    expect(ids).toEqual(all.items.map((item) => item.id));
    const tasks = await taskList(as('seat'), { limit: 200 });
    const first = await taskList(as('seat'), { limit: 1 });
    const second = await taskList(as('seat'), {
      limit: 1,
      ...(first.next ? { after: first.next } : {}),
    });
    const two = [...first.items, ...second.items].map((item) => `${item.case.id}/${item.task.id}`);
    expect(two).toEqual(tasks.items.slice(0, 2).map((item) => `${item.case.id}/${item.task.id}`));
    expect(first.total).toBe(tasks.items.length);
  });
});

const fire = (): Promise<number> =>
  fireDueTimers(world.ctx, capabilities, (error) => {
    throw error;
  });

const kinds = async (id: string): Promise<string[]> =>
  (await timelineOf(world.ctx, Number(id))).map((entry) => entry.fact.kind);

describe('clocks and ladders', () => {
  test('30 seconds unanswered: the next seat is called, then all; answered, nobody more', async () => {
    for (const [place, name] of ['seat1', 'seat2', 'seat3'].entries()) {
      await openAccount(world.ctx, { id: name, name: `坐席${place}`, unit: '330109' });
      const roles = [{ role: 'seat', unit: '330109' }];
      await grantRoles(world.ctx, { account: name, roles, version: 1 });
    }
    const one = await open();
    const offered = async (): Promise<string | null> => {
      const entries = await timelineOf(world.ctx, Number(one.id));
      return rebuild(entries)?.tasks[0]?.account ?? null;
    };
    const first = await offered();
    expect(first).toMatch(/^seat\d$/);
    world.clock.advance(29_000);
    await fire();
    expect(await offered()).toBe(first);
    world.clock.advance(1000);
    await fire();
    const second = await offered();
    expect(second).toMatch(/^seat\d$/);
    expect(second).not.toBe(first);
    await fire();
    expect((await kinds(one.id)).filter((kind) => kind === 'clock_expired')).toHaveLength(1);
    world.clock.advance(30_000);
    await fire();
    expect(await offered()).toBeNull();
    await act(as('seat'), { case: one.id, action: 'sign', data: { owner: '330109-water' } });
    const state = rebuild(await timelineOf(world.ctx, Number(one.id)));
    expect(state?.clocks[0]).toMatchObject({ name: 'sign', expired: true, inTime: false });
    expect(state?.tasks[0]?.ladder).toBeNull();
  });

  test('warned at 50 and 80 %, escalated at the end, each once; a clock set back does nothing', async () => {
    const one = await signed();
    const start = world.clock.now();
    const atHour = async (hours: number): Promise<void> => {
      world.clock.set(new Date(start.getTime() + hours * 3_600_000));
      await fire();
    };
    await atHour(2);
    world.clock.set(start);
    await fire();
    await atHour(3.3);
    await atHour(4);
    world.clock.set(start);
    await fire();
    await atHour(5);
    const facts = (await timelineOf(world.ctx, Number(one.id))).map((entry) => entry.fact);
    const warned = facts.flatMap((fact) => (fact.kind === 'clock_warned' ? [fact.percent] : []));
    expect(warned).toEqual([50, 80]);
    expect(facts.filter((fact) => fact.kind === 'clock_expired' && fact.clock === 2)).toHaveLength(
      1,
    );
    const repair = rebuild(await timelineOf(world.ctx, Number(one.id)))?.tasks.find(
      (task) => task.name === 'repair',
    );
    expect([repair?.role, repair?.unit]).toEqual(['seat', '330109']);
    world.clock.set(start);
  });
});

describe('clocks that are moved', () => {
  test('suspended, a clock keeps what it had left; extended, it gets what was granted', async () => {
    const one = await signed();
    const start = world.clock.now().getTime();
    const due = async (): Promise<number> => {
      const view = await caseDetail(world.ctx, one.id);
      const clock = view.clocks.find((each) => each.name === 'repair');
      return (Date.parse(clock?.dueAt ?? '') - start) / 3_600_000;
    };
    await act(as('water'), { case: one.id, action: 'ask', data: { more: 3 } });
    world.clock.advance(3_600_000);
    await act(as('seat'), { case: one.id, action: 'pause' });
    world.clock.advance(10 * 3_600_000);
    await fire();
    expect(await kinds(one.id)).not.toContain('clock_warned');
    await act(as('seat'), { case: one.id, action: 'resume' });
    expect(await due()).toBe(14);
    await act(as('water'), { case: one.id, action: 'ask', data: { more: 3 } });
    await act(as('seat'), { case: one.id, action: 'extend' });
    expect(await due()).toBe(17);
    world.clock.set(new Date(start));
  });

  test('a working day ends with the next working day, weekend left out; the platform acts', async () => {
    world.clock.set('2026-03-06T02:00:00Z');
    const one = await signed();
    await act(as('water'), { case: one.id, action: 'fixed', attachments: [await upload('water')] });
    const clock = (await caseDetail(world.ctx, one.id)).clocks.find(
      (each) => each.name === 'check',
    );
    expect(clock?.dueAt).toBe('2026-03-09T09:30:00.000Z');
    world.clock.set('2026-03-09T09:30:00Z');
    await fire();
    expect((await getCase(world.ctx, one.id)).step).toBe('closed');
    world.clock.set('2026-03-02T01:00:00Z');
  });
});

describe('photos', () => {
  test('what is no photo is refused by its bytes, whatever its name', async () => {
    const store = (bytes: Buffer) =>
      storePhoto(as('water'), { name: 'a.jpg', stream: Readable.from([bytes]) });
    await refused('cases.attachment_type', () => store(Buffer.from('<svg onload=alert(1)>')));
    await refused('cases.attachment_type', () => store(Buffer.from('MZ\u0000\u0000')));
    await refused('cases.attachment_empty', () => store(Buffer.alloc(0)));
    const large = Buffer.concat([photo, Buffer.alloc(world.ctx.settings.attachment_max_bytes)]);
    await refused('kernel.too_large', () => store(large));
  });

  test('a browser that has one asks again each time: who may not see it any more does not', async () => {
    const one = await signed();
    const sha256 = await upload('water');
    const done = { case: one.id, action: 'fixed', attachments: [sha256] };
    await act(as('water'), done);
    let who: Actor = at.water;
    setActorSource({
      byAccount: async () => who,
      login: async () => undefined,
      demoAccounts: async () => [],
    });
    const { token } = await openSession(world.ctx, at.water.id);
    const url = `/api/cases/${one.id}/attachments/${sha256}`;
    const ask = (more = {}) =>
      world.app.inject({ url, headers: { cookie: `gt_session=${token}`, ...more } });
    const first = await ask();
    expect([first.statusCode, first.headers['cache-control']]).toEqual([200, 'private, no-cache']);
    const kept = { 'if-none-match': String(first.headers.etag) };
    const again = await ask(kept);
    expect([again.statusCode, again.body]).toEqual([304, '']);
    who = at.otherTown;
    forgetActors();
    expect((await ask(kept)).statusCode).toBe(404);
  });
});

const people = Object.keys(at) as (keyof typeof at)[];
const owner = fc.constantFrom('330109-water', '330109-telecom');
const wait = fc.constantFrom(0, 20_000, 3_600_000, 9_000_000);
const names = ['sign', 'fixed', 'back', 'move', 'extend', 'resume', 'guarded', 'pass', 'again'];
/** Something anybody tries, mostly refused. */
const blind = fc.record({ who: fc.constantFrom(...people), name: fc.constantFrom(...names) });
const move = fc.record({
  blind: fc.option(blind, { freq: 3 }),
  pick: fc.nat(1000),
  owner,
  wait,
});
type Move = typeof move extends fc.Arbitrary<infer M> ? M : never;

const input = async (one: Case, who: keyof typeof at, action: string, unit: string) => ({
  case: one.id,
  action,
  ...(['sign', 'move'].includes(action) ? { data: { owner: unit } } : {}),
  ...(action === 'ask' ? { data: { more: 2 } } : {}),
  ...(['move', 'back'].includes(action) ? { reason: '试' } : {}),
  ...(action === 'fixed' ? { attachments: [await upload(who)] } : {}),
});

/** All that the pages offer to anybody now. */
async function offers(one: Case): Promise<{ who: keyof typeof at; name: string }[]> {
  const all: { who: keyof typeof at; name: string }[] = [];
  for (const who of people) {
    const view = await caseDetail(as(who), one.id).catch(() => undefined);
    const can = view?.actions.filter((action) => action.blocked === null) ?? [];
    all.push(...can.map(({ name }) => ({ who, name })));
  }
  return all;
}

async function play(one: Case, step: Move): Promise<void> {
  const offered = step.blind ? [] : await offers(one);
  const chosen = step.blind ?? offered[step.pick % Math.max(1, offered.length)];
  if (chosen) {
    const before = (await timelineOf(world.ctx, Number(one.id))).length;
    const given = await input(one, chosen.who, chosen.name, step.owner);
    const error = await act(as(chosen.who), given).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (error !== null) expect(error).toBeInstanceOf(GuantongError);
    // What a page offers is possible.
    if (!step.blind) expect(error).toBeNull();
    const after = (await timelineOf(world.ctx, Number(one.id))).length;
    expect(after > before).toBe(error === null);
  }
  world.clock.advance(step.wait);
  await fire();
  await sameAsStored(one.id);
}

async function sameAsStored(id: string): Promise<void> {
  const entries = await timelineOf(world.ctx, Number(id));
  expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, place) => place + 1));
  const projected = rebuild(entries);
  const stored = await sql<{ state: unknown; open: number }>`
    select c.state, (select count(*)::int from case_task t
      where t.case_id = c.id and t.open) as open
    from case_file c where c.id = ${id}`.execute(world.ctx.db);
  expect(projected).toEqual(stored.rows[0]?.state);
  const open = projected?.tasks.filter((task) => task.state === 'open') ?? [];
  const running = projected?.clocks.filter((clock) => clock.state === 'running') ?? [];
  expect(stored.rows[0]?.open).toBe(open.length);
  // Closed means nobody waits; open means somebody, or a clock, will move it.
  if (projected?.closedAt) expect([open, running]).toEqual([[], []]);
  else expect(open.length + running.length).toBeGreaterThan(0);
}

describe('any run at all', () => {
  test('state = projection; a refusal writes nothing; what is offered works', async () => {
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(move, { minLength: 6, maxLength: 24 }),
        fc.boolean(),
        async (moves, withTown) => {
          const one = await open(withTown ? { slots: { town: '330109004' } } : {});
          for (const step of moves) await play(one, step);
          reached.add((await getCase(world.ctx, one.id)).step);
        },
      ),
      // One seed, so that how deep the runs go is no matter of luck; another one is a longer run by
      // hand.
      { numRuns: 12, seed: 1 },
    );
    // The runs go deep enough to mean something.
    expect([...reached].sort()).toEqual(expect.arrayContaining(['closed', 'work']));
  }, 180_000);
});

describe('case types that cannot be', () => {
  const broken = async (change: (type: string) => string) => {
    const made = { 'cases/broken.yaml': change(pothole) };
    const error = await refusal(applyFiles(world.ctx, capabilities, made, 'broken'));
    return error.faults.map((fault) => ({ code: fault.code, line: fault.line, item: fault.item }));
  };

  test('all faults at once, each with its line', async () => {
    const faults = await broken((type) =>
      type
        .replace(/always:\n.*\n/, '')
        .replace('    next: check\n', '')
        .replace('role: crew\n        unit: town', 'role: nobody\n        unit: nowhere')
        .replace('            at_end: {ladder: call}\n', '')
        .replace('escalate: {role: seat, unit: district}', 'act: nothing')
        .replace('opens: [decide]', 'opens: [nothing]'),
    );
    const codes = new Set(faults.map((fault) => fault.code));
    for (const code of [
      'clock_idle',
      'name_unknown',
      'step_unreachable',
      'next_missing',
      'task_never',
    ]) {
      expect(codes).toContain(`cases.${code}`);
    }
    expect(codes).toContain('cases.step_dead_end');
    expect(faults.every((fault) => (fault.line ?? 0) > 0)).toBe(true);
    const named = faults.filter((fault) => fault.code === 'cases.name_unknown');
    expect(named.map((fault) => fault.item)).toEqual(
      expect.arrayContaining(['steps.work.tasks.guard.role', 'steps.work.tasks.guard.unit']),
    );
  });

  test('an unknown key is a fault: the schema is closed', async () => {
    const faults = await broken((type) => type.replace('source: 试\n', 'source: 试\nsauce: 试\n'));
    expect(faults.length).toBeGreaterThan(0);
  });

  test('a changed type makes a new version; cases in hand go on by theirs', async () => {
    const one = await open();
    const renamed = pothole.replace(
      '签收, en: Sign}\n            form',
      '接收, en: Take}\n            form',
    );
    await applyFiles(world.ctx, capabilities, { ...files, 'cases/pothole.yaml': renamed });
    const title = async (id: string) =>
      (await caseDetail(as('seat'), id)).actions.find((each) => each.name === 'sign')?.title.zh;
    expect(await title(one.id)).toBe('签收');
    expect(await title((await open()).id)).toBe('接收');
    const gone = Object.fromEntries(
      Object.entries(files).filter(([path]) => !path.startsWith('cases/')),
    );
    await applyFiles(world.ctx, capabilities, gone);
    await refused('cases.type_unknown', () => open());
    expect(await title(one.id)).toBe('签收');
  });
});
