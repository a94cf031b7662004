/**
 * The shelf: every resource as a card with its texts, found by words, counted by facets. It stands
 * in memory; `current.ts` keeps it as new as the catalogue.
 */
import type { SearchInput, Summary } from '../../model.ts';
import { type Heard, type Terms, termBook } from './terms.ts';
import { normal } from './words.ts';

/** What the shelf knows of a resource: what a line shows and what words find. */
export interface Card {
  name: string;
  code: string;
  title: { zh: string; en: string };
  description: { zh: string; en: string };
  owner: string;
  ownerName: string;
  theme: string;
  system: string;
  layer: Summary['layer'];
  grade: Summary['grade'];
  share: Summary['share'];
  cycle: Summary['cycle'];
  /** Opened to the public, with or without a condition. */
  opened: boolean;
  /** Roles that may know of it at all; null when it is no secret. */
  sealedFor: readonly string[] | null;
  derived: boolean;
  items: readonly {
    name: string;
    title: { zh: string; en: string };
    meaning: string;
    /** Words of its codes. */
    codes: readonly string[];
  }[];
}

/**
 * Where a word was found, and what that is worth: title before name before owner and theme before
 * items before what is said about them. Each band is 100 wide; how it was found decides inside.
 */
const bands = {
  title: 900,
  name: 800,
  about: 700,
  item: 600,
  itemName: 500,
  meaning: 300,
  description: 200,
} as const;
type Field = keyof typeof bands;
const fields = Object.keys(bands) as Field[];

const worth: Record<Heard, number> = {
  exact: 99,
  begins: 80,
  contains: 60,
  letters: 40,
  initials: 30,
};
/** Found by a word of the same meaning: behind the word itself, within the band. */
const synonymLess = 25;

export const facetNames = ['theme', 'owner', 'grade', 'layer', 'share'] as const;
export type FacetName = (typeof facetNames)[number];
export type Filters = Partial<Pick<SearchInput, FacetName>>;

export interface Found {
  /** Best first, then by name. */
  cards: { card: Card; score: number }[];
  facets: Record<FacetName, Map<string, number>>;
  /** Names of owners by code, of all cards the viewer may know. */
  owners: Map<string, string>;
  /** The words, what means the same, and the parts of those that stand nowhere whole. */
  variants: string[];
  /** Whether a text of a card is one that was found. */
  held(text: string): boolean;
}

export interface Shelf {
  /** Puts a card in the place of the one of that name; null takes it away. */
  put(name: string, card: Card | null): void;
  /** Cards as they stand. */
  cards(): Iterable<Card>;
  synonyms(groups: readonly (readonly string[])[]): void;
  /** Cards that hold every word, by what they are worth. */
  find(words: readonly string[], filters: Filters, known: (card: Card) => boolean): Found;
  /** How many cards there are places for, and how many of those are no longer there. */
  size(): number;
  dead(): number;
}

/** Words of a query, at most eight; signs around a word say nothing. */
export const wordsOf = (query: string | undefined): string[] =>
  normal(query ?? '')
    .split(/[\s,，、;；]+/)
    .map((word) => word.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
    .filter((word) => word !== '')
    .slice(0, 8);

/** How many other ways of saying a word are looked for. */
const mostVariants = 12;

function sameMeaning(groups: readonly (readonly string[])[], word: string): string[] {
  const found = new Set<string>();
  for (const group of groups) {
    for (const member of group) {
      if (!word.includes(member)) continue;
      for (const other of group) {
        if (other !== member) found.add(word.replace(member, other));
      }
    }
  }
  found.delete(word);
  return [...found].slice(0, mostVariants);
}

/** What a shelf is made of. */
interface State {
  terms: Terms;
  /** For each text where it stands: slot * 8 + field. */
  places: number[][];
  slots: (Card | null)[];
  slotOf: Map<string, number>;
  /** The place of each slot among all names; null when it is to be worked out again. */
  order: Uint32Array | null;
  groups: string[][];
  dead: number;
}

function place(state: State, slot: number, field: Field, text: string, heard: boolean): void {
  if (text === '') return;
  const number = state.terms.add(text, heard);
  const at = slot * 8 + fields.indexOf(field);
  const list = state.places[number];
  if (list === undefined) state.places[number] = [at];
  else list.push(at);
}

function shelve(state: State, slot: number, card: Card): void {
  place(state, slot, 'title', card.title.zh, true);
  place(state, slot, 'title', card.title.en, false);
  for (const text of [card.name, card.code]) place(state, slot, 'name', text, false);
  for (const text of [card.ownerName, card.theme, card.system])
    place(state, slot, 'about', text, true);
  place(state, slot, 'about', card.owner, false);
  for (const item of card.items) {
    place(state, slot, 'item', item.title.zh, true);
    place(state, slot, 'item', item.title.en, false);
    place(state, slot, 'itemName', item.name, false);
    place(state, slot, 'meaning', item.meaning, false);
    for (const code of item.codes) place(state, slot, 'meaning', code, true);
  }
  place(state, slot, 'description', card.description.zh, false);
  place(state, slot, 'description', card.description.en, false);
}

function put(state: State, name: string, card: Card | null): void {
  const before = state.slotOf.get(name);
  if (before !== undefined) {
    state.slots[before] = null;
    state.slotOf.delete(name);
    state.dead += 1;
  }
  state.order = null;
  if (card === null) return;
  const slot = state.slots.length;
  state.slots.push(card);
  state.slotOf.set(name, slot);
  shelve(state, slot, card);
}

/** The place of each slot among all names. */
function ordered(state: State): Uint32Array {
  if (state.order !== null) return state.order;
  const ranks = new Uint32Array(state.slots.length);
  const names = [...state.slotOf].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [rank, [, slot]] of names.entries()) ranks[slot] = rank;
  state.order = ranks;
  return ranks;
}

