/**
 * Fields of one record, leniently: used for headers, for inspection and for records that go back.
 */
import { closeOf, type Dialect, escaperOf, isLoose, openOf } from './dialect.ts';

export interface Marks {
  delimiter: string;
  open: string;
  close: string;
  /** Doubled quotes stand for one. */
  doubled: boolean;
  /** What else stands before a quote inside quotes; empty when nothing does. */
  escaper: string;
  /** It stands before delimiters outside of quotes too. */
  loose: boolean;
}

export const marksOf = (dialect: Dialect): Marks => {
  const { delimiter, quote } = dialect;
  const escaper = escaperOf(dialect);
  return {
    delimiter,
    open: openOf(quote),
    close: closeOf(quote),
    doubled: dialect.escape !== '' && escaper === '',
    escaper,
    loose: isLoose(escaper),
  };
};

/** Cuts decoded text of one record. A quote that does not close takes the rest. */
export function cutFields(record: string, dialect: Dialect): string[] {
  const marks = marksOf(dialect);
  const fields: string[] = [];
  let at = 0;
  while (at <= record.length) {
    const isQuoted = marks.open !== '' && record.startsWith(marks.open, at);
    const [field, next] = isQuoted ? quoted(record, at, marks) : bare(record, at, marks);
    fields.push(field);
    if (next < 0) break;
    at = next;
  }
  return fields;
}

/** A field and where the next one begins, -1 at the end. */
type Cut = [string, number];

/** Where the field ends; -1 when it goes to the end of the record. */
function delimiterAt(record: string, from: number, { delimiter, escaper, loose }: Marks): number {
  if (delimiter === '') return -1;
  if (!loose) return record.indexOf(delimiter, from);
  for (let at = from; at < record.length; at += 1) {
    if (record[at] === escaper) at += 1;
    else if (record.startsWith(delimiter, at)) return at;
  }
  return -1;
}

const special = /[.*+?^${}()|[\]\\/-]/g;

/** An escape goes only where it says something; NUL never says anything else. */
export function unescaped(text: string, { open, close, delimiter, escaper, loose }: Marks): string {
  if (escaper === '' || !text.includes(escaper)) return text;
  if (escaper === '\0') return text.replaceAll('\0', '');
  const outside = loose ? [delimiter[0] ?? '', '\n', '\r'] : [];
  const before = new Set([open[0], close[0], escaper, ...outside]);
  const pattern = new RegExp(`${escaper.replace(special, '\\$&')}([\\s\\S])`, 'g');
  return text.replace(pattern, (whole, char: string) => (before.has(char) ? char : whole));
}

/** Outside of quotes most escapes are text. */
const outside = (text: string, marks: Marks): string =>
  marks.loose ? unescaped(text, marks) : text;

function bare(record: string, at: number, marks: Marks): Cut {
  const end = delimiterAt(record, at, marks);
  if (end < 0) return [outside(record.slice(at), marks), -1];
  return [outside(record.slice(at, end), marks), end + marks.delimiter.length];
}

/** One quoted field, with whatever follows its closing quote. */
function quoted(record: string, start: number, marks: Marks): Cut {
  const { close, delimiter } = marks;
  let value = '';
  let at = start + marks.open.length;
  for (;;) {
    const end = closeAt(record, at, marks);
    if (end < 0) return [value + unescaped(record.slice(at), marks), -1];
    value += unescaped(record.slice(at, end), marks);
    const after = end + close.length;
    if (marks.doubled && record.startsWith(close, after)) {
      value += close;
      at = after + close.length;
      continue;
    }
    if (after === record.length) return [value, -1];
    if (delimiter !== '' && record.startsWith(delimiter, after)) {
      return [value, after + delimiter.length];
    }
    if (marks.doubled) {
      const next = delimiterAt(record, after, marks);
      if (next < 0) return [value + record.slice(after), -1];
      return [value + record.slice(after, next), next + delimiter.length];
    }
    value += close;
    at = after;
  }
}

function closeAt(record: string, from: number, { close, escaper }: Marks): number {
  if (escaper === '') return record.indexOf(close, from);
  for (let at = from; at < record.length; at += 1) {
    const next = record[at + 1];
    if (record[at] === escaper && (next === escaper || next === close[0])) at += 1;
    else if (record.startsWith(close, at)) return at;
  }
  return -1;
}

/**
 * The same for a record that could not be taken: where a quote spoilt it and the delimiters alone
 * give the fields that are expected, they do.
 */
export function cutFaulty(record: string, dialect: Dialect, columns: number): string[] {
  const fields = cutFields(record, dialect);
  if (fields.length === columns || dialect.delimiter === '') return fields;
  const parts = record.split(dialect.delimiter);
  if (parts.length !== columns) return fields;
  const open = openOf(dialect.quote);
  const close = closeOf(dialect.quote);
  const isWhole = (part: string): boolean =>
    open !== '' && part.length > 1 && part.startsWith(open) && part.endsWith(close);
  return parts.map((part) => (isWhole(part) ? part.slice(open.length, -close.length) : part));
}

/** Bytes that are no UTF-8 are shown as `\xNN`, NUL as `\0`: nothing of the original is lost. */
export function shown(record: Buffer): string {
  const text = record.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(record)) return text.replaceAll('\0', '\\0');
  return [...record]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
}
