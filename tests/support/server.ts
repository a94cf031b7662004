/** The one PostgreSQL of a test run, and the template every world is cloned from. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { loadSettings } from '#kernel/config';
import { type Db, makeDb, makePool, migrate, openDatabase } from '#kernel/db';
import { installJobs } from '#kernel/jobs';
import { createLog } from '#kernel/log';

export const log = createLog({ log_level: process.env.TEST_LOG_LEVEL ?? 'silent' });

/** A connection string to another database of the same server. */
export function urlOf(url: string, database: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return parsed.href;
}

/** Runs `fn` on one connection to a database. */
export async function withDb<T>(url: string, fn: (db: Db) => Promise<T>): Promise<T> {
  const db = makeDb(makePool(url, 1));
  try {
    return await fn(db);
  } finally {
    await db.destroy();
  }
}

/** A folder that any user of the machine can walk to, unlike what `mkdtemp` makes. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `guantong-${name}-`));
  await chmod(folder, 0o755);
  return folder;
}

/**
 * Removes a home with all it holds, the part a server run by root keeps in a system folder
 * included.
 */
export async function removeHome(home: string): Promise<void> {
  const noted = await readFile(join(home, 'pg', 'data-folder.txt'), 'utf8').catch(() => undefined);
  if (noted !== undefined) await rm(dirname(noted.trim()), { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
}

export interface TestServer {
  url: string;
  template: string;
  /** Folder of the homes that are copied, see `kept.ts`. */
  kept: string;
  stop(): Promise<void>;
}

/**
 * Stops and removes what runs that were killed left behind: their servers outlive them by design.
 */
async function sweepOrphans(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith('guantong-tests-')) continue;
    const home = join(tmpdir(), name);
    const owner = await readFile(join(home, 'pg', 'owner.json'), 'utf8').catch(() => undefined);
    if (owner === undefined) continue;
    // A living owner refuses; so does another run that sweeps the same home just now.
    const left = await openDatabase(loadSettings({}, { home }), { log }).catch(() => undefined);
    if (left === undefined) continue;
    await left.close();
    await removeHome(home);
  }
}

async function embeddedServer(): Promise<Omit<TestServer, 'template'>> {
  await sweepOrphans();
  const home = await temporaryFolder('tests');
  const settings = loadSettings({}, { home });
  // Nobody misses the data of a test: no fsync, which is half the time of a run.
  const tuning = { durable: false, maxConnections: 300 };
  const database = await openDatabase(settings, { log, tuning });
  // In its home: swept with it when the run is killed.
  const kept = join(home, 'kept');
  await mkdir(kept);
  return {
    url: database.url,
    kept,
    stop: async () => {
      await database.close();
      await removeHome(home);
    },
  };
}

async function givenServer(url: string): Promise<Omit<TestServer, 'template'>> {
  const kept = await temporaryFolder('kept');
  return { url, kept, stop: () => removeHome(kept) };
}

/** Starts the server, or uses the one of TEST_DATABASE_URL, and makes the migrated template. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? await givenServer(given) : await embeddedServer();
  const template = `guantong_template_${process.pid}`;
  // And the worlds that were kept under its name.
  const drop = (): Promise<void> =>
    withDb(server.url, async (db) => {
      const { rows } = await sql<{ name: string }>`
        select datname as name from pg_database where starts_with(datname, ${template})`.execute(
        db,
      );
      for (const { name } of rows) await sql`drop database ${sql.id(name)}`.execute(db);
    });
  await drop();
  await withDb(server.url, (db) =>
    sql`create database ${sql.id(template)} template template0
        encoding 'UTF8' locale 'C.UTF-8'`.execute(db),
  );
  await withDb(urlOf(server.url, template), async (db) => {
    await migrate(db);
    await installJobs(db);
  });
  return {
    url: server.url,
    template,
    kept: server.kept,
    stop: async () => {
      if (given) await drop();
      await server.stop();
    },
  };
}
