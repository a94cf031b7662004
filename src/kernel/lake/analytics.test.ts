/** What must pass: the queries people and packs really write, each with the answer it must give. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Settings } from '#kernel/config';
import { createLake, type FencedInput, type Lake, parseQuery } from '#kernel/lake';
import { type TestWorld, testWorld } from '#testing';

let world: TestWorld;
let lake: Lake;

const orders = `(select * from (values
  (1, '3301090041', '道路', timestamp '2026-03-02 01:00:00', timestamp '2026-03-02 09:00:00', 12.50),
  (2, '3301090041', '市容', timestamp '2026-03-03 01:00:00', null, 3.25),
  (3, '3301090052', '道路', timestamp '2026-04-01 23:30:00', timestamp '2026-04-04 00:00:00', 0.00),
  (4, null, '噪声', timestamp '2026-04-02 10:00:00', timestamp '2026-04-02 11:00:00', 7.00)
) as v(id, grid, matter, opened_at, closed_at, cost))`;
const grids = `(select * from (values ('3301090041', '新塘'), ('3301090052', '宁围'), ('3301090099', '闻堰')) v(code, town))`;

const relations: FencedInput['relations'] = [
  {
    name: 'work_orders',
    sql: orders,
    columns: ['id', 'grid', 'matter', 'opened_at', 'closed_at', 'cost'].map((name) => ({
      name,
      type: 'any',
    })),
  },
  { name: 'grids', sql: grids, columns: ['code', 'town'].map((name) => ({ name, type: 'any' })) },
];

beforeAll(async () => {
  world = await testWorld();
  const settings: Settings = world.ctx.settings;
  lake = await createLake({
    home: `${settings.home}/own`,
    settings,
    log: world.ctx.log,
    clock: world.clock,
  });
});

afterAll(async () => {
  await lake.close();
  await world.close();
});

const ask = (sql: string, params: NonNullable<FencedInput['params']> = {}) =>
  lake.fenced({ sql, relations, params, limits: { ms: 10_000, rows: 1000, memory_mb: 600 } });

const cases: [sql: string, rows: unknown[][]][] = [
  ['select count(*) from work_orders; -- how many', [[4]]],
  ['from grids select town order by code limit 1', [['新塘']]],
  ['table grids order by code desc limit 1', [['3301090099', '闻堰']]],
  [
    "values (1, 'a'), (2, 'b')",
    [
      [1, 'a'],
      [2, 'b'],
    ],
  ],
  [
    'select matter, count(*) as n from work_orders group by matter having count(*) > 1',
    [['道路', 2]],
  ],
  [
    'select matter, count(*) n from work_orders group by all order by all',
    [
      ['噪声', 1],
      ['市容', 1],
      ['道路', 2],
    ],
  ],
  [
    'select g.town, count(w.id) from grids g left join work_orders w on w.grid = g.code group by g.town order by 2 desc, 1',
    [
      ['新塘', 2],
      ['宁围', 1],
      ['闻堰', 0],
    ],
  ],
  ['select town from grids g anti join work_orders w on w.grid = g.code', [['闻堰']]],
  [
    'select town from grids g where exists (select 1 from work_orders w where w.grid = g.code and w.closed_at is null)',
    [['新塘']],
  ],
  [
    "select town from grids where code in (select grid from work_orders where matter = '道路') order by code",
    [['新塘'], ['宁围']],
  ],
  [
    'select sum(cost), avg(cost)::decimal(6,3), max(cost) from work_orders',
    [['22.75', '5.688', '12.50']],
  ],
  [
    'select count(*) filter (where closed_at is null) as open_now, count(distinct grid) from work_orders',
    [[1, 2]],
  ],
  [
    "select date_trunc('month', opened_at) as month, count(*) from work_orders group by 1 order by 1",
    [
      ['2026-03-01T00:00:00Z', 2],
      ['2026-04-01T00:00:00Z', 2],
    ],
  ],
  [
    "select strftime(opened_at, '%Y-%m') as m, median(date_diff('hour', opened_at, closed_at)) from work_orders group by m order by m",
    [
      ['2026-03', 8],
      ['2026-04', 25],
    ],
  ],
  [
    'select extract(year from opened_at) as y, dayofweek(opened_at) as d from work_orders where id = 1',
    [[2026, 1]],
  ],
  [
    "select (timezone('Asia/Shanghai', timezone('UTC', opened_at)))::date as day from work_orders where id = 3",
    [['2026-04-02']],
  ],
  [
    "select opened_at at time zone 'UTC' as t from work_orders where id = 1",
    [['2026-03-02T01:00:00Z']],
  ],
  [
    "select id from work_orders where opened_at >= date '2026-04-01' and opened_at < date '2026-04-01' + interval 1 day",
    [[3]],
  ],
  ['select id, closed_at - opened_at as took from work_orders where id = 1', [[1, '08:00:00']]],
  [
    'select id, row_number() over (partition by matter order by opened_at desc) as k from work_orders qualify k = 1 order by id',
    [
      [2, 1],
      [3, 1],
      [4, 1],
    ],
  ],
  [
    'select id, sum(cost) over (order by id rows between 1 preceding and current row) from work_orders order by id',
    [
      [1, '12.50'],
      [2, '15.75'],
      [3, '3.25'],
      [4, '7.00'],
    ],
  ],
  [
    'select id, lag(id, 1, 0) over w, rank() over w from work_orders window w as (order by id) order by id limit 2',
    [
      [1, 0, 1],
      [2, 1, 2],
    ],
  ],
  [
    'with o as (select * from work_orders where closed_at is null), n as (select count(*) c from o) select c from n',
    [[1]],
  ],
  [
    'with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select sum(n) from r',
    [[15]],
  ],
  ['with work_orders as (select 42 as x) select x from work_orders', [[42]]],
  [
    'select a.id from work_orders a, lateral (select b.id from work_orders b where b.matter = a.matter and b.id > a.id) n',
    [[1]],
  ],
  ['select id from work_orders union all select 9 order by id desc limit 2', [[9], [4]]],
  ["select matter from work_orders except select '道路' order by 1", [['噪声'], ['市容']]],
  [
    "select case when closed_at is null then 'open' else 'closed' end as s, count(*) from work_orders group by 1 order by 1",
    [
      ['closed', 3],
      ['open', 1],
    ],
  ],
  ["select coalesce(grid, '-') from work_orders where id = 4", [['-']]],
  [
    "select nullif(cost, 0), ifnull(grid, 'x'), if(id > 1, 1, 0) from work_orders where id = 3",
    [[null, '3301090052', 1]],
  ],
  [
    "select upper(substr(grid, 1, 6)), left(grid, 6) || '…', length(matter), replace(matter, '道', '路') from work_orders where id = 1",
    [['330109', '330109…', 2, '路路']],
  ],
  [
    "select regexp_extract('井盖 3301090101004177', '\\d{16}'), regexp_matches('ab', 'b$'), 'abc' like 'a%', 'abc' ilike 'A_C', 'x' not in ('y')",
    [['3301090101004177', true, true, true, true]],
  ],
  [
    "select split_part('a,b,c', ',', 2), string_split('a,b', ','), concat_ws('-', 1, null, 2), lpad('7', 3, '0')",
    [['b', ['a', 'b'], '1-2', '007']],
  ],
  [
    "select jaro_winkler_similarity('新塘街道', '新塘街') > 0.9, levenshtein('ab', 'ac')",
    [[true, 1]],
  ],
  [
    "select list(id order by id), string_agg(matter, '、' order by id) from work_orders where id < 3",
    [[[1, 2], '道路、市容']],
  ],
  [
    'select list_transform([1, 2], lambda x: x + 1), list_filter([1, 2, 3], x -> x > 1), [x * 2 for x in [1, 2] if x > 1]',
    [[[2, 3], [2, 3], [4]]],
  ],
  [
    "select {'town': '新塘', 'n': 2} as s, map {'k': 1}, [1, 2][1], (struct_pack(a := 1)).a",
    [[{ town: '新塘', n: 2 }, [{ key: 'k', value: 1 }], 1, 1]],
  ],
  ['select unnest([3, 1, 2]) as x order by x', [[1], [2], [3]]],
  [
    'select x, o from unnest([5, 6]) with ordinality as u(x, o)',
    [
      [5, 1],
      [6, 2],
    ],
  ],
  [
    'select * from range(2) r(i), generate_series(1, 2) s(j) order by all',
    [
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
    ],
  ],
  [
    "select generate_series::date from generate_series(timestamp '2026-01-01', timestamp '2026-01-02', interval 1 day)",
    [['2026-01-01'], ['2026-01-02']],
  ],
  [
    'select quantile_cont(cost, 0.5)::decimal(6,3), mode(matter), arg_max(id, cost), stddev_pop(id)::decimal(4,2) from work_orders',
    [['5.120', '道路', 1, '1.12']],
  ],
  [
    'select round(1 / 3.0, 2), 7 // 2, 7 % 2, 2 ** 3, abs(-1), greatest(1, 2), floor(1.5)',
    [[0.33, 3, 1, 8, 1, 2, '1']],
  ],
  [
    'select matter, grid, count(*) from work_orders group by rollup (matter, grid) having grouping(matter) = 1',
    [[null, null, 4]],
  ],
  [
    'select matter, count(*) from work_orders group by grouping sets ((matter), ()) order by 2 desc, 1 limit 1',
    [[null, 4]],
  ],
  [
    'select * exclude (opened_at, closed_at, cost) from work_orders where id = 1',
    [[1, '3301090041', '道路']],
  ],
  ["select * replace ('*' as town) from grids order by code limit 1", [['3301090041', '*']]],
  [
    'select w.id, t.n from work_orders w asof join (select 2 as id, 7 as n) t on w.id >= t.id order by 1 limit 1',
    [[2, 7]],
  ],
  [
    'select distinct on (matter) matter, id from work_orders order by matter, id limit 2',
    [
      ['噪声', 4],
      ['市容', 2],
    ],
  ],
  ['select count(*) > 0 from work_orders tablesample 100%', [[true]]],
  [
    'select id from work_orders where id between 2 and 3 and not (id = 2) and grid is not null',
    [[3]],
  ],
  [
    'select 330109010100417712 as big, 12345678901234567890123::hugeint as huge, 1e3::double as d, 18::bigint',
    [['330109010100417712', '12345678901234567890123', 1000, 18]],
  ],
  [
    "select try_cast('x' as integer), cast('2026-01-02' as date), '1.5'::decimal(3,1), true::integer",
    [[null, '2026-01-02', '1.5', 1]],
  ],
  [
    'select json_extract_string(\'{"a": {"b": "新塘"}}\', \'$.a.b\'), \'{"a": 1}\'::json->>\'a\'',
    [['新塘', '1']],
  ],
  ["select 'it''s' as \"the 'quote'\", '中文；--' as \"列;名\"", [["it's", '中文；--']]],
  [
    "select md5('a'), sha256('a')[1:4], hash('a') = hash('a')",
    [['0cc175b9c0f1b6a831c399e269772661', 'ca97', true]],
  ],
  [
    'select time_bucket(interval 1 month, opened_at)::date, count(*) from work_orders group by 1 order by 1 limit 1',
    [['2026-03-01', 2]],
  ],
  [
    'select bool_or(closed_at is null), bool_and(id > 0), any_value(town) is not null from work_orders, grids',
    [[true, true, true]],
  ],
  [
    'select a.town, b.town from grids a join grids b on a.code < b.code order by all limit 1',
    [['宁围', '闻堰']],
  ],
  ['select town from grids order by town collate nocase limit 1', [['宁围']]],
  ['select max(n) from (select count(*) n from work_orders group by matter) t', [[2]]],
  ['(select 1) union (select 1)', [[1]]],
  [
    "select count(*) from work_orders where (matter, id) in (values ('道路', 1), ('道路', 2))",
    [[1]],
  ],
  [
    "select $$it is text, not SQL; from '/etc/passwd'$$ as t",
    [["it is text, not SQL; from '/etc/passwd'"]],
  ],
];

describe('analytics pass both fences', () => {
  test.each(cases)('%s', async (sql, rows) => {
    expect((await ask(sql)).rows).toEqual(rows);
  });
});

test('the moment of asking is given by the clock of the lake, in the day of the district', async () => {
  world.clock.set(new Date('2026-03-01T16:30:00.500Z'));
  const found = await ask(
    'select now() as a, current_date as b, today() as c, current_timestamp as d',
  );
  expect(found.columns.map((column) => column.name)).toEqual(['a', 'b', 'c', 'd']);
  const now = '2026-03-01T16:30:00.500Z';
  expect(found.rows).toEqual([[now, '2026-03-02', '2026-03-02', now]]);
  const then = await ask('select count(*) from work_orders where opened_at < now()', {
    now: '2026-03-02 02:00:00',
  });
  expect(then.rows).toEqual([[1]]);
});

test('what a query reads is taken from its parse, without the names of its own expressions', async () => {
  const parsed = await parseQuery(`
    with a as (select * from B join "c_c" using (x)), d as (from a)
    select *, $p from d, (select 1 from Schulen where x in (from 部件)) s, range(3)
    where now() > $p and exists (from a)`);
  expect(parsed.relations).toEqual(['b', 'c_c', 'schulen', '部件']);
  expect(parsed.params).toEqual(['now', 'p']);
  expect(parsed.relationLines.get('schulen')).toBe(3);
});

test('values of every type are JSON-safe', async () => {
  const { rows } =
    await ask(`select 1::tinyint, 9007199254740993, 1.10::decimal(5,2), 'nan'::double, 'inf'::double,
    timestamp '2026-01-01 00:00:00.000001', timestamptz '2026-01-01 00:00:00+08', time '10:00:00', interval 90 minute,
    'ab'::blob, [1, null], null, timestamp '1969-12-31 23:59:59.999999', 'infinity'::timestamp, '101'::bit`);
  expect(rows[0]).toEqual([
    1,
    '9007199254740993',
    '1.10',
    'NaN',
    'Infinity',
    '2026-01-01T00:00:00.000001Z',
    '2025-12-31T16:00:00Z',
    '10:00:00',
    '01:30:00',
    'YWI=',
    [1, null],
    null,
    '1969-12-31T23:59:59.999999Z',
    'infinity',
    '101',
  ]);
  expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
});
