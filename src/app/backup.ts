/**
 * Backup and restore, one command each. A backup is a folder: `tables/<schema>.<table>.ndjson` read
 * in one repeatable-read snapshot, copies of the immutable files (lake, attachments), and
 * `manifest.json` with the SHA-256 of every file. No pg_dump is needed: plain SQL works on every
 * store of PostgreSQL's family.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '#kernel/db';
import { appErrors } from './errors.ts';
import { ownersOnly } from './home-folders.ts';

const manifestFile = z.strictObject({ path: z.string(), bytes: z.number(), sha256: z.string() });
type ManifestFile = z.infer<typeof manifestFile>;

const manifestShape = z.strictObject({
  format: z.literal(1),
  takenAt: z.string(),
  migrations: z.array(z.string()),
  tables: z.array(z.strictObject({ name: z.string(), rows: z.number() })),
  files: z.array(manifestFile),
});
export type BackupManifest = z.infer<typeof manifestShape>;

/**
 * Folders of the home that belong to the data. Their files are immutable, or put in place whole:
 * packs are what people made in pages.
 */
const fileFolders = ['lake', 'files', 'returned', 'audit', 'keys', 'packs'];
const rowsPerFetch = 2000;

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const nested = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? walk(path) : Promise.resolve([path]);
    }),
  );
  return nested.flat();
}

/** Tables of all schemas of ours, those that others refer to first. */
async function tablesInOrder(db: Kysely<never>): Promise<string[]> {
  const tables = await sql<{ name: string }>`
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and not c.relispartition and n.nspname not like 'pg\\_%'
      and n.nspname <> 'information_schema'
    union all
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'p' and n.nspname not like 'pg\\_%'
    order by 1`.execute(db);
  const references = await sql<{ child: string; parent: string }>`
    select quote_ident(cn.nspname) || '.' || quote_ident(c.relname) as child,
      quote_ident(pn.nspname) || '.' || quote_ident(p.relname) as parent
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid join pg_namespace cn on cn.oid = c.relnamespace
    join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace
    where k.contype = 'f' and k.conrelid <> k.confrelid`.execute(db);
  return topological(
    tables.rows.map((row) => row.name),
    references.rows,
  );
}

function topological(names: string[], edges: { child: string; parent: string }[]): string[] {
  const ordered: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const edge of edges) if (edge.child === name) visit(edge.parent);
    ordered.push(name);
  };
  for (const name of names) visit(name);
  return ordered.filter((name) => names.includes(name));
}

async function dumpTable(db: Kysely<never>, table: string, path: string): Promise<number> {
  const out = createWriteStream(path);
  let rows = 0;
  await sql`declare dump no scroll cursor for
    select to_json(t)::text as line from ${sql.raw(table)} t`.execute(db);
  for (;;) {
    const batch = await sql<{
      line: string;
    }>`fetch ${sql.raw(String(rowsPerFetch))} from dump`.execute(db);
    if (batch.rows.length === 0) break;
    rows += batch.rows.length;
    const text = batch.rows.map((row) => `${row.line}\n`).join('');
    if (!out.write(text)) await once(out, 'drain');
  }
  await sql`close dump`.execute(db);
  out.end();
  await finished(out);
  return rows;
}

async function dumpTables(
  db: Db,
  folder: string,
): Promise<Pick<BackupManifest, 'tables' | 'migrations'>> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const plain = trx as unknown as Kysely<never>;
      const tables: BackupManifest['tables'] = [];
      for (const name of await tablesInOrder(plain)) {
        const path = join(folder, 'tables', `${name.replaceAll('"', '')}.ndjson`);
        tables.push({ name, rows: await dumpTable(plain, name, path) });
      }
      return { tables, migrations: await landedMigrations(plain) };
    });
}

async function landedMigrations(db: Kysely<never>): Promise<string[]> {
  const landed = await sql<{
    name: string;
  }>`select file as name from migrations order by file`.execute(db);
  return landed.rows.map((row) => row.name);
}

