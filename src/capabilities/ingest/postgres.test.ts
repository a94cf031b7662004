/** Tables of PostgreSQL, read from the server of the tests. */
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Settings } from '#kernel/config';
import { type ArrivalWorld, arrivalWorld, type Cuttable, cuttable, oddContract } from '#testing';
import { cancelRun, listRuns, pullSource } from './actions/index.ts';

const title = 'title: {zh: 试, en: Trial}\n';
const settings: Partial<Settings> = {
  ...{ pull_hosts: '127.0.0.1', pull_networks: '127.0.0.0/8', arrival_retry_ms: 1000 },
  ...{ pull_connect_ms: 3000, arrival_attempts: 3 },
};

let world: ArrivalWorld;
const runs = async () => (await listRuns(world.officer, { limit: 50 })).runs;
const pull = async (name = 'db', whole = false): Promise<void> => {
  await pullSource(world.officer, name, whole);
  await world.drain();
};
const all = async (dataset = 'odd'): Promise<unknown[]> => {
  const relation = await world.ctx.lake.relation(world.ctx, dataset);
  return world.ctx.lake.engine.rows(`select * from ${relation.sql} as r order by id`);
};

let place: URL;
let road: Cuttable;
const source = (more: string): string =>
  `${title}dataset: odd\nroad: postgres\noptions:\n  host: 127.0.0.1\n  port: ${road.port}\n` +
  `  database: ${place.pathname.slice(1)}\n  user: ${place.username}\n` +
  `  password: {secret: TRIAL_PG}\n  table: trial_odd\n${more}`;

beforeEach(async () => {
  world = await arrivalWorld(settings);
  place = new URL(world.url);
  // The server of the tests may listen on a socket only: the road goes through a port of ours.
  const folder = place.searchParams.get('host');
  const port = Number(place.port || 5432);
  road = await cuttable(folder === null ? port : `${folder}/.s.PGSQL.${port}`);
  process.env.GUANTONG_SECRET_TRIAL_PG = decodeURIComponent(place.password);
  await sql`create table trial_odd (id text, area numeric(12,3), money numeric, seen timestamptz,
    day date, flag boolean, name text, big bigint, exact double precision, bytes bytea,
    changed timestamp)`.execute(world.ctx.db);
  await sql`insert into trial_odd values
    ('1', 1.5, 12345678901234567890.0123456789, '2026-01-02 03:04:05+08', '2026-02-28', true,
      E'萧山"区",\n第二行', 9007199254740993, 0.1, '\\xdeadbeef', '2026-01-01 00:00:00'),
    ('2', null, -0.0000000001, '2026-06-30 23:59:59.5+00', null, false, '', -1, 1e300, null,
      '2026-01-02 00:00:00')`.execute(world.ctx.db);
});
afterEach(async () => {
  road.close();
  delete process.env.GUANTONG_SECRET_TRIAL_PG;
  await world.end();
});

const files = (more: string) => ({
  'datasets/odd.yaml': `${oddContract}ignore_headers: [changed]\n`,
  'sources/db.yaml': source(more),
});

test('every value comes over as it is', async () => {
  await world.apply(files(''));
  await pull();
  expect(await all()).toMatchObject([
    {
      ...{ id: '1', area: '1.500', money: '12345678901234567890.0123456789', flag: true },
      ...{ name: '萧山"区",\n第二行', big: '9007199254740993', exact: '0.1' },
      ...{ bytes: '\\xdeadbeef', day: '2026-02-28' },
    },
    { area: null, money: '-0.0000000001', flag: false, name: null, exact: '1e+300', bytes: null },
  ]);
  const [first, second] = (await all()) as { seen: string }[];
  expect(new Date(`${first?.seen}Z`.replace(' ', 'T').replace('ZZ', 'Z')).toISOString()).toBe(
    '2026-01-01T19:04:05.000Z',
  );
  expect(second?.seen).toContain('23:59:59.5');
  await pull();
  expect((await runs())[0]).toMatchObject({ state: 'done', unchanged: 2 });
});

test('from the watermark on, looking back a little; nothing new is nothing', async () => {
  await world.apply(files('  watermark: {column: changed, overlap: 3600}\n'));
  await pull();
  await pull();
  await sql`insert into trial_odd (id, changed) values ('3', '2026-01-01 23:30:00'),
    ('4', '2026-01-01 22:00:00'), ('5', '2026-03-01 00:00:00')`.execute(world.ctx.db);
  await pull();
  // 3 lies within the hour of overlap; 4 came too late for it.
  expect((await all()).map((row) => (row as { id: string }).id)).toEqual(['1', '2', '3', '5']);
  expect((await runs()).map(({ rows }) => rows)).toEqual([3, 1, 2]);
  await pull('db', true);
  expect(await all()).toHaveLength(5);
});

test('wrong password, missing table and column are said at once', async () => {
  process.env.GUANTONG_SECRET_TRIAL_PG = 'wrong';
  await world.apply(files(''));
  await pull();
  process.env.GUANTONG_SECRET_TRIAL_PG = decodeURIComponent(place.password);
  await sql`alter table trial_odd rename to elsewhere`.execute(world.ctx.db);
  await pull();
  const found = await runs();
  expect(found.map(({ error }) => error?.code)).toEqual([
    'ingest.source_no_table',
    'ingest.source_denied',
  ]);
  expect(JSON.stringify(found)).not.toContain('wrong');
});

test('a table somebody holds: a cancel ends the look before there is anything to read', async () => {
  await world.apply(files('  watermark: {column: changed, overlap: 0}\n'));
  const held = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holding = world.ctx.db.transaction().execute(async (db) => {
    await sql`lock table trial_odd in access exclusive mode`.execute(db);
    locked.resolve();
    await held.promise;
  });
  await locked.promise;
  const [run] = await pullSource(world.officer, 'db');
  const working = world.drain();
  const waits = sql<{ n: number }>`select count(*)::int as n from pg_locks where not granted
    and relation = 'trial_odd'::regclass`;
  await expect.poll(async () => (await waits.execute(world.ctx.db)).rows[0]?.n).toBe(1);
  await cancelRun(world.officer, run?.id ?? '');
  await working;
  expect((await runs())[0]).toMatchObject({ state: 'cancelled' });
  held.resolve();
  await holding;
});

test('dies half-way at many points: nothing lands, it is tried again', async () => {
  await sql`insert into trial_odd (id, name) select n::text, repeat('x', 200)
    from generate_series(10, 3000) n`.execute(world.ctx.db);
  await world.apply(files(''));
  for (const bytes of [400_000, 200_000, 20_000, 900]) {
    road.cutAfter(bytes);
    await pullSource(world.officer, 'db');
    await world.drain();
    expect((await runs())[0]).toMatchObject({ state: 'queued' });
    expect((await runs())[0]?.error?.code).toMatch(/source_(broke_off|unreachable)/);
    expect(await all()).toEqual([]);
    road.cutAfter(Number.POSITIVE_INFINITY);
    if (bytes === 900) break;
    await world.ctx.db
      .withTables<{ ingest_run: { id: string } }>()
      .deleteFrom('ingest_run')
      .execute();
  }
  world.clock.advance(5000);
  await world.drain();
  expect((await runs())[0]).toMatchObject({ state: 'done', rows: 2993, attempts: 2 });
});
