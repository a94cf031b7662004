/**
 * The resolver against truth written by hand, construct by construct, and against the engine: an
 * item that changes an answer when its values change must never be missing.
 */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { parseQuery } from '#kernel/lake';
import { traceQuery } from './index.ts';

/** Tables of the tests: `p`eople, `h`ouses, `v`isits. */
const tables = new Map([
  ['p', ['id', 'name', 'age', 'house', 'tags']],
  ['h', ['house', 'town', 'area']],
  ['v', ['id', 'person', 'cost', 'at']],
]);

interface Truth {
  sql: string;
  /** `name: item how, item how`; a name of `?` has none. */
  columns: string[] | null;
  /** `item influence+influence` */
  rows: string[];
}

const truths: Record<string, Truth> = {
  'an item handed on, an expression, a constant': {
    sql: "select name, age + 1 as next, 'x' as c from p",
    columns: ['name: p.name copied', 'next: p.age computed', 'c: '],
    rows: [],
  },
  'SELECT * in the order of the table': {
    sql: 'select * from h',
    columns: ['house: h.house copied', 'town: h.town copied', 'area: h.area copied'],
    rows: [],
  },
  'star with EXCLUDE, REPLACE and RENAME': {
    sql: 'select * exclude (id, p.tags) replace (age * 2 as age) rename (name as who) from p',
    columns: ['who: p.name copied', 'age: p.age computed', 'house: p.house copied'],
    rows: [],
  },
  'star of one table of a join': {
    sql: 'select h.* from p join h on p.house = h.house',
    columns: ['house: h.house copied', 'town: h.town copied', 'area: h.area copied'],
    rows: ['h.house join', 'p.house join'],
  },
  'USING gives one column, the star too': {
    sql: 'select * exclude (tags) from p left join h using (house)',
    columns: [
      'id: p.id copied',
      'name: p.name copied',
      'age: p.age copied',
      'house: p.house copied',
      'town: h.town copied',
      'area: h.area copied',
    ],
    rows: ['h.house join', 'p.house join'],
  },
  'USING of a full join is made of both': {
    sql: 'select house from p full join h using (house)',
    columns: ['house: h.house computed, p.house computed'],
    rows: ['h.house join', 'p.house join'],
  },
  'USING of a right join is the right one': {
    sql: 'select house from p right join h using (house)',
    columns: ['house: h.house copied'],
    rows: ['h.house join', 'p.house join'],
  },
  'a natural join': {
    sql: 'select name, town from p natural join h',
    columns: ['name: p.name copied', 'town: h.town copied'],
    rows: ['h.house join', 'p.house join'],
  },
  'a semi join hides its right side': {
    sql: 'select * from h semi join p using (house)',
    columns: ['house: h.house copied', 'town: h.town copied', 'area: h.area copied'],
    rows: ['h.house join', 'p.house join'],
  },
  'an anti join on a condition': {
    sql: 'select town from h anti join p on p.house = h.house and p.age > 3',
    columns: ['town: h.town copied'],
    rows: ['h.house join', 'p.age join', 'p.house join'],
  },
  'WHERE decides over rows, not over values': {
    sql: 'select name from p where age > 18',
    columns: ['name: p.name copied'],
    rows: ['p.age filter'],
  },
  'aggregates, GROUP BY and HAVING': {
    sql: `select house, count(*) as n, sum(age) filter (where name is not null) as years from p
      group by house having max(id) > 3`,
    columns: ['house: p.house copied', 'n: ', 'years: p.age aggregated, p.name aggregated'],
    rows: ['p.house group', 'p.id filter'],
  },
  'GROUP BY by number and by alias': {
    sql: 'select upper(name) as u, count(*) as n from p group by 1 order by n',
    columns: ['u: p.name computed', 'n: '],
    rows: ['p.name group'],
  },
  'an aggregate ordered inside': {
    sql: 'select string_agg(name order by age) as names from p',
    columns: ['names: p.age aggregated, p.name aggregated'],
    rows: [],
  },
  'an expression over an aggregate stays one': {
    sql: 'select round(avg(area)) * 2 as a from h',
    columns: ['a: h.area aggregated'],
    rows: [],
  },
  'WITH, one after the other, columns renamed': {
    sql: `with a as (select id, age from p where name = 'x'), b (k, years) as (select * from a)
      select years * 2 as y, k from b`,
    columns: ['y: p.age computed', 'k: p.id copied'],
    rows: ['p.name filter'],
  },
  'a WITH that hides a table': {
    sql: 'with p as (select house as name from h) select name from p',
    columns: ['name: h.house copied'],
    rows: [],
  },
  'UNION ALL column by column, UNION groups': {
    sql: 'select name as x from p union all select town from h',
    columns: ['x: h.town copied, p.name copied'],
    rows: [],
  },
  'a UNION that removes doubles': {
    sql: 'select name from p union select town from h',
    columns: ['name: h.town copied, p.name copied'],
    rows: ['h.town group', 'p.name group'],
  },
  'UNION BY NAME': {
    sql: 'select name as a, age as b from p union all by name select town as c, area as b from h',
    columns: ['a: p.name copied', 'b: h.area copied, p.age copied', 'c: h.town copied'],
    rows: [],
  },
  'EXCEPT: the right side takes away': {
    sql: 'select house from h except select house from p',
    columns: ['house: h.house copied'],
    rows: ['h.house filter', 'p.house filter'],
  },
  'window functions': {
    sql: `select name, row_number() over (partition by house order by age) as r,
      sum(age) over (order by id) as s from p`,
    columns: [
      'name: p.name copied',
      'r: p.age computed, p.house computed',
      's: p.age aggregated, p.id aggregated',
    ],
    rows: [],
  },
  'QUALIFY by an alias': {
    sql: 'select name, rank() over (order by age) as r from p qualify r = 1',
    columns: ['name: p.name copied', 'r: p.age computed'],
    rows: ['p.age filter'],
  },
  'CASE: condition and values': {
    sql: "select case when age > 3 then name else 'x' end as c from p",
    columns: ['c: p.age computed, p.name computed'],
    rows: [],
  },
  'a scalar subquery, correlated': {
    sql: 'select (select max(cost) from v where v.person = p.id) as most from p',
    columns: ['most: p.id filter, v.cost aggregated, v.person filter'],
    rows: [],
  },
  'EXISTS asks, its columns are of no account': {
    sql: 'select exists (select v.at from v where v.person = p.id) as seen, name from p',
    columns: ['seen: p.id filter, v.person filter', 'name: p.name copied'],
    rows: [],
  },
  'IN a subquery, as a condition': {
    sql: 'select name from p where id in (select person from v where cost > 5)',
    columns: ['name: p.name copied'],
    rows: ['p.id filter', 'v.cost filter', 'v.person filter'],
  },
  'a subquery in FROM': {
    sql: 'select x.n from (select house, count(*) as n, max(age) as m from p group by house) as x where m > 3',
    columns: ['n: '],
    rows: ['p.age filter', 'p.house group'],
  },
  'LATERAL sees the table before it': {
    sql: 'select name, l.c from p, lateral (select sum(cost) as c from v where v.person = p.id) as l',
    columns: ['name: p.name copied', 'c: v.cost aggregated'],
    rows: ['p.id filter', 'v.person filter'],
  },
  'unnest in FROM': {
    sql: 'select name, t from p, unnest(p.tags) as u(t)',
    columns: ['name: p.name copied', 't: p.tags computed'],
    rows: ['p.tags join'],
  },
  'a lambda with a parameter of its own': {
    sql: 'select list_transform(tags, lambda x: x || name) as l from p',
    columns: ['l: p.name computed, p.tags computed'],
    rows: [],
  },
  'VALUES beside a table': {
    sql: 'select label, name from p join (values (1, 2), (3, 4)) as k(code, label) on p.age = k.code',
    columns: ['label: ', 'name: p.name copied'],
    rows: ['p.age join'],
  },
  'a recursive table': {
    sql: `with recursive r as (select id, person as up, 0 as d from v union all
      select v.id, r.up + v.cost, d + 1 from v join r on v.person = r.id where d < 2)
      select id, up from r`,
    columns: ['id: v.id copied', 'up: v.cost computed, v.person computed'],
    rows: ['v.id join', 'v.person join'],
  },
  'an alias used beside it and a table as a value': {
    sql: 'select age * 2 as d, d + 1 as e, h from p join h using (house)',
    columns: [
      'd: p.age computed',
      'e: p.age computed',
      'h: h.area computed, h.house computed, h.town computed',
    ],
    rows: ['h.house join', 'p.house join'],
  },
  'ORDER BY counts where it is cut': {
    sql: 'select name from p order by age limit 3',
    columns: ['name: p.name copied'],
    rows: ['p.age order'],
  },
  'ORDER BY does not count where it is not': {
    sql: 'select name from p order by age',
    columns: ['name: p.name copied'],
    rows: [],
  },
  'DISTINCT ON': {
    sql: 'select distinct on (house) name from p order by age',
    columns: ['name: p.name copied'],
    rows: ['p.age order', 'p.house group'],
  },
  'DISTINCT groups by all it gives': {
    sql: 'select count(*) as n from (select distinct house, age from p)',
    columns: ['n: '],
    rows: ['p.age group', 'p.house group'],
  },
  'GROUPING SETS and GROUP BY ALL': {
    sql: 'select house, age, count(*) as n from p group by grouping sets ((house), (age))',
    columns: ['house: p.house copied', 'age: p.age copied', 'n: '],
    rows: ['p.age group', 'p.house group'],
  },
  'a cast is an expression': {
    sql: 'select age::varchar as a, cast(id as double) as i from p',
    columns: ['a: p.age computed', 'i: p.id computed'],
    rows: [],
  },
  'a table joined with itself': {
    sql: 'select a.name, b.age from p a join p b on a.id = b.house',
    columns: ['name: p.name copied', 'age: p.age copied'],
    rows: ['p.house join', 'p.id join'],
  },
};

