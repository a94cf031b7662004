/** How the bytes of a delimited file are to be cut. */

export interface Dialect {
  /** One or more characters; empty when nothing separates: each line is one field. */
  delimiter: string;
  /** One character, or two that open and close; empty when nothing quotes. */
  quote: string;
  /**
   * The closing quote itself (doubled inside a field), a backslash, or empty: then a quote inside a
   * field is one that no delimiter and no line end follows.
   */
  escape: string;
  /** LF (alone or after CR), or CR for files of old Macintosh make. */
  newline: number;
  /** Records end with CR alone too, although others end with LF. */
  mixed: boolean;
}

export const LF = 0x0a;
export const CR = 0x0d;

export const openOf = (quote: string): string => [...quote][0] ?? '';
export const closeOf = (quote: string): string => [...quote].at(-1) ?? '';

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
  Buffer.byteLength(delimiter) === 1 && quote === '"' && dialect.escape === '"' && !mixed;
