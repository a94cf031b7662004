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
  /** Gives `row_key`, maybe `item` and `expected`, of every faulty row. */
  found: string;
  /** The rows that are checked, a condition over a row `d`; null: all of them. */
  where: string | null;
  /**
   * Whether a row `d` is faulty, where the row itself tells: all checks of this kind are counted in
   * one scan. Null where rows have to be held against one another.
   */
  fails: string | null;
  /** Gives `town` and `faulty` where `fails` is null. */
  counted: string;
}

type Level = 'any' | 'town' | 'village' | 'grid' | 'department';

/** Name of the parameter with the codes of the units of a level, a JSON list. */
export const unitsParam = (level: Level): string => `known_units_${level}`;

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

const nowhere = 'cast(null as varchar)';

type Of<K extends SetCheck['kind']> = Extract<SetCheck, { kind: K }>;

/** What the SQL of every kind is made of. */
interface Frame {
  shape: SetShape;
  /** The rows that are checked, as a relation. */
  source: string;
  /** Key of a row `d` as text. */
  key: string;
  /** Town of a row `d`. */
  town: string;
}

/** Values that stand more than once, as a relation. */
function repeated({ items }: Of<'unique'>, source: string, more = ''): string {
  const names = items.map((item) => `d.${ident(item)}`).join(', ');
  return `select ${names}${more} from ${source} as d where ${given(items)}
  group by ${names} having count(*) > 1`;
}

function uniqueSql(check: Of<'unique'>, { source, key, town, shape }: Frame): Made {
  const twins = `join (
  ${repeated(check, source)}
) as t on ${same('t', 'd', pairsOf(check.items, check.items))}`;
  const elsewhere = (check.also ?? []).map(
    ({ dataset, items }) => `select ${key} as row_key, ${town} as town from ${source} as d
where exists (select 1 from ${ident(dataset)} as t where ${same('t', 'd', pairsOf(items, check.items))})`,
  );
  const own = `select ${key} as row_key, ${town} as town from ${source} as d ${twins}`;
  const found = [own, ...elsewhere].join('\nunion all\n');
  if (elsewhere.length > 0) return { found, counted: distinctSql(found) };
  // Nobody asks where they lie: the groups themselves are counted.
  const counted =
    shape.unitItem === null
      ? `select ${nowhere} as town, cast(coalesce(sum(t.twins_), 0) as bigint) as faulty
from (${repeated(check, source, ', count(*) as twins_')}) as t`
      : `select ${town} as town, count(*) as faulty from ${source} as d ${twins} group by 1`;
  return { found, counted };
}

const distinctSql = (found: string): string =>
  `select town, count(distinct row_key) as faulty from (${found}) as t group by 1`;

/** What a kind makes of a frame: `fails`, or how faulty rows are counted without it. */
type Made = { found: string } & ({ fails: string } | { counted: string });

function referenceSql({ items, to }: Of<'reference'>, { source, key, town }: Frame): Made {
  const begin = `select ${key} as row_key from ${source} as d where`;
  const [item = '', ...more] = items;
  const filled = given(items);
  if ('units' in to) {
    const fails = `${filled} and cast(d.${ident(item)} as varchar) not in (
  select unnest(from_json(cast($${unitsParam(to.units)} as varchar), '["VARCHAR"]')))`;
    return { found: `${begin} ${fails}`, fails };
  }
  const [other = ''] = to.items;
  if (more.length === 0) {
    const fails = `${filled} and d.${ident(item)} not in (
  select t.${ident(other)} from ${ident(to.dataset)} as t where t.${ident(other)} is not null)`;
    return { found: `${begin} ${fails}`, fails };
  }
  const missing = `${filled} and not exists (
  select 1 from ${ident(to.dataset)} as t where ${same('t', 'd', pairsOf(to.items, items))})`;
  return {
    found: `${begin} ${missing}`,
    counted: `select ${town} as town, count(*) as faulty from ${source} as d
where ${missing} group by 1`,
  };
}

