/** Tables of MariaDB, read from a server of the test's own; skipped where there is none. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Settings } from '#kernel/config';
import {
  type ArrivalWorld,
  arrivalWorld,
  cuttable,
  type MariaDb,
  mariadb,
  oddContract,
} from '#testing';
import { listRuns, pullSource, returnedRows } from './actions/index.ts';

const title = 'title: {zh: 试, en: Trial}\n';
const settings: Partial<Settings> = {
  ...{ pull_hosts: '127.0.0.1, localhost', pull_networks: '127.0.0.0/8', arrival_retry_ms: 1000 },
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

let server: MariaDb | null;
beforeAll(async () => {
  server = await mariadb();
});
afterAll(() => server?.stop());
beforeEach(async ({ skip }) => {
  if (server === null) skip('mariadbd is not installed on this machine');
  world = await arrivalWorld(settings);
  process.env.GUANTONG_SECRET_TRIAL_MY = 'trial-word';
  await server?.run(`drop table if exists odd; create table odd (id varchar(20) primary key,
    area decimal(12,3), money decimal(38,10), seen timestamp null, day date, flag tinyint(1),
    name text, big bigint unsigned, exact float, bytes varbinary(20), changed datetime)`);
  await server?.run(`set sql_mode = ''; set time_zone = '+08:00';
    insert into odd values ('1', 1.5, 12345678901234567890.0123456789, '2026-01-02 03:04:05',
      '2026-02-28', 1, '萧山"区",\\n第二行', 9007199254740993, 0.1, x'deadbeef', '2026-01-01'),
    ('2', null, -0.0000000001, null, '0000-00-00', 0, '', 0, 16777217, null, '2026-01-02')`);
});
afterEach(async () => {
  delete process.env.GUANTONG_SECRET_TRIAL_MY;
  await world?.end();
});

const files = (more = '', port = server?.port) => ({
  'datasets/odd.yaml': `${oddContract}ignore_headers: [changed]\n`,
  'sources/db.yaml':
    `${title}dataset: odd\nroad: mysql\noptions:\n  host: 127.0.0.1\n  port: ${port}\n` +
    `  database: trial\n  user: trial\n  password: {secret: TRIAL_MY}\n  table: odd\n${more}`,
});

test('every value comes over as it is; a zero date goes back', async () => {
  await world.apply(files());
  await pull();
  const [run] = await runs();
  expect(run).toMatchObject({ state: 'done', rows: 2, accepted: 1, returned: 1 });
  expect(await all()).toMatchObject([
    {
      ...{ id: '1', area: '1.500', money: '12345678901234567890.0123456789', flag: true },
      ...{ name: '萧山"区",\n第二行', big: '9007199254740993', bytes: '\\xdeadbeef' },
      ...{ day: '2026-02-28', exact: '0.10000000149011612' },
    },
  ]);
  expect((await all())[0]).toMatchObject({ seen: expect.stringContaining('19:04:05') });
  const back = await returnedRows(world.officer, run?.batch ?? '', { offset: 0, limit: 5 });
  expect(back.rows[0]?.values).toContain('0000-00-00');
  expect(back.rows[0]?.reasons).toMatchObject([{ item: 'day' }]);
});

test('from the watermark on', async () => {
  await server?.run(`update odd set day = '2026-01-01'`);
  await world.apply(files('  watermark: {column: changed, overlap: 60}\n'));
  await pull();
  await server?.run(`insert into odd (id, changed) values ('3', '2026-01-01 23:59:30'),
    ('4', '2026-01-01 23:00:00'), ('5', '2026-03-01')`);
  await pull();
  expect((await runs()).map(({ rows }) => rows)).toEqual([3, 2]);
});

test('wrong password and missing table are said at once', async () => {
  process.env.GUANTONG_SECRET_TRIAL_MY = 'wrong';
  await world.apply(files());
  await pull();
  process.env.GUANTONG_SECRET_TRIAL_MY = 'trial-word';
  await server?.run('rename table odd to elsewhere');
  await pull();
  await server?.run('drop table elsewhere');
  expect((await runs()).map(({ error }) => error?.code)).toEqual([
    'ingest.source_no_table',
    'ingest.source_denied',
  ]);
});

test('dies half-way: nothing lands, it is tried again', async () => {
  await server?.run(`insert into odd (id, name) select seq, repeat('x', 200) from seq_10_to_3000`);
  await server?.run(`update odd set day = null`);
  const proxy = await cuttable(server?.port ?? 0);
  try {
    await world.apply(files('', proxy.port));
    proxy.cutAfter(200_000);
    await pull();
    expect((await runs())[0]).toMatchObject({
      state: 'queued',
      error: { code: 'ingest.source_broke_off' },
    });
    expect(await all()).toEqual([]);
    proxy.cutAfter(Number.POSITIVE_INFINITY);
    world.clock.advance(5000);
    await world.drain();
    expect((await runs())[0]).toMatchObject({ state: 'done', rows: 2993 });
  } finally {
    proxy.close();
  }
});

test('encrypted: a certificate for another name is refused, as is one nobody knows', async () => {
  await server?.run(`update odd set day = null; alter user trial@'%' require ssl`);
  const over = (host: string) => {
    const { 'sources/db.yaml': source, ...rest } = files('  tls: true\n');
    return { ...rest, 'sources/db.yaml': source.replace('host: 127.0.0.1', `host: ${host}`) };
  };
  const outcome = async (host: string) => {
    await world.apply(over(host));
    await pull();
    const [run] = await runs();
    return [run?.state, run?.error?.code ?? null];
  };
  const known = getCACertificates('default');
  try {
    expect(await outcome('localhost')).toEqual(['refused', 'ingest.source_denied']);
    setDefaultCACertificates([...known, server?.authority ?? '']);
    // Reached by its address, it is none of the names in the certificate.
    expect(await outcome('127.0.0.1')).toEqual(['refused', 'ingest.source_denied']);
    expect(await all()).toEqual([]);
    expect(await outcome('localhost')).toEqual(['done', null]);
    expect(await all()).toHaveLength(2);
  } finally {
    setDefaultCACertificates(known);
    await server?.run(`alter user trial@'%' require none`);
  }
});
