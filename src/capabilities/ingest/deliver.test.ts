import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { applyPacks, declaredBy } from '#kernel/packs';
import { organisation } from '#organisation';
import { actor, type TestWorld, testWorld } from '#testing';
import { deliver, ingest } from './index.ts';

const capabilities = [organisation, catalogue, ingest];
let world: TestWorld;
let officer: Ctx;
let folder: string;

const units = `code,name,name_en,level,parent,source
330109,萧山区,Xiaoshan,district,,test
330109-zhzf,区综合执法局,Enforcement,department,330109,test
330109-other,区民政局,Civil affairs,department,330109,test
`;

const covers = `title: {zh: 井盖, en: Covers}
description: {zh: 井盖登记, en: Register of covers}
owner: 330109-zhzf
theme: 城市治理
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
mode: merge
key: [id]
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true, pattern: '^\\d{4}$'}
  name: {title: {zh: 名称, en: Name}, type: text, grade: L1}
  depth: {title: {zh: 埋深, en: Depth}, type: 'decimal(6,2)', grade: L2, min: 0}
  laid: {title: {zh: 铺设日期, en: Laid on}, type: date, grade: L1}
  seen: {title: {zh: 巡查日期, en: Seen on}, type: date, grade: L1}
checks:
  seen_after_laid:
    sql: seen is null or laid is null or seen >= laid
    expected: {zh: 巡查不早于铺设, en: seen after it was laid}
    item: seen
headers: {井号: id}
`;

const deepest = `title: {zh: 深井盖, en: Deep covers}
description: {zh: 埋深超过一米, en: Deeper than a metre}
owner: 330109-zhzf
theme: 城市治理
layer: thematic
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
key: [id]
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true}
  depth: {title: {zh: 埋深, en: Depth}, type: 'decimal(6,2)', grade: L2}
`;

function pack(files: Record<string, string>): string {
  const dir = join(mkdtempSync(join(tmpdir(), 'ingest-pack-')), 'trial');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

beforeAll(async () => {
  world = await testWorld({ capabilities });
  folder = mkdtempSync(join(tmpdir(), 'ingest-'));
  const dir = pack({
    'pack.yaml': 'title: {zh: 试, en: Trial}\nowner: 330109-zhzf\n',
    'units/all.csv': units,
    'datasets/covers.yaml': covers,
    'datasets/deepest.yaml': deepest,
    'datasets/deepest.sql': 'select id, depth from covers where depth > 1',
  });
  await applyPacks(world.ctx, { packs: [dir], ...declaredBy(capabilities) });
  await world.drain();
  officer = world.as(actor('source_officer', '330109/330109-zhzf', ['ingest.deliver']));
});

afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
const file = (text: string | Buffer, name = 'covers.csv'): { name: string; path: string } => {
  count += 1;
  const path = join(folder, `${count}-${name}`);
  writeFileSync(path, text);
  return { name, path };
};

const give = (text: string | Buffer, ctx: Ctx = officer, name?: string) =>
  deliver(ctx, { dataset: 'covers', files: [file(text, name)] });

const standing = async (): Promise<unknown[]> => {
  const latest = await world.ctx.lake.latest(world.ctx, 'covers');
  if (latest === null) return [];
  const { sql } = await world.ctx.lake.relation(world.ctx, 'covers');
  return world.ctx.lake.engine.rows(`select * from ${sql} as t order by id`);
};

const refusal = async (work: Promise<unknown>): Promise<GuantongError> => {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof GuantongError)) throw error ?? new Error('nothing was refused');
  return error;
};

const header = '编号,名称,埋深,铺设日期,巡查日期\n';

test('takes good rows and hands back the others', async () => {
  const result = await give(
    `${header}0001,雨水井盖,1.50,2015-01-02,2016-01-02\n12,坏,x,2015-01-02,\n0002,b,0.5,,\n0002,c,0.5,,\n0003,"d\n0004,d,,,\n`,
  );
  expect(result).toMatchObject({ rows: 6, accepted: 3, returned: 3 });
  expect(await standing()).toHaveLength(3);
});
