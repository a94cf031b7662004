/** The lake under `kill -9` and on a disk that is full or failing. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLake, type Lake } from '#kernel/lake';
import { type TestWorld, testWorld } from '#testing';
import { dataset, deliveryOf } from './crash.fixture.ts';
import { realDisk } from './disk.ts';
import { residentBytes } from './pool.ts';

let world: TestWorld;
let home: string;

beforeAll(async () => {
  world = await testWorld();
  home = dirname(dirname(world.ctx.lake.stage('x')));
});

afterAll(async () => {
  await world.close();
});

const fixture = fileURLToPath(new URL('./crash.fixture.ts', import.meta.url));

/** Lets a process deliver for a while, kills it, and gives the last batch it was told is in. */
async function deliverAndDie(ms: number): Promise<number> {
  const child = spawn(process.execPath, [fixture, world.url, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  while (!said.includes('ready')) await wait(5);
  await wait(ms);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  const told = said
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== 'ready');
  return Number(told.at(-1) ?? 0);
}

/** What all deliveries up to `batch` leave. */
function expected(batch: number): [number, number][] {
  const state = new Map<number, number>();
  for (let at = 1; at <= batch; at += 1) {
    const { rows, deletes } = deliveryOf(at);
    for (const [id, n] of rows) state.set(id, n);
    for (const id of deletes) state.delete(id);
  }
  return [...state].sort(([a], [b]) => a - b);
}

async function filesOnDisk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((e) => e.isFile() && /\.(parquet|index|scratch)$/.test(e.name))
    .map((e) => join(e.parentPath, e.name))
    .sort();
}

async function filesOnRecord(
  name: string,
  root: string,
): Promise<{ path: string; sha256: string }[]> {
  const { rows } = await sql<{ path: string; sha256: string }>`
    select path, sha256 from lake_files where dataset = ${name}`.execute(world.ctx.db);
  return rows.map((row) => ({ ...row, path: join(root, row.path) }));
}

async function indexesOnRecord(name: string, root: string): Promise<string[]> {
  const { rows } = await sql<{ path: string }>`
    select distinct path from lake_indexes where dataset = ${name}`.execute(world.ctx.db);
  return rows.map(({ path }) => join(root, path));
}

async function readAll(lake: Lake, name: string, asOf?: number): Promise<[number, number][]> {
  const relation = await lake.relation(world.ctx, name, asOf === undefined ? {} : { asOf });
  const rows = await lake.engine.rows(`select id, n from ${relation.sql} order by id`);
  return rows.map((row) => [Number(row.id), Number(row.n)]);
}

const columns = [
  { name: 'id', type: 'INTEGER' },
  { name: 'n', type: 'INTEGER' },
];

