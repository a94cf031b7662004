/** Transactions: opened or joined, with work that waits for the commit. */
import type { Ctx } from '#kernel/context';
import { dbErrors } from './errors.ts';
import type { Db } from './pool.ts';

type AfterCommit = () => void | Promise<void>;

interface Opened {
  /** The pool the transaction came from. */
  root: Db;
  after: AfterCommit[];
}

const opened = new WeakMap<Db, Opened>();

/** The pool behind a transaction that `tx` opened, or the pool itself. */
export const rootOf = (db: Db): Db => opened.get(db)?.root ?? db;

/**
 * Runs `fn` in a transaction: the one of `ctx` when there is one, else a new one. `ctx.db` inside
 * is the transaction. A throw rolls everything back.
 */
export async function tx<T, C extends Pick<Ctx, 'db' | 'log'> = Ctx>(
  ctx: C,
  fn: (ctx: C) => Promise<T>,
): Promise<T> {
  if (ctx.db.isTransaction) return fn(ctx);
  const after: AfterCommit[] = [];
  const result = await ctx.db.transaction().execute(async (db) => {
    opened.set(db, { root: ctx.db, after });
    return fn({ ...ctx, db });
  });
  await runAll(ctx, after);
  return result;
}

/** What runs after the commit must not undo the answer: the data is written already. */
async function runAll(ctx: Pick<Ctx, 'log'>, after: AfterCommit[]): Promise<void> {
  for (const fn of after) {
    try {
      await fn();
    } catch (error) {
      ctx.log.error({ err: error }, 'work after a commit failed');
    }
  }
}

/**
 * Runs `fn` once the transaction of `ctx` has committed, never if it rolls back; at once outside of
 * one.
 */
export function afterCommit(ctx: Pick<Ctx, 'db' | 'log'>, fn: AfterCommit): void {
  if (!ctx.db.isTransaction) {
    void runAll(ctx, [fn]);
    return;
  }
  const transaction = opened.get(ctx.db);
  if (transaction === undefined) throw dbErrors.make('no_transaction');
  transaction.after.push(fn);
}
