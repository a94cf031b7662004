/** What differs between two snapshots of a dataset, by key. */
import type { Db } from '#kernel/db';
import { spanOf, touchedKeys, unshared } from './between.ts';
import { differs, sameKey } from './compare.ts';
import type { Column, DiffResult, Engine, RowDiff } from './model.ts';
import { numberOf, type Parts, stateSql } from './parts.ts';
import { nameList, quoteName, quoteText } from './sqltext.ts';

interface Sides {
  columns: Column[];
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
  { limit, ...ends }: { a: number; b: number; limit: number },
): Promise<DiffResult> {
  const span = await spanOf(db, dataset, ends);
  const { columns, key } = span.dataset.schema;
  if (key.length === 0) {
    const [before, after] = unshared(parts, span, columns);
    const sides = { columns, key, before, after };
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
  const sides = { columns, key, before, after };
  const found = await parts.engine.with((session) => diffByKey(session, sides, limit));
  return { ...found, by: keys === null ? 'whole' : 'changes', why };
}

const asStruct = (columns: Column[], side: string): string => {
  const parts = columns.map(({ name }) => `${quoteName(name)} := ${side}.${quoteName(name)}`);
  return `struct_pack(${parts.join(', ')})`;
};

async function diffByKey(session: Engine, sides: Sides, limit: number): Promise<Found> {
  const { columns, key } = sides;
  const first = quoteName(key[0] ?? '');
  const marks = columns
    .filter(({ name }) => !key.includes(name))
    .map(({ name }) => {
      const column = quoteName(name);
      return `case when a.${column} is distinct from b.${column} then ${quoteText(name)} end`;
    });
  const keys = key.map((name) => `coalesce(a.${quoteName(name)}, b.${quoteName(name)})`);
  await session.run(
    `create temp table differing as
     select case when a.${first} is null then 'added' when b.${first} is null then 'removed'
         else 'changed' end as kind,
       struct_pack(${keys.map((value, at) => `${quoteName(key[at] ?? '')} := ${value}`).join(', ')}) as "key",
       case when a.${first} is null or b.${first} is null then []::varchar[]
         else list_filter([${marks.join(', ')}]::varchar[], lambda x: x is not null) end as changed,
       case when a.${first} is not null then ${asStruct(columns, 'a')} end as before,
       case when b.${first} is not null then ${asStruct(columns, 'b')} end as after
     from ${sides.before} as a full join ${sides.after} as b on ${sameKey(key, 'a', 'b')}
     where a.${first} is null or b.${first} is null or ${differs(sides, 'a', 'b')}`,
  );
  return collect(session, limit, '"key"');
}

/** Without a key a row is only itself: it was added or it was removed. */
async function diffAsBags(session: Engine, sides: Sides, limit: number): Promise<Found> {
  const names = nameList(sides.columns.map((column) => column.name));
  const only = (here: string, there: string): string =>
    `(select ${names} from ${here} except all select ${names} from ${there})`;
  const side = (kind: string, rows: string): string => {
    const row = asStruct(sides.columns, 'r');
    const none = `null::struct(${sides.columns.map(({ name, type }) => `${quoteName(name)} ${type}`).join(', ')})`;
    const [before, after] = kind === 'removed' ? [row, none] : [none, row];
    return `select ${quoteText(kind)} as kind, null as "key", []::varchar[] as changed,
      ${before} as before, ${after} as after from ${rows} as r`;
  };
  await session.run(
    `create temp table differing as ${side('added', only(sides.after, sides.before))}
     union all ${side('removed', only(sides.before, sides.after))}`,
  );
  return collect(session, limit, 'kind, before, after');
}

async function collect(session: Engine, limit: number, order: string): Promise<Found> {
  const [counts] = await session.rows(
    `select count(*) filter (where kind = 'added') as added,
       count(*) filter (where kind = 'removed') as removed,
       count(*) filter (where kind = 'changed') as changed from differing`,
  );
  const found = await session.rows(`select * from differing order by ${order} limit ${limit}`);
  const rows = found.map((row) => ({ ...row, key: row.key ?? {} }) as unknown as RowDiff);
  const [added, removed, changed] = [
    numberOf(counts, 'added'),
    numberOf(counts, 'removed'),
    numberOf(counts, 'changed'),
  ];
  return { added, removed, changed, rows, truncated: added + removed + changed > rows.length };
}
