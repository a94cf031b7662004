/** How the bytes of a delimited file are to be cut. */

export interface Dialect {
  /** One or more characters; empty when nothing separates: each line is one field. */
  delimiter: string;
  /**
   * One character or the same several times, which opens and closes; two different ones, of which
   * the first opens and the second closes; empty when nothing quotes.
   */
  quote: string;
  /**
   * The closing quote itself (doubled inside a field), another ASCII character that stands before a
   * quote, or empty: then a quote inside a field is one that no delimiter and no line end follows.
   */
  escape: string;
  /** LF (alone or after CR), or CR for files of old Macintosh make. */
  newline: number;
  /** Records end with CR alone too, although others end with LF. */
  mixed: boolean;
}

export const LF = 0x0a;
export const CR = 0x0d;

/** Two different characters, or one and the same. */
const isPair = (quote: string): boolean => new Set(quote).size === 2;

export const openOf = (quote: string): string => (isPair(quote) ? ([...quote][0] ?? '') : quote);
export const closeOf = (quote: string): string =>
  isPair(quote) ? ([...quote].at(-1) ?? '') : quote;

/** What stands before a quote inside quotes, when that is not the quote itself; else empty. */
export const escaperOf = ({ quote, escape: before }: Pick<Dialect, 'quote' | 'escape'>): string =>
  before === closeOf(quote) ? '' : before;

/** These stand before delimiters outside of quotes too; others are text there. */
export const isLoose = (escaper: string): boolean => escaper === '\\' || escaper === '\0';

/** NUL is a sign of this dialect, no damage. */
export const usesNul = ({ delimiter, ...dialect }: Dialect): boolean =>
  dialect.escape === '\0' || delimiter.includes('\0');

/** RFC 4180 with lines that end in LF: what our own scratch files are written in. */
export const standard: Dialect = {
  delimiter: ',',
  quote: '"',
  escape: '"',
  newline: LF,
  mixed: false,
};

/** Whether the engine can be told of the dialect in one byte each, and reads it as we do. */
export const isPlain = ({ delimiter, quote, mixed, ...dialect }: Dialect): boolean =>
  Buffer.byteLength(delimiter) === 1 &&
  delimiter !== '\0' &&
  quote === '"' &&
  dialect.escape === '"' &&
  !mixed;
