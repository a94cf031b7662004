/** The server itself: made once, started, adopted when it outlived its Node, stopped. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '#kernel/log';
import { dbErrors } from '../errors.ts';
import { ownedFolder, type Place } from './place.ts';
import { commandLine, isAlive } from './process.ts';

/** The only port the socket's name carries; nothing listens on TCP. */
const port = 5432;
export const superuser = 'guantong';

/** How long a start may take: recovery after a power cut reads the whole log of changes. */
const longestStartMs = 120_000;
const longestStopMs = 60_000;
const longestLetGoMs = 10_000;
const lookEveryMs = 10;

export interface Tuning {
  /** False only for a server whose data nobody will miss (tests). */
  durable: boolean;
  maxConnections: number;
}

interface Postmaster {
  pid: number;
  data: string;
  socket: string;
  status: string;
}

const exists = async (file: string): Promise<boolean> =>
  (await stat(file).catch(() => undefined)) !== undefined;

const pidFile = (place: Place): string => join(place.data, 'postmaster.pid');

/**
 * What `postmaster.pid` says: pid, data folder, start, port, socket folder, address, shared memory,
 * status.
 */
async function readPostmaster(place: Place): Promise<Postmaster | undefined> {
  const text = await readFile(pidFile(place), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  return {
    pid: Math.abs(Number(lines[0])),
    data: lines[1] ?? '',
    socket: lines[4] ?? '',
    status: lines[7] ?? '',
  };
}

/**
 * Whether the process of `postmaster.pid` is the server of this very folder, not a pid used anew.
 */
async function isOurs(place: Place, found: Postmaster): Promise<boolean> {
  if (found.pid === 0 || !(await isAlive(found.pid))) return false;
  const words = await commandLine(found.pid);
  if (words === undefined) return found.data === resolve(place.data);
  return (words[0] ?? '').endsWith('postgres') && words.includes(place.data);
}

const env = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC' };

/**
 * Makes the cluster. Half a cluster (a crash in the middle) is thrown away first: it never held
 * data.
 */
async function makeCluster(place: Place, log: Log, tuning: Tuning): Promise<void> {
  log.info(`Making the embedded database in ${place.data}`);
  await rm(place.data, { recursive: true, force: true });
  await ownedFolder(place.data, place.user, 0o700);
  const password = randomBytes(24).toString('base64url');
  // On the disk before the cluster is said to be there: nobody could open it without.
  await writeFile(place.passwordFile, password, { mode: 0o600, flush: true });
  const handed = join(place.socket, 'first-password');
  await writeFile(handed, password, { mode: 0o600 });
  if (place.user !== undefined) await chown(handed, place.user.uid, place.user.gid);
  const child = spawn(
    place.binaries.initdb,
    [
      `--pgdata=${place.data}`,
      `--username=${superuser}`,
      `--pwfile=${handed}`,
      '--auth=scram-sha-256',
      '--locale=C.UTF-8',
      '--encoding=UTF8',
      ...(tuning.durable ? [] : ['--no-sync']),
    ],
    { ...place.user, env, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  await rm(handed, { force: true });
  if (code !== 0) throw dbErrors.make('start_failed', { detail: said.trim() || `initdb: ${code}` });
  await writeFile(join(place.data, 'guantong-ready'), '');
}

const options = (place: Place, tuning: Tuning): string[] =>
  Object.entries({
    listen_addresses: '',
    unix_socket_directories: place.socket,
    unix_socket_permissions: '0700',
    port: String(port),
    max_connections: String(tuning.maxConnections),
    shared_buffers: '128MB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    // Nobody's server may run on weaker guarantees than it says; weaker ones are the tests' alone.
    fsync: tuning.durable ? 'on' : 'off',
    full_page_writes: tuning.durable ? 'on' : 'off',
    synchronous_commit: tuning.durable ? 'on' : 'off',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/**
 * Starts the server apart from this process's group: neither Ctrl-C nor our end reaches it by
 * itself.
 */
async function launch(place: Place, tuning: Tuning): Promise<{ failed: () => string | undefined }> {
  const output = await open(place.logFile, 'w', 0o600);
  const child = spawn(place.binaries.postgres, ['-D', place.data, ...options(place, tuning)], {
    ...place.user,
    env,
    cwd: '/',
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  });
  let ended: string | undefined;
  child.on('error', (error) => {
    ended = error.message;
  });
  child.on('exit', (code, signal) => {
    ended = `postgres ended (${code ?? signal})`;
  });
  child.unref();
  await output.close();
  return { failed: () => ended };
}

const lastLines = async (file: string): Promise<string> =>
  (await readFile(file, 'utf8').catch(() => '')).trim().split('\n').slice(-3).join(' | ');

/** Waits until the server takes connections. */
async function untilReady(place: Place, failed: () => string | undefined): Promise<number> {
  const until = performance.now() + longestStartMs;
  while (performance.now() < until) {
    const found = await readPostmaster(place);
    if (found?.status === 'ready' && (await isAlive(found.pid))) return found.pid;
    const ended = failed();
    if (ended !== undefined) {
      const detail = `${ended}: ${await lastLines(place.logFile)}`;
      throw dbErrors.make('start_failed', { detail });
    }
    await pause(lookEveryMs);
  }
  throw dbErrors.make('start_failed', { detail: `no answer within ${longestStartMs} ms` });
}

/** Whether the server speaks to us, be it to refuse: one that is just being killed does not. */
async function answers(place: Place): Promise<boolean> {
  const client = new pg.Client({ connectionString: await serverUrl(place) });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (error) {
    return error instanceof pg.DatabaseError;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Takes away what a dead server left to say that it lives. */
async function clearMarks(place: Place): Promise<void> {
  await rm(pidFile(place), { force: true });
  await rm(join(place.socket, `.s.PGSQL.${port}.lock`), { force: true });
}

/** Takes over a server that is running, or waits for one that is ending. */
async function adopt(place: Place, log: Log): Promise<number | undefined> {
  const found = await readPostmaster(place);
  if (found === undefined) return undefined;
  if (!(await isOurs(place, found))) {
    // The pid went round to somebody else, or nobody waited for the dead server (a container whose
    // first process does not): PostgreSQL would take either for a running server and refuse. What
    // is left of a real one it still tells by the shared memory.
    await clearMarks(place);
    return undefined;
  }
  if (found.status === 'stopping') {
    await untilGone(found.pid);
    return undefined;
  }
  const gone = async (): Promise<boolean> => !(await isAlive(found.pid));
  let ended = false;
  const watch = setInterval(() => void gone().then((yes) => (ended ||= yes)), 100);
  try {
    await untilReady(place, () => (ended ? 'the running server ended' : undefined));
  } finally {
    clearInterval(watch);
  }
  if (!(await answers(place))) {
    if (await untilGone(found.pid)) return undefined;
    throw dbErrors.make('start_failed', { detail: `the server ${found.pid} does not answer` });
  }
  log.info({ pid: found.pid }, 'Took over the embedded database that was still running');
  return found.pid;
}

/**
 * Makes sure the server of `place` runs.
 * @returns its pid
 * @throws db.start_failed
 */
export async function startServer(place: Place, log: Log, tuning: Tuning): Promise<number> {
  const running = await adopt(place, log);
  if (running !== undefined) return running;
  if (!(await exists(join(place.data, 'guantong-ready')))) await makeCluster(place, log, tuning);
  return launchUntilReady(place, tuning);
}

/** After a crash the last processes of the old server may need a moment to notice and let go. */
async function launchUntilReady(place: Place, tuning: Tuning): Promise<number> {
  const until = performance.now() + longestLetGoMs;
  for (;;) {
    const { failed } = await launch(place, tuning);
    try {
      return await untilReady(place, failed);
    } catch (error) {
      const said = error instanceof Error ? error.message : '';
      const marked = said.includes('"postmaster.pid" already exists');
      const busy = said.includes('shared memory block') || marked;
      if (!busy || performance.now() > until) throw error;
      // A server killed this moment nobody has waited for yet: PostgreSQL takes its pid for alive.
      const found = await readPostmaster(place);
      if (marked && found !== undefined && !(await isAlive(found.pid))) await clearMarks(place);
      await pause(lookEveryMs * 10);
    }
  }
}

async function untilGone(pid: number): Promise<boolean> {
  const until = performance.now() + longestStopMs;
  while (performance.now() < until) {
    if (!(await isAlive(pid))) return true;
    await pause(lookEveryMs);
  }
  return false;
}

/**
 * Stops the server: open transactions are rolled back, everything committed is on disk (fast
 * shutdown).
 */
export async function stopServer(place: Place, pid: number, log: Log): Promise<void> {
  const found = await readPostmaster(place);
  if (found?.pid !== pid || !(await isOurs(place, found))) return;
  process.kill(pid, 'SIGINT');
  if (!(await untilGone(pid))) log.error({ pid }, 'The embedded database did not stop in time');
}

/** The connection string of the server of `place`. */
export async function serverUrl(place: Place, database = 'postgres'): Promise<string> {
  const password = (await readFile(place.passwordFile, 'utf8')).trim();
  const host = encodeURIComponent(place.socket);
  return `postgres://${superuser}:${password}@localhost:${port}/${database}?host=${host}`;
}
