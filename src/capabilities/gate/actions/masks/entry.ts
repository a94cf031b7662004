/** What a mask is: words, an example, and its SQL. */
import type { Bilingual } from '#kernel/errors';
import type { Dialect } from './dialect.ts';

/** What a mask may need besides the value. */
export interface MaskMoment {
  /** Day the data is read on, `2026-11-20`: ages are of that day. */
  day: string;
}

export interface Mask {
  title: Bilingual;
  /** Part of the value is struck out, or it is told less exactly. */
  how: 'masked' | 'generalised';
  /** An invented value and what becomes of it; tests hold the engines to it. */
  example: { from: string; to: string | null };
  /** Where its form comes from. */
  source: string;
  /**
   * What comes out: text unless said; `decimal` and `integer` stay numbers, null where the value is
   * none.
   */
  gives?: 'text' | 'decimal' | 'integer';
  /** It asks for the day: a statement that is kept for long must not hold it. */
  dated?: true;
  /**
   * SQL over `text`, the value as text, never null there: dates as `2026-11-20`, instants as
   * `2026-11-20T07:41:00.000000Z`, numbers as they are written.
   */
  sql: (text: string, to: Dialect, moment: MaskMoment) => string;
}

/** What stands where nothing of a value may be told, not even its length. */
export const hidden = "'***'";

/** `case when a then x … else y end`. */
export const choose = (cases: [when: string, then: string][], otherwise: string): string =>
  `case ${cases.map(([when, then]) => `when ${when} then ${then}`).join(' ')} else ${otherwise} end`;

/** Keeps the first and last signs of texts that are long enough to hide something between. */
export const ends = (text: string, first: number, last: number, atLeast: number): string => {
  const head = first > 0 ? `left(${text}, ${first}) || ` : '';
  const tail = last > 0 ? ` || right(${text}, ${last})` : '';
  const middle = `repeat('*', cast(length(${text}) - ${first + last} as integer))`;
  // Longer than any number of its kind is no such number: it may be a sentence.
  return choose([[`length(${text}) between ${atLeast} and 32`, `${head}${middle}${tail}`]], hidden);
};

export const sheet = 'DESIGN: masking defaults of the fact sheet, 2.7';
