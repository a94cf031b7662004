/** How often one session, or one address that is not signed in, may ask. */
import { httpErrors } from './errors.ts';

const minuteMs = 60_000;
const mostKeys = 50_000;

interface Bucket {
  left: number;
  at: number;
  /** When it was last put at the end of the map. */
  movedAt: number;
}

/** Who was seen within this time is not looked for among those seen longest ago. */
const recentMs = 1000;

export interface RateLimit {
  /**
   * Takes one request off the allowance of `key`.
   * @throws http.too_many_requests
   */
  take(key: string): void;
}

/**
 * A bucket for each key that fills evenly, `perMinute` at most. Time is the process's own,
 * monotonic.
 */
export function rateLimit(perMinute: number, now = () => performance.now()): RateLimit {
  const buckets = new Map<string, Bucket>();
  const perMs = perMinute / minuteMs;
  const forgetOldest = (): void => {
    const oldest = buckets.keys().next().value;
    if (buckets.size > mostKeys && oldest !== undefined) buckets.delete(oldest);
  };
  return {
    take(key) {
      const at = now();
      const held = buckets.get(key) ?? { left: perMinute, at, movedAt: Number.NEGATIVE_INFINITY };
      const left = Math.min(perMinute, held.left + (at - held.at) * perMs);
      held.left = Math.max(0, left - 1);
      held.at = at;
      if (at - held.movedAt > recentMs) {
        held.movedAt = at;
        // Deleted and set again, so that the map's order is the order of last use.
        buckets.delete(key);
        buckets.set(key, held);
        forgetOldest();
      }
      if (left < 1) {
        const seconds = Math.ceil((1 - left) / perMs / 1000);
        throw httpErrors.make('too_many_requests', { seconds });
      }
    },
  };
}
