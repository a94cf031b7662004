/**
 * The splitter: where records begin and end in the bytes of a delimited file. A row of a delivery
 * *is* a record of this splitter; DuckDB reads the same bytes only when it counts the same. Nothing
 * is ever dropped: what cannot be taken is marked with its offset and reason, so that it can be
 * handed back as it came.
 *
 * RFC 4180 with a way back: when a quoted field does not end where a field may end, the quote was a
 * stray one, so only the physical line where the record began is given up, and reading goes on with
 * the next line. One stray quote costs one row, never the rows behind it.
 */
import { isUtf8 } from 'node:buffer';
import { MarkedRecords, type Reason } from './records.ts';

export interface Dialect {
  /** One byte: comma, semicolon, tab or bar. */
  delimiter: number;
  /** LF (alone or after CR), or CR for files of old Macintosh make. */
  newline: number;
}

export interface SplitOptions {
  dialect: Dialect;
  /** Fields of a good record. */
  columns: number;
  /** A longer record is given back (its first line, when it has several). */
  recordBytes: number;
  /** File offset of the first byte pushed. */
  start: number;
  /**
   * The bytes were transcoded: a replacement character (U+FFFD) stands for bytes that had no
   * meaning.
   */
  transcoded: boolean;
  /** Marks every good record `requote`: for an engine that does not agree with anything plainer. */
  respell?: boolean;
  /**
   * Told of every record in order, as it stands: `bytes` from `at` to `stop`, to be copied if kept.
   * `reason` is null of one that can be taken; a record too long to keep has no bytes.
   */
  onRecord?: (bytes: Buffer, at: number, stop: number, reason: Reason | null) => void;
}

export interface SplitResult {
  /** Records of the file without the header; empty lines are no records. */
  rows: number;
  /** Records that can be taken: `rows` less those marked with any reason but `requote`. */
  good: number;
  marks: MarkedRecords;
  /** What the first record ended with; records that end otherwise are marked `requote`. */
  newline: '\n' | '\r\n' | '\r';
}

export const LF = 0x0a;
export const CR = 0x0d;
export const QUOTE = 0x22;

const PLAIN = 0;
const DELIMITER = 1;
const NEWLINE = 2;
const REPLACEMENT = Buffer.from('\uFFFD', 'utf8');

/** Records that engines take for something else: what they make of the file is of no use. */
const readOtherwise: ReadonlySet<Reason> = new Set(['requote', 'nul', 'unclosed_quote']);

/** The field does not end in the bytes at hand. */
const OPEN = -1;
/** A quote stands where none may stand. */
const STRAY = -2;

/** Classes of bytes: plain ones are skipped in the inner loop, the others are looked at. */
const classesOf = (dialect: Dialect): Uint8Array => {
  const classes = new Uint8Array(256);
  classes.fill(3, QUOTE, QUOTE + 1);
  classes.fill(3, LF, LF + 1);
  classes.fill(3, CR, CR + 1);
  classes[dialect.delimiter] = DELIMITER;
  classes[dialect.newline] = NEWLINE;
  return classes;
};

/**
 * Whether a CR without LF stands in `[from, to)`: where records end in CR LF, engines take it for a
 * line end.
 */
const loneCr = (bytes: Buffer, from: number, to: number): boolean => {
  for (let i = from; i < to; i += 1) {
    if (bytes[i] === CR && bytes[i + 1] !== LF) return true;
  }
  return false;
};

/**
 * Cuts a stream of bytes into records. Feed it chunks in order with `push`, then `finish()` once.
 */
export class Splitter {
  readonly #options: SplitOptions;
  readonly #classes: Uint8Array;
  readonly #newline: number;
  readonly #marks = new MarkedRecords();
  #bytes: Buffer = Buffer.alloc(0);
  #pending: Buffer = Buffer.alloc(0);
  /** File offset of `#pending[0]`. */
  #base: number;
  #rows = 0;
  #good = 0;
  /** File offset of a record too long to keep, whose end is still awaited. */
  #overlong: number | null = null;
  #odd = false;
  /** The last byte seen of it was a CR. */
  #afterCr = false;
  /**
   * All bytes at hand are meaningful UTF-8 without NUL, so that no record needs a look of its own.
   */
  #clean = true;
  #strayAt = 0;
  /** Whether records end in CR LF, by the first of them. */
  #crlf: boolean | null = null;

  constructor(options: SplitOptions) {
    this.#options = options;
    this.#classes = classesOf(options.dialect);
    this.#newline = options.dialect.newline;
    this.#base = options.start;
  }

