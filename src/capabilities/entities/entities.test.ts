/** The address library: what a text is located to, and how sure; its copy follows the dataset. */
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { locate } from '#entities';
import { deliver } from '#ingest';
import { actor, districtWorld, type TestWorld } from '#testing';
import { normalise, parseAddress } from './actions/parse.ts';

let world: TestWorld;

const header =
  'addr_code,full_name,town_code,village_code,grid_code,road,number,compound,building,lon,lat';
const rows = [
  '3301090042230000001,萧山区新塘街道霞江村霞江路126号,330109004,330109004223,330109004223003,霞江路,126,,,120.29,30.17',
  '3301090042230000002,萧山区新塘街道霞江村霞江路128号,330109004,330109004223,330109004223003,霞江路,128,,,120.2901,30.17',
  '3301090042230000003,萧山区新塘街道霞江村霞江新苑3幢,330109004,330109004223,330109004223002,,,霞江新苑,3幢,120.2911,30.171',
  '3301090042230000004,萧山区临浦镇人民路9号,330109105,330109105001,330109105001001,人民路,9,,,120.25,30.05',
  '3301090042230000005,萧山区瓜沥镇人民路9号,330109113,330109113001,330109113001001,人民路,9,,,120.45,30.18',
];

async function land(lines: string[]): Promise<void> {
  const path = world.ctx.lake.stage('addresses.csv');
  await writeFile(path, [header, ...lines].join('\n'));
  const files = [{ name: 'addresses.csv', path }];
  const landed = await deliver(world.ctx, { dataset: 'addresses', files });
  expect(landed).toMatchObject({ accepted: lines.length, returned: 0 });
  await world.drain();
}

beforeAll(async () => {
  world = await districtWorld({ settings: { demo: true } });
});

afterAll(() => world?.close());

describe('refusals', () => {
  test('nobody signed out, nobody without the permission', async () => {
    const url = `/api/entities/locate?text=${encodeURIComponent('霞江路128号')}`;
    expect((await world.app.inject({ url })).statusCode).toBe(401);
    const own = world.as(actor('citizen', '330109/330109004', []));
    expect(own.actor.permissions.has('entities.locate')).toBe(false);
  });

  test('no library delivered: nothing is known, nothing is guessed', async () => {
    expect(await locate(world.ctx, '霞江路128号')).toBeNull();
  });
});

describe('parts of an address', () => {
  test.each([
    [
      '浙江省杭州市萧山区新塘街道霞江路１２８号 对面',
      { road: '霞江路', number: 128, beside: '对面' },
    ],
    ['霞江新苑3幢2单元201', { compound: '霞江新苑', building: '3' }],
    ['人民路9-1号门口', { road: '人民路', number: 9, beside: '门口' }],
    ['某处', {}],
  ])('%s', (text, parts) => {
    const rest = normalise(text, '萧山区').replace('新塘街道', '');
    expect(parseAddress(rest)).toMatchObject(parts);
  });
});

describe('places', () => {
  beforeAll(() => land(rows));

  test('a door plate, with or without its town, opposite counts a little less', async () => {
    const exact = await locate(world.ctx, '新塘街道霞江路128号');
    expect(exact).toMatchObject({
      code: '3301090042230000002',
      level: 'number',
      grid: '330109004223003',
      confident: true,
    });
    const beside = await locate(world.ctx, '霞江路128号对面');
    expect(beside?.code).toBe('3301090042230000002');
    expect(beside?.score).toBeLessThan(exact?.score ?? 0);
    expect(beside?.reason.zh).toContain('对面');
  });

  test('a number that is missing gives its neighbour on the same side, and says so', async () => {
    const near = await locate(world.ctx, '霞江路130号');
    expect(near).toMatchObject({ code: '3301090042230000002', level: 'road' });
    expect(near?.reason.zh).toContain('130');
    expect(near?.reason.zh).toContain('128');
  });

  test('a compound, and a village that is all there is', async () => {
    expect(await locate(world.ctx, '霞江新苑3幢')).toMatchObject({
      code: '3301090042230000003',
      level: 'compound',
    });
    const village = await locate(world.ctx, '霞江村');
    expect(village).toMatchObject({ village: '330109004223', level: 'village', confident: false });
  });

  test('one road in two towns: the town decides, without it a person has to', async () => {
    const unsure = await locate(world.ctx, '人民路9号');
    expect(unsure?.confident).toBe(false);
    expect(unsure?.reason.zh).toContain('同名');
    const sure = await locate(world.ctx, '瓜沥镇人民路9号');
    expect(sure).toMatchObject({ code: '3301090042230000005', town: '330109113', confident: true });
  });

  test('the copy follows what is delivered, and only that', async () => {
    const moved = rows[1]?.replace('330109004223003', '330109004223001') ?? '';
    await land([
      moved,
      '3301090042230000006,萧山区新塘街道霞江村霞江路140号,330109004,330109004223,330109004223001,霞江路,140,,,120.29,30.17',
    ]);
    expect((await locate(world.ctx, '霞江路128号'))?.grid).toBe('330109004223001');
    expect((await locate(world.ctx, '霞江路140号'))?.code).toBe('3301090042230000006');
    expect((await locate(world.ctx, '霞江路126号'))?.code).toBe('3301090042230000001');
  });
});
