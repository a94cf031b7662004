/** Policies as people edit them, and the simulator. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '#catalogue';
import {
  editPolicy,
  exportPolicy,
  gate,
  policyHistory,
  previewGrant,
  read,
  rollBackPolicy,
  simulate,
} from '#gate';
import { declaredBy, exportPack, setDeclared } from '#kernel/packs';
import { grantRoles, openAccount, organisation } from '#organisation';
import { actor, applyFiles, refusal, type TestWorld, testWorld } from '#testing';
import { type PolicyLine, policyFile } from './model.ts';

const capabilities = [organisation, catalogue, gate];
const id = { pack: 'trial', name: 'grades' };

const units = `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
`;
const notes = `
title: {zh: 登记, en: Notes}
description: {zh: 登记, en: Notes}
owner: "330109"
theme: 试
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: full
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L1}
  name: {title: {zh: 姓名, en: Name}, type: text, semantic: person_name, grade: L3, example: 欧阳示例}
  born: {title: {zh: 生日, en: Born}, type: date, semantic: birth_date, grade: L3}
  secret: {title: {zh: 秘, en: Secret}, type: text, grade: L4}
`;
const role = (permission: string) => `title: {zh: 甲, en: A}
description: {zh: 甲, en: A}
levels: [district, town]
permissions: [${permission}]
`;
const policy = `# 注
title: {zh: 规则, en: Policy}
source: 试
lines:
  - {id: all, roles: ["*"], grades: [L1], view: plain, because: {zh: 开放, en: open}}
  - {id: leads, roles: [leader], grades: [L3], view: masked, because: {zh: 看大概, en: part}}
`;
const files = {
  'units/all.csv': units,
  'roles/leader.yaml': role('gate.read'),
  'roles/nobody.yaml': role('catalogue.read'),
  'policies/grades.yaml': policy,
  'datasets/notes.yaml': notes,
};

let world: TestWorld;
const keeper = actor('keeper', '330109', ['gate.policy']);
const leader = actor('leader', '330109', ['gate.read', 'packs.apply', 'gate.manage']);

const lines: PolicyLine[] = [
  { id: 'all', roles: ['*'], grades: ['L1'], view: 'plain', because: { zh: '开放', en: 'open' } },
  {
    id: 'leads',
    roles: ['leader'],
    grades: ['L3'],
    view: 'generalised',
    because: { zh: '更少', en: 'less' },
  },
  {
    id: 'more',
    roles: ['leader'],
    grades: ['L4'],
    view: 'hashed',
    because: { zh: '摘要', en: 'hash' },
  },
];

beforeAll(async () => {
  setDeclared(declaredBy(capabilities));
  world = await testWorld({ capabilities });
});
afterAll(() => world.close());

let version = 0;
beforeEach(async () => {
  const changed = files['policies/grades.yaml'].replace('source: 试', `source: 试${version}`);
  await applyFiles(world.ctx, capabilities, { ...files, 'policies/grades.yaml': changed });
  const [newest] = await policyHistory(world.ctx, id);
  version = newest?.version ?? 0;
});

const names = async () => {
  await world.ctx.lake.commit(world.ctx, {
    dataset: 'notes',
    sql: "select 'n1' id, '欧阳某某' as name, date '1950-06-01' as born, 's' as secret",
    batch: `b${version}`,
  });
  const { rows } = await read(world.as(leader), 'select * from notes', { purpose: 'browse' });
  return rows;
};

describe('editing is refused', () => {
  const versions = async () => (await policyHistory(world.ctx, id)).length;

  test('to everybody but the security administrator, by any road', async () => {
    const before = await versions();
    const edit = { version, reason: '试试看', lines };
    expect((await refusal(editPolicy(world.as(leader), id, edit))).code).toBe('auth.not_allowed');
    const back = { version, reason: '试试看', to: 1 };
    expect((await refusal(rollBackPolicy(world.as(leader), id, back))).code).toBe(
      'auth.not_allowed',
    );
    const wider = policy.replace('view: masked', 'view: plain');
    const apply = applyFiles(world.as(leader), capabilities, {
      ...files,
      'policies/grades.yaml': wider,
    });
    expect((await refusal(apply)).code).toBe('auth.not_allowed');
    expect(await versions()).toBe(before);
  });

  test('on another version, without a change, with lines that are wrong', async () => {
    const before = await versions();
    const ctx = world.as(keeper);
    const late = editPolicy(ctx, id, { version: version - 1, reason: '试试看', lines });
    expect((await refusal(late)).code).toBe('gate.policy_changed');
    await editPolicy(ctx, id, { version, reason: '试试看', lines });
    const same = { version: version + 1, reason: '试试看', lines };
    expect((await refusal(editPolicy(ctx, id, same))).code).toBe('gate.policy_same');
    const [all] = lines;
    if (!all) throw new Error('a line');
    const wrong: PolicyLine[] = [
      all,
      { ...all, roles: ['martian'] },
      { ...all, id: 'odd', view: 'hashed', mask: 'id_6_4' },
    ];
    const error = await refusal(editPolicy(ctx, id, { ...same, lines: wrong }));
    expect(error.faults.map(({ code }) => code).sort()).toEqual([
      'gate.line_twice',
      'gate.mask_unfit',
      'gate.role_unknown',
    ]);
    const gone = rollBackPolicy(ctx, id, { ...same, to: 999 });
    expect((await refusal(gone)).code).toBe('gate.policy_not_found');
    expect(await versions()).toBe(before + 1);
  });
});

test('a new version holds at once, says who and why, and is what the pack exports', async () => {
  expect(await names()).toEqual([['n1', '欧阳**', '1950-06']]);
  const saved = await editPolicy(world.as(keeper), id, { version, reason: '专项收紧', lines });
  expect(saved.version).toBe(version + 1);
  const rows = await names();
  expect(rows[0]?.slice(0, 3)).toEqual(['n1', '***', '1950–1954']);
  expect(rows[0]?.[3]).toMatch(/^[0-9a-f]{64}$/);
  const [newest] = await policyHistory(world.ctx, id);
  expect(newest).toMatchObject({ by: keeper.name, reason: '专项收紧', restores: null });
  expect(newest?.changes.map(({ kind, id: line }) => `${kind} ${line}`)).toEqual([
    'changed leads',
    'added more',
  ]);
  const text = await exportPolicy(world.ctx, id);
  const pack = await exportPack(world.ctx, { pack: 'trial' });
  expect(pack.find(({ path }) => path === 'policies/grades.yaml')?.content).toBe(text);

  const to = version;
  const back = await rollBackPolicy(world.as(keeper), id, {
    version: saved.version,
    reason: '恢复',
    to,
  });
  expect(await names()).toEqual([['n1', '欧阳**', '1950-06']]);
  const [last] = await policyHistory(world.ctx, id);
  expect(last).toMatchObject({ version: back.version, restores: to });
  await world.ctx.audit.seal();
  const found = await sql<{ n: number }>`select count(*) n from audit_seen
    where action = 'gate.change_policy'`.execute(world.ctx.db);
  expect(found.rows[0]?.n).toBe(3);
});

describe('the simulator', () => {
  test('is for the security administrator, and for oneself', async () => {
    const asked = { dataset: 'notes', purpose: 'browse', role: 'leader', unit: '330109' };
    expect((await refusal(simulate(world.as(leader), asked))).code).toBe('auth.not_allowed');
    const ghost = { dataset: 'notes', purpose: 'browse', account: 'ghost' };
    expect((await refusal(simulate(world.as(keeper), ghost))).code).toBe('gate.person_unknown');
  });

  test('tells treatment, line and what becomes of an invented value', async () => {
    const view = await simulate(world.as(keeper), {
      dataset: 'notes',
      purpose: 'browse',
      role: 'leader',
      unit: '330109',
    });
    expect(view).toMatchObject({ mayRead: true, rows: 'all', plain: 1, changed: 2, absent: 1 });
    expect(view.items.map(({ item, mask, line, example }) => [item, mask, line, example])).toEqual([
      ['id', null, 'trial/grades#all', { from: '示例文字', to: '示例文字' }],
      ['name', 'name_surname', 'trial/grades#leads', { from: '欧阳示例', to: '欧阳**' }],
      ['born', 'birth_month', 'trial/grades#leads', { from: '1980-05-06', to: '1980-05' }],
      ['secret', null, null, { from: '示例文字', to: null }],
    ]);
    const none = { dataset: 'notes', purpose: 'browse', role: 'nobody', unit: '330109' };
    expect((await simulate(world.as(keeper), none)).mayRead).toBe(false);
  });
});

describe('a grant before it is issued', () => {
  const asked = { grantee: 'bo', dataset: 'notes', items: ['name', 'secret'], purpose: '试用' };
  const unchanged = async (): Promise<number> => {
    const found = await sql<{ n: number }>`select count(*) n from gate_grant`.execute(world.ctx.db);
    return found.rows[0]?.n ?? -1;
  };

  test('is shown to nobody who may not issue it, and never without its faults', async () => {
    const nobody = actor('nobody', '330109', ['gate.read', 'gate.policy']);
    expect((await refusal(previewGrant(world.as(nobody), asked))).code).toBe('auth.not_allowed');
    const wrong = { ...asked, items: ['nope'], expiresAt: '2001-01-01T00:00:00Z' };
    const error = await refusal(previewGrant(world.as(leader), { ...wrong, grantee: 'ghost' }));
    expect(error.faults.map(({ code, item }) => [code, item])).toEqual([
      ['gate.person_unknown', 'grantee'],
      ['gate.item_unknown', 'items'],
      ['gate.grant_past', 'expiresAt'],
    ]);
    expect(await unchanged()).toBe(0);
  });

  test('says what its grantee sees now, by which line, and what it would see', async () => {
    await openAccount(world.ctx, { id: 'bo', name: '柏某', unit: '330109' });
    const roles = [{ role: 'leader', unit: '330109' }];
    await grantRoles(world.ctx, { account: 'bo', version: 1, roles });
    const found = await previewGrant(world.as(leader), {
      ...asked,
      masks: { secret: { view: 'masked', mask: 'hidden' } },
    });
    const seen = ({ items }: typeof found.before) =>
      items.map(({ item, view, line, example }) => [item, view, line, example.to]);
    expect(found).toMatchObject({ grantee: '柏某', after: { mayRead: true, rows: 'all' } });
    expect(seen(found.before)).toEqual([
      ['id', 'plain', 'trial/grades#all', '示例文字'],
      ['name', 'masked', 'trial/grades#leads', '欧阳**'],
      ['born', 'masked', 'trial/grades#leads', '1980-05'],
      ['secret', 'absent', null, null],
    ]);
    expect(seen(found.after)).toEqual([
      ['id', 'absent', null, null],
      ['name', 'plain', null, '欧阳示例'],
      ['born', 'absent', null, null],
      ['secret', 'masked', null, '***'],
    ]);
    expect(await unchanged()).toBe(0);
  });
});

test('every purpose the district names has a name in both languages', () => {
  const path = resolve(import.meta.dirname, '../../../packs/district/policies/grades.yaml');
  const { purposes = {}, lines } = policyFile.parse(parse(readFileSync(path, 'utf8')));
  const named = new Set(lines.flatMap((line) => line.purposes ?? []));
  expect([...named].filter((purpose) => !(purpose in purposes))).toEqual([]);
  expect(named.size).toBeGreaterThan(2);
});
