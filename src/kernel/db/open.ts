/**
 * Opens the platform's database: the embedded server under the home, or the one DATABASE_URL names.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Settings } from '#kernel/config';
import type { Log } from '#kernel/log';
import { livingOwner, takeLock } from './embedded/lock.ts';
import { findPlace, type Place } from './embedded/place.ts';
import { serverUrl, startServer, stopServer, type Tuning } from './embedded/server.ts';
import { dbErrors } from './errors.ts';
import { type Listener, makeListener } from './listen.ts';
import { type Db, makeDb, makePool } from './pool.ts';

export interface Database {
  db: Db;
  /** Connection string. Holds the password: never print it. */
  url: string;
  listener: Listener;
  /** Connections of the pool now, and callers that wait for one. */
  connections(): { open: number; idle: number; waiting: number };
  /** Closes the pool and stops the server this process owns. */
  close(): Promise<void>;
}

export interface OpenOptions {
  log: Log;
  /**
   * A guest (`deliver` beside a running `start`, a `worker`) uses the server of the home's owner
   * when there is one and leaves it running. Without it a home that has an owner refuses.
   */
  guest?: boolean;
  tuning?: Partial<Tuning>;
}

type Needed = Pick<Settings, 'home' | 'database_url' | 'database_pool_size'>;

/** How long a close waits for transactions under way. */
const longestDrainMs = 2000;

/** Oldest server the platform's SQL is written for. */
const oldestVersion = 150_000;

interface Server {
  url: string;
  stop(): Promise<void>;
}

/** Runs the embedded server as the owner of the home, or uses the owner's. */
async function embedded(settings: Needed, options: OpenOptions): Promise<Server> {
  const { log } = options;
  const place: Place = await findPlace(settings.home, log);
  if (options.guest === true && (await livingOwner(place.lockFile)) !== undefined) {
    return { url: await serverUrl(place), stop: async () => undefined };
  }
  const lock = await takeLock(place.lockFile, settings.home);
  try {
    const tuning: Tuning = { durable: true, maxConnections: 100, ...options.tuning };
    const pid = await startServer(place, log, tuning);
    const stop = async (): Promise<void> => {
      await stopServer(place, pid, log);
      await lock.release();
    };
    return { url: await serverUrl(place), stop };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function checkServer(db: Db): Promise<void> {
  const { rows } = await sql<{ number: number; text: string }>`
    select current_setting('server_version_num')::int as number,
           current_setting('server_version') as text`
    .execute(db)
    .catch((error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      throw dbErrors.make('unreachable', { detail });
    });
  const version = rows[0];
  if (version === undefined || version.number < oldestVersion) {
    throw dbErrors.make('too_old', { version: version?.text ?? '?' });
  }
}

/**
 * Opens the database. Migrations are the caller's next step (`migrate`).
 * @throws db.home_in_use, db.start_failed, db.no_binaries, db.no_user, db.unreachable, db.too_old
 */
export async function openDatabase(settings: Needed, options: OpenOptions): Promise<Database> {
  const server: Server =
    settings.database_url === ''
      ? await embedded(settings, options)
      : { url: settings.database_url, stop: async () => undefined };
  const pool = makePool(server.url, settings.database_pool_size);
  const db = makeDb(pool);
  const listener = makeListener(server.url, options.log);
  const close = async (): Promise<void> => {
    await listener.close();
    const idle = db.destroy();
    // Work that does not end by itself is cut off by the stop of the server, and rolled back.
    await Promise.race([idle, pause(longestDrainMs, undefined, { ref: false })]);
    await server.stop();
  };
  try {
    await checkServer(db);
  } catch (error) {
    await close();
    throw error;
  }
  const connections = () => ({
    open: pool.totalCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
  });
  return { db, url: server.url, listener, connections, close };
}