async function copyFiles(home: string, target: string): Promise<void> {
  for (const folder of fileFolders) {
    for (const path of await walk(join(home, folder))) {
      const to = join(target, 'home', relative(home, path));
      await mkdir(dirname(to), { recursive: true });
      await copyFile(path, to, constants.COPYFILE_FICLONE);
    }
  }
}

async function digestAll(folder: string): Promise<ManifestFile[]> {
  const files: ManifestFile[] = [];
  for (const path of (await walk(folder)).sort()) {
    const { size } = await stat(path);
    files.push({ path: relative(folder, path), bytes: size, sha256: await sha256(path) });
  }
  return files;
}

/**
 * Writes a consistent backup of a running or stopped platform into an empty folder.
 * @throws app.backup_exists when the folder holds anything.
 */
export async function backup(
  deps: { db: Db; home: string; now: Date },
  folder: string,
): Promise<BackupManifest> {
  const existing = await readdir(folder).catch(() => []);
  if (existing.length > 0) throw appErrors.make('backup_exists', { path: folder });
  // Everything the platform holds, past the gate.
  await mkdir(join(folder, 'tables'), { recursive: true, mode: ownersOnly });
  await mkdir(join(folder, 'home'), { mode: ownersOnly });
  const dumped = await dumpTables(deps.db, folder);
  // After the tables: a file they name is immutable and outlives the sweep's grace, one too many
  // does no harm.
  await copyFiles(deps.home, folder);
  const manifest: BackupManifest = {
    format: 1,
    takenAt: deps.now.toISOString(),
    ...dumped,
    files: await digestAll(folder),
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 2));
  return manifest;
}

/** JSON, or nothing when it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readManifest(folder: string): Promise<BackupManifest> {
  const path = join(folder, 'manifest.json');
  const text = await readFile(path, 'utf8').catch(() => {
    throw appErrors.make('file_missing', { path });
  });
  const found = manifestShape.safeParse(parsed(text));
  if (!found.success) throw appErrors.make('backup_broken', { path: 'manifest.json' });
  return found.data;
}

async function verifyFiles(folder: string, manifest: BackupManifest): Promise<void> {
  for (const file of manifest.files) {
    const path = join(folder, file.path);
    const found = await sha256(path).catch(() => 'missing');
    if (found !== file.sha256) throw appErrors.make('backup_broken', { path: file.path });
  }
}

async function loadTable(db: Kysely<never>, table: string, path: string): Promise<void> {
  const columns = await sql<{ name: string; type: string; full: boolean }>`
    select quote_ident(attname) as name, atttypid::regtype::text as type, attnotnull as full
    from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum`.execute(db);
  const list = sql.raw(columns.rows.map((row) => row.name).join(', '));
  // A line of JSON cannot tell JSON's own null from nothing; a column that is never empty can.
  const values = columns.rows.map(({ name, type, full }) =>
    full && /^jsonb?$/.test(type) ? `coalesce(${name}, 'null'::${type})` : name,
  );
  const held = sql.raw(values.join(', '));
  const target = sql.raw(table);
  const insert = async (lines: string[]): Promise<void> => {
    if (lines.length === 0) return;
    await sql`insert into ${target} (${list}) overriding system value
      select ${held} from json_populate_recordset(null::${target}, ${`[${lines.join(',')}]`}::json)`.execute(
      db,
    );
  };
  let lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    lines.push(line);
    if (lines.length < rowsPerFetch) continue;
    await insert(lines);
    lines = [];
  }
  await insert(lines);
}

/** Puts every identity and serial sequence behind the largest value its column holds. */
async function advanceSequences(db: Kysely<never>): Promise<void> {
  const owned = await sql<{ seq: string; tab: string; col: string }>`
    select s.oid::regclass::text as seq, t.oid::regclass::text as tab, quote_ident(a.attname) as col
    from pg_class s join pg_depend d on d.objid = s.oid and d.deptype in ('a', 'i')
    join pg_class t on t.oid = d.refobjid
    join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
    where s.relkind = 'S'`.execute(db);
  for (const { seq, tab, col } of owned.rows) {
    const top = await sql<{ top: string | null }>`
      select max(${sql.raw(col)})::text as top from ${sql.raw(tab)}`.execute(db);
    const value = top.rows[0]?.top;
    if (value) await sql`select setval(${seq}::regclass, ${value}::bigint)`.execute(db);
  }
}

