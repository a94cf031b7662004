/** Uploads on PostgreSQL. */
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { Upload } from '../model/upload.ts';

type UploadTable = {
  id: string;
  account: string;
  name: string;
  bytes: number;
  received: number;
  sha256: string | null;
  run: string | null;
  created_at: Date;
  expires_at: Date;
};

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<{ ingest_upload: UploadTable }>();

export interface StoredUpload extends Upload {
  account: string;
  sha256: string | null;
}

const uploadOf = (row: UploadTable): StoredUpload => ({
  id: row.id,
  account: row.account,
  name: row.name,
  bytes: row.bytes,
  received: row.received,
  sha256: row.sha256,
  run: row.run,
  expiresAt: row.expires_at.toISOString(),
});

export const publicUpload = ({ account: _a, sha256: _s, ...rest }: StoredUpload): Upload => rest;

/** Until the transaction ends, one account begins uploads one after another. */
export async function lockUploads(ctx: StoreCtx, account: string): Promise<void> {
  const key = `ingest:uploads:${account}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(ctx.db);
}

/** Bytes an account has announced and not yet delivered. */
export async function bytesOf(ctx: StoreCtx, account: string): Promise<number> {
  const { bytes } = await tables(ctx.db)
    .selectFrom('ingest_upload')
    .select(({ fn }) => fn.coalesce(fn.sum<number>('bytes'), sql<number>`0`).as('bytes'))
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  return Number(bytes);
}

export async function insertUpload(
  ctx: Ctx,
  input: { id: string; name: string; bytes: number; sha256: string | null; expiresAt: Date },
): Promise<StoredUpload> {
  const row = await tables(ctx.db)
    .insertInto('ingest_upload')
    .values({
      id: input.id,
      account: ctx.actor.id,
      name: input.name,
      bytes: input.bytes,
      received: 0,
      sha256: input.sha256,
      run: null,
      created_at: ctx.clock.now(),
      expires_at: input.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return uploadOf(row);
}

export async function findUpload(ctx: StoreCtx, id: string): Promise<StoredUpload | null> {
  const row = await tables(ctx.db)
    .selectFrom('ingest_upload')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : uploadOf(row);
}

/** Uploads of an account that are not handed to a run yet, oldest first. */
export async function uploadsOf(ctx: StoreCtx, account: string): Promise<StoredUpload[]> {
  const rows = await tables(ctx.db)
    .selectFrom('ingest_upload')
    .selectAll()
    .where('account', '=', account)
    .where('run', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(uploadOf);
}

export const uploadsOfRun = async (ctx: StoreCtx, run: string): Promise<StoredUpload[]> => {
  const rows = await tables(ctx.db)
    .selectFrom('ingest_upload')
    .selectAll()
    .where('run', '=', run)
    .execute();
  return rows.map(uploadOf);
};

/** Moves on to `to` if it still stands at `from`. @returns whether it did */
export async function advanceUpload(
  ctx: StoreCtx,
  id: string,
  from: number,
  to: number,
  expiresAt: Date,
): Promise<boolean> {
  const row = await tables(ctx.db)
    .updateTable('ingest_upload')
    .set({ received: to, expires_at: expiresAt })
    .where('id', '=', id)
    .where('received', '=', from)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Hands complete uploads to a run. @returns how many were free */
export async function handOver(ctx: StoreCtx, ids: string[], run: string): Promise<number> {
  const rows = await tables(ctx.db)
    .updateTable('ingest_upload')
    .set({ run })
    .where('id', 'in', ids)
    .where('run', 'is', null)
    .returning('id')
    .execute();
  return rows.length;
}

export async function removeUploads(ctx: StoreCtx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tables(ctx.db).deleteFrom('ingest_upload').where('id', 'in', ids).execute();
}

export async function allUploadIds(ctx: StoreCtx): Promise<Set<string>> {
  const rows = await tables(ctx.db).selectFrom('ingest_upload').select('id').execute();
  return new Set(rows.map(({ id }) => id));
}
