/**
 * Notices: who is told and who is not; answers that wait for their channel; what the live stream
 * lets through.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { onLive, publish } from '#kernel/events';
import { fireDueTimers } from '#kernel/jobs';
import {
  answersTo,
  type ChannelMessage,
  notices,
  notify,
  registerChannel,
  withdraw,
} from '#notices';
import { grantRoles, openAccount, organisation } from '#organisation';
import { actor, applyFiles, refusing, type TestWorld, testWorld } from '#testing';
import { liveMessageFor } from './actions/live.ts';
import { myNotices, readNotice } from './actions/mine.ts';

const capabilities = [organisation, notices];

const files = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
`,
  'roles/seat.yaml': `title: {zh: 坐席, en: Seat}
description: {zh: 坐席, en: Seat}
levels: [district, town]
permissions: []
`,
  'notices/told.yaml': `title: {zh: "请办{what}", en: "Do {what}"}
body: {zh: "{number}：{what}", en: "{number}: {what}"}
params: [what, number]
`,
};

let world: TestWorld;
const accounts = ['zhou', 'qian', 'fang'] as const;

const as = (id: string): Ctx => world.as({ ...actor('seat', '330109'), id });

async function written(): Promise<unknown> {
  const found = await sql`select (select count(*) from notice) as a,
    (select count(*) from notice_receipt) as b, (select count(*) from outbound_message) as c,
    (select count(*) from outbox_events) as d, (select count(*) from timers) as e`.execute(
    world.ctx.db,
  );
  return found.rows[0];
}

/** Refused with the code, and nothing was written. */
const refused = refusing(written);

const params = { what: '签收', number: 'SJ1' };
const seats = { role: 'seat', unit: '330109' };

beforeAll(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, files);
  for (const account of accounts) {
    const unit = account === 'fang' ? '330109004' : '330109';
    await openAccount(world.ctx, { id: account, name: account, unit });
    await grantRoles(world.ctx, { account, version: 1, roles: [{ role: 'seat', unit }] });
  }
});
afterAll(() => world.close());

describe('telling people', () => {
  test('refused: an unknown template, nobody signed in, a notice of somebody else', async () => {
    await refused('notices.template_unknown', () =>
      notify(world.ctx, { to: seats, template: 'none', params }),
    );
    const nobody: Actor = { ...actor('x', '330109'), kind: 'anonymous' };
    await refused('auth.not_signed_in', () => myNotices(world.as(nobody), { limit: 10 }));
    await notify(world.ctx, { to: { account: 'zhou' }, template: 'told', params });
    const [mine] = (await myNotices(as('zhou'), { limit: 1 })).items;
    await refused('notices.not_yours', () => readNotice(as('qian'), mine?.id ?? ''));
  });

  test('holders of the role at the unit itself are told, filled in, and nobody else', async () => {
    await notify(world.ctx, { to: seats, template: 'told', params, link: '/cases/SJ1', key: 'k1' });
    const [zhou, qian, fang] = await Promise.all(
      accounts.map((id) => myNotices(as(id), { limit: 1 })),
    );
    for (const told of [zhou, qian]) {
      expect(told?.items[0]).toMatchObject({
        title: { zh: '请办签收', en: 'Do 签收' },
        body: { zh: 'SJ1：签收', en: 'SJ1: 签收' },
        link: '/cases/SJ1',
        readAt: null,
      });
    }
    expect(fang).toMatchObject({ items: [], unread: 0 });
  });

  test('read once, counted; withdrawn when done', async () => {
    const before = (await myNotices(as('qian'), { limit: 9 })).unread;
    await notify(world.ctx, { to: { account: 'qian' }, template: 'told', params, key: 'k2' });
    const [one] = (await myNotices(as('qian'), { limit: 1 })).items;
    expect((await readNotice(as('qian'), one?.id ?? '')).unread).toBe(before);
    await notify(world.ctx, { to: { account: 'qian' }, template: 'told', params, key: 'k3' });
    await withdraw(world.ctx, 'k3');
    const left = await myNotices(as('qian'), { limit: 9 });
    expect(left.unread).toBe(before);
    expect((await myNotices(as('qian'), { limit: 9, withdrawn: true })).items.length).toBe(
      left.items.length + 1,
    );
  });

  test('pages by key', async () => {
    const all = (await myNotices(as('zhou'), { limit: 100 })).items.map((one) => one.id);
    const first = await myNotices(as('zhou'), { limit: 1 });
    const second = await myNotices(as('zhou'), { limit: 100, after: first.next ?? '' });
    expect([...first.items, ...second.items].map((one) => one.id)).toEqual(all);
  });

  test('what rolls back was never told', async () => {
    const before = await written();
    const doing = tx(world.ctx, async (inner) => {
      await notify(inner, { to: seats, template: 'told', params });
      throw new Error('no');
    });
    await expect(doing).rejects.toThrow('no');
    expect(await written()).toEqual(before);
  });
});

