/** Signs that may be the name of a person, before anything is said of what stands around them. */
import { type Lexicon, strangeSign } from './lexicon.ts';
import { isHan } from './token.ts';
import { foreign, nameParts, spokenOf } from './words.ts';

/** How a name is built: surname and one or two signs, with a dot, or of two known parts. */
export type Build = 'one' | 'two' | 'dotted' | 'parts';

export interface Candidate {
  start: number;
  end: number;
  build: Build;
  /** Signs of the surname; none where there is none. */
  family: number;
  /** Minus the logarithm of the shares of surname and given name among names. */
  familyCost: number;
  givenCost: number;
  /** Of the given name the share of its last sign alone. */
  lastCost: number;
}

/** 王家庄 is a village. */
const hamlet = '^家[庄村桥埭湾坞汇浜埠坪坝沟屯寨堡店镇湖塘弄园宅门头]$';
const notGiven = new RegExp(`某|^氏|${hamlet}|^(?:${spokenOf})$`);
/** 婷婷, 圆圆: the second sign says little new. */
const again = 2.5;
const strangest = 12;

/** Share of a sign in its place, and a little of that in the other places. */
function signCost(sign: string, place: 0 | 1 | 2, { given }: Lexicon): number {
  const here = given[place].get(sign) ?? strangeSign;
  const elsewhere = Math.min(...given.map((costs) => costs.get(sign) ?? strangeSign)) + 1.5;
  return Math.min(here, elsewhere, strangest);
}

function givenCosts(text: string, known: Lexicon): Pick<Candidate, 'givenCost' | 'lastCost'> {
  const [first = '', second = ''] = text;
  if (second === '') {
    const only = signCost(first, 2, known);
    return { givenCost: only, lastCost: only };
  }
  const lastCost = first === second ? again : signCost(second, 1, known);
  return { givenCost: signCost(first, 0, known) + lastCost, lastCost };
}

const dotted = new RegExp(`^${foreign}{1,8}(?:·${foreign}{1,8}){1,3}`);
const strange = `${foreign}{2}`;
const twoParts = new RegExp(
  `^(?:(?:${nameParts})(?:${nameParts}|${strange})|${strange}(?:${nameParts}))`,
);
/** Signs of the last part that may begin the word behind. */
const behind = 3;

/** Names of other tongues; those with a dot may begin and end within a run of such signs. */
function otherNames(text: string, at: number): Candidate[] {
  const rest = text.slice(at, at + 40);
  const made = (found: string, build: Build): Candidate => ({
    ...{ start: at, end: at + found.length, build },
    ...{ family: 0, familyCost: 0, givenCost: 0, lastCost: 0 },
  });
  const spelt = rest.includes('·') ? dotted.exec(rest)?.[0] : undefined;
  if (spelt !== undefined) {
    const last = spelt.length - spelt.lastIndexOf('·') - 1;
    const cut = Array.from({ length: Math.min(behind, last) }, (_, less) =>
      spelt.slice(0, spelt.length - less),
    );
    return cut.map((each) => made(each, 'dotted'));
  }
  const parts = twoParts.exec(rest)?.[0];
  return parts === undefined ? [] : [made(parts, 'parts')];
}

function ofFamily(text: string, at: number, family: string, known: Lexicon): Candidate[] {
  const familyCost = known.surnames.get(family);
  if (familyCost === undefined) return [];
  return [1, 2].flatMap((more): Candidate[] => {
    const start = at + family.length;
    const given = text.slice(start, start + more);
    if (given.length < more || ![...given].every(isHan) || notGiven.test(given)) return [];
    return [
      {
        ...{ start: at, end: start + more, build: more === 1 ? 'one' : 'two' },
        ...{ family: family.length, familyCost, ...givenCosts(given, known) },
      },
    ];
  });
}

/** What may be a name and begins at this sign. */
export function candidatesAt(text: string, at: number, known: Lexicon): Candidate[] {
  if (!isHan(text[at])) return [];
  return [
    ...otherNames(text, at),
    ...ofFamily(text, at, text.slice(at, at + 2), known),
    ...ofFamily(text, at, text.slice(at, at + 1), known),
  ];
}
