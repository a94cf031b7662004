/** Warehouses: what a unit owns, what is held about a town, who sees which. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capabilities } from '#app';
import { listLibraries } from '#catalogue';
import { issueGrant, page } from '#gate';
import { pageInput } from '#gate/model';
import { deliver } from '#ingest';
import type { Ctx } from '#kernel/context';
import { checkPacks, declaredBy } from '#kernel/packs';
import { actor, districtWorld, type TestWorld } from '#testing';
import { departmentWarehouses, townWarehouses } from './actions/index.ts';

const district = 'packs/district';
const now = new Date('2026-11-20T01:00:00Z');
let world: TestWorld;
let dir: string;

const may = ['catalogue.read', 'gate.read'];
const admin = () => world.as(actor('data_admin', '330109', [...may, 'gate.manage']));
const town = () => world.as(actor('command_room', '330109/330109004', may));
const outsider = () => world.as(actor('liaison', '330109/330109004'));

const header =
  '场馆编号,场馆名称,类别,开放时间,面积,最大承载,免费开放,联系电话,地址,经度,纬度,村社编码';
const venue = (at: number, village: string): string =>
  `CG${String(at).padStart(6, '0')},示例礼堂,文化礼堂,全天,120.00,30,是,,示例路1号,120.29,30.17,${village}`;

/** Two halls in 新塘, one in 城厢, one line that goes back. */
const venues = [
  venue(1, '330109004223'),
  venue(2, '330109004201'),
  venue(3, '330109001001'),
  venue(4, '不详'),
];

async function send(ctx: Ctx, dataset: string, lines: string[]): Promise<void> {
  const path = join(dir, `${dataset}.csv`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  await deliver(ctx, { dataset, files: [{ name: `${dataset}.csv`, path }] });
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'warehouses-'));
  world = await districtWorld({ clock: now });
  await send(world.ctx, 'venues', [header, ...venues]);
});
afterAll(async () => {
  await world.close();
  rmSync(dir, { recursive: true });
});

test('who may not read the catalogue, or data, sees no warehouse', async () => {
  await expect(departmentWarehouses(outsider())).rejects.toThrow('auth.not_allowed');
  await expect(townWarehouses(outsider())).rejects.toThrow('auth.not_allowed');
});

test('a department owns what it delivers: rows, what went back, when it is due', async () => {
  const { units } = await departmentWarehouses(admin());
  const culture = units.find(({ code }) => code === '330109-wgly');
  expect(culture).toMatchObject({ kind: 'department', rows: 3, out: 1, late: 0, missing: 0 });
  expect(culture?.resources).toMatchObject([
    { name: 'venues', kind: 'collected', rows: 3, out: 1, fresh: 'on_time', due: '2027-05-20' },
  ]);
  const schools = units.find(({ code }) => code === '330109-jyj');
  expect(schools).toMatchObject({ rows: 0, missing: 2, asOf: null });
});

test('collected, returned from above and shared are counted apart', async () => {
  const before = await departmentWarehouses(admin());
  expect(before.collected).toEqual({ datasets: 1, rows: 3, deliveries: 1 });
  expect(before.returned).toEqual({ datasets: 0, rows: 0, deliveries: 0 });
  const none = { datasets: 0, grants: 0, reads: 0, rows: 0, units: 0, since: null };
  expect(before.shared).toEqual(none);
  const hours = ['站号,站名,观测时间,气温,相对湿度,小时雨量,极大风速,镇街编码'];
  await send(world.ctx, 'weather_observations', [
    ...hours,
    'K1004,新塘站,2026-11-19 08:00:00,13.4,71,0.0,4.2,330109004',
  ]);
  await issueGrant(admin(), {
    grantee: 'app-1',
    dataset: 'venues',
    items: ['venue'],
    purpose: '文化地图',
    expiresAt: '2026-12-20T00:00:00.000Z',
    approvedBy: '330109-wgly',
  });
  const after = await departmentWarehouses(admin());
  expect(after.collected).toEqual({ datasets: 1, rows: 3, deliveries: 1 });
  expect(after.returned).toEqual({ datasets: 1, rows: 1, deliveries: 1 });
  expect(after.shared).toEqual({ ...none, datasets: 1, grants: 1 });
  expect(after.themes.find(({ value }) => value === '生态环境')).toMatchObject({ rows: 1 });
});

