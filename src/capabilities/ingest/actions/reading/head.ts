/** The head of a table: delimiter, newline, and which line is the header. */
import { ingestErrors } from '../../errors.ts';
import { cutFields } from './fields.ts';
import { CR, type Dialect, LF, QUOTE } from './splitter.ts';

export interface Head {
  dialect: Dialect;
  headers: string[];
  /** Records above the header: titles and notes. */
  preambleRows: number;
  /** Byte offset of the first record behind the header. */
  end: number;
  /** The header is the first line and one line long, so that any reader can skip it. */
  plain: boolean;
}

export interface HeadOptions {
  file: string;
  columns: number;
  /**
   * How many of these headers the reader knows; picks the header below a title and the right
   * delimiter.
   */
  knows: (headers: string[]) => number;
}

/** Comma, tab, semicolon, bar. */
const delimiters = [0x2c, 0x09, 0x3b, 0x7c];

/** Titles and notes departments put above the header. */
const linesAbove = 10;

interface Line {
  text: string;
  end: number;
}

/** The first physical records of the head; a newline inside quotes belongs to the record. */
function firstLines(head: Buffer, newline: number): Line[] {
  const lines: Line[] = [];
  let at = 0;
  while (at < head.length && lines.length <= linesAbove) {
    const end = recordEnd(head, at, newline);
    const stop = end > at && head[end - 1] === CR ? end - 1 : end;
    lines.push({ text: head.toString('utf8', at, stop), end: Math.min(end + 1, head.length) });
    at = end + 1;
  }
  return lines;
}

/**
 * End of the record at `at`: the first newline with an even number of quotes before it, else the
 * first.
 */
function recordEnd(head: Buffer, at: number, newline: number): number {
  let quotes = 0;
  for (let i = at; i < head.length; i += 1) {
    if (head[i] === QUOTE) quotes += 1;
    if (head[i] === newline && quotes % 2 === 0) return i;
  }
  const first = head.indexOf(newline, at);
  return first < 0 ? head.length : first;
}

interface Candidate {
  delimiter: number;
  at: number;
  fields: string[];
  known: number;
}

const better = (a: Candidate, b: Candidate): Candidate =>
  b.known > a.known || (b.known === a.known && b.fields.length > a.fields.length && b.at <= a.at)
    ? b
    : a;

/**
 * Finds delimiter and header in the first bytes of a file of UTF-8 text (behind its mark).
 * @throws ingest.empty_file, ingest.too_many_columns
 */
export function readHead(head: Buffer, options: HeadOptions): Head {
  const newline = head.includes(LF) ? LF : head.includes(CR) ? CR : LF;
  const lines = firstLines(head, newline);
  const blank = (line: Line): boolean => /^[\s,;|]*$/.test(line.text);
  if (lines.every(blank)) throw ingestErrors.make('empty_file', { file: options.file });
  const candidates = delimiters.flatMap((delimiter): Candidate[] =>
    lines.flatMap((line, at) => {
      if (blank(line)) return [];
      const fields = cutFields(line.text, { delimiter, newline });
      // A file of a hundred thousand columns is refused before anything is compared.
      const known = fields.length > options.columns ? 0 : options.knows(fields);
      return [{ delimiter, at, fields, known }];
    }),
  );
  const [first, ...others] = candidates;
  if (first === undefined) throw ingestErrors.make('empty_file', { file: options.file });
  const best = others.reduce(better, first);
  if (best.fields.length > options.columns) {
    const params = { file: options.file, columns: best.fields.length, limit: options.columns };
    throw ingestErrors.make('too_many_columns', params);
  }
  return {
    dialect: { delimiter: best.delimiter, newline },
    headers: best.fields,
    preambleRows: best.at,
    end: lines[best.at]?.end ?? head.length,
    plain: best.at === 0 && !best.fields.some((field) => /[\r\n]/.test(field)),
  };
}
