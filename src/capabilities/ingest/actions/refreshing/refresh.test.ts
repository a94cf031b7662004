/**
 * Derived datasets that follow changes: which queries may, what the others are told, and that
 * following always gives what making again gives, over random queries and random changes.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue, getDataset } from '#catalogue';
import { columnLineage, gate } from '#gate';
import { organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';
import { ingest, refreshDerived, refreshPlan } from '../../index.ts';

const capabilities = [organisation, catalogue, gate, ingest];
let world: TestWorld;

const units = `code,name,name_en,level,parent,source
330109,萧山区,Xiaoshan,district,,test
330109-zhzf,区综合执法局,Enforcement,department,330109,test
`;

interface Made {
  mode?: string;
  key: string[];
  items: Record<string, string>;
}

const contract = ({ mode, key, items }: Made): string => `title: {zh: 试, en: Trial}
description: {zh: 试, en: Trial}
owner: 330109-zhzf
theme: 试
layer: ${mode === undefined ? 'thematic' : 'standard'}
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
${mode === undefined ? '' : `mode: ${mode}\n`}${key.length === 0 ? '' : `key: [${key.join(', ')}]\n`}items:
${Object.entries(items)
  .map(([name, type]) => {
    const required = key.includes(name) ? ', required: true' : '';
    return `  ${name}: {title: {zh: ${name}, en: ${name}}, type: ${type}, grade: L1${required}}`;
  })
  .join('\n')}
`;

const sources: Record<string, Made> = {
  people: {
    mode: 'merge',
    key: ['id'],
    items: { id: 'integer', name: 'text', age: 'integer', house: 'integer' },
  },
  houses: {
    mode: 'merge',
    key: ['house'],
    items: { house: 'integer', town: 'text', area: 'integer' },
  },
  visits: { mode: 'append', key: [], items: { person: 'integer', cost: 'integer' } },
  wholes: { mode: 'full', key: ['id'], items: { id: 'integer', n: 'integer' } },
};

/** A derived dataset: its key is `id` or `g`, the rest are whole numbers or text. */
interface Derived {
  sql: string;
  key: string[];
  items: Record<string, string>;
}

const rowItems = { id: 'integer', a: 'integer', b: 'text' };
const groupItems = { g: 'text', n: 'integer', s: 'integer', m: 'integer' };

const number = fc.constantFrom('age', 'age + 1', 'coalesce(age, 0) * 2', 'length(name)', '7');
const words = fc.constantFrom(
  'name',
  "upper(name) || 'x'",
  "case when age > 2 then name else '-' end",
);
const condition = fc.constantFrom(
  'true',
  'age > 1',
  "name like 'n%'",
  'age is null or age < 3',
  'id % 2 = 0',
);
const joins = fc.constantFrom(
  { from: 'people', town: 'name' },
  { from: 'people join houses using (house)', town: 'town' },
  { from: 'people p left join houses h on h.house = p.house', town: 'h.town' },
  {
    from: 'people left join houses h on people.house = h.house and h.area > 1',
    town: "coalesce(h.town, '?')",
  },
);
const rowQuery: fc.Arbitrary<Derived> = fc
  .record({ a: number, b: words, where: condition, join: joins, isTown: fc.boolean() })
  .map(({ a, b, where, join, isTown }) => ({
    sql: `select id, ${a} as a, ${isTown ? join.town : b} as b from ${join.from} where ${where}`,
    key: ['id'],
    items: rowItems,
  }));
const groupQuery: fc.Arbitrary<Derived> = fc
  .record({
    group: fc.constantFrom(
      "coalesce(name, '?')",
      'coalesce(house, 0)::varchar',
      '(id % 3)::varchar',
    ),
    by: fc.constantFrom('group by 1', 'group by g', 'group by all'),
    where: condition,
    having: fc.constantFrom('', 'having count(*) > 1', 'having max(age) > 1'),
  })
  .map(({ group, by, where, having }) => ({
    sql: `select ${group} as g, count(*) as n, sum(age) as s, max(age) - min(id) as m
      from people where ${where} ${by} ${having}`,
    key: ['g'],
    items: groupItems,
  }));
