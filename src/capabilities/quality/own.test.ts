/**
 * A person and what is held about him: what he sees, what he may object to, and what becomes of it.
 * Refusals first; each leaves cases, objections and signals as they were.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { act, caseDetail, cases, openCase, taskList } from '#cases';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import { deliver, ingest } from '#ingest';
import type { Ctx } from '#kernel/context';
import { notices } from '#notices';
import { bindIdentity, loadActor, openAccount, organisation, whoLooked } from '#organisation';
import { signals } from '#signals';
import { actor, applyFiles, refusal, refusing, type TestWorld, testWorld } from '#testing';
import {
  appeal,
  challenge,
  correctionDetail,
  correctionFile,
  correctionRows,
  myData,
  myObjections,
  objectTo,
  ownPhoto,
  takeBack,
} from './actions/corrections/index.ts';
import { quality } from './index.ts';
import type { OwnData } from './model.ts';

const capabilities = [organisation, notices, cases, signals, catalogue, gate, ingest, quality];
const packs = join(import.meta.dirname, '../../../packs/district');
const ofPack = (path: string): string => readFileSync(join(packs, path), 'utf8');

/** Invented. */
const ids = {
  wang: '330109196203071228',
  li: '330109196004191710',
  stranger: '330109198808080011',
};

const role = (title: string, permissions: string): string =>
  `title: {zh: ${title}, en: ${title}}
description: {zh: ${title}, en: ${title}}
levels: [district, department, village]
permissions: [${permissions}]
`;
const official = 'cases.read, cases.act, gate.read, quality.read, ingest.deliver, signals.read';

const contract = (title: string, rest: string): string => `title: {zh: ${title}, en: ${title} en}
description: {zh: ${title}, en: ${title}}
owner: "330109-gaj"
theme: 人口家庭
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
${rest}`;

const residents = contract(
  '户籍人口',
  `mode: merge
key: [person_id]
subject: person_id
items:
  person_id: {title: {zh: 证件, en: Card}, type: text, grade: L4, semantic: citizen_id,
      required: true}
  name: {title: {zh: 姓名, en: Name}, type: text, grade: L3, semantic: person_name}
  mobile: {title: {zh: 电话, en: Phone}, type: text, grade: L3, semantic: mobile}
  sex: {title: {zh: 性别, en: Sex}, type: text, grade: L2,
      codes: {男: {zh: 男, en: Male}, 女: {zh: 女, en: Female}}}
`,
);
const marriages = contract(
  '婚姻登记',
  `mode: full
key: [no]
items:
  no: {title: {zh: 字号, en: Number}, type: text, grade: L2, required: true}
  husband_id: {title: {zh: 男方证件, en: His card}, type: text, grade: L4, semantic: citizen_id}
  husband_name: {title: {zh: 男方, en: Husband}, type: text, grade: L3, semantic: person_name,
      subject: husband_id}
  wife_id: {title: {zh: 女方证件, en: Her card}, type: text, grade: L4, semantic: citizen_id}
  wife_name: {title: {zh: 女方, en: Wife}, type: text, grade: L3, semantic: person_name,
      subject: wife_id}
  office: {title: {zh: 机关, en: Office}, type: text, grade: L1}
`,
);
/** Names that mislead: what is called like the owner's is not his, what is not is. */
const cars = contract(
  '车辆',
  `mode: full
key: [plate]
items:
  plate: {title: {zh: 号牌, en: Plate}, type: text, grade: L2, semantic: plate, required: true,
      subject: owner_id}
  owner_id: {title: {zh: 证件, en: Card}, type: text, grade: L4, semantic: citizen_id}
  who: {title: {zh: 所有人, en: Owner}, type: text, grade: L3, semantic: person_name,
      subject: owner_id}
  name: {title: {zh: 姓名, en: Name}, type: text, grade: L3, semantic: person_name}
  owner_mobile: {title: {zh: 电话, en: Phone}, type: text, grade: L3, semantic: mobile,
      subject: another}
  colour: {title: {zh: 颜色, en: Colour}, type: text, grade: L2}
`,
);
/** Rows about one person in which another stands. */
const wards = contract(
  '被监护人',
  `mode: full
key: [no]
subject: ward_id
items:
  no: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true}
  ward_id: {title: {zh: 证件, en: Card}, type: text, grade: L4, semantic: citizen_id}
  name: {title: {zh: 姓名, en: Name}, type: text, grade: L3, semantic: person_name}
  illness: {title: {zh: 病情, en: Illness}, type: text, grade: L4}
  guardian_id: {title: {zh: 监护人证件, en: Card}, type: text, grade: L4, semantic: citizen_id}
  kin: {title: {zh: 关系, en: Kin}, type: text, grade: L2, subject: guardian_id}
`,
);
const leads = contract(
  '线索',
  `sealed_for: [insider]
mode: full
key: [no]
items:
  no: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true}
  person_id: {title: {zh: 证件, en: Card}, type: text, grade: L4, semantic: citizen_id}
`,
);
const derived = contract(
  '重点人员',
  `key: [person_id]
items:
  person_id: {title: {zh: 证件, en: Card}, type: text, grade: L4, semantic: citizen_id,
      required: true}
`,
);

