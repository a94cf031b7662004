/** What is kept and what goes: files put aside in watched folders, files of returned rows. */
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ArrivalWorld, arrivalWorld, contractOf } from '#testing';
import {
  deliverNow,
  keepingDue,
  keepingTimer,
  pullSource,
  returnedFile,
  sweepKept,
} from './actions/index.ts';
import { returnedFolder } from './actions/returned/folder.ts';

let world: ArrivalWorld;
beforeAll(async () => {
  world = await arrivalWorld({ arrival_keep_days: 10, returned_keep_days: 20 });
});
afterAll(() => world?.end());

const dayMs = 86_400_000;

test('a watched folder: only what we put aside, and only when its time is over', async () => {
  await world.apply({
    'sources/zhzf.yaml': `title: {zh: 试, en: Trial}\ndataset: covers\nroad: folder\noptions: {path: zhzf, rest_seconds: 0}\n`,
  });
  const folder = join(world.ctx.settings.home, 'inbox/zhzf');
  mkdirSync(folder, { recursive: true });
  const put = async (name: string, text: string): Promise<void> => {
    writeFileSync(join(folder, name), text);
    const old = new Date(world.clock.now().getTime() - 400 * dayMs);
    utimesSync(join(folder, name), old, old);
    await pullSource(world.officer, 'zhzf');
    await world.drain();
  };
  await put('good.csv', 'id,area\n1,2\n2,x\n');
  await put('bad.csv', 'nothing\n1\n');
  const aside = (): string[] =>
    ['done', 'returned'].flatMap((kind) => readdirSync(join(folder, kind)));
  expect(aside()).toHaveLength(4);
  writeFileSync(join(folder, 'done', 'ours.txt'), 'a note of the department');
  world.clock.advance(9 * dayMs);
  expect(await sweepKept(world.ctx)).toMatchObject({ aside: 0 });
  world.clock.advance(2 * dayMs);
  expect(await sweepKept(world.ctx)).toMatchObject({ aside: 4 });
  expect(aside()).toEqual(['ours.txt']);
});

test('returned rows that are out stay; their file goes once none is out any more', async () => {
  await world.apply({ 'datasets/lists.yaml': contractOf('full') });
  const kept = (): number => readdirSync(returnedFolder(world.ctx)).length;
  const deliver = (text: string) =>
    deliverNow(world.officer, { dataset: 'lists', files: [world.file(text, 'lists.csv')] });
  const first = await deliver('id,area\n1,2\n2,x\n');
  world.clock.advance(400 * dayMs);
  expect(await sweepKept(world.ctx)).toMatchObject({ returned: 0 });
  const before = kept();
  expect(before).toBeGreaterThan(0);
  // The whole list comes anew: nothing of the first is out.
  await deliver('id,area\n1,2\n2,3\n');
  expect(await sweepKept(world.ctx)).toMatchObject({ returned: 1 });
  expect(kept()).toBe(before - 1);
  const wanted = { format: 'csv', lang: 'zh' } as const;
  await expect(returnedFile(world.officer, first.batch, wanted)).rejects.toThrow(
    /ingest\.no_returned/,
  );
});

test('the look comes back every day by itself', async () => {
  await keepingDue(world.ctx);
  const due = async () => {
    const { rows } = await sql<{ due_at: Date }>`
      select due_at from timers where kind = ${keepingTimer} and fired_at is null`.execute(
      world.ctx.db,
    );
    return rows.map((row) => new Date(row.due_at).getTime());
  };
  const [first] = await due();
  expect(first).toBe(world.clock.now().getTime() + dayMs);
  world.clock.advance(dayMs);
  await world.drain();
  expect(await due()).toEqual([world.clock.now().getTime() + dayMs]);
});
