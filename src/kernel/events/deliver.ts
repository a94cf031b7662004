/**
 * Delivery: each capability is a lane that gets its events in order, one at a time; a slow lane
 * does not hold the others, a failing event does not hold its lane: it is tried again later, longer
 * and longer apart, then set aside.
 */
import { systemActor } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { type Listener, startLoop, tx } from '#kernel/db';
import { startLive, tellLive } from './live.ts';
import type { EventHandler, OnFailure, PublishedEvent } from './model.ts';
import {
  channel,
  fanOut,
  markDelivered,
  markFailed,
  nextPending,
  nextTry,
  type Pending,
  sweepEvents,
  takeLane,
} from './store.ts';

type Subscriber = Pick<Capability, 'name' | 'on'>;

const subscriptions = (capabilities: readonly Subscriber[]) =>
  capabilities.flatMap(({ name, on = {} }) =>
    Object.keys(on).map((event) => ({ event, subscriber: name })),
  );

const lanesOf = (capabilities: readonly Subscriber[]): Subscriber[] =>
  capabilities.filter(({ on = {} }) => Object.keys(on).length > 0);

/** Fans out everything new. @returns the events fanned out */
async function fanOutAll(ctx: Ctx, capabilities: readonly Subscriber[]): Promise<PublishedEvent[]> {
  const wanted = subscriptions(capabilities);
  const all: PublishedEvent[] = [];
  for (;;) {
    const { events, more } = await fanOut(ctx.db, wanted, ctx.clock.now());
    all.push(...events);
    if (!more) return all;
  }
}

type Delivery = 'tried' | 'none' | 'elsewhere';

/** Delivers the next event of a lane; `elsewhere`: another process has the lane. */
async function deliverNext(ctx: Ctx, lane: Subscriber, onFailure: OnFailure): Promise<Delivery> {
  const as: Ctx = { ...ctx, actor: systemActor(lane.name) };
  let pending: Pending | undefined;
  let isOurs = true;
  try {
    await tx(as, async (inside) => {
      isOurs = await takeLane(inside.db, lane.name);
      if (!isOurs) return;
      pending = await nextPending(inside.db, lane.name, ctx.clock.now());
      if (pending === undefined) return;
      const { attempts: _, ...event } = pending;
      const handler: EventHandler | undefined = lane.on?.[event.name];
      if (handler !== undefined) await handler(inside, event);
      await markDelivered(inside.db, lane.name, event.id);
    });
  } catch (error) {
    if (pending === undefined) throw error;
    await setBack(ctx, lane.name, pending, error);
    onFailure(error, pending, lane.name);
  }
  if (!isOurs) return 'elsewhere';
  return pending === undefined ? 'none' : 'tried';
}

async function setBack(
  ctx: Ctx,
  subscriber: string,
  event: Pending,
  error: unknown,
): Promise<void> {
  const attempts = event.attempts + 1;
  const dead = attempts >= ctx.settings.event_attempts;
  const wait = ctx.settings.event_backoff_ms * 2 ** event.attempts;
  const note = { err: error, event: event.id, name: event.name, subscriber, attempts };
  ctx.log.error(note, dead ? 'event set aside for good' : 'event failed, will be tried again');
  await markFailed(ctx.db, {
    subscriber,
    id: event.id,
    error: error instanceof Error ? error.message : String(error),
    tryAt: new Date(ctx.clock.now().getTime() + wait),
    dead,
  });
}

async function deliverLane(
  ctx: Ctx,
  lane: Subscriber,
  onFailure: OnFailure,
): Promise<{ count: number; isOurs: boolean }> {
  for (let count = 0; ; count += 1) {
    const delivery = await deliverNext(ctx, lane, onFailure);
    if (delivery !== 'tried') return { count, isOurs: delivery !== 'elsewhere' };
  }
}

/**
 * Delivers everything that can be delivered now, including what the handlers publish, until nothing
 * is left. For tests and one-shot commands; a server runs `startEvents`.
 * @returns how many deliveries were tried
 */
export async function deliverEvents(
  ctx: Ctx,
  capabilities: readonly Subscriber[],
  onFailure: OnFailure = () => undefined,
): Promise<number> {
  let total = 0;
  for (;;) {
    tellLive(ctx, await fanOutAll(ctx, capabilities));
    let round = 0;
    for (const lane of lanesOf(capabilities)) {
      round += (await deliverLane(ctx, lane, onFailure)).count;
    }
    if (round === 0) return total;
    total += round;
  }
}

export interface EventsDeps {
  /** The platform's own context. */
  ctx: Ctx;
  capabilities: readonly Subscriber[];
  listener: Listener;
}

/**
 * Lets at most `places` lanes work at a time: each holds a connection for its transaction, and what
 * it calls may want a second one. All of the pool in first hands would wait for ever.
 */
function atMost(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/** Polling is the floor under the notifications. */
const everyMs = 1000;
const sweepEveryMs = 3_600_000;
const dayMs = 86_400_000;

/**
 * Delivers events as they are committed and feeds `onLive`. Several processes may: a lane runs in
 * one at a time.
 */
export async function startEvents(deps: EventsDeps): Promise<{ stop(): Promise<void> }> {
  const { ctx, capabilities, listener } = deps;
  const { log } = ctx;
  const none: OnFailure = () => undefined;
  const inTurn = atMost(Math.max(1, Math.floor(ctx.settings.database_pool_size / 3)));
  const laneLoops = lanesOf(capabilities).map((lane) =>
    startLoop(
      async () => {
        const { isOurs } = await inTurn(() => deliverLane(ctx, lane, none));
        // What is due stays due while another process works at it: asking again at once would ask
        // without a pause for as long as that takes.
        if (!isOurs) return undefined;
        const next = await nextTry(ctx.db, [lane.name]);
        return next === undefined ? undefined : next.getTime() - ctx.clock.now().getTime();
      },
      { everyMs, log },
    ),
  );
  const fanning = startLoop(
    async () => {
      const events = await fanOutAll(ctx, capabilities);
      if (events.length > 0) for (const loop of laneLoops) loop.wake();
      return undefined;
    },
    { everyMs, log },
  );
  const sweeping = startLoop(
    async () => {
      const days = ctx.settings.event_keep_days;
      await sweepEvents(ctx.db, new Date(ctx.clock.now().getTime() - days * dayMs));
      return undefined;
    },
    { everyMs: sweepEveryMs, log },
  );
  const live = await startLive(ctx, listener);
  const deaf = await listener.listen(channel, () => fanning.wake());
  return {
    stop: async () => {
      deaf();
      await live.stop();
      await Promise.all([fanning, sweeping, ...laneLoops].map((loop) => loop.stop()));
    },
  };
}
