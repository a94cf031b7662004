/**
 * Whom a record concerns. Identities never reach the audit: what looks like a citizen id is taken
 * out of every text and stands there as its keyed hash, by which the person finds who looked.
 */
import { personHash } from '#kernel/auth';
import type { Settings } from '#kernel/config';

/**
 * GB 11643-1999: division, date of birth, sequence, check character. The check is not asked for: a
 * number that was mistyped belongs to somebody all the same.
 */
const shape =
  /(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)/g;

/** Citizen ids that stand in a text, each as often as it stands there. */
export const identitiesIn = (text: string): string[] =>
  text.length < 18 ? [] : (text.match(shape) ?? []);

export interface Persons {
  /** The text with every citizen id replaced by `#` and its hash. */
  hide(text: string): string;
  /** Adds identities that are told. */
  add(identities: readonly string[]): void;
  /** Hashes of all that were hidden or told, each once; null when there are none. */
  hashes(): string[] | null;
}

/** Gathers the persons of one record. */
export function personsOf(settings: Pick<Settings, 'home'>): Persons {
  let found: Set<string> | undefined;
  const note = (identity: string): string => {
    const hash = personHash(settings, identity);
    found ??= new Set();
    found.add(hash);
    return hash;
  };
  return {
    hide: (text) => (text.length < 18 ? text : text.replace(shape, (number) => `#${note(number)}`)),
    add: (identities) => {
      for (const identity of identities) if (identity.trim() !== '') note(identity);
    },
    hashes: () => (found === undefined ? null : [...found].sort()),
  };
}
