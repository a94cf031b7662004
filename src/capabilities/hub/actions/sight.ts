/** Whose an event is to see: whoever sees its case. */
import { getCase } from '#cases';
import { holds } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { hubErrors } from '../errors.ts';
import * as store from '../store.ts';

/** Whether this person sees the case of an event. */
export async function seesEvent(ctx: Ctx, id: string): Promise<boolean> {
  if (!holds(ctx.actor, 'cases.read')) return false;
  try {
    await getCase(ctx, id);
    return true;
  } catch (error) {
    if (error instanceof GuantongError && error.code === 'cases.not_found') return false;
    throw error;
  }
}

/** Those of `rows` whose case this person sees, in their order. */
export async function onlySeen<Row extends { event_id: string }>(
  ctx: Ctx,
  rows: readonly Row[],
): Promise<Row[]> {
  const sight = await Promise.all(rows.map((row) => seesEvent(ctx, row.event_id)));
  return rows.filter((_, at) => sight[at]);
}

/** An event this person sees. @throws hub.event_unknown, also for those he may not see */
export async function seenEvent(ctx: Ctx, id: string): Promise<store.EventRow> {
  const event = await store.eventById(ctx, id);
  if (!event || !(await seesEvent(ctx, id))) throw hubErrors.make('event_unknown', { event: id });
  return event;
}
