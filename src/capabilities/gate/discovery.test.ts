/** Discovery over datasets: who may, what is proposed, what a confirmation changes, and drift. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cases } from '#cases';
import { catalogue, getDataset } from '#catalogue';
import {
  cancelDiscovery,
  decideGrades,
  gate,
  gradesOverview,
  listGrades,
  startDiscovery,
  submitGrades,
} from '#gate';
import type { Actor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { declaredBy, exportPack, setDeclared } from '#kernel/packs';
import { organisation } from '#organisation';
import { signalList, signals } from '#signals';
import { actor, applyFiles, refusal, type TestWorld, testWorld } from '#testing';
import { discoveryRuns, gradeSteps } from './actions/discovery/index.ts';

const capabilities = [organisation, cases, signals, catalogue, gate];

const units = `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109-zhzf,区综合执法局,,,department,330109,,,,试
`;

const matters = `# 注释要留下
title: {zh: 来电记录, en: Calls}
description: {zh: 来电, en: Calls}
owner: 330109-zhzf
theme: 试
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: merge
key: [id]
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L1, required: true}
  caller: {title: {zh: 来电人, en: Caller}, type: text, grade: L1}
  number: {title: {zh: 联系电话, en: Number}, type: text, grade: L1}
  words: {title: {zh: 高频词, en: Words}, type: text, grade: L1}
  remark: {title: {zh: 备注, en: Remark}, type: text, semantic: free_text, grade: L2}
`;

const district = '330109';
const officer = actor('source_officer', `${district}/330109-zhzf`, ['gate.read']);
const proposer = actor('data_admin', district, ['gate.grades', 'gate.discover', 'signals.read']);
const confirmer = actor('security_admin', district, ['gate.grades', 'gate.confirm_grades']);
const both = actor('both', district, ['gate.grades', 'gate.discover', 'gate.confirm_grades']);

const insideRole = `title: {zh: 甲, en: A}
description: {zh: 甲, en: A}
levels: [district]
permissions: [gate.grades, gate.discover]
`;
const rights = ['gate.grades', 'gate.discover', 'gate.confirm_grades', 'signals.read'];
const insider = actor('insider', district, rights);
const second = actor('insider', district, rights);
/** Sealed, of a compartment the proposer and the confirmer are not in. */
const leads = `${matters
  .slice(0, matters.indexOf('items:'))
  .replace('来电记录, en: Calls', '线索台账, en: Leads')}sealed_for: [insider]
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L1, required: true}
  told: {title: {zh: 举报人, en: Told by}, type: text, grade: L1}
  remark: {title: {zh: 备注, en: Remark}, type: text, semantic: free_text, grade: L2}
`;

let world: TestWorld;

const names = [
  '沈月琴',
  '马国强',
  '汪晓东',
  '金玉兰',
  '倪文斌',
  '章海军',
  '俞小红',
  '方志明',
  '谢丽娟',
  '许建华',
];
const ordinary = ['方便', '高兴', '常规', '平安', '应急', '全面', '温馨', '严格', '明确', '时限'];

/** Lands rows of the calls; remarks by row, harmless when absent. */
async function land(from: number, to: number, remark: (row: number) => string): Promise<void> {
  const rows = Array.from({ length: to - from }, (_, at) => {
    const n = from + at;
    const values = [
      `c${n}`,
      names[n % names.length] ?? '',
      `138${String(10_000_000 + n * 37)}`,
      ordinary[n % ordinary.length] ?? '',
      remark(n),
    ];
    return `(${values.map((value) => `'${value}'`).join(', ')})`;
  });
  await world.ctx.lake.commit(world.ctx, {
    dataset: 'calls',
    sql: `select * from (values ${rows.join(', ')}) as t(id, caller, number, words, remark)`,
    batch: `b${from}-${to}`,
  });
  await world.drain();
}

const told = (row: number): string => `137${String(20_000_000 + row * 53)}`;

