/**
 * A relation narrowed to what one reader may see: trusted SQL text for the lake and for PostgreSQL.
 */
import { isDivision } from '#organisation/model';
import type { Condition, GatedDataset, ItemSight, RowScope, Sight } from './policy.ts';
import { type Reading, treated } from './treat.ts';

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

/** Compares as the item's type does; what cannot be compared is not opened. */
function conditionSql({ item, type, ...condition }: Condition): string {
  const column = `${held}.${quoteName(item)}`;
  const text = `cast(${column} as varchar)`;
  const { in: list, from, to } = condition;
  const isNumber = type === 'integer' || type.startsWith('decimal');
  const compared = (sign: string, value: string): string => {
    if (isNumber)
      return `cast(${column} as double) ${sign} try_cast(${quoteText(value)} as double)`;
    // Dates and instants sort as their text does; `to` takes the whole of its day.
    return sign === '>='
      ? `${text} >= ${quoteText(value)}`
      : `left(${text}, ${value.length}) <= ${quoteText(value)}`;
  };
  const parts = [
    ...(list === undefined ? [] : [`${text} in (${list.map(quoteText).join(', ')})`]),
    ...(from === undefined ? [] : [compared('>=', from)]),
    ...(to === undefined ? [] : [compared('<=', to)]),
  ];
  return `coalesce(${parts.join(' and ') || 'false'}, false)`;
}

/** SQL that is true on the rows of the scopes; `null` when it would be true on every row. */
export function rowPredicate(scopes: readonly RowScope[], unitItem: string | null): string | null {
  const narrowed = scopes.filter(({ where }) => where !== undefined);
  if (narrowed.length === 0) return unitsPredicate(scopes, unitItem);
  const each = narrowed.map(({ where = [], ...scope }) => {
    const units = unitsPredicate([scope], unitItem);
    return `(${[...(units === null ? [] : [units]), ...where.map(conditionSql)].join(' and ')})`;
  });
  const others = scopes.filter(({ where }) => where === undefined);
  if (others.length === 0) return each.join(' or ');
  const rest = unitsPredicate(others, unitItem);
  return rest === null ? null : [rest, ...each].join(' or ');
}

function unitsPredicate(scopes: readonly RowScope[], unitItem: string | null): string | null {
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
export const barrier = ' limit 9223372036854775807';

const scopesOf = (sights: readonly Sight[]): RowScope[] => sights.map((sight) => sight.rows);

/** A source narrowed to a reader. */
export interface Bound {
  /** `select ... from <source> where ...`, parenthesised. */
  sql: string;
  items: ItemSight[];
}

/**
 * One item over the rows: each part on the rows of its sights, the clearest first, null on rows
 * that none of them reaches. Parts that differ in kind come out as text.
 */
function column(dataset: GatedDataset, view: ItemSight, where: string | null, by: Reading): string {
  const name = quoteName(view.item.name);
  const value = `${held}.${name}`;
  const cases = view.parts.map((part) => ({
    on: rowPredicate(scopesOf(part.sights), dataset.unitItem),
    shown: treated(value, view, part, by),
  }));
  const [only] = cases;
  if (only && cases.length === 1 && (only.on === null || only.on === where)) {
    return only.shown === value ? value : `${only.shown} as ${name}`;
  }
  const asText = cases.length > 1 && view.parts.some(({ decision }) => decision.view !== 'plain');
  const arms = cases.map(
    ({ on, shown }) => `when ${on ?? 'true'} then ${asText ? `cast(${shown} as varchar)` : shown}`,
  );
  return `case ${arms.join(' ')} end as ${name}`;
}

/**
 * Binds a source to the items and rows of a reader: what he may see only changed is changed here,
 * below everything he asks, so that his filters, orders, joins and groups act on the changed value.
 * @returns null when the reader sees no item at all
 */
export function bind(
  dataset: GatedDataset,
  views: readonly ItemSight[],
  source: string,
  by: Reading,
): Bound | null {
  const items = views.filter((view) => view.parts.length > 0);
  if (items.length === 0) return null;
  const sights = [...new Set(items.flatMap((view) => view.through))];
  const where = rowPredicate(scopesOf(sights), dataset.unitItem);
  const list = items.map((view) => column(dataset, view, where, by));
  const rows = where === null ? '' : ` where ${where}${barrier}`;
  return { sql: `(select ${list.join(', ')} from ${source} as ${held}${rows})`, items };
}
