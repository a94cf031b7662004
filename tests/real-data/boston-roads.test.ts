/**
 * The two months of real requests by every road there is: an upload in pieces, a watched folder, an
 * address, rows pushed by a program, tables of PostgreSQL and MariaDB. All six end in the same
 * rows.
 */
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession } from '#kernel/auth';
import {
  type ArrivalWorld,
  arrivalWorld,
  type Cuttable,
  cuttable,
  type MariaDb,
  mariadb,
} from '#testing';

const root = fileURLToPath(new URL('../..', import.meta.url));
const months = ['2015-01', '2015-02'].map(
  (month) => `${root}../shared/data/boston-311/${month}.csv`,
);
const present = months.every((path) => existsSync(path));

/** No field holds a line end; some stand in quotes. Nothing of the code under test reads here. */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .slice(0, -1)
    .map(([, cell = '']) =>
      cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
    );

interface Month {
  path: string;
  bytes: Buffer;
  /** Without the publisher's row number. */
  names: string[];
  rows: (string | null)[][];
}

function monthOf(path: string): Month {
  const bytes = readFileSync(path);
  const [head = '', ...lines] = bytes.toString('utf8').trimEnd().split('\r\n');
  const names = cellsOf(`${head},`).slice(1);
  const rows = lines.map((line) =>
    cellsOf(`${line},`)
      .slice(1)
      .map((cell) => (cell === '' ? null : cell)),
  );
  return { path, bytes, names: names.map((name) => name.toLowerCase()), rows };
}

const contract = readFileSync(`${root}packs/boston-311/datasets/requests.yaml`, 'utf8')
  .replace('owner: 330109-boston', 'owner: 330109-zhzf')
  // Checks of a later station stand behind the contract.
  .replace(/^set_checks:[\s\S]*$/m, '');
const roads = ['upload', 'folder', 'http', 'push', 'postgres', 'mysql'] as const;
const datasetOf = (road: string): string => `requests_${road}`;

let world: ArrivalWorld;
let data: Month[];
let served: Month | undefined;
let server: Server;
let bridge: Cuttable;
let maria: MariaDb | null = null;

const title = 'title: {zh: 试, en: Trial}\n';
const table = (road: string, port: number, database: string, user: string): string =>
  `${title}dataset: ${datasetOf(road)}\nroad: ${road}\noptions:\n  host: 127.0.0.1\n` +
  `  port: ${port}\n  database: ${database}\n  user: ${user}\n` +
  `  password: {secret: BOSTON_${road.toUpperCase()}}\n  table: requests\n`;