async function landLeads(from: number, to: number, remark: (row: number) => string): Promise<void> {
  const rows = Array.from({ length: to - from }, (_, at) => from + at);
  const values = rows.map((n) => `('l${n}', '${told(n)}', '${remark(n)}')`);
  await world.ctx.lake.commit(world.ctx, {
    dataset: 'leads',
    sql: `select * from (values ${values.join(', ')}) as t(id, told, remark)`,
    batch: `l${from}-${to}`,
  });
  await world.drain();
}

beforeAll(async () => {
  setDeclared(declaredBy(capabilities));
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, {
    'units/units.csv': units,
    'datasets/calls.yaml': matters,
    'roles/insider.yaml': insideRole,
    'datasets/leads.yaml': leads,
  });
  const text = (name: string) => ({ name, type: 'VARCHAR' });
  await world.ctx.lake.define(world.ctx, {
    dataset: 'calls',
    columns: ['id', 'caller', 'number', 'words', 'remark'].map(text),
    mode: 'merge',
    key: ['id'],
  });
  await world.ctx.lake.define(world.ctx, {
    dataset: 'leads',
    columns: ['id', 'told', 'remark'].map(text),
    mode: 'merge',
    key: ['id'],
  });
  await landLeads(0, 40, () => '已登记');
  await land(0, 60, (row) => `第${row}次来电，诉求已转办，请按时答复`);
}, 60_000);
afterAll(() => world.close());

const as = (who: Actor): Ctx => world.as(who);
const items = async (filter = {}) => (await listGrades(as(confirmer), filter)).items;
const itemOf = async (name: string) => (await items()).find(({ item }) => item === name);

describe('who may', () => {
  test('nobody without the permission looks, puts forward or decides; nothing is written', async () => {
    const one = [{ dataset: 'calls', item: 'number' }];
    for (const attempt of [
      () => startDiscovery(as(officer), { whole: false }),
      () => startDiscovery(as(confirmer), { whole: false }),
      () => submitGrades(as(confirmer), { items: one, reason: '试试' }),
      () => decideGrades(as(proposer), { items: one, verdict: 'confirmed', reason: '试试' }),
      () => listGrades(as(officer), {}),
    ]) {
      expect((await refusal(attempt())).code).toBe('auth.not_allowed');
    }
    expect((await items()).every(({ state }) => state === 'unseen')).toBe(true);
    expect((await getDataset(world.ctx, 'calls')).version).toBe(1);
  });

  test('an unknown dataset and an unknown item are refused with their names', async () => {
    const input = { datasets: ['calls', 'lost'], whole: false };
    const lost = await refusal(startDiscovery(as(proposer), input));
    expect(lost.code).toBe('gate.dataset_not_found');
    const strange = await refusal(
      submitGrades(as(proposer), {
        items: [
          { dataset: 'calls', item: 'no' },
          { dataset: 'calls', item: 'nor' },
        ],
        reason: '试试',
      }),
    );
    expect(strange.faults).toHaveLength(2);
  });
});

describe('from finding to contract', () => {
  test('a run proposes by values, with masked evidence, and leaves ordinary words alone', async () => {
    const run = await startDiscovery(as(proposer), { whole: false });
    expect(run).toMatchObject({ state: 'waiting', datasets: 1 });
    const twice = await refusal(startDiscovery(as(proposer), { whole: false }));
    expect(twice.code).toBe('gate.discovery_running');
    await world.drain();
    expect(await itemOf('number')).toMatchObject({
      state: 'found',
      proposedSemantic: 'mobile',
      proposedGrade: 'L3',
      share: 1,
    });
    expect(await itemOf('caller')).toMatchObject({ proposedSemantic: 'person_name' });
    expect(await itemOf('words')).toMatchObject({ state: 'agrees', grade: 'L1' });
    const shown = JSON.stringify(await items());
    for (const secret of [...names, '13810000037']) expect(shown).not.toContain(secret);
    expect((await refusal(cancelDiscovery(as(proposer), run.id))).code).toBe(
      'gate.discovery_not_running',
    );
  });

  test('lower than declared, not put forward, or one’s own: refused with every fault', async () => {
    const remark = { dataset: 'calls', item: 'remark', grade: 'L1' as const };
    const lower = await refusal(
      submitGrades(as(proposer), { items: [remark], reason: '想低一点' }),
    );
    expect(lower.faults[0]?.code).toBe('gate.grading_lower');
    const one = { dataset: 'calls', item: 'number' };
    const early = await refusal(
      decideGrades(as(confirmer), { items: [one], verdict: 'confirmed', reason: '太早' }),
    );
    expect(early.faults[0]?.code).toBe('gate.grading_not_submitted');
    await submitGrades(as(both), { items: [one], reason: '自己提' });
    const own = await refusal(
      decideGrades(as(both), { items: [one], verdict: 'confirmed', reason: '自己批' }),
    );
    expect(own.faults[0]?.code).toBe('gate.grading_own');
    expect((await getDataset(world.ctx, 'calls')).version).toBe(1);
  });
});

