/** A MariaDB of its own for a test: fresh data folder, free port on loopback, gone afterwards. */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { removeHome, temporaryFolder } from './server.ts';

export interface MariaDb {
  port: number;
  /** The authority that signed its certificate, PEM; its name there is `localhost` alone. */
  authority: string;
  /** Runs statements as its owner, in the database `trial`. */
  run(statements: string): Promise<void>;
  stop(): Promise<void>;
}

const found = (names: string[]): string | undefined => names.find((name) => existsSync(name));

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** The ordinary user the server runs as when the test is root: it refuses to run as root. */
async function runner(): Promise<{ uid: number; gid: number } | null> {
  if (userInfo().uid !== 0) return null;
  for (const name of ['mysql', 'nobody']) {
    const ids = await Promise.all(
      ['-u', '-g'].map((flag) => promisify(execFile)('id', [flag, name]).catch(() => null)),
    );
    const [uid, gid] = ids.map((id) => Number(id?.stdout));
    if (uid !== undefined && gid !== undefined && Number.isInteger(uid)) return { uid, gid };
  }
  return null;
}

/** A certificate for `localhost` and nothing else, signed by an authority of its own. */
async function certificate(home: string): Promise<{ flags: string[]; authority: string }> {
  const path = (name: string): string => join(home, name);
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args);
  const fresh = ['req', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  const [ca, key, cert] = [path('ca.pem'), path('key.pem'), path('cert.pem')];
  await openssl(
    ...[...fresh, '-x509', '-subj', '/CN=Trial authority'],
    ...['-keyout', path('ca-key.pem'), '-out', ca],
  );
  await openssl(...fresh, '-subj', '/CN=localhost', '-keyout', key, '-out', path('ask.pem'));
  writeFileSync(path('names'), 'subjectAltName=DNS:localhost\n');
  await openssl(
    ...['x509', '-req', '-in', path('ask.pem'), '-CA', ca, '-CAkey', path('ca-key.pem')],
    ...['-CAcreateserial', '-days', '2', '-extfile', path('names'), '-out', cert],
  );
  chmodSync(key, 0o644);
  const flags = [`--ssl-ca=${ca}`, `--ssl-cert=${cert}`, `--ssl-key=${key}`];
  return { flags, authority: readFileSync(ca, 'utf8') };
}

/** Starts one; null when the machine has none. */
export async function mariadb(): Promise<MariaDb | null> {
  const daemon = found(['/usr/sbin/mariadbd', '/usr/bin/mariadbd', '/usr/sbin/mysqld']);
  const installer = found(['/usr/bin/mariadb-install-db']);
  if (daemon === undefined || installer === undefined) return null;
  const home = await temporaryFolder('mariadb');
  const [data, port, as] = [join(home, 'data'), await freePort(), await runner()];
  mkdirSync(data);
  for (const folder of as === null ? [] : [home, data])
    chownSync(folder, as?.uid ?? 0, as?.gid ?? 0);
  const fresh = ['--no-defaults', `--datadir=${data}`];
  const who = as === null ? {} : as;
  await promisify(execFile)(installer, [...fresh, '--auth-root-authentication-method=normal'], who);
  const { flags, authority } = await certificate(home);
  const child = spawn(
    daemon,
    [
      ...fresh,
      ...flags,
      ...[`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(home, 's')}`],
      ...['--innodb-flush-log-at-trx-commit=0', '--skip-log-bin', '--skip-name-resolve'],
    ],
    { ...who, stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const connect = (database?: string) =>
    createConnection({
      ...{ host: '127.0.0.1', port, user: 'root', multipleStatements: true, charset: 'utf8mb4' },
      ...(database === undefined ? {} : { database }),
    });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await removeHome(home);
  };
  try {
    await untilReady(connect, () => child.exitCode !== null);
  } catch (error) {
    await stop();
    throw error;
  }
  const owner = await connect();
  await owner.query(`create database trial character set utf8mb4; create user trial@'%' identified by 'trial-word';
    grant select on trial.* to trial@'%'; use trial`);
  return {
    port,
    authority,
    run: async (statements) => void (await owner.query(statements)),
    stop: async () => {
      owner.destroy();
      await stop();
    },
  };
}

async function untilReady(
  connect: () => ReturnType<typeof createConnection>,
  isGone: () => boolean,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await (await connect()).end();
    } catch (error) {
      if (attempt > 300 || isGone()) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