const policy = (grades: string): string => `title: {zh: 规则, en: Policy}
source: 试
lines:
  - {id: open, roles: ["*"], grades: [L1], view: plain, because: {zh: 开放, en: open}}
  - {id: own, roles: [source_officer], grades: [L2, L3, L4], own: true, view: plain,
      because: {zh: 自己的, en: own}}
  - {id: self, roles: [subject], grades: ${grades}, purposes: [own_record], view: plain,
      because: {zh: 本人, en: the person}}
`;

const packFiles = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,Xiaoshan,,district,,,,,试
330109-gaj,公安局,Police,,department,330109,,,,试
330109004,新塘街道,Xintang,,town,330109,,,,试
330109004223,霞江村,Xiajiang,,village,330109004,,,,试
`,
  'roles/source_officer.yaml': role('数据员', official),
  'roles/data_admin.yaml': role('数据管理员', official),
  'roles/leader.yaml': role('领导', official),
  'roles/insider.yaml': role('内', 'gate.read'),
  'roles/citizen.yaml': role('群众', ''),
  'policies/grades.yaml': policy('[L1, L2, L3, L4]'),
  'datasets/residents.yaml': residents,
  'datasets/marriages.yaml': marriages,
  'datasets/cars.yaml': cars,
  'datasets/wards.yaml': wards,
  'datasets/leads.yaml': leads,
  'datasets/watched.yaml': derived,
  'datasets/watched.sql': 'select person_id from residents',
  'scoring/district.yaml': ofPack('scoring/district.yaml'),
  'cases/correction.yaml': ofPack('cases/correction.yaml'),
  'cases/objection.yaml': ofPack('cases/objection.yaml'),
  'ladders/correction-overdue.yaml': ofPack('ladders/correction-overdue.yaml'),
  'channels/staff-app.yaml': ofPack('channels/staff-app.yaml'),
  'channels/staff-mail.yaml': ofPack('channels/staff-mail.yaml'),
  'notices/objection-moved.yaml': ofPack('notices/objection-moved.yaml'),
  'notices/task-opened.yaml': ofPack('notices/task-opened.yaml'),
  'notices/clock-warned.yaml': ofPack('notices/clock-warned.yaml'),
  'notices/clock-expired.yaml': ofPack('notices/clock-expired.yaml'),
};

const may = official.split(', ').concat('catalogue.read');
const officials = {
  jin: actor('source_officer', '330109/330109-gaj', may),
  xu: actor('data_admin', '330109', may),
};

let world: TestWorld;
let folder: string;
let serial = 0;
const as = (who: keyof typeof officials): Ctx => world.as(officials[who]);

async function person(id: string): Promise<Ctx> {
  const found = await loadActor(world.ctx, id);
  if (!found) throw new Error(`no account ${id}`);
  return world.as(found);
}

async function send(dataset: string, head: string, rows: string[]): Promise<void> {
  serial += 1;
  const path = join(folder, `${serial}.csv`);
  writeFileSync(path, `${head}\n${rows.join('\n')}\n`);
  await deliver(as('jin'), { dataset, files: [{ name: `${serial}.csv`, path }] });
  await world.drain();
}

const first = '13800000001';
let mobile = first;

/** Delivers the register with this number of Wang's. */
const people = (wang = first) => {
  mobile = wang;
  return send('residents', '证件,姓名,电话,性别', [
    `${ids.wang},王桂芳,${wang},女`,
    `${ids.li},李大山,13800000002,男`,
    `${ids.stranger},赵某,13800000003,女`,
  ]);
};

const written = async (): Promise<number> => {
  const found = await sql<{ n: number }>`select (select count(*) from case_timeline)
    + (select count(*) from signal) + (select count(*) from quality_challenge)
    + (select count(*) from case_upload) as n`.execute(world.ctx.db);
  return Number(found.rows[0]?.n);
};
const refused = refusing(written);

/** One district for all tests: each begins a day later, with nothing open and the first values. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guantong-own-'));
  world = await testWorld({ capabilities, settings: { own_objection_cap: 2, lake_mark_rows: 1 } });
  await applyFiles(world.ctx, capabilities, packFiles);
  await world.drain();
  await people();
  await send('marriages', '字号,男方证件,男方,女方证件,女方,机关', [
    `J1,${ids.li},李大山,${ids.wang},王桂芳,登记处`,
  ]);
  await send('leads', '编号,证件', [`X1,${ids.wang}`]);
  await send('cars', '号牌,证件,所有人,姓名,电话,颜色', [
    `浙A12345,${ids.wang},王桂芳,赵某,13800000003,白`,
    `浙A54321,${ids.stranger},赵某,王桂芳,13800000001,黑`,
  ]);
  await send('wards', '编号,证件,姓名,病情,监护人证件,关系', [
    `W1,${ids.stranger},赵某,孤独症,${ids.wang},姨母`,
  ]);
  for (const [id, name] of [
    ['wang', '王桂芳'],
    ['li', '李大山'],
    ['new', '新来的'],
  ] as const) {
    await openAccount(world.ctx, { id, name, unit: '330109004223' });
  }
  await bindIdentity(world.ctx, { account: 'wang', identity: ids.wang });
  await bindIdentity(world.ctx, { account: 'li', identity: ids.li });
}, 120_000);
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  world.clock.advance(25 * 3_600_000);
  const wang = await person('wang');
  for (const { number, canWithdraw } of await myObjections(wang)) {
    if (canWithdraw) await takeBack(wang, number);
  }
  if (mobile !== first) await people(first);
  await world.drain();
}, 60_000);

const setOf = (own: OwnData, dataset: string) => {
  const found = own.datasets.find((one) => one.dataset === dataset);
  if (!found) throw new Error(`${dataset} is not among ${own.datasets.map((d) => d.dataset)}`);
  return found;
};

/** The one record of a person in a dataset, by item. */
const rowOf = (own: OwnData, dataset: string): Record<string, unknown> => {
  const { items, rows } = setOf(own, dataset);
  return Object.fromEntries(items.map(({ item }, at) => [item, rows[0]?.values[at]]));
};

const recordOf = async (ctx: Ctx, dataset: string): Promise<string> =>
  setOf(await myData(ctx), dataset).rows[0]?.record ?? '';

/** An objection of Wang to her telephone number. */
async function objection(more: Partial<Parameters<typeof objectTo>[1]> = {}) {
  const wang = await person('wang');
  const record = await recordOf(wang, 'residents');
  const input = { dataset: 'residents', record, item: 'mobile', reason: '去年已经换了号码' };
  return { ...input, expected: '13900000009', ...more };
}

describe('refused, and nothing is written', () => {
  test('nobody signed in, and who is bound to no person', async () => {
    const input = await objection();
    const nobody = world.as({ ...actor('x', '330109'), kind: 'anonymous' });
    for (const doing of [
      () => myData(nobody),
      () => myObjections(nobody),
      () => objectTo(nobody, input),
      () => appeal(nobody, 'YY1', { reason: '我不接受' }),
      () => takeBack(nobody, 'YY1'),
    ]) {
      await refused('auth.not_signed_in', doing);
    }
    const unbound = await person('new');
    expect(await myData(unbound)).toEqual({ bound: false, canObject: false, datasets: [] });
    await refused('quality.own_unbound', () => objectTo(unbound, input));
    const photo = { name: 'a.png', stream: Readable.from([Buffer.from('x')]) };
    await refused('quality.own_unbound', () => ownPhoto(unbound, photo));
  });

  test('the record of somebody else, a sealed one, one computed, none: all the same answer', async () => {
    const li = await person('li');
    const input = await objection();
    const other = await refused('quality.own_record', () => objectTo(li, input));
    for (const dataset of ['leads', 'watched', 'nothing']) {
      const wang = await person('wang');
      const error = await refused('quality.own_record', () =>
        objectTo(wang, { ...input, dataset }),
      );
      expect(error.toShape()).toEqual(other.toShape());
    }
    // An official who may see the record has no say in it as its person either.
    await refused('quality.own_record', async () =>
      objectTo(await person('li'), { ...input, record: 'f'.repeat(32) }),
    );
  });

  test('what tells of somebody else in the same row, and an item that is not there', async () => {
    const wang = await person('wang');
    const record = await recordOf(wang, 'marriages');
    for (const item of ['husband_name', 'husband_id', 'nothing']) {
      const input = { dataset: 'marriages', record, item, reason: '他改过名字' };
      await refused('quality.own_item', () => objectTo(wang, input));
    }
  });
});

describe('refused as it is written', () => {
  test('scripts and signs nobody sees; a value that stands there already', async () => {
    const wang = await person('wang');
    for (const text of [
      '<script>alert(1)</script>',
      '换了<img src=x>',
      'a\u202eb换了',
      '换\u0000了号',
    ]) {
      const input = await objection({ reason: text, expected: text });
      const error = await refused('quality.own_text', () => objectTo(wang, input));
      expect(error.toShape().error.faults).toHaveLength(2);
    }
    const same = await objection({ expected: ' 13800000001 ' });
    await refused('quality.challenge_same', () => objectTo(wang, same));
    const photo = await objection({ attachments: ['a'.repeat(64)] });
    await refused('cases.bad_form', () => objectTo(wang, photo));
  });

  test('the same value twice, and more than the cap in a day', async () => {
    const wang = await person('wang');
    const { case: number } = await objectTo(wang, await objection());
    const again = await refused('quality.own_open', async () => objectTo(wang, await objection()));
    expect(again.message).toContain(number);
    await objectTo(wang, await objection({ item: 'name', expected: '王桂芬' }));
    const third = await objection({ item: 'sex', expected: null });
    const error = await refused('quality.own_too_many', () => objectTo(wang, third));
    expect(error.message).toContain('2');
    world.clock.advance(24 * 3_600_000 + 1000);
    await objectTo(wang, third);
  });

  test('the case of somebody else: neither seen, nor appealed, nor taken back', async () => {
    const { case: number } = await objectTo(await person('wang'), await objection());
    const li = await person('li');
    expect(await myObjections(li)).toEqual([]);
    await refused('quality.own_objection', () => appeal(li, number, { reason: '我不接受' }));
    await refused('quality.own_objection', () => takeBack(li, number));
    // Before it is answered there is nothing to appeal against.
    const wang = await person('wang');
    await refused('quality.own_not_now', () => appeal(wang, number, { reason: '我不接受' }));
    await refused('cases.not_found', () =>
      caseDetail(world.as({ ...li.actor, permissions: new Set(['cases.read']) }), number),
    );
  });
});

describe('what a person sees', () => {
  test('his own rows, nothing sealed or computed, others in the row masked', async () => {
    const own = await myData(await person('wang'));
    expect(own.datasets.map(({ dataset }) => dataset).sort()).toEqual([
      'cars',
      'marriages',
      'residents',
      'wards',
    ]);
    expect(rowOf(own, 'residents')).toEqual({
      ...{ person_id: ids.wang, name: '王桂芳', mobile: '13800000001', sex: '女' },
    });
    expect(setOf(own, 'residents')).toMatchObject({ ownerName: '公安局', about: 'person_id' });
    const marriage = rowOf(own, 'marriages');
    expect(marriage).toMatchObject({ wife_id: ids.wang, wife_name: '王桂芳', office: '登记处' });
    expect(JSON.stringify(own)).not.toContain(ids.li);
    expect(JSON.stringify(own)).not.toContain('李大山');
    expect(JSON.stringify(own)).not.toContain(ids.stranger);
  });
});

describe('whose and how', () => {
  test('whose an item is is what the contract says, however it is called', async () => {
    const own = await myData(await person('wang'));
    expect(setOf(own, 'cars').rows).toHaveLength(1);
    const car = rowOf(own, 'cars');
    expect(car).toMatchObject({
      plate: '浙A12345',
      owner_id: ids.wang,
      who: '王桂芳',
      colour: '白',
    });
    expect(car.name).toBe('赵**');
    expect(car.owner_mobile).not.toBe('13800000003');
    // Of a row about somebody else he sees himself, and what is said of him.
    const ward = rowOf(own, 'wards');
    expect(ward).toMatchObject({ guardian_id: ids.wang, kin: '姨母' });
    for (const item of ['name', 'illness', 'ward_id']) expect(ward[item]).not.toBeUndefined();
    expect(JSON.stringify(ward)).not.toMatch(/赵某|孤独症|330109198808080011/);
  });

  test('is found by marks, and the same without them, after rows came and went', async () => {
    const marked = async (): Promise<number> => {
      const found = await sql<{ n: number }>`select count(*) as n from lake_marks`.execute(
        world.ctx.db,
      );
      return Number(found.rows[0]?.n);
    };
    const [wang, li] = [await person('wang'), await person('li')];
    expect(await marked()).toBeGreaterThan(3);
    await people('13800000088');
    await send('cars', '号牌,证件,所有人,姓名,电话,颜色', [
      `浙A12345,${ids.li},李大山,赵某,13800000003,白`,
    ]);
    const byMarks = [await myData(wang), await myData(li)];
    expect(byMarks[0]?.datasets.map(({ dataset }) => dataset)).not.toContain('cars');
    expect(byMarks[1]?.datasets.map(({ dataset }) => dataset)).toContain('cars');
    expect(rowOf(byMarks[0] as OwnData, 'residents').mobile).toBe('13800000088');
    await sql`delete from lake_marks`.execute(world.ctx.db);
    expect([await myData(wang), await myData(li)]).toEqual(byMarks);
    // Who looked asked for the marks that were missing.
    await world.drain();
    expect(await marked()).toBeGreaterThan(3);
    expect([await myData(wang), await myData(li)]).toEqual(byMarks);
  });

  test('is recorded, and is no stranger’s look at him', async () => {
    const wang = await person('wang');
    await myData(wang);
    const { rows } = await sql<{ dataset: string; text: string }>`
      select dataset, r::text as text from audit_seen r
      where action = 'gate.read_own' order by dataset`.execute(world.ctx.db);
    expect([...new Set(rows.map(({ dataset }) => dataset))]).toEqual([
      'cars',
      'marriages',
      'residents',
      'wards',
    ]);
    for (const { text } of rows) expect(text).not.toContain(ids.wang);
    expect((await whoLooked(wang, { limit: 10 })).looks).toEqual([]);
  });

  test('what the policy does not show is not there', async () => {
    await applyFiles(world.ctx, capabilities, {
      ...packFiles,
      'policies/grades.yaml': policy('[L1, L2, L3]'),
    });
    const own = await myData(await person('wang'));
    expect(Object.keys(rowOf(own, 'residents'))).not.toContain('person_id');
    // Without the key the record has no name: it is seen and cannot be objected to.
    expect(setOf(own, 'residents').rows[0]?.record).toBeNull();
    await applyFiles(world.ctx, capabilities, packFiles);
  });
});

const state = async (who = 'wang') => {
  const [one] = await myObjections(await person(who));
  if (!one) throw new Error('no objection');
  return one;
};

describe('an objection', () => {
  test('opens one case at the department; the mended delivery closes it', async () => {
    const wang = await person('wang');
    const photo = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const { sha256 } = await ownPhoto(wang, { name: '照片.png', stream: Readable.from([photo]) });
    const { case: number } = await objectTo(wang, await objection({ attachments: [sha256] }));
    await world.drain();
    const [task] = (await taskList(as('jin'), { type: 'objection' })).items;
    expect(task?.case).toMatchObject({ number, type: 'objection', unit: '330109-gaj' });
    expect(task?.dueAt).not.toBeNull();
    const seen = await caseDetail(as('jin'), number);
    expect(seen.attachments.map((file) => file.sha256)).toEqual([sha256]);
    // What is wrong stands behind the gate, not in the case.
    expect(JSON.stringify([seen.fields, seen.title])).not.toMatch(
      /139000|138000|王桂芳|3301091962/,
    );
    expect(await state()).toMatchObject({
      ...{ number, outcome: null, overdue: false, canAppeal: false, canWithdraw: true },
      ...{ expected: '13900000009', withName: '公安局', dueAt: task?.dueAt },
    });
    await people('13900000008');
    expect(await state()).toMatchObject({ outcome: null });
    expect((await caseDetail(as('jin'), number)).step).toBe('mend');
    await people('13900000009');
    expect(await state()).toMatchObject({ number, outcome: 'done', canWithdraw: false });
    const told = await sql<{ n: number }>`select count(*)::int as n from notice n
      join notice_receipt r on r.notice_id = n.id
      where n.template = 'objection-moved' and r.account = 'wang'`.execute(world.ctx.db);
    expect(told.rows[0]?.n).toBeGreaterThan(1);
    // It was wrong once more: a new case.
    await people('13800000001');
    expect((await objectTo(wang, await objection())).case).not.toBe(number);
  });

  test('refused with a reason, appealed one level up, upheld, and refused no more', async () => {
    const wang = await person('wang');
    const { case: number } = await objectTo(wang, await objection());
    await act(as('jin'), { case: number, action: 'refuse', reason: '营业厅没有变更记录' });
    const answered = await state();
    expect(answered).toMatchObject({ canAppeal: true, outcome: null });
    expect(answered.answers).toMatchObject([{ unitName: '公安局', reason: '营业厅没有变更记录' }]);
    expect(JSON.stringify(answered)).not.toContain('source_officer');
    await refused('quality.own_text', () => appeal(wang, number, { reason: '<b>有记录</b>' }));
    await appeal(wang, number, { reason: '营业厅可以查到' });
    expect((await state()).canAppeal).toBe(false);
    const [task] = (await taskList(as('xu'), { type: 'objection' })).items;
    expect(task?.case.number).toBe(number);
    await act(as('xu'), { case: number, action: 'uphold', reason: '经核对属实' });
    expect((await state()).answers.map(({ reason }) => reason)).toEqual([
      '经核对属实',
      '营业厅没有变更记录',
    ]);
    await refused('cases.too_often', () =>
      act(as('jin'), { case: number, action: 'refuse', reason: '还是没有' }),
    );
    await people('13900000009');
    expect(await state()).toMatchObject({ outcome: 'done' });
  });

  test('refused and not appealed in time: the answer stands', async () => {
    const wang = await person('wang');
    const { case: number } = await objectTo(wang, await objection());
    await act(as('jin'), { case: number, action: 'refuse', reason: '登记无误' });
    world.clock.advance(40 * 24 * 3_600_000);
    await world.drain();
    expect(await state()).toMatchObject({ outcome: 'void', canAppeal: false });
    await refused('quality.own_not_now', () => appeal(wang, number, { reason: '已经晚了' }));
    // What is over may be said again.
    await objectTo(wang, await objection());
  });
});

describe('an objection among others', () => {
  test('taken back; overdue goes one level up', async () => {
    const wang = await person('wang');
    const first = await objectTo(wang, await objection());
    world.clock.advance(20 * 24 * 3_600_000);
    await world.drain();
    expect(await state()).toMatchObject({ overdue: true, outcome: null });
    await takeBack(wang, first.case);
    expect(await state()).toMatchObject({ outcome: 'void' });
    await refused('quality.own_not_now', () => takeBack(wang, first.case));
  });

  test('two who stand in one record have one case, and neither takes back the other’s', async () => {
    const [wang, li] = [await person('wang'), await person('li')];
    const about = { dataset: 'marriages', item: 'office', reason: '不是这个登记处' };
    const hers = await objectTo(wang, { ...about, record: await recordOf(wang, 'marriages') });
    const his = await objectTo(li, { ...about, record: await recordOf(li, 'marriages') });
    expect(his.case).toBe(hers.case);
    expect(await state('li')).toMatchObject({ canWithdraw: false });
    await refused('quality.own_not_now', () => takeBack(li, his.case));
  });

  test('stands beside what an official challenged of the same value', async () => {
    const own = await objectTo(await person('wang'), await objection());
    const ofOfficial = await challenge(as('jin'), {
      dataset: 'residents',
      key: ids.wang,
      item: 'mobile',
      expected: '13900000007',
      reason: '回访打不通',
    });
    expect(ofOfficial.case).not.toBe(own.case);
    await people('13900000009');
    expect(await state()).toMatchObject({ outcome: 'done' });
    expect((await caseDetail(as('jin'), ofOfficial.case ?? '')).outcome).toBeNull();
  });
});

describe('of a sealed resource nobody outside learns by saying that it is wrong', () => {
  const reason = '与实际不符，请核对';
  const opening = new Set([...may, 'cases.open']);

  /** What a refusal says, whatever was asked for. */
  const told = async (doing: Promise<unknown>, name: string): Promise<string> =>
    JSON.stringify((await refusal(doing)).toShape()).replaceAll(name, '?');

  async function openedByHand(dataset: string): Promise<string> {
    const xu = world.as({ ...officials.xu, permissions: opening });
    const { number } = await openCase(xu, {
      ...{ type: 'correction', title: '手工开单', unit: '330109-gaj' },
      slots: { owner: '330109-gaj' },
      data: { dataset, check: 'challenge', item: 'no' },
    });
    return number;
  }

  test('a challenge is answered as of nothing, whatever item it names', async () => {
    for (const item of ['no', 'nothing_of_it']) {
      const ask = (dataset: string) =>
        challenge(as('xu'), { dataset, key: '1', item, expected: '2', reason });
      expect(await told(ask('leads'), 'leads')).toBe(await told(ask('nothing'), 'nothing'));
    }
  });

  test('a correction that somebody opens by hand and aims at it is about nothing', async () => {
    const [sealed, none] = [await openedByHand('leads'), await openedByHand('nothing')];
    for (const look of [
      (id: string) => correctionDetail(as('xu'), id),
      (id: string) => correctionRows(as('xu'), id, 20),
      (id: string) => correctionFile(as('xu'), id, { lang: 'zh', notes: true }),
    ]) {
      expect(await told(look(sealed), 'leads')).toBe(await told(look(none), 'nothing'));
    }
  });

  test('nor does a challenge from inside tell of it in a signal and a case', async () => {
    const insider = world.as(actor('insider', '330109', may));
    const mine = { dataset: 'leads', key: 'X1', item: 'no', expected: 'X2', reason };
    await refused('quality.challenge_sealed', () => challenge(insider, mine));
  });
});
