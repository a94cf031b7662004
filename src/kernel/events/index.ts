/**
 * Events: written in the transaction that caused them (outbox), delivered to every capability that
 * handles them at least once, and told live to open pages.
 */
import type { Ctx } from '#kernel/context';
import { dbErrors } from '#kernel/db';
import { insertEvent } from './store.ts';

export { deliverEvents, type EventsDeps, startEvents } from './deliver.ts';
export { type LiveListener, onLive } from './live.ts';
export type { EventHandler, OnFailure, PublishedEvent } from './model.ts';
export { type OutboxState, outboxState, reviveEvents } from './store.ts';

/**
 * Publishes an event in the transaction of `ctx`: it exists if and only if the transaction commits.
 * `payload` is JSON.
 * @returns the event's id
 * @throws db.no_transaction
 */
export async function publish(
  ctx: Pick<Ctx, 'db' | 'clock'>,
  name: string,
  payload: unknown,
): Promise<number> {
  if (!ctx.db.isTransaction) throw dbErrors.make('no_transaction');
  return insertEvent(ctx.db, { name, payload, at: ctx.clock.now() });
}