const visitQuery: fc.Arbitrary<Derived> = fc.constantFrom('person', 'person % 2').map((group) => ({
  sql: `select (${group})::varchar as g, count(*) as n, sum(cost) as s, max(cost) as m
    from visits group by ${group === 'person' ? 'person::varchar' : '1'}`,
  key: ['g'],
  items: groupItems,
}));
const wholeQuery: fc.Arbitrary<Derived> = fc.constantFrom(
  { sql: 'select id, n as a, null::varchar as b from wholes', key: ['id'], items: rowItems },
  {
    sql: 'select p.id, w.n as a, p.name as b from people p join wholes w on w.id = p.age',
    key: ['id'],
    items: rowItems,
  },
  {
    sql: 'select coalesce(n, 0)::varchar as g, count(*) as n, sum(id) as s, max(id) as m from wholes group by 1',
    key: ['g'],
    items: groupItems,
  },
);
/** Branches put together, WITH and queries in FROM, one inside the other. */
const people = fc.constantFrom(
  'people',
  "(select * from people where age > 0 or name like 'n%')",
  '(select id, name, age, house from people where id < 4 union all ' +
    'select id, upper(name), age + 1, house from people where id >= 4)',
);
const nestedQuery: fc.Arbitrary<Derived> = fc
  .record({ from: people, where: condition, join: fc.boolean(), a: number })
  .map(({ from, where, join, a }) => ({
    sql: `with folk as (select * from ${from} as f), homes(house, town) as (
        select house, max(town) from houses group by house)
      select id, ${a} as a, ${join ? 'town' : 'name'} as b
      from folk ${join ? 'join homes using (house)' : ''} where ${where}`,
    key: ['id'],
    items: rowItems,
  }));
const branchQuery: fc.Arbitrary<Derived> = fc
  .record({ where: condition, other: fc.constantFrom('houses', 'wholes'), top: fc.boolean() })
  .map(({ where, other, top }) => {
    const second =
      other === 'houses'
        ? 'select house + 10 as id, area as a, town as b from houses'
        : "select id + 20, n, 'w' from wholes";
    const both = `select id, age as a, name as b from people where ${where} union all ${second}`;
    return {
      sql: top ? both : `select * from (${both}) u where a is not null`,
      key: ['id'],
      items: rowItems,
    };
  });
/** Joins of every kind: by a key, by anything, one to many, to those that are there or are not. */
const joinQuery: fc.Arbitrary<Derived> = fc
  .constantFrom(
    'select id, area as a, town as b from people join houses on area = age and houses.house = people.house',
    'select id, age as a, name as b from people semi join visits on person = id',
    'select id, age as a, name as b from people anti join houses using (house)',
    'select p.id * 10 + h.house as id, h.area as a, p.name as b from people p, houses h where p.age < h.area',
    'select p.id * 10 + coalesce(h.house, 0) as id, area as a, town as b ' +
      'from people p left join houses h on h.area > p.age',
    'select a.id * 10 + b.id as id, a.age as a, b.name as b from people a join people b on a.house = b.house',
    'select p.id, h.area as a, w.n::varchar as b from people p join houses h using (house) ' +
      'left join wholes w on w.id = h.area',
    'select id * 10 + n as id, age as a, name as b from people, (values (1), (2)) as twice(n)',
    'select id * 100 + unnest([1, 2]) as id, age as a, name as b from people',
  )
  .map((sql) => ({ sql, key: ['id'], items: rowItems }));
const joinedGroups: fc.Arbitrary<Derived> = fc
  .constantFrom(
    "select coalesce(town, '?') as g, count(*) as n, sum(age) as s, max(area) as m " +
      'from people left join houses using (house) group by 1',
    "select coalesce(town, '?') as g, count(*) as n, sum(cost) as s, max(age) as m " +
      'from visits join people on person = id join houses using (house) group by all having count(*) > 0',
    "select coalesce(name, '?') as g, sum(c) as n, sum(a) as s, max(c) as m from (" +
      'select name, house, count(*) as c, sum(age) as a from people group by name, house) by_house group by name',
    "select distinct coalesce(town, '?') as g, 1 as n, 2 as s, 3 as m from houses",
    'select name as g, count(*) as n, max(id) as s, min(id) as m from people ' +
      'where house in (select house from houses where area > 1) and name is not null group by name',
  )
  .map((sql) => ({ sql, key: ['g'], items: groupItems }));
