/**
 * Rows put together into blocks that are told as a whole or not at all. A cell is all rows that are
 * alike in the items they may be counted by. Cells of too few persons are joined: those under one
 * parent with each other, else with the smallest cell beside them that has enough, else one level
 * up. Whatever is told is a union of whole blocks, so that no difference, overlap or rest of any
 * number of answers ever speaks of fewer persons than one block has. (Cell suppression with
 * complements, Hundepool et al., Statistical Disclosure Control, 2012, chapter 4; made once for the
 * whole dataset, so that it is the same whoever asks and whatever he asks.)
 */
import { quoteName } from '../bind.ts';

/** How the rows of a dataset are counted. */
export interface Counting {
  /** Relation with all rows, trusted SQL; its columns are the items. */
  source: string;
  /** The item that holds the unit, when rows may be counted by it. */
  unit: string | null;
  /** Further items they may be counted by, the broader first. */
  by: readonly string[];
  /** Items that tell one person from another; none: every row is one. */
  person: readonly string[];
  /** Persons a block has at least. */
  least: number;
}

/** What is told: the number of rows, or something of an item: only rows that have it count. */
export type Measure = string | null;

/** Digits of a division code within its district (GB/T 10114: town, village; then the grid's). */
const unitDigits = [9, 12];

/** A block and its rows in one number, so that the engine can add up those that are whole. */
export const blockFactor = 1_099_511_627_776;

/** Two numbers in one: a size, and after it which of those of the same size. */
const sizeFactor = 4_294_967_296;

const dimsOf = ({ unit, by }: Counting): string[] => [...(unit === null ? [] : [unit]), ...by];

/** From the broadest to the narrowest; each is told by the next. */
function levelsOf(counting: Counting): string[] {
  const narrow = dimsOf(counting).map((_, at) => `cast("#d${at}" as varchar)`);
  if (counting.unit === null) return narrow;
  return [...unitDigits.map((digits) => `left(${narrow[0]}, ${digits})`), ...narrow];
}

/**
 * What stands for a cell beside a row: one number is joined and compared many times faster than its
 * items. Cells that share one (once in 2^64) are never told.
 */
const cellHash = (counting: Counting): string => {
  const dims = dimsOf(counting).map((item) => `held.${quoteName(item)}`);
  return dims.length === 0 ? '0::ubigint' : `hash(${dims.join(', ')})`;
};

/** Every cell with its rows, and the rows that have each measured item; `h` is null when shared. */
function cellsSql(counting: Counting, measures: readonly Measure[]): string {
  const dims = dimsOf(counting);
  const keys = dims.map((item, at) => `held.${quoteName(item)} as "#d${at}"`);
  const counts = measures.map((item, at) => `${countOf(item)} as "#r${at}"`);
  const hashed = `any_value(${cellHash(counting)}) as "#h"`;
  const list = [...keys, hashed, 'count(*) as "#m"', ...counts].join(', ');
  const group = dims.length === 0 ? '' : ` group by ${dims.map((_, at) => at + 1).join(', ')}`;
  const order = dims.map((_, at) => `"#d${at}"`).join(', ');
  return `select row_number() over (${order && `order by ${order}`}) as cell,
    case when count(*) over (partition by "#h") = 1 then "#h" end as h, *
    from (select ${list} from ${counting.source} as held${group}) as grouped`;
}

const countOf = (item: Measure): string =>
  item === null ? 'count(*)' : `count(held.${quoteName(item)})`;

/**
 * Of every person, for each measure, the cell he counts in: one only, so that counts can be added.
 * Two persons of one hash count as one: fewer, never more.
 */
function personsSql(counting: Counting, measures: readonly Measure[]): string {
  const { person, source } = counting;
  const who = person.map((each) => `held.${quoteName(each)}`);
  const firsts = measures.map((item, at) => {
    const has = item === null ? '' : ` filter (where held.${quoteName(item)} is not null)`;
    return `min(${cellHash(counting)})${has} as "#f${at}"`;
  });
  const known = who.map((each) => `${each} is not null`).join(' and ');
  return `select ${firsts.join(', ')} from ${source} as held where ${known}
    group by hash(${who.join(', ')})`;
}