describe('decided', () => {
  test('confirmed in bulk: a new version, the same file exported, comments kept, in the home', async () => {
    const asked = ['number', 'caller'].map((item) => ({ dataset: 'calls', item }));
    await submitGrades(as(proposer), { items: asked, reason: '按识别结果' });
    const done = await decideGrades(as(confirmer), {
      items: asked,
      verdict: 'confirmed',
      reason: '核对过',
    });
    expect(done).toEqual({ items: 2, contracts: ['calls'] });
    const contract = await getDataset(world.ctx, 'calls');
    expect(contract.version).toBe(2);
    const number = contract.items.find(({ name }) => name === 'number');
    expect(number).toMatchObject({ semantic: 'mobile', grade: 'L3' });
    const files = await exportPack(world.ctx, { pack: contract.pack });
    const text = files.find(({ path }) => path === 'datasets/calls.yaml')?.content ?? '';
    expect(text).toContain('# 注释要留下');
    expect(text).toMatch(/number:.*grade: L3.*semantic: mobile/);
    const home = join(world.ctx.settings.home, 'packs', contract.pack, 'datasets/calls.yaml');
    expect(existsSync(home) && readFileSync(home, 'utf8')).toBe(text);
  });

  test('looked at again the confirmed items agree, over all rows too', async () => {
    await startDiscovery(as(proposer), { whole: true });
    await world.drain();
    expect(await itemOf('number')).toMatchObject({ state: 'confirmed', whole: true, share: 1 });
    expect((await items({ state: 'found' })).length).toBe(0);
  });

  test('a refused proposal stays refused until something else is found', async () => {
    const one = { dataset: 'calls', item: 'words', grade: 'L2' as const };
    await submitGrades(as(proposer), { items: [one], reason: '存疑' });
    await decideGrades(as(confirmer), {
      items: [one].map(({ dataset, item }) => ({ dataset, item })),
      verdict: 'refused',
      reason: '只是常用词',
    });
    expect(await itemOf('words')).toMatchObject({ state: 'refused', grade: 'L1' });
    expect((await getDataset(world.ctx, 'calls')).version).toBe(2);
  });
});

describe('drift', () => {
  const open = async () =>
    (await signalList(as(proposer), {})).items.filter(({ state }) => state !== 'closed');

  test('harmless deliveries raise nothing', async () => {
    await land(60, 80, () => '反映井盖破损，流水号20261122141043012，已转办');
    expect(await open()).toHaveLength(0);
  });

  test('telephones in remarks raise one masked signal at the owner; again it is the same', async () => {
    await land(80, 90, (row) => `机主${names[row % 10]}，电话139${10_000_000 + row}`);
    const [signal, ...more] = await open();
    expect(more).toHaveLength(0);
    expect(signal).toMatchObject({
      subject: { kind: 'item', id: 'calls.remark' },
      owner: '330109-zhzf',
      severity: 'warn',
      count: 1,
    });
    expect(JSON.stringify(signal)).not.toContain('1391000008');
    await land(90, 95, (row) => `电话139${10_000_000 + row}`);
    expect(await open()).toMatchObject([{ id: signal?.id, count: 2 }]);
  });

  test('a clean delivery of other rows leaves it, one that mends the rows closes it', async () => {
    await land(95, 99, () => '已办结');
    expect(await open()).toHaveLength(1);
    await land(80, 95, () => '已删去号码');
    expect(await open()).toHaveLength(0);
  });
});

