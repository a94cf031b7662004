/**
 * A run of text read as the cheapest row of words, names of persons and names of places: all three
 * compete for the same signs (Viterbi over one lattice).
 */
import { type Lexicon, longestWord } from './lexicon.ts';
import { namesAt } from './names.ts';
import type { Expected } from './naming.ts';
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

function edgesAt(text: string, at: number, known: Lexicon, expected?: Expected): Token[] {
  const run = /^(?:\d+(?:\.\d+)?|[A-Za-z]+)/.exec(text.slice(at, at + 40))?.[0];
  if (run !== undefined) {
    const edges = [token('number', at, run.length, 3, 'm')];
    return [...edges, ...placesAt(text, at, known)];
  }
  if (!isHan(text[at])) return [token('mark', at, 1, 0.5, 'x')];
  return [
    ...wordsAt(text, at, known),
    ...namesAt(text, at, known, expected),
    ...placesAt(text, at, known),
  ];
}

/**
 * The cheapest row of tokens over the whole text.
 * @param expected where names were found before, which makes names beside them likelier
 */
export function tokensOf(text: string, known: Lexicon, expected?: Expected): Token[] {
  const cost = new Float64Array(text.length + 1).fill(Infinity);
  const by: (Token | undefined)[] = new Array(text.length + 1);
  cost[0] = 0;
  for (let at = 0; at < text.length; at += 1) {
    const here = cost[at] ?? Infinity;
    if (here === Infinity) continue;
    for (const edge of edgesAt(text, at, known, expected)) {
      if (here + edge.cost >= (cost[edge.end] ?? 0)) continue;
      cost[edge.end] = here + edge.cost;
      by[edge.end] = edge;
    }
  }
  const row: Token[] = [];
  for (let at = text.length; at > 0; ) {
    const edge = by[at];
    if (edge === undefined) break;
    row.push(edge);
    at = edge.start;
  }
  return row.toReversed();
}
