/**
 * Two languages. A page keeps its words in its own `text.ts` as `{key: {zh, en}}` and asks for them
 * with
 * `useText(text)`. The language is in `?lang=` of the address, else remembered, else Chinese.
 */
import { useSyncExternalStore } from 'react';

export type Language = 'zh' | 'en';

export interface Bilingual {
  zh: string;
  en: string;
}

/** Words of one page; `{name}` stands for a parameter. */
export type Dictionary = Record<string, Bilingual>;

type Params = Record<string, string | number>;

const remembered = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage refused by the browser: the choice lasts for this page
  }
};

const remember = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
};

const firstLanguage = (): Language => {
  if (typeof window === 'undefined') return 'zh';
  const asked = new URLSearchParams(window.location.search).get('lang') ?? remembered('gt.lang');
  return asked === 'en' ? 'en' : 'zh';
};

let language: Language = firstLanguage();
let elder = typeof window !== 'undefined' && remembered('gt.elder') === 'yes';
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const tell = (): void => {
  for (const listener of listeners) listener();
};

export const currentLanguage = (): Language => language;

export function setLanguage(next: Language): void {
  language = next;
  remember('gt.lang', next);
  if (typeof document !== 'undefined')
    document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
  tell();
}

export const useLanguage = (): Language =>
  useSyncExternalStore(
    subscribe,
    () => language,
    () => 'zh',
  );

/** Elder mode 大字: everything 1.3 times as large. */
export function setElder(next: boolean): void {
  elder = next;
  remember('gt.elder', next ? 'yes' : 'no');
  tell();
}

export const isElder = (): boolean => elder;

export const useElder = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => elder,
    () => false,
  );

/** `{n}` is the parameter, `{n|row|rows}` the word that goes with it: one row, two rows. */
const fill = (words: string, params: Params): string =>
  words.replace(
    /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
    (whole, name: string, one: string | undefined, many: string | undefined) => {
      const value = params[name];
      if (value === undefined) return whole;
      if (one === undefined) return String(value);
      return `${value} ${String(value) === '1' ? one : many}`;
    },
  );

/** One text in a language with its parameters filled in. */
export const say = (words: Bilingual, lang: Language, params: Params = {}): string =>
  fill(words[lang], params);

export type Say<D extends Dictionary> = (key: keyof D & string, params?: Params) => string;

/**
 * The words of a page in the language of the reader: `const t = useText(text); t('title', {n: 3})`.
 */
export function useText<D extends Dictionary>(dictionary: D): Say<D> {
  const lang = useLanguage();
  return (key, params) => {
    const words = dictionary[key];
    return words === undefined ? key : say(words, lang, params);
  };
}

/**
 * Words one after the other as the reader's language parts them; clauses where they hold commas.
 */
export function useListed(): (words: readonly string[], kind?: 'words' | 'clauses') => string {
  const english = useLanguage() === 'en';
  return (words, kind = 'words') => {
    if (kind === 'clauses') return words.join(english ? '; ' : '；');
    return words.join(english ? ', ' : '、');
  };
}

/** Picks the reader's language of a text that came from the server. */
export function useLocal(): (words: Bilingual | null | undefined) => string {
  const lang = useLanguage();
  return (words) => (words ? words[lang] || words.zh : '');
}
