/**
 * The story through the API: seven stops, each person in his own session, by the clock of the
 * script. Every moment is played twice, as by a process that died before it noted what it had done,
 * in turns before and after what follows from it: all that is asserted holds as if it were one.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { capabilities } from '#app';
import type { Place } from '#entities/model';
import { values } from '#indicators';
import {
  demoPassword,
  type People,
  people,
  Refused,
  type StoryFacts,
  type StorySite,
  storyScript,
} from '#sample';
import { type TestWorld, testWorld } from '#testing';
import { type CaseAnswer, type EventAnswer, factOf, smallDistrict } from './stage.ts';

let world: TestWorld;
let site: StorySite;
let cast: People;
let facts: StoryFacts = {};

const day = '20261120';
const at = (time: string): Date => new Date(`2026-11-20T${time}+08:00`);

const play = async (stop: number): Promise<void> => {
  for (const [nth, moment] of storyScript.filter((one) => one.stop === stop).entries()) {
    world.clock.set(at(moment.at));
    const stage = { people: cast, site, facts, now: () => world.clock.now(), day, serial: '7001' };
    const learned = await moment.run(stage);
    if (nth % 2 === 1) await world.drain();
    expect(await moment.run(stage)).toEqual(learned);
    await world.drain();
    facts = { ...facts, ...learned };
  }
};

const caseOf = (login: string, name: string): Promise<CaseAnswer> =>
  cast.get<CaseAnswer>(login, `/api/cases/${factOf(facts, name)}`);
const eventOf = async (login: string, name: string): Promise<EventAnswer['event']> =>
  (await cast.get<EventAnswer>(login, `/api/hub/events/${factOf(facts, name)}`)).event;

const numberNow = async (indicator: string, unit: string): Promise<number | null> =>
  (await values(world.ctx, { indicators: [indicator], unit }))[0]?.value ?? null;

/** A machine that does other things too. */
vi.setConfig({ testTimeout: 300_000 });

beforeAll(async () => {
  world = await testWorld({
    capabilities,
    clock: at('07:40:00'),
    settings: { demo: true },
  });
  site = await smallDistrict(world.ctx, world.drain);
  cast = people(async ({ method, url, headers, payload }) => {
    const answer = await world.app.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  }, demoPassword);
}, 900_000);

afterAll(() => world?.close());

const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing was refused',
    (thrown) => (thrown instanceof Refused ? thrown.code : String(thrown)),
  );

describe('新塘一只井盖', () => {
  test('1: a line in a chat is a report; its address finds the grid; signed in 22 seconds', async () => {
    await play(1);
    const event = await eventOf('zhou', 'groupEvent');
    expect(event.reports).toHaveLength(1);
    expect(event.reports[0]).toMatchObject({ channel: 'group', signSeconds: 22 });
    const detail = await cast.get<{ event: { place: Place } }>(
      'zhou',
      `/api/hub/events/${factOf(facts, 'groupEvent')}`,
    );
    expect(detail.event.place).toMatchObject({ grid: site.grid, level: 'number', confident: true });
  });

  test('1: who has no seat cannot sign, and the reporter was answered at once', async () => {
    const url = `/api/hub/events/${factOf(facts, 'groupEvent')}/sign`;
    expect(await refusal(cast.post('shen', url, {}))).toBe('auth.not_allowed');
    expect(await refusal(cast.post('wang', url, {}))).toBe('auth.not_allowed');
  });

  test('2: three channels become one event, and the file again brings no second report', async () => {
    await play(2);
    const event = await eventOf('zhou', 'groupEvent');
    expect(event.reports.map((report) => report.channel).sort()).toEqual(['110', '12345', 'group']);
    expect(event.reports.every((report) => (report.signSeconds ?? 99) <= 30)).toBe(true);
    for (const other of ['orderEvent', 'policeEvent']) {
      expect(await caseOf('zhou', other)).toMatchObject({ step: 'joined', outcome: 'joined' });
    }
  });

  test('3: owner first, then territory, with the row of the register it rests on', async () => {
    await play(3);
    const event = await eventOf('zhou', 'groupEvent');
    expect(event.dispatch?.reason.zh).toBe('部件：先属主，后属地');
    expect(event.component).toMatchObject({ id: site.component, owner: site.registered.code });
    expect(event.component?.snapshot).toBeGreaterThan(0);
    expect(event.host).toBe(site.registered.code);
    expect((await caseOf('zhou', 'groupEvent')).step).toBe('handling');
    expect(await numberNow('open_events', site.grid.slice(0, 12))).toBe(1);
  });

  test('4: guarded by the grid worker, redirected by the plate, repaired with a photo', async () => {
    const url = `/api/cases/${factOf(facts, 'groupEvent')}/act`;
    const assign = { action: 'assign', data: { grid: site.grid } };
    expect(await refusal(cast.post('room_louta', url, assign))).not.toBe('nothing was refused');
    await play(4);
    expect((await eventOf('zhou', 'groupEvent')).host).toBe(site.real.code);
    expect((await caseOf('zhou', 'groupEvent')).step).toBe('verify');
  });
});

describe('and what comes of it', () => {
  test('5: verified by another, three answered, one rated', async () => {
    const url = `/api/cases/${factOf(facts, 'groupEvent')}/act`;
    expect(await refusal(cast.post('shen', url, { action: 'pass' }))).not.toBe(
      'nothing was refused',
    );
    await play(5);
    const event = await eventOf('zhou', 'groupEvent');
    expect(event.reports.every((report) => report.answeredAt !== null)).toBe(true);
    expect(event.reports.filter((report) => report.rating === 5)).toHaveLength(1);
    expect((await caseOf('zhou', 'groupEvent')).outcome).toBe('done');
    expect(await numberNow('component_owner_right', '330109')).toBeLessThan(100);
  });

  test('6: the rule opens a correction at the owner of the register; the mended file closes it', async () => {
    await play(6);
    const correction = await caseOf('sun', 'correction');
    expect(correction.closedAt).not.toBeNull();
    expect(correction.timeline.some((entry) => entry.action === 'recheck_passed')).toBe(true);
    const url = `/api/gate/rows/components/${site.component}`;
    const held = await cast.get<{ row: { owner_code: string } }>('sun', url);
    expect(held.row.owner_code).toBe(site.real.code);
  });

  test('7: village, town and district moved, and a click shows this very cover', async () => {
    await play(7);
    expect(await numberNow('open_events', site.grid.slice(0, 12))).toBe(0);
    expect(await numberNow('handled_on_time', site.town)).toBe(100);
    expect(await numberNow('component_owner_right', '330109')).toBe(100);
    const rows = await cast.get<{ columns: { name: string }[]; rows: unknown[][] }>(
      'zhang',
      `/api/indicators/component_owner_right/rows?unit=${site.town}`,
    );
    expect(rows.rows.flat()).toContain(site.component);
  });

  test('no clock of the event ran out, and the audit stands whole', async () => {
    const { clocks } = await caseOf('zhou', 'groupEvent');
    expect(clocks.filter((clock) => clock.expired)).toEqual([]);
    const verdict = await cast.post<{ whole: boolean }>('ding', '/api/audit/verify', {});
    expect(verdict.whole).toBe(true);
  });
});
