/**
 * Where the embedded server lives and as whom it runs. PostgreSQL refuses to run as root: then it
 * runs as a system user of its own, and both its programs and its data must stand where that user
 * can walk to.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Log } from '#kernel/log';
import { dbErrors } from '../errors.ts';
import { type Binaries, binariesIn, findBinaries } from './binaries.ts';

export interface User {
  uid: number;
  gid: number;
}

export interface Place {
  binaries: Binaries;
  /** Cluster folder. */
  data: string;
  /** Folder of the Unix socket. */
  socket: string;
  logFile: string;
  passwordFile: string;
  lockFile: string;
  /** The user the server runs as when it is not this process's own. */
  user?: User;
}

const systemUser = 'guantong';
const systemFolder = '/var/lib/guantong';
/** A socket's path has at most 107 bytes; `/.s.PGSQL.5432` takes 14 of them. */
const longestSocketFolder = 92;

const ask = (file: string, args: string[]): string =>
  execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

function lookUpUser(): User | undefined {
  try {
    return {
      uid: Number(ask('id', ['-u', systemUser])),
      gid: Number(ask('id', ['-g', systemUser])),
    };
  } catch {
    return undefined;
  }
}

/** The system user the server runs as when this process is root; made when it does not exist. */
function serverUser(log: Log): User {
  const known = lookUpUser();
  if (known !== undefined) return known;
  const args = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
  log.info(`PostgreSQL does not run as root: creating the system user "${systemUser}" (useradd)`);
  try {
    ask('useradd', [...args, systemUser]);
  } catch (error) {
    // Two starts at once may both have tried.
    const made = lookUpUser();
    if (made !== undefined) return made;
    throw dbErrors.make('no_user', { user: systemUser, detail: String(error) });
  }
  const made = lookUpUser();
  if (made === undefined) throw dbErrors.make('no_user', { user: systemUser, detail: 'useradd' });
  return made;
}

/** A cluster that an ordinary user made goes on running as that user when root opens it. */
async function userFor(pgHome: string, log: Log): Promise<User> {
  const owner = await stat(join(pgHome, 'data')).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return serverUser(log);
}

/**
 * Whether `user` may walk through `folder` and every folder above it. A folder not made yet is
 * skipped.
 */
export async function isWalkable(folder: string, user: User): Promise<boolean> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found !== undefined) {
      const bit = found.uid === user.uid ? 0o100 : found.gid === user.gid ? 0o010 : 0o001;
      if ((found.mode & bit) === 0) return false;
    }
    if (at === dirname(at)) return true;
  }
}

/**
 * A copy of the programs (60 MB) where the server's user can walk to; made once for each version.
 */
async function copyBinaries(from: Binaries, log: Log): Promise<Binaries> {
  const to = join(systemFolder, `postgresql-${from.version}-${process.platform}-${process.arch}`);
  if ((await stat(to).catch(() => undefined)) === undefined) {
    log.info(
      `The programs of PostgreSQL are copied to ${to}: its user cannot walk to ${from.root}`,
    );
    await mkdir(systemFolder, { recursive: true, mode: 0o755 });
    const half = `${to}.${process.pid}`;
    await cp(from.root, half, { recursive: true, verbatimSymlinks: true });
    // Another start may have been quicker: then its copy is as good.
    await rename(half, to).catch(() => rm(half, { recursive: true, force: true }));
  }
  return binariesIn(to, from.version);
}

const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/**
 * Under the home, or under the system folder, as was noted in the home when the cluster was made.
 */
async function dataFolder(pgHome: string, user: User | undefined, log: Log): Promise<string> {
  const note = join(pgHome, 'data-folder.txt');
  const noted = await readFile(note, 'utf8').catch(() => undefined);
  if (noted !== undefined) return noted.trim();
  const here = join(pgHome, 'data');
  if (user === undefined || (await isWalkable(pgHome, user))) return here;
  const there = join(systemFolder, shortHash(pgHome), 'data');
  log.info(`The database is kept in ${there}: its user cannot walk to ${pgHome}`);
  await writeFile(note, `${there}\n`);
  return there;
}

/** Makes a folder that belongs to the server's user. */
export async function ownedFolder(
  folder: string,
  user: User | undefined,
  mode: number,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode });
  if (user === undefined) return;
  const found = await lstat(folder);
  if (found.uid !== user.uid) await chown(folder, user.uid, user.gid);
  if ((found.mode & 0o777) !== mode) await chmod(folder, mode);
}

/**
 * Decides the place of the server of `home` and makes its folders.
 * @throws db.no_binaries, db.no_user
 */
export async function findPlace(home: string, log: Log): Promise<Place> {
  const pgHome = join(resolve(home), 'pg');
  await mkdir(pgHome, { recursive: true, mode: 0o755 });
  const user = process.getuid?.() === 0 ? await userFor(pgHome, log) : undefined;
  const packaged = findBinaries();
  const binaries =
    user === undefined || (await isWalkable(packaged.root, user))
      ? packaged
      : await copyBinaries(packaged, log);
  const data = await dataFolder(pgHome, user, log);
  const base = dirname(data);
  if (base !== pgHome) await mkdir(base, { recursive: true, mode: 0o755 });
  const near = join(base, 'run');
  const socket =
    Buffer.byteLength(near) <= longestSocketFolder ? near : `/tmp/guantong-${shortHash(pgHome)}`;
  await ownedFolder(socket, user, 0o700);
  return {
    binaries,
    data,
    socket,
    logFile: join(pgHome, 'postgres.log'),
    passwordFile: join(pgHome, 'password'),
    lockFile: join(pgHome, 'owner.json'),
    ...(user === undefined ? {} : { user }),
  };
}
