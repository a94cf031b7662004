/** New versions of a case type, the cases that run, and the figures of a type. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { act, type Case, caseDetail, cases, getCase, openCase, rebuild } from '#cases';
import { notices } from '#notices';
import { organisation } from '#organisation';
import {
  actor,
  applyFiles,
  pothole,
  potholeFiles,
  potholePermissions,
  potholeSeats,
  refusal,
  type TestWorld,
  testWorld,
} from '#testing';
import { previewType, typeDetail, typeFigures, typeList } from './actions/index.ts';
import { type CaseType, caseType } from './model.ts';
import { timelineOf } from './store.ts';

const files = potholeFiles();

const capabilities = [organisation, notices, cases];
const at = Object.fromEntries(
  Object.entries(potholeSeats).map(([name, [role, path]]) => [
    name,
    actor(role, path, potholePermissions),
  ]),
) as Record<keyof typeof potholeSeats, ReturnType<typeof actor>>;

let world: TestWorld;
/** Began on the first version. */
let begun: Case;

const open = (): Promise<Case> =>
  openCase(world.ctx, { type: 'pothole', title: '霞江路坑洞', unit: '330109004223' });
const sign = (one: Case): Promise<Case> =>
  act(world.as(at.seat), { case: one.id, action: 'sign', data: { owner: '330109-water' } });

const apply = async (type: string): Promise<void> => {
  await applyFiles(world.ctx, capabilities, { ...files, 'cases/pothole.yaml': type });
  await world.drain();
};

/** The step `work` is called `repairing` and its task `mend` now; guarding is gone. */
const renamed = (revision: string): string =>
  pothole
    .replaceAll('to: work', 'to: repairing')
    .replace('next: work', 'next: repairing')
    .replace('\n  work:\n', '\n  repairing:\n')
    .replace('      repair:\n        title', '      mend:\n        title')
    .replaceAll('cancels: [repair]', 'cancels: [mend]')
    .replaceAll('opens: [repair]', 'opens: [mend]')
    .replace('not_by: [repair]', 'not_by: [mend]')
    .replace('limit: {value: 4, unit: hours}', 'limit: {value: 2, unit: hours}')
    .concat(revision);

const moving = `revision:
  says: {zh: 处置改称抢修，时限两小时, en: Work is called repair; two hours}
  running: move
  steps: {work: repairing}
  tasks: {repair: mend}
`;

const parsed = (yaml: string): CaseType => caseType.parse(parse(yaml));

beforeAll(async () => {
  world = await testWorld({ capabilities });
});
afterAll(() => world.close());

describe('a new version that cannot be, or moves nobody', () => {
  test('faults of the file: a step, a task that is not there; a map that says nothing', async () => {
    await apply(pothole);
    const broken = `revision:
  says: {zh: 试, en: test}
  running: finish
  steps: {work: nowhere}
  tasks: {repair: nobody}
`;
    const made = { ...files, 'cases/pothole.yaml': renamed(broken) };
    const error = await refusal(applyFiles(world.ctx, capabilities, made));
    expect(error.faults.map((fault) => fault.code).sort()).toEqual([
      'cases.name_unknown',
      'cases.revision_idle',
      'cases.step_unknown',
    ]);
  });

  test('a step without a place: refused, nothing written, every case as it was', async () => {
    const one = await sign(await open());
    const before = await typeDetail(world.ctx, 'pothole');
    const homeless = moving.replace('  steps: {work: repairing}\n', '');
    const preview = await previewType(world.ctx, 'pothole', parsed(renamed(homeless)));
    expect(preview.moves).toContainEqual({ version: 1, step: 'work', open: 1, to: null });
    const made = { ...files, 'cases/pothole.yaml': renamed(homeless) };
    const error = await refusal(applyFiles(world.ctx, capabilities, made));
    expect(error.code).toBe('cases.cases_homeless');
    expect(error.faults.map((fault) => fault.item)).toEqual(['revision.steps.work']);
    expect(await typeDetail(world.ctx, 'pothole')).toEqual(before);
    expect((await getCase(world.ctx, one.id)).version).toBe(one.version);
  });

  test('without a word they finish on theirs', async () => {
    begun = await sign(await open());
    await apply(renamed(''));
    expect((await getCase(world.ctx, begun.id)).step).toBe('work');
    const detail = await typeDetail(world.ctx, 'pothole');
    expect(detail.versions[0]).toMatchObject({ version: 2, running: 'finish', open: 0 });
    expect(detail.versions[0]?.changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ what: 'step', how: 'added', at: 'repairing' }),
        expect.objectContaining({ what: 'step', how: 'removed', at: 'work' }),
        expect.objectContaining({ what: 'clock', how: 'added', at: 'repairing.mend.repair' }),
      ]),
    );
  });
});

