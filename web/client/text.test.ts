/**
 * Every word of the web has both languages, with the same parameters and each language's own
 * punctuation.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Dictionary, say } from './i18n.ts';

const root = join(import.meta.dirname, '..');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /(^|\/)text\.ts$/.test(file) && !file.startsWith('dist'),
);

/** Latin words that Chinese pages do carry: units, codes and proper names. */
const latinAllowed =
  /^(L[1-4]|SM[234]|SHA|GB|CSV|Excel|xlsx|GBK|UTF|SQL|API|REST|JSON|YAML|Enter|English|ID|m|N|A|Guantong|https?|DCAT|AP|LD|PostgreSQL|MySQL|Parquet|ZIP|Word)$/i;

const placeholders = (words: string): string[] =>
  [...words.matchAll(/\{(\w+)(?:\|[^}]*)?\}/g)].map((m) => m[1] ?? '').sort();

const faultsOf = (dictionary: Dictionary): string[] => {
  const faults: string[] = [];
  for (const [key, words] of Object.entries(dictionary)) {
    if (words.zh.trim() === '' || words.en.trim() === '')
      faults.push(`${key}: a language is missing`);
    if (placeholders(words.zh).join() !== placeholders(words.en).join()) {
      faults.push(`${key}: the languages have different parameters`);
    }
    const latin = words.zh.replace(/\{\w+\}/g, '').match(/[A-Za-z]{2,}/g) ?? [];
    const foreign = latin.filter((word) => !latinAllowed.test(word));
    if (foreign.length > 0) faults.push(`${key}: Latin words in Chinese: ${foreign.join(' ')}`);
    if (/[\u4e00-\u9fff][,;:?!]/.test(words.zh))
      faults.push(`${key}: Latin punctuation in Chinese`);
    if (key !== 'language' && /[\u3000-\u303f\uff00-\uffef]/.test(words.en)) {
      faults.push(`${key}: Chinese punctuation in English`);
    }
  }
  return faults;
};

describe('words of the web', () => {
  it('are told apart from bad ones', () => {
    const bad: Dictionary = {
      missing: { zh: '', en: 'x' },
      params: { zh: '剩 {time}', en: 'left' },
      latin: { zh: '打开 dataset', en: 'Open' },
      comma: { zh: '好,坏', en: 'good, bad' },
      wide: { zh: '好', en: 'good。' },
    };
    expect(faultsOf(bad)).toHaveLength(5);
  });

  it('exist', () => {
    expect(files.length).toBeGreaterThan(2);
  });

  it.each(files)('%s is complete in both languages', async (file) => {
    const module: unknown = await import(join(root, file));
    const text = (module as { text: Dictionary }).text;
    expect(text, `${file} exports \`text\``).toBeTypeOf('object');
    expect(faultsOf(text)).toEqual([]);
  });
});

describe('counts', () => {
  const words = { zh: '{n} 个资源', en: '{n|resource|resources}, {units|unit|units}' };

  it('carry the word that goes with them', () => {
    expect(say(words, 'en', { n: 12, units: 1 })).toBe('12 resources, 1 unit');
    expect(say(words, 'en', { n: '1,200', units: 0 })).toBe('1,200 resources, 0 units');
    expect(say(words, 'zh', { n: 12 })).toBe('12 个资源');
  });
});
