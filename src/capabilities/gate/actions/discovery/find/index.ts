/** Finding what is sensitive in a value or a text: offsets, type, and why. */
import { findAddresses } from './addresses.ts';
import { findEnglish } from './english.ts';
import { latticeOf, rowOf } from './lattice.ts';
import { lexicon } from './lexicon.ts';
import type { Finding, FindOptions, Plain } from './model.ts';
import { findNames } from './naming.ts';
import { findNumbers } from './numbers.ts';
import { plainOf } from './plain.ts';
import { findSigns } from './signs.ts';

export { isHistoric } from './historic.ts';
export type { Finding, FindOptions, Reason } from './model.ts';
export { cutWords, type Example, examplesOf } from './naming.ts';

/** A row of tokens is made of no more signs than this: sentences end before. */
const longest = 2000;

/** The text cut at line ends and, where a line is endless, at its length. */
function* runs(text: string): Generator<{ at: number; run: string }> {
  for (const { 0: line, index } of text.matchAll(/[^\n\r\t]+/g)) {
    for (let at = 0; at < line.length; at += longest) {
      yield { at: index + at, run: line.slice(at, at + longest) };
    }
  }
}

interface Worded {
  addresses: Finding[];
  names: Finding[];
}

const isWithin = (one: Finding, other: Finding): boolean =>
  one.start >= other.start && one.end <= other.end;

function wordsOfRun(run: string, seen: ReadonlySet<string>): Worded {
  const lattice = latticeOf(run, lexicon());
  const found = findNames(lattice, seen);
  // What stands wholly within an address is the name of a place: 江寺路, 建设三路.
  const places = findAddresses(rowOf(lattice, []), run);
  if (found.length === 0) return { addresses: places, names: found };
  const names = found.filter((name) => !places.some((place) => isWithin(name, place)));
  return { addresses: findAddresses(rowOf(lattice, names), run), names };
}

/** Names and addresses; a name found in one line is known again in the lines behind it. */
function wordsOf(plain: Plain): Worded {
  const all: Worded = { addresses: [], names: [] };
  const seen = new Set<string>();
  for (const { at, run } of runs(plain.text)) {
    if (!/\p{Script=Han}{2}/u.test(run)) continue;
    const { addresses, names } = wordsOfRun(run, seen);
    for (const { start, end } of names) if (end - start > 2) seen.add(run.slice(start, end));
    const move = (each: Finding): Finding => ({
      ...each,
      start: each.start + at,
      end: each.end + at,
    });
    all.addresses.push(...addresses.map(move));
    all.names.push(...names.map(move));
  }
  return all;
}

const apart = (one: Finding, other: Finding): boolean =>
  one.end <= other.start || other.end <= one.start;

/** Of findings that share signs the first in the list stays. */
function resolve(found: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  for (const each of found) if (kept.every((one) => apart(one, each))) kept.push(each);
  return kept.toSorted((a, b) => a.start - b.start);
}

/**
 * What is sensitive in a text, in the order of the text, nothing twice.
 * @param text a value or free text, as it stands
 */
export function findSensitive(text: string, options: FindOptions): Finding[] {
  if (text.length < 2) return [];
  const plain = plainOf(text);
  const { addresses, names } = wordsOf(plain);
  return resolve([
    ...findSigns(plain, options),
    ...findNumbers(plain, options),
    ...addresses,
    ...findEnglish(plain),
    ...names,
  ]);
}
