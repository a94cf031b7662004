/**
 * Records of a piece of text under a dialect that is only tried: no width is known yet, so nothing
 * is refused. Quotes that do not fit give the physical line, as the splitter does.
 */
import { CR, closeOf, type Dialect, escaperOf, isLoose, openOf } from './dialect.ts';
import { marksOf, unescaped } from './fields.ts';

export interface SampleRecord {
  fields: string[];
  /** Whether the field at a place stood in quotes. */
  quoted: boolean[];
  /** Characters from the start of the text to the record, and behind its line end. */
  start: number;
  end: number;
  /** A quote stands where none may stand. */
  stray: boolean;
  /** The line holds nothing. */
  blank: boolean;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What ends a bare field, and an escape with what it takes along. */
function stops(dialect: Dialect): RegExp {
  const line = dialect.mixed ? '\\r\\n|\\n|\\r' : dialect.newline === CR ? '\\r' : '\\r?\\n';
  const parts = [dialect.delimiter === '' ? null : escaped(dialect.delimiter), line];
  const escaper = escaperOf(dialect);
  if (isLoose(escaper)) parts.unshift(`${escaped(escaper)}[\\s\\S]`);
  return new RegExp(parts.filter((part) => part !== null).join('|'), 'g');
}

class Cutter {
  readonly #text: string;
  readonly #dialect: Dialect;
  readonly #stops: RegExp;
  readonly #open: string;
  readonly #close: string;
  readonly #escaper: string;
  readonly #marks: ReturnType<typeof marksOf>;

  constructor(text: string, dialect: Dialect) {
    this.#text = text;
    this.#dialect = dialect;
    this.#stops = stops(dialect);
    this.#open = openOf(dialect.quote);
    this.#close = closeOf(dialect.quote);
    this.#escaper = escaperOf(dialect);
    this.#marks = marksOf(dialect);
  }

  /** The next stop from `from`: where it is, and whether it is the delimiter. */
  #stop(from: number): { at: number; length: number; isDelimiter: boolean } {
    this.#stops.lastIndex = from;
    for (;;) {
      const found = this.#stops.exec(this.#text);
      if (found === null) return { at: this.#text.length, length: 0, isDelimiter: false };
      const isDelimiter = found[0] === this.#dialect.delimiter;
      if (found[0][0] === this.#escaper && !isDelimiter) continue;
      return { at: found.index, length: found[0].length, isDelimiter };
    }
  }

  record(start: number): SampleRecord {
    const fields: string[] = [];
    const quoted: boolean[] = [];
    let at = start;
    for (;;) {
      const isQuoted = this.#open !== '' && this.#text.startsWith(this.#open, at);
      const close = isQuoted ? this.#closed(at + this.#open.length) : at;
      if (close < 0) return this.#line(start);
      const stop = this.#stop(close);
      if (isQuoted && stop.at !== close) return this.#line(start);
      const from = isQuoted ? at + this.#open.length : at;
      fields.push(this.#value(from, isQuoted ? close - this.#close.length : stop.at, isQuoted));
      quoted.push(isQuoted);
      at = stop.at + stop.length;
      if (!stop.isDelimiter) break;
    }
    const blank = fields.length === 1 && fields[0] === '' && quoted[0] === false;
    return { fields, quoted, start, end: at, stray: false, blank };
  }

  /** Behind the closing quote; -1 when the field has none. */
  #closed(from: number): number {
    const text = this.#text;
    const escaper = this.#dialect.escape;
    for (let at = from; ; ) {
      const end = text.indexOf(this.#close, at);
      if (end < 0) return -1;
      if (this.#escaper !== '') {
        let before = 0;
        while (text[end - 1 - before] === this.#escaper && end - 1 - before >= from) before += 1;
        if (before % 2 === 1) {
          at = end + 1;
          continue;
        }
        return end + this.#close.length;
      }
      const after = end + this.#close.length;
      if (escaper === this.#close && text.startsWith(this.#close, after)) {
        at = after + this.#close.length;
        continue;
      }
      if (escaper === '' && after < text.length && this.#stop(after).at !== after) {
        at = after;
        continue;
      }
      return after;
    }
  }

  #value(from: number, to: number, isQuoted: boolean): string {
    const raw = this.#text.slice(from, to);
    if (this.#escaper !== '') {
      return isQuoted || isLoose(this.#escaper) ? unescaped(raw, this.#marks) : raw;
    }
    return isQuoted && this.#dialect.escape === this.#close
      ? raw.replaceAll(this.#close + this.#close, this.#close)
      : raw;
  }

  /** The physical line, cut at its delimiters alone. */
  #line(start: number): SampleRecord {
    const fields: string[] = [];
    let at = start;
    for (;;) {
      const stop = this.#stop(at);
      fields.push(this.#text.slice(at, stop.at));
      at = stop.at + stop.length;
      if (!stop.isDelimiter) break;
    }
    const quoted = fields.map(() => false);
    return { fields, quoted, start, end: at, stray: true, blank: false };
  }
}

/** The first `most` records of a text; blank lines are among them. */
export function sampleRecords(text: string, dialect: Dialect, most = 2000): SampleRecord[] {
  const cutter = new Cutter(text, dialect);
  const records: SampleRecord[] = [];
  let at = 0;
  while (at < text.length && records.length < most) {
    const record = cutter.record(at);
    records.push(record);
    at = record.end;
  }
  return records;
}
