/**
 * A relation narrowed to what one reader may see: trusted SQL text for the lake and for PostgreSQL.
 */
import { isDivision } from '#organisation/model';
import type { GatedDataset, ItemSight, RowScope, Sight } from './policy.ts';

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Every column is named with it: an alias of the select list must never stand in for the column.
 */
const held = 'held';

/**
 * Division codes are positional (GB/T 10114: 6 + 3 + 3 digits, then the grid's 3), so a whole code
 * is the prefix of exactly its subtree. Codes of departments are not: they match themselves alone.
 */
const matches = (column: string, unit: string): string =>
  isDivision(unit)
    ? `starts_with(${column}, ${quoteText(unit)})`
    : `${column} = ${quoteText(unit)}`;

/** SQL that is true on the rows of the scopes; `null` when it would be true on every row. */
export function rowPredicate(scopes: readonly RowScope[], unitItem: string | null): string | null {
  if (scopes.some((scope) => scope.all)) return null;
  if (unitItem === null) return 'false';
  const units = [...new Set(scopes.flatMap((scope) => (scope.all ? [] : scope.units)))].sort();
  if (units.length === 0) return 'false';
  const column = `cast(${held}.${quoteName(unitItem)} as varchar)`;
  return `coalesce(${units.map((unit) => matches(column, unit)).join(' or ')}, false)`;
}

/**
 * The engine reorders conditions, so a reader's own could run on rows he must not see and tell of
 * them by failing. It moves nothing through a limit; this one cuts no rows.
 */
const barrier = ' limit 9223372036854775807';

const scopesOf = (sights: readonly Sight[]): RowScope[] => sights.map((sight) => sight.rows);

/**
 * The plain items as a select list over the rows of the reader; items of fewer sights are null on
 * other rows.
 */
export interface Bound {
  /** `select ... from <source> where ...`, parenthesised. */
  sql: string;
  items: ItemSight[];
}

/**
 * Binds a source to the items and rows of a reader.
 * @returns null when the reader sees no item at all
 */
export function bind(
  dataset: GatedDataset,
  views: readonly ItemSight[],
  source: string,
): Bound | null {
  const items = views.filter((view) => view.decision.view === 'plain');
  if (items.length === 0) return null;
  const sights = [...new Set(items.flatMap((view) => view.through))];
  const where = rowPredicate(scopesOf(sights), dataset.unitItem);
  const list = items.map((view) => {
    const name = quoteName(view.item.name);
    const own = rowPredicate(scopesOf(view.through), dataset.unitItem);
    const value = `${held}.${name}`;
    return own === null || own === where ? value : `case when ${own} then ${value} end as ${name}`;
  });
  const rows = where === null ? '' : ` where ${where}${barrier}`;
  return { sql: `(select ${list.join(', ')} from ${source} as ${held}${rows})`, items };
}
