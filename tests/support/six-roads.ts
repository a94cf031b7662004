/**
 * The six roads by which a table arrives, gone as an officer's program goes them: an upload in
 * pieces, a watched folder, an address, rows pushed by a program, tables of PostgreSQL and MariaDB.
 */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openSession } from '#kernel/auth';
import { type ArrivalWorld, arrivalWorld } from './arrival.ts';
import { type Cuttable, cuttable } from './cuttable.ts';
import { type MariaDb, mariadb } from './mariadb.ts';
import {
  type Arrived,
  type Declared,
  datasetOf,
  type Road,
  type Roads,
  roads,
  type Table,
} from './roads.ts';

const secretOf = (road: Road): string => `ROADS_${road.toUpperCase()}`;
const pieceBytes = 1 << 20;
const pushedAtOnce = 1000;

/** Where the tables of the two database roads stand. */
interface Databases {
  postgres: { port: number; database: string; user: string; password: string };
  mysql: { port: number; database: string; user: string; password: string };
}

function sourcesOf(
  dataset: string,
  port: number,
  databases: Databases,
): Partial<Record<Road, string>> {
  const head = (road: Road): string =>
    `title: {zh: 试, en: Trial}\ndataset: ${datasetOf(road, dataset)}\nroad: ${road}\n`;
  const table = (road: 'postgres' | 'mysql'): string => {
    const { port: at, database, user } = databases[road];
    return `${head(road)}options:\n  host: 127.0.0.1\n  port: ${at}\n  database: ${database}
  user: ${user}\n  password: {secret: ${secretOf(road)}}\n  table: ${dataset}\n`;
  };
  return {
    folder: `${head('folder')}options: {path: ${dataset}, rest_seconds: 0}\n`,
    http: `${head('http')}options: {url: "http://127.0.0.1:${port}/${dataset}"}\n`,
    postgres: table('postgres'),
    mysql: table('mysql'),
  };
}

class SixRoads implements Roads {
  readonly world: ArrivalWorld;
  readonly closed: ReadonlySet<Road>;
  readonly #served = new Map<string, Buffer>();
  readonly #server = createServer(({ url = '/' }, response) =>
    response.end(this.#served.get(url.slice(1))),
  );
  readonly #maria: MariaDb | null;
  #bridge: Cuttable | null = null;

  constructor(world: ArrivalWorld, maria: MariaDb | null) {
    this.world = world;
    this.#maria = maria;
    this.closed = new Set<Road>(maria === null ? ['mysql'] : []);
  }

  async declare(contracts: Record<string, Declared>, more: Record<string, string> = {}) {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    const { port } = this.#server.address() as AddressInfo;
    const databases = await this.#databases();
    for (const road of ['postgres', 'mysql'] as const) {
      process.env[`GUANTONG_SECRET_${secretOf(road)}`] = databases[road].password;
    }
    const files = Object.entries(contracts).flatMap(([dataset, { yaml, by }]) => {
      const sources = sourcesOf(dataset, port, databases);
      return by.flatMap((road) => {
        const source = sources[road];
        const name = datasetOf(road, dataset);
        const contract = [`datasets/${name}.yaml`, yaml];
        return source === undefined ? [contract] : [contract, [`sources/${name}.yaml`, source]];
      });
    });
    await this.world.apply({ ...more, ...Object.fromEntries(files) });
  }