const query = fc.oneof(
  rowQuery,
  groupQuery,
  visitQuery,
  wholeQuery,
  nestedQuery,
  branchQuery,
  joinQuery,
  joinedGroups,
);

interface Change {
  to: 'people' | 'houses' | 'visits' | 'wholes';
  rows: (number | null)[][];
  gone: number[];
  isCompacted: boolean;
}

const small = fc.integer({ min: 1, max: 9 });
const maybe = fc.option(fc.integer({ min: 0, max: 4 }), { nil: null });
const change: fc.Arbitrary<Change> = fc.record({
  to: fc.constantFrom<Change['to'][]>('people', 'people', 'houses', 'visits', 'wholes'),
  rows: fc.uniqueArray(fc.tuple(small, maybe, maybe, maybe), {
    selector: ([id]) => id,
    maxLength: 4,
  }),
  gone: fc.uniqueArray(small, { maxLength: 2 }),
  isCompacted: fc.boolean(),
});

const text = (value: number | null | undefined): string => (value == null ? 'null' : `'n${value}'`);
const whole = (value: number | null | undefined): string =>
  value == null ? 'null' : String(value);

const selects: Record<Change['to'], (row: (number | null)[]) => string> = {
  people: ([id, a, b, c]) =>
    `select ${id} as id, ${text(a)} as name, ${whole(b)} as age, ${whole(c)} as house`,
  houses: ([id, a, b]) => `select ${id} as house, ${text(a)} as town, ${whole(b)} as area`,
  visits: ([id, a]) => `select ${id} as person, ${whole(a)} as cost`,
  wholes: ([id, a]) => `select ${id} as id, ${whole(a)} as n`,
};

async function deliver(change: Change): Promise<void> {
  const { ctx } = world;
  const { to } = change;
  // What is delivered whole needs no word of what is gone.
  const key = to === 'wholes' ? undefined : sources[to]?.key[0];
  const given = new Set(change.rows.map(([id]) => id));
  const gone = change.gone.filter((id) => !given.has(id));
  if (change.rows.length === 0 && (key === undefined || gone.length === 0)) return;
  const nothing = `${selects[to]([1, null, null, null])} where false`;
  await ctx.lake.commit(ctx, {
    dataset: to,
    sql: [...change.rows.map((row) => selects[to](row)), nothing].join(' union all '),
    batch: 'given',
    ...(key === undefined || gone.length === 0
      ? {}
      : { deletes: `select unnest([${gone.join(', ')}]) as ${key}` }),
  });
  if (change.isCompacted) await ctx.lake.compact(ctx, to, { force: true });
}

/** Nine rows of each: what one row changes is then never most of a source, which is made again. */
function deliverNine(to: Change['to']): Promise<void> {
  const rows = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => [id, id % 3, id % 4 || null, (id % 3) + 1]);
  return deliver({ to, rows, gone: [], isCompacted: false });
}

/** What does not follow though it should is made again, and said: here it is a fault. */
function watched(): { ctx: TestWorld['ctx']; faults: unknown[] } {
  const faults: unknown[] = [];
  const log = Object.assign(Object.create(world.ctx.log), {
    warn: (fault: unknown) => faults.push(fault),
  });
  return { ctx: { ...world.ctx, log }, faults };
}

/** What the query gives over everything as it stands, by the engine alone. */
async function remade({ sql, items }: Derived): Promise<unknown[]> {
  const { ctx } = world;
  const given = await Promise.all(
    Object.keys(sources).map(async (name) => {
      const relation = await ctx.lake.relation(ctx, name);
      return `${name} as (select * from ${relation.sql} as r)`;
    }),
  );
  const types: Record<string, string> = { integer: 'bigint', text: 'varchar' };
  const columns = Object.entries(items).map(([name, type]) => `${name}::${types[type]} as ${name}`);
  return ctx.lake.engine.rows(
    `with ${given.join(', ')} select ${columns.join(', ')} from (${sql}) as q order by all`,
  );
}

async function kept(name: string, { items }: Derived): Promise<unknown[]> {
  const { sql } = await world.ctx.lake.relation(world.ctx, name);
  const columns = Object.keys(items).join(', ');
  return world.ctx.lake.engine.rows(`select ${columns} from ${sql} as r order by all`);
}

