/** A sealed resource does not exist for those outside: no answer tells it from one that is not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue, datasetLineage } from '#catalogue';
import {
  columnLineage,
  diffRows,
  gate,
  grantFound,
  issueGrant,
  listGrants,
  read,
  readOne,
  revokeGrant,
  viewOf,
} from '#gate';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { organisation } from '#organisation';
import { actor, applyFiles, refusal as refusalOf, type TestWorld, testWorld } from '#testing';
import { download } from './actions/page.ts';

const capabilities = [organisation, catalogue, gate];
let world: TestWorld;
let files: Record<string, string>;

const role = `title: {zh: 甲, en: A}
description: {zh: 甲, en: A}
levels: [district]
permissions: [gate.read, catalogue.read]
`;
const dataset = (more: string): string => `title: {zh: 线索, en: Leads}
description: {zh: 线索, en: Leads}
owner: "330109"
theme: 试
layer: standard
share: {type: none, clause: 试}
open: {type: none, clause: 试}
cycle: daily
mode: full
${more}
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L1}
`;

beforeAll(async () => {
  world = await testWorld({ capabilities });
  const derived = dataset('sealed_for: [insider]').replace('mode: full\n', '');
  files = {
    'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
`,
    'roles/insider.yaml': role,
    'roles/outsider.yaml': role,
    'datasets/leads.yaml': dataset('sealed_for: [insider]'),
    'datasets/open.yaml': dataset(''),
    'datasets/joined.yaml': derived,
    'datasets/joined.sql': 'select open.id from open join leads on open.id = leads.id',
    'policies/grades.yaml': `title: {zh: 规则, en: Policy}
source: 试
lines:
  - {id: low, roles: ["*"], grades: [L1], view: plain, because: {zh: 试, en: trial}}
`,
  };
  await applyFiles(world.ctx, capabilities, files);
  for (const name of ['leads', 'open']) {
    const input = { dataset: name, sql: "select 'x' as id", batch: `b-${name}` };
    await world.ctx.lake.commit(world.ctx, input);
  }
});
afterAll(() => world.close());

const as = (held: string): Ctx => world.as(actor(held, '330109', ['gate.read', 'catalogue.read']));
const purpose = '测试';

const roads: Record<string, (ctx: Ctx, name: string) => Promise<unknown>> = {
  read: (ctx, name) => read(ctx, `select * from ${name}`, { purpose }),
  view: (ctx, name) => viewOf(ctx, name),
  diff: (ctx, name) => diffRows(ctx, name, { purpose }),
  row: (ctx, name) => readOne(ctx, name, 'x', { purpose }),
  lineage: (ctx, name) => columnLineage(ctx, name),
  download: (ctx, name) => download(ctx, name, { purpose, filter: [] }),
};

/** A refusal without the name that was asked for. */
const refusal = async (road: Promise<unknown>, name: string): Promise<string> => {
  const thrown = await road.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof GuantongError)) throw new Error(`${name} was answered`);
  return JSON.stringify(thrown.toShape()).replaceAll(name, '?');
};

test.each(Object.entries(roads))('%s: refused as what is not there', async (_, road) => {
  const sealed = await refusal(road(as('outsider'), 'leads'), 'leads');
  expect(sealed).toBe(await refusal(road(as('outsider'), 'nothing'), 'nothing'));
});

test('what is made from it is sealed too, for no role more', async () => {
  const codes = async (more: string): Promise<string[]> => {
    const applied = applyFiles(world.ctx, capabilities, {
      ...files,
      'datasets/joined.yaml': dataset(more).replace('mode: full\n', ''),
      'datasets/counted.yaml': dataset('').replace('mode: full\n', ''),
      'datasets/counted.sql': 'select id from open where id in (select id from joined)',
    });
    const { faults } = await refusalOf(applied);
    return faults.map(({ code, file }) => `${code} ${file}`).sort();
  };
  const at = (name: string): string => `gate.sealed_below trial/datasets/${name}.yaml`;
  expect(await codes('')).toEqual([at('joined')]);
  expect(await codes('sealed_for: [insider, outsider]')).toEqual([at('counted'), at('joined')]);
  expect(await codes('sealed_for: [insider]')).toEqual([at('counted')]);
});

test('a grant on it is nobody’s to see or take back but theirs who know of it', async () => {
  const permissions = ['gate.manage', 'gate.grants', 'gate.read', 'catalogue.read'];
  const manager = (held: string): Ctx => world.as(actor(held, '330109', permissions));
  const { id } = await issueGrant(manager('insider'), {
    ...{ grantee: 'client', dataset: 'leads', items: ['id'], purpose, approvedBy: '批文' },
    expiresAt: new Date(world.clock.now().getTime() + 86_400_000).toISOString(),
  });
  const idsFor = async (held: string): Promise<string[]> =>
    (await listGrants(manager(held), { search: '', limit: 9 })).grants.map((one) => one.id);
  expect(await idsFor('insider')).toEqual([id]);
  expect(await idsFor('outsider')).toEqual([]);
  const asked = [
    () => grantFound(manager('outsider'), id),
    () => revokeGrant(manager('outsider'), id, '不该'),
    () => listGrants(manager('outsider'), { search: 'leads', limit: 9, after: id }),
  ];
  for (const ask of asked.slice(0, 2)) {
    expect((await refusalOf(ask())).code).toBe('gate.grant_invalid');
  }
  expect(await asked[2]?.()).toMatchObject({ grants: [] });
  expect((await grantFound(manager('insider'), id)).state).toBe('standing');
});

test('those whom it names read it', async () => {
  const { rows } = await read(as('insider'), 'select * from leads', { purpose });
  expect(rows).toEqual([['x']]);
  expect((await viewOf(as('insider'), 'leads')).items).toHaveLength(1);
});

test('lineage of what is known says nothing of what is sealed', async () => {
  const names = async (held: string): Promise<string[]> =>
    (await datasetLineage(as(held), 'open')).downstream.map(({ name }) => name);
  expect(await names('insider')).toEqual(['joined']);
  expect(await names('outsider')).toEqual([]);
});
