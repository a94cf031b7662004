/**
 * `guantong inspect` and `contract`: files and nothing else, in the exact shape that programs rely
 * on.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentOf, guantong, type Refusal } from './guantong.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guantong-inspect-'));
});

afterAll(() => rm(folder, { recursive: true }));

const run = (...args: string[]) =>
  guantong([...args, '--json'], { GUANTONG_HOME: join(folder, 'h') });

test('a file that is no table, or is not there, is refused with a code', async () => {
  await writeFile(join(folder, 'a.pdf'), '%PDF-1.7\n');
  const pdf = await run('inspect', join(folder, 'a.pdf'));
  expect(pdf.code).toBe(1);
  expect(documentOf<Refusal>(pdf).error.code).toBe('ingest.not_a_table');
  const missing = await run('inspect', join(folder, 'none.csv'));
  expect(documentOf<Refusal>(missing).error.code).toBe('app.file_missing');
});

test('a table, found and as it is said to be; nothing is written', async () => {
  const path = join(folder, 'a.csv');
  await writeFile(path, '台账\n编号;名称\n1;井盖\n2;\n合计;\n');
  const found = documentOf<Record<string, unknown>>(await run('inspect', path));
  expect(found).toEqual({
    encoding: 'utf-8',
    delimiter: ';',
    quote: '"',
    escape: '"',
    newline: '\n',
    preambleRows: 1,
    headerRows: 1,
    footerRows: 1,
    rows: 2,
    columns: [
      { name: '编号', type: 'text', semanticType: 'identifier', nulls: 0, examples: ['1', '2'] },
      { name: '名称', type: 'text', semanticType: null, nulls: 1, examples: ['井盖'] },
    ],
  });
  const said = await run('inspect', path, '--preamble', '2', '--header-rows', '0');
  expect(documentOf(said)).toMatchObject({ preambleRows: 2, headerRows: 0, rows: 2 });
  expect(await readdir(folder)).not.toContain('h');
});

test('several files, or a folder of them: one that is refused stops no other', async () => {
  const several = join(folder, 'several');
  await mkdir(several);
  await writeFile(join(several, 'a.csv'), 'id|name\n1|x\n2|y\n');
  await writeFile(join(several, 'b.bin'), '%PDF-1.7\n');
  await writeFile(join(several, 'c.csv'), 'a\0b\n1\x002\n3\x004\n');
  const all = await run('inspect', several);
  expect(all.code).toBe(1);
  expect(documentOf(all)).toMatchObject([
    { file: join(several, 'a.csv'), delimiter: '|', rows: 2 },
    { file: join(several, 'b.bin'), error: { code: 'ingest.not_a_table' } },
    { file: join(several, 'c.csv'), delimiter: '\0', rows: 2 },
  ]);
  const two = await run('inspect', join(several, 'a.csv'), join(several, 'c.csv'));
  expect(two.code).toBe(0);
  expect(documentOf<unknown[]>(two)).toHaveLength(2);
});

test('contracts of several files; what is there already is not overwritten', async () => {
  const several = join(folder, 'register');
  const to = join(folder, 'datasets');
  await mkdir(several);
  const covers = join(several, '井盖.csv');
  await writeFile(covers, '编号,名称\nA-1,井盖\nA-2,井盖\n');
  await writeFile(join(several, '水表.csv'), '导出于今日\n编号|口径\nB-1|20\nB-2|25\n');
  await writeFile(join(several, 'a.bin'), '%PDF-1.7\n');
  const all = documentOf<{ name: string; yaml: string }[]>(await run('contract', several));
  expect(all).toMatchObject([
    { source: join(several, 'a.bin'), error: { code: 'ingest.not_a_table' } },
    { source: covers, name: 'cover', yaml: expect.stringContaining('编号') },
    { source: join(several, '水表.csv'), yaml: expect.stringContaining('口径') },
  ]);
  expect(await readdir(folder)).not.toContain('datasets');
  const written = await run('contract', several, '--to', to, '--owner', '330109-zhzf');
  expect(written.code).toBe(1);
  const names = all.flatMap(({ name }) => (name === undefined ? [] : [`${name}.yaml`]));
  expect(await readdir(to)).toEqual(names.sort());
  const path = join(to, `${all[1]?.name}.yaml`);
  expect(await readFile(path, 'utf8')).toContain('owner: "330109-zhzf"');
  await writeFile(path, 'corrected');
  const again = await run('contract', covers, '--to', to);
  expect(documentOf<Refusal>(again).error.code).toBe('app.contract_exists');
  expect(await readFile(path, 'utf8')).toBe('corrected');
});
