/**
 * The rows of a query that a change of what it reads makes go and come, as trusted SQL: for every
 * part of its plan the rows before and after, and of them those that may differ, so that what is
 * left of both is the same.
 */
import type { Plan, Select } from './plan.ts';
import { partName, touchedName } from './trees.ts';

/** A dataset at the snapshot the derived dataset was made from, and as it stands now. */
export interface Moved {
  name: string;
  before: string;
  after: string;
  /**
   * Of a dataset with a key: the keys that may differ; without: the rows that went and came. Null
   * when nothing changed.
   */
  changes: { by: 'key'; sql: string; key: readonly string[] } | Bags | null;
}

interface Bags {
  by: 'row';
  gone: string;
  came: string;
}

/** A parenthesised query at both moments; `gone` and `came` are null when nothing changed. */
export interface Delta {
  before: string;
  after: string;
  moved: { gone: string; came: string } | null;
}

export interface Making {
  sources: ReadonlyMap<string, Moved>;
  /** Writes the rows of a query down, once, and gives what reads them. */
  keep(sql: string): Promise<string>;
}

const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const list = (names: readonly string[]): string => names.map(ident).join(', ');

/** A query over the parts given by name. */
function over(sql: string, given: ReadonlyMap<string, string>): string {
  if (given.size === 0) return `(${sql})`;
  const parts = [...given].map(
    ([name, part]) => `${ident(name)} as (select * from ${part} as part)`,
  );
  return `(with ${parts.join(', ')} select * from (${sql}) as made)`;
}

const none = (sql: string): string => `(select * from ${sql} as nothing where false)`;
const all = (parts: readonly string[]): string =>
  `(${parts.map((part) => `select * from ${part} as one`).join(' union all ')})`;

function tableDelta(moved: Moved): Delta {
  const { before, after, changes } = moved;
  if (changes === null) return { before, after, moved: null };
  if (changes.by === 'row') return { before, after, moved: changes };
  const only = (side: string): string =>
    `(select * from ${side} as held semi join ${changes.sql} as changed using (${list(changes.key)}))`;
  return { before, after, moved: { gone: only(before), came: only(after) } };
}

/** An arm without changes still gives the others its types. */
function unionDelta(arms: readonly Delta[]): Delta {
  const side = (name: 'gone' | 'came'): string =>
    all(arms.map(({ after, moved }) => (moved === null ? none(after) : moved[name])));
  return {
    before: all(arms.map(({ before }) => before)),
    after: all(arms.map(({ after }) => after)),
    moved: arms.some(({ moved }) => moved !== null)
      ? { gone: side('gone'), came: side('came') }
      : null,
  };
}

type Side = 'before' | 'after';

const given = (parts: readonly Delta[], side: Side, changed = new Map<number, string>()) =>
  new Map(parts.map((part, at) => [partName(at), changed.get(at) ?? part[side]]));

/**
 * Rows of the first part that changed or meet a row that did: what comes from them goes and comes
 * whole.
 */
async function drivenRows(
  sql: string,
  { driver }: Select,
  parts: readonly Delta[],
  making: Making,
): Promise<{ gone: string; came: string }> {
  const key = driver?.key ?? [];
  const named = key.map((name, at) => `${ident(`#k${at}`)} as ${ident(name)}`).join(', ');
  const keys = parts.flatMap(({ moved }, at) => {
    if (moved === null) return [];
    if (at === 0) {
      const both = all([moved.gone, moved.came]);
      return [`(select ${list(key)} from ${both} as own)`];
    }
    const meet = driver?.meets[at] ?? '';
    return (['before', 'after'] as const).map((side) => {
      const met = side === 'before' ? moved.gone : moved.came;
      return `(select ${named} from ${over(meet, given(parts, side, new Map([[at, met]])))} as met)`;
    });
  });
  const touched = await making.keep(`select distinct * from ${all(keys)} as keys`);
  const only = (side: Side): string => {
    const rows = `(select * from ${parts[0]?.[side]} as held
      semi join ${touched} as touched using (${list(key)}))`;
    return over(sql, given(parts, side, new Map([[0, rows]])));
  };
  return { gone: only('before'), came: only('after') };
}

/**
 * Every row that comes or goes has at least one changed row behind it. Each is found once: by the
 * first part that changed of it, those before it without their changes.
 */
function spreadRows(sql: string, parts: readonly Delta[]): { gone: string; came: string } {
  const side = (name: 'gone' | 'came'): string => {
    const at: Side = name === 'gone' ? 'before' : 'after';
    const still = new Map<number, string>();
    const found: string[] = [];
    for (const [index, part] of parts.entries()) {
      if (part.moved === null) continue;
      const rows = part.moved[name];
      found.push(over(sql, given(parts, at, new Map([...still, [index, rows]]))));
      still.set(
        index,
        `(select * from ${part[at]} as held except all select * from ${rows} as gone)`,
      );
    }
    return all(found);
  };
  return { gone: side('gone'), came: side('came') };
}

const moves = (sql: string, select: Select, parts: readonly Delta[], making: Making) =>
  select.driver === null
    ? Promise.resolve(spreadRows(sql, parts))
    : drivenRows(sql, select, parts, making);

/** Groups that changed rows belong to or belonged to are made again from all their rows. */
export async function touchedGroups(
  select: Select,
  parts: readonly Delta[],
  making: Making,
): Promise<string> {
  const { gone, came } = await moves(select.grouped?.rows ?? '', select, parts, making);
  return making.keep(`select distinct * from ${all([gone, came])} as marked`);
}

/** The groups of these keys, at one of the moments. */
export const groupsAt = (
  { grouped }: Select,
  parts: readonly Delta[],
  side: Side,
  touched: string,
): string =>
  over(grouped?.narrowed ?? '', new Map([...given(parts, side), [touchedName, touched]]));

async function selectDelta(select: Select, making: Making): Promise<Delta> {
  const parts = await partsOf(select, making);
  const before = over(select.sql, given(parts, 'before'));
  const after = over(select.sql, given(parts, 'after'));
  if (parts.every(({ moved }) => moved === null)) return { before, after, moved: null };
  if (select.grouped === null) {
    return { before, after, moved: await moves(select.sql, select, parts, making) };
  }
  const touched = await touchedGroups(select, parts, making);
  const [gone, came] = (['before', 'after'] as const).map((side) =>
    groupsAt(select, parts, side, touched),
  ) as [string, string];
  return { before, after, moved: { gone, came } };
}

export async function partsOf({ parts }: Select, making: Making): Promise<Delta[]> {
  const found: Delta[] = [];
  for (const part of parts) found.push(await deltaOf(part, making));
  return found;
}

/** What a change of the sources does to the rows of a plan. */
export async function deltaOf(plan: Plan, making: Making): Promise<Delta> {
  if (plan.kind === 'pinned') {
    const sql = `(${plan.sql})`;
    return { before: sql, after: sql, moved: null };
  }
  if (plan.kind === 'table') {
    const moved = making.sources.get(plan.source);
    if (moved === undefined) throw new Error(`a plan reads ${plan.source}, which is not given`);
    return tableDelta(moved);
  }
  if (plan.kind === 'select') return selectDelta(plan, making);
  const arms: Delta[] = [];
  for (const arm of plan.arms) arms.push(await deltaOf(arm, making));
  return unionDelta(arms);
}

/** With every source under its name: what is pinned reads it so. */
export function sourced(sources: ReadonlyMap<string, Moved>, sql: string): string {
  const given = [...sources.values()].map(
    ({ name, after }) => `${ident(name)} as (select * from ${after} as given)`,
  );
  return `with ${given.join(', ')} ${sql}`;
}
