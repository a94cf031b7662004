/**
 * Fields of one record, leniently: used for headers and for records that go back, never for good
 * rows.
 */
import { type Dialect, QUOTE } from './splitter.ts';

/** Cuts decoded text of one record. A quote that does not close takes the rest. */
export function cutFields(record: string, dialect: Dialect): string[] {
  const delimiter = String.fromCharCode(dialect.delimiter);
  const quote = String.fromCharCode(QUOTE);
  const fields: string[] = [];
  let at = 0;
  while (at <= record.length) {
    if (record[at] !== quote) {
      const end = record.indexOf(delimiter, at);
      if (end < 0) return [...fields, record.slice(at)];
      fields.push(record.slice(at, end));
      at = end + 1;
      continue;
    }
    const [field, next] = quoted(record, at, delimiter, quote);
    fields.push(field);
    if (next < 0) return fields;
    at = next;
  }
  return fields;
}

/**
 * One quoted field, with whatever follows its closing quote; and where the next field begins, -1 at
 * the end.
 */
function quoted(record: string, open: number, delimiter: string, quote: string): [string, number] {
  let value = '';
  let at = open + 1;
  for (;;) {
    const close = record.indexOf(quote, at);
    if (close < 0) return [value + record.slice(at), -1];
    value += record.slice(at, close);
    if (record[close + 1] !== quote) {
      const end = record.indexOf(delimiter, close);
      if (end < 0) return [value + record.slice(close + 1), -1];
      return [value + record.slice(close + 1, end), end + 1];
    }
    value += quote;
    at = close + 2;
  }
}
