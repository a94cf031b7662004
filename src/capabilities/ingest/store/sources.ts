/** Sources on PostgreSQL. */
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { SourceFile } from '../model/source.ts';

type SourceTable = {
  name: string;
  pack: string;
  dataset: string;
  road: string;
  declared: unknown;
  digest: string;
  memory: unknown;
  paused: boolean;
  next_at: Date | null;
  looked_at: Date | null;
  created_at: Date;
};

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<{ ingest_source: SourceTable }>();

export type Memory = Record<string, string>;

export interface StoredSource {
  name: string;
  pack: string;
  declared: SourceFile;
  digest: string;
  memory: Memory;
  paused: boolean;
  nextAt: Date | null;
  lookedAt: Date | null;
}

const sourceOf = (row: SourceTable): StoredSource => ({
  name: row.name,
  pack: row.pack,
  declared: row.declared as SourceFile,
  digest: row.digest,
  memory: row.memory as Memory,
  paused: row.paused,
  nextAt: row.next_at,
  lookedAt: row.looked_at,
});

export async function saveSource(
  ctx: Pick<Ctx, 'db' | 'clock'>,
  input: { name: string; pack: string; declared: SourceFile; digest: string },
): Promise<StoredSource> {
  const { name, pack, declared, digest } = input;
  const { dataset, road } = declared;
  const before = await findSource(ctx, name);
  const forget = before !== null && before.digest !== digest;
  const told = { pack, dataset, road, declared: JSON.stringify(declared), digest };
  const row = await tables(ctx.db)
    .insertInto('ingest_source')
    .values({
      ...{ name, ...told, memory: '{}', paused: false, next_at: null, looked_at: null },
      created_at: ctx.clock.now(),
    })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ ...told, ...(forget ? { memory: '{}' } : {}) }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return sourceOf(row);
}

export async function removeSource(ctx: StoreCtx, name: string): Promise<void> {
  await tables(ctx.db).deleteFrom('ingest_source').where('name', '=', name).execute();
}

export async function findSource(ctx: StoreCtx, name: string): Promise<StoredSource | null> {
  const row = await tables(ctx.db)
    .selectFrom('ingest_source')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  return row === undefined ? null : sourceOf(row);
}

/** Sources of the given datasets, by name. */
export async function listSources(
  ctx: StoreCtx,
  datasets: readonly string[],
): Promise<StoredSource[]> {
  if (datasets.length === 0) return [];
  const rows = await tables(ctx.db)
    .selectFrom('ingest_source')
    .selectAll()
    .where('dataset', 'in', datasets)
    .orderBy('name')
    .execute();
  return rows.map(sourceOf);
}

/** Every source that watches a folder. */
export async function folderSources(ctx: StoreCtx): Promise<StoredSource[]> {
  const rows = await tables(ctx.db)
    .selectFrom('ingest_source')
    .selectAll()
    .where('road', '=', 'folder')
    .execute();
  return rows.map(sourceOf);
}

export async function moveSource(
  ctx: StoreCtx,
  name: string,
  change: { paused?: boolean; nextAt?: Date | null; lookedAt?: Date },
): Promise<void> {
  const { paused, nextAt, lookedAt } = change;
  await tables(ctx.db)
    .updateTable('ingest_source')
    .set({
      ...(paused === undefined ? {} : { paused }),
      ...(nextAt === undefined ? {} : { next_at: nextAt }),
      ...(lookedAt === undefined ? {} : { looked_at: lookedAt }),
    })
    .where('name', '=', name)
    .execute();
}

/** Remembers what was fetched, unless the source was declared otherwise meanwhile. */
export async function rememberSource(
  ctx: StoreCtx,
  name: string,
  digest: string,
  memory: Memory,
): Promise<void> {
  await tables(ctx.db)
    .updateTable('ingest_source')
    .set({ memory: JSON.stringify(memory) })
    .where('name', '=', name)
    .where('digest', '=', digest)
    .execute();
}
