/** Which columns name a row: looked for by counting over all rows. */
import type { KnownColumn, Sql } from '../model.ts';
import { allowed } from '../types.ts';

export interface KeyFound {
  /** Places of the columns. */
  columns: number[];
  /** Different keys among the rows that have one. */
  distinct: number;
  rows: number;
}

const keyHeader = /编号|编码|代码|单号|序号|号码|证号|标识|号$|^id$|_id$|no\.?$|code|身份证/i;

/** A row's place in its list: in the next list another row stands there. */
const placeHeader = /^(序号|行号|顺序|次序|排名|#)$/;

/** Columns that can be part of a key at all. */
const usable = (column: KnownColumn, least: number): boolean =>
  column.rows - column.nulls >= least &&
  column.semanticType !== 'free_text' &&
  !placeHeader.test(column.name.replaceAll(/\s/g, '')) &&
  column.semanticType !== 'longitude' &&
  column.semanticType !== 'latitude' &&
  column.type !== 'boolean';

/** A register's own number comes before the id of a person, who may stand in it twice. */
const rank = ({ name, semanticType }: KnownColumn): number =>
  (keyHeader.test(name) ? 0 : 4) +
  (semanticType === null ? 2 : semanticType === 'citizen_id' ? 1 : 0);

/** Pairs asked at most: enough for tables people keep by hand. */
const mostPairs = 28;

async function pairsOf(
  sql: Sql,
  relation: string,
  sources: readonly string[],
  places: readonly number[],
): Promise<{ columns: number[]; distinct: number }[]> {
  const pairs = places.flatMap((a, at) => places.slice(at + 1).map((b) => [a, b] as const));
  const asked = pairs.slice(0, mostPairs);
  if (asked.length === 0) return [];
  const counts = asked.map(
    ([a, b], n) => `count(distinct (${sources[a]}, ${sources[b]})) as d${n}`,
  );
  const [row = {}] = await sql.rows(`select ${counts.join(', ')} from ${relation}`);
  return asked.map((columns, n) => ({
    columns: [...columns],
    distinct: Number(row[`d${n}`] ?? 0),
  }));
}

/**
 * Keys, best first: single columns, else pairs. `permille` of the rows may repeat a key: such rows
 * come back when they are delivered, and the number is told.
 * @param sources SQL of the value of each column, in their order
 */
export async function keysOf(
  sql: Sql,
  relation: string,
  known: readonly KnownColumn[],
  sources: readonly string[],
  permille: number,
): Promise<KeyFound[]> {
  const rows = known[0]?.rows ?? 0;
  const least = rows - allowed(rows, permille);
  if (rows < 2) return [];
  const places = [...known.keys()].filter((at) => {
    const column = known[at];
    return column !== undefined && usable(column, least);
  });
  const of = (at: number): KnownColumn => known[at] as KnownColumn;
  const single = places
    .filter((at) => of(at).exact && of(at).distinct >= least)
    // Measured values differ by themselves: they name nothing.
    .filter((at) => !/^decimal/.test(of(at).type) && of(at).type !== 'timestamp')
    .filter((at) => keyHeader.test(of(at).name) || of(at).semanticType === 'identifier')
    .map((at) => ({ columns: [at], distinct: of(at).distinct, rows }));
  if (single.length > 0)
    return single.toSorted((a, b) => rank(of(a.columns[0] ?? 0)) - rank(of(b.columns[0] ?? 0)));
  const parts = places
    .filter((at) => of(at).distinct > 1)
    .toSorted((a, b) => rank(of(a)) - rank(of(b)));
  // The fewer values its parts have, the less a pair is unique by chance.
  const size = ({ columns }: { columns: number[] }): number =>
    columns.reduce((product, at) => product * of(at).distinct, 1);
  const pairs = await pairsOf(sql, relation, sources, parts.slice(0, 8));
  return pairs
    .filter(
      ({ distinct, columns }) =>
        distinct >= least && columns.some((at) => keyHeader.test(of(at).name)),
    )
    .toSorted((a, b) => size(a) - size(b))
    .map((pair) => ({ ...pair, rows }));
}
