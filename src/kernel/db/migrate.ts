/** Migrations: one dated timeline of plain SQL, each landed file frozen for good. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompiledQuery, sql } from 'kysely';
import { dbErrors } from './errors.ts';
import type { Db } from './pool.ts';

export const migrationsDir = fileURLToPath(new URL('../../../migrations', import.meta.url));

interface Migration {
  file: string;
  text: string;
  digest: string;
}

interface Landed {
  file: string;
  digest: string;
}

/** `20261122_0100_kernel.sql`: date and time order the timeline. */
const namePattern = /^\d{8}_\d{4}_[a-z0-9_]+\.sql$/;
/** The key of the advisory lock that lets one process migrate at a time. */
const lockKey = 833_001;

async function readMigrations(dir: string): Promise<Migration[]> {
  const files = (await readdir(dir)).filter((file) => file.endsWith('.sql')).sort();
  const wrong = files.filter((file) => !namePattern.test(file));
  if (wrong[0] !== undefined) {
    const faults = wrong.map((file) => dbErrors.fault('migration_name', { file }, { file }));
    throw dbErrors.make('migration_name', { file: wrong[0] }, faults);
  }
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(dir, file), 'utf8');
      return { file, text, digest: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/** Refuses a timeline that does not continue the one in the database. */
function checkFrozen(landed: Landed[], known: Migration[]): void {
  const faults = landed.flatMap(({ file, digest }) => {
    const here = known.find((migration) => migration.file === file);
    if (here === undefined) return [dbErrors.fault('migration_missing', { file }, { file })];
    if (here.digest !== digest) return [dbErrors.fault('migration_changed', { file }, { file })];
    return [];
  });
  const [first] = faults;
  if (first === undefined) return;
  const key = first.code === 'db.migration_missing' ? 'migration_missing' : 'migration_changed';
  throw dbErrors.make(key, { file: first.file ?? '' }, faults);
}

async function landedIn(db: Db): Promise<Landed[]> {
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass('public.migrations') is not null as there`.execute(db);
  if (rows[0]?.there !== true) return [];
  return (await sql<Landed>`select file, digest from migrations order by file`.execute(db)).rows;
}

async function land(db: Db, migration: Migration): Promise<void> {
  const { file, text, digest } = migration;
  try {
    await db.transaction().execute(async (trx) => {
      // Without parameters the whole file travels as one simple query.
      await trx.executeQuery(CompiledQuery.raw(text));
      await sql`insert into migrations (file, digest) values (${file}, ${digest})`.execute(trx);
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw dbErrors.make('migration_failed', { file, detail });
  }
}

/**
 * Brings the database up to the timeline in `dir`; several processes may call it at once.
 * @returns names of the files landed now
 * @throws db.migration_name, db.migration_changed, db.migration_missing, db.migration_failed
 */
export async function migrate(db: Db, dir: string = migrationsDir): Promise<string[]> {
  const known = await readMigrations(dir);
  const open = (landed: Landed[]): Migration[] =>
    known.filter(({ file }) => !landed.some((one) => one.file === file));
  const before = await landedIn(db);
  checkFrozen(before, known);
  if (before.length > 0 && open(before).length === 0) return [];
  return db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${lockKey})`.execute(connection);
    try {
      await sql`create table if not exists migrations (
        file text primary key,
        digest text not null,
        landed_at timestamptz not null default now())`.execute(connection);
      const landed = await landedIn(connection);
      checkFrozen(landed, known);
      const todo = open(landed);
      for (const migration of todo) await land(connection, migration);
      return todo.map(({ file }) => file);
    } finally {
      await sql`select pg_advisory_unlock(${lockKey})`.execute(connection);
    }
  });
}
