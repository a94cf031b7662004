/** Runs: refused, followed, cancelled at any point, tried again, taken up after a crash. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ctx } from '#kernel/context';
import { type ArrivalWorld, arrivalWorld } from '#testing';
import { uploadPath } from './actions/arrival/uploads.ts';
import { cancelRun, getRun, listRuns, pump, recoverRuns, retryRun } from './actions/index.ts';
import { deliver } from './index.ts';
import type { Run } from './model.ts';
import { claimRun, insertRun } from './store/runs.ts';
import { handOver, insertUpload } from './store/uploads.ts';

let world: ArrivalWorld;
beforeEach(async () => {
  world = await arrivalWorld({ arrival_runs: 2, arrival_retry_ms: 1000, arrival_attempts: 3 });
});
afterEach(() => world.end());

const list = (ctx: Ctx, input: Partial<Parameters<typeof listRuns>[1]> = {}) =>
  listRuns(ctx, { limit: 50, ...input });

/** Puts a run into the queue: an upload of this text; null is one whose file cannot be read. */
async function queue(text: string | null, dataset = 'covers', ctx = world.officer) {
  const [id, upload] = [randomUUID(), randomUUID()];
  const expiresAt = new Date('2030-01-01');
  await insertUpload(ctx, { id: upload, name: 'covers.csv', bytes: 1, sha256: null, expiresAt });
  mkdirSync(dirname(uploadPath(ctx, upload)), { recursive: true });
  if (text !== null) await writeFile(uploadPath(ctx, upload), text);
  await insertRun(ctx, {
    ...{ id, dataset, road: 'upload', source: null, bytesAll: null, note: null, process: null },
    work: { uploads: [upload] },
    files: ['covers.csv'],
  });
  await handOver(ctx, [upload], id);
  return { id, path: uploadPath(ctx, upload) };
}

const stateOf = async (id: string): Promise<Run['state']> =>
  (await getRun(world.officer, id)).state;

const lines = (count: number): string =>
  `id,area\n${Array.from({ length: count }, (_, at) => `${at},1.5`).join('\n')}\n`;

test('nobody, and no other department, sees, cancels or repeats a run', async () => {
  const { id } = await queue('id,area\n1,2\n');
  await expect(list(world.nobody)).rejects.toThrow(/auth\.not_signed_in/);
  await expect(cancelRun(world.nobody, id)).rejects.toThrow(/auth\.not_signed_in/);
  expect((await list(world.stranger)).runs).toEqual([]);
  await expect(getRun(world.stranger, id)).rejects.toThrow(/auth\.not_in_unit/);
  await expect(cancelRun(world.stranger, id)).rejects.toThrow(/auth\.not_in_unit/);
  await expect(retryRun(world.stranger, id)).rejects.toThrow(/auth\.not_in_unit/);
  await expect(cancelRun(world.officer, 'none')).rejects.toThrow(/ingest\.no_run/);
  expect(await getRun(world.officer, id)).toMatchObject({ state: 'queued', cancelAsked: false });
});

test('a delivery is a run that says what came of it', async () => {
  const steps: string[] = [];
  const result = await deliver(world.officer, {
    dataset: 'covers',
    files: [world.file('id,area\n1,2.5\n,3\n')],
    note: '月报',
    progress: ({ stage }) => steps.push(stage),
  });
  const run = await getRun(world.officer, result.batch);
  expect(run).toMatchObject({
    ...{ state: 'done', road: 'direct', batch: result.batch, progress: 1, note: '月报' },
    ...{ rows: 2, accepted: 1, returned: 1, files: ['covers.csv'], attempts: 1 },
  });
  expect([...new Set(steps)]).toEqual(['checking', 'landing']);
  const found = async (q: string): Promise<number> =>
    (await list(world.officer, { q })).runs.length;
  expect([
    await found('月报'),
    await found('COVERS'),
    await found('%'),
    await found('不在'),
  ]).toEqual([1, 1, 0, 0]);
});

test('a refusal is on its run; nothing is tried twice', async () => {
  const { id } = await queue('id,unknown\n1,2\n');
  await pump(world.ctx);
  const run = await getRun(world.officer, id);
  expect(run).toMatchObject({ state: 'refused', error: { code: 'ingest.bad_columns' } });
  expect(run.error?.faults.length).toBe(2);
  await expect(retryRun(world.officer, id)).rejects.toThrow(/ingest\.not_again/);
  await expect(cancelRun(world.officer, id)).rejects.toThrow(/ingest\.run_over/);
  expect(await world.rows()).toEqual([]);
});

test('an account that is gone delivers nothing', async () => {
  const left = world.as({ ...world.officer.actor, id: 'left' });
  const { id } = await queue('id,area\n1,2\n', 'covers', left);
  await pump(world.ctx);
  expect(await getRun(world.officer, id)).toMatchObject({
    state: 'refused',
    error: { code: 'auth.no_account' },
  });
  expect(await world.rows()).toEqual([]);
});

test('no more at once than the setting says, and one of a dataset, first come first', async () => {
  const ids: string[] = [];
  for (const dataset of ['covers', 'covers', 'lids', 'rims']) {
    ids.push((await queue(null, dataset)).id);
  }
  const claim = async () => (await claimRun(world.ctx, 'here:1', 2))?.id;
  expect([await claim(), await claim(), await claim()]).toEqual([ids[0], ids[2], undefined]);
});