/** One search: the shelf, and which of its slots exist for the viewer. */
interface Look extends State {
  seen: Uint8Array;
  /** Texts that were found. */
  held: Set<number>;
}

function score(state: Look, word: string, less: number, best: Uint16Array): boolean {
  let any = false;
  state.terms.find(word, (term, how) => {
    state.held.add(term);
    for (const at of state.places[term] ?? []) {
      const slot = at >> 3;
      if (state.seen[slot] === 0) continue;
      any = true;
      const field = fields[at & 7];
      const value = (field === undefined ? 0 : bands[field]) + worth[how] - less;
      if (value > (best[slot] ?? 0)) best[slot] = value;
    }
  });
  return any;
}

/** Scores of one word; null when it stands nowhere. */
function scores(state: Look, word: string): Uint16Array | null {
  const best = new Uint16Array(state.slots.length);
  let any = score(state, word, 0, best);
  for (const other of sameMeaning(state.groups, word))
    any = score(state, other, synonymLess, best) || any;
  return any ? best : null;
}

/**
 * A run of Chinese that stands nowhere whole, cut where the catalogue knows the parts: the longest
 * first. Null when some of it is known nowhere.
 */
function parts(state: Look, word: string): string[] | null {
  if (word.length < 3 || !/^\p{Script=Han}+$/u.test(word)) return null;
  const found: string[] = [];
  for (let at = 0; at < word.length; ) {
    let length = word.length - at;
    while (length > 1 && scores(state, word.slice(at, at + length)) === null) length -= 1;
    if (length < 2) return null;
    found.push(word.slice(at, at + length));
    at += length;
  }
  return found;
}

/** Scores of each word, or of the parts of one that stands nowhere whole. */
function scoresOf(state: Look, words: readonly string[]): { said: string; scores: Uint16Array }[] {
  return words.flatMap((said) => {
    const whole = scores(state, said);
    if (whole !== null) return [{ said, scores: whole }];
    const cut = parts(state, said) ?? [];
    const none = new Uint16Array(state.slots.length);
    return cut.length === 0
      ? [{ said, scores: none }]
      : cut.map((part) => ({ said: part, scores: scores(state, part) ?? none }));
  });
}

/** What a slot is worth by all words; null when one of them is not in it. */
function sumAt(all: readonly Uint16Array[], slot: number): number | null {
  let sum = 0;
  for (const scores of all) {
    const score = scores[slot] ?? 0;
    if (score === 0) return null;
    sum += score;
  }
  return sum;
}

const isWrong = (card: Card, filters: Filters, name: FacetName): boolean =>
  filters[name] !== undefined && filters[name] !== card[name];

/** How many filters a card does not keep; two are as bad as five. */
function wrongs(card: Card, filters: Filters): number {
  let count = 0;
  for (const name of facetNames) if (isWrong(card, filters, name)) count += 1;
  return count;
}

function find(
  state: State,
  words: readonly string[],
  filters: Filters,
  known: (card: Card) => boolean,
): Found {
  const seen = Uint8Array.from(state.slots, (card) => (card !== null && known(card) ? 1 : 0));
  const held = new Set<number>();
  const heard = scoresOf({ ...state, seen, held }, words);
  const all = heard.map((one) => one.scores);
  const facets: Found['facets'] = {
    theme: new Map(),
    owner: new Map(),
    grade: new Map(),
    layer: new Map(),
    share: new Map(),
  };
  const hits: { card: Card; score: number; slot: number }[] = [];
  const owners = new Map<string, string>();
  for (let slot = 0; slot < state.slots.length; slot += 1) {
    const card = state.slots[slot];
    const score = seen[slot] === 0 ? null : sumAt(all, slot);
    if (!card || score === null) continue;
    owners.set(card.owner, card.ownerName);
    const wrong = wrongs(card, filters);
    if (wrong > 1) continue;
    for (const name of facetNames) {
      if (wrong === 1 && !isWrong(card, filters, name)) continue;
      facets[name].set(card[name], (facets[name].get(card[name]) ?? 0) + 1);
    }
    if (wrong > 0) continue;
    hits.push({ card, slot, score });
  }
  const ranks = ordered(state);
  hits.sort((a, b) => b.score - a.score || (ranks[a.slot] ?? 0) - (ranks[b.slot] ?? 0));
  const variants = heard.flatMap(({ said }) => [said, ...sameMeaning(state.groups, said)]);
  return {
    cards: hits,
    facets,
    owners,
    variants,
    held: (text) => held.has(state.terms.numberOf(text) ?? -1),
  };
}

export function openShelf(): Shelf {
  const state: State = {
    terms: termBook(),
    places: [],
    slots: [],
    slotOf: new Map(),
    order: null,
    groups: [],
    dead: 0,
  };
  return {
    put: (name, card) => put(state, name, card),
    cards: () => state.slots.filter((card) => card !== null),
    synonyms: (groups) => {
      state.groups = groups.map((group) => group.map(normal));
    },
    find: (words, filters, known) => find(state, words, filters, known),
    size: () => state.slots.length,
    dead: () => state.dead,
  };
}
