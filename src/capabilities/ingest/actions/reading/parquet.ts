/** Parquet to clean UTF-8 CSV, by the engine: all values as text. */
import type { Engine } from '#kernel/lake';
import { ingestErrors } from '../../errors.ts';
import type { ReadingLimits } from './limits.ts';

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * @throws ingest.bad_parquet, ingest.too_many_columns
 */
export async function unpackParquet(
  engine: Pick<Engine, 'rows' | 'run'>,
  path: string,
  to: string,
  { file, limits }: { file: string; limits: ReadingLimits },
): Promise<void> {
  const from = `read_parquet(${literal(path)})`;
  try {
    const columns = await engine.rows(`describe from ${from}`);
    if (columns.length > limits.columns) {
      const params = { file, columns: columns.length, limit: limits.columns };
      throw ingestErrors.make('too_many_columns', params);
    }
    await engine.run(
      `set session preserve_insertion_order = true;
       copy (select columns(*)::varchar from ${from}) to ${literal(to)}
         (format csv, header true, delimiter ',', quote '"', escape '"', force_quote *)`,
    );
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (!/Invalid Input Error|Parquet|Conversion Error|thrift/i.test(text)) throw error;
    throw ingestErrors.make('bad_parquet', {
      file,
      detail: text.split('\n')[0]?.slice(0, 200) ?? '',
    });
  }
}
