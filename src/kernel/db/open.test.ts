import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { loadSettings } from '#kernel/config';
import { type Database, type Db, openDatabase } from '#kernel/db';
import { createLog } from '#kernel/log';
import { quickest, refusal, removeHome, temporaryFolder } from '#testing';
import { isWalkable } from './embedded/place.ts';
import { isAlive } from './embedded/process.ts';

const log = createLog({ log_level: 'silent' });
const root = fileURLToPath(new URL('../../..', import.meta.url));
const isRoot = process.getuid?.() === 0;
/** Somebody without rights, who can run this project only where he can walk to it. */
const nobody = { uid: 65_534, gid: 65_534 };
const canActAsNobody = isRoot && (await isWalkable(root, nobody));

let home: string;
let opened: Database[];
let children: ChildProcess[];
beforeEach(async () => {
  home = await temporaryFolder('home');
  opened = [];
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(endNow));
  // Whatever a test left running is adopted and stopped.
  for (const database of opened) await database.close().catch(() => undefined);
  await (await open()).close();
  await removeHome(home);
});

/** A killed process owns its home until it is really gone. */
async function endNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function open(options: { guest?: boolean } = {}, url = ''): Promise<Database> {
  const settings = loadSettings({}, { home, database_url: url });
  const database = await openDatabase(settings, { log, ...options });
  opened.push(database);
  return database;
}

/** Opens the home in a process of its own and says what came of it; ends when told. */
const script = `
import { sql } from 'kysely';
import { loadSettings } from '#kernel/config';
import { openDatabase } from '#kernel/db';
import { createLog } from '#kernel/log';
const settings = loadSettings({}, { home: process.env.TEST_HOME });
try {
  const { db, close } = await openDatabase(settings, { log: createLog({ log_level: 'silent' }) });
  process.on('SIGTERM', () => close().then(() => process.exit(0)));
  await sql\`create table if not exists kept (n int)\`.execute(db);
  await sql\`insert into kept values (1)\`.execute(db);
  void db.transaction().execute(async (trx) => {
    await sql\`insert into kept values (2)\`.execute(trx);
    console.log('open');
    await new Promise(() => setInterval(() => undefined, 1000));
  });
} catch (error) {
  console.log(error.code ?? error);
}`;

interface Child {
  process: ChildProcess;
  said: string;
}

async function startChild(as?: { uid: number; gid: number }): Promise<Child> {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    ...as,
    cwd: root,
    env: { ...process.env, TEST_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, said: chunk.toString().trim() };
}

async function end(child: Child, signal: NodeJS.Signals): Promise<void> {
  child.process.kill(signal);
  await once(child.process, 'exit');
}

async function serverPid(db: Db): Promise<number> {
  const { rows } = await sql<{ pid: number }>`
    select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int as pid`.execute(db);
  return rows[0]?.pid ?? 0;
}

async function kept(db: Db): Promise<number[]> {
  const { rows } = await sql<{ n: number }>`select n from kept order by n`.execute(db);
  return rows.map(({ n }) => n);
}

test('a server that cannot be reached is refused with its code', async () => {
  const error = await refusal(open({}, 'postgres://nobody@127.0.0.1:1/none'));
  expect(error.code).toBe('db.unreachable');
  expect(error.text.zh).toContain('DATABASE_URL');
});

test('a second process on one home is refused and the first goes on', async () => {
  const { db } = await open();
  const { said } = await startChild();
  expect(said).toBe('db.home_in_use');
  expect((await refusal(open())).text.en).toContain(String(process.pid));
  await sql`select 1`.execute(db);
});

test('of two that start at once on an empty home one is refused', async () => {
  const said = (await Promise.all([startChild(), startChild()])).map((child) => child.said);
  expect(said.sort()).toEqual(['db.home_in_use', 'open']);
});

test('a guest uses the server of the owner and leaves it running', async () => {
  const owner = await open();
  const guest = await open({ guest: true });
  expect(await serverPid(guest.db)).toBe(await serverPid(owner.db));
  await guest.close();
  await sql`select 1`.execute(owner.db);
});

