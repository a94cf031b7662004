/** How files of datasets are usually read, on PostgreSQL. */
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { DialectInput } from '../model/dialect.ts';

type DialectTable = {
  dataset: string;
  dialect: unknown;
  actor: string;
  actor_name: string;
  at: Date;
};

const tables = (db: Db) => db.withTables<{ ingest_dialect: DialectTable }>();

/** How files of a dataset are usually read; null when it is found every time. */
export async function usualDialect(
  ctx: Pick<Ctx, 'db'>,
  dataset: string,
): Promise<DialectInput | null> {
  const row = await tables(ctx.db)
    .selectFrom('ingest_dialect')
    .select('dialect')
    .where('dataset', '=', dataset)
    .executeTakeFirst();
  return row === undefined ? null : (row.dialect as DialectInput);
}

/** Keeps what somebody said; nothing said means that it is found every time again. */
export async function keepDialect(
  ctx: Pick<Ctx, 'db' | 'clock'>,
  kept: { dataset: string; dialect: DialectInput; actor: string; actorName: string },
): Promise<void> {
  const { dataset, actor, actorName: actor_name } = kept;
  if (Object.keys(kept.dialect).length === 0) {
    await tables(ctx.db).deleteFrom('ingest_dialect').where('dataset', '=', dataset).execute();
    return;
  }
  const told = { dialect: JSON.stringify(kept.dialect), actor, actor_name, at: ctx.clock.now() };
  await tables(ctx.db)
    .insertInto('ingest_dialect')
    .values({ dataset, ...told })
    .onConflict((conflict) => conflict.column('dataset').doUpdateSet(told))
    .execute();
}
