/** What a mask is: words, an example, and its SQL. */
import type { Bilingual } from '#kernel/errors';
import type { Dialect } from './dialect.ts';

/** What a mask may need besides the value. */
export interface MaskMoment {
  /** Today, `2026-11-20`: ages are of that day, whatever state of the data is read. */
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
   * SQL over `text`, the value as text, null for null: dates as `2026-11-20`, instants as
   * `2026-11-20T07:41:00.000000Z`, numbers as they are written.
   */
  sql: (text: string, to: Dialect, moment: MaskMoment) => string;
  /**
   * The same over a column that holds dates or exact numbers, where the shape needs no proof: only
   * for DuckDB, in place of what takes the text apart.
   */
  typed?: Partial<Record<'date' | 'decimal', (value: string) => string>>;
}

/** What stands where nothing of a value may be told, not even its length; null for null. */
export const hide = (text: string, sign = '***'): string => `('${sign}' || left(${text}, 0))`;

/** `case when a then x … else y end`. */
export const choose = (cases: [when: string, then: string][], otherwise: string): string =>
  `case ${cases.map(([when, then]) => `when ${when} then ${then}`).join(' ')} else ${otherwise} end`;

interface Ends {
  first: number;
  last: number;
  /** Shorter hides nothing between. */
  atLeast: number;
  /** Length of nearly all values: the engine then strikes out a part of fixed length. */
  usual: number;
}

/** Longer than any number of its kind is no such number: it may be a sentence. */
const longest = 32;

/** Keeps the first and last signs of texts that are long enough to hide something between. */
export function ends(text: string, { first, last, atLeast, usual }: Ends): string {
  const around = (stars: string): string =>
    [
      ...(first > 0 ? [`left(${text}, ${first})`] : []),
      stars,
      ...(last > 0 ? [`right(${text}, ${last})`] : []),
    ].join(' || ');
  const some = `repeat('*', cast(length(${text}) - ${first + last} as integer))`;
  return choose(
    [
      [`length(${text}) = ${usual}`, around(`'${'*'.repeat(usual - first - last)}'`)],
      [`length(${text}) between ${atLeast} and ${longest}`, around(some)],
    ],
    hide(text),
  );
}
