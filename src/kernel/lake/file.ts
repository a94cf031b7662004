/**
 * Writing immutable files: the engine writes, the disk settles, the manifest learns size, hash and
 * key range.
 */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Disk } from './disk.ts';
import type { Engine } from './model.ts';
import { quoteName, quoteText } from './sqltext.ts';

export interface Written {
  path: string;
  rows: number;
  bytes: number;
  sha256: string;
  keyMin: string | null;
  keyMax: string | null;
}

const textOrNull = (value: unknown): string | null => (value == null ? null : String(value));

async function settled(
  session: Engine,
  disk: Disk,
  target: { path: string; key: string | undefined },
): Promise<Written> {
  const { path, key } = target;
  await disk.settle(path);
  const range =
    key === undefined
      ? 'null as low, null as high'
      : `min(${quoteName(key)})::varchar as low, max(${quoteName(key)})::varchar as high`;
  const [row] = await session.rows(
    `select count(*) as n, ${range} from read_parquet(${quoteText(path)})`,
  );
  const { bytes, sha256 } = await disk.measure(path);
  return {
    path,
    rows: Number(row?.n ?? 0),
    bytes,
    sha256,
    keyMin: textOrNull(row?.low),
    keyMax: textOrNull(row?.high),
  };
}

/** Values of a row group: of a wide table the engine holds fewer rows of it in memory. */
const groupValues = 2 ** 21;
/** Rows of a row group, in steps of the engine's vectors. */
const groupRows = { least: 8192, most: 122_880, step: 2048 };

/** What to say of row groups of so many columns when Parquet is written. */
export function rowGroupSql(columns: number): string {
  const { least, most, step } = groupRows;
  const rows = Math.floor(groupValues / Math.max(columns, 1) / step) * step;
  return `row_group_size ${Math.min(most, Math.max(least, rows))}`;
}

const columnsOf = async (session: Engine, query: string): Promise<number> =>
  (await session.rows(`describe ${query}`)).length;

/** Writes the rows of `query` to `path` and makes them durable. */
export async function writeFile(
  session: Engine,
  disk: Disk,
  target: { path: string; query: string; key: string | undefined },
): Promise<Written> {
  const { path, query } = target;
  const groups = rowGroupSql(await columnsOf(session, query));
  await session.run(
    `copy (${query}) to ${quoteText(path)} (format parquet, compression zstd, ${groups})`,
  );
  return settled(session, disk, target);
}

/**
 * The same in files of about `megabytes` each, in the order of the query: `prefix` with a number
 * and `.parquet`. One empty file when there are no rows.
 */
export async function writeFiles(
  session: Engine,
  disk: Disk,
  target: {
    prefix: string;
    query: string;
    key: string | undefined;
    megabytes: number;
    signal?: AbortSignal | undefined;
  },
): Promise<Written[]> {
  const { prefix, query, key, megabytes, signal } = target;
  const folder = dirname(prefix);
  const groups = rowGroupSql(await columnsOf(session, query));
  await session.run(
    `copy (${query}) to ${quoteText(folder)} (format parquet, compression zstd, ${groups},
       file_size_bytes '${megabytes}MB', filename_pattern ${quoteText(`${basename(prefix)}-{i}`)},
       overwrite_or_ignore true)`,
    { signal },
  );
  const all: Written[] = [];
  for (const path of await pathsOf(prefix)) all.push(await settled(session, disk, { path, key }));
  return all;
}

/** Files that `writeFiles` wrote under a prefix, in their order, finished or not. */
export async function pathsOf(prefix: string): Promise<string[]> {
  const start = `${basename(prefix)}-`;
  const names = (await readdir(dirname(prefix))).filter((name) => name.startsWith(start));
  const numberOf = (name: string): number => Number(name.slice(start.length).split('.')[0]);
  return names.sort((a, b) => numberOf(a) - numberOf(b)).map((name) => join(dirname(prefix), name));
}
