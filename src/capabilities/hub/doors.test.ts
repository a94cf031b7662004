/** What the hub tells nobody who may not know: other people's reports, other units' events. */
import { writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takeReport } from '#hub';
import { deliver } from '#ingest';
import { openSession, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { loadActor } from '#organisation';
import { actor, districtWorld, refusing, type TestWorld, testClock } from '#testing';
import { takeDelivery } from './actions/delivery.ts';
import { dispatch } from './actions/dispatch.ts';
import { eventOf, findReports, followed, sign, similar } from './actions/events.ts';
import { deskOf } from './actions/intake.ts';
import { join, suggestJoins } from './actions/join.ts';
import { rate } from './actions/rating.ts';
import { hubKinds } from './kind.ts';
import type { Report, ReportInput } from './model.ts';

const village = '330109/330109004/330109004223';
const neighbour = '330109/330109004/330109004224';

const dayMs = 86_400_000;

let world: TestWorld;
const people = new Map<string, Ctx>();
const as = (name: string): Ctx => people.get(name) ?? world.ctx;

/** A resident of the same village and the same name as Wang. */
const namesake = (): Ctx => {
  const one = actor('citizen', village, ['hub.report', 'hub.follow', 'hub.rate']);
  return world.as({ ...one, name: as('wang').actor.name });
};
/** Reads and joins, but works in another village. */
const stranger = (): Ctx =>
  world.as(
    actor('grid_worker', neighbour, [
      ...['hub.read', 'hub.report', 'hub.rate', 'hub.answer', 'hub.join', 'hub.dispatch'],
      ...['cases.read', 'cases.act', 'gate.read'],
    ]),
  );

beforeAll(async () => {
  world = await districtWorld({ settings: { demo: true } });
  const path = world.ctx.lake.stage('addresses.csv');
  await writeFile(
    path,
    `addr_code,full_name,town_code,village_code,grid_code,road,number,compound,building,lon,lat
3301090042230000001,萧山区新塘街道霞江村霞江路126号,330109004,330109004223,330109004223003,霞江路,126,,,120.29,30.17`,
  );
  await deliver(world.ctx, { dataset: 'addresses', files: [{ name: 'addresses.csv', path }] });
  await world.drain();
  for (const name of ['zhou', 'qian', 'lou', 'wang', 'sun', 'hu']) {
    const found = await loadActor(world.ctx, name);
    if (found) people.set(name, world.as(found));
  }
  expect(people.size).toBe(6);
});

afterAll(() => world?.close());

const said = (over: Partial<ReportInput> = {}): ReportInput => ({
  channel: 'group',
  text: '路边井盖塌了半边',
  address: '霞江路126号',
  ...over,
});

/** How a resident reports himself. */
const direct = { channel: 'citizen' };

async function reported(by: Ctx, over: Partial<ReportInput> = {}): Promise<Report> {
  const taken = await takeReport(by, said(over), 'form');
  await world.drain();
  return taken;
}

async function signedFor(by: Ctx, over: Partial<ReportInput> = {}): Promise<Report> {
  const taken = await reported(by, over);
  await sign(as('zhou'), taken.event);
  await world.drain();
  return taken;
}

async function written(): Promise<unknown> {
  const found = await sql`select
    (select count(*) from case_timeline) as facts, (select count(*) from hub_report) as reports,
    (select count(*) from hub_report where rating is not null) as rated,
    (select coalesce(sum(revision), 0) from hub_event) as revisions`.execute(world.ctx.db);
  return found.rows[0];
}

/** Refused with the code, and nothing was written. */
const refused = refusing(written);

describe('a channel takes reports from those it names', () => {
  test('a resident hands in by his own channel, without a number of his choice', async () => {
    for (const channel of ['group', 'grid', 'window']) {
      await refused('hub.channel_not_yours', () => reported(as('wang'), { channel }));
    }
    await refused('hub.channel_closed', () => reported(as('wang'), { channel: '12345' }));
    const chosen = { ...direct, ref: 'QT-next' };
    await refused('hub.number_not_taken', () => reported(as('wang'), chosen));
    const own = await reported(as('wang'), direct);
    expect(own.channelRef).toBe(own.id);
    await refused('hub.number_not_taken', () =>
      reported(stranger(), { channel: 'grid', ref: own.id }),
    );
  });

  test('a push comes from the department of the channel, not from any that pushes', async () => {
    const order = said({ channel: '12345', ref: 'GD-1' });
    const push = (by: Ctx, over = {}) => takeReport(by, { ...order, ...over }, 'push');
    await refused('hub.channel_not_yours', () => push(as('sun')));
    await refused('hub.channel_not_yours', () => push(as('hu'), { channel: '110' }));
    const gateway = { ...as('sun').actor, kind: 'client' as const, id: 'sms_gateway' };
    await refused('hub.channel_not_yours', () => push(world.as(gateway)));
    expect((await push(as('hu'))).channelRef).toBe('GD-1');
    await world.drain();
  });

  test('the page is told which are its reader’s', async () => {
    const { token } = await openSession(as('wang'), 'wang');
    const headers = { cookie: `gt_session=${token}` };
    const answer = await world.app.inject({ url: '/api/hub/channels', headers });
    const { channels } = answer.json<{ channels: { name: string; mine: boolean }[] }>();
    expect(channels.filter((one) => one.mine).map((one) => one.name)).toEqual(['citizen']);
  });

  test('a desk that names a role nobody declares is refused at its line', async () => {
    const from = { roles: ['nobody@330109'] };
    const channels = { sms: { ways: ['push'], from } };
    const file = {
      ...{ pack: 'trial', kind: 'desks', name: 'desk', file: 'desks/desk.yaml', digest: '' },
      data: { ...(await deskOf(world.ctx)), channels },
      lineOf: (path: (string | number)[]) => (path.includes('roles') ? 7 : undefined),
    };
    const nothing = { all: () => [], find: () => undefined };
    const kind = hubKinds.find((one) => one.name === 'desks');
    const faults = await kind?.check?.(file, nothing, world.ctx);
    expect(faults?.filter((fault) => fault.line === 7).map((fault) => fault.code)).toEqual([
      'hub.role_unknown',
    ]);
  });
});

describe('a delivery', () => {
  test('of more rows than a page is taken whole, the number in order or not', async () => {
    const path = world.ctx.lake.stage('ledger.csv');
    const at = '2026-03-02 08:30:00';
    const numbers = [7, 3, 1, 6, 2, 5, 4].map((n) => `QT20260302-000${n}`);
    const row = (ref: string, day: string) =>
      `${ref},霞江村村民群,${day},张某,井盖坏了,霞江路126号,330109004223,楼某,${day},0,未回复`;
    const header = [
      'ledger_no,group_name,said_at,speaker_name,content,address,village_code,recorder',
      'recorded_at,photos,state',
    ].join(',');
    const rows = numbers.map((ref) => row(ref, at));
    const old = ['QT20250302-0001', 'QT20250302-0002'].map((ref) =>
      row(ref, '2025-03-02 08:00:00'),
    );
    await writeFile(path, [header, ...rows, ...old].join('\n'));
    const small = { ...world.ctx, settings: { ...world.ctx.settings, hub_page_rows: 3 } };
    await deliver(small, { dataset: 'group_ledger', files: [{ name: 'ledger.csv', path }] });
    const snapshot = await world.ctx.lake.latest(world.ctx, 'group_ledger');
    expect(snapshot?.rows).toBe(9);
    expect(await takeDelivery(small, 'group_ledger', snapshot?.id ?? 0)).toBe(7);
    const before = await written();
    expect(await takeDelivery(small, 'group_ledger', snapshot?.id ?? 0)).toBe(7);
    expect(await written()).toEqual(before);
    await world.drain();
    const found = await sql<{ ref: string }>`select channel_ref as ref from hub_report
      where channel_ref like 'QT20260302-%' order by 1`.execute(world.ctx.db);
    expect(found.rows.map(({ ref }) => ref)).toEqual(numbers.toSorted());
  });
});

describe('a report is its reporter’s', () => {
  test('a namesake neither follows nor rates it, and it is rated only after the answer', async () => {
    const own = await reported(as('wang'), direct);
    await refused('hub.not_reporter', () => rate(namesake(), own.id, 1));
    await refused('hub.not_answered', () => rate(as('wang'), own.id, 1));
    expect(await followed(namesake())).toEqual([]);
    expect((await followed(as('wang'))).map((one) => one.report.id)).toContain(own.id);
  });

  test('nobody reports in the name of another', async () => {
    const name = as('wang').actor.name;
    const forged = await reported(namesake(), { ...direct, reporterName: name });
    expect((await followed(as('wang'))).map((one) => one.report.id)).not.toContain(forged.id);
  });

  test('written down by who works in the village it is the resident’s of that name', async () => {
    const name = as('wang').actor.name;
    const told = await reported(as('lou'), { reporterName: name });
    const other = await reported(stranger(), { channel: 'grid', reporterName: name });
    const mine = (await followed(as('wang'))).map((one) => one.report.id);
    expect(mine).toContain(told.id);
    expect(mine).not.toContain(other.id);
  });

  test('a number guessed gives nothing away; who handed it in gets it again', async () => {
    const first = await reported(as('lou'), { ref: 'QT-guess', text: '隔壁老李家的事' });
    const liaison = actor('liaison', neighbour, ['hub.report', 'cases.read']);
    await refused('hub.report_twice', () => reported(world.as(liaison), { ref: 'QT-guess' }));
    expect((await reported(as('lou'), { ref: 'QT-guess' })).id).toBe(first.id);
  });
});

describe('a rating', { timeout: 300_000 }, () => {
  /** Two reports of one event by one resident, answered. */
  async function answered(): Promise<[Report, Report]> {
    const [one, two] = [await signedFor(as('wang'), direct), await signedFor(as('wang'), direct)];
    await join(as('zhou'), one.event, [two.event]);
    await world.drain();
    const at = world.ctx.clock.now();
    await sql`update hub_report set answered_at = ${at} where event_id = ${one.event}`.execute(
      world.ctx.db,
    );
    return [one, two];
  }
  const ratings = async (event: string): Promise<unknown[]> => {
    const found = await sql<{ rating: number }>`select rating from hub_report
      where event_id = ${event} order by id`.execute(world.ctx.db);
    return found.rows.map(({ rating }) => rating);
  };

  test('is one for each reporter of an event, changed as often as declared', async () => {
    const [one, two] = await answered();
    await rate(as('wang'), one.id, 2);
    expect(await ratings(one.event)).toEqual([2, 2]);
    await rate(as('wang'), two.id, 3);
    const same = await written();
    await rate(as('wang'), one.id, 3);
    expect(await written()).toEqual(same);
    await rate(as('wang'), one.id, 4);
    await refused('hub.rating_final', () => rate(as('wang'), two.id, 5));
    expect(await ratings(one.event)).toEqual([4, 4]);
  });

  test('stands after its days, and nobody sneaks changes past the count at once', async () => {
    const [late] = await answered();
    await rate(as('wang'), late.id, 1);
    const later = {
      ...as('wang'),
      clock: testClock(new Date(world.ctx.clock.now().getTime() + 8 * dayMs)),
    };
    await refused('hub.rating_final', () => rate(later, late.id, 5));
    const [one] = await answered();
    const tries = [1, 2, 3, 4, 5, 1, 2].map((score) => rate(as('wang'), one.id, score));
    await Promise.allSettled(tries);
    const found = await sql<{ changes: number }>`select changes from hub_rating
      where event_id = ${one.event}`.execute(world.ctx.db);
    expect(found.rows[0]?.changes).toBe(2);
  });
});

describe('an event is for those who see its case', { timeout: 300_000 }, () => {
  test('found by no number, joined, dispatched and rated by no stranger', async () => {
    const [one, two] = [
      await reported(as('lou'), { ref: 'QT-s1' }),
      await reported(as('lou'), { ref: 'QT-s2' }),
    ];
    expect(await findReports(stranger(), 'group', 'QT-s1')).toEqual([]);
    expect(await findReports(stranger(), 'group', 'QT-none')).toEqual([]);
    expect(await findReports(as('zhou'), 'group', 'QT-s1')).toHaveLength(1);
    await refused('hub.event_unknown', () => join(stranger(), one.event, [two.event]));
    await refused('hub.event_unknown', () => dispatch(stranger(), { event: one.event }));
    await refused('hub.not_reporter', () => rate(stranger(), one.id, 1));
  });

  test('A into B and B into A at once: one of the two is done, the other is told', async () => {
    for (let round = 0; round < 3; round += 1) {
      const [one, two] = [await signedFor(as('lou')), await signedFor(as('lou'))];
      const both = await Promise.allSettled([
        join(as('zhou'), one.event, [two.event]),
        join(as('zhou'), two.event, [one.event]),
      ]);
      await world.drain();
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const told = both.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
      expect(told).toEqual(['hub.join_closed']);
      const rows = [await eventOf(world.ctx, one.event), await eventOf(world.ctx, two.event)];
      expect(rows.filter((row) => row.joined_into !== null)).toHaveLength(1);
    }
  });

  test('a neighbour is shown neither similar events nor what to join', async () => {
    // Only the newest are shown, and all before were reported in this very moment.
    world.clock.advance(1000);
    const [one, two] = [await reported(as('lou')), await reported(as('lou'))];
    const event = await eventOf(world.ctx, one.event);
    expect((await similar(as('zhou'), one.event, 300)).map((each) => each.id)).toContain(two.event);
    expect((await suggestJoins(as('zhou'), event)).map((each) => each.event)).toContain(two.event);
    expect(await similar(stranger(), one.event, 300)).toEqual([]);
    expect(await suggestJoins(stranger(), event)).toEqual([]);
  });

  test('what changes is hinted to the units concerned and to no others', async () => {
    const { event } = await reported(as('lou'));
    await sign(as('zhou'), event);
    await world.drain();
    const found = await sql<{ payload: { hint: { paths: string[] } } }>`
      select payload from outbox_events where name = 'hub.event_changed'
      order by id desc limit 1`.execute(world.ctx.db);
    const paths = found.rows[0]?.payload.hint.paths ?? [];
    const told = ({ actor }: Ctx): boolean => paths.some((path) => seesUnit(actor, path));
    expect([as('zhou'), as('lou'), stranger()].map(told)).toEqual([true, true, false]);
  });
});
