/** What is delivered, as one query in the shape of its dataset. */
import { lakeErrors } from './errors.ts';
import type { Column, Engine } from './model.ts';
import { quoteName, textList } from './sqltext.ts';

/** Parquet files, or a trusted query, or nothing. */
export interface Source {
  parquet?: readonly string[] | undefined;
  sql?: string | undefined;
}

/**
 * Delivered rows with the declared columns and types; without a source there are none.
 * @throws lake.column_missing
 */
export async function sourceSql(
  session: Engine,
  columns: readonly Column[],
  { parquet, sql }: Source,
): Promise<string> {
  if (parquet === undefined && sql === undefined) {
    const nothing = columns.map(({ name, type }) => `null::${type} as ${quoteName(name)}`);
    return `select ${nothing.join(', ')} where false`;
  }
  const from =
    parquet === undefined ? `(${sql})` : `read_parquet(${textList(parquet)}, union_by_name = true)`;
  const described = await session.rows(`describe select * from ${from}`);
  const types = new Map(described.map((row) => [String(row.column_name), String(row.column_type)]));
  const missing = columns.filter(({ name }) => !types.has(name)).map(({ name }) => name);
  if (missing.length > 0) throw lakeErrors.make('column_missing', { columns: missing.join(', ') });
  return `select ${columns.map((column) => castOf(column, types)).join(', ')} from ${from}`;
}

const castOf = ({ name, type }: Column, types: ReadonlyMap<string, string>): string =>
  types.get(name) === type
    ? quoteName(name)
    : `cast(${quoteName(name)} as ${type}) as ${quoteName(name)}`;