/** Every cell for every measure: `n` persons, `r` rows that have the item, `m` rows. */
function countsSql(counting: Counting, measures: readonly Measure[]): string {
  const levels = levelsOf(counting).map((level, at) => `${level} as l${at}`);
  const list = [...levels, 'cell as block'].join(', ');
  const each = measures.map((_, at) => {
    const counted = `select ${at} as measure, cell, "#m" as m, "#r${at}" as r`;
    if (counting.person.length === 0) return `${counted}, "#r${at}" as n, ${list} from cells`;
    const persons = `select "#f${at}" as f, count(*) as n from persons group by f`;
    return `${counted}, coalesce(n, 0) as n, ${list}
      from cells left join (${persons}) as p on p.f = cells.h`;
  });
  return each.join(' union all ');
}

/**
 * One level of joining: the cells of one parent among each other.
 * @param depth levels that make the parent; the next tells its parts from each other
 */
function levelSql(from: string, depth: number, least: number): string {
  const over = (keys: readonly string[]): string => `over (partition by ${keys.join(', ')})`;
  const names = Array.from({ length: depth + 1 }, (_, at) => `l${at}`);
  const among = over(['measure', ...names.slice(0, -1)]);
  const whole = over(['measure', 'block']);
  const small = `size < ${least} and reach > 0`;
  // Whatever is joined is told no longer: rather the smallest neighbour than a part of a large one.
  const next = `cast(beside as hugeint) * ${sizeFactor} + block`;
  return `select * exclude (size, reach, beside, rest, chosen, joins, block),
    coalesce(case when joins then min(block) filter (where joins) ${among} end, block) as block
  from (select *, ${small} or coalesce(rest < ${least} and block = chosen, false) as joins
    from (select *, sum(n) filter (where ${small}) ${among} as rest,
        min(${next}) filter (where size >= ${least}) ${among} % ${sizeFactor} as chosen
      from (select *, sum(n) ${over(['measure', ...names])} as beside, sum(n) ${whole} as size,
          sum(r) ${whole} as reach from ${from}) as sized) as judged) as chosen`;
}

/**
 * CTEs that end in `blocks`: measure, cell, and the block as one number (`blockFactor`), null when
 * it is not told. A group of cells is told when `sum(distinct code) % blockFactor` is the sum of
 * their `m`: then it is made of whole blocks.
 * @param base SQL of the cells: measure, cell, m, r, n, l0 .. of `depth` levels, block (the cell)
 * @param least what `n` of a block is at least; cells whose `r` is 0 are told as they are
 */
export function blockCtes(base: string, depth: number, least: number): string[] {
  const name = (at: number): string => `joined${at}`;
  // Kept apart: the engine takes seconds to plan them as one.
  const steps = Array.from({ length: depth }, (_, at) => {
    return `${name(at)} as materialized (${levelSql(name(at + 1), at, least)})`;
  });
  return [
    `${name(depth)} as materialized (${base})`,
    ...steps.reverse(),
    `blocks as materialized (
      select measure, cell, case when sum(n) over whole >= ${least} or sum(r) over whole = 0
        then cast(block as hugeint) * ${blockFactor} + sum(m) over whole end as code
      from ${name(0)} window whole as (partition by measure, block))`,
  ];
}

/** Column that carries the blocks of a measure beside the items. */
export const markOf = (at: number): string => `#${at}`;

/**
 * The rows with their blocks: each item asked for as it is told, and a column `markOf(n)` for each
 * measure.
 * @param shown columns over the relation `held`
 * @param where condition over `held`; null when all rows are taken
 * @param on condition over `held` on which a measure is told; null when on every row
 */
export function countedSql(
  counting: Counting,
  measures: readonly { item: Measure; on: string | null }[],
  { shown, where }: { shown: readonly string[]; where: string | null },
): string {
  const items = measures.map(({ item }) => item);
  const marks = measures.map(({ on }, at) => {
    const code = `told.code${at}`;
    return `${on === null ? code : `case when ${on} then ${code} end`} as ${quoteName(markOf(at))}`;
  });
  const codes = measures.map((_, at) => `max(code) filter (where measure = ${at}) as code${at}`);
  const persons =
    counting.person.length === 0
      ? []
      : [`persons as materialized (${personsSql(counting, items)})`];
  const ctes = [
    `cells as materialized (${cellsSql(counting, items)})`,
    ...persons,
    ...blockCtes(countsSql(counting, items), levelsOf(counting).length, counting.least),
    `told as materialized (select any_value(h) as h, ${codes.join(', ')}
      from blocks join cells using (cell) where h is not null group by cell)`,
  ];
  return `(with ${ctes.join(',\n')}
select ${[...shown, ...marks].join(', ')} from ${counting.source} as held
left join told on told.h = ${cellHash(counting)}${where === null ? '' : ` where ${where}`})`;
}
