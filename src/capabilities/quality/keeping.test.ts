/** What is kept of runs and profiles: the newest of each, and no more. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { monday, rowsRead, testWorld } from '#testing';
import {
  forgetProfiles,
  forgetRuns,
  newestScore,
  newestScores,
  profilesBefore,
  runsOf,
  saveProfile,
  saveRun,
} from './store.ts';

test('of each check and of each item the newest are kept', async () => {
  const world = await testWorld();
  const { ctx } = world;
  const run = {
    ...{ dataset: 'covers', digest: 'd', at: monday, state: 'passed' as const, snapshots: [] },
    ...{ of: 1, faulty: 0, towns: {}, measure: null, ms: 1, failed: null },
  };
  const profile = { kind: 'deciles' as const, rows: 1, cuts: [1] };
  for (let snapshot = 1; snapshot <= 5; snapshot += 1) {
    for (const check of ['fresh', 'volume']) await saveRun(ctx, { ...run, check, snapshot });
    await saveProfile(ctx, { dataset: 'covers', item: 'area', snapshot }, monday, profile);
    const depth = { dataset: 'covers', item: 'depth', snapshot };
    if (snapshot < 3) await saveProfile(ctx, depth, monday, profile);
  }
  await forgetRuns(ctx, 2);
  await forgetProfiles(ctx, 3);
  const kept = await runsOf(ctx, { dataset: 'covers', check: 'volume' }, 10);
  expect(kept.map(({ snapshot }) => snapshot)).toEqual([5, 4]);
  const { rows } = await sql<{ item: string; snapshots: number[] }>`
    select item, array_agg(snapshot order by snapshot) as snapshots from quality_profile
    group by item order by item`.execute(ctx.db);
  expect(rows).toEqual([
    { item: 'area', snapshots: [3, 4, 5] },
    { item: 'depth', snapshots: [1, 2] },
  ]);
  const key = { dataset: 'covers', item: 'area', snapshot: 5 };
  expect(await profilesBefore(ctx, key, 10)).toHaveLength(2);
  await world.close();
});

test('the newest score of each is found without reading those of years', async () => {
  const world = await testWorld();
  const { ctx } = world;
  await sql`insert into quality_score (subject_kind, subject, day, at, scheme, score, judged,
      families, faulty, failed, checks, datasets)
    select kind, kind || n, date '2020-01-01' + d, ${monday}, 's', d % 100, 100, '[]', 0, 0, 1, 1
    from unnest(array['dataset', 'department']) kind, generate_series(1, 20) n,
      generate_series(0, 999) d`.execute(ctx.db);
  let found: unknown[] = [];
  const read = await rowsRead(ctx, ['quality_score'], async (inner) => {
    const newest = await newestScores(inner, 'dataset');
    found = newest.map(({ subject, score }) => [subject, score]);
    const one = await newestScore(inner, { kind: 'department', subject: 'department7' });
    found.push([one?.subject, one?.score]);
  });
  const subjects = Array.from({ length: 20 }, (_, at) => `dataset${at + 1}`).sort();
  expect(found).toEqual([...subjects, 'department7'].map((subject) => [subject, 99]));
  expect(await newestScores(ctx, 'town')).toEqual([]);
  expect(read).toBeLessThan(200);
  await world.close();
});
