/** pg-boss over our own connections. */
import { CompiledQuery } from 'kysely';
import { PgBoss } from 'pg-boss';
import { type Db, rootOf } from '#kernel/db';

export const schema = 'pgboss';

type Adapter = NonNullable<ConstructorParameters<typeof PgBoss>[0] & object>;

/**
 * A connection of ours as pg-boss wants it: in a transaction its statements belong to the
 * transaction.
 */
export const executor = (db: Db) => ({
  executeSql: async (text: string, values: unknown[] = []) => {
    const { rows } = await db.executeQuery(CompiledQuery.raw(text, values));
    return { rows: rows ?? [] };
  },
});

/** Timers that do not keep a process alive: a sender has nothing to wait for. */
const quietClock = {
  now: () => Date.now(),
  setTimeout: (fn: () => void, ms: number) => setTimeout(fn, ms).unref(),
  setInterval: (fn: () => void, ms: number) => setInterval(fn, ms).unref(),
  clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
  clearInterval: (timer: unknown) => clearInterval(timer as NodeJS.Timeout),
} satisfies NonNullable<Adapter['clock']>;

const senders = new WeakMap<Db, Promise<PgBoss>>();

async function startSender(db: Db): Promise<PgBoss> {
  const boss = new PgBoss({
    db: executor(db),
    schema,
    clock: quietClock,
    migrate: false,
    supervise: false,
    schedule: false,
    // Queues are asked for when first used; nobody changes them beside us.
    queueCacheIntervalSeconds: 3600,
  });
  boss.on('error', () => undefined);
  return boss.start();
}

/** The pg-boss that sends and fetches over a pool; it runs nothing by itself. */
export function senderFor(db: Db): Promise<PgBoss> {
  const root = rootOf(db);
  const known = senders.get(root);
  if (known !== undefined) return known;
  const made = startSender(root);
  senders.set(root, made);
  made.catch(() => senders.delete(root));
  return made;
}

/** Makes or upgrades the tables of pg-boss, in its own schema. */
export async function installJobs(db: Db): Promise<void> {
  const boss = new PgBoss({ db: executor(db), schema, supervise: false, schedule: false });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.stop({ graceful: false });
}
