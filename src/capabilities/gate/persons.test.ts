/**
 * Whose data was read stands in the audit as keyed hashes, by every road, and never in the clear.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate, looksAtMe, page, read, readOne } from '#gate';
import { personHash } from '#kernel/auth';
import { bindIdentity, openAccount, organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';

const capabilities = [organisation, catalogue, gate];

/** Invented. */
const [one, other] = ['330109195501011231', '33010919880307002X'] as const;

const contract = (key: string): string => `title: {zh: 人, en: People}
description: {zh: 人, en: People}
owner: 330109-mz
theme: 民生
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: full
key: [${key}]
serve: {row: true}
items:
  no: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true}
  citizen:
    {title: {zh: 证件, en: Card}, type: text, semantic: citizen_id, grade: L3, required: true}
`;

let world: TestWorld;
const officer = actor('officer', '330109/330109-mz', ['gate.read']);
const outsider = actor('outsider', '330109/330109-mz', ['gate.read']);

beforeAll(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, {
    'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109-mz,区民政局,,,department,330109,,,,试
`,
    'roles/officer.yaml':
      'title: {zh: 员, en: O}\nlevels: [department]\npermissions: [gate.read]\n',
    'roles/outsider.yaml':
      'title: {zh: 外, en: X}\nlevels: [department]\npermissions: [gate.read]\n',
    'policies/grades.yaml': `title: {zh: 规则, en: Policy}
source: 试
lines:
  - {id: all, roles: ["*"], grades: [L1], view: plain, because: {zh: 开放, en: open}}
  - {id: own, roles: [officer], grades: [L3], view: plain, because: {zh: 办件, en: work}}
`,
    'datasets/people.yaml': contract('no'),
    'datasets/persons.yaml': contract('citizen'),
    'datasets/clues.yaml': `${contract('no').replace('人', '线索')}sealed_for: [officer]\n`,
  });
  for (const dataset of ['people', 'persons', 'clues']) {
    await world.ctx.lake.commit(world.ctx, {
      dataset,
      sql: `select * from (values ('p1', '${one}'), ('p2', '${other}')) held(no, citizen)`,
      batch: dataset,
    });
  }
  await world.drain();
});
afterAll(() => world.close());

const purpose = 'window';
const hash = (identity: string): string => personHash(world.ctx.settings, identity);

/** Hashes of the last record, and that no record holds a number. */
async function lastPersons(): Promise<string[] | null> {
  const { rows } = await sql<{ persons: string[] | null; text: string }>`
    select persons, r::text as text from audit_seen r order by id desc`.execute(world.ctx.db);
  for (const { text } of rows) expect(text).not.toMatch(/1955010112|1988030700/);
  return rows[0]?.persons ?? null;
}

test('a row by its key, whether the number is the key or stands in the row', async () => {
  const ctx = world.as(officer);
  expect((await readOne(ctx, 'people', 'p1', { purpose })).row).toMatchObject({ citizen: one });
  expect(await lastPersons()).toEqual([hash(one)]);
  expect((await readOne(ctx, 'persons', other, { purpose })).row).toMatchObject({ no: 'p2' });
  expect(await lastPersons()).toEqual([hash(other)]);
});

test('a page, a query, and a query by a number that the answer does not show', async () => {
  const ctx = world.as(officer);
  const both = [hash(one), hash(other)].sort();
  const input = { purpose, filter: [], limit: 10, offset: 0 };
  await page(ctx, 'people', input as Parameters<typeof page>[2]);
  expect(await lastPersons()).toEqual(both);
  await read(ctx, `select no from people where citizen = '${one}'`, { purpose });
  expect(await lastPersons()).toEqual([hash(one)]);
  await read(ctx, 'select no from people where citizen = $c', { purpose, params: { c: other } });
  expect(await lastPersons()).toEqual([hash(other)]);
});

test('a number that is put together with others, or with other text', async () => {
  const ctx = world.as(officer);
  for (const what of ["'证件' || citizen || '号'", 'people', 'lower(citizen)', 'max(citizen)']) {
    await read(ctx, `select ${what} from people where no = 'p2'`, { purpose });
    expect(await lastPersons(), what).toEqual([hash(other)]);
  }
  await read(ctx, "select string_agg(citizen, ' ') from people", { purpose });
  expect(await lastPersons()).toEqual([hash(one), hash(other)].sort());
});

test('who does not see the number names nobody, and larger reads none', async () => {
  await read(world.as(outsider), 'select * from people', { purpose });
  expect(await lastPersons()).toBeNull();
  const ctx = { ...world.as(officer), settings: { ...world.ctx.settings, audit_person_rows: 1 } };
  await read(ctx, 'select * from people', { purpose });
  expect(await lastPersons()).toBeNull();
});

test('the person reads what was looked at by its title, and of what is sealed nothing', async () => {
  const mine = world.as({ ...actor('citizen', '330109'), id: 'citizen' });
  await openAccount(world.ctx, { id: 'citizen', name: '民某', unit: '330109' });
  expect(await looksAtMe(mine, { limit: 10 })).toEqual({ bound: false, looks: [], next: null });
  await bindIdentity(world.ctx, { account: 'citizen', identity: one });
  await readOne(world.as(officer), 'clues', 'p1', { purpose });
  expect(await lastPersons()).toEqual([hash(one)]);
  const { looks } = await looksAtMe(mine, { limit: 100 });
  expect(looks[0]).toMatchObject({ title: { zh: '人', en: 'People' }, purpose });
  expect([...new Set(looks.map(({ dataset }) => dataset))]).toEqual(['people']);
  // The newest is sealed: a page is none the shorter for it.
  expect((await looksAtMe(mine, { limit: 1 })).looks).toEqual(looks.slice(0, 1));
});
