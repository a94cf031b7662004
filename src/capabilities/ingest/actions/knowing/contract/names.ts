/** Names of datasets and items from what departments call them. */
import { pinyin } from 'pinyin-pro';
import { pieces } from './lexicon.ts';

const longest = 63;

const spelt = (text: string): string =>
  pinyin(text, { toneType: 'none', type: 'array', v: true, nonZh: 'consecutive' })
    .join('')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '');

/** `CompID`, `comp id`, `comp-id` as words. */
const latinWords = (text: string): string[] | null =>
  /^[\x20-\x7e]+$/.test(text)
    ? text
        .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter((part) => part !== '')
    : null;

/** The words a text is called by: known words in English, what lies between in pinyin. */
export function wordsOf(text: string): string[] {
  const found =
    latinWords(text) ??
    pieces(text)
      .map(({ en, text: piece }) => en ?? spelt(piece))
      .filter((word) => word !== '');
  return found.filter((word, at) => word !== found[at - 1]);
}

/** One identifier of the words, within the length a name may have. */
export function identifier(text: string, fallback: string): string {
  const joined = wordsOf(text).join('_').replaceAll(/_+/g, '_').slice(0, longest).replace(/_$/, '');
  if (joined === '') return fallback;
  return /^[a-z]/.test(joined) ? joined : `n_${joined}`.slice(0, longest);
}

/** The same name is not given twice: the second is `name_2`. */
export function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let given = name;
    for (let n = 2; taken.has(given); n += 1) {
      given = `${name.slice(0, longest - String(n).length - 1)}_${n}`;
    }
    taken.add(given);
    return given;
  });
}

/** Words that are short in a name and written out in a title. */
const spoken: Record<string, string> = {
  no: 'number',
  uscc: 'credit code',
  lon: 'longitude',
  lat: 'latitude',
  id: 'identifier',
};

/** English words as a title: the first begins with a capital letter. */
export function englishTitle(text: string): string {
  const joined = wordsOf(text)
    .map((word) => spoken[word] ?? word)
    .join(' ')
    .replaceAll('_', ' ');
  return joined === '' ? text : `${joined.slice(0, 1).toUpperCase()}${joined.slice(1)}`;
}

/** A year, with its quarter or half, month and day; a number of a copy; days without marks. */
const dated = new RegExp(
  [
    '(?:19|20)\\d{2}年?度?(?:第?[一二三四1-4]季度|Q[1-4]|[上下]半年)?(?:\\d{1,2}月?)?(?:\\d{1,2}日?)?',
    '[（(]\\d*[)）]',
    '\\d{6,8}',
  ].join('|'),
  'gi',
);

/** The name of a resource in the name of a file: without folder, ending, sender and dates. */
export function resourceTitle(file: string): string {
  const stem = file.replace(/^.*[/\\]/, '').replace(/(\.[A-Za-z0-9]{1,5})+$/, '');
  const parts = stem
    .split(/[-—_－\s]+/)
    .map((part) => part.replaceAll(dated, ''))
    .filter((part) => part !== '' && !/^\d+$/.test(part));
  const [first, second] = parts;
  if (first === undefined) return stem;
  const sender =
    second !== undefined && /(局|委|办|办公室|中心|部|院|会|公司|镇|街道)$/.test(first);
  return (sender ? parts.slice(1) : parts).join('');
}
