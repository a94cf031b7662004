/**
 * The platform on a PostgreSQL of its operator (`DATABASE_URL`) instead of the embedded one: start,
 * apply, deliver, ask, a case, backup. On the server of TEST_DATABASE_URL, else on one that is made
 * with Debian's binaries; skipped, and said so, where there is neither.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlatform } from '#app';
import { act, getCase, openCase } from '#cases';
import { loadSettings } from '#kernel/config';
import { actor, removeHome, temporaryFolder, urlOf, withDb } from '#testing';
import {
  documentOf,
  guantong,
  type Refusal,
  type Running,
  type Said,
  staying,
} from './guantong.ts';
import { smallPack } from './pack.ts';

const debian = '/usr/lib/postgresql';
const given = process.env.TEST_DATABASE_URL;

/** Folder of the newest server of Debian, if one is installed. */
const binaries = existsSync(debian)
  ? readdirSync(debian)
      .sort((a, b) => Number(a) - Number(b))
      .map((version) => join(debian, version, 'bin'))
      .findLast((folder) => existsSync(join(folder, 'initdb')))
  : undefined;
const store = given ?? binaries;
if (store === undefined) {
  console.warn('no second PostgreSQL: the tests on DATABASE_URL are skipped');
}

/** A server does not run as root: root hands it to the system's user for it. */
function owner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']).toString());
  return { uid: id('-u'), gid: id('-g') };
}

const run = promisify(execFile);

interface Server {
  url: string;
  stop(): Promise<void>;
}

async function ownServer(bin: string): Promise<Server> {
  const folder = await temporaryFolder('store');
  const user = owner();
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const auth = ['--auth=trust', '--username=guantong', '--encoding=UTF8', '--locale=C.UTF-8'];
  await run(join(bin, 'initdb'), ['-D', data, ...auth, '--no-sync'], { ...user, cwd: folder });
  const settings = `-c listen_addresses='' -c unix_socket_directories='${folder}' -c fsync=off`;
  const log = join(folder, 'log');
  const start = ['start', '-w', '-D', data, '-l', log, '-o', settings];
  await run(join(bin, 'pg_ctl'), start, { ...user, cwd: folder });
  return {
    url: `postgres://guantong@localhost/postgres?host=${encodeURIComponent(folder)}`,
    stop: async () => {
      await run(join(bin, 'pg_ctl'), ['stop', '-m', 'fast', '-D', data], { ...user, cwd: folder });
      await removeHome(folder);
    },
  };
}

const database = `guantong_store_${process.pid}`;
let server: Server;
let running: Running | undefined;
let home: string;
let folder: string;
let pack: string;
let url: string;

const env = () => ({
  GUANTONG_HOME: home,
  GUANTONG_PORT: '0',
  GUANTONG_PACKS: pack,
  DATABASE_URL: url,
});

async function told<T>(...args: string[]): Promise<T> {
  const said: Said = await guantong(['--json', ...args], env());
  expect({ args, code: said.code, stderr: said.stderr }).toEqual({ args, code: 0, stderr: '' });
  return documentOf<T>(said);
}

describe.skipIf(store === undefined)('on DATABASE_URL', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    server = given ? { url: given, stop: async () => undefined } : await ownServer(store ?? '');
    await withDb(server.url, (db) =>
      sql`create database ${sql.id(database)} template template0 encoding 'UTF8'
        locale 'C.UTF-8'`.execute(db),
    );
    url = urlOf(server.url, database);
    home = await temporaryFolder('store-home');
    folder = await mkdtemp(join(tmpdir(), 'guantong-store-'));
    pack = await smallPack(join(folder, 'trial'));
  });

  afterAll(async () => {
    await running?.end('SIGKILL');
    if (server) {
      await withDb(server.url, (db) =>
        sql`drop database if exists ${sql.id(database)} with (force)`.execute(db),
      );
      await server.stop();
    }
    if (home) await removeHome(home);
    if (folder) await rm(folder, { recursive: true });
  });

  test('a server that is not there: refused, without the password', async () => {
    const nowhere = { ...env(), DATABASE_URL: 'postgres://me:hidden-word@127.0.0.1:1/x' };
    const said = await guantong(['datasets', '--json'], nowhere);
    expect([said.code, documentOf<Refusal>(said).error.code]).toEqual([1, 'db.unreachable']);
    expect(said.stdout + said.stderr).not.toContain('hidden-word');
  });

  test('start, deliver, ask, a case, backup; nothing embedded is made', async () => {
    running = await staying(['start', '--json'], env());
    const path = join(folder, 'lamps.csv');
    const lines = ['id,town,watts,keeper,secret', '0001,330109004,60,甲,x', 'bad,,,,'];
    await writeFile(path, `${lines.join('\n')}\n`);
    const done = await told('deliver', 'lamps', path);
    expect(done).toMatchObject({ rows: 2, accepted: 1, returned: 1 });
    const found = await told<{ rows: unknown[] }>('query', 'select id, watts from lamps');
    expect(found.rows).toEqual([{ id: '0001', watts: 60 }]);

    const settings = loadSettings({}, { home, database_url: url, log_level: 'silent' });
    const platform = await openPlatform(settings, { role: 'command' });
    const unit = '330109004';
    const opened = await openCase(platform.ctx(), { type: 'mending', title: '灯灭', unit });
    const reader = platform.ctx(actor('reader', '330109', ['cases.read', 'cases.act']));
    await act(reader, { case: opened.id, action: 'done' });
    expect((await getCase(reader, opened.id)).step).toBe('closed');
    await platform.close();

    expect(await told('audit', 'verify')).toMatchObject({ whole: true });
    expect(await told('backup', join(folder, 'backup'))).toMatchObject({
      folder: join(folder, 'backup'),
    });
    expect(await running.end('SIGINT')).toBe(0);
    running = undefined;
    expect(await readdir(home)).not.toContain('pg');
  });
});
