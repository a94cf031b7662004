/**
 * Every committed event, as it happens, for pages that are open (server-sent events). Nothing is
 * kept or retried.
 */
import type { Ctx } from '#kernel/context';
import { type Listener, startLoop } from '#kernel/db';
import type { PublishedEvent } from './model.ts';
import { channel, lastEventId, loadEvents } from './store.ts';

export type LiveListener = (event: PublishedEvent) => void;

const listeners = new Set<LiveListener>();

/** Hears every event committed from now on, by whatever process. Returns the way to stop. */
export function onLive(listener: LiveListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells the listeners of this process. */
export function tellLive(ctx: Pick<Ctx, 'log'>, events: PublishedEvent[]): void {
  for (const event of events) {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        ctx.log.error({ err: error, event: event.id }, 'a live listener failed');
      }
    }
  }
}

/** How long a wait between two looks may last; notifications make it milliseconds. */
const everyMs = 60_000;

/** Feeds `onLive` of this process from the notifications of the database. */
export async function startLive(ctx: Ctx, listener: Listener): Promise<{ stop(): Promise<void> }> {
  let heard = await lastEventId(ctx.db);
  let waiting: number[] = [];
  let missed = false;
  const round = async (): Promise<undefined> => {
    const ids = waiting;
    waiting = [];
    // After a broken connection nobody knows what was missed: everything since the last one heard.
    const events = missed
      ? await loadEvents(ctx.db, { after: heard })
      : ids.length === 0
        ? []
        : await loadEvents(ctx.db, { ids });
    missed = false;
    for (const { id } of events) heard = Math.max(heard, id);
    tellLive(ctx, events);
  };
  const loop = startLoop(round, { everyMs, log: ctx.log });
  const deaf = await listener.listen(channel, (payload) => {
    if (payload === '') missed = true;
    else waiting.push(Number(payload));
    loop.wake();
  });
  return {
    stop: async () => {
      deaf();
      await loop.stop();
    },
  };
}