test('kill -9 loses no acknowledged delivery, doubles none and needs no repair', {
  timeout: 300_000,
}, async () => {
  const { ctx } = world;
  await ctx.lake.define(ctx, { dataset, columns, mode: 'merge', key: ['id'] });
  let killed = 0;
  for (const ms of [0, 30, 90, 180, 300, randomInt(500), randomInt(500), randomInt(500)]) {
    const acknowledged = await deliverAndDie(ms);
    killed += 1;
    // The server ends the dead process's transaction on its own; until then the lock is held.
    await ctx.db
      .transaction()
      .execute((db) =>
        sql`select pg_advisory_xact_lock(hashtextextended(${`lake/${dataset}`}, 0))`.execute(db),
      );
    const latest = await ctx.lake.latest(ctx, dataset);
    const batch = Number(latest?.batch ?? 0);
    expect(batch).toBeGreaterThanOrEqual(acknowledged);
    expect(batch - acknowledged).toBeLessThanOrEqual(1 + (acknowledged === 0 ? batch : 0));
    expect(await readAll(ctx.lake, dataset)).toEqual(expected(batch));
    await ctx.lake.sweep(ctx, { graceMs: 0 });
    const recorded = await filesOnRecord(dataset, home);
    const indexes = await indexesOnRecord(dataset, home);
    expect(await filesOnDisk(home)).toEqual(
      [...recorded.map((file) => file.path), ...indexes].sort(),
    );
    for (const { path, sha256 } of recorded) {
      expect(
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      ).toBe(sha256);
    }
  }
  expect(killed).toBe(8);
  const commits = (await ctx.lake.snapshots(ctx, dataset)).filter(
    ({ reason }) => reason === 'commit',
  );
  const batches = commits.map((snapshot) => Number(snapshot.batch));
  expect(batches).toEqual(Array.from(batches, (_, at) => batches.length - at));
  for (const { id, batch } of commits) {
    expect(await readAll(ctx.lake, dataset, id)).toEqual(expected(Number(batch)));
  }
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from outbox_events
    where name = 'dataset.refreshed' and payload->>'dataset' = ${dataset}`.execute(ctx.db);
  expect(rows[0]?.n).toBe(commits.length);
});

test('the children of a killed server die with it, in the middle of a query', async () => {
  const script = fileURLToPath(new URL('./orphan.fixture.ts', import.meta.url));
  const server = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await new Promise<string>((resolve) => {
    server.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
  });
  const children = said.trim().split(' ').map(Number);
  expect(children).toHaveLength(2);
  expect(children.every((pid) => residentBytes(pid) > 0)).toBe(true);
  server.kill('SIGKILL');
  await expect.poll(() => children.filter((pid) => residentBytes(pid) > 0)).toEqual([]);
});

describe('a disk that fails', () => {
  const rows = (n: number): string => `select i as id, ${n} as n from range(100) r(i)`;

  test.each([
    ['the file cannot be made durable', 'settle', 1],
    ['the second file cannot be made durable', 'settle', 2],
    ['the file cannot be read back', 'measure', 1],
  ] as const)('%s: coded error, nothing changed, the next delivery lands', async (_, verb, at) => {
    const { ctx } = world;
    const root = join(home, `failing-${verb}-${at}`);
    await mkdir(root, { recursive: true });
    let calls = 0;
    let isFull = false;
    const lake = await createLake({
      home: root,
      log: ctx.log,
      settings: ctx.settings,
      disk: {
        ...realDisk,
        [verb]: (path: string) => {
          if (isFull) calls += 1;
          if (isFull && calls === at) {
            throw Object.assign(new Error(`ENOSPC: no space left on device, fsync '${path}'`), {
              code: 'ENOSPC',
            });
          }
          return realDisk[verb](path);
        },
      },
    });
    const name = `failing_${verb}_${at}`;
    await lake.define(ctx, { dataset: name, columns, mode: 'merge', key: ['id'] });
    const first = await lake.commit(ctx, { dataset: name, sql: rows(1), batch: '1' });
    const before = await filesOnDisk(root);
    isFull = true;
    const error = await lake
      .commit(ctx, { dataset: name, sql: rows(2), batch: '2' })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'lake.write_failed', status: 507 });
    expect(String(error)).not.toContain(root);
    expect(await filesOnDisk(root)).toEqual(before);
    expect((await lake.latest(ctx, name))?.id).toBe(first.id);
    isFull = false;
    const next = await lake.commit(ctx, { dataset: name, sql: rows(2), batch: '2' });
    expect(next).toMatchObject({ version: 2, changed: 100 });
    await lake.close();
  });
});

test.each([
  ['while they are prepared', 'settle', 1],
  ['when they are moved to their place', 'settle', 2],
  ['while they are hashed', 'measure', 1],
] as const)('files cannot be made durable %s: nothing is left of them', async (_, verb, at) => {
  const { ctx } = world;
  const root = join(home, `unprepared-${verb}-${at}`);
  await mkdir(root, { recursive: true });
  let calls = Number.NEGATIVE_INFINITY;
  const failing = (path: string) => {
    calls += 1;
    if (calls !== at) return realDisk[verb](path);
    throw Object.assign(new Error(`ENOSPC: no space left, '${path}'`), { code: 'ENOSPC' });
  };
  const disk = { ...realDisk, [verb]: failing };
  const lake = await createLake({ home: root, log: ctx.log, settings: ctx.settings, disk });
  const name = `unprepared_${verb}_${at}`;
  await lake.define(ctx, { dataset: name, columns, mode: 'full', key: ['id'] });
  const deliver = async (batch: string) => {
    const sql = `select i as id, ${batch} as n from range(100) r(i)`;
    const prepared = await lake.prepare(ctx, { dataset: name, sql });
    return lake.commit(ctx, { dataset: name, prepared, batch });
  };
  const first = await deliver('1');
  const before = await filesOnDisk(root);
  calls = 0;
  await expect(deliver('2')).rejects.toMatchObject({ code: 'lake.write_failed', status: 507 });
  expect(await filesOnDisk(root)).toEqual(before);
  expect((await lake.latest(ctx, name))?.id).toBe(first.id);
  expect(await deliver('3')).toMatchObject({ version: 2, changed: 100 });
  await lake.close();
});

/** A file system of four megabytes, where this process may mount one. */
function mountSmall(folder: string): boolean {
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  return made.status === 0;
}

test('a disk that is really full refuses the delivery and keeps the data', async (context) => {
  const { ctx } = world;
  const root = join(home, 'full');
  await mkdir(root, { recursive: true });
  if (!mountSmall(root)) return context.skip('no right to mount a small file system here');
  try {
    const lake = await createLake({ home: root, log: ctx.log, settings: ctx.settings });
    await lake.define(ctx, { dataset: 'full_disk', columns, mode: 'merge', key: ['id'] });
    const small = 'select i::integer as id, 1 as n from range(1000) r(i)';
    const first = await lake.commit(ctx, { dataset: 'full_disk', sql: small, batch: '1' });
    const large =
      'select (hash(i) % 2000000000)::integer as id, max(hash(i + 1) % 2000000000)::integer as n from range(2000000) r(i) group by 1';
    const error = await lake
      .commit(ctx, { dataset: 'full_disk', sql: large, batch: '2', mode: 'full' })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'lake.write_failed' });
    expect(String(error)).not.toContain(root);
    expect((await lake.latest(ctx, 'full_disk'))?.id).toBe(first.id);
    expect(await filesOnDisk(root)).toHaveLength(1);
    expect(await readAll(lake, 'full_disk')).toHaveLength(1000);
    await lake.close();
  } finally {
    spawnSync('umount', [root]);
  }
});
