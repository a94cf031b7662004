/** What the hub tells nobody who may not know: other people's reports, other units' events. */
import { writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capabilities } from '#app';
import { takeReport } from '#hub';
import { deliver } from '#ingest';
import { seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { applyPacks, declaredBy } from '#kernel/packs';
import { loadActor } from '#organisation';
import { actor, type TestWorld, testWorld } from '#testing';
import { dispatch } from './actions/dispatch.ts';
import { eventOf, findReports, followed, rate, sign, similar } from './actions/events.ts';
import { join, suggestJoins } from './actions/join.ts';
import type { Report, ReportInput } from './model.ts';

const pack = new URL('../../../packs/district', import.meta.url).pathname;
const village = '330109/330109004/330109004223';
const neighbour = '330109/330109004/330109004224';

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
  world = await testWorld({ capabilities, settings: { demo: true } });
  await applyPacks(world.ctx, { packs: [pack], ...declaredBy(capabilities) });
  await world.drain();
  const path = world.ctx.lake.stage('addresses.csv');
  await writeFile(
    path,
    `addr_code,full_name,town_code,village_code,grid_code,road,number,compound,building,lon,lat
3301090042230000001,萧山区新塘街道霞江村霞江路126号,330109004,330109004223,330109004223003,霞江路,126,,,120.29,30.17`,
  );
  await deliver(world.ctx, { dataset: 'addresses', files: [{ name: 'addresses.csv', path }] });
  await world.drain();
  for (const name of ['zhou', 'lou', 'wang']) {
    const found = await loadActor(world.ctx, name);
    if (found) people.set(name, world.as(found));
  }
  expect(people.size).toBe(3);
}, 120_000);

afterAll(() => world?.close());

const said = (over: Partial<ReportInput> = {}): ReportInput => ({
  channel: 'group',
  text: '路边井盖塌了半边',
  address: '霞江路126号',
  ...over,
});

async function reported(by: Ctx, over: Partial<ReportInput> = {}): Promise<Report> {
  const taken = await takeReport(by, said(over), 'form');
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

async function refused(code: string, doing: () => Promise<unknown>): Promise<void> {
  const before = await written();
  const error = await doing().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error instanceof GuantongError ? error.code : error).toBe(code);
  expect(await written()).toEqual(before);
}

describe('a report is its reporter’s', () => {
  test('a namesake neither follows nor rates it, and it is rated only after the answer', async () => {
    const own = await reported(as('wang'));
    await refused('hub.not_reporter', () => rate(namesake(), own.id, 1));
    await refused('hub.not_answered', () => rate(as('wang'), own.id, 1));
    expect(await followed(namesake())).toEqual([]);
    expect((await followed(as('wang'))).map((one) => one.report.id)).toContain(own.id);
  });

  test('nobody reports in the name of another', async () => {
    const name = as('wang').actor.name;
    const forged = await reported(namesake(), { reporterName: name });
    expect((await followed(as('wang'))).map((one) => one.report.id)).not.toContain(forged.id);
  });

  test('written down by who works in the village it is the resident’s of that name', async () => {
    const name = as('wang').actor.name;
    const told = await reported(as('lou'), { reporterName: name });
    const other = await reported(stranger(), { reporterName: name });
    const mine = (await followed(as('wang'))).map((one) => one.report.id);
    expect(mine).toContain(told.id);
    expect(mine).not.toContain(other.id);
  });

  test('a number guessed gives nothing away; who handed it in gets it again', async () => {
    const first = await reported(as('lou'), { ref: 'QT-guess', text: '隔壁老李家的事' });
    for (const guesser of [namesake(), stranger()]) {
      await refused('hub.report_twice', () => reported(guesser, { ref: 'QT-guess' }));
    }
    expect((await reported(as('lou'), { ref: 'QT-guess' })).id).toBe(first.id);
  });
});

describe('an event is for those who see its case', () => {
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

  test('a neighbour is shown neither similar events nor what to join', async () => {
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
