/** What was withdrawn before anybody read it is kept for a time only. */
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { armTimer, enqueue, setTimer, type Timer } from '#kernel/jobs';
import * as store from '../store.ts';

/** Job that removes what has served its time. */
export const keepJob = 'notices.keep';
/** Timer that asks for it every day. */
export const keepTimer = 'notices.keeping';

const dayMs = 86_400_000;
/** Receipts that go in one transaction. */
const together = 5000;

const tomorrow = (ctx: Ctx): Timer => ({
  ...{ kind: keepTimer, key: 'daily', payload: null },
  dueAt: new Date(ctx.clock.now().getTime() + dayMs),
});

/** Looks again in a day; a look that waits already is not put off. */
export const armKeeping = (ctx: Ctx): Promise<void> => armTimer(ctx, tomorrow(ctx));

/** The daily look. */
export async function keepDue(ctx: Ctx): Promise<void> {
  await enqueue(ctx, keepJob, {}, { singletonKey: 'daily' });
  await setTimer(ctx, tomorrow(ctx));
}

/**
 * Removes receipts nobody read of notices withdrawn longer ago than `notice_withdrawn_keep_days`,
 * some in a transaction: an end half way leaves the rest to the next run.
 * @returns how many went
 */
export async function keep(ctx: Ctx): Promise<number> {
  const days = ctx.settings.notice_withdrawn_keep_days;
  const before = new Date(ctx.clock.now().getTime() - days * dayMs);
  let gone = 0;
  for (let after: store.Receipt | null = null, more = true; more; ) {
    const some = await forget(ctx, before, after);
    gone += some.receipts;
    after = some.last;
    more = after !== null;
  }
  return gone;
}

const forget = (ctx: Ctx, before: Date, after: store.Receipt | null): Promise<store.Forgotten> =>
  tx(ctx, (inner) => store.forgetUnread(inner, before, { after, limit: together }));
