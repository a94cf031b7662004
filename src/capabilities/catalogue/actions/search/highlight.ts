/** Where the words of a query stand in a text, for the marks a page shows. */
import { heardAt, normal, placeOf, soundOf, soundsLike } from './words.ts';

/** From and to, in UTF-16 units of the text as it is shown. */
export type Range = [number, number];

/** The normal text with, for each of its characters, where it stands in the shown one. */
function mapped(shown: string): { text: string; from: number[] } {
  let text = '';
  const from: number[] = [];
  let at = 0;
  for (const sign of shown) {
    // A space is nothing to `normal`, but it stands between words.
    const plain = /\s/.test(sign) ? ' ' : normal(sign);
    for (let i = 0; i < plain.length; i += 1) from.push(at);
    text += plain;
    at += sign.length;
  }
  from.push(at);
  return { text, from };
}

function textRanges(text: string, word: string): Range[] {
  const found: Range[] = [];
  for (let at = placeOf(text, word); at >= 0; at = placeOf(text, word, at + word.length)) {
    found.push([at, at + word.length]);
  }
  return found;
}

function soundRanges(text: string, word: string): Range[] {
  if (!soundsLike(word) || !/\p{Script=Han}/u.test(text)) return [];
  const sound = soundOf(text);
  const range = (first: number, last: number): Range[] => {
    const [begin, end] = [sound.places[first], sound.places[last]];
    return begin === undefined || end === undefined ? [] : [[begin.at, end.at + end.length]];
  };
  const first = heardAt(sound, word);
  if (first >= 0) {
    const end = (sound.starts[first] ?? 0) + word.length;
    return range(
      first,
      sound.starts.findLastIndex((start) => start < end),
    );
  }
  const initial = sound.initials.indexOf(word);
  return initial < 0 ? [] : range(initial, initial + word.length - 1);
}

/** Ranges of all words in a text, in order, joined where they touch. */
export function rangesIn(shown: string, words: readonly string[]): Range[] {
  const { text, from } = mapped(shown);
  const ranges = words
    .flatMap((word) => {
      const plain = textRanges(text, word);
      return plain.length > 0 ? plain : soundRanges(text, word);
    })
    .map(([start, end]): Range => [from[start] ?? 0, from[end] ?? shown.length])
    .toSorted(([a], [b]) => a - b);
  const joined: Range[] = [];
  for (const [start, end] of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}