beforeAll(async () => {
  if (!present) return;
  data = months.map(monthOf);
  maria = await mariadb();
  server = createServer((_request, response) => response.end(served?.bytes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  world = await arrivalWorld({
    ...{ pull_hosts: '127.0.0.1', pull_networks: '127.0.0.0/8' },
    http_requests_per_minute: 100_000,
  });
  const place = new URL(world.url);
  const folder = place.searchParams.get('host');
  const at = Number(place.port || 5432);
  bridge = await cuttable(folder === null ? at : `${folder}/.s.PGSQL.${at}`);
  process.env.GUANTONG_SECRET_BOSTON_POSTGRES = decodeURIComponent(place.password);
  process.env.GUANTONG_SECRET_BOSTON_MYSQL = 'trial-word';
  await world.apply({
    ...Object.fromEntries(roads.map((road) => [`datasets/${datasetOf(road)}.yaml`, contract])),
    'sources/folder.yaml': `${title}dataset: ${datasetOf('folder')}\nroad: folder\noptions: {path: boston, rest_seconds: 0}\n`,
    'sources/http.yaml': `${title}dataset: ${datasetOf('http')}\nroad: http\noptions: {url: "http://127.0.0.1:${port}/requests.csv"}\n`,
    'sources/postgres.yaml': table(
      ...(['postgres', bridge.port, place.pathname.slice(1), place.username] as const),
    ),
    'sources/mysql.yaml': table('mysql', maria?.port ?? 1, 'trial', 'trial'),
  });
}, 180_000);

afterAll(async () => {
  delete process.env.GUANTONG_SECRET_BOSTON_POSTGRES;
  delete process.env.GUANTONG_SECRET_BOSTON_MYSQL;
  bridge?.close();
  server?.close();
  await maria?.stop();
  await world?.end();
});

/** Asks the platform as the officer's program does, over HTTP. */
async function ask<T>(
  method: 'GET' | 'POST' | 'PATCH',
  url: string,
  sent?: object,
  more: Record<string, string> = {},
): Promise<T> {
  const { token, csrf } = await openSession(world.ctx, world.officer.actor.id);
  const headers = { cookie: `gt_session=${token}`, 'x-csrf-token': csrf };
  const answer = await world.app.inject({
    ...{ method, url: `/api/ingest/${url}`, headers: { ...headers, ...more } },
    ...(sent === undefined ? {} : { payload: sent }),
  });
  expect(`${url} ${answer.statusCode} ${answer.statusCode < 300 ? '' : answer.body}`).toBe(
    `${url} ${answer.statusCode} `,
  );
  return answer.json() as T;
}

/** A run, or the newest of a source, came to a good end with every row taken. */
async function landed(run: string, rows: number): Promise<void> {
  await world.drain();
  expect(await ask('GET', `runs/${run}`)).toMatchObject({
    ...{ state: 'done', rows, accepted: rows, returned: 0 },
  });
}

async function fetched(source: string, rows: number): Promise<void> {
  const { runs } = await ask<{ runs: { id: string }[] }>('POST', `sources/${source}/run`, {
    whole: true,
  });
  expect(runs).toHaveLength(1);
  await landed(runs[0]?.id ?? '', rows);
}

async function uploaded({ bytes, rows }: Month): Promise<void> {
  const { id } = await ask<{ id: string }>('POST', 'uploads', {
    ...{ name: 'requests.csv', bytes: bytes.length },
  });
  for (let at = 0; at < bytes.length; at += 1 << 20) {
    const piece = bytes.subarray(at, at + (1 << 20));
    await ask('PATCH', `uploads/${id}`, piece, {
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(at),
    });
  }
  const run = await ask<{ id: string }>('POST', 'runs', {
    ...{ dataset: datasetOf('upload'), uploads: [id] },
  });
  await landed(run.id, rows.length);
}

async function putIntoFolder({ bytes, rows }: Month): Promise<void> {
  const folder = join(world.ctx.settings.home, 'inbox/boston');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'requests.csv');
  writeFileSync(path, bytes);
  const atRest = new Date(world.clock.now().getTime() - 60_000);
  utimesSync(path, atRest, atRest);
  await fetched('folder', rows.length);
}

async function pushed({ names, rows }: Month): Promise<void> {
  for (let at = 0; at < rows.length; at += 1000) {
    const some = rows
      .slice(at, at + 1000)
      .map((row) => Object.fromEntries(names.map((name, place) => [name, row[place] ?? null])));
    await ask('POST', `rows/${datasetOf('push')}`, { rows: some });
  }
}

async function inPostgres({ names, rows }: Month): Promise<void> {
  const columns = sql.raw(names.map((name) => `"${name}" text`).join(', '));
  await sql`drop table if exists requests`.execute(world.ctx.db);
  await sql`create table requests (${columns})`.execute(world.ctx.db);
  const json = JSON.stringify(
    rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]]))),
  );
  await sql`insert into requests select * from json_to_recordset(${json}) as t(${columns})`.execute(
    world.ctx.db,
  );
  await fetched('postgres', rows.length);
}

async function inMaria({ names, rows }: Month): Promise<void> {
  const columns = names.map((name) => `\`${name}\` text`).join(', ');
  await maria?.run(`drop table if exists requests; create table requests (${columns})`);
  const quoted = (cell: string | null): string =>
    cell === null ? 'null' : `'${cell.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  for (let at = 0; at < rows.length; at += 1000) {
    const some = rows.slice(at, at + 1000).map((row) => `(${row.map(quoted).join(', ')})`);
    await maria?.run(`insert into requests values ${some.join(', ')}`);
  }
  await fetched('mysql', rows.length);
}

const bring: Record<(typeof roads)[number], (month: Month) => Promise<void>> = {
  upload: uploaded,
  folder: putIntoFolder,
  http: async (month) => {
    served = month;
    await fetched('http', month.rows.length);
  },
  push: pushed,
  postgres: inPostgres,
  mysql: inMaria,
};

/** How many rows, and a sum over all their values that is the same in any order. */
async function contentOf(dataset: string): Promise<unknown> {
  const { sql: from } = await world.ctx.lake.relation(world.ctx, dataset);
  const [row] = await world.ctx.lake.engine.rows(
    `select count(*)::integer as rows, bit_xor(hash(t))::varchar as content from ${from} as t`,
  );
  return row;
}

test.runIf(present).each(roads)('by %s', { timeout: 120_000 }, async (road) => {
  if (road === 'mysql' && maria === null) return console.warn('mariadbd is not installed');
  for (const month of data) await bring[road](month);
  const ids = new Set(data.flatMap(({ rows }) => rows.map(([id]) => id)));
  expect(await contentOf(datasetOf(road))).toMatchObject({ rows: ids.size });
  expect(await contentOf(datasetOf(road))).toEqual(await contentOf(datasetOf('upload')));
});