test('a stop leaves no process and the second start is quick', async () => {
  const first = await open();
  const { rows } = await sql<{ name: string; setting: string }>`
    select name, setting from pg_settings
    where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'server_encoding')
    order by name`.execute(first.db);
  expect(rows.map(({ setting }) => setting)).toEqual(['on', 'on', 'UTF8', 'on']);
  await sql`create table kept as select 1 as n`.execute(first.db);
  const pid = await serverPid(first.db);
  await first.close();
  expect(await isAlive(pid)).toBe(false);
  const startMs = async (): Promise<number> => {
    const start = performance.now();
    const next = await open();
    const ms = performance.now() - start;
    expect(await kept(next.db)).toEqual([1]);
    await next.close();
    return ms;
  };
  expect(await quickest(startMs, 1500)).toBeLessThan(1500);
});

test('a server that outlived its killed Node is taken over', async () => {
  const child = await startChild();
  expect(child.said).toBe('open');
  await end(child, 'SIGKILL');
  const database = await open();
  const pid = await serverPid(database.db);
  const { rows } = await sql<{ before: boolean }>`
    select pg_postmaster_start_time() < (select min(backend_start) from pg_stat_activity
      where pid = pg_backend_pid()) as before`.execute(database.db);
  expect(rows).toEqual([{ before: true }]);
  expect(await kept(database.db)).toEqual([1]);
  await database.close();
  expect(await isAlive(pid)).toBe(false);
});

test('a server killed itself starts again with all that was committed', async () => {
  const child = await startChild();
  const guest = await open({ guest: true });
  const pid = await serverPid(guest.db);
  process.kill(pid, 'SIGKILL');
  await end(child, 'SIGKILL');
  await guest.close();
  const database = await open();
  expect(await serverPid(database.db)).not.toBe(pid);
  expect(await kept(database.db)).toEqual([1]);
});

const dataFolder = async (): Promise<string> => {
  const noted = await readFile(join(home, 'pg', 'data-folder.txt'), 'utf8').catch(() => '');
  return noted.trim() || join(home, 'pg', 'data');
};

test('a pid that came round to another process does not stop the start', async () => {
  await (await open()).close();
  const lines = [process.pid, await dataFolder(), 1, 5432, '', '', '', 'ready'];
  await writeFile(join(await dataFolder(), 'postmaster.pid'), `${lines.join('\n')}\n`);
  const { db } = await open();
  expect(await serverPid(db)).not.toBe(process.pid);
});

test('a database whose making was cut short is made anew', async () => {
  const { data } = { data: join(home, 'pg', 'data') };
  await mkdir(data, { recursive: true });
  await writeFile(join(data, 'PG_VERSION'), '18\n');
  const { db } = await open();
  await sql`select 1`.execute(db);
});

test('the server of DATABASE_URL is used and left running', async () => {
  const database = await open({}, inject('databaseUrl'));
  await sql`select 1`.execute(database.db);
  await database.close();
  const again = await open({}, inject('databaseUrl'));
  await sql`select 1`.execute(again.db);
  expect(await stat(join(home, 'pg')).catch(() => undefined)).toBeUndefined();
});

test.runIf(isRoot)('a home only root can walk to keeps its data in a system folder', async () => {
  await chmod(home, 0o700);
  const { db } = await open();
  await sql`create table kept as select 1 as n`.execute(db);
  const data = await dataFolder();
  expect(data.startsWith('/var/lib/guantong/')).toBe(true);
  expect((await stat(data)).uid).not.toBe(0);
  await opened.pop()?.close();
  expect(await kept((await open()).db)).toEqual([1]);
});

test.runIf(canActAsNobody)('an ordinary user needs no system user', async () => {
  await chown(home, nobody.uid, nobody.gid);
  const child = await startChild(nobody);
  expect(child.said).toBe('open');
  expect((await stat(join(home, 'pg', 'data'))).uid).toBe(nobody.uid);
  await end(child, 'SIGTERM');
  const left = () => stat(join(home, 'pg', 'data', 'postmaster.pid')).catch(() => null);
  await expect.poll(left).toBeNull();
  await chown(dirname(join(home, 'pg')), 0, 0);
});
