/**
 * Transactions: opened or joined, tried again in a conflict, with work that waits for the commit.
 */
import { setTimeout as pause } from 'node:timers/promises';
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
 * SQLSTATE of a deadlock and of a serialisation failure: the other one won, trying again is right.
 */
const conflicts = new Set(['40P01', '40001']);

/** Whether PostgreSQL gave a transaction up in favour of another one. */
export const isConflict = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && conflicts.has(`${error.code}`);

/** Whoever loses this often in a row meets a fault of ours, not bad luck. */
const mostAttempts = 5;
const firstPauseMs = 20;

/**
 * Runs `fn` in a transaction: the one of `ctx` when there is one, else a new one. `ctx.db` inside
 * is the transaction. A throw rolls everything back. A new one that loses against another
 * (deadlock, serialisation) is run again from its beginning, a few times, after a short pause of
 * random length: what `fn` does outside of the database it must be able to do twice.
 */
export async function tx<T, C extends Pick<Ctx, 'db' | 'log'> = Ctx>(
  ctx: C,
  fn: (ctx: C) => Promise<T>,
): Promise<T> {
  if (ctx.db.isTransaction) return fn(ctx);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(ctx, fn);
    } catch (error) {
      if (attempt >= mostAttempts || !isConflict(error)) throw error;
      ctx.log.warn({ err: error, attempt }, 'a transaction lost against another and is run again');
      await pause(firstPauseMs * 2 ** attempt * Math.random());
    }
  }
}

async function once<T, C extends Pick<Ctx, 'db' | 'log'>>(
  ctx: C,
  fn: (ctx: C) => Promise<T>,
): Promise<T> {
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
