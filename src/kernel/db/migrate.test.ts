import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type Db, makeDb, makePool, migrate } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import { temporaryFolder, urlOf, withDb } from '#testing';

let db: Db;
let dir: string;
const name = `migrate_${process.pid}`;

beforeEach(async () => {
  dir = join(await temporaryFolder('migrations'), 'migrations');
  await mkdir(dir);
  const server = inject('databaseUrl');
  await withDb(server, (admin) => sql`create database ${sql.id(name)}`.execute(admin));
  db = makeDb(makePool(urlOf(server, name), 4));
});
afterEach(async () => {
  await db.destroy();
  await withDb(inject('databaseUrl'), (admin) =>
    sql`drop database ${sql.id(name)} with (force)`.execute(admin),
  );
  await rm(dirname(dir), { recursive: true, force: true });
});

const write = (file: string, text: string) => writeFile(join(dir, file), text);

async function tables(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' order by 1`.execute(db);
  return rows.map((row) => row.name);
}

async function refusal(): Promise<GuantongError> {
  const error: unknown = await migrate(db, dir).then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!(error instanceof GuantongError)) throw new Error('the migration was not refused');
  return error;
}

test('all wrong names are refused at once and nothing lands', async () => {
  await write('20260101_0100_a.sql', 'create table a ();');
  await write('later.sql', 'create table b ();');
  await write('2026_b.sql', 'create table c ();');
  const error = await refusal();
  expect(error.code).toBe('db.migration_name');
  expect(error.faults.map(({ file }) => file)).toEqual(['2026_b.sql', 'later.sql']);
  expect(await tables()).toEqual([]);
});

test('a landed file that was changed is refused, and so is what follows', async () => {
  await write('20260101_0100_a.sql', 'create table a ();');
  await migrate(db, dir);
  await write('20260101_0100_a.sql', 'create table a (id int);');
  await write('20260102_0100_b.sql', 'create table b ();');
  const error = await refusal();
  expect(error.code).toBe('db.migration_changed');
  expect(error.text.zh).toContain('20260101_0100_a.sql');
  expect(await tables()).toEqual(['a', 'migrations']);
});

test('a database newer than the program is refused', async () => {
  await write('20260101_0100_a.sql', 'create table a ();');
  await write('20260102_0100_b.sql', 'create table b ();');
  await migrate(db, dir);
  await rm(join(dir, '20260102_0100_b.sql'));
  expect((await refusal()).code).toBe('db.migration_missing');
});

test('a file that fails halfway lands nothing of itself; the next start goes on', async () => {
  await write('20260101_0100_a.sql', 'create table a ();');
  await write('20260102_0100_b.sql', 'create table b (); create table b ();');
  const error = await refusal();
  expect(error.code).toBe('db.migration_failed');
  expect(error.text.en).toContain('already exists');
  expect(await tables()).toEqual(['a', 'migrations']);
  await write('20260102_0100_b.sql', 'create table b ();');
  expect(await migrate(db, dir)).toEqual(['20260102_0100_b.sql']);
  expect(await tables()).toEqual(['a', 'b', 'migrations']);
});

test('files land in the order of their dates, once, by one of several processes', async () => {
  await write('20260102_0100_b.sql', 'create table b as select * from a;');
  await write('20260101_0100_a.sql', 'select pg_sleep(0.1); create table a ();');
  const landed = await Promise.all([migrate(db, dir), migrate(db, dir)]);
  expect(landed.flat()).toEqual(['20260101_0100_a.sql', '20260102_0100_b.sql']);
  expect(await migrate(db, dir)).toEqual([]);
});
