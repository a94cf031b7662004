/** Files of many rows: they pass through a file of our own, and leave nothing of it behind. */
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import type { Ctx } from '#kernel/context';
import { rowsOf, tableStream } from '#kernel/http';
import { organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';
import { download } from './actions/page.ts';

const capabilities = [organisation, catalogue, gate];
const rows = 30_000;
let world: TestWorld;
let reader: Ctx;

const dataset = `title: {zh: 登记, en: Register}
description: {zh: 登记, en: Register}
owner: "330109"
theme: 试
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: full
key: [id]
items:
  id: {title: {zh: 编号, en: Id}, type: integer, grade: L1, required: true}
  name: {title: {zh: 名称, en: Name}, type: text, grade: L1}
  secret: {title: {zh: 密, en: Secret}, type: text, grade: L4}
`;

beforeAll(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, {
    'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
`,
    'roles/reader.yaml': `title: {zh: 甲, en: A}
description: {zh: 甲, en: A}
levels: [district]
permissions: [gate.read]
`,
    'datasets/register.yaml': dataset,
    'policies/grades.yaml': `title: {zh: 规则, en: Policy}
source: 试
lines:
  - {id: low, roles: ["*"], grades: [L1], view: plain, because: {zh: 试, en: trial}}
`,
  });
  const sql = `select n as id, 'name ' || n as name, 'SECRET' || n as secret from range(${rows}) t(n)`;
  await world.ctx.lake.commit(world.ctx, { dataset: 'register', sql, batch: 'b' });
  await world.drain();
  reader = world.as(actor('reader', '330109', ['gate.read']));
});
afterAll(() => world.close());

const staged = (): string[] => readdirSync(dirname(world.ctx.lake.stage('x')));
const input = { purpose: '测试', filter: [] };

test('what is refused leaves no file', async () => {
  const nobody = world.as(actor('nobody', '330109', []));
  await expect(download(nobody, 'register', input)).rejects.toMatchObject({
    code: 'auth.not_allowed',
  });
  const hidden = { ...input, sort: 'secret' };
  await expect(download(reader, 'register', hidden)).rejects.toMatchObject({
    code: 'gate.not_granted',
  });
  expect(staged()).toEqual([]);
});

test.each(['csv', 'xlsx'] as const)('all rows come (%s), few are in memory', async (format) => {
  const { table, truncated } = await download(reader, 'register', input);
  expect([rowsOf(table), truncated]).toEqual([rows, false]);
  expect(table.rows.first.length).toBeLessThanOrEqual(world.ctx.settings.audit_person_rows);
  expect(staged()).toHaveLength(1);
  const sent = await text(tableStream(table, format));
  expect(staged()).toEqual([]);
  expect(sent).not.toContain('SECRET');
  if (format === 'csv') {
    expect(sent.split('\r\n')).toHaveLength(rows + 2);
    expect(sent).toContain(`\r\n${rows - 1},name ${rows - 1}\r\n`);
  }
});

test('the limit cuts, and says so; a reader who leaves takes the file with him', async () => {
  const short = { ...reader, settings: { ...reader.settings, download_row_limit: 5000 } };
  const cut = await download(short, 'register', input);
  expect([rowsOf(cut.table), cut.truncated]).toEqual([5000, true]);
  expect((await text(tableStream(cut.table, 'csv'))).split('\r\n')).toHaveLength(5002);
  const { table } = await download(reader, 'register', input);
  const stream = tableStream(table, 'csv');
  await new Promise((resolve) => stream.once('data', resolve));
  stream.destroy();
  await expect.poll(staged, { timeout: 20_000 }).toEqual([]);
});
