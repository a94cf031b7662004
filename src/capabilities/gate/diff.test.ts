/** Rows that changed, for readers whose roles show different items in different units. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import type { Actor } from '#kernel/auth';
import { organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';
import { diffRows } from './actions/diff.ts';

const capabilities = [organisation, catalogue, gate];

const role = `title: {zh: 甲, en: A}
description: {zh: 甲, en: A}
levels: [district, town, village, department]
permissions: [gate.read]
`;

const files = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109005,另一街道,,,town,330109,,,,试
330109-zhzf,区综合执法局,,,department,330109,,,,试
330109-zh,综合办,,,department,330109,,,,试
`,
  'roles/looker.yaml': role,
  'roles/caller.yaml': role,
  'datasets/register.yaml': `title: {zh: 登记, en: Register}
description: {zh: 登记, en: Register}
owner: 330109-zhzf
theme: 试
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: full
key: [id]
unit_item: unit
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L1, required: true}
  unit: {title: {zh: 单位, en: Unit}, type: text, grade: L1}
  phone: {title: {zh: 电话, en: Phone}, type: text, grade: L3}
`,
  'policies/grades.yaml': `title: {zh: 规则, en: Policy}
source: 试
lines:
  - {id: low, roles: [looker, caller], grades: [L1], view: plain, because: {zh: 试, en: trial}}
  - {id: phone, roles: [caller], grades: [L3], view: plain, because: {zh: 试, en: trial}}
`,
};

const rows = (version: number): string => `select * from (values
  ('r4', '330109004', 'phone-4-${version}'), ('r5', '330109005', 'phone-5-${version}'),
  ('rd', '330109-zhzf', 'phone-d-${version}')) held(id, unit, phone)`;

let world: TestWorld;

beforeAll(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, files);
  for (const version of [1, 2]) {
    const batch = `b${version}`;
    await world.ctx.lake.commit(world.ctx, { dataset: 'register', sql: rows(version), batch });
  }
  await world.drain();
});
afterAll(() => world.close());

const both = (looker: string, caller: string): Actor => {
  const one = actor('looker', looker, ['gate.read']);
  return { ...one, roles: [...one.roles, ...actor('caller', caller).roles] };
};

const changedFor = async (who: Actor) =>
  (await diffRows(world.as(who), 'register', { purpose: 'browse' })).rows;

test('who sees no item that changed is shown no row', async () => {
  expect(await changedFor(actor('looker', '330109', ['gate.read']))).toEqual([]);
});

test('an item that one role shows in one unit is not shown on the rows of another', async () => {
  const seen = await changedFor(both('330109/330109004', '330109/330109005'));
  expect(JSON.stringify(seen)).not.toContain('phone-4');
  expect(seen.map((row) => [row.key.id, row.after?.phone])).toEqual([['r5', 'phone-5-2']]);
});

test('a department whose code begins like another sees nothing of that one', async () => {
  expect(await changedFor(actor('caller', '330109/330109-zh', ['gate.read']))).toEqual([]);
});