const sorted = (lines: Iterable<string>): string => [...lines].sort().join(', ');

async function traced(sql: string): Promise<Omit<Truth, 'sql'>> {
  const { tree } = await parseQuery(sql);
  const trace = traceQuery(tree, tables);
  expect(trace.unresolved).toEqual([]);
  expect(trace.rows.isUnknown).toBe(false);
  const columns = trace.columns?.map(({ name, from }) => {
    const items =
      from === null ? 'unknown' : sorted([...from].map(([ref, how]) => `${ref} ${how}`));
    return `${name ?? '?'}: ${items}`;
  });
  const rows = [...trace.rows.items].map(([ref, how]) => `${ref} ${[...how].sort().join('+')}`);
  return { columns: columns ?? null, rows: rows.sort() };
}

test.each(Object.entries(truths))('%s', async (_, { sql, ...truth }) => {
  expect(await traced(sql)).toEqual(truth);
});

test('an item that nobody has is named, with its table', async () => {
  const { tree } = await parseQuery('select p.nope, other from p where missing > 1');
  expect(traceQuery(tree, tables).unresolved).toEqual([
    { table: 'p', name: 'nope' },
    { table: null, name: 'other' },
    { table: null, name: 'missing' },
  ]);
});

test('what cannot be followed says so', async () => {
  const { tree } = await parseQuery('select * from p natural join unknown_table');
  const trace = traceQuery(tree, tables);
  expect(trace.columns).toBeNull();
  expect(trace.rows.isUnknown).toBe(true);
});

