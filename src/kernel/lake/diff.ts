/** What differs between two snapshots of a dataset, by key. */
import type { Db } from '#kernel/db';
import { spanOf, touchedKeys, unshared } from './between.ts';
import type { DiffResult, Engine, RowDiff, SeenColumn } from './model.ts';
import { numberOf, type Parts, stateSql } from './parts.ts';
import { nameList, quoteName, quoteText } from './sqltext.ts';

interface Sides {
  columns: SeenColumn[];
  types: ReadonlyMap<string, string>;
  key: string[];
  before: string;
  after: string;
}

type Found = Omit<DiffResult, 'by' | 'why'>;

/** See `Lake.diff`. */
export async function diff(
  parts: Parts,
  db: Db,
  dataset: string,
  { limit, seen, ...ends }: { a: number; b: number; limit: number; seen?: SeenColumn[] },
): Promise<DiffResult> {
  const span = await spanOf(db, dataset, ends);
  const { columns, key } = span.dataset.schema;
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const asked = seen?.filter(({ name }) => types.has(name));
  const shown = { columns: asked ?? columns.map(({ name }) => ({ name, on: null })), types, key };
  if (key.length === 0) {
    const [before, after] = unshared(parts, span, columns);
    const sides = { ...shown, before, after };
    const found = await parts.engine.with((session) => diffAsBags(session, sides, limit));
    return { ...found, by: 'changes', why: null };
  }
  const { keys, why } = await touchedKeys(parts, db, span);
  const [before, after] = [span.before, span.after].map((state) => {
    const side = stateSql(parts, state, columns);
    return keys === null
      ? side
      : `(select * from ${side} as side semi join ${keys} as touched using (${nameList(key)}))`;
  }) as [string, string];
  const sides = { ...shown, before, after };
  const found = await parts.engine.with((session) => diffByKey(session, sides, limit));
  return { ...found, by: keys === null ? 'whole' : 'changes', why };
}

const asStruct = (columns: SeenColumn[], side: string): string => {
  const parts = columns.map(({ name }) => `${quoteName(name)} := ${side}.${quoteName(name)}`);
  return parts.length === 0 ? 'null' : `struct_pack(${parts.join(', ')})`;
};

/**
 * One state as it may be seen: what a row does not show is null there, and `"#seen"` names what it
 * shows. Nothing else leaves the engine, and nothing else is compared.
 */
function seenSide({ columns, key }: Sides, side: string): string {
  const shown = columns.map(({ name, on }) => {
    const column = quoteName(name);
    return on === null ? `held.${column}` : `case when ${on} then held.${column} end as ${column}`;
  });
  const names = columns.map(({ name, on }) =>
    on === null ? quoteText(name) : `case when ${on} then ${quoteText(name)} end`,
  );
  const list = `[${names.join(', ')}]::varchar[]`;
  const isWhole = columns.every(({ on }) => on === null);
  const seen = isWhole ? list : `list_filter(${list}, lambda x: x is not null)`;
  const keys = key.map((name, at) => `held.${quoteName(name)} as "#k${at}"`);
  return `(select ${[...keys, ...shown, `${seen} as "#seen"`].join(', ')} from ${side} as held)`;
}

/** SQL of the name of a column when both sides show it and it differs. */
function markOf({ name, on }: SeenColumn): string {
  const column = quoteName(name);
  const both = ['a', 'b'].map((side) => `list_contains(${side}."#seen", ${quoteText(name)})`);
  const isShown = on === null ? '' : ` and ${both.join(' and ')}`;
  const differs = `a.${column} is distinct from b.${column}`;
  return `case when ${differs}${isShown} then ${quoteText(name)} end`;
}

