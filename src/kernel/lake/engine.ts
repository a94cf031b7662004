/** The trusted engine of this process: DuckDB in memory, spilling under the lake's home. */
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBMaterializedResult,
} from '@duckdb/node-api';
import { lakeErrors } from './errors.ts';
import type { Engine } from './model.ts';
import { columnsOf, toJson } from './values.ts';

/** One connection: temporary tables live from one statement to the next. */
export interface Session extends Engine {
  /**
   * The columns of a query, piece by piece, all of 64 or all of 32 bits without a sign: as words,
   * low first. For millions of numbers that must not become objects.
   */
  words(sql: string): AsyncIterable<Uint32Array[]>;
  /** Adds rows of whole numbers to a temporary table. */
  append(table: string, rows: Iterable<readonly (bigint | null)[]>): Promise<void>;
}

export interface TrustedEngine extends Engine {
  /**
   * Runs `work` on one connection, so that temporary tables live from one statement to the next.
   */
  with<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): void;
}

export interface EngineOptions {
  /** Folder for what does not fit in memory. */
  spill: string;
  memoryMb: number;
  threads: number;
}

/** Runs statements until the signal says otherwise; then its reason is thrown. */
async function running(
  connection: DuckDBConnection,
  sql: string,
  signal: AbortSignal | undefined,
): Promise<DuckDBMaterializedResult> {
  signal?.throwIfAborted();
  const stop = (): void => connection.interrupt();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await connection.run(sql);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** The engine's own memory of a vector of numbers; its type names it nowhere. */
function wordsOf(vector: unknown, rows: number): Uint32Array {
  const { items } = vector as { items?: unknown };
  if (!(items instanceof BigUint64Array || items instanceof Uint32Array)) {
    throw new Error('not a vector of numbers without a sign');
  }
  const width = items.BYTES_PER_ELEMENT / 4;
  return new Uint32Array(items.buffer, items.byteOffset, rows * width);
}

async function* streamWords(
  connection: DuckDBConnection,
  sql: string,
): AsyncIterable<Uint32Array[]> {
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const { rowCount, columnCount } = chunk;
    yield Array.from({ length: columnCount }, (_, at) =>
      wordsOf(chunk.getColumnVector(at), rowCount),
    );
  }
}

const session = (connection: DuckDBConnection): Session => ({
  words: (sql) => streamWords(connection, sql),
  append: async (table, rows) => {
    const appender = await connection.createAppender(table, 'main', 'temp');
    try {
      for (const row of rows) {
        for (const value of row) {
          if (value === null) appender.appendNull();
          else appender.appendUBigInt(value);
        }
        appender.endRow();
      }
    } finally {
      appender.closeSync();
    }
  },
  run: async (sql, { signal } = {}) => {
    await running(connection, sql, signal);
  },
  rows: async (sql, { signal } = {}) => {
    const result = await running(connection, sql, signal);
    const names = columnsOf(result).map((column) => column.name);
    const rows = await result.getRows();
    return rows.map((row) =>
      Object.fromEntries(names.map((name, at) => [name, toJson(row[at] ?? null)])),
    );
  },
});

export async function openEngine(options: EngineOptions): Promise<TrustedEngine> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${options.memoryMb}MB`,
    threads: String(options.threads),
    temp_directory: options.spill,
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const first = await instance.connect();
  await first.run("set global TimeZone='UTC'");
  first.closeSync();
  let isOpen = true;
  const using = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    if (!isOpen) throw lakeErrors.make('closed');
    const connection = await instance.connect();
    try {
      return await work(session(connection));
    } finally {
      connection.closeSync();
    }
  };
  return {
    with: using,
    run: (sql, options) => using((open) => open.run(sql, options)),
    rows: (sql, options) => using((open) => open.rows(sql, options)),
    close: () => {
      isOpen = false;
      instance.closeSync();
    },
  };
}
