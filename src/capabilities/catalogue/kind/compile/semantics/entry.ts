/**
 * What the platform knows of one meaning: words, standard, rule, and how a column is recognised.
 */
import type { Bilingual } from '#kernel/errors';
import { literal } from '../sql.ts';

/** What a rule has to know of its item. */
export interface RuledItem {
  name: string;
  type: string;
}

export interface SemanticRule {
  /** SQL that is true for a good value; `raw` is trimmed text, never null there. */
  good: (raw: string, item: RuledItem, today: string) => string;
  expected: Bilingual;
}

/** How inference recognises a column. Shares are of the values that are not empty. */
export interface Recognised {
  /** RE2 and JavaScript alike: whatever a valid value looks like, whole. */
  shape: string;
  /** SQL that must hold besides the shape: check digits, dates, ranges. */
  sure?: (raw: string, today: string) => string;
  /** Headers that speak for it, in any case, without spaces. */
  header?: RegExp;
  /** Headers that speak against it. */
  never?: RegExp;
  /** Share of valid values needed when the header speaks for it. */
  hinted?: number;
  /** Share needed when the header says nothing; absent: only a header makes it so. */
  alone?: number;
  /** Fewest different values for it to be believed without a header. */
  various?: number;
  /** Share of other texts in which one is seen by mistake; next to none when absent. */
  mistaken?: number;
}

export interface Semantic {
  title: Bilingual;
  /** Number of the standard that fixes it. */
  standard?: string;
  /** An invented value. */
  example?: string;
  /** Grade a proposal gives it; a person decides. */
  grade: 'L1' | 'L2' | 'L3' | 'L4';
  /** Its values are text whatever they look like; absent: the type they are found to be. */
  type?: 'text';
  /** It points at a person: GB/T 35273 tells personal information and sensitive one apart. */
  personal?: 'ordinary' | 'sensitive';
  rule?: SemanticRule;
  known?: Recognised;
}

/** SQL: the whole text matches. */
export const matches = (raw: string, pattern: string): string =>
  `regexp_full_match(${raw}, ${literal(pattern)})`;

/** A rule that is nothing but a pattern. */
export const patternRule = (pattern: string, zh: string, en: string): SemanticRule => ({
  good: (raw) => matches(raw, pattern),
  expected: { zh, en },
});