describe('what is sealed is looked at, and exists for its compartment alone', () => {
  const roads: Record<string, (ctx: Ctx, dataset: string) => Promise<unknown>> = {
    start: (ctx, dataset) => startDiscovery(ctx, { datasets: [dataset], whole: false }),
    submit: (ctx, dataset) =>
      submitGrades(ctx, { items: [{ dataset, item: 'told' }], reason: '试试' }),
    decide: (ctx, dataset) =>
      decideGrades(ctx, {
        items: [{ dataset, item: 'told' }],
        verdict: 'confirmed',
        reason: '试试',
      }),
    steps: (ctx, dataset) => gradeSteps(ctx, { dataset, item: 'told' }),
  };
  const inside = async () => (await listGrades(as(insider), { dataset: 'leads' })).items;
  const insideRuns = async () =>
    (await discoveryRuns(as(insider))).filter(({ compartment }) => compartment === 'leads');

  test.each(Object.entries(roads))(
    '%s: refused to others as what is not there',
    async (_, road) => {
      const said = async (dataset: string): Promise<string> => {
        const shape = (await refusal(road(as(both), dataset))).toShape();
        return JSON.stringify(shape).replaceAll(dataset, '?');
      };
      expect(await said('leads')).toBe(await said('nothing'));
      expect((await inside()).some(({ state }) => state === 'submitted')).toBe(false);
      expect((await getDataset(world.ctx, 'leads')).version).toBe(1);
    },
  );

  test('its run cannot be stopped by others; no list, count or progress tells of it', async () => {
    await startDiscovery(as(proposer), { whole: false });
    const run = (await insideRuns()).find(({ state }) => state === 'waiting');
    expect(run).toMatchObject({ datasets: 1 });
    const stop = (id: string) => refusal(cancelDiscovery(as(both), id));
    const other = '00000000-0000-4000-8000-000000000000';
    expect((await stop(run?.id ?? '')).toShape()).toEqual((await stop(other)).toShape());
    await world.drain();
    const runs = await discoveryRuns(as(both));
    expect(runs.every(({ datasets, compartment }) => datasets === 1 && compartment === null)).toBe(
      true,
    );
    const shown = [await listGrades(as(both), {}), await gradesOverview(as(both)), runs];
    expect(JSON.stringify(shown)).not.toMatch(/leads|线索|举报人/);
    const events = await sql<{ run: string }>`
      select payload->>'run' as run from outbox_events where name = 'gate.discovery_done'`.execute(
      world.ctx.db,
    );
    const published = events.rows.map((event) => event.run);
    expect(published).toContain(runs[0]?.id);
    expect(published).not.toContain(run?.id);
  });

  test('its own see proposals with counts and masked forms, decided by two of them', async () => {
    const found = (await inside()).find(({ item }) => item === 'told');
    expect(found).toMatchObject({
      state: 'found',
      proposedSemantic: 'mobile',
      proposedGrade: 'L3',
      values: 40,
      share: 1,
    });
    const shown = JSON.stringify(await inside());
    for (let row = 0; row < 40; row += 1) expect(shown).not.toContain(told(row));
    const items = [{ dataset: 'leads', item: 'told' }];
    await submitGrades(as(insider), { items, reason: '按识别结果' });
    const done = await decideGrades(as(second), { items, verdict: 'confirmed', reason: '核对过' });
    expect(done).toEqual({ items: 1, contracts: ['leads'] });
  });

  test('what a delivery brings is marked for them and raises no signal', async () => {
    await landLeads(40, 50, (row) => `电话139${10_000_000 + row}`);
    const remark = (await inside()).find(({ item }) => item === 'remark');
    expect(remark).toMatchObject({ drifting: true });
    expect(JSON.stringify(await signalList(as(insider), {}))).not.toContain('leads');
  });
});