/** Values of an item, by row: small numbers that meet in joins and groups. */
const cell = (table: string, item: string, row: number, shift: number): string => {
  const number = (row * 7 + item.length * 3 + table.charCodeAt(0) + shift) % 5;
  if (item === 'name' || item === 'town') return `'n${number}'`;
  return item === 'tags' ? `['t${number}', 'u${(row + shift) % 3}']` : String(number);
};

/** The tables as the engine has them; `by` shifts the values of one item. */
async function fill(engine: DuckDBConnection, shifted: string | null, by: number): Promise<void> {
  for (const [table, items] of tables) {
    if (shifted !== null && !shifted.startsWith(`${table}.`)) continue;
    const rows = Array.from({ length: 9 }, (_, row) => {
      const cells = items.map((item) => {
        const isIt = `${table}.${item}` === shifted;
        // Rows are shifted by different steps: the same for all may cancel out.
        return `${cell(table, item, row, isIt ? by * (row % 3) : 0)} as ${item}`;
      });
      return `select ${cells.join(', ')}`;
    });
    await engine.run(`create or replace table ${table} as ${rows.join(' union all ')}`);
  }
}

/** Each column by itself, as a bag: which row it stands in says nothing of where it is from. */
async function ask(engine: DuckDBConnection, sql: string): Promise<string[]> {
  const reader = await engine.runAndReadAll(sql);
  const rows = reader.getRowsJson().map((row) => row.map((value) => JSON.stringify(value)));
  return reader.columnNames().map((_, at) => String(rows.map((row) => row[at] ?? '').sort()));
}

test('an item whose values change an answer is among its sources', {
  timeout: 300_000,
}, async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const engine = await instance.connect();
  const refs = [...tables].flatMap(([table, items]) => items.map((item) => `${table}.${item}`));
  const queries = await Promise.all(
    Object.values(truths).map(async ({ sql }) => {
      const { tree } = await parseQuery(sql);
      return { sql, trace: traceQuery(tree, tables) };
    }),
  );
  await fill(engine, null, 0);
  const before = new Map<string, string[]>();
  for (const { sql } of queries) before.set(sql, await ask(engine, sql));
  const moved = new Set<string>();
  for (const ref of refs) {
    for (const by of [1, 2, 3]) {
      await fill(engine, null, 0);
      await fill(engine, ref, by);
      for (const { sql, trace } of queries) {
        const after = await ask(engine, sql);
        for (const [at, column] of after.entries()) {
          if (column === before.get(sql)?.[at]) continue;
          moved.add(`${ref} ${at} ${sql}`);
          const isNamed = trace.columns?.[at]?.from?.has(ref) || trace.rows.items.has(ref);
          expect(isNamed, `${ref} changes column ${at + 1} of ${sql}`).toBe(true);
        }
      }
    }
  }
  // The engine did react: the test is none if nothing ever changed.
  expect(moved.size).toBeGreaterThan(100);
  engine.closeSync();
  instance.closeSync();
});
