/** Rows of a database as a file to deliver: UTF-8, every field quoted, nothing for a null. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { ingestErrors } from '../../../errors.ts';

export interface TableFile {
  rows: number;
  bytes: number;
  write(row: readonly (string | null)[]): Promise<void>;
  end(): Promise<void>;
}

const fieldOf = (value: string | null): string =>
  value === null ? '' : `"${value.replaceAll('"', '""')}"`;

/**
 * Opens a file for rows.
 * @throws ingest.source_too_large by `write`, when it passes `limit` bytes
 */
export async function tableFile(
  path: string,
  header: readonly string[],
  { place, limit }: { place: string; limit: number },
): Promise<TableFile> {
  const sink = createWriteStream(path, { mode: 0o600 });
  const done = finished(sink);
  // Reported by `write` and `end`; until then nobody waits for it.
  done.catch(() => undefined);
  const file: TableFile = {
    rows: 0,
    bytes: 0,
    write: async (row) => {
      const line = Buffer.from(`${row.map(fieldOf).join(',')}\n`);
      file.bytes += line.length;
      if (file.bytes > limit) throw ingestErrors.make('source_too_large', { place, limit });
      file.rows += 1;
      if (!sink.write(line)) await Promise.race([once(sink, 'drain'), done]);
    },
    end: async () => {
      sink.end();
      await done;
    },
  };
  await file.write(header);
  file.rows = 0;
  return file;
}