const completeSql = ({ items }: Of<'complete'>, { source, key }: Frame): Made => ({
  found: items
    .map(
      (item) =>
        `select ${key} as row_key, ${literal(item)} as item from ${source} as d where d.${ident(item)} is null`,
    )
    .join('\nunion all\n'),
  fails: items.map((item) => `d.${ident(item)} is null`).join(' or '),
});

function holdsSql({ sql }: Of<'holds'>, { source, key }: Frame): Made {
  const fails = `not coalesce((${sql}), true)`;
  return { found: `select ${key} as row_key from ${source} as d where ${fails}`, fails };
}

function namedSql(check: Of<'named'>, named: NamedSql, frame: Frame): Made & { before: string } {
  const { shape, source, key, town } = frame;
  const before = checkedSql(check, named, source, key);
  const begin = `with ${before},\nfound as (\n${named.sql}\n)`;
  const counted =
    shape.unitItem === null
      ? `${begin}\nselect ${nowhere} as town, count(distinct row_key) as faulty from found`
      : `${begin},\nbad as (select distinct row_key from found)
select ${town} as town, count(*) as faulty from ${source} as d join bad on bad.row_key = ${key}
group by 1`;
  return { before, found: named.sql, counted };
}

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
  const frame = { shape, source, key: keyText(shape.key, 'd.'), town: townOf(shape) ?? nowhere };
  const made = (one: Made): CompiledCheck => {
    return { before: '', fails: null, counted: '', where: check.where ?? null, ...one };
  };
  switch (check.kind) {
    case 'unique':
      return made(uniqueSql(check, frame));
    case 'reference':
      return made(referenceSql(check, frame));
    case 'complete':
      return made(completeSql(check, frame));
    case 'holds':
      return made(holdsSql(check, frame));
    case 'named':
      return named === undefined ? null : made(namedSql(check, named, frame));
    default:
      return null;
  }
}

/** Kinds that name rows. */
export const hasRows = ({ kind }: SetCheck): boolean =>
  ['unique', 'reference', 'complete', 'holds', 'named'].includes(kind);

const withFound = ({ before, found }: CompiledCheck): string =>
  `with ${before === '' ? '' : `${before},\n`}found as (\n${found}\n)`;

/** Every faulty row once: what a check reads is taken from here. */
export const foundSql = (compiled: CompiledCheck): string =>
  `${withFound(compiled)}\nselect distinct row_key from found`;

/** Number of the part of `togetherSql` that comes of the one scan. */
export const scanPart = -1;

/**
 * Many checks of one dataset in one statement: those whose rows tell are counted in one scan, with
 * the rows each looks at; the others are branches beside it. Gives `part` (`scanPart`, or the place
 * of the check), `town`, and `counts`: of the scan rows of each of `wheres`, then faulty rows of
 * each check with `fails`, in their order; of a branch its faulty rows.
 */
export function togetherSql(
  shape: SetShape,
  checks: readonly CompiledCheck[],
  wheres: readonly (string | null)[],
): string {
  const flags: string[] = [];
  const flagged = (condition: string): string =>
    `count(*) filter (where flag_${flags.push(condition)}_)`;
  const rows = wheres.map((where) =>
    where === null ? 'count(*)' : flagged(`coalesce((${where}), false)`),
  );
  // A condition may keep rows away that the check itself cannot be asked of.
  const faults = checks.flatMap(({ fails, where }) =>
    fails === null
      ? []
      : [flagged(where === null ? fails : `case when (${where}) then (${fails}) else false end`)],
  );
  const columns = flags.map((flag, at) => `(${flag}) as flag_${at + 1}_`);
  const scan = `select cast(${scanPart} as integer) as part, town_ as town,
  [${[...rows, ...faults].join(', ')}] as counts
from (
  select ${[`${townOf(shape) ?? nowhere} as town_`, ...columns].join(',\n  ')}
  from ${ident(shape.name)} as d
) as t group by 2`;
  const branches = checks.flatMap(({ fails, counted }, place) =>
    fails === null
      ? [`select cast(${place} as integer), t.town, [t.faulty] from (\n${counted}\n) as t`]
      : [],
  );
  return [scan, ...branches].join('\nunion all\n');
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
