/** Tables of MySQL and MariaDB: rows as they come off the wire, inside one snapshot. */
import { connect as connectSocket, type Socket } from 'node:net';
import type { Connection as CallbackConnection } from 'mysql2';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { DatabaseOptions } from '../../../model/source.ts';
import type { DatabaseDriver, Reached } from './database.ts';

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

const tableOf = ({ schema, table }: DatabaseOptions): string =>
  schema === undefined ? quoted(table) : `${quoted(schema)}.${quoted(table)}`;

interface Column {
  name: string;
  type: string;
}

const binary = new Set(['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob']);
const spatial = /^(geometry|point|linestring|polygon|multi|geomcollection|geometrycollection)/;

/**
 * What is asked for instead of a column whose text would lose something: FLOAT is cut to six
 * digits unless it is made a double; bytes are no text; a bit is a number.
 */
function selected({ name, type }: Column): string {
  const column = quoted(name);
  if (type === 'float') return `${column} + 0e0`;
  if (type === 'bit') return `cast(${column} as unsigned)`;
  if (binary.has(type)) return `concat('\\\\x', lower(hex(${column})))`;
  return spatial.test(type) ? `st_astext(${column})` : column;
}

const zeroDate = /^0000-00-00/;

/** TIMESTAMP is an instant (the session is in UTC); a zero date is no date and stays as it is. */
const spelt = (value: string | null, { type }: Column): string | null =>
  value === null || type !== 'timestamp' || zeroDate.test(value)
    ? value
    : `${value.replace(' ', 'T')}+00:00`;

/** To the address that was checked; a certificate is asked for the name it was reached by. */
function socketTo(address: string, port: number, name: string): Socket {
  const socket = connectSocket({ host: address, port });
  // Where the server is known by its address, Node compares the certificate with this.
  return Object.assign(socket, { _host: name });
}

const connect = ({ address, options, password, connectMs }: Reached): Promise<Connection> =>
  createConnection({
    host: options.host,
    stream: () => socketTo(address, options.port ?? 3306, options.host),
    database: options.database,
    user: options.user,
    password,
    connectTimeout: connectMs,
    enableKeepAlive: true,
    charset: 'utf8mb4',
    ...(options.tls ? { ssl: { rejectUnauthorized: true, verifyIdentity: true } } : {}),
  });

interface ColumnRow extends RowDataPacket, Column {}

async function columnsOf(connection: Connection, options: DatabaseOptions): Promise<Column[]> {
  const [rows] = await connection.query<ColumnRow[]>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_schema = ? and table_name = ? order by ordinal_position`,
    [options.schema ?? options.database, options.table],
  );
  const found = rows.map(({ name, type }) => ({ name, type: type.toLowerCase() }));
  if (options.columns === undefined) return found;
  return options.columns.map(
    (name) => found.find((one) => one.name === name) ?? { name, type: 'text' },
  );
}

const times = new Set(['datetime', 'timestamp', 'date']);
const numbers = /^(tinyint|smallint|mediumint|int|bigint|decimal|float|double|year)$/;

interface TopRow extends RowDataPacket {
  top: string | null;
}

async function markOf(
  connection: Connection,
  options: DatabaseOptions,
  type: string,
  since: string | null,
): Promise<{ where: string; values: (string | number)[]; watermark: string | null }> {
  const { column, overlap } = options.watermark ?? { column: '', overlap: 0 };
  const name = quoted(column);
  const [rows] = await connection.query<TopRow[]>(
    `select cast(max(${name}) as char) as top from ${tableOf(options)}`,
  );
  const top = rows[0]?.top ?? null;
  if (since === null) return { where: '', values: [], watermark: top };
  const watermark = top ?? since;
  if (times.has(type)) {
    const where = ` where ${name} >= date_sub(?, interval ? second)`;
    return { where, values: [since, overlap], watermark };
  }
  if (numbers.test(type)) {
    return { where: ` where ${name} >= ? - ?`, values: [since, overlap], watermark };
  }
  return { where: ` where ${name} >= ?`, values: [since], watermark };
}

interface RawConnection extends CallbackConnection {
  stream: Socket;
}

const lost = (): Error => Object.assign(new Error('closed'), { code: 'PROTOCOL_CONNECTION_LOST' });

async function* rowsOf(
  connection: Connection,
  columns: Column[],
  query: { sql: string; values: (string | number)[] },
): AsyncGenerator<(string | null)[], void, void> {
  const raw = (connection as unknown as { connection: RawConnection }).connection;
  // The stream holds the wire back while rows wait: no table is ever in memory.
  const stream = raw
    .query({
      ...query,
      rowsAsArray: true,
      typeCast: (field: { string(): string | null }) => field.string(),
    })
    .stream({ highWaterMark: 500 });
  // The driver does not tell the stream when the server goes; it would wait for ever.
  raw.stream.once('close', () => stream.destroy(lost()));
  raw.once('error', (error: Error) => stream.destroy(error));
  for await (const row of stream as AsyncIterable<(string | null)[]>) {
    yield row.map((value, at) => spelt(value, columns[at] as Column));
  }
}

interface CountRow extends RowDataPacket {
  n: number | null;
}

export const mysql: DatabaseDriver = {
  read: async (reached, since) => {
    const { options } = reached;
    const connection = await connect(reached);
    connection.on('error', () => undefined);
    const close = async (): Promise<void> => connection.destroy();
    reached.signal.addEventListener('abort', () => void close(), { once: true });
    try {
      reached.signal.throwIfAborted();
      // An empty mode gives zero dates as they are, so that they can be handed back.
      await connection.query(`set time_zone = '+00:00', sql_mode = '', net_write_timeout = 3600`);
      await connection.query('start transaction with consistent snapshot, read only');
      const columns = await columnsOf(connection, options);
      const [counts] = await connection.query<CountRow[]>(
        `select table_rows as n from information_schema.tables
         where table_schema = ? and table_name = ?`,
        [options.schema ?? options.database, options.table],
      );
      const guess = Number(counts[0]?.n ?? 0);
      const marked = columns.find(({ name }) => name === options.watermark?.column);
      const mark =
        options.watermark === undefined
          ? { where: '', values: [], watermark: null }
          : await markOf(connection, options, marked?.type ?? 'text', since);
      const list = columns.length === 0 ? '*' : columns.map(selected).join(', ');
      const sql = `select ${list} from ${tableOf(options)}${mark.where}`;
      if (columns.length === 0) await connection.query(`${sql} limit 0`);
      return {
        columns: columns.map(({ name }) => name),
        guess: guess > 0 && since === null ? guess : null,
        watermark: mark.watermark,
        rows: rowsOf(connection, columns, { sql, values: mark.values }),
        close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  },
};