/** Tables that triggers of ours guard: a timeline or an audit refuses to be emptied. */
async function guardedTables(db: Kysely<never>): Promise<string[]> {
  const guarded = await sql<{ name: string }>`
    select distinct quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
    where not t.tgisinternal and n.nspname not like 'pg\\_%'`.execute(db);
  return guarded.rows.map((row) => row.name);
}

/** Tables that every opened platform fills by itself: rows in them are no data of anybody's. */
const ownTables = /^(pgboss\..*|public\.(migrations|timers|gate_epoch|lake_identity))$/;

/**
 * Data may lie in the database alone: accounts, packs, cases.
 * @throws app.restore_not_empty
 */
async function checkEmpty({ db, home }: { db: Db; home: string }): Promise<void> {
  for (const name of fileFolders) {
    const held = await walk(join(home, name));
    if (held.length > 0) throw appErrors.make('restore_not_empty', { path: join(home, name) });
  }
  const plain = db as unknown as Kysely<never>;
  for (const table of await tablesInOrder(plain)) {
    if (ownTables.test(table)) continue;
    const held = await sql`select from ${sql.raw(table)} limit 1`.execute(plain);
    if (held.rows.length > 0) throw appErrors.make('restore_not_empty', { path: table });
  }
}

/**
 * What a manifest names is written to by that name: tables must be ours, files stay in the home.
 * @throws app.backup_broken
 */
async function checkNames(db: Db, manifest: BackupManifest): Promise<void> {
  const ours = new Set(await tablesInOrder(db as unknown as Kysely<never>));
  const strange = manifest.tables.find(({ name }) => !ours.has(name));
  if (strange) throw appErrors.make('backup_broken', { path: strange.name });
  const outside = manifest.files.find(
    ({ path }) => normalize(path) !== path || /^(\.\.|\/)/.test(path),
  );
  if (outside) throw appErrors.make('backup_broken', { path: outside.path });
}

async function checkVersion(db: Db, manifest: BackupManifest): Promise<void> {
  const here = await landedMigrations(db as unknown as Kysely<never>);
  if (here.join() === manifest.migrations.join()) return;
  throw appErrors.make('backup_other_version', {
    have: here.length,
    need: manifest.migrations.length,
  });
}

async function loadTables(db: Db, folder: string, manifest: BackupManifest): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const plain = trx as unknown as Kysely<never>;
    const guarded = await guardedTables(plain);
    for (const name of guarded) {
      await sql`alter table ${sql.raw(name)} disable trigger user`.execute(plain);
    }
    // Rows that migrations themselves wrote come back with the backup.
    const all = manifest.tables.map((table) => table.name).join(', ');
    await sql`truncate ${sql.raw(all)} restart identity cascade`.execute(plain);
    for (const table of manifest.tables) {
      const path = join(folder, 'tables', `${table.name.replaceAll('"', '')}.ndjson`);
      await loadTable(plain, table.name, path);
    }
    await advanceSequences(plain);
    for (const name of guarded) {
      await sql`alter table ${sql.raw(name)} enable trigger user`.execute(plain);
    }
  });
}

/**
 * Brings a backup back into a home that holds no data yet.
 * @throws app.backup_broken when a file is missing or was changed; app.backup_other_version when it
 * was taken by another version (restore with that version, then start this one);
 * app.restore_not_empty.
 */
export async function restore(
  deps: { db: Db; home: string },
  folder: string,
): Promise<BackupManifest> {
  const manifest = await readManifest(folder);
  await checkVersion(deps.db, manifest);
  await checkNames(deps.db, manifest);
  await verifyFiles(folder, manifest);
  await checkEmpty(deps);
  for (const file of manifest.files.filter((each) => each.path.startsWith('home/'))) {
    const to = join(deps.home, relative('home', file.path));
    await mkdir(dirname(to), { recursive: true });
    await copyFile(join(folder, file.path), to, constants.COPYFILE_FICLONE);
  }
  await loadTables(deps.db, folder, manifest);
  return manifest;
}
