/**
 * A connection to somebody else's PostgreSQL, for reading it: every value stays the text the server
 * wrote, and rows come in pieces, never all at once.
 */
import pg from 'pg';
import Cursor from 'pg-cursor';

export interface ForeignOptions {
  /** Address to connect to; `name` is what its certificate must say. */
  address: string;
  name: string;
  port: number;
  database: string;
  user: string;
  password: string;
  tls: boolean;
  connectMs: number;
}

/**
 * A row as text in the order of the columns, and the type of each column as the server numbers it.
 */
export interface ForeignRow {
  values: readonly (string | null)[];
  types: readonly number[];
}

export interface Foreign {
  /** A short answer, by column names. */
  rows(text: string, values?: readonly string[]): Promise<Record<string, string | null>[]>;
  /** A long one, row by row; the server waits while the reader does. */
  stream(text: string, values: readonly string[]): AsyncGenerator<ForeignRow, void, void>;
  /** Ends at once, whatever is under way. */
  close(): void;
}

const atOnce = 1000;
const asText = { getTypeParser: () => (value: string) => value };

interface Shaped {
  _result: { fields: { dataTypeID: number }[] };
}

async function* stream(
  client: pg.Client,
  text: string,
  values: readonly string[],
): AsyncGenerator<ForeignRow, void, void> {
  const cursor = client.query(
    new Cursor<(string | null)[]>(text, [...values], { rowMode: 'array', types: asText }),
  );
  for (;;) {
    const rows = await cursor.read(atOnce);
    if (rows.length === 0) return;
    const { fields } = (cursor as unknown as Shaped)._result;
    const types = fields.map(({ dataTypeID }) => dataTypeID);
    for (const row of rows) yield { values: row, types };
  }
}

/**
 * Connects.
 * @throws errors of the driver, with the codes of PostgreSQL or of the socket
 */
export async function connectForeign(options: ForeignOptions): Promise<Foreign> {
  const { address, name, tls, connectMs, ...login } = options;
  const client = new pg.Client({
    ...login,
    host: address,
    connectionTimeoutMillis: connectMs,
    application_name: 'guantong',
    keepAlive: true,
    types: asText,
    ...(tls ? { ssl: { servername: name, rejectUnauthorized: true } } : {}),
  });
  // A connection that breaks while nobody waits for it is no reason to end the process.
  client.on('error', () => undefined);
  await client.connect();
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  return {
    rows: async (text, values = []) =>
      (await client.query<Record<string, string | null>>(text, [...values])).rows,
    stream: (text, values) => stream(client, text, values),
    close: () => connection.stream.destroy(),
  };
}