  async #databases(): Promise<Databases> {
    const place = new URL(this.world.url);
    const folder = place.searchParams.get('host');
    const at = Number(place.port || 5432);
    this.#bridge = await cuttable(folder === null ? at : `${folder}/.s.PGSQL.${at}`);
    const { port } = this.#bridge;
    const password = decodeURIComponent(place.password);
    const postgres = { port, database: place.pathname.slice(1), user: place.username, password };
    const maria = { database: 'trial', user: 'trial', password: 'trial-word' };
    return { postgres, mysql: { ...maria, port: this.#maria?.port ?? 1 } };
  }

  bring(road: Road, dataset: string, table: Table): Promise<Arrived> {
    const roadsGone: Record<Road, () => Promise<Arrived>> = {
      upload: () => this.#upload(dataset, table),
      folder: () => this.#folder(dataset, table),
      http: () => this.#http(dataset, table),
      push: () => this.#push(dataset, table),
      postgres: () => this.#postgres(dataset, table),
      mysql: () => this.#mysql(dataset, table),
    };
    return roadsGone[road]();
  }

  async contentOf(road: Road, dataset: string) {
    const { lake } = this.world.ctx;
    const { sql: from } = await lake.relation(this.world.ctx, datasetOf(road, dataset));
    const [row] = await lake.engine.rows(
      `select count(*)::integer as rows, bit_xor(hash(t))::varchar as content from ${from} as t`,
    );
    return { rows: Number(row?.rows), content: String(row?.content) };
  }

  async end(): Promise<void> {
    for (const road of roads) delete process.env[`GUANTONG_SECRET_${secretOf(road)}`];
    this.#bridge?.close();
    this.#server.close();
    await this.#maria?.stop();
    await this.world.end();
  }

  async #ask<T>(
    method: 'GET' | 'POST' | 'PATCH',
    url: string,
    sent?: object,
    more: Record<string, string> = {},
  ): Promise<T> {
    const { world } = this;
    const { token, csrf } = await openSession(world.ctx, world.officer.actor.id);
    const headers = { cookie: `gt_session=${token}`, 'x-csrf-token': csrf, ...more };
    const answer = await world.app.inject({
      ...{ method, url: `/api/ingest/${url}`, headers },
      ...(sent === undefined ? {} : { payload: sent }),
    });
    if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`);
    return answer.json() as T;
  }

  async #ended(run: string): Promise<Arrived> {
    await this.world.drain();
    const { state, rows, accepted, returned, batch, error } = await this.#ask<
      Arrived & { error: unknown }
    >('GET', `runs/${run}`);
    if (error !== null) throw new Error(JSON.stringify(error));
    return { state, rows, accepted, returned, batch };
  }

  /** The newest run of a source. */
  async #fetched(source: string): Promise<Arrived> {
    const { runs } = await this.#ask<{ runs: { id: string }[] }>('POST', `sources/${source}/run`, {
      whole: true,
    });
    const [only, other] = runs;
    if (only === undefined || other !== undefined) throw new Error(`${source}: not one run`);
    return this.#ended(only.id);
  }

  async #upload(dataset: string, { name, bytes }: Table): Promise<Arrived> {
    const { id } = await this.#ask<{ id: string }>('POST', 'uploads', {
      ...{ name, bytes: bytes.length },
    });
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      await this.#ask('PATCH', `uploads/${id}`, bytes.subarray(at, at + pieceBytes), {
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(at),
      });
    }
    const run = await this.#ask<{ id: string }>('POST', 'runs', {
      ...{ dataset: datasetOf('upload', dataset), uploads: [id] },
    });
    return this.#ended(run.id);
  }

  #folder(dataset: string, { name, bytes }: Table): Promise<Arrived> {
    const { world } = this;
    const folder = join(world.ctx.settings.home, 'inbox', dataset);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const atRest = new Date(world.clock.now().getTime() - 60_000);
    utimesSync(path, atRest, atRest);
    return this.#fetched(datasetOf('folder', dataset));
  }

  #http(dataset: string, { bytes }: Table): Promise<Arrived> {
    this.#served.set(dataset, bytes);
    return this.#fetched(datasetOf('http', dataset));
  }

  async #push(dataset: string, { names, rows }: Table): Promise<Arrived> {
    for (let at = 0; at < rows.length; at += pushedAtOnce) {
      const some = rows
        .slice(at, at + pushedAtOnce)
        .map((row) => Object.fromEntries(names.map((name, place) => [name, row[place] ?? null])));
      await this.#ask('POST', `rows/${datasetOf('push', dataset)}`, { rows: some });
    }
    const { length } = rows;
    return { state: 'done', rows: length, accepted: length, returned: 0, batch: null };
  }

  async #postgres(dataset: string, { names, rows }: Table): Promise<Arrived> {
    const { db } = this.world.ctx;
    const columns = sql.raw(names.map((name) => `"${name}" text`).join(', '));
    const table = sql.raw(`"${dataset}"`);
    await sql`drop table if exists ${table}`.execute(db);
    await sql`create table ${table} (${columns})`.execute(db);
    const json = JSON.stringify(
      rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]]))),
    );
    await sql`insert into ${table} select * from json_to_recordset(${json}) as t(${columns})`.execute(
      db,
    );
    const arrived = await this.#fetched(datasetOf('postgres', dataset));
    await sql`drop table ${table}`.execute(db);
    return arrived;
  }

  async #mysql(dataset: string, { names, rows }: Table): Promise<Arrived> {
    const columns = names.map((name) => `\`${name}\` text`).join(', ');
    await this.#maria?.run(`drop table if exists ${dataset}; create table ${dataset} (${columns})`);
    const quoted = (cell: string | null): string =>
      cell === null ? 'null' : `'${cell.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
    for (let at = 0; at < rows.length; at += pushedAtOnce) {
      const some = rows
        .slice(at, at + pushedAtOnce)
        .map((row) => `(${row.map(quoted).join(', ')})`);
      await this.#maria?.run(`insert into ${dataset} values ${some.join(', ')}`);
    }
    return this.#fetched(datasetOf('mysql', dataset));
  }
}

/** A district of its own with all roads open. */
export async function sixRoads(): Promise<Roads> {
  const maria = await mariadb();
  const world = await arrivalWorld({
    ...{ pull_hosts: '127.0.0.1', pull_networks: '127.0.0.0/8' },
    http_requests_per_minute: 1_000_000,
  });
  return new SixRoads(world, maria);
}
