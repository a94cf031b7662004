/**
 * Whom a record concerns. Identities never reach the audit: what looks like a citizen id is taken
 * out of every text and stands there as its keyed hash, by which the person finds who looked.
 */
import { personHash } from '#kernel/auth';
import type { Settings } from '#kernel/config';

const shape = /(?<!\d)[1-9]\d{16}[\dXx](?!\d)/g;
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checks = '10X98765432';

/** GB 11643-1999: the last character follows from the seventeen before it (ISO 7064 MOD 11-2). */
const isCitizenId = (text: string): boolean => {
  const sum = weights.reduce((total, weight, at) => total + weight * Number(text[at]), 0);
  return checks[sum % 11] === text[17]?.toUpperCase();
};

/** Citizen ids that stand in a text, each as often as it stands there. */
export const identitiesIn = (text: string): string[] =>
  text.length < 18 ? [] : (text.match(shape) ?? []).filter(isCitizenId);

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
    hide: (text) =>
      text.length < 18
        ? text
        : text.replace(shape, (number) => (isCitizenId(number) ? `#${note(number)}` : number)),
    add: (identities) => {
      for (const identity of identities) if (identity.trim() !== '') note(identity);
    },
    hashes: () => (found === undefined ? null : [...found].sort()),
  };
}
