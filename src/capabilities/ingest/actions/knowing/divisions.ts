/** Division and grid codes beside the divisions of this district. */
import { literal } from '#catalogue';
import type { Bilingual } from '#kernel/errors';
import type { KnownColumn, Sql } from './model.ts';

/** Without the zeros that pad a code of a higher level. */
const bare = (code: string): string => code.replace(/(?:000)+$/, '');

/**
 * How many values of a code column are divisions of the district; null for other columns.
 * @param value SQL of the column's value
 */
export async function divisionNote(
  sql: Sql,
  relation: string,
  { semanticType }: KnownColumn,
  value: string,
  divisions: readonly string[],
): Promise<Bilingual | null> {
  if (divisions.length === 0) return null;
  if (semanticType !== 'division_code' && semanticType !== 'grid_code') return null;
  // A grid lies in the village that its first twelve digits name.
  const code = semanticType === 'grid_code' ? `substr(v, 1, 12)` : 'v';
  const known = [...new Set(divisions.map(bare))].map(literal).join(', ');
  const [row] = await sql.rows(
    `select count_if(regexp_replace(${code}, '(000)+$', '') in (${known})) as n, count(v) as of
     from (select ${value} as v from ${relation})`,
  );
  const [n, of] = [Number(row?.n ?? 0), Number(row?.of ?? 0)];
  return {
    zh: `${n} / ${of} 个在本区的行政区划里`,
    en: `${n} of ${of} are divisions of this district`,
  };
}
