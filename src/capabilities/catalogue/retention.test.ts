/** What a contract says of keeping the past is what the night's sweep does, and nothing else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { keepJob, lakeKeeping } from '#kernel/lake';
import { organisation } from '#organisation';
import { applyFiles, type TestWorld, testWorld } from '#testing';

const capabilities = [organisation, catalogue];
const day = 86_400_000;
let world: TestWorld;

const units = `code,name,name_en,level,parent,source
330109,萧山区,Xiaoshan,district,,test
330109-zhzf,区综合执法局,Enforcement,department,330109,test
`;

const contract = (retention: string): string => `title: {zh: 试, en: Trial}
description: {zh: 试, en: Trial}
owner: 330109-zhzf
theme: 试
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: full
key: [id]
${retention}items:
  id: {title: {zh: 编号, en: Id}, type: integer, grade: L1, required: true}
  n: {title: {zh: 数, en: N}, type: integer, grade: L1}
`;

const because = '{zh: 行政复议留存, en: Kept for a review}';
const kept = {
  usual: '',
  short: 'retention: {days: 2, snapshots: 2}\n',
  held: `retention: {days: 1, hold: {because: ${because}}}\n`,
  dated: `retention: {days: 1, hold: {until: 2026-11-25, because: ${because}}}\n`,
};

const files = (contracts: Record<string, string>): Record<string, string> => ({
  'units/all.csv': units,
  ...Object.fromEntries(
    Object.entries(contracts).map(([name, retention]) => [
      `datasets/${name}.yaml`,
      contract(retention),
    ]),
  ),
});

beforeAll(async () => {
  world = await testWorld({
    capabilities,
    settings: { lake_keep_days: 400, lake_sweep_grace_ms: 0 },
  });
  world.clock.set(new Date('2026-11-20T04:00:00Z'));
  await applyFiles(world.ctx, capabilities, files(kept));
  for (let n = 1; n <= 5; n += 1) {
    for (const dataset of Object.keys(kept)) {
      await world.ctx.lake.commit(world.ctx, {
        dataset,
        sql: `select 1 as id, ${n} as n`,
        batch: `b${n}`,
      });
    }
    world.clock.advance(day);
  }
});
afterAll(() => world.close());

const versions = async (dataset: string): Promise<number[]> =>
  (await world.ctx.lake.snapshots(world.ctx, dataset)).map(({ version }) => version);

const night = () => lakeKeeping.jobs?.[keepJob]?.(world.ctx, {});

test('a wrong rule is refused with its place', async () => {
  for (const wrong of [
    'retention: {days: 0}\n',
    'retention: {years: 3}\n',
    'retention: {hold: {}}\n',
  ]) {
    await expect(applyFiles(world.ctx, capabilities, files({ wrong }))).rejects.toThrow();
  }
  expect(await world.ctx.lake.latest(world.ctx, 'wrong').catch(() => null)).toBeNull();
});

test('every dataset keeps what its contract says, the others what the setting says', async () => {
  const { ctx } = world;
  const moment = new Date(world.clock.now().getTime() - 4.5 * day);
  const before = await ctx.lake.at(ctx, 'short', moment);
  expect(before?.version).toBe(1);
  await night();
  expect(await versions('usual')).toEqual([5, 4, 3, 2, 1]);
  expect(await versions('short')).toEqual([5, 4]);
  expect(await versions('held')).toEqual([5, 4, 3, 2, 1]);
  expect(await versions('dated')).toEqual([5, 4, 3, 2, 1]);
  const gone = { code: 'lake.snapshot_gone' };
  await expect(ctx.lake.relation(ctx, 'short', { asOf: moment })).rejects.toMatchObject(gone);
  await expect(ctx.lake.relation(ctx, 'short', { asOf: before?.id ?? 0 })).rejects.toMatchObject(
    gone,
  );
  expect((await ctx.lake.at(ctx, 'held', moment))?.version).toBe(1);
});

test('a hold ends after its last day; a lifted one frees what it kept', async () => {
  const { ctx } = world;
  world.clock.set(new Date('2026-11-25T15:59:00Z'));
  expect((await ctx.lake.keeping(ctx, 'dated')).isHeld).toBe(true);
  world.clock.set(new Date('2026-11-25T16:01:00Z'));
  expect((await ctx.lake.keeping(ctx, 'dated')).isHeld).toBe(false);
  await applyFiles(ctx, capabilities, files({ ...kept, held: '' }));
  await night();
  expect(await versions('dated')).toEqual([5]);
  expect(await versions('held')).toEqual([5, 4, 3, 2, 1]);
  expect(await ctx.lake.keeping(ctx, 'held')).toEqual(await ctx.lake.keeping(ctx, 'usual'));
});
