/**
 * A declared check becomes SQL that gives `row_key` of every faulty row. What it writes goes
 * through the fence like any SQL of a pack.
 */
import { ident, literal } from '#catalogue';
import type { NamedCheck, SetCheck } from '../model.ts';

/** As much of a contract as a check needs. */
export interface SetShape {
  name: string;
  key: readonly string[];
  unitItem: string | null;
}

export interface NamedSql {
  declared: NamedCheck;
  sql: string;
}

export interface CompiledCheck {
  /** What stands before `found` in the WITH clause; empty for kinds that need nothing. */
  before: string;
  /** Gives `row_key`, maybe `item`, `expected` and `town`. */
  found: string;
  /** Whether `found` says in which town each row lies. */
  hasTown: boolean;
  /** The rows that are checked. */
  source: string;
  /** Key of a row of `source` as text. */
  key: string;
}

/** Name of the parameter with the codes of units, a JSON list. */
export const unitsParam = 'known_units';

/** Key of a row as one text; the parts of a composite key are joined by a bar. */
export function keyText(key: readonly string[], of = ''): string {
  const parts = key.map((name) => `cast(${of}${ident(name)} as varchar)`);
  return parts.length === 1 ? (parts[0] ?? '') : `concat_ws('|', ${parts.join(', ')})`;
}

/** The rows that are checked, as a relation. */
export const sourceOf = (shape: SetShape, where: string | undefined): string =>
  where === undefined ? ident(shape.name) : `(select * from ${ident(shape.name)} where (${where}))`;

const same = (left: string, right: string, pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([a, b]) => `${left}.${ident(a)} = ${right}.${ident(b)}`).join(' and ');

const given = (items: readonly string[], of = 'd'): string =>
  items.map((item) => `${of}.${ident(item)} is not null`).join(' and ');

const pairsOf = (items: readonly string[], others: readonly string[]) =>
  items.flatMap((item, at) => {
    const other = others[at];
    return other === undefined ? [] : [[item, other] as const];
  });

/**
 * Town of a row `d`: GB/T 10114 codes are positional, 6 digits of the county and 3 of the town;
 * null where rows lie nowhere.
 */
const townOf = ({ unitItem }: SetShape): string | null =>
  unitItem === null ? null : `left(cast(d.${ident(unitItem)} as varchar), 9)`;

type Of<K extends SetCheck['kind']> = Extract<SetCheck, { kind: K }>;

function uniqueSql(check: Of<'unique'>, source: string, row: string): string {
  const names = check.items.map((item) => `d.${ident(item)}`).join(', ');
  const own = `select ${row} from ${source} as d join (
  select ${names} from ${source} as d where ${given(check.items)}
  group by ${names} having count(*) > 1
) as t on ${same('t', 'd', pairsOf(check.items, check.items))}`;
  const elsewhere = (check.also ?? []).map(
    ({ dataset, items }) => `select ${row} from ${source} as d where exists (
  select 1 from ${ident(dataset)} as t where ${same('t', 'd', pairsOf(items, check.items))})`,
  );
  return [own, ...elsewhere].join('\nunion all\n');
}

function referenceSql({ items, to }: Of<'reference'>, source: string, row: string): string {
  const begin = `select ${row} from ${source} as d where ${given(items)}`;
  if ('units' in to) {
    const item = items[0] ?? '';
    return `${begin} and cast(d.${ident(item)} as varchar) not in (
  select unnest(from_json(cast($${unitsParam} as varchar), '["VARCHAR"]')))`;
  }
  return `${begin} and not exists (
  select 1 from ${ident(to.dataset)} as t where ${same('t', 'd', pairsOf(to.items, items))})`;
}

const completeSql = ({ items }: Of<'complete'>, source: string, row: string): string =>
  items
    .map(
      (item) =>
        `select ${row}, ${literal(item)} as item from ${source} as d where d.${ident(item)} is null`,
    )
    .join('\nunion all\n');

/** The relation `checked` a named check reads: its columns and `row_key`. */
function checkedSql(check: Of<'named'>, named: NamedSql, source: string, key: string): string {
  const columns = Object.keys(named.declared.columns).map((column) => {
    const item = check.with[column];
    return `d.${ident(item ?? column)} as ${ident(column)}`;
  });
  return `checked as (select ${[`${key} as row_key`, ...columns].join(', ')} from ${source} as d)`;
}

/**
 * The SQL of a check that looks at rows; null for kinds that look at snapshots.
 * @param named the named check that `kind: named` points at
 */
export function compileCheck(
  shape: SetShape,
  check: SetCheck,
  named?: NamedSql | undefined,
): CompiledCheck | null {
  const source = sourceOf(shape, check.where);
  const key = keyText(shape.key, 'd.');
  const town = townOf(shape);
  // What a kind gives of each faulty row, from the rows it looks at as `d`.
  const row = `${key} as row_key${town === null ? '' : `, ${town} as town`}`;
  const made = (found: string): CompiledCheck => {
    return { before: '', found, source, key, hasTown: town !== null };
  };
  switch (check.kind) {
    case 'unique':
      return made(uniqueSql(check, source, row));
    case 'reference':
      return made(referenceSql(check, source, row));
    case 'complete':
      return made(completeSql(check, source, row));
    case 'holds':
      return made(`select ${row} from ${source} as d where not coalesce((${check.sql}), true)`);
    case 'named':
      return named === undefined
        ? null
        : {
            ...made(named.sql),
            before: checkedSql(check, named, source, key),
            hasTown: false,
          };
    default:
      return null;
  }
}

/** Kinds that name rows. */
export const hasRows = ({ kind }: SetCheck): boolean =>
  ['unique', 'reference', 'complete', 'holds', 'named'].includes(kind);

const withFound = ({ before, found }: CompiledCheck): string =>
  `with ${before === '' ? '' : `${before},\n`}found as (\n${found}\n)`;

/** How many rows are faulty, by town where `found` tells. */
export const countSql = (compiled: CompiledCheck): string =>
  `${withFound(compiled)}
select ${compiled.hasTown ? 'town' : 'cast(null as varchar) as town'},
  count(distinct row_key) as faulty
from found group by 1 order by 1`;

/** Rows by town; one row with a null town for datasets whose rows lie nowhere. */
export function rowsSql(shape: SetShape, source: string): string {
  const town = townOf(shape) ?? 'cast(null as varchar)';
  return `select ${town} as town, count(*) as rows from ${source} as d group by 1 order by 1`;
}

/** Faulty rows by town, of a check that does not tell itself. */
export function townsSql(shape: SetShape, compiled: CompiledCheck): string {
  const town = townOf(shape) ?? 'cast(null as varchar)';
  return `${withFound(compiled)},
bad as (select distinct row_key from found)
select ${town} as town, count(*) as rows
from ${compiled.source} as d join bad on bad.row_key = ${compiled.key} group by 1 order by 1`;
}

/** Keys of faulty rows with the items concerned, in the order of the key. */
export function keysSql(
  compiled: CompiledCheck,
  has: { item: boolean; expected: boolean },
  page: { offset: number; limit: number },
): string {
  const item = has.item
    ? `string_agg(distinct cast(item as varchar), ',')`
    : 'cast(null as varchar)';
  const expected = has.expected ? 'any_value(cast(expected as varchar))' : 'cast(null as varchar)';
  return `${withFound(compiled)}
select row_key, ${item} as item, ${expected} as expected from found
group by row_key order by row_key limit ${page.limit} offset ${page.offset}`;
}