test('shared is what other units read, in fact and once each; the owner, counts and the platform are not', async () => {
  const at = (path: string) => world.as(actor('data_admin', path, [...may, 'gate.manage']));
  const look = (ctx: Ctx) => page(ctx, 'venues', pageInput.parse({}));
  const shared = async () => {
    const { shared: sum, units } = await departmentWarehouses(admin());
    const { resources = [] } = units.find(({ code }) => code === '330109-wgly') ?? {};
    return { ...sum, venues: resources.find(({ name }) => name === 'venues') };
  };
  await look(at('330109/330109-wgly'));
  await townWarehouses(admin());
  expect(await shared()).toMatchObject({ reads: 0, rows: 0, units: 0, venues: { readers: 0 } });
  // No hall is the schools' own: they are shown none.
  await look(at('330109/330109-jyj'));
  expect(await shared()).toMatchObject({ reads: 0, units: 0 });
  await look(at('330109'));
  await look(at('330109'));
  await look(at('330109/330109004'));
  const three = { reads: 3, rows: 8, units: 2, venues: { readers: 2, reads: 3 } };
  expect(await shared()).toMatchObject(three);
  // Tallied once they are settled, counted with what is new, and never twice.
  world.clock.advance(3_600_000);
  expect(await shared()).toMatchObject(three);
  await look(at('330109/330109004'));
  expect(await shared()).toMatchObject({ reads: 4, rows: 10, units: 2 });
  world.clock.advance(3_600_000);
  expect(await shared()).toMatchObject({ reads: 4, rows: 10, units: 2 });
  const refused = departmentWarehouses(outsider());
  await expect(refused).rejects.toThrow('auth.not_allowed');
});

test('a delivery that is late is counted with its department', async () => {
  world.clock.advance(200 * 24 * 3_600_000);
  const { units } = await departmentWarehouses(admin());
  expect(units.find(({ code }) => code === '330109-wgly')).toMatchObject({ late: 1 });
  world.clock.advance(-200 * 24 * 3_600_000);
});

test('a town sees what is held about it and nothing of the others', async () => {
  const own = await townWarehouses(town());
  expect(own.map(({ code }) => code)).toEqual(['330109004']);
  expect(own[0]?.resources.find(({ name }) => name === 'venues')?.rows).toBe(2);
  const all = await townWarehouses(admin());
  expect(all.length).toBe(22);
  const halls = (code: string) =>
    all.find((one) => one.code === code)?.resources.find(({ name }) => name === 'venues')?.rows;
  expect([halls('330109004'), halls('330109001'), halls('330109002')]).toEqual([2, 1, undefined]);
});

test('a library names its keeper, those who give to it and those who may use it', async () => {
  const libraries = await listLibraries(world.as(actor('source_officer', '330109/330109-jw', may)));
  const aid = libraries.find(({ name }) => name === 'livelihood_aid');
  expect(aid?.owner).toEqual({ code: '330109-mzj', name: '区民政局' });
  expect(aid?.contributors.map(({ code }) => code)).toContain('330109-wjj');
  expect(aid?.contributors.map(({ code }) => code)).not.toContain('330109-mzj');
  expect(aid?.mine).toBe('user');
  const firms = libraries.find(({ name }) => name === 'enterprises');
  expect(firms?.mine).toBe('none');
  expect(firms?.users.map(({ unit, standing }) => [unit, standing])).toContainEqual([
    '330109-jrfw',
    false,
  ]);
});

test('a library of nobody, with strangers and the same twice, is refused with all faults', async () => {
  const folder = join(dir, 'bad');
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  const { mkdirSync } = await import('node:fs');
  mkdirSync(join(folder, 'libraries'), { recursive: true });
  write(
    'pack.yaml',
    'title: {zh: 坏, en: Bad}\nowner: 330109-sjj\nplatform: ">=0.1"\nneeds: [district]\n',
  );
  write(
    'libraries/odd.yaml',
    [
      'title: {zh: 怪, en: Odd}',
      'description: {zh: 怪, en: Odd}',
      'owner: 330109-nobody',
      'datasets: [venues, venues, ghosts]',
      'users: [{unit: 330109-stranger, purpose: 无, until: "2027-01-01"}]',
      '',
    ].join('\n'),
  );
  const packs = [district, folder];
  const { faults } = await checkPacks(world.ctx, { packs, ...declaredBy(capabilities) });
  expect(faults.map(({ code, item }) => [code, item])).toEqual([
    ['catalogue.unknown_owner', 'owner'],
    ['catalogue.list_twice', 'datasets.1'],
    ['catalogue.unknown_relation', 'datasets.2'],
    ['catalogue.unknown_owner', 'users.0.unit'],
  ]);
});
