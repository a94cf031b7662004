/** Counting what a delivery changes against what stands, all inside the engine. */
import { lakeErrors } from './errors.ts';
import type { Column, Engine } from './model.ts';
import { numberOf } from './parts.ts';
import { nameList, quoteName } from './sqltext.ts';

export interface Counts {
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
}

export interface Compared {
  columns: Column[];
  key: string[];
}

const namesOf = ({ columns }: Compared): string[] => columns.map((column) => column.name);

/** `a."k" = b."k" and ...` */
export const sameKey = (key: string[], a: string, b: string): string =>
  key.map((name) => `${a}.${quoteName(name)} = ${b}.${quoteName(name)}`).join(' and ');

/** True where a row of the same key has another value somewhere. */
export function differs({ columns, key }: Compared, a: string, b: string): string {
  const others = columns.filter((column) => !key.includes(column.name));
  const parts = others.map(
    ({ name }) => `${a}.${quoteName(name)} is distinct from ${b}.${quoteName(name)}`,
  );
  return parts.length === 0 ? 'false' : `(${parts.join(' or ')})`;
}

/**
 * Refuses empty keys and keys that occur twice in `relation`.
 * @throws lake.key_missing, lake.key_twice
 */
export async function checkKeys(session: Engine, relation: string, key: string[]): Promise<void> {
  const isEmpty = key.map((name) => `${quoteName(name)} is null`).join(' or ');
  const [row] = await session.rows(
    `select count(*) filter (where ${isEmpty}) as missing from ${relation}`,
  );
  const missing = numberOf(row, 'missing');
  if (missing > 0) throw lakeErrors.make('key_missing', { count: missing });
  // Hashes first: they spill where keys of text run out of memory (100 M rows in 14 s), and only
  // keys whose hash comes again are looked at themselves.
  const names = nameList(key);
  await session.run(
    `create or replace temp table again as select h from (select hash(${names}) as h from ${relation})
     group by h having count(*) > 1`,
  );
  const [again] = await session.rows(
    `select case when (select count(*) from again) = 0 then 0 else (
       select count(*) from (select ${names} from ${relation}
         where hash(${names}) in (select h from again)
         group by ${names} having count(*) > 1)) end as twice`,
  );
  const twice = numberOf(again, 'twice');
  if (twice > 0) throw lakeErrors.make('key_twice', { count: twice });
}

/**
 * Counts of a whole delivery `fresh` against what stands, `old`. Exact where the answer is "nothing
 * changed".
 */
export async function compareWhole(
  session: Engine,
  compared: Compared,
  fresh: string,
  old: string,
): Promise<Counts> {
  const hashed = (relation: string): string =>
    `(select ${[...compared.key.map(quoteName), `hash(${nameList(namesOf(compared))}) as "#h"`].join(', ')}
      from ${relation})`;
  const counts =
    compared.key.length > 0
      ? await compareByKey(session, compared.key, hashed(fresh), hashed(old))
      : await compareAsBags(session, hashed(fresh), hashed(old));
  const isSame = counts.added + counts.changed + counts.removed === 0;
  if (!isSame || counts.unchanged === 0) return counts;
  // Equal hashes are no proof; before a delivery is dropped as known, its rows are compared
  // themselves.
  const names = nameList(namesOf(compared));
  const [row] = await session.rows(
    `select count(*) as n from (select ${names} from ${fresh} except all select ${names} from ${old})`,
  );
  const other = numberOf(row, 'n');
  return { ...counts, changed: other, unchanged: counts.unchanged - other };
}

async function compareByKey(
  session: Engine,
  key: string[],
  fresh: string,
  old: string,
): Promise<Counts> {
  const [row] = await session.rows(
    `select count(*) filter (where o."#h" is null) as added,
       count(*) filter (where n."#h" is null) as removed,
       count(*) filter (where n."#h" <> o."#h") as changed,
       count(*) filter (where n."#h" = o."#h") as unchanged
     from ${fresh} n full join ${old} o on ${sameKey(key, 'n', 'o')}`,
  );
  return countsOf(row);
}

async function compareAsBags(session: Engine, fresh: string, old: string): Promise<Counts> {
  const bag = (relation: string): string =>
    `(select "#h", count(*) as c from ${relation} group by "#h")`;
  const [row] = await session.rows(
    `select coalesce(sum(greatest(coalesce(n.c, 0) - coalesce(o.c, 0), 0)), 0) as added,
       coalesce(sum(greatest(coalesce(o.c, 0) - coalesce(n.c, 0), 0)), 0) as removed,
       0 as changed,
       coalesce(sum(least(coalesce(n.c, 0), coalesce(o.c, 0))), 0) as unchanged
     from ${bag(fresh)} n full join ${bag(old)} o on n."#h" = o."#h"`,
  );
  return countsOf(row);
}

export const countsOf = (row: Record<string, unknown> | undefined): Counts => ({
  added: numberOf(row, 'added'),
  changed: numberOf(row, 'changed'),
  removed: numberOf(row, 'removed'),
  unchanged: numberOf(row, 'unchanged'),
});
