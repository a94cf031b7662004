/** The trusted engine of this process: DuckDB in memory, spilling under the lake's home. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { lakeErrors } from './errors.ts';
import type { Engine } from './model.ts';
import { columnsOf, toJson } from './values.ts';

export interface TrustedEngine extends Engine {
  /**
   * Runs `work` on one connection, so that temporary tables live from one statement to the next.
   */
  with<T>(work: (session: Engine) => Promise<T>): Promise<T>;
  close(): void;
}

export interface EngineOptions {
  /** Folder for what does not fit in memory. */
  spill: string;
  memoryMb: number;
  threads: number;
}

const session = (connection: DuckDBConnection): Engine => ({
  run: async (sql) => {
    await connection.run(sql);
  },
  rows: async (sql) => {
    const result = await connection.run(sql);
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
  const using = async <T>(work: (session: Engine) => Promise<T>): Promise<T> => {
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
    run: (sql) => using((open) => open.run(sql)),
    rows: (sql) => using((open) => open.rows(sql)),
    close: () => {
      isOpen = false;
      instance.closeSync();
    },
  };
}
