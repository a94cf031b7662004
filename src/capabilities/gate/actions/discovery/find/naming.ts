/**
 * Names of persons in a run of text: a log-linear model gives every candidate its odds, the best
 * set of candidates that share no sign is taken. Weighed twice: names beside names are likelier.
 */
import { type Around, coverOf, type Feature, featuresOf } from './features.ts';
import { type Lattice, latticeOf, rowOf, type Span } from './lattice.ts';
import { lexicon } from './lexicon.ts';
import type { Finding, Reason } from './model.ts';
import { type Candidate, candidatesAt } from './names.ts';
import { plainOf } from './plain.ts';
import { weights } from './weights.ts';

/** Below this no word around makes a name of the signs. */
const hopeless = -22;

/** Candidates of a text that are worth weighing. */
function candidatesOf(lattice: Lattice): Candidate[] {
  const { text, known } = lattice;
  const found: Candidate[] = [];
  for (let at = 0; at < text.length; at += 1) {
    for (const one of candidatesAt(text, at, known)) {
      const signs = coverOf(lattice, one) - one.familyCost - one.givenCost;
      if (one.family === 0 || signs > hopeless) found.push(one);
    }
  }
  return found;
}

/**
 * How sure a name has to be, as the logarithm of its odds: the model was fitted to miss few; so
 * sure, running prose has about as many wrong findings as names missed.
 */
const sure = 0.6;

/** Logarithm of the odds, above what is asked for. */
function oddsOf(features: readonly Feature[]): number {
  const known = weights();
  let sum = (known.get('bias') ?? 0) - sure;
  for (const [name, value] of features) sum += (known.get(name) ?? 0) * value;
  return sum;
}

interface Weighed {
  one: Candidate;
  odds: number;
}

/** Of candidates that share signs those whose odds together are best. */
function best(weighed: readonly Weighed[]): Candidate[] {
  const likely = weighed
    .filter(({ odds }) => odds > 0)
    .toSorted((a, b) => a.one.end - b.one.end || a.one.start - b.one.start);
  const total: number[] = [0];
  const taken: boolean[] = [];
  const room = (at: number): number => {
    let count = at;
    while (count > 0 && (likely[count - 1]?.one.end ?? 0) > (likely[at]?.one.start ?? 0)) {
      count -= 1;
    }
    return count;
  };
  for (const [at, { odds }] of likely.entries()) {
    const [without, having] = [total[at] ?? 0, (total[room(at)] ?? 0) + odds];
    taken.push(having > without);
    total.push(Math.max(without, having));
  }
  const chosen: Candidate[] = [];
  for (let at = likely.length - 1; at >= 0; ) {
    const one = likely[at];
    if (taken[at] !== true || one === undefined) {
      at -= 1;
      continue;
    }
    chosen.push(one.one);
    at = room(at) - 1;
  }
  return chosen.toReversed();
}

/** Between names in a list. */
const joins = /^(?:、|和|与|及|以及|,|;|\/| )$/;

/** What names that were found say of a candidate. */
function aroundOf(
  text: string,
  one: Span,
  names: readonly Span[],
  seen: ReadonlySet<string>,
): Around {
  const beside = ({ start, end }: Span): boolean =>
    (start > one.end && joins.test(text.slice(one.end, start))) ||
    (end < one.start && joins.test(text.slice(end, one.start)));
  const others = names.filter(({ start, end }) => end <= one.start || start >= one.end);
  const word = text.slice(one.start, one.end);
  const again = seen.has(word) || others.some(({ start, end }) => text.slice(start, end) === word);
  return { joined: Math.min(2, others.filter(beside).length), again };
}

const reasons: Reason[] = ['surname', 'given_name'];

/** Names of persons in a run of text. @param seen names found in lines before */
export function findNames(lattice: Lattice, seen: ReadonlySet<string>): Finding[] {
  const candidates = candidatesOf(lattice);
  if (candidates.length === 0) return [];
  const { text } = lattice;
  const weigh = (names: readonly Span[]): Candidate[] =>
    best(
      candidates.map((one): Weighed => {
        const features = featuresOf(lattice, one, aroundOf(text, one, names, seen));
        return { one, odds: oddsOf(features) };
      }),
    );
  const first = weigh([]);
  const names = first.length === 0 ? first : weigh(first);
  return names.map(({ start, end }) => ({ type: 'person_name', start, end, reasons }));
}

/** What may begin at one sign: no name, or one of these. */
export interface Example {
  choices: readonly (readonly Feature[])[];
  /** Which of them it is; -1: none. */
  is: number;
}

/**
 * What the model weighs in a text whose names are known, by itself and, where names stand beside
 * it, with those: for fitting the weights.
 * @param unsure candidates that share signs with these are left out: nobody said what they are
 */
export function examplesOf(
  text: string,
  names: readonly Span[],
  unsure: readonly Span[] = [],
): Example[] {
  const lattice = latticeOf(plainOf(text).text, lexicon());
  const isName = (one: Span): boolean =>
    names.some(({ start, end }) => start === one.start && end === one.end);
  const weigh = (choices: readonly Candidate[], of: (one: Candidate) => Around): Example => {
    return {
      choices: choices.map((one) => featuresOf(lattice, one, of(one))),
      is: choices.findIndex(isName),
    };
  };
  const certain = (one: Span): boolean =>
    unsure.every(({ start, end }) => end <= one.start || start >= one.end);
  const byStart = Map.groupBy(candidatesOf(lattice).filter(certain), ({ start }) => start);
  return [...byStart.values()].flatMap((choices): Example[] => {
    const around = new Map(choices.map((one) => [one, aroundOf(text, one, names, new Set())]));
    const alone: Around = { joined: 0, again: false };
    const bare = weigh(choices, () => alone);
    const beside = [...around.values()].some(({ joined, again }) => joined > 0 || again);
    return beside ? [bare, weigh(choices, (one) => around.get(one) ?? alone)] : [bare];
  });
}

/** The words of the cheapest row of a text. */
export const cutWords = (text: string): string[] =>
  rowOf(latticeOf(text, lexicon()), []).map(({ start, end }) => text.slice(start, end));
