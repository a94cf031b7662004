/** What is found out about the columns of a file, over all of its rows. */
import type { SemanticName } from '#catalogue';
import type { Bilingual } from '#kernel/errors';

/** The part of the engine that knowing needs: any DuckDB will do. */
export interface Sql {
  rows(sql: string): Promise<Record<string, unknown>[]>;
}

/** A column of a relation of text: its header and what SQL calls it. */
export interface ColumnSource {
  name: string;
  column: string;
}

export interface KnowOptions {
  /** Local day, ISO: births after it are not valid. */
  today: string;
  /** Most values in a thousand that may not fit the type or key they are told to have. */
  misfitPermille: number;
  /** Most different values of a closed set of codes. */
  codesMax: number;
  /** Rows drawn to see which questions are worth asking of all rows. */
  sampleRows: number;
  /** Headers of columns whose whole numbers are days of Excel. */
  excelDates?: readonly string[];
  /** Division codes in use here: evidence beside the shape. */
  divisions?: readonly string[];
}

/** A word that stands for "no value". */
export interface NullWord {
  word: string;
  count: number;
}

export interface Misfits {
  count: number;
  examples: string[];
}

/** What speaks for a meaning. */
export interface Evidence {
  semantic: SemanticName;
  /** Values that are valid, of how many that are not empty. */
  valid: number;
  of: number;
  share: number;
  /** The header speaks for it. */
  header: boolean;
  standard: string | null;
}

export interface KnownColumn {
  name: string;
  /** `text`, `integer`, `decimal(p,s)`, `date`, `timestamp` or `boolean`. */
  type: string;
  /** Patterns (strptime) found, most frequent first; empty for other types. */
  formats: string[];
  /** Set when day and month could be either in every value. */
  ambiguous: boolean;
  semanticType: SemanticName | null;
  evidence: Evidence | null;
  rows: number;
  /** Empty cells and words for "no value". */
  nulls: number;
  nullWords: NullWord[];
  /** Different values; estimated when `exact` is false. */
  distinct: number;
  exact: boolean;
  /** Smallest and largest value, as text; null when there is none. */
  min: string | null;
  max: string | null;
  minLength: number;
  maxLength: number;
  examples: string[];
  /** Share of the values that fit the type. */
  share: number;
  /** Values that do not fit the type. */
  misfits: Misfits;
  /** A form the values keep, and how many of them do. */
  pattern: { re2: string; fits: number; of: number } | null;
  /** All values with their counts, when they are few enough to be a code table. */
  codes: { value: string; count: number }[] | null;
  grade: 'L1' | 'L2' | 'L3' | 'L4';
  notes: Bilingual[];
}
