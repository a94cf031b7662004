/** Whom a row and its items tell of: refused where it cannot be so, then kept. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuantongError } from '#kernel/errors';
import { organisation } from '#organisation';
import { applyFiles, type TestWorld, testWorld } from '#testing';
import { catalogue, getDataset, listDatasets } from './index.ts';

const capabilities = [organisation, catalogue];
let world: TestWorld;

beforeAll(async () => {
  world = await testWorld({ capabilities });
});
afterAll(async () => {
  await world.close();
});

const files = (frame: string, said: { wife_id?: string; name?: string } = {}) => ({
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,Xiaoshan,,district,,,,,试
330109-mz,民政局,Civil Affairs,,department,330109,,,,试
`,
  'datasets/marriages.yaml': `title: {zh: 婚姻, en: Marriages}
description: {zh: 婚姻, en: Marriages}
owner: "330109-mz"
theme: 人口家庭
layer: standard
share: {type: none, clause: 试}
open: {type: none, clause: 试}
cycle: daily
mode: full
${frame}items:
  wife_id: {title: {zh: 证件, en: Card}, type: text, grade: L4,
      semantic: citizen_id${said.wife_id ?? ''}}
  name: {title: {zh: 姓名, en: Name}, type: text, grade: L3,
      semantic: person_name${said.name ?? ''}}
`,
});

const refused = async (given: Record<string, string>): Promise<string[]> => {
  const before = (await listDatasets(world.ctx)).length;
  const error = await applyFiles(world.ctx, capabilities, given).catch((thrown: unknown) => thrown);
  expect((await listDatasets(world.ctx)).length).toBe(before);
  return error instanceof GuantongError
    ? error.faults.map(({ code, item }) => `${code} ${item}`)
    : [];
};

test('refused: an item that is not there, one that holds no number, a number of another', async () => {
  expect(await refused(files('subject: husband_id\n'))).toEqual(['catalogue.unknown_item subject']);
  expect(await refused(files('subject: name\n', { name: ', subject: nobody' }))).toEqual([
    'catalogue.subject_no_person subject',
    'catalogue.unknown_item items.name.subject',
  ]);
  expect(await refused(files('', { wife_id: ', subject: another' }))).toEqual([
    'catalogue.subject_of_number items.wife_id.subject',
  ]);
  expect(await refused(files('', { name: ', subject: "Her"' }))).toHaveLength(1);
});

test('kept: the person of the row, of an item, and one whose number is not there', async () => {
  await applyFiles(
    world.ctx,
    capabilities,
    files('subject: wife_id\n', { name: ', subject: another' }),
  );
  const one = await getDataset(world.ctx, 'marriages');
  expect(one.subject).toBe('wife_id');
  expect(one.items.map(({ subject }) => subject)).toEqual([undefined, 'another']);
  await applyFiles(world.ctx, capabilities, files('', { name: ', subject: wife_id' }));
  const other = await getDataset(world.ctx, 'marriages');
  expect(other.subject).toBeNull();
  expect(other.items.map(({ subject }) => subject)).toEqual([undefined, 'wife_id']);
});
