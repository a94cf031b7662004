/** The words of the interface, to find those of the other language on a page. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PageRoute } from '#web/client';

const web = join(import.meta.dirname, '../../web');

type Words = Record<string, { zh: string; en: string }>;

/** Every dictionary and every page of the web. */
export async function interfaceOf(): Promise<{ words: Words[]; pages: PageRoute[] }> {
  // The words of the gallery are samples of data.
  const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter(
    (file) => !file.startsWith('dist') && file !== 'pages/gallery/text.ts',
  );
  const load = async <T>(name: RegExp): Promise<T[]> =>
    Promise.all(
      files.filter((file) => name.test(file)).map((file) => import(join(web, file)) as Promise<T>),
    );
  const texts = await load<{ text: Words }>(/(^|\/)text\.ts$/);
  const routes = await load<{ pages: readonly PageRoute[] }>(/^pages\/\w+\/page\.ts$/);
  return { words: texts.map(({ text }) => text), pages: routes.flatMap(({ pages }) => pages) };
}

const han = /[\u3400-\u9fff]/;
const hanRun = /[\u3400-\u9fff]{2,}/;

const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `剩 {time}` -> a pattern of the whole text, the parameters standing for anything. */
const patternOf = (words: string): string =>
  words
    .split(/\{\w+\}/)
    .map(escaped)
    .join('.+');

/** Texts of the interface in Chinese: patterns of what must not stand on an English page. */
export function chineseOf(words: readonly Words[]): RegExp {
  const all = words.flatMap((each) => Object.values(each));
  const told = all
    .filter(({ zh, en }) => zh !== en && hanRun.test(zh.replaceAll(/\{\w+\}/g, ' ')))
    .map(({ zh }) => patternOf(zh.trim()));
  return new RegExp(`^(?:${[...new Set(told)].join('|')})$`);
}

/** What Chinese pages do carry in Latin letters: units, keys, formats, proper names. */
const latinAllowed =
  /^(L[1-4]|SM[234]|SHA|GB|CSV|Excel|xlsx|GBK|UTF|SQL|Enter|English|Guantong|CGCS2000|MB|KB|Chrome|Linux|node)$/i;
const latinWord = /[A-Za-z]{3,}/;

/** Names of machines stand beside those of people: `comp_id`, `330109-pswater`, `a/b`. */
const machineName = /^[\w./@-]*[\d_/@-][\w./@-]*$/;

/** A text of English words on a Chinese page. */
export const isEnglish = (text: string): boolean =>
  !han.test(text) &&
  text
    .split(/[\s·,;:()，。：；（）]+/)
    .some((word) => latinWord.test(word) && !latinAllowed.test(word) && !machineName.test(word));
