/** Idempotency keys of pushes on PostgreSQL. */
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';

type KeyTable = { actor: string; key: string; digest: string; answer: unknown; at: Date };

const tables = (db: Db) => db.withTables<{ ingest_push_key: KeyTable }>();

/** What a push with this key was answered; null when there was none. */
export async function findPush(
  ctx: Ctx,
  key: string,
): Promise<{ digest: string; answer: unknown } | null> {
  const row = await tables(ctx.db)
    .selectFrom('ingest_push_key')
    .select(['digest', 'answer'])
    .where('actor', '=', ctx.actor.id)
    .where('key', '=', key)
    .executeTakeFirst();
  return row ?? null;
}

/** Keeps the answer in the transaction of the push; a key that is there fails it. */
export async function keepPush(
  ctx: Ctx,
  push: { key: string; digest: string; answer: unknown },
): Promise<void> {
  const { key, digest } = push;
  const answer = JSON.stringify(push.answer);
  await tables(ctx.db)
    .insertInto('ingest_push_key')
    .values({ actor: ctx.actor.id, key, digest, answer, at: ctx.clock.now() })
    .execute();
}

/** Forgets keys from before a moment. */
export async function forgetPushes(ctx: Pick<Ctx, 'db'>, before: Date): Promise<void> {
  await tables(ctx.db).deleteFrom('ingest_push_key').where('at', '<', before).execute();
}