  /** Takes the next bytes of the file; the chunk may be reused afterwards. */
  push(chunk: Buffer): void {
    this.#advance(chunk, false);
  }

  /** Whether a record was met that no engine reads as it stands, or reads as something else. */
  get odd(): boolean {
    return this.#odd;
  }

  finish(): SplitResult {
    this.#advance(Buffer.alloc(0), true);
    return {
      rows: this.#rows,
      good: this.#good,
      marks: this.#marks,
      newline: this.#newline === CR ? '\r' : this.#crlf === true ? '\r\n' : '\n',
    };
  }

  #advance(chunk: Buffer, final: boolean): void {
    const rest = this.#pending.length;
    const size = rest + chunk.length;
    // One buffer for the whole file: what is pending moves to its front.
    const bytes = this.#bytes.length > size ? this.#bytes : Buffer.allocUnsafe(size * 2 + 1);
    this.#pending.copy(bytes, 0);
    chunk.copy(bytes, rest);
    this.#bytes = bytes;
    // A newline behind the last byte: the inner loop needs no check of its own for the end.
    bytes[size] = this.#newline;
    const used = this.#consume(bytes, size, final);
    this.#base += used;
    this.#pending = bytes.subarray(used, size);
  }

  #consume(bytes: Buffer, size: number, final: boolean): number {
    let at = 0;
    if (this.#overlong !== null) {
      const end = bytes.indexOf(this.#newline);
      if (end === size && !final) {
        if (size > 0) this.#afterCr = bytes[size - 1] === CR;
        return size;
      }
      const afterCr = end > 0 ? bytes[end - 1] === CR : this.#afterCr;
      this.#endOverlong(this.#base + end - (afterCr && this.#newline === LF ? 1 : 0));
      at = Math.min(end + 1, size);
    }
    this.#clean = this.#isClean(bytes, at, size, final);
    while (at < size) {
      const next = this.#record(bytes, at, size, final);
      if (next === OPEN) return this.#waitOrGiveUp(bytes, at, size, final);
      at = next;
    }
    return at;
  }

  /** One record from `at`. Gives where the next begins, or OPEN when more bytes are needed. */
  #record(bytes: Buffer, at: number, size: number, final: boolean): number {
    const classes = this.#classes;
    let fields = 1;
    let odd = false;
    let i = at;
    for (;;) {
      if (bytes[i] === QUOTE) {
        const open = i;
        i = this.#quoted(bytes, open, size, final);
        if (i === OPEN) return OPEN;
        if (i === STRAY) {
          // The line goes back whole: its end has to be here.
          if (!final && bytes.indexOf(this.#newline, at) === size) return OPEN;
          return this.#giveUp(bytes, at, this.#strayReason(at));
        }
        if (this.#crlf !== false && loneCr(bytes, open, i)) odd = true;
      }
      let kind = classes[bytes[i] as number];
      while (kind !== DELIMITER && kind !== NEWLINE) {
        if (kind !== PLAIN && !(bytes[i] === CR && bytes[i + 1] === LF)) odd = true;
        i += 1;
        kind = classes[bytes[i] as number];
      }
      if (kind === NEWLINE) break;
      fields += 1;
      i += 1;
    }
    if (i === size && !final) return OPEN;
    return this.#take(bytes, at, i, fields, odd, i === size);
  }

  /** From an opening quote to behind the closing one. */
  #quoted(bytes: Buffer, open: number, size: number, final: boolean): number {
    let i = open + 1;
    for (;;) {
      while (i < size && bytes[i] !== QUOTE) i += 1;
      if (i >= size) return OPEN;
      if (bytes[i + 1] === QUOTE && i + 1 < size) {
        i += 2;
        continue;
      }
      if (i + 1 === size && !final) return OPEN;
      const kind = this.#classes[bytes[i + 1] as number];
      if (kind === DELIMITER || kind === NEWLINE) return i + 1;
      const crlf = bytes[i + 1] === CR && (bytes[i + 2] === LF || (i + 2 >= size && final));
      if (crlf && this.#newline === LF) return i + 1;
      if (bytes[i + 1] === CR && i + 2 >= size) return OPEN;
      this.#strayAt = i;
      return STRAY;
    }
  }

  /**
   * Beyond the longest record nobody looks for the quote, so that chunks of any size judge alike.
   */
  #strayReason(at: number): Reason {
    return this.#strayAt - at + 2 <= this.#options.recordBytes ? 'stray_quote' : 'unclosed_quote';
  }

  /** Counts and, where needed, marks the record that ends at `end`; gives where the next begins. */
  #take(
    bytes: Buffer,
    at: number,
    end: number,
    fields: number,
    odd: boolean,
    last: boolean,
  ): number {
    const crlf = end > at && this.#newline === LF && bytes[end - 1] === CR;
    const stop = crlf ? end - 1 : end;
    if (stop === at) {
      this.#mark(at, stop, 'blank', 0);
      return end + 1;
    }
    if (fields !== this.#options.columns || stop - at > this.#options.recordBytes) {
      return this.#refuse(bytes, at, stop, end, fields);
    }
    this.#rows += 1;
    this.#crlf ??= crlf;
    // A lone CR at the end of the file would be a line end of its own kind.
    const unlike = last ? crlf : crlf !== this.#crlf;
    const fault = this.#clean ? null : this.#content(bytes, at, stop);
    if (fault === null) this.#good += 1;
    this.#options.onRecord?.(bytes, at, stop, fault);
    const respell = odd || unlike || this.#options.respell === true;
    if (fault !== null || respell) this.#mark(at, stop, fault ?? 'requote', fields);
    return end + 1;
  }

  /** A record with the wrong number of fields, or too long a one. */
  #refuse(bytes: Buffer, at: number, stop: number, end: number, fields: number): number {
    const severalLines = bytes.subarray(at, stop).includes(this.#newline);
    // It ran over a newline and came out wrong: the likeliest cause is a quote that should not be
    // there.
    if (severalLines) return this.#giveUp(bytes, at, 'unclosed_quote');
    const tooLong = stop - at > this.#options.recordBytes;
    const wrongCount = fields < this.#options.columns ? 'too_few' : 'too_many';
    const reason = tooLong ? 'too_long' : wrongCount;
    this.#rows += 1;
    this.#options.onRecord?.(bytes, at, stop, reason);
    this.#mark(at, stop, reason, tooLong ? 0 : fields);
    return end + 1;
  }

  #content(bytes: Buffer, at: number, stop: number): Reason | null {
    const record = bytes.subarray(at, stop);
    if (record.includes(0)) return 'nul';
    if (!isUtf8(record)) return 'encoding';
    return this.#options.transcoded && record.includes(REPLACEMENT) ? 'encoding' : null;
  }

  /** Gives back the physical line at `at` alone; reading goes on with the line behind it. */
  #giveUp(bytes: Buffer, at: number, reason: Reason): number {
    const end = bytes.indexOf(this.#newline, at);
    const crlf = this.#newline === LF && bytes[end - 1] === CR && end > at;
    const stop = crlf ? end - 1 : end;
    const why = stop - at > this.#options.recordBytes ? 'too_long' : reason;
    this.#rows += 1;
    this.#options.onRecord?.(bytes, at, stop, why);
    this.#mark(at, stop, why, 0);
    return end + 1;
  }

  #waitOrGiveUp(bytes: Buffer, at: number, size: number, final: boolean): number {
    let from = at;
    // One byte more than the longest record: a CR that belongs to its line end.
    while (from < size && (final || size - from > this.#options.recordBytes + 1)) {
      const end = bytes.indexOf(this.#newline, from);
      if (end === size && !final) {
        this.#overlong = this.#base + from;
        this.#afterCr = bytes[size - 1] === CR;
        return size;
      }
      from = this.#giveUp(bytes, from, 'unclosed_quote');
      while (from < size) {
        const next = this.#record(bytes, from, size, final);
        if (next === OPEN) break;
        from = next;
      }
    }
    return Math.min(from, size);
  }

  #endOverlong(end: number): void {
    const offset = this.#overlong ?? end;
    this.#overlong = null;
    this.#rows += 1;
    this.#marks.push({
      row: this.#rows,
      offset,
      length: end - offset,
      reason: 'too_long',
      fields: 0,
    });
  }

  #mark(at: number, stop: number, reason: Reason, fields: number): void {
    const offset = this.#base + at;
    if (readOtherwise.has(reason)) this.#odd = true;
    this.#marks.push({ row: this.#rows, offset, length: stop - at, reason, fields });
  }

  #isClean(bytes: Buffer, at: number, size: number, final: boolean): boolean {
    // Behind the last newline a character may be cut in two; no record that is taken now reaches
    // there.
    const end = final ? size : Math.max(bytes.lastIndexOf(this.#newline, size - 1) + 1, at);
    const whole = bytes.subarray(at, end);
    if (!isUtf8(whole) || whole.includes(0)) return false;
    return !this.#options.transcoded || !whole.includes(REPLACEMENT);
  }
}