async function diffByKey(session: Engine, sides: Sides, limit: number): Promise<Found> {
  const { columns, key } = sides;
  const keys = key.map((_, at) => `"#k${at}"`);
  const inKey = key.flatMap((part) => columns.filter(({ name }) => name === part));
  const marks = columns.filter(({ name }) => !key.includes(name)).map(markOf);
  const shows = (side: string): string =>
    `coalesce(${side}."#k0" is not null and len(${side}."#seen") > 0, false)`;
  const changed = `list_filter([${marks.join(', ')}]::varchar[], lambda x: x is not null)`;
  const same = keys.map((name) => `a.${name} = b.${name}`).join(' and ');
  await session.run(
    `create temp table differing as
     select case when not had then 'added' when not has then 'removed' else 'changed' end as kind,
       case when has then new_key else old_key end as "key",
       case when had and has then changed else []::varchar[] end as changed,
       case when had then before end as before, case when has then after end as after,
       case when had then before_seen end as before_seen,
       case when has then after_seen end as after_seen, ${keys.join(', ')}
     from (
       select ${shows('a')} as had, ${shows('b')} as has, ${changed} as changed,
         ${asStruct(columns, 'a')} as before, ${asStruct(columns, 'b')} as after,
         ${asStruct(inKey, 'a')} as old_key, ${asStruct(inKey, 'b')} as new_key,
         a."#seen" as before_seen, b."#seen" as after_seen,
         ${keys.map((name) => `coalesce(a.${name}, b.${name}) as ${name}`).join(', ')}
       from ${seenSide(sides, sides.before)} as a
         full join ${seenSide(sides, sides.after)} as b on ${same}
       where a."#k0" is null or b."#k0" is null or a."#seen" is distinct from b."#seen"
         or ${differing(columns)}
     ) as joined
     where (had or has) and not (had and has and len(changed) = 0)`,
  );
  // In the order of what is seen of the keys: the order of a hidden one would tell of it.
  return collect(session, limit, '"key", kind, after, before');
}

const differing = (columns: readonly SeenColumn[]): string =>
  columns
    .map(({ name }) => `a.${quoteName(name)} is distinct from b.${quoteName(name)}`)
    .join(' or ') || 'false';

/** Without a key a row is only itself: it was added or it was removed. */
async function diffAsBags(session: Engine, sides: Sides, limit: number): Promise<Found> {
  const names = `${nameList(sides.columns.map((column) => column.name))}, "#seen"`;
  const [before, after] = [sides.before, sides.after].map((side) => seenSide(sides, side));
  const only = (here: string, there: string): string =>
    `(select ${names} from ${here} where len("#seen") > 0
      except all select ${names} from ${there} where len("#seen") > 0)`;
  const side = (kind: string, rows: string): string => {
    const row = asStruct(sides.columns, 'r');
    const none = `null::struct(${sides.columns.map(({ name }) => `${quoteName(name)} ${sides.types.get(name)}`).join(', ')})`;
    const isGone = kind === 'removed';
    return `select ${quoteText(kind)} as kind, null as "key", []::varchar[] as changed,
      ${isGone ? row : none} as before, ${isGone ? none : row} as after,
      "#seen" as before_seen, "#seen" as after_seen from ${rows} as r`;
  };
  await session.run(
    `create temp table differing as ${side('added', only(String(after), String(before)))}
     union all ${side('removed', only(String(before), String(after)))}`,
  );
  return collect(session, limit, 'kind, before, after');
}

type Values = Record<string, unknown>;

/** A row as the engine gives it: what a side does not show is null, and is left out here. */
function toRow(row: Values): RowDiff {
  const side = (name: 'before' | 'after'): Values | null => {
    const values = row[name] as Values | null;
    return values === null ? null : only(values, row[`${name}_seen`]);
  };
  const [before, after] = [side('before'), side('after')];
  const key = only((row.key ?? {}) as Values, after === null ? row.before_seen : row.after_seen);
  const { kind, changed } = row as unknown as RowDiff;
  return { kind, key, changed, before, after };
}

function only(values: Values, seen: unknown): Values {
  const names = new Set(Array.isArray(seen) ? seen : []);
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}

async function collect(session: Engine, limit: number, order: string): Promise<Found> {
  const [counts] = await session.rows(
    `select count(*) filter (where kind = 'added') as added,
       count(*) filter (where kind = 'removed') as removed,
       count(*) filter (where kind = 'changed') as changed from differing`,
  );
  const found = await session.rows(
    `select kind, "key", changed, before, after, before_seen, after_seen
     from differing order by ${order} limit ${limit}`,
  );
  const rows = found.map(toRow);
  const [added, removed, changed] = [
    numberOf(counts, 'added'),
    numberOf(counts, 'removed'),
    numberOf(counts, 'changed'),
  ];
  return { added, removed, changed, rows, truncated: added + removed + changed > rows.length };
}
