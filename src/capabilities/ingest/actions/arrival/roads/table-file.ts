/** Rows of a database as a file to deliver: UTF-8, every field quoted, nothing for a null. */
import { ingestErrors } from '../../../errors.ts';
import { openSink } from '../../reading/index.ts';

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
  const sink = openSink(path);
  const file: TableFile = {
    rows: 0,
    bytes: 0,
    write: async (row) => {
      const line = Buffer.from(`${row.map(fieldOf).join(',')}\n`);
      file.bytes += line.length;
      if (file.bytes > limit) throw ingestErrors.make('source_too_large', { place, limit });
      file.rows += 1;
      await sink.write(line);
    },
    end: sink.end,
  };
  await file.write(header);
  file.rows = 0;
  return file;
}