const contracts = (all: Record<string, Made>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(all).map(([name, made]) => [`datasets/${name}.yaml`, contract(made)]),
  );

async function declare(derived: Record<string, Derived>): Promise<void> {
  await applyFiles(world.ctx, capabilities, {
    'units/all.csv': units,
    ...contracts({ ...sources, ...derived }),
    ...Object.fromEntries(
      Object.entries(derived).map(([name, { sql }]) => [`datasets/${name}.sql`, sql]),
    ),
  });
  await world.drain();
}

beforeAll(async () => {
  world = await testWorld({ capabilities });
  await declare({});
  await world.ctx.lake.commit(world.ctx, {
    dataset: 'wholes',
    sql: 'select 1 as id, 2 as n',
    batch: 'given',
  });
});

afterAll(async () => {
  await world?.close();
});

const rows = (sql: string): Derived => ({
  sql,
  key: ['id'],
  items: { id: 'integer', a: 'integer' },
});

const refused: Record<string, [Derived, zh: string]> = {
  no_key: [{ ...rows('select id, age as a from people'), key: [] }, '没有主键'],
  except: [rows('select id, age as a from people except select house, area from houses'), 'EXCEPT'],
  merged: [rows('select id, age as a from people union select house, area from houses'), 'UNION'],
  clock: [rows('select id, year(current_date) as a from people'), '当前时间'],
  windowed: [rows('select id, row_number() over (order by id) as a from people'), '窗口'],
  cut: [rows('select id, age as a from people order by id limit 3'), '限制'],
  cut_inside: [rows('select * from (select id, age as a from people order by id limit 3)'), '来源'],
  first_of: [rows('select distinct on (age) id, age as a from people order by age, id'), '去重'],
  full_join: [rows('select id, area as a from people full join houses using (house)'), '全关联'],
  lateral: [
    rows('select id, a from people join lateral (select people.age + 1 as a) later on true'),
    '另一边',
  ],
  outer_with: [
    rows(
      'with h as (select house from houses) ' +
        'select id, age as a from (select * from people where house in (select house from h)) p',
    ),
    '外层',
  ],
  totals: [rows('select max(id) as id, count(*) as a from people'), '没有分组'],
  ordered_sum: [
    rows("select age as id, length(string_agg(name, '')) as a from people group by age"),
    '先后',
  ],
};

test('a query that cannot follow says why, and is made again whole', async () => {
  await declare(Object.fromEntries(Object.entries(refused).map(([name, [made]]) => [name, made])));
  const person = world.as(actor('anybody', '330109/330109-zhzf', ['catalogue.read']));
  for (const [name, [, why]] of Object.entries(refused)) {
    const plan = await refreshPlan(person, name);
    expect(plan).toMatchObject({ derived: true, incremental: false, shape: null, pinned: [] });
    expect(plan.why?.zh, name).toContain(why);
  }
  expect(await refreshPlan(person, 'people')).toMatchObject({ derived: false, why: null });
  await expect(refreshPlan(person, 'nobody')).rejects.toMatchObject({
    code: 'catalogue.not_found',
  });
});

test('following gives what making again gives', { timeout: 300_000 }, async () => {
  for (const to of ['people', 'houses', 'visits', 'wholes'] as const) await deliverNine(to);
  const { ctx, faults } = watched();
  let followed = 0;
  let made = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(query, { minLength: 4, maxLength: 4 }),
      fc.array(change, { minLength: 2, maxLength: 5 }),
      async (queries, changes) => {
        made += 1;
        const derived = new Map(queries.map((one, at) => [`made_${made}_${at}`, one]));
        await declare(Object.fromEntries(derived));
        for (const [name, one] of derived) {
          const plan = await refreshPlan(world.ctx, name);
          expect(plan.incremental, one.sql).toBe(true);
        }
        for (const one of changes) {
          await deliver(one);
          for (const [name, made] of derived) {
            const snapshot = await refreshDerived(ctx, await getDataset(ctx, name));
            if (snapshot?.mode === 'merge') followed += 1;
            expect(faults, made.sql).toEqual([]);
            expect(await kept(name, made), made.sql).toEqual(await remade(made));
          }
        }
      },
    ),
    { numRuns: 5 },
  );
  // Not by making again alone: how many follow is up to what was drawn.
  expect(followed).toBeGreaterThanOrEqual(made);
});