describe('a new version and the cases that run', () => {
  test('told to move, they go where the map says and what was promised stays', async () => {
    const waiting = await open();
    const working = begun;
    await act(world.as(at.water), { case: working.id, action: 'ask', data: { more: 1 } });
    const due = (await caseDetail(world.ctx, working.id)).clocks.find((c) => c.name === 'repair');
    const next = renamed(moving).replace('title: {zh: 坑洞', 'title: {zh: 坑洼');
    const preview = await previewType(world.ctx, 'pothole', parsed(next));
    expect(preview.running).toBe('move');
    const places = new Set(preview.moves.map((move) => `${move.step} ${move.to}`));
    expect(places).toEqual(new Set(['sign sign', 'work repairing']));
    const foretold = preview.moves.reduce((sum, move) => sum + move.open, 0);
    await apply(next);

    const versions = (await typeDetail(world.ctx, 'pothole')).versions;
    expect(versions[0]).toMatchObject({ version: 3, open: foretold });
    const detail = await caseDetail(world.ctx, working.id);
    expect(detail.step).toBe('repairing');
    const openNow = detail.tasks.filter((task) => task.state === 'open').map((task) => task.name);
    expect(openNow.sort()).toEqual(['decide', 'mend']);
    const clock = detail.clocks.find((c) => c.name === 'repair' && c.state === 'running');
    expect(clock?.dueAt).toBe(due?.dueAt);
    expect(detail.timeline[0]?.text.zh).toContain('处置改称抢修');
    // What happened before keeps the words of its time.
    expect(detail.timeline.map((entry) => entry.text.zh)).toContain('进入“处置”');
    await act(world.as(at.seat), { case: working.id, action: 'extend' });
    await act(world.as(at.water), { case: working.id, action: 'back', reason: '不是' });
    expect((await sign(waiting)).step).toBe('repairing');
    for (const { id } of [waiting, working]) {
      const stored = await sql<{ state: unknown }>`select state from case_file
        where id = ${id}`.execute(world.ctx.db);
      expect(rebuild(await timelineOf(world.ctx, Number(id)))).toEqual(stored.rows[0]?.state);
    }
  });

  test('another seat for a task: it goes there; a new task is opened, one that is gone taken back', async () => {
    const one = await sign(await open());
    const next = renamed(`revision:
  says: {zh: 改由镇街处置, en: The town repairs}
  running: move
  tasks: {}
`)
      .replace('role: crew\n        unit: owner', 'role: crew\n        unit: "330109-telecom"')
      .replace('        if: town\n', '')
      .replace('unit: town\n', 'unit: "330109004"\n');
    await apply(next);
    const detail = await caseDetail(world.ctx, one.id);
    const seats = detail.tasks.filter((t) => t.state === 'open').map((t) => [t.name, t.unit]);
    expect(seats).toEqual([
      ['mend', '330109-telecom'],
      ['guard', '330109004'],
    ]);
  });

  test('three hundred cases follow, some at a time; nobody is moved twice', async () => {
    for (let n = 0; n < 230; n += 1) await open();
    const next = renamed(moving).replace('title: {zh: 坑洞', 'title: {zh: 路面坑洞');
    await apply(next);
    const [newest, ...older] = (await typeDetail(world.ctx, 'pothole')).versions;
    expect(newest?.open).toBeGreaterThanOrEqual(230);
    // A guard goes back to the town, and these cases know none: they stay, and hold up nobody.
    const stuck = await sql<{ n: number }>`select count(distinct case_id)::int as n from case_task
      where open and name = 'guard'`.execute(world.ctx.db);
    expect(stuck.rows[0]?.n).toBeGreaterThan(0);
    expect(older.reduce((sum, version) => sum + version.open, 0)).toBe(stuck.rows[0]?.n);
    const twice = await sql`select case_id from case_timeline
      where fact ->> 'kind' = 'type_changed'
      group by case_id, fact ->> 'typeVersion' having count(*) > 1`.execute(world.ctx.db);
    expect(twice.rows).toEqual([]);
  }, 300_000);
});

describe('where cases pile up', () => {
  test('figures are those of the timeline, for whoever sees the cases', async () => {
    world.clock.advance(400 * 86_400_000);
    await apply(renamed(moving).replace('title: {zh: 坑洞', 'title: {zh: 坑'));
    const before = await typeFigures(world.ctx, 'pothole', {});
    expect(before.steps.map((one) => one.left)).toEqual(before.steps.map(() => 0));
    const stood = before.steps.find((one) => one.step === 'sign')?.open ?? 0;
    const hours = [1, 2, 3, 4, 10];
    for (const each of hours) {
      const one = await open();
      world.clock.advance(each * 3_600_000);
      await sign(one);
    }
    world.clock.advance(1000);
    const now = await typeFigures(world.as(at.seat), 'pothole', { by: 'slot:owner' });
    const signing = now.steps.find((one) => one.step === 'sign');
    // By hand: the middle of 1, 2, 3, 4, 10 h, and nine tenths of the way: 4 h + 0.6 x 6 h.
    expect(signing).toMatchObject({ open: stood, left: 5, medianStay: 3 * 3600 });
    expect(signing?.p90Stay).toBeCloseTo(7.6 * 3600, 3);
    const water = now.groups.find((one) => one.key === '330109-water');
    expect(water).toMatchObject({ title: '排水公司', opened: 5, closed: 0 });
    const elsewhere = await typeFigures(world.as(at.otherTown), 'pothole', {});
    expect(elsewhere.steps.every((one) => one.open === 0 && one.left === 0)).toBe(true);
    expect(elsewhere.groups).toEqual([]);
    const list = await typeList(world.as(at.otherTown));
    expect(list.find((one) => one.name === 'pothole')?.open).toBe(0);
    expect((await refusal(typeFigures(world.ctx, 'nothing', {}))).code).toBe('cases.type_unknown');
  }, 300_000);
});
