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
import { CR, closeOf, type Dialect, escaperOf, isLoose, LF, openOf, usesNul } from './dialect.ts';
import { MarkedRecords, type Reason } from './records.ts';

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
  /** No marks are kept, for whoever listens to every record anyway. */
  unmarked?: boolean;
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
  /** Byte offset of the first record and of every `placeEvery`th behind it. */
  places: number[];
  /** What the first record ended with; records that end otherwise are marked `requote`. */
  newline: '\n' | '\r\n' | '\r';
  /** Good records that end otherwise. */
  unlike: number;
}

/** Records between two places that are remembered. */
export const placeEvery = 64;

const PLAIN = 0;
const DELIMITER = 1;
const NEWLINE = 2;
/** Quotes and line ends that end no record: an engine may stumble over them. */
const ODD = 3;
const ESCAPE = 4;
const REPLACEMENT = Buffer.from('\uFFFD', 'utf8');

/** Records that engines take for something else: what they make of the file is of no use. */
const readOtherwise: ReadonlySet<Reason> = new Set(['requote', 'nul', 'unclosed_quote']);

/** The field does not end in the bytes at hand. */
const OPEN = -1;
/** A quote stands where none may stand. */
const STRAY = -2;

/** Classes of bytes: plain ones are skipped in the inner loop, the others are looked at. */
const classesOf = (dialect: Dialect): Uint8Array => {
  const { delimiter, quote, newline, mixed } = dialect;
  const escaper = escaperOf(dialect);
  const classes = new Uint8Array(256);
  const set = (byte: number | undefined, kind: number): void => {
    if (byte !== undefined) classes[byte] = kind;
  };
  set(Buffer.from(openOf(quote))[0], ODD);
  set(Buffer.from(closeOf(quote))[0], ODD);
  set(LF, ODD);
  set(CR, ODD);
  if (isLoose(escaper)) set(Buffer.from(escaper)[0], ESCAPE);
  set(Buffer.from(delimiter)[0], DELIMITER);
  set(newline, NEWLINE);
  if (mixed) set(CR, NEWLINE);
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
  readonly #mixed: boolean;
  /** More than one byte: the first is looked for, the others are compared. */
  readonly #delimiter: Buffer;
  readonly #open: Buffer;
  readonly #close: Buffer;
  readonly #doubled: boolean;
  /** The byte that stands before a quote inside quotes; OPEN when none does. */
  readonly #escaper: number;
  readonly #nul: boolean;
  readonly #marks = new MarkedRecords();
  #bytes: Buffer = Buffer.alloc(0);
  #pending: Buffer = Buffer.alloc(0);
  /** File offset of `#pending[0]`. */
  #base: number;
  #rows = 0;
  #good = 0;
  /** File offset of a record too long to keep, whose end is still awaited. */
  #overlong: number | null = null;
  readonly #places: number[] = [];
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
  /** Records that end otherwise than the first. */
  #unlike = 0;

  constructor(options: SplitOptions) {
    const { dialect } = options;
    this.#options = options;
    this.#classes = classesOf(dialect);
    this.#newline = dialect.newline;
    this.#mixed = dialect.mixed;
    this.#delimiter = Buffer.from(dialect.delimiter);
    this.#open = Buffer.from(openOf(dialect.quote));
    this.#close = Buffer.from(closeOf(dialect.quote));
    this.#doubled = dialect.escape !== '' && dialect.escape === closeOf(dialect.quote);
    this.#escaper = Buffer.from(escaperOf(dialect))[0] ?? OPEN;
    this.#nul = usesNul(dialect);
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
      places: this.#places,
      newline: this.#newline === CR ? '\r' : this.#crlf === true ? '\r\n' : '\n',
      unlike: this.#unlike,
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
      const end = this.#lineEnd(bytes, 0, size);
      if (end === size && !final) {
        if (size > 0) this.#afterCr = bytes[size - 1] === CR;
        return size;
      }
      if (this.#awaitsLf(bytes, end, size, final)) return end;
      const afterCr = end > 0 ? bytes[end - 1] === CR : this.#afterCr;
      const isCrlf = afterCr && this.#newline === LF && !this.#mixed;
      this.#endOverlong(this.#base + end - (isCrlf ? 1 : 0));
      at = Math.min(this.#behind(bytes, end, size), size);
    }
    this.#clean = this.#isClean(bytes, at, size, final);
    while (at < size) {
      const next = this.#record(bytes, at, size, final);
      if (next === OPEN) return this.#waitOrGiveUp(bytes, at, size, final);
      at = next;
    }
    return Math.min(at, size);
  }

  /** The next line end from `at`, at most `size`, where one always stands. */
  #lineEnd(bytes: Buffer, at: number, size: number): number {
    if (!this.#mixed) return bytes.indexOf(this.#newline, at);
    let end = at;
    while (end < size && bytes[end] !== LF && bytes[end] !== CR) end += 1;
    return end;
  }

  /** Whether a CR ends the bytes at hand, so that nobody knows yet whether LF follows. */
  #awaitsLf(bytes: Buffer, end: number, size: number, final: boolean): boolean {
    return this.#mixed && !final && end === size - 1 && bytes[end] === CR;
  }

  /** Where the next record begins behind the line end at `end`. */
  #behind(bytes: Buffer, end: number, size: number): number {
    const isTwo = this.#mixed && bytes[end] === CR && bytes[end + 1] === LF && end + 1 < size;
    return isTwo ? end + 2 : end + 1;
  }

  /** Where the record ends that its line end at `end` closes. */
  #stop(bytes: Buffer, at: number, end: number): number {
    const isCrlf = this.#newline === LF && !this.#mixed && end > at && bytes[end - 1] === CR;
    return isCrlf ? end - 1 : end;
  }

  /** Whether `what` stands at `at`: 1 yes, 0 no, OPEN when that cannot be told yet. */
  #stands(what: Buffer, bytes: Buffer, at: number, size: number, final: boolean): number {
    for (let k = 0; k < what.length; k += 1) {
      if (at + k >= size) return final ? 0 : OPEN;
      if (bytes[at + k] !== what[k]) return 0;
    }
    return 1;
  }

  /** One record from `at`. Gives where the next begins, or OPEN when more bytes are needed. */
  #record(bytes: Buffer, at: number, size: number, final: boolean): number {
    const classes = this.#classes;
    const width = this.#delimiter.length;
    const open = this.#open[0] ?? OPEN;
    let fields = 1;
    let odd = false;
    let i = at;
    for (;;) {
      if (bytes[i] === open && i < size) {
        const stands =
          this.#open.length === 1 ? 1 : this.#stands(this.#open, bytes, i, size, final);
        if (stands === OPEN) return OPEN;
        if (stands === 1) {
          const from = i;
          i = this.#quoted(bytes, from, size, final);
          if (i === OPEN) return OPEN;
          if (i === STRAY) return this.#stray(bytes, at, size, final);
          if (this.#crlf !== false && loneCr(bytes, from, i)) odd = true;
        }
      }
      // Most fields end in the first byte that is not plain: only others are looked at closely.
      let kind = classes[bytes[i] as number];
      while (kind === PLAIN) {
        i += 1;
        kind = classes[bytes[i] as number];
      }
      if (kind === NEWLINE) break;
      if (kind !== DELIMITER || width !== 1) {
        i = this.#fieldEnd(bytes, i, size, final);
        if (i === OPEN) return OPEN;
        odd = this.#sawOdd || odd;
        if (classes[bytes[i] as number] === NEWLINE) break;
      }
      fields += 1;
      i += width;
    }
    if (i === size && !final) return OPEN;
    if (this.#awaitsLf(bytes, i, size, final)) return OPEN;
    return this.#take(bytes, at, i, size, fields, odd);
  }

  #sawOdd = false;

  /** The delimiter or line end behind a field; `#sawOdd` tells of quotes and the like in it. */
  #fieldEnd(bytes: Buffer, from: number, size: number, final: boolean): number {
    const classes = this.#classes;
    let i = from;
    this.#sawOdd = false;
    for (;;) {
      let kind = classes[bytes[i] as number];
      while (kind === PLAIN) {
        i += 1;
        kind = classes[bytes[i] as number];
      }
      if (kind === NEWLINE) return i;
      if (kind === DELIMITER) {
        if (this.#delimiter.length === 1) return i;
        const stands = this.#stands(this.#delimiter, bytes, i, size, final);
        if (stands === 1) return i;
        if (stands === OPEN) return OPEN;
      } else if (kind === ESCAPE) {
        if (i + 1 >= size && !final) return OPEN;
        this.#sawOdd = true;
        if (i + 1 < size) i += 1;
      } else if (!(bytes[i] === CR && bytes[i + 1] === LF)) {
        this.#sawOdd = true;
      }
      i += 1;
    }
  }

  /** From an opening quote to behind the closing one. */
  #quoted(bytes: Buffer, open: number, size: number, final: boolean): number {
    const close = this.#close[0];
    const width = this.#close.length;
    const escaper = this.#escaper;
    const before = escaper === OPEN ? close : escaper;
    let i = open + this.#open.length;
    for (;;) {
      while (i < size && bytes[i] !== close && bytes[i] !== before) i += 1;
      if (i >= size) return OPEN;
      if (bytes[i] === escaper) {
        if (i + 1 >= size) return OPEN;
        const next = bytes[i + 1];
        i += next === escaper || next === close ? 2 : 1;
        continue;
      }
      if (width > 1) {
        const stands = this.#stands(this.#close, bytes, i, size, final);
        if (stands === OPEN) return OPEN;
        if (stands === 0) {
          i += 1;
          continue;
        }
      }
      const after = i + width;
      if (after === size) return final ? after : OPEN;
      if (this.#doubled) {
        const twice = this.#stands(this.#close, bytes, after, size, final);
        if (twice === OPEN) return OPEN;
        if (twice === 1) {
          i = after + width;
          continue;
        }
      }
      const ends = this.#mayEnd(bytes, after, size, final);
      if (ends === OPEN) return OPEN;
      if (ends === 1) return after;
      if (this.#options.dialect.escape === '') {
        i = after;
        continue;
      }
      this.#strayAt = i;
      return STRAY;
    }
  }

  /** Whether a field may end at `at`, before a delimiter or a line end: 1, 0 or OPEN. */
  #mayEnd(bytes: Buffer, at: number, size: number, final: boolean): number {
    const kind = this.#classes[bytes[at] as number];
    if (kind === NEWLINE) return 1;
    if (kind === DELIMITER) {
      return this.#delimiter.length === 1
        ? 1
        : this.#stands(this.#delimiter, bytes, at, size, final);
    }
    if (bytes[at] !== CR || this.#newline !== LF) return 0;
    if (at + 1 >= size) return final ? 1 : OPEN;
    return bytes[at + 1] === LF ? 1 : 0;
  }

  /** A quote that should not be there: the line goes back whole, so its end has to be here. */
  #stray(bytes: Buffer, at: number, size: number, final: boolean): number {
    const end = this.#lineEnd(bytes, at, size);
    if (end === size && !final) return OPEN;
    if (this.#awaitsLf(bytes, end, size, final)) return OPEN;
    return this.#giveUp(bytes, at, size, this.#strayReason(at));
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
    size: number,
    fields: number,
    odd: boolean,
  ): number {
    const stop = this.#stop(bytes, at, end);
    const next = this.#behind(bytes, end, size);
    if (stop === at) {
      this.#mark(at, stop, 'blank', 0);
      return next;
    }
    if (fields !== this.#options.columns || stop - at > this.#options.recordBytes) {
      return this.#refuse(bytes, at, end, size, fields);
    }
    const crlf = stop < end || next === end + 2;
    this.#count(this.#base + at);
    this.#crlf ??= crlf;
    // A lone CR at the end of the file would be a line end of its own kind.
    const unlike = end === size ? crlf : crlf !== this.#crlf || (this.#mixed && bytes[end] === CR);
    if (unlike) this.#unlike += 1;
    const fault = this.#clean ? null : this.#content(bytes, at, stop);
    if (fault === null) this.#good += 1;
    this.#options.onRecord?.(bytes, at, stop, fault);
    if (fault !== null || odd || unlike) this.#mark(at, stop, fault ?? 'requote', fields);
    return next;
  }

  /** A record with the wrong number of fields, or too long a one. */
  #refuse(bytes: Buffer, at: number, end: number, size: number, fields: number): number {
    const stop = this.#stop(bytes, at, end);
    const tooLong = stop - at > this.#options.recordBytes;
    // It ran over newlines and came out wrong: where whole rows stand behind one of them, the cause
    // is a quote that should not be there; else a cell holds lines, and the row is a ragged one.
    const first = this.#lineEnd(bytes, at, size);
    if (first < stop && (tooLong || this.#holdsRow(bytes, first, end, size))) {
      return this.#giveUp(bytes, at, size, 'unclosed_quote');
    }
    const wrongCount = fields < this.#options.columns ? 'too_few' : 'too_many';
    const reason = tooLong ? 'too_long' : wrongCount;
    this.#count(this.#base + at);
    this.#options.onRecord?.(bytes, at, stop, reason);
    this.#mark(at, stop, reason, tooLong ? 0 : fields);
    return this.#behind(bytes, end, size);
  }

  /** Whether a line between the line ends at `first` and `last` has the delimiters of a whole row. */
  #holdsRow(bytes: Buffer, first: number, last: number, size: number): boolean {
    for (let at = this.#behind(bytes, first, size); at < last; ) {
      const end = Math.min(this.#lineEnd(bytes, at, size), last);
      let fields = 1;
      for (let i = at; i < end; i += 1) {
        if (this.#stands(this.#delimiter, bytes, i, end, true) === 1) fields += 1;
      }
      if (fields >= this.#options.columns) return true;
      at = this.#behind(bytes, end, size);
    }
    return false;
  }

  #content(bytes: Buffer, at: number, stop: number): Reason | null {
    const record = bytes.subarray(at, stop);
    if (!this.#nul && record.includes(0)) return 'nul';
    if (!isUtf8(record)) return 'encoding';
    return this.#options.transcoded && record.includes(REPLACEMENT) ? 'encoding' : null;
  }

  /** Gives back the physical line at `at` alone; reading goes on with the line behind it. */
  #giveUp(bytes: Buffer, at: number, size: number, reason: Reason): number {
    const end = this.#lineEnd(bytes, at, size);
    const stop = this.#stop(bytes, at, end);
    const why = stop - at > this.#options.recordBytes ? 'too_long' : reason;
    this.#count(this.#base + at);
    this.#options.onRecord?.(bytes, at, stop, why);
    this.#mark(at, stop, why, 0);
    return this.#behind(bytes, end, size);
  }

  #waitOrGiveUp(bytes: Buffer, at: number, size: number, final: boolean): number {
    let from = at;
    // One byte more than the longest record: a CR that belongs to its line end.
    while (from < size && (final || size - from > this.#options.recordBytes + 1)) {
      const end = this.#lineEnd(bytes, from, size);
      if (this.#awaitsLf(bytes, end, size, final)) return from;
      if (end === size && !final) {
        this.#overlong = this.#base + from;
        this.#afterCr = bytes[size - 1] === CR;
        return size;
      }
      from = this.#giveUp(bytes, from, size, 'unclosed_quote');
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
    const reason = 'too_long';
    this.#overlong = null;
    this.#count(offset);
    this.#options.onRecord?.(Buffer.alloc(0), 0, 0, reason);
    this.#marks.push({ row: this.#rows, offset, length: end - offset, reason, fields: 0 });
  }

  #count(offset: number): void {
    if (this.#rows % placeEvery === 0) this.#places.push(offset);
    this.#rows += 1;
  }

  #mark(at: number, stop: number, reason: Reason, fields: number): void {
    if (readOtherwise.has(reason)) this.#odd = true;
    if (this.#options.unmarked === true) return;
    const offset = this.#base + at;
    this.#marks.push({ row: this.#rows, offset, length: stop - at, reason, fields });
  }

  #isClean(bytes: Buffer, at: number, size: number, final: boolean): boolean {
    // Behind the last newline a character may be cut in two; no record that is taken now reaches
    // there.
    const last = bytes.lastIndexOf(this.#newline, size - 1);
    const end = final ? size : Math.max(last + 1, at);
    const whole = bytes.subarray(at, this.#mixed ? size : end);
    if (!isUtf8(whole) || (!this.#nul && whole.includes(0))) return false;
    return !this.#options.transcoded || !whole.includes(REPLACEMENT);
  }
}
