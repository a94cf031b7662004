/** Drift is what mistakes cannot well explain: names of estates are none, a few telephones are. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cases } from '#cases';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import { declaredBy, setDeclared } from '#kernel/packs';
import { organisation } from '#organisation';
import { signalList, signals } from '#signals';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';

const capabilities = [organisation, cases, signals, catalogue, gate];

const contract = (title: string, item: string): string => `title: {zh: ${title}, en: ${title}}
description: {zh: ${title}, en: ${title}}
owner: "330109"
theme: 试
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: full
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L1}
  ${item}
`;

/** Estates as developers name them; some begin like a surname and go on like a name. */
const estates =
  '金色江南 金丰新苑 金城花园 金辰之光 万科魅力 万安嘉园 方圆府 高桥小区 高运锦园 江南春 江寺公寓 江南名府 华瑞晴庐 华成里 时代雅苑 祥和苑 汇宇花园 晨晖名苑 潘水苑 俞家潭 沈家里 朱家坛 明怡花苑 明辉花园 安和苑 安泰公寓 文源府 文澜府 云涛苑 云栖玫瑰园 通惠苑 通和南岸 银河小区 银隆苑 和美园 和达城 广德小区 广宁苑 宁安里 宁江府 康乐苑 康宁里 成章公寓 成虎苑 温馨人家 常青园 向阳里 向日葵园 景江城 景瑞府 龙湖天璞 龙发苑 风情苑 风景蝶院 凤凰里 凤起名邸 天汇园 天辰府 育才东苑 育英里 湘湖人家 湘云雅苑 水漾人家 水秀苑 顾家塘 祝家里 荣星苑 荣安府 国泰里 国悦府 建设苑 建宁里 曾家桥 曹家里 柳桥小区 柳岸春 黎明苑 黎安里 蓝爵国际 蓝湖郡 宋都晨光 宋家湾 唐宁府 唐家弄 柏悦府 柏林春天 章家弄 章潘桥 欧景名城 欧风里 莫干苑 莫里斯 司马桥 梅花苑 梅西里 毛家坞 毛竹园 钱江府 钱塘里'.split(
    ' ',
  );

const reader = actor('data_admin', '330109', ['signals.read']);
let world: TestWorld;

beforeAll(async () => {
  setDeclared(declaredBy(capabilities));
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, {
    'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
`,
    'datasets/doors.yaml': contract(
      'doors',
      'compound: {title: {zh: 小区, en: Compound}, type: text, grade: L1}',
    ),
    'datasets/visits.yaml': contract(
      'visits',
      'remark: {title: {zh: 备注, en: Remark}, type: text, semantic: free_text, grade: L2}',
    ),
  });
  for (const [dataset, item] of [
    ['doors', 'compound'],
    ['visits', 'remark'],
  ] as const) {
    await world.ctx.lake.define(world.ctx, {
      dataset,
      columns: ['id', item].map((name) => ({ name, type: 'VARCHAR' })),
      mode: 'full',
      key: [],
    });
  }
});
afterAll(() => world.close());

let delivery = 0;
async function land(dataset: string, item: string, value: string, rows: number): Promise<void> {
  delivery += 1;
  await world.ctx.lake.commit(world.ctx, {
    dataset,
    sql: `select i::varchar as id, ${value} as ${item} from range(${rows}) r(i)`,
    batch: `b${delivery}`,
  });
  await world.drain();
}

const open = async () =>
  (await signalList(world.as(reader), {})).items.filter(({ state }) => state !== 'closed');

test('estates whose names could be those of people wake nobody, however often they stand there', async () => {
  const list = estates.map((name) => `'${name}'`).join(', ');
  await land(
    'doors',
    'compound',
    `list_extract([${list}], (i % ${estates.length} + 1)::int)`,
    3000,
  );
  await land('doors', 'compound', `list_extract([${list}], (i % 60 + 40)::int)`, 2000);
  expect(await open()).toEqual([]);
});

test('names of people in their place do', async () => {
  const names = "['沈月琴', '马国强', '汪晓东', '倪文斌', '俞小红', '许建华', '谢丽娟', '章海军']";
  await land('doors', 'compound', `list_extract(${names}, (i % 8 + 1)::int)`, 500);
  expect(await open()).toMatchObject([{ subject: { id: 'doors.compound' } }]);
  await land('doors', 'compound', "'金城花园'", 500);
  expect(await open()).toEqual([]);
});

describe('telephones planted in remarks', () => {
  const clean = "'第' || i || '次走访，一切正常，已登记'";
  const rows = 6000;

  test('none in a clean delivery', async () => {
    await land('visits', 'remark', clean, rows);
    expect(await open()).toEqual([]);
  });

  test.each([0.001, 0.01, 0.1])(
    'in %d of the rows: found, and closed when mended',
    async (share) => {
      const every = Math.round(1 / share);
      const planted = `case when i % ${every} = 7 then '回电139' || lpad((i * 7919 % 100000000)::varchar, 8, '0') else ${clean} end`;
      await land('visits', 'remark', planted, rows);
      const [signal, ...more] = await open();
      expect(more).toEqual([]);
      expect(signal).toMatchObject({ subject: { id: 'visits.remark' }, severity: 'warn' });
      await land('visits', 'remark', clean, rows);
      expect(await open()).toEqual([]);
    },
    300_000,
  );
});