test('withdrawn and never read goes when its time is over; what was read stays', async () => {
  const key = 'k4';
  for (const account of ['zhou', 'qian'] as const) {
    await notify(world.ctx, { to: { account }, template: 'told', params, key });
  }
  await notify(world.ctx, { to: seats, template: 'told', params, key });
  const [both, alone] = (await myNotices(as('qian'), { limit: 2 })).items;
  await readNotice(as('qian'), both?.id ?? '');
  const standing = (await myNotices(as('zhou'), { limit: 99 })).items.length;
  await withdraw(world.ctx, key);
  const seenBy = async (id: string): Promise<string[]> =>
    (await myNotices(as(id), { limit: 99, withdrawn: true })).items.map((one) => one.id);
  // A read of the last days, then one day more than the setting says.
  world.clock.advance((world.ctx.settings.notice_withdrawn_keep_days - 1) * 86_400_000);
  await world.drain();
  expect(await seenBy('qian')).toContain(alone?.id);
  world.clock.advance(2 * 86_400_000);
  await world.drain();
  expect(await seenBy('qian')).toContain(both?.id);
  expect(await seenBy('qian')).not.toContain(alone?.id);
  expect((await myNotices(as('zhou'), { limit: 99, withdrawn: true })).items).toHaveLength(
    standing - 2,
  );
  // The notice itself went with its last receipt; one that somebody read did not.
  const { rows } = await sql<{ id: string }>`
    select n.id::text from notice n where n.key = ${key} order by n.id`.execute(world.ctx.db);
  expect(rows.map((row) => row.id)).toEqual([both?.id]);
  const { rows: timers } = await sql<{ kind: string }>`
    select kind from timers
    where kind = 'notices.keeping' and fired_at is null`.execute(world.ctx.db);
  expect(timers).toHaveLength(1);
});

describe('answers to reporters', () => {
  const report = { channel: '12345', ref: 'HZ1', name: '王某' };
  const fire = (): Promise<number> =>
    fireDueTimers(world.ctx, capabilities, (error) => {
      throw error;
    });

  test('a channel that is down delays, never loses, never doubles', async () => {
    const sent: ChannelMessage[] = [];
    let down = true;
    registerChannel({
      name: '12345',
      send: async (message) => {
        if (down) throw new Error('line is dead');
        sent.push(message);
      },
    });
    const answer = { to: { reporter: report }, template: 'told', params, key: 'answer/1' };
    await notify(world.ctx, answer);
    await notify(world.ctx, answer);
    const start = world.clock.now().getTime();
    for (const minutes of [0, 1, 60, 600]) {
      world.clock.set(new Date(start + minutes * 60_000));
      await fire();
    }
    expect(sent).toEqual([]);
    const [waiting] = await answersTo(world.ctx, [report]);
    expect(waiting).toMatchObject({ state: 'queued', lastError: 'line is dead' });
    expect(waiting?.attempts).toBeGreaterThanOrEqual(4);
    down = false;
    world.clock.set(new Date(start + 700 * 60_000));
    await fire();
    await fire();
    expect(sent.map((one) => [one.ref, one.text.zh])).toEqual([['HZ1', 'SJ1：签收']]);
    expect((await answersTo(world.ctx, [report]))[0]).toMatchObject({ state: 'sent' });
    world.clock.set(new Date(start));
  });
});

describe('the live stream', () => {
  const town = actor('seat', '330109/330109004');
  const event = (name: string, payload: unknown) => ({ id: 1, name, payload, at: new Date() });

  test('a notice reaches only whom it names; a hint only who sees the unit; data never', () => {
    const sent = event('notice.sent', { accounts: ['zhou'], notice: { id: '1' } });
    expect(liveMessageFor(town, sent)).toBeUndefined();
    expect(liveMessageFor({ ...town, id: 'zhou' }, sent)?.name).toBe('notice');
    const paths = ['330109/330109005'];
    const hint = { topic: 'cases', id: '7', paths };
    expect(liveMessageFor(town, event('case.moved', { hint, title: '坑' }))).toBeUndefined();
    const inTown = { ...hint, paths: ['330109/330109004/330109004223'] };
    expect(liveMessageFor(town, event('case.moved', { hint: inTown, title: '坑' }))).toEqual({
      name: 'data-changed',
      data: { topic: 'cases', id: '7' },
    });
    expect(liveMessageFor(town, event('case.moved', { title: '坑' }))).toBeUndefined();
    // A sealed one is refreshed too: its name is nobody's business.
    expect(liveMessageFor(town, event('dataset.refreshed', { dataset: 'events' }))?.data).toEqual({
      topic: 'datasets',
      id: 'datasets',
    });
  });

  test('a committed event is heard', async () => {
    const heard: string[] = [];
    const stop = onLive((one) => heard.push(one.name));
    await tx(world.ctx, (inner) => publish(inner, 'trial.said', {}));
    await world.drain();
    stop();
    expect(heard).toContain('trial.said');
  });
});
