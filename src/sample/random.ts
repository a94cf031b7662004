/** Random numbers that come out the same for the same seed, on every machine. */

export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** One of a list with weights, which need not add up to anything. */
  weighted<T>(list: readonly (readonly [T, number])[]): T;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** Normal, by Box and Muller. */
  normal(mean: number, deviation: number): number;
  /** A stream of its own, so that more draws here do not move the draws there. */
  fork(name: string): Random;
}

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/** Mulberry32, public domain. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** One of a fixed weighted list, its weights added up once: for lists that are drawn from often. */
export function drawerOf<T>(list: readonly (readonly [T, number])[]): (random: Random) => T {
  const ends: number[] = [];
  let total = 0;
  for (const [, weight] of list) {
    total += weight;
    ends.push(total);
  }
  return (random) => {
    const drawn = random.next() * total;
    const at = ends.findIndex((end) => drawn < end);
    const found = list[at] ?? list.at(-1);
    if (found === undefined) throw new Error('drawn from an empty list');
    return found[0];
  };
}

/** @param seed any text; published with the sample */
export function randomOf(seed: string): Random {
  const next = mulberry(hashOf(seed));
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => {
    const found = list[whole(0, list.length - 1)];
    if (found === undefined) throw new Error('picked from an empty list');
    return found;
  };
  const weighted = <T>(list: readonly (readonly [T, number])[]): T => {
    let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of list) {
      left -= weight;
      if (left < 0) return value;
    }
    return pick(list)[0];
  };
  const normal = (mean: number, deviation: number): number =>
    mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    whole,
    pick,
    weighted,
    chance: (probability) => next() < probability,
    normal,
    fork: (name) => randomOf(`${seed}/${name}`),
  };
}
