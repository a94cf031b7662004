/**
 * Distinct texts of the catalogue, found by what they contain and by how they sound. The same name
 * of an item in a thousand resources is one text here.
 */
import { beginsAt, isHan, normal, placeOf, soundOf, soundsLike } from './words.ts';

/** How a word was found in a text, best first. */
export type Heard = 'exact' | 'begins' | 'contains' | 'letters' | 'initials';

interface Term {
  text: string;
  letters: string;
  starts: number[];
  initials: string;
}

/** Lists of texts by the two characters that stand at a place where a word may begin. */
type Postings = Map<number, number[]>;

const pair = (text: string, at: number): number =>
  text.charCodeAt(at) * 65_536 + (at + 1 < text.length ? text.charCodeAt(at + 1) : 0);

function post(postings: Postings, key: number, term: number): void {
  const list = postings.get(key);
  if (list === undefined) postings.set(key, [term]);
  else if (list.at(-1) !== term) list.push(term);
}

export interface Terms {
  /** Number of a text; the same text has the same number. `heard`: found by its sound as well. */
  add(text: string, heard: boolean): number;
  /** The number of a text that was added. */
  numberOf(text: string): number | undefined;
  /** Calls `visit` for every text a word is found in; one text may come twice. */
  find(word: string, visit: (term: number, how: Heard) => void): void;
}

/** The shortest list among the pairs of a word: what is looked through. */
function candidates(postings: Postings, word: string): readonly number[] {
  let best: readonly number[] | undefined;
  for (let at = 0; at + 1 < word.length; at += 1) {
    if (at > 0 && !(isHan(word.charCodeAt(at)) && beginsAt(word, at))) continue;
    const list = postings.get(pair(word, at));
    if (list === undefined) return [];
    if (best === undefined || list.length < best.length) best = list;
  }
  return best ?? [];
}

export function termBook(): Terms {
  const terms: Term[] = [];
  const numbers = new Map<string, number>();
  /** The same by the text as it was given: looking one up costs no normal form. */
  const given = new Map<string, number>();
  const byText: Postings = new Map();
  const bySyllable: Postings = new Map();
  const byInitials: Postings = new Map();

  function listen(number: number, term: Term): void {
    const { letters, starts, initials } = soundOf(term.text);
    Object.assign(term, { letters, starts, initials });
    for (const start of starts) post(bySyllable, pair(letters, start), number);
    for (let at = 0; at + 1 < initials.length; at += 1)
      post(byInitials, pair(initials, at), number);
  }

  function add(shown: string, heard: boolean): number {
    const text = normal(shown);
    const known = numbers.get(text);
    const number = known ?? terms.length;
    if (known === undefined) {
      numbers.set(text, number);
      terms.push({ text, letters: '', starts: [], initials: '' });
      for (let at = 0; at < text.length; at += 1) {
        if (beginsAt(text, at)) post(byText, pair(text, at), number);
      }
    }
    given.set(shown, number);
    const term = terms[number];
    const unheard = term !== undefined && term.letters === '' && /\p{Script=Han}/u.test(text);
    if (heard && unheard) listen(number, term);
    return number;
  }

  function findText(word: string, visit: (term: number, how: Heard) => void): void {
    const list = word.length < 2 ? terms.keys() : candidates(byText, word);
    for (const number of list) {
      const text = terms[number]?.text ?? '';
      const at = placeOf(text, word);
      if (at < 0) continue;
      visit(number, text === word ? 'exact' : at === 0 ? 'begins' : 'contains');
    }
  }

  function findSound(word: string, visit: (term: number, how: Heard) => void): void {
    for (const number of bySyllable.get(pair(word, 0)) ?? []) {
      const term = terms[number];
      if (term?.starts.some((start) => term.letters.startsWith(word, start))) {
        visit(number, 'letters');
      }
    }
    const [first, ...rest] = [...word].slice(0, -1).map((_, at) => byInitials.get(pair(word, at)));
    let list = first ?? [];
    for (const other of rest) if ((other?.length ?? 0) < list.length) list = other ?? [];
    for (const number of list) {
      if (terms[number]?.initials.includes(word)) visit(number, 'initials');
    }
  }

  return {
    add,
    numberOf: (text) => given.get(text),
    find(word, visit) {
      findText(word, visit);
      if (soundsLike(word)) findSound(word, visit);
    },
  };
}
