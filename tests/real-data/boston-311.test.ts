/**
 * Real files as found: two months of requests, the second merged on the first. What is expected is
 * counted by plain means from the bytes of the files, never by the code under test.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capabilities } from '#app';
import { deliver } from '#ingest';
import { systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { applyPacks, checkPacks, declaredBy } from '#kernel/packs';
import { type TestWorld, testWorld } from '#testing';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** All that the pack needs of the district: the unit it stands under. */
function smallDistrict(): string {
  const dir = join(mkdtempSync(join(tmpdir(), 'boston-')), 'district');
  mkdirSync(join(dir, 'units'), { recursive: true });
  writeFileSync(join(dir, 'pack.yaml'), 'title: {zh: 区, en: District}\nowner: "330109"\n');
  const unit = '330109,萧山区,Xiaoshan,district,,test';
  writeFileSync(join(dir, 'units', 'all.csv'), `code,name,name_en,level,parent,source\n${unit}\n`);
  return dir;
}
const district = smallDistrict();
const packs = [district, `${root}packs/boston-311`];
const months = ['2015-01', '2015-02'].map(
  (month) => `${root}../shared/data/boston-311/${month}.csv`,
);
const present = months.every((path) => existsSync(path));
if (!present) {
  console.warn(`real data absent, its tests are skipped: ${months.join(', ')}`);
}

let world: TestWorld;
let platform: Ctx;

/**
 * No field of these files holds a newline, so lines are rows; the request's number is the second
 * field.
 */
const lines = (path: string): string[] =>
  readFileSync(path, 'utf8').trimEnd().split('\r\n').slice(1);
const idsOf = (path: string): string[] => lines(path).map((line) => line.split(',')[1] ?? '');
const openIn = (path: string): number =>
  lines(path).filter((line) => /,(ONTIME|OVERDUE|),Open,/.test(line)).length;

beforeAll(async () => {
  world = await testWorld({ capabilities });
  platform = world.as(systemActor('test'));
});

afterAll(async () => {
  await world?.close();
  rmSync(dirname(district), { recursive: true });
});

test('the pack has no faults beside the district', async () => {
  const { faults } = await checkPacks(platform, { packs, ...declaredBy(capabilities) });
  expect(faults).toEqual([]);
});

test.runIf(present)('two months by merge, counted independently', { timeout: 60_000 }, async () => {
  await applyPacks(platform, { packs, ...declaredBy(capabilities) });
  const [january, february] = months as [string, string];
  const give = (path: string) =>
    deliver(platform, { dataset: 'requests', files: [{ name: path.slice(-11), path }] });
  const first = await give(january);
  expect(first).toMatchObject({ rows: lines(january).length, returned: 0, unchanged: 0 });
  expect(first.accepted).toBe(lines(january).length);
  const second = await give(february);
  expect(second.accepted + second.returned).toBe(lines(february).length);
  expect(second.returned).toBe(0);
  const ids = new Set([...idsOf(january), ...idsOf(february)]);
  const { sql, rows } = await platform.lake.relation(platform, 'requests');
  expect(rows).toBe(ids.size);
  const [sum] = await platform.lake.engine.rows(
    `select count(*) filter (where case_status = 'Open') as open,
       min(open_dt)::varchar as first, sum(latitude)::varchar as latitude from ${sql} as t`,
  );
  expect(sum?.open).toBe(openIn(january) + openIn(february));
  // 01/01/2015 12:20:09 AM in Boston.
  expect(sum?.first).toBe('2015-01-01 05:20:09');
  await world.drain();
  const backlog = await platform.lake.relation(platform, 'neighborhood_backlog');
  const [made] = await platform.lake.engine.rows(
    `select sum(received)::bigint as received, sum(open)::bigint as open from ${backlog.sql} as t`,
  );
  expect(made).toEqual({ received: ids.size, open: openIn(january) + openIn(february) });
});

test.runIf(present)('the same month again changes nothing', async () => {
  const before = await platform.lake.latest(platform, 'requests');
  const path = months[1] ?? '';
  const again = await deliver(platform, {
    dataset: 'requests',
    files: [{ name: 'again.csv', path }],
  });
  expect(again).toMatchObject({ unchanged: lines(path).length, snapshot: before?.id });
});
