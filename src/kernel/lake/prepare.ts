/**
 * Rows become files of the lake before a lock is held: written, durable, hashed, their keys proved
 * distinct. A commit then only moves them to their place and names them.
 */
import type { Ctx } from '#kernel/context';
import { afterCommit, type Db } from '#kernel/db';
import { checkKeys } from './compare.ts';
import { stagePath } from './disk.ts';
import type { Session } from './engine.ts';
import { lakeErrors } from './errors.ts';
import { pathsOf, type Written, writeFiles } from './file.ts';
import type { LakeCtx, Prepared, PrepareInput } from './model.ts';
import type { Parts } from './parts.ts';
import { refusalOf } from './refusal.ts';
import { sourceSql } from './source.ts';
import { textList } from './sqltext.ts';
import { getDataset } from './store.ts';

/** What the lake knows of the files it prepared. */
export interface Made {
  dataset: string;
  /** The version of columns and key they were written and proved for. */
  schemaVersion: number;
  written: readonly Written[];
}

/** Asked here and not of the object: that keys are distinct is said by nobody but who proved it. */
const known = new WeakMap<Prepared, Made>();

/** Which transaction each is part of, until that has committed. */
const spent = new WeakMap<Prepared, Db | 'committed'>();

/**
 * Rows are committed once. A transaction that lost against another and is run again is another one,
 * in which nothing of them stands.
 * @throws lake.bad_delivery when this transaction, or one that has committed, has them already
 */
export function spend(parts: Parts, ctx: Pick<Ctx, 'db' | 'log'>, prepared: Prepared): void {
  const before = spent.get(prepared);
  if (before === ctx.db || before === 'committed') {
    throw lakeErrors.make('bad_delivery', { detail: 'these rows were committed before' });
  }
  spent.set(prepared, ctx.db);
  afterCommit(ctx, async () => {
    spent.set(prepared, 'committed');
    await dropAll(parts, prepared.paths);
  });
}

/** Removes files as far as that can be done; what stays is swept. */
export const dropAll = async (parts: Parts, paths: readonly string[]): Promise<void> => {
  await Promise.all(paths.map((path) => parts.disk.remove(path).catch(() => undefined)));
};

/**
 * What was prepared for a dataset.
 * @throws lake.bad_delivery when it was not prepared here, or for another dataset
 */
export function madeFor(prepared: Prepared, dataset: string): Made {
  const made = known.get(prepared);
  if (made?.dataset === dataset) return made;
  throw lakeErrors.make('bad_delivery', { detail: 'these rows were not prepared for it' });
}

/** See `Lake.prepare`. */
export async function prepare(
  parts: Parts,
  ctx: LakeCtx,
  { dataset, sql, signal }: PrepareInput,
): Promise<Prepared> {
  const { schema } = await getDataset(ctx.db, dataset);
  const prefix = stagePath(parts, encodeURIComponent(dataset));
  const write = async (session: Session): Promise<Written[]> => {
    const query = await sourceSql(session, schema.columns, { sql });
    const { lake_file_mb: megabytes } = ctx.settings;
    const target = { prefix, query, key: schema.key[0], megabytes, signal };
    const written = await writeFiles(session, parts.disk, target);
    const fresh = `read_parquet(${textList(written.map(({ path }) => path))})`;
    if (schema.key.length > 0) await checkKeys(session, fresh, schema.key);
    return written;
  };
  try {
    const written = await parts.engine.with(write);
    const rows = written.reduce((sum, file) => sum + file.rows, 0);
    const seen: Partial<Prepared> = { rows, paths: written.map(({ path }) => path) };
    const prepared = seen as Prepared;
    known.set(prepared, { dataset, schemaVersion: schema.version, written });
    return prepared;
  } catch (error) {
    const left = await pathsOf(prefix);
    await dropAll(parts, left);
    signal?.throwIfAborted();
    throw refusalOf(error);
  }
}
