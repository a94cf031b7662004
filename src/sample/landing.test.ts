/**
 * The sample through the ordinary ingest: what comes back is what was spoiled, and nothing else.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capabilities } from '#app';
import { getDataset } from '#catalogue';
import { read } from '#gate';
import { deliver, returnedRows } from '#ingest';
import { applyPacks, declaredBy } from '#kernel/packs';
import { actor, type TestWorld, testWorld } from '#testing';
import {
  generateRegisters,
  generateSample,
  mendedComponents,
  readRegistersTruth,
  readTruth,
  type SampleFile,
} from './index.ts';
import { packFolder } from './units.ts';

const now = new Date('2026-11-20T01:00:00Z');

let world: TestWorld;
let dir: string;
let files: SampleFile[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'landing-'));
  world = await testWorld({ capabilities: [...capabilities], clock: now });
  const written = [
    await generateSample({ dir, now, scale: 0.2 }),
    await generateRegisters({ dir, now, scale: 0.2, people: 4000 }),
  ];
  files = written.flatMap((one) => one.files);
  await applyPacks(world.ctx, { packs: [packFolder], ...declaredBy(capabilities) });
});
afterAll(async () => {
  await world.close();
  rmSync(dir, { recursive: true });
});

const send = ({ dataset, path }: SampleFile) =>
  deliver(world.ctx, { dataset, files: [{ name: basename(path), path }] });

test('accepted and returned are the rows of the file; returned are those that were spoiled', async () => {
  const told = [await readTruth(dir), await readRegistersTruth(dir)];
  const deliveries = told.flatMap((one) => one.deliveries);
  expect(new Set(files.map(({ dataset }) => dataset)).size).toBe(40);
  const owners = await Promise.all(files.map(({ dataset }) => getDataset(world.ctx, dataset)));
  expect(new Set(owners.map(({ owner }) => owner)).size).toBeGreaterThanOrEqual(20);
  for (const file of files) {
    const told = deliveries.find((one) => one.dataset === file.dataset);
    const result = await send(file);
    expect(result.rows, file.dataset).toBe(told?.rows);
    expect(result.accepted + result.returned, file.dataset).toBe(result.rows);
    const page = await returnedRows(world.ctx, result.batch, { offset: 0, limit: 1000 });
    const found = new Set(page.rows.map((one) => one.row));
    const spoiled = (told?.dirty ?? []).flatMap(({ row, first }) => (first ? [row, first] : [row]));
    expect({ [file.dataset]: [...found].filter((row) => !spoiled.includes(row)) }).toEqual({
      [file.dataset]: [],
    });
    const missed = (told?.dirty ?? []).filter(({ row, first }) => {
      return !found.has(row) && !(first !== undefined && found.has(first));
    });
    expect({ [file.dataset]: missed }).toEqual({ [file.dataset]: [] });
  }
}, 240_000);

test('the derived resources find what was planted, and nothing else', async () => {
  await world.drain();
  const { planted } = await readRegistersTruth(dir);
  const rows = async (dataset: string) => {
    const { sql } = await world.ctx.lake.relation(world.ctx, dataset);
    return world.ctx.lake.engine.rows(`select * from ${sql} as held`);
  };
  const found = async (dataset: string, item: string): Promise<string[]> =>
    (await rows(dataset)).map((row) => String(row[item])).toSorted();
  const keys = (story: (typeof planted)[number]['story']): string[] =>
    planted.filter((one) => one.story === story).map((one) => one.key);
  const dead = await found('aid_after_death', 'grant_no');
  expect(dead.filter((key) => !keys('dead_drawing_aid').includes(key))).toEqual([]);
  const certified = new Set(await found('deaths', 'person_id'));
  const expected = planted.filter(
    (one) => one.story === 'dead_drawing_aid' && certified.has(one.person_id),
  );
  expect(dead).toEqual(expected.map(({ key }) => key).toSorted());
  expect(dead.length).toBeGreaterThan(0);
  const asked = 'select grant_no, months_over from aid_after_death order by grant_no';
  const through = (role: string, unit: string) =>
    read(world.as(actor(role, unit, ['gate.read'])), asked, { purpose: '待遇核验' });
  // The supervisor of the district comes to the rows; a town to its own; a builder to none.
  const drilled = await through('supervisor', '330109');
  expect(drilled.rows.map(([key]) => key)).toEqual(dead);
  const [first] = await rows('aid_after_death');
  const town = String(first?.village_code).slice(0, 9);
  const own = await through('command_room', `330109/${town}`);
  expect(own.rows.length).toBeGreaterThan(0);
  expect(own.rows.length).toBeLessThanOrEqual(dead.length);
  const elsewhere = await through('command_room', '330109/330109-nowhere');
  expect(elsewhere.rows).toEqual([]);
  await expect(through('builder', '330109')).rejects.toThrow('gate.not_granted');
  expect(await found('allowance_twice', 'last_grant')).toEqual(keys('double_allowance').toSorted());
  const wrong = await found('licence_code_conflicts', 'licence_no');
  expect(wrong.filter((key) => !keys('wrong_credit_code').includes(key))).toEqual([]);
  const owners = await found('aided_firm_owners', 'aid_no');
  expect(
    [...new Set(owners)].filter((key) => !keys('beneficiary_owns_firm').includes(key)),
  ).toEqual([]);
  const { burst } = await readTruth(dir);
  expect(burst.orders.length).toBe(40);
  const [cluster, ...others] = await rows('hotline_clusters');
  expect(others).toEqual([]);
  expect([cluster?.town_code, cluster?.road]).toEqual([burst.town, burst.road]);
  expect(Number(cluster?.calls)).toBeGreaterThanOrEqual(40);
});

test('the mended file changes its nine rows, and the same file again nothing', async () => {
  const mended = await send(await mendedComponents({ dir }));
  expect(mended).toMatchObject({ rows: 9, accepted: 9, returned: 0, unchanged: 0 });
  const again = await send(await mendedComponents({ dir }));
  expect(again).toMatchObject({ snapshot: mended.snapshot });
});
