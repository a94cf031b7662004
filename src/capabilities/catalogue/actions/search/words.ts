/** How words and texts are compared: width, case, Chinese characters, pinyin, initials. */
import { pinyin } from 'pinyin-pro';

/** Full and half width, capitals and small letters are the same; so are runs of spaces. */
export const normal = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replaceAll('ü', 'v').replaceAll(/\s+/g, ' ').trim();

/** A Chinese character: a word may begin at each of them. Halves of rare ones count as such. */
export const isHan = (code: number): boolean =>
  (code >= 0x3400 && code <= 0x9fff) ||
  (code >= 0xd800 && code <= 0xdfff) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  code === 0x3007;

const isPlain = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);

/** Whether a word may begin here: at a Chinese character, or where letters and digits begin. */
export const beginsAt = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  if (isHan(code)) return true;
  return isPlain(code) && (at === 0 || !isPlain(text.charCodeAt(at - 1)));
};

/** Where `word` stands in `text` as a word may; -1 when nowhere. */
export function placeOf(text: string, word: string, from = 0): number {
  let at = text.indexOf(word, from);
  while (at >= 0 && !beginsAt(text, at)) at = text.indexOf(word, at + 1);
  return at;
}

/** A text as it sounds. */
export interface Sound {
  /** All syllables in one string. */
  letters: string;
  /** Where each syllable begins in `letters`. */
  starts: number[];
  /** First letter of each syllable. */
  initials: string;
  /** Where each syllable stands in the normal text, and how many of its characters it is. */
  places: { at: number; length: number }[];
}

/** Pinyin without tones; words of several readings are read as the dictionary has them. */
export function soundOf(text: string): Sound {
  const parts = pinyin(text, { toneType: 'none', type: 'array', v: true, nonZh: 'consecutive' });
  const sound: Sound = { letters: '', starts: [], initials: '', places: [] };
  let at = 0;
  for (const part of parts) {
    const han = isHan(text.charCodeAt(at));
    const rare = han && text.charCodeAt(at) >= 0xd800 && text.charCodeAt(at) <= 0xdfff;
    const length = han ? (rare ? 2 : 1) : part.length;
    if (/^[a-z0-9]/.test(part)) {
      sound.starts.push(sound.letters.length);
      sound.letters += part;
      sound.initials += part[0];
      sound.places.push({ at, length });
    }
    at += length;
  }
  return sound;
}

/** Whether a word is typed in letters and may mean a sound. */
export const soundsLike = (word: string): boolean => /^[a-z][a-z0-9]+$/.test(word);

/** First syllable at which `word` is heard; -1 when nowhere. The last syllable may be cut short. */
export const heardAt = (sound: Sound, word: string): number =>
  sound.starts.findIndex((start) => sound.letters.startsWith(word, start));
