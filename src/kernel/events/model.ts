/** What an event is. */
import type { Ctx } from '#kernel/context';

export interface PublishedEvent {
  id: number;
  /** `capability.what_happened`. */
  name: string;
  payload: unknown;
  /** When it was published, by the clock of who published it. */
  at: Date;
}

/**
 * Handles one event in a transaction of its own that also marks it delivered: what it writes
 * through `ctx` happens exactly once, what it does outside at least once. A throw rolls back and is
 * tried again later.
 */
export type EventHandler = (ctx: Ctx, event: PublishedEvent) => Promise<void>;

/** A failure of a handler, for whoever runs the delivery. */
export type OnFailure = (error: unknown, event: PublishedEvent, subscriber: string) => void;
