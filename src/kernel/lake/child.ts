/**
 * The child process that runs SQL of people and packs. It knows nothing but what one message tells
 * it, opens a fresh engine for every query, locks it, answers and throws the engine away. The
 * parent may kill it at any time.
 */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Column, JsonScalar } from './model.ts';
import { nameList, quoteName, textList } from './sqltext.ts';
import { columnsOf, toJson } from './values.ts';

export interface ChildJob {
  id: number;
  /** Written by the engine from the checked tree. */
  sql: string;
  relations: { name: string; sql: string; columns: Column[] }[];
  /** Every file the relations name: all this engine may open. */
  files: string[];
  params: Record<string, JsonScalar>;
  rows: number;
  /** A file that takes the rows, one as JSON on each line; so many of the first come back too. */
  into?: { path: string; keep: number } | undefined;
  engineMb: number;
  threads: number;
}

export interface Found {
  columns: Column[];
  rows: unknown[][];
  /** Rows found, those in the file among them. */
  count: number;
  truncated: boolean;
}

export type ChildAnswer =
  | { kind: 'ready' }
  | ({ kind: 'done'; id: number } & Found)
  | { kind: 'failed'; id: number; error: string };

interface Open {
  instance: DuckDBInstance;
  connection: DuckDBConnection;
}

const open = async (): Promise<Open> => {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: '',
  });
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'; set parquet_metadata_cache = true;");
  return { instance, connection };
};

/**
 * The next engine is opened while the child waits, because opening takes longer than a small query.
 */
let next: Promise<Open> = open();

/**
 * One round trip: limits, the fence, the relations as views, the lock. Nothing of the asker's is in
 * it.
 */
async function fence(connection: DuckDBConnection, job: ChildJob): Promise<void> {
  const views = job.relations.map(({ name, sql, columns }) => {
    const names = nameList(columns.map((column) => column.name));
    const rows = `select ${names} from (${sql}) as given`;
    return `create temp view ${quoteName(name)} as ${rows};`;
  });
  await connection.run(
    `set memory_limit = '${job.engineMb}MB'; set threads = ${job.threads};
     set allowed_paths = ${textList(job.files)}; set enable_external_access = false;
     ${views.join('\n')}
     set lock_configuration = true;`,
  );
}

async function read(connection: DuckDBConnection, job: ChildJob): Promise<Found> {
  const { into } = job;
  const result = await connection.stream(job.sql, job.params);
  const file = into === undefined ? null : openSync(into.path, 'wx', 0o600);
  const kept: unknown[][] = [];
  let [count, truncated] = [0, false];
  try {
    while (!truncated) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const rows = chunk.getRows().map((row) => row.map(toJson));
      truncated = count + rows.length > job.rows;
      const wanted = rows.slice(0, job.rows - count);
      count += wanted.length;
      kept.push(...wanted.slice(0, Math.max(0, (into?.keep ?? job.rows) - kept.length)));
      const lines = wanted.map((row) => `${JSON.stringify(row)}\n`);
      // Not `writeSync`: on a disk that is nearly full it writes a part and says nothing.
      if (file !== null) writeFileSync(file, lines.join(''));
    }
    return { columns: columnsOf(result), rows: kept, count, truncated };
  } finally {
    if (file !== null) closeSync(file);
  }
}

async function answer(job: ChildJob): Promise<ChildAnswer> {
  const { instance, connection } = await next;
  try {
    await fence(connection, job);
    return { kind: 'done', id: job.id, ...(await read(connection, job)) };
  } catch (error) {
    return { kind: 'failed', id: job.id, error: error instanceof Error ? error.message : '' };
  } finally {
    connection.closeSync();
    instance.closeSync();
    next = open();
  }
}

const send = (message: ChildAnswer): void => {
  process.send?.(message);
};

process.on('message', (job: ChildJob) => {
  void answer(job).then(send);
});
// Without a parent there is nobody to answer. SIGKILL, because a running query would hold up an
// orderly exit.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
next.then(
  () => send({ kind: 'ready' }),
  () => process.exit(1),
);
