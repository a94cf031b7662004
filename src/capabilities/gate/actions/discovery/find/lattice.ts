/**
 * A run of text as a lattice of words and places, with what its cheapest row costs up to every sign
 * and from there on: what names are weighed against.
 */
import { type Lexicon, longestWord } from './lexicon.ts';
import { placesAt } from './placing.ts';
import { isHan, type Token, token } from './token.ts';

const strangeWord = 13.5;

const divided = /(?:省|市|县|自治区|自治州)$/;
const market = /(?:城|超|都|夜|门|股|集|菜|早|楼|开|上)市$/;
const isPlace = (word: string, tag: string): boolean =>
  (tag === 'ns' && word.length > 1) ||
  (word.length > 2 && tag.startsWith('n') && divided.test(word) && !market.test(word));

function wordsAt(text: string, at: number, { words }: Lexicon): Token[] {
  const found: Token[] = [];
  for (let size = Math.min(longestWord, text.length - at); size >= 1; size -= 1) {
    const piece = text.slice(at, at + size);
    const word = words.get(piece);
    if (word === undefined) continue;
    const place = isPlace(piece, word.tag) ? ('known' as const) : null;
    found.push(token('word', at, size, word.cost, word.tag, place));
  }
  const alone = found.some(({ start, end }) => end - start === 1);
  if (!alone) found.push(token('word', at, 1, strangeWord, 'x'));
  return found;
}

function edgesAt(text: string, at: number, known: Lexicon): Token[] {
  const run = /^(?:\d+(?:\.\d+)?|[A-Za-z]+)/.exec(text.slice(at, at + 40))?.[0];
  if (run !== undefined) {
    return [token('number', at, run.length, 3, 'm'), ...placesAt(text, at, known)];
  }
  if (!isHan(text[at])) return [token('mark', at, 1, 0.5, 'x')];
  return [...wordsAt(text, at, known), ...placesAt(text, at, known)];
}

/** Where something stands. */
export interface Span {
  start: number;
  end: number;
}

export interface Lattice {
  text: string;
  known: Lexicon;
  /** Words and places by the sign they begin at. */
  edges: readonly (readonly Token[])[];
  /** Cost of the cheapest row up to a sign; infinite inside a number. */
  ahead: Float64Array;
  /** And from a sign to the end. */
  behind: Float64Array;
  /** Last token of the cheapest row that ends before a sign. */
  before: readonly (Token | undefined)[];
  /** First token of the cheapest row that begins at a sign. */
  next: readonly (Token | undefined)[];
  /** The token of the cheapest row of all that holds a sign. */
  row: readonly (Token | undefined)[];
}

function forward(edges: readonly (readonly Token[])[]): Pick<Lattice, 'ahead' | 'before'> {
  const ahead = new Float64Array(edges.length + 1).fill(Infinity);
  const before: (Token | undefined)[] = new Array(edges.length + 1);
  ahead[0] = 0;
  for (const [at, from] of edges.entries()) {
    const here = ahead[at] ?? Infinity;
    if (here === Infinity) continue;
    for (const edge of from) {
      if (here + edge.cost >= (ahead[edge.end] ?? 0)) continue;
      ahead[edge.end] = here + edge.cost;
      before[edge.end] = edge;
    }
  }
  return { ahead, before };
}

function backward(edges: readonly (readonly Token[])[]): Pick<Lattice, 'behind' | 'next'> {
  const behind = new Float64Array(edges.length + 1).fill(Infinity);
  const next: (Token | undefined)[] = new Array(edges.length + 1);
  behind[edges.length] = 0;
  for (let at = edges.length - 1; at >= 0; at -= 1) {
    for (const edge of edges[at] ?? []) {
      const cost = edge.cost + (behind[edge.end] ?? Infinity);
      if (cost >= (behind[at] ?? 0)) continue;
      behind[at] = cost;
      next[at] = edge;
    }
  }
  return { behind, next };
}

/** The lattice of a run of text. */
export function latticeOf(text: string, known: Lexicon): Lattice {
  const edges = Array.from({ length: text.length }, (_, at) => edgesAt(text, at, known));
  const ways = { ...forward(edges), ...backward(edges) };
  const row: (Token | undefined)[] = new Array(text.length);
  for (let at = 0; at < text.length; ) {
    const one = ways.next[at];
    if (one === undefined) break;
    row.fill(one, at, one.end);
    at = one.end;
  }
  return { text, known, edges, ...ways, row };
}

/** The cheapest row of tokens that has these names, in their order, as tokens of their own. */
export function rowOf({ text, edges }: Lattice, names: readonly Span[]): Token[] {
  const taken = new Map<number, Token>();
  const within = new Uint8Array(text.length + 1);
  for (const { start, end } of names) {
    taken.set(start, token('name', start, end - start, 0, 'nr'));
    within.fill(1, start + 1, end);
  }
  const whole = edges.map((from, at): readonly Token[] => {
    const name = taken.get(at);
    if (name !== undefined) return [name];
    if (within[at] === 1) return [];
    const free = (edge: Token): boolean => {
      for (let sign = at + 1; sign < edge.end; sign += 1) {
        if (within[sign] === 1 || taken.has(sign)) return false;
      }
      return within[edge.end] !== 1;
    };
    return names.length === 0 ? from : from.filter(free);
  });
  const { before } = forward(whole);
  const row: Token[] = [];
  for (let at = text.length; at > 0; ) {
    const edge = before[at];
    if (edge === undefined) break;
    row.push(edge);
    at = edge.start;
  }
  return row.toReversed();
}