test('what only a subquery looks at is pinned: when it changes the whole is made again', async () => {
  const { ctx, faults } = watched();
  for (const to of ['people', 'houses'] as const) await deliverNine(to);
  const sql = 'select id, age as a from people where house in (select house from houses)';
  await declare({ housed: rows(sql) });
  const plan = await refreshPlan(ctx, 'housed');
  expect(plan).toMatchObject({ incremental: true, shape: 'rows', pinned: ['houses'] });
  const contract = await getDataset(ctx, 'housed');
  await refreshDerived(ctx, contract);
  const change = { gone: [], isCompacted: false };
  await deliver({ ...change, to: 'people', rows: [[1, 1, 77, 1]] });
  const snapshot = await refreshDerived(ctx, contract);
  expect(faults).toEqual([]);
  expect(snapshot).toMatchObject({ mode: 'merge' });
  await deliver({ ...change, to: 'houses', rows: [[1, 5, 78]], gone: [2] });
  await refreshDerived(ctx, contract);
  expect(await kept('housed', rows(sql))).toEqual(await remade(rows(sql)));
});

test('a query that comes to give a key twice is refused as it is when made again', async () => {
  const { ctx } = world;
  await deliverNine('people');
  const sql = 'select age as id, count(name) as a from people where age > 900 group by age, name';
  await declare({ doubled: rows(sql) });
  const contract = await getDataset(ctx, 'doubled');
  const people = (rows: Change['rows']): Promise<void> =>
    deliver({ to: 'people', rows, gone: [], isCompacted: false });
  await people([[1, 1, 901, 1]]);
  await refreshDerived(ctx, contract);
  await people([[2, 2, 902, 1]]);
  expect(await refreshDerived(ctx, contract)).toMatchObject({ mode: 'merge', rows: 2 });
  await people([[3, 3, 901, 1]]);
  await expect(refreshDerived(ctx, contract)).rejects.toMatchObject({ code: 'lake.key_twice' });
  expect((await ctx.lake.latest(ctx, 'doubled'))?.rows).toBe(2);
  await people([[3, 3, 903, 1]]);
  expect(await refreshDerived(ctx, contract)).toMatchObject({ rows: 3 });
  expect(await kept('doubled', rows(sql))).toEqual(await remade(rows(sql)));
});

test('what its changes left as it was is known to follow from the newer snapshot', async () => {
  const { ctx } = world;
  await deliverNine('people');
  await declare({ grown: rows('select id, age as a from people where age > 9000') });
  const contract = await getDataset(ctx, 'grown');
  const before = await refreshDerived(ctx, contract);
  await deliver({ to: 'people', rows: [[1, 1, 2, 3]], gone: [], isCompacted: false });
  const people = await ctx.lake.latest(ctx, 'people');
  const after = await refreshDerived(ctx, contract);
  expect(after?.id).toBe(before?.id);
  expect((await ctx.lake.latest(ctx, 'grown'))?.upstream).toEqual([people?.id]);
});

test('one that fails is tried again by itself; what does not read it follows all the same', async () => {
  const { ctx } = world;
  await deliverNine('people');
  await declare({
    a_faulty: rows(
      'select age as id, count(*) as a from people where age > 700 group by age, name',
    ),
    b_beside: rows('select id, age as a from people where age > 700'),
    c_behind: rows(
      'select b.id, f.a from b_beside b left join a_faulty f on f.id = b.a where b.id > 0',
    ),
    d_further: rows('select id, a from b_beside where a > 701'),
  });
  const agesOf = async (name: string): Promise<unknown[]> => {
    const { sql } = await ctx.lake.relation(ctx, name);
    return (await ctx.lake.engine.rows(`select a from ${sql} as r order by a`)).map(({ a }) =>
      Number(a),
    );
  };
  const people = (given: Change['rows']): Promise<void> =>
    deliver({ to: 'people', rows: given, gone: [], isCompacted: false });
  await people([[1, 1, 701, 1]]);
  await world.drain();
  expect(await agesOf('c_behind')).toEqual([1]);
  // The same age under another name: the first comes to give a key twice.
  await people([
    [2, 2, 701, 1],
    [3, 3, 702, 1],
  ]);
  const failures = await world.drainFailures();
  expect(failures).toEqual([expect.objectContaining({ code: 'lake.key_twice' })]);
  expect((await ctx.lake.latest(ctx, 'a_faulty'))?.rows).toBe(1);
  expect(await agesOf('b_beside')).toEqual([701, 701, 702]);
  expect(await agesOf('d_further')).toEqual([702]);
  // What reads it too stands as it was, from one moment, until it is mended.
  expect(await agesOf('c_behind')).toEqual([1]);
  // Compactions bring nothing new: nobody waits for them.
  await ctx.lake.compact(ctx, 'people', { force: true });
  await people([[2, 2, 703, 1]]);
  expect(await world.drainFailures()).toEqual([]);
  expect(await agesOf('c_behind')).toEqual([1, 1, 1]);
  const beside = await ctx.lake.latest(ctx, 'b_beside');
  // Nothing is made twice: the other way to it found it made.
  world.clock.advance(3_600_000);
  expect(await world.drainFailures()).toEqual([]);
  expect((await ctx.lake.latest(ctx, 'b_beside'))?.id).toBe(beside?.id);
});

