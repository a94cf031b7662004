/** Ids ordered by time: UUID version 7 (RFC 9562 section 5.7) from the injected clock. */
import { randomFillSync } from 'node:crypto';

const counterBits = 12;

const format = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );

const build = (ms: number, counter: number, tail: Buffer): string => {
  const time = ms.toString(16).padStart(12, '0');
  const version = (0x7000 | counter).toString(16);
  const variant = Buffer.from(tail);
  variant[0] = 0x80 | ((variant[0] ?? 0) & 0x3f);
  return format(time + version + variant.toString('hex'));
};

const tailBytes = 8;

/** Random tails: asking the system for eight bytes costs as much as asking for some thousand. */
function tails(): () => Buffer {
  const pool = Buffer.allocUnsafe(512 * tailBytes);
  let at = pool.length;
  return () => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    at += tailBytes;
    return pool.subarray(at - tailBytes, at);
  };
}

/** A maker of ids: within one millisecond they keep the order they were made in. */
export function idMaker(): (at: Date) => string {
  let last = 0;
  let counter = 0;
  const nextTail = tails();
  return (at) => {
    const ms = at.getTime();
    counter = ms === last ? (counter + 1) % 2 ** counterBits : 0;
    last = ms;
    return build(ms, counter, nextTail());
  };
}

/**
 * The lowest id of an instant: `id >= firstIdOf(at)` is `at >= ...`, answered by the primary key.
 */
export const firstIdOf = (at: Date): string => build(at.getTime(), 0, Buffer.alloc(tailBytes));
