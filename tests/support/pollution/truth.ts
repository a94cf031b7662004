/** A file broken in one way, and what it holds; the truth is the generator's, never a reader's. */
import type { CleanTable } from './table.ts';

export interface Truth {
  headers: string[];
  /** Every row of the file with the values that were meant. */
  records: string[][];
  preambleRows: number;
  headerRows: number;
  footerRows: number;
  delimiter: string;
  /** Null where it may be anything: nothing in the file is quoted. */
  quote: string | null;
}

export interface PollutedFile {
  /** Way it is broken, for the table of scores. */
  kind: string;
  name: string;
  bytes: Buffer;
  truth: Truth;
}

export const truthOf = (table: CleanTable, change: Partial<Truth> = {}): Truth => ({
  headers: table.headers,
  records: table.records,
  preambleRows: 0,
  headerRows: 1,
  footerRows: 0,
  delimiter: ',',
  quote: '"',
  ...change,
});

export const text = (lines: readonly string[], newline = '\n'): string =>
  lines.join(newline) + newline;

export const made = (
  kind: string,
  name: string,
  content: string | Buffer,
  truth: Truth,
): PollutedFile => ({
  kind,
  name,
  bytes: typeof content === 'string' ? Buffer.from(content) : content,
  truth,
});
