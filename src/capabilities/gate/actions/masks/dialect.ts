/**
 * The few functions masks are written in, once for DuckDB and once for PostgreSQL. Text is counted
 * in code points in both; patterns use no class that the two read differently (`\d`, `\w`, `.`).
 */

export interface Dialect {
  name: 'duckdb' | 'postgres';
  /** True when the whole text matches. */
  matches: (text: string, pattern: string) => string;
  /** What of the text, from its beginning, matches; null when nothing does. */
  begins: (text: string, pattern: string) => string;
  /** Every match of the pattern replaced. */
  replaceAll: (text: string, pattern: string, by: string) => string;
  /** Text of checked digits as an exact number. */
  number: (text: string) => string;
  /** Text of checked degrees as an exact number. */
  degrees: (text: string) => string;
  /** The instant as `2026-11-20T07:41:00.000000Z`, from how this side holds it. */
  instant: (value: string) => string;
  /** UTF-8 bytes of a text. */
  bytes: (text: string) => string;
  /** Bytes from hexadecimal digits. */
  unhex: (digits: string) => string;
  /** SHA-256 of bytes as hexadecimal digits. */
  sha256: (bytes: string) => string;
}

export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const duckdb: Dialect = {
  name: 'duckdb',
  matches: (text, pattern) => `regexp_full_match(${text}, ${quote(pattern)})`,
  begins: (text, pattern) => `nullif(regexp_extract(${text}, ${quote(`^${pattern}`)}), '')`,
  replaceAll: (text, pattern, by) =>
    `regexp_replace(${text}, ${quote(pattern)}, ${quote(by)}, 'g')`,
  number: (text) => `cast(${text} as decimal(38, 10))`,
  degrees: (text) => `cast(${text} as decimal(18, 10))`,
  instant: (value) => `strftime(cast(${value} as timestamp), '%Y-%m-%dT%H:%M:%S.%fZ')`,
  bytes: (text) => `encode(${text})`,
  unhex: (digits) => `unhex(${digits})`,
  sha256: (bytes) => `sha256(${bytes})`,
};

const postgres: Dialect = {
  name: 'postgres',
  matches: (text, pattern) => `(${text} ~ ${quote(`^(?:${pattern})$`)})`,
  begins: (text, pattern) => `substring(${text} from ${quote(`^${pattern}`)})`,
  replaceAll: (text, pattern, by) =>
    `regexp_replace(${text}, ${quote(pattern)}, ${quote(by)}, 'g')`,
  number: (text) => `cast(${text} as numeric(38, 10))`,
  degrees: (text) => `cast(${text} as decimal(18, 10))`,
  instant: (value) =>
    `to_char(cast(${value} as timestamptz) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  bytes: (text) => `convert_to(${text}, 'UTF8')`,
  unhex: (digits) => `decode(${digits}, 'hex')`,
  sha256: (bytes) => `encode(sha256(${bytes}), 'hex')`,
};

export const dialects = { duckdb, postgres };
export type DialectName = keyof typeof dialects;
