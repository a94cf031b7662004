/**
 * Governed GET of one row by key beside the same row by bare pg behind an empty Fastify route. Both
 * servers in one process on one database (durability on), the load from a process of its own, in
 * turns; every governed answer is checked, bound to units and items, and its audit record durable
 * before it leaves.
 */
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import fastify from 'fastify';
import { sql } from 'kysely';
import pg from 'pg';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import { createAudit } from '#kernel/audit';
import { type Actor, openSession, setActorSource, systemActor } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { migrate, openDatabase } from '#kernel/db';
import { deliverEvents } from '#kernel/events';
import { buildServer } from '#kernel/http';
import { createLake } from '#kernel/lake';
import { createLog } from '#kernel/log';
import { applyPacks, declaredBy } from '#kernel/packs';
import { organisation } from '#organisation';
import type { Row } from './row.ts';

export const rows = 100_000;
/**
 * A governed read waits for its audit record to be on disk, and all that wait share one commit: few
 * connections show that wait, many show the work.
 */
const concurrency = [256, 64];
const seconds = 3;
const turns = 3;

const files: Record<string, string> = {
  'pack.yaml': 'title: {zh: 测速, en: Bench}\nowner: "330109"\n',
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,测速
330109004,新塘街道,,,town,330109,,,,测速
`,
  'roles/worker.yaml': `title: {zh: 网格员, en: Worker}
description: {zh: 网格员, en: Worker}
levels: [town]
permissions: [gate.read]
`,
  'policies/grades.yaml': `title: {zh: 规则, en: Policy}
source: 测速
lines:
  - {id: open, roles: ["*"], grades: [L1, L2], view: plain, because: {zh: 开放, en: open}}
`,
  'datasets/covers.yaml': `title: {zh: 井盖, en: Covers}
description: {zh: 井盖, en: Covers}
owner: "330109"
theme: 测速
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测速}
cycle: daily
mode: full
key: [id]
unit_item: grid
serve: {row: true}
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L1, required: true}
  grid: {title: {zh: 网格, en: Grid}, type: text, grade: L1}
  name: {title: {zh: 名称, en: Name}, type: text, grade: L1}
  state: {title: {zh: 状态, en: State}, type: text, grade: L1}
  address: {title: {zh: 地址, en: Address}, type: text, grade: L2}
  lon: {title: {zh: 经度, en: Longitude}, type: "decimal(10,6)", grade: L2}
  lat: {title: {zh: 纬度, en: Latitude}, type: "decimal(10,6)", grade: L2}
  keeper: {title: {zh: 责任人, en: Keeper}, type: text, grade: L3}
  phone: {title: {zh: 手机, en: Phone}, type: text, grade: L3}
`,
};

const held = `select 'c' || i as id, '330109004' || lpad((i % 999999)::varchar, 6, '0') as grid,
  '井盖' as name, '完好' as state, '霞江路 ' || i || ' 号' as address,
  cast(120.29 as decimal(10,6)) as lon, cast(30.17 as decimal(10,6)) as lat,
  '王某' as keeper, '13800000000' as phone from range(${rows}) r(i)`;

const reader: Actor = {
  kind: 'account',
  id: 'bench',
  name: '测速应用',
  roles: [{ role: 'worker', unit: '330109004', path: '330109/330109004', unitName: '新塘街道' }],
  permissions: new Set(['gate.read']),
  from: '127.0.0.1',
};

export interface Served {
  prefix: string;
  cookie: string;
  close(): Promise<void>;
}

/** Requests a second against `prefix` + key, from a process of its own. */
function load({ prefix, cookie }: Served, connections: number): Promise<number> {
  const child = fork(join(import.meta.dirname, 'load.ts'), [], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('message', (answer: { perSecond: number; failed: number }) => {
      if (answer.failed > 0) reject(new Error(`${answer.failed} requests failed at ${prefix}`));
      else resolve(answer.perSecond);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The load on ${prefix} ended early: ${code}`)));
    child.send({ prefix, rows, connections, seconds, cookie });
  });
}

async function writePack(home: string): Promise<string> {
  const dir = join(home, 'pack');
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}

const capabilities = [organisation, catalogue, gate];

