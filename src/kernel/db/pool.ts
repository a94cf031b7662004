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

/** Waiting longer for a free connection means that everybody waits for everybody: say so. */
const longestWaitMs = 30_000;

/** A pool on `url`; sessions speak UTC. */
export function makePool(url: string, size: number): pg.Pool {
  const pool = new pg.Pool({
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
