/** The pool and its type parsers, set once. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { dbErrors } from './errors.ts';

/** Tables are each capability's own: `ctx.db.withTables<CaseTables>()`. */
// biome-ignore lint/suspicious/noEmptyInterface: the empty schema is the point
export interface NoTables {}

export type Db = Kysely<NoTables>;

const int8 = 20;
const int8Array = 1016;
const date = 1082;
const dateArray = 1182;

/** `bigint` as a number. @throws db.unsafe_integer beyond 2^53 */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw dbErrors.make('unsafe_integer', { value: text });
  return value;
}

const listOf =
  <T>(parse: (text: string) => T) =>
  (text: string): T[] =>
    text === '{}' ? [] : text.slice(1, -1).split(',').map(parse);

/**
 * int8 -> number, date -> `YYYY-MM-DD` text, numeric -> text (money, area), timestamptz -> Date.
 */
const parsers: Record<number, (text: string) => unknown> = {
  [int8]: parseInt8,
  [int8Array]: listOf(parseInt8),
  [date]: (text) => text,
  [dateArray]: listOf((text) => text),
};

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    parsers[oid] ?? pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
};

/**
 * Begins a statement that is asked thousands of times a second: its connection parses and plans it
 * once. The text must be one of few: what varies goes into parameters.
 */
export const prepared = '/* prepared */ ';
/** Plans cost the server memory, on each connection; whatever comes later is planned each time. */
const mostPrepared = 200;

class PreparingClient extends pg.Client {
  readonly #names = new Map<string, string>();

  // `pg` declares a dozen forms of one method; only that of a text with its values is looked at.
  override query(...args: unknown[]): never {
    const [text, values, ...rest] = args;
    const name = typeof text === 'string' && Array.isArray(values) ? this.#nameOf(text) : undefined;
    const asked = name === undefined ? args : [{ name, text, values }, ...rest];
    return super.query(...(asked as Parameters<pg.Client['query']>)) as unknown as never;
  }

  #nameOf(text: string): string | undefined {
    if (!text.startsWith(prepared)) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= mostPrepared) return known;
    const name = `prepared_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

/** Waiting longer for a free connection means that everybody waits for everybody: say so. */
const longestWaitMs = 30_000;

/** A pool on `url`; sessions speak UTC. */
export function makePool(url: string, size: number): pg.Pool {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: url,
    max: size,
    types,
    options: '-c timezone=UTC',
    application_name: 'guantong',
    keepAlive: true,
    connectionTimeoutMillis: longestWaitMs,
  });
  // A server that goes away breaks idle connections and those at work: the next query on one of
  // them reports it to whoever asks. Without a listener the broken connection would end the whole
  // process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Kysely over a pool. */
export const makeDb = (pool: pg.Pool): Db =>
  new Kysely<NoTables>({ dialect: new PostgresDialect({ pool }) });
