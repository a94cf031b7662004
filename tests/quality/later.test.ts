/**
 * What shows only in time: deliveries that stop coming, that lose rows, whose values are spread
 * otherwise. The months after the first deliveries and their truth come from the generator, which
 * knows of no check.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getDataset } from '#catalogue';
import { deliver } from '#ingest';
import { qualityOf } from '#quality';
import { generateLater, generateRegisters, readLaterTruth } from '#sample';
import { signalList } from '#signals';
import { actor, districtWorld, type TestWorld } from '#testing';

const now = new Date('2026-11-20T01:00:00Z');
const seed = 'guantong-sample-2';
const followed = ['elder_allowance', 'firm_credit', 'power_use', 'births', 'deaths'];

let world: TestWorld;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'quality-later-'));
  world = await districtWorld({ clock: now });
  const { files } = await generateRegisters({ dir, now, scale: 0.2, people: 4000, seed });
  for (const file of files.filter(({ dataset }) => followed.includes(dataset))) await send(file);
  await world.drain();
}, 1_800_000);
afterAll(async () => {
  await world.close();
  rmSync(dir, { recursive: true });
});

const send = ({ dataset, path }: { dataset: string; path: string }) =>
  deliver(world.ctx, { dataset, files: [{ name: basename(path), path }] });

const kinds: Record<string, string> = { fresh: 'late', volume: 'volume_drop', drift: 'drift' };
const dayMs = 86_400_000;

interface Failing {
  kind: string;
  dataset: string;
  check: string;
}

/** Every check against time and history that fails. */
async function failing(): Promise<Failing[]> {
  const reader = world.as(actor('data_admin', '330109', ['quality.read', 'catalogue.read']));
  const views = await Promise.all(followed.map((one) => qualityOf(reader, one)));
  return views.flatMap(({ dataset, checks }) =>
    checks.flatMap(({ kind, check, last }) =>
      kind in kinds && last?.state === 'failed'
        ? [{ kind: kinds[kind] ?? kind, dataset: dataset.dataset, check }]
        : [],
    ),
  );
}

const said = (all: readonly { kind: string; dataset: string }[]): string[] =>
  all.map(({ kind, dataset }) => `${kind} ${dataset}`).toSorted();

test('late, short and shifted deliveries are found in the month they come, and nothing else', async () => {
  const months = await generateLater({ dir, seed });
  const truth = await readLaterTruth(dir);
  expect(new Set(truth.faults.map(({ kind }) => kind)).size).toBe(3);
  expect(await failing()).toEqual([]);
  for (const { month, files } of months) {
    // Who did not deliver this month is past his grace by the end of the next.
    world.clock.advance(31 * dayMs);
    for (const file of files) await send(file);
    await world.drain();
    const due = truth.faults.filter((one) => one.month < month || one.kind !== 'late');
    const expected = due.filter((one) => one.month <= month);
    expect(said(await failing()), `month ${month}`).toEqual(said(expected));
  }
}, 600_000);

test('each stands in the inbox of the department that owes the data, as one correction', async () => {
  const { faults } = await readLaterTruth(dir);
  const found = await failing();
  expect(said(found)).toEqual(said(faults));
  const { items } = await signalList(world.ctx, { limit: 200 });
  const live = new Map(items.flatMap((one) => (one.state === 'closed' ? [] : [[one.source, one]])));
  const cases: (string | null | undefined)[] = [];
  for (const { dataset, check } of found) {
    const { owner } = await getDataset(world.ctx, dataset);
    const signal = live.get(`quality/${dataset}.${check}`);
    expect(signal?.owner, `${dataset}.${check}`).toBe(owner);
    cases.push(signal?.case);
  }
  expect(cases).not.toContain(null);
  expect(cases).not.toContain(undefined);
  expect(new Set(cases).size).toBe(found.length);
});