/** Applies the pack, commits the rows and signs a reader in. @returns the cookie of his session */
export async function prepareCovers(ctx: Ctx, home: string): Promise<string> {
  const dir = await writePack(home);
  await applyPacks(ctx, { packs: [dir], ...declaredBy(capabilities) });
  await ctx.lake.commit(ctx, { dataset: 'covers', sql: held, batch: 'bench' });
  while ((await deliverEvents(ctx, capabilities)) > 0);
  setActorSource({
    byAccount: async () => reader,
    login: async () => undefined,
    demoAccounts: async () => [],
  });
  const { token } = await openSession(ctx, reader.id);
  return `gt_session=${token}`;
}

/** The platform's own server over `ctx`, whatever audit that has. */
export async function serveCovers(ctx: Ctx, cookie: string): Promise<Served> {
  const app = await buildServer({
    settings: ctx.settings,
    log: ctx.log,
    capabilities,
    makeCtx: (request) => ({ ...ctx, ...request }),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { prefix: `${url}/api/gate/rows/covers/`, cookie, close: () => app.close() };
}

/**
 * What one would write without a platform: a table of the very same columns, a prepared statement,
 * an empty route.
 */
async function bare(databaseUrl: string, size: number): Promise<Served> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: size });
  await pool.query(`create table bench_covers as
    select 'c' || i as id, '330109004' || lpad((i % 999999)::text, 6, '0') as grid,
      '井盖' as name, '完好' as state, '霞江路 ' || i || ' 号' as address,
      120.29::numeric(10,6) as lon, 30.17::numeric(10,6) as lat
    from generate_series(0, ${rows - 1}) r(i)`);
  await pool.query('alter table bench_covers add primary key (id)');
  await pool.query('analyze bench_covers');
  const app = fastify();
  app.get<{ Params: { key: string } }>('/rows/:key', async (request) => {
    const found = await pool.query({
      name: 'row',
      text: 'select * from bench_covers where id = $1',
      values: [request.params.key],
    });
    return found.rows[0] ?? null;
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const close = async () => {
    await app.close();
    await pool.end();
  };
  return { prefix: `${url}/rows/`, cookie: '', close };
}

const settleEveryMs = 50;

/** Until all records of the audit have their rows. */
export async function settled(ctx: Ctx): Promise<void> {
  for (;;) {
    const { rows: found } = await sql<{ n: number }>`
      select count(*) as n from audit_packed`.execute(ctx.db);
    if (found[0]?.n === 0) return;
    await pause(settleEveryMs);
  }
}

const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[turns >> 1] ?? 0;

async function compare(ctx: Ctx, ours: Served, plain: Served, connections: number): Promise<Row> {
  // What our turn left to do must not disturb the other.
  const governed = async (): Promise<number> => {
    const reached = await load(ours, connections);
    await settled(ctx);
    return reached;
  };
  await load(plain, connections);
  await governed();
  const pairs: [number, number][] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    pairs.push([await governed(), await load(plain, connections)]);
  }
  const [mine, theirs] = [middle(pairs.map(([a]) => a)), middle(pairs.map(([, b]) => b))];
  const name = `GET of one row, governed, ${connections} connections`;
  return { name, ours: mine, bare: theirs, ratio: mine / theirs, unit: 'requests/s' };
}

async function measure(ctx: Ctx, home: string, databaseUrl: string): Promise<Row[]> {
  const ours = await serveCovers(ctx, await prepareCovers(ctx, home));
  const plain = await bare(databaseUrl, ctx.settings.database_pool_size);
  try {
    const measured: Row[] = [];
    for (const connections of concurrency) {
      measured.push(await compare(ctx, ours, plain, connections));
    }
    return measured;
  } finally {
    await ours.close();
    await plain.close();
  }
}

/** Runs `work` on a platform in a home of its own, removed afterwards. */
export async function withCovers<T>(
  work: (ctx: Ctx, home: string, databaseUrl: string) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'bench-gate-'));
  const settings = loadSettings(
    {},
    { home, log_level: 'silent', http_requests_per_minute: 10_000_000 },
  );
  const log = createLog(settings);
  const database = await openDatabase(settings, { log });
  const lake = await createLake({ home: join(home, 'lake'), log, settings });
  const clock = systemClock;
  const audit = createAudit({ db: database.db, settings, clock, log });
  const ctx: Ctx = {
    actor: systemActor('bench'),
    db: database.db,
    lake,
    log,
    clock,
    audit,
    settings,
    requestId: 'bench',
  };
  try {
    await migrate(database.db);
    return await work(ctx, home, database.url);
  } finally {
    await audit.close();
    await lake.close();
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}

export const bench = (): Promise<Row[]> => withCovers(measure);

if (import.meta.main) console.table(await bench());