test('runs of one dataset land in the order they were asked for', async () => {
  for (const area of [1, 2, 3]) await queue(`id,area\n1,${area}\n`);
  await queue('id,area\n9,9\n', 'lids');
  await pump(world.ctx);
  expect(await world.rows()).toEqual(['1=3.000']);
  expect(await world.rows('lids')).toEqual(['9=9.000']);
});

test('a run that waits is cancelled at once and can be put back', async () => {
  const { id } = await queue('id,area\n1,2\n');
  expect((await cancelRun(world.officer, id)).state).toBe('cancelled');
  await pump(world.ctx);
  expect(await world.rows()).toEqual([]);
  await retryRun(world.officer, id);
  await world.drain();
  expect(await stateOf(id)).toBe('done');
  expect(await world.rows()).toEqual(['1=2.000']);
});

test('what may pass is tried again, later and later, then has failed and can be put back', async () => {
  const { id, path } = await queue(null);
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    await (attempt === 1 ? pump(world.ctx) : world.drain());
    const { state, tryAt, attempts } = await getRun(world.officer, id);
    expect({ state, attempts }).toEqual({ state: 'queued', attempts: attempt });
    waits.push(Date.parse(tryAt) - world.clock.now().getTime());
    world.clock.set(new Date(tryAt));
  }
  expect(waits).toEqual([1000, 2000]);
  await world.drain();
  expect(await getRun(world.officer, id)).toMatchObject({ state: 'failed', attempts: 3 });
  await writeFile(path, 'id,area\n1,2\n');
  await retryRun(world.officer, id);
  await world.drain();
  expect(await stateOf(id)).toBe('done');
});

test('a run whose end cannot be told at once is told when the database is back', async () => {
  await sql`create sequence away`.execute(world.ctx.db);
  await sql`create function away() returns trigger language plpgsql as $$ begin
    if nextval('away') < 3 then raise exception 'away'; end if; return new; end $$`.execute(
    world.ctx.db,
  );
  await sql`create trigger away before update on ingest_run for each row
    when (new.state = 'refused') execute function away()`.execute(world.ctx.db);
  const { id } = await queue('id,unknown\n1,2\n');
  await pump(world.ctx);
  expect(await getRun(world.officer, id)).toMatchObject({
    state: 'refused',
    error: { code: 'ingest.bad_columns' },
  });
});

/** Files below the lake that no snapshot names. */
async function unnamed(): Promise<string[]> {
  const root = join(world.ctx.settings.home, 'lake');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const { rows } = await sql<{ path: string }>`select path from lake_files`.execute(world.ctx.db);
  return entries
    .filter((entry) => entry.isFile() && /\.(parquet|csv|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !rows.some((row) => path.endsWith(row.path)));
}

test('cancelled at fifty moments: nothing lands, nothing stays behind', async () => {
  await deliver(world.officer, { dataset: 'covers', files: [world.file(lines(3))] });
  let standing = 3;
  const states = new Set<Run['state']>();
  for (let at = 0; at < 50; at += 1) {
    const controller = new AbortController();
    const cancel = () => controller.abort(new Error('gave up'));
    const batch = randomUUID();
    const count = 20_000 + at;
    let step = 0;
    const work = deliver(world.officer, {
      ...{ dataset: 'covers', batch, signal: controller.signal },
      files: [world.file(lines(count))],
      // Half of them at a step of the work, half at a moment of the clock.
      progress: () => {
        if (at % 2 === 0 && step === at % 5) cancel();
        step += 1;
      },
    });
    if (at % 2 === 1) setTimeout(cancel, at * 3);
    const landed = await work.then(
      () => true,
      () => false,
    );
    // Cancelled before it began, it never was.
    const state = await stateOf(batch).catch(() => 'cancelled' as const);
    states.add(state);
    expect(state).toBe(landed ? 'done' : 'cancelled');
    if (landed) standing = Math.max(standing, count);
    expect(await world.rows()).toHaveLength(standing);
  }
  expect(states).toContain('cancelled');
  const latest = await world.ctx.lake.latest(world.ctx, 'covers');
  world.clock.set(new Date());
  world.clock.advance(world.ctx.settings.lake_sweep_grace_ms * 2);
  await world.ctx.lake.sweep(world.ctx);
  expect(await unnamed(), `after snapshot ${latest?.id}`).toEqual([]);
});

test('what a dead process left goes on: landed runs are settled, the others wait again', async () => {
  const landed = await deliver(world.officer, { dataset: 'covers', files: [world.file(lines(2))] });
  const { id: waiting } = await queue('id,area\n7,7\n', 'lids');
  await world.ctx.lake.latest(world.ctx, 'lids');
  await claimRun(world.ctx, 'elsewhere:1', 9);
  // As it was the instant before its process died, long ago.
  const { ingest_run } = await dying(landed.batch, 'landing');
  await dying(waiting, 'reading');
  expect(ingest_run).toBe(1);
  world.clock.advance(world.ctx.settings.delivery_stale_minutes * 60_000 + 1);
  expect(await recoverRuns(world.ctx)).toBe(2);
  expect(await getRun(world.officer, landed.batch)).toMatchObject({ state: 'done', accepted: 2 });
  expect(await stateOf(waiting)).toBe('queued');
  await world.drain();
  expect(await world.rows('lids')).toEqual(['7=7.000']);
});

async function dying(id: string, state: string): Promise<{ ingest_run: number }> {
  const done = await sql`
    update ingest_run set state = ${state}, process = 'elsewhere:1', ended_at = null, rows = 0,
      accepted = 0 where id = ${id}`.execute(world.ctx.db);
  return { ingest_run: Number(done.numAffectedRows) };
}
