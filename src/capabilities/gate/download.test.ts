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
import { actor, type TestWorld, trialContract, trialFiles, trialWorld } from '#testing';
import { download } from './actions/page.ts';

const capabilities = [organisation, catalogue, gate];
const rows = 30_000;
let world: TestWorld;
let reader: Ctx;

const files = trialFiles({
  roles: ['reader'],
  policy: { low: { grades: ['L1'], view: 'plain' } },
  datasets: {
    register: trialContract(
      { id: { type: 'integer', required: true }, name: {}, secret: { grade: 'L4' } },
      { key: ['id'] },
    ),
  },
});

beforeAll(async () => {
  const sql = `select n as id, 'name ' || n as name, 'SECRET' || n as secret from range(${rows}) t(n)`;
  world = await trialWorld(capabilities, files, { register: sql });
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
  await expect.poll(staged).toEqual([]);
});