test('a contract said anew over the same rows keeps nobody waiting', async () => {
  const { ctx } = world;
  await deliverNine('people');
  const small = 'select id, age as a from people where age < 3';
  const over = { over_small: rows('select id, a from small_ages where a > 0') };
  await declare({ small_ages: rows(small), ...over });
  await declare({ small_ages: rows(`${small} and age < 4`), ...over });
  const contract = await getDataset(ctx, 'small_ages');
  expect((await ctx.lake.latest(ctx, 'small_ages'))?.batch).toContain(`:v${contract.version}:`);
  const before = await kept('over_small', over.over_small);
  await deliver({ to: 'people', rows: [[9, 1, 2, 3]], gone: [], isCompacted: false });
  await world.drain();
  expect(await kept('over_small', over.over_small)).not.toEqual(before);
  expect(await kept('over_small', over.over_small)).toContainEqual({ id: 9, a: 2 });
});

test('lineage goes through what is derived, and shows nothing sealed', async () => {
  // Every house has a town, whatever random changes left: a group is a key, and no key is empty.
  const rows = [1, 2, 3, 4, 5, 6].map((house) => [house, 1, 1]);
  await deliver({ to: 'houses', rows, gone: [], isCompacted: false });
  await declare({
    townsfolk: {
      sql: 'select id, upper(town) as a from people join houses using (house) where age > 1',
      key: ['id'],
      items: { id: 'integer', a: 'text' },
    },
    towns: {
      sql: 'select a as g, count(*) as n from townsfolk group by 1',
      key: ['g'],
      items: { g: 'text', n: 'integer' },
    },
  });
  const person = world.as(actor('anybody', '330109/330109-zhzf', ['catalogue.read']));
  const found = await columnLineage(person, 'townsfolk');
  expect(found.items).toEqual([
    { item: 'id', from: [{ dataset: 'people', item: 'id', how: 'copied' }], followed: true },
    { item: 'a', from: [{ dataset: 'houses', item: 'town', how: 'computed' }], followed: true },
  ]);
  expect(found.rows).toEqual([
    { dataset: 'people', item: 'house', influences: ['join'] },
    { dataset: 'houses', item: 'house', influences: ['join'] },
    { dataset: 'people', item: 'age', influences: ['filter'] },
  ]);
  expect(found.nodes.map(({ name, depth }) => [name, depth])).toEqual([
    ['houses', -1],
    ['people', -1],
    ['townsfolk', 0],
    ['towns', 1],
  ]);
  const into = found.edges.filter(({ to }) => to.node === 'datasets/towns');
  expect(into).toEqual([
    {
      from: { node: 'datasets/townsfolk', item: 'a' },
      to: { node: 'datasets/towns', item: 'g' },
      how: 'copied',
    },
    {
      from: { node: 'datasets/townsfolk', item: null },
      to: { node: 'datasets/towns', item: null },
      how: null,
    },
  ]);
  const stranger = world.as(actor('stranger', '330109/330109-zhzf', []));
  await expect(columnLineage(stranger, 'townsfolk')).rejects.toMatchObject({
    code: 'catalogue.not_found',
  });
});
