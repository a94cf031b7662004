/**
 * A growable list of exceptional records, in typed arrays: a million bad rows cost 25 MB, not 200.
 */

/**
 * Why a record could not be taken as it stands. `requote` records are good, only spelt unusually;
 * `blank` lines are no records at all.
 */
export const REASONS = [
  'requote',
  'blank',
  'too_few',
  'too_many',
  'stray_quote',
  'unclosed_quote',
  'too_long',
  'nul',
  'encoding',
] as const;

export type Reason = (typeof REASONS)[number];

export interface MarkedRecord {
  /**
   * 1-based number of the record in its file, header not counted; for a blank line that of the
   * record before.
   */
  row: number;
  /** Byte offset of its first byte. */
  offset: number;
  /** Bytes without the newline. */
  length: number;
  reason: Reason;
  /** Fields found; 0 when the record could not be cut into fields. */
  fields: number;
}

/** The list as plain arrays, for another thread. */
export interface PackedRecords {
  size: number;
  numbers: Float64Array<ArrayBuffer>;
  small: Uint32Array<ArrayBuffer>;
}

export class MarkedRecords {
  /** Gives back what `pack` gave. */
  static unpack({ size, numbers, small }: PackedRecords): MarkedRecords {
    const records = new MarkedRecords();
    records.#size = size;
    records.#numbers = numbers;
    records.#small = small;
    return records;
  }

  #size = 0;
  #numbers = new Float64Array(64 * 3);
  #small = new Uint32Array(64 * 2);

  get size(): number {
    return this.#size;
  }

  push(mark: MarkedRecord): void {
    if (this.#size * 3 === this.#numbers.length) this.#grow();
    this.#numbers.set([mark.row, mark.offset, mark.length], this.#size * 3);
    this.#small.set([REASONS.indexOf(mark.reason), mark.fields], this.#size * 2);
    this.#size += 1;
  }

  pack(): PackedRecords {
    return { size: this.#size, numbers: this.#numbers, small: this.#small };
  }

  at(index: number): MarkedRecord {
    const number = (k: number): number => this.#numbers[index * 3 + k] ?? 0;
    return {
      row: number(0),
      offset: number(1),
      length: number(2),
      reason: REASONS[this.#small[index * 2] ?? 0] ?? 'requote',
      fields: this.#small[index * 2 + 1] ?? 0,
    };
  }

  *[Symbol.iterator](): Generator<MarkedRecord> {
    for (let index = 0; index < this.#size; index += 1) yield this.at(index);
  }

  #grow(): void {
    const numbers = new Float64Array(this.#numbers.length * 2);
    numbers.set(this.#numbers);
    const small = new Uint32Array(this.#small.length * 2);
    small.set(this.#small);
    this.#numbers = numbers;
    this.#small = small;
  }
}

/** Whether the record is no row that can be taken and has to go back. */
export const isReturned = (mark: Pick<MarkedRecord, 'reason'>): boolean =>
  mark.reason !== 'requote' && mark.reason !== 'blank';
