/**
 * Whether what was found is more than the recogniser sees by mistake in an item that has none of
 * it. How often that happens is learnt from the item itself: values that look like a name stay a
 * few in a hundred from delivery to delivery; a delivery of names does not.
 */
import { type SemanticName, semantics } from '#catalogue';
import type { Judged, Seen } from './judge.ts';

/** What earlier deliveries of an item showed that were nothing to wake anybody for. */
export interface Past {
  /** Different values looked at. */
  of: number;
  /** Among them with something found, by type. */
  seen: Partial<Record<string, number>>;
}

export const noPast: Past = { of: 0, seen: {} };

/** Share of mistakes of types that a check digit or a form of their own proves. */
const hardly = 1e-6;
/**
 * What is known of a type beforehand weighs as much as so many values of the item: little, as
 * columns differ; estates are named like people, streets are not.
 */
const prior = 10;
/** Older deliveries fade: what is kept never counts for more values than this. */
const longest = 200_000;

/** Mistakes and values without any, seen or known beforehand: the parameters of a beta. */
export function mistakesOf(type: SemanticName, past: Past): { hits: number; misses: number } {
  const before = semantics[type].known?.mistaken ?? hardly;
  const hits = before * prior + (past.seen[type] ?? 0);
  return { hits, misses: prior + past.of - hits };
}

/**
 * Chance of `found` or more among `of` values when their share is only known from `hits` and
 * `misses` before: upper tail of the beta-binomial.
 */
export function tail(found: number, of: number, hits: number, misses: number): number {
  if (found <= 0) return 1;
  if (found > of) return 0;
  // P(0) as a product, the others one from another; logarithms, so that nothing vanishes.
  let log = 0;
  for (let at = 0; at < of; at += 1) log += Math.log((misses + at) / (hits + misses + at));
  const ratio = (at: number): number =>
    ((of - at) / (at + 1)) * ((at + hits) / (of - at - 1 + misses));
  for (let at = 0; at < found; at += 1) log += Math.log(ratio(at));
  let [term, sum] = [Math.exp(log), 0];
  for (let at = found; at <= of; at += 1) {
    sum += term;
    term *= at < of ? ratio(at) : 0;
  }
  return Math.min(1, sum);
}

const differentOf = (judged: Judged, type: SemanticName): number =>
  judged.seen.reduce((sum, one) => (one.type === type ? sum + one.different : sum), 0);

/** What was found cannot well be mistakes: the chance of as many is below `doubt`. */
export function isMore(judged: Judged, { type }: Seen, past: Past, doubt: number): boolean {
  const { hits, misses } = mistakesOf(type, past);
  const found = differentOf(judged, type);
  const expected = (judged.different * hits) / (hits + misses);
  return found > expected && tail(found, judged.different, hits, misses) < doubt;
}

/** The past with one more delivery; types that woke somebody are no mistakes and do not count. */
export function remembered(past: Past, judged: Judged, woke: readonly SemanticName[]): Past {
  const of = past.of + judged.different;
  const fade = Math.min(1, longest / of);
  const types = new Set([...Object.keys(past.seen), ...judged.seen.map(({ type }) => type)]);
  const seen: Past['seen'] = {};
  for (const type of types as Set<SemanticName>) {
    const more = woke.includes(type) ? 0 : differentOf(judged, type);
    const all = ((past.seen[type] ?? 0) + more) * fade;
    if (all > 0) seen[type] = all;
  }
  return { of: of * fade, seen };
}
