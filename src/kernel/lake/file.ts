/**
 * Writing one immutable file: the engine writes, the disk settles, the manifest learns size, hash
 * and key range.
 */
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

/** Writes the rows of `query` to `path` and makes them durable. */
export async function writeFile(
  session: Engine,
  disk: Disk,
  target: { path: string; query: string; key: string | undefined },
): Promise<Written> {
  const { path, query, key } = target;
  const file = quoteText(path);
  await session.run(`copy (${query}) to ${file} (format parquet, compression zstd)`);
  await disk.settle(path);
  const range =
    key === undefined
      ? 'null as low, null as high'
      : `min(${quoteName(key)})::varchar as low, max(${quoteName(key)})::varchar as high`;
  const [row] = await session.rows(`select count(*) as n, ${range} from read_parquet(${file})`);
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
