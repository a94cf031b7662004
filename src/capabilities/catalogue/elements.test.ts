/** Elements, codes of resources, the three lists, lateness, history: refusals first. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue, dueDay, getDataset, lateness, noteDelivered } from '#catalogue';
import { loadSettings } from '#kernel/config';
import { GuantongError } from '#kernel/errors';
import { applyPermission } from '#kernel/packs';
import { organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';
import {
  catalogueHistory,
  catalogueLists,
  catalogueSheet,
  datasetHistory,
  elementsOf,
} from './actions/index.ts';
import { usccHolds } from './kind/lists.ts';

const capabilities = [organisation, catalogue];
let world: TestWorld;

const base = `description: {zh: 说明, en: Said}
owner: 330109-mz
theme: 社会救助
layer: standard
open: {type: none, clause: 测试条款}
cycle: daily
mode: full
`;
const items = `items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L2}
  paid: {title: {zh: 金额, en: Paid}, type: "decimal(10,2)", grade: L2}
`;
const shared = 'share: {type: conditional, condition: 履职, mode: [api]}\n';
const dataset = (title: string, more = '', share = shared, held = items): string =>
  `title: {zh: ${title}, en: T}\n${base}${share}${more}${held}`;

const files = (): Record<string, string> => ({
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,测试
330109-mz,区民政局,,,department,330109,,,,测试
330109-cl,区残联,,,department,330109,,,,测试
`,
  'codes/resource_classes.yaml': `title: {zh: 分类, en: Classes}
source: 测试
codes:
  '3': {zh: 部门, en: Department}
  '307': {zh: 民政, en: Civil affairs}
  '307014': {zh: 社会救助, en: Aid}
  '307015': {zh: 养老, en: Elders}
`,
  'providers/all.csv':
    'unit,uscc,kind,contact_zh,contact_en,source\n330109-mz,11330109MB0000001U,government,数据专员,Data officer,测试\n',
  'people/all.yaml': 'people: {sun: {name: 孙小梅, unit: 330109-mz, roles: []}}\n',
  'datasets/aid.yaml': dataset('低保', 'catalogue: {class: "307014", format: database}\n'),
  'datasets/homes.yaml': dataset('养老', 'catalogue: {class: "307015", format: file}\n'),
  'datasets/secret.yaml': dataset('线索', '', 'share: {type: none, clause: 某法第三条}\n'),
});

const refusedWith = async (changed: Record<string, string>): Promise<string[]> => {
  const before = await getDataset(world.ctx, 'aid');
  const error = await applyFiles(world.ctx, capabilities, { ...files(), ...changed }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GuantongError);
  expect(await getDataset(world.ctx, 'aid')).toEqual(before);
  return error instanceof GuantongError ? error.faults.map(({ code }) => code) : [];
};

beforeAll(async () => {
  world = await testWorld({ capabilities, clock: '2026-11-20T02:00:00Z' });
  await applyFiles(world.ctx, capabilities, files());
});
afterAll(() => world.close());

describe('refusals', () => {
  test('a class that the table does not have, a code of another class, twice the same', async () => {
    const bad = (said: string) => ({ 'datasets/homes.yaml': dataset('养老', said) });
    expect(await refusedWith(bad('catalogue: {class: "307099", format: file}\n'))).toEqual([
      'catalogue.unknown_code',
    ]);
    const other = 'catalogue: {class: "307015", code: 307014/000009, format: file}\n';
    expect(await refusedWith(bad(other))).toEqual(['catalogue.code_of_other_class']);
    const taken = 'catalogue: {class: "307014", code: 307014/000001, format: file}\n';
    await expect(
      applyFiles(world.ctx, capabilities, { ...files(), ...bad(taken) }),
    ).rejects.toThrow(/catalogue\.code_twice/);
    expect(await refusedWith(bad('catalogue: {class: "407014", format: file}\n'))).toHaveLength(1);
  });

  test('a refusal without its clause, an item wider than its resource', async () => {
    const bare = 'share: {type: none}\n';
    const none = { 'datasets/secret.yaml': dataset('线索', '', bare) };
    expect(await refusedWith(none)).not.toEqual([]);
    const wider = items.replace(
      'grade: L2}',
      'grade: L2, share: {type: conditional, condition: x}}',
    );
    const item = { 'datasets/aid.yaml': dataset('低保', '', shared, wider) };
    expect(await refusedWith(item)).toEqual(['catalogue.item_not_less']);
  });

  test('a form that cannot hold its type', async () => {
    const bad = items.replace('grade: L2}\n', 'grade: L2, element: {format: "n..12,2"}}\n');
    expect(await refusedWith({ 'datasets/aid.yaml': dataset('低保', '', shared, bad) })).toEqual([
      'catalogue.bad_notation',
    ]);
  });

  test('all faults of a list at once: what is not refused, who does not own, a wrong code', async () => {
    const codes = await refusedWith({
      'negatives/a.csv': `dataset,item,reason,clause,approver,approved_on,review_on
aid,,x,y,区数据局,2026-01-01,2027-01-01
secret,none,x,y,区数据局,2026-02-01,2026-01-01
`,
      'duties/a.csv':
        'id,unit,title,dataset,deadline,quality,role,basis\nZR-1,330109-cl,x,aid,,,数据专员,y\n',
      'providers/all.csv':
        'unit,uscc,kind,contact_zh,contact_en,source\n330109-mz,11330109MB0000001V,government,,,x\n',
    });
    expect(codes.toSorted()).toEqual([
      'catalogue.bad_uscc',
      'catalogue.duty_of_other',
      'catalogue.not_refused',
      'catalogue.review_before',
      'catalogue.unknown_item',
    ]);
  });
});

describe('codes of resources', () => {
  test('the platform gives the next of the class, and keeps it through changes', async () => {
    expect((await getDataset(world.ctx, 'aid')).code).toBe('307014/000001');
    await applyFiles(world.ctx, capabilities, {
      ...files(),
      'datasets/aid.yaml': dataset('低保家庭', 'catalogue: {class: "307014", format: database}\n'),
      'datasets/more.yaml': dataset('低边', 'catalogue: {class: "307014", format: database}\n'),
    });
    expect((await getDataset(world.ctx, 'aid')).code).toBe('307014/000001');
    expect((await getDataset(world.ctx, 'more')).code).toBe('307014/000002');
  });

  test('a code is never given again after its resource has left', async () => {
    await applyFiles(world.ctx, capabilities, files());
    await applyFiles(world.ctx, capabilities, {
      ...files(),
      'datasets/next.yaml': dataset('临时救助', 'catalogue: {class: "307014", format: database}\n'),
    });
    expect((await getDataset(world.ctx, 'next')).code).toBe('307014/000003');
  });

  // Codes in public use; the wrong ones differ by one sign.
  test.each([
    ['91350100M000100Y43', true],
    ['91110000600037341L', true],
    ['91350100M000100Y44', false],
    ['9135010OM000100Y43', false],
  ])('the check sign of %s: %s', (code, holds) => {
    expect(usccHolds(code)).toBe(holds);
  });
});

describe('elements', () => {
  test('each of the 13 stands with its number; what is missing is said to be', async () => {
    const said = await elementsOf(world.ctx, await getDataset(world.ctx, 'aid'));
    const numbers = said.resource.map(({ number }) => number).filter(Boolean);
    expect(numbers).toEqual(Array.from({ length: 13 }, (_, at) => String(at + 1)));
    const value = (zh: string) => said.resource.find(({ title }) => title.zh === zh)?.value?.zh;
    expect(value('信息资源分类')).toBe('307014 部门 / 民政 / 社会救助');
    expect(value('提供方代码')).toBe('11330109MB0000001U');
    expect(value('共享属性')).toBe('有条件共享：履职；接口');
    expect(said.missing).toEqual([]);
    const secret = await elementsOf(world.ctx, await getDataset(world.ctx, 'secret'));
    expect(secret.missing.map(({ zh }) => zh)).toEqual([
      '信息资源分类',
      '信息资源代码',
      '信息资源格式',
    ]);
  });

  test('an item counts its basic and extended attributes', async () => {
    const { items: each } = await elementsOf(world.ctx, await getDataset(world.ctx, 'aid'));
    expect(each[0]).toMatchObject({ name: 'id', basic: 4, extended: 1 });
  });
});

describe('lists', () => {
  const officer = actor('source_officer', '330109', ['catalogue.read']);
  const listed = () => ({
    ...files(),
    'negatives/a.csv': `dataset,item,reason,clause,approver,approved_on,review_on
secret,,涉密,某法第三条,区数据局,2026-01-01,2026-12-01
`,
    'duties/a.csv': `id,unit,title,dataset,deadline,quality,role,basis
ZR-1,330109-mz,低保,aid,2026-12-31,,数据专员,年度清单
ZR-2,330109-mz,婚姻,,2026-11-01,,数据专员,年度清单
`,
    'demands/a.csv': `id,applicant,scenario,basis,wanted,dataset,provider,cycle,mode,quality,deadline,state,note
XQ-1,330109-cl,两项补贴,办法,低保名单,aid,330109-mz,daily,api,,2026-11-01,claimed,
`,
  });

  test('each line is held against what stands, and a refusal expires', async () => {
    await applyFiles(world.ctx, capabilities, listed());
    const first = await catalogueLists(world.as(officer));
    expect(first.duties.map(({ id, state }) => [id, state])).toEqual([
      ['ZR-1', 'waiting'],
      ['ZR-2', 'overdue'],
    ]);
    expect(first.demands[0]).toMatchObject({ late: true, resource: { name: 'aid' } });
    expect(first.negatives).toMatchObject([{ state: 'approved', clause: '某法第三条' }]);
    expect(first.overdue.map(({ name, asOf }) => [name, asOf])).toContainEqual(['aid', null]);
    const row = "select 'a' as id, 1.5::decimal(10,2) as paid";
    await world.ctx.lake.commit(world.ctx, { dataset: 'aid', sql: row, batch: 'b1' });
    const kept = await catalogueLists(world.as(officer));
    expect(kept.duties[0]?.state).toBe('kept');
    expect(kept.overdue.map(({ name }) => name)).not.toContain('aid');
    world.clock.set(new Date('2026-12-02T02:00:00Z'));
    const later = await catalogueLists(world.as(officer));
    expect(later.negatives[0]?.state).toBe('expired');
    expect(later.duties[0]?.state).toBe('late');
    expect(later.overdue[0]).toMatchObject({ name: 'aid', due: '2026-11-23', days: 9 });
    // The same data arrives once more: no snapshot is made, and nothing is late.
    await noteDelivered(world.ctx, 'aid');
    const again = await catalogueLists(world.as(officer));
    expect(again.overdue.map(({ name }) => name)).not.toContain('aid');
    expect(again.duties[0]).toMatchObject({ state: 'kept', asOf: '2026-12-02T02:00:00.000Z' });
  });

  test('who may not know of a resource does not find it in a list', async () => {
    const citizen = actor('citizen', '330109');
    const { overdue, negatives, demands } = await catalogueLists(world.as(citizen));
    expect([overdue, negatives]).toEqual([[], []]);
    expect(demands[0]?.resource).toBeNull();
    expect(demands[0]?.dataset).toBe('');
  });
});

describe('when the next delivery is due', () => {
  const settings = loadSettings({}, { home: '/nowhere' });
  const due = (cycle: Parameters<typeof dueDay>[0], last: string, grace = 0) =>
    dueDay(cycle, new Date(last), {
      settings: { ...settings, delivery_grace_working_days: grace },
    });

  test.each([
    ['daily', '2026-11-23T02:00:00Z', '2026-11-24'],
    // A Friday: the next working day is the Monday.
    ['daily', '2026-11-20T02:00:00Z', '2026-11-23'],
    // 17:00 UTC is the next day here.
    ['daily', '2026-11-22T17:00:00Z', '2026-11-24'],
    ['monthly', '2026-01-31T02:00:00Z', '2026-02-28'],
    // The day before the National Day: the ninth is the first working day.
    ['daily', '2025-09-30T02:00:00Z', '2025-10-09'],
    ['irregular', '2026-01-01T02:00:00Z', null],
    ['realtime', '2026-01-01T02:00:00Z', null],
  ] as const)('%s after %s: %s', (cycle, last, expected) => {
    expect(due(cycle, last)).toBe(expected);
  });

  test('grace is counted in working days', () => {
    expect(due('daily', '2026-11-19T02:00:00Z', 1)).toBe('2026-11-23');
  });

  test('late from the day after the due day, not before', () => {
    const at = (now: string) =>
      lateness('daily', new Date('2026-11-23T02:00:00Z'), {
        settings,
        clock: { now: () => new Date(now) },
      });
    expect(at('2026-11-24T15:59:59Z')).toBeNull();
    expect(at('2026-11-24T16:00:00Z')).toEqual({ due: '2026-11-24', since: '2026-11-25', days: 1 });
  });
});

describe('history', () => {
  test('a version says who changed what, and nothing else', async () => {
    const changed = dataset(
      '低保家庭',
      'catalogue: {class: "307014", format: database}\n',
      shared,
      items.replace('type: text, grade: L2', 'type: text, grade: L3'),
    );
    await applyFiles(world.ctx, capabilities, { ...files(), 'datasets/aid.yaml': changed });
    const officer = world.as(actor('source_officer', '330109', ['catalogue.read']));
    const [latest] = await datasetHistory(officer, 'aid');
    expect(latest?.appliedBy).toBe('system:test');
    expect(latest?.appliedName).toBeNull();
    expect(latest?.changes).toEqual([
      { path: 'title.zh', before: '低保', after: '低保家庭' },
      { path: 'items.id.grade', before: 'L2', after: 'L3' },
    ]);
    const page = await catalogueHistory(officer, { limit: 1 });
    expect(page.changes.map(({ name }) => name)).toEqual(['aid']);
    expect(page.next).not.toBeNull();
    const citizen = world.as(actor('citizen', '330109'));
    expect((await catalogueHistory(citizen, { limit: 50 })).changes).toEqual([]);
    await expect(datasetHistory(citizen, 'aid')).rejects.toMatchObject({
      code: 'catalogue.not_found',
    });
  });

  test('people stand by their masked names; found by resource, owner and person, nothing else', async () => {
    const administrator = {
      ...actor('data_admin', '330109', ['catalogue.read', applyPermission]),
      id: 'sun',
      name: '孙小梅',
    };
    const renamed = dataset('养老机构', 'catalogue: {class: "307015", format: file}\n');
    const ctx = world.as(administrator);
    await applyFiles(ctx, capabilities, { ...files(), 'datasets/homes.yaml': renamed });
    const found = async (q: string, who = ctx) =>
      (await catalogueHistory(who, { q, limit: 50 })).changes;
    const [mine, ...others] = await found('孙*');
    expect(others.map(({ appliedBy }) => appliedBy).filter((by) => by !== 'sun')).toEqual([]);
    expect(mine).toMatchObject({ appliedBy: 'sun', appliedName: '孙**' });
    expect((await datasetHistory(ctx, 'homes'))[0]).toMatchObject({ appliedName: '孙**' });
    // The name itself is not told by asking for it.
    expect(await found('孙小梅')).toEqual([]);
    expect(new Set((await found('养老')).map(({ name }) => name))).toEqual(new Set(['homes']));
    expect((await found('区民政局')).length).toBe((await found('')).length);
    expect(await found('nothing-of-that-name')).toEqual([]);
    expect(await found('养老', world.as(actor('citizen', '330109')))).toEqual([]);
  });
});

test('a code table is named once: unknown or beside own codes refused, its changes reach contracts', async () => {
  const held = (said: string): string =>
    `items:\n  id: {title: {zh: 编号, en: Id}, type: text, grade: L2, ${said}}\n`;
  const with_ = (said: string) => ({
    'datasets/homes.yaml': dataset('养老', '', shared, held(said)),
  });
  expect(await refusedWith(with_('code_table: nowhere'))).toEqual(['catalogue.unknown_code_table']);
  const both = 'code_table: resource_classes, codes: {"3": {zh: 部门, en: Department}}';
  expect(await refusedWith(with_(both))).toEqual(['catalogue.codes_and_table']);
  const table = (more: string): Record<string, string> => ({
    ...with_('code_table: sexes'),
    'codes/sexes.yaml': `title: {zh: 性别, en: Sex}\nsource: 测试\ncodes:\n  男: {zh: 男, en: Male}\n${more}`,
  });
  await applyFiles(world.ctx, capabilities, { ...files(), ...table('') });
  const codesOf = async () =>
    Object.keys((await getDataset(world.ctx, 'homes')).items[0]?.codes ?? {});
  expect(await codesOf()).toEqual(['男']);
  const { version } = await getDataset(world.ctx, 'homes');
  await applyFiles(world.ctx, capabilities, {
    ...files(),
    ...table('  女: {zh: 女, en: Female}\n'),
  });
  expect(await codesOf()).toEqual(['男', '女']);
  const after = await getDataset(world.ctx, 'homes');
  expect(after.version).toBe(version + 1);
  const [newest] = await datasetHistory(world.ctx, 'homes');
  expect(newest?.changes.map(({ path }) => path)).toEqual(['items.id.codes.女']);
});

test('lists go out as tables, audited, no more of them than the viewer may know', async () => {
  const lists = await catalogueLists(world.ctx);
  const table = await catalogueSheet(world.ctx, 'negatives', 'zh');
  expect(table.rows).toHaveLength(lists.negatives.length);
  expect(table.columns[0]).toEqual({ title: '数据资源', isNumber: false });
  const overdue = await catalogueSheet(world.ctx, 'overdue', 'en');
  expect(overdue.rows).toHaveLength(lists.overdue.length);
  expect(overdue.columns.at(-1)).toEqual({ title: 'Days late', isNumber: true });
});
