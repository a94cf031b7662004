/**
 * What may only be counted: no answer, and no two answers put beside each other, speak of fewer
 * persons than the policy says; what is told is exact.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate, issueGrant, page, read, readOne, simulate, viewOf } from '#gate';
import type { Actor } from '#kernel/auth';
import { organisation } from '#organisation';
import {
  actor,
  applyFiles,
  refusal,
  type TestWorld,
  type Trial,
  trialContract,
  trialFiles,
  trialGrant,
  trialWorld,
} from '#testing';

const capabilities = [organisation, catalogue, gate];

const aid = (more: object): string =>
  trialContract(
    {
      no: { required: true },
      unit: {},
      sex: { grade: 'L2' },
      person: { semantic: 'citizen_id', grade: 'L4' },
      name: { semantic: 'person_name', grade: 'L3' },
      income: { type: 'integer', grade: 'L4' },
    },
    { owner: '330109-mz', key: ['no'], unit_item: 'unit', ...more },
  );

const counts = { grades: ['L1', 'L2', 'L3', 'L4'], view: 'counted', least: 5 } as const;
const trial = {
  units: ['330109004', '330109005', '330109-mz'],
  roles: ['counter', 'analyst', 'worker', 'namer'],
  policy: {
    low: { roles: ['analyst', 'worker', 'namer'], grades: ['L1', 'L2'], view: 'plain' },
    names: { ...counts, roles: ['namer'], grades: ['L3'] },
    works: { roles: ['worker'], grades: ['L3', 'L4'], view: 'plain' },
    counts: { ...counts, roles: ['analyst'], grades: ['L3', 'L4'] },
    all: { ...counts, roles: ['counter'] },
  },
  datasets: { aid: aid({ grades: { counted_by: ['unit', 'sex'] } }), plain_aid: aid({}) },
} satisfies Trial;

let world: TestWorld;
const reads = ['gate.read'];
const counter = actor('counter', '330109', reads);
const analyst = actor('analyst', '330109', reads);
const manager = actor('manager', '330109', ['gate.manage']);
const purpose = '统计';

interface Row {
  no: string;
  unit: string | null;
  sex: string | null;
  person: string | null;
  income: number | null;
}

const text = (value: string | number | null): string => (value === null ? 'null' : `'${value}'`);

const rowsSql = (rows: readonly Row[]): string =>
  `select no, unit, sex, person, '名' || no as name, cast(income as bigint) as income from (values
  ${rows
    .map((row) => `(${[row.no, row.unit, row.sex, row.person, row.income].map(text).join(', ')})`)
    .join(',\n')}) held(no, unit, sex, person, income)`;

const commit = async (rows: readonly Row[]): Promise<void> => {
  const batch = `b${Math.random()}`;
  await world.ctx.lake.commit(world.ctx, { dataset: 'aid', sql: rowsSql(rows), batch });
};

/** Persons of a village, one row each. */
const village = (unit: string, count: number, income: number | null = 100): Row[] =>
  Array.from({ length: count }, (_, at) => {
    const no = `${unit}/${at}`;
    return { no, unit, sex: at % 2 === 0 ? '女' : '男', person: `p${no}`, income };
  });

const [a1, a2, a3, b1] = ['330109004001', '330109004002', '330109004003', '330109005001'] as const;

beforeAll(async () => {
  const rows = rowsSql([
    ...[...village(a1, 12), ...village(a2, 8), ...village(a3, 3), ...village(b1, 20)],
  ]);
  const given = { aid: rows, plain_aid: rows };
  world = await trialWorld(capabilities, trialFiles(trial), given);
});
afterAll(() => world.close());

const ask = (sql: string, who: Actor = counter) => read(world.as(who), sql, { purpose });

const codesOf = async (sql: string, who: Actor = counter): Promise<string[]> => {
  const error = await refusal(ask(sql, who));
  return [error.code, ...error.faults.map(({ code }) => code)].map((code) =>
    code.replace('gate.', ''),
  );
};

describe('refused', () => {
  test.each([
    ['min(income)'],
    ['max(income)'],
    ['any_value(name)'],
    ['first(name)'],
    ['list(income)'],
    ["string_agg(name, ',')"],
    ['json_group_array(sex)'],
    ['json_group_object(unit, sex)'],
    ['median(income)'],
    ['mode(income)'],
    ['quantile_cont(income, 0.5)'],
    ['arg_max(name, income)'],
    ['histogram(income)'],
    ['stddev(income)'],
    ['sum(distinct income)'],
    ["sum(income) filter (where unit = '330109004001')"],
    ["sum(case when unit = '330109004001' then income end)"],
    ['sum(income * 1)'],
    ['count(name || unit)'],
  ])('%s, that could tell one value', async (aggregate) => {
    for (const who of [counter, analyst]) {
      expect(await codesOf(`select ${aggregate}, count(income) from aid`, who)).toEqual([
        'counting_refused',
        'counting_aggregate',
      ]);
    }
  });
});

describe('refused besides', () => {
  test.each([
    ['select count(*) from aid where income > 150', 'counting_item'],
    ["select count(*) from aid where no <> 'p1'", 'counting_item'],
    ['select count(*) from aid group by income', 'counting_item'],
    ['select income, count(*) from aid group by 1', 'counting_item'],
    ['select count(*) from aid group by no', 'counting_item'],
    ['select no, count(*) from aid group by all', 'counting_item'],
    ['select unit, count(*) from aid group by unit order by income', 'counting_item'],
    ['select unit, count(*) from aid group by unit having income > 3', 'counting_item'],
    ['select unit, count(*) from aid group by unit having max(income) > 3', 'counting_aggregate'],
    ["select count(*) from aid group by unit = 'x'", 'counting_group'],
    ["select case when unit = 'x' then 1 end, count(*) from aid group by 1", 'counting_group'],
    ['select cast(unit as integer) as n, count(*) from aid group by n', 'counting_group'],
    ['select length(unit), count(*) from aid group by all', 'counting_group'],
    ['select count(aid) from aid', 'counting_measure'],
    ['select sum("#0") from aid', 'counting_measure'],
    ['select sum(income) over () from aid', 'counting_form'],
    ['select * from aid', 'counting_form'],
    ['select aid.* from aid', 'counting_form'],
    ['select unit from aid', 'counting_form'],
    ['select distinct unit from aid', 'counting_form'],
    ['select name from aid', 'counting_form'],
    ['select count(*), #1 from aid', 'counting_form'],
    ['select unit, count(*) from aid group by unit order by all', 'counting_form'],
    ['select count(*) from aid using sample 3', 'counting_form'],
    ['select count(*) from aid tablesample 50%', 'counting_form'],
    ['select count(*) from aid as t(unit, sex, person, name, income, no)', 'counting_form'],
    ['select count(*) from aid where unit in (select unit from aid)', 'counting_form'],
    ['select unit, count(*) from aid group by unit qualify rank() over () = 1', 'counting_form'],
    ['with t as (select income from aid) select sum(income) from t', 'counting_form'],
    ['select sum(income) from (select income from aid) t', 'counting_form'],
    ['select income from aid union all select 1', 'counting_form'],
    ['select list_sum(list_transform([1], lambda x: x + count(*))) from aid', 'counting_form'],
  ])('%s', async (sql, code) => {
    const codes = await codesOf(sql);
    expect(codes[0]).toBe('counting_refused');
    expect(codes).toContain(code);
  });
});

describe('refused where rows stand alone', () => {
  test.each([
    ['select sum(a.income) from aid a, range(10) r(i)', 'item_counted'],
    ['select a.no from aid a join aid b using (no) where b.income > 3', 'item_counted'],
    ['select (select income from aid where no = r.no) from aid r', 'item_counted'],
  ])('%s, where rows stand beside others', async (sql, code) => {
    const codes = await codesOf(sql, analyst);
    expect(['not_granted', 'counting_refused']).toContain(codes[0]);
    if (codes[0] === 'not_granted') expect(codes).toContain(code);
  });

  test('the relation with the blocks, by any name', async () => {
    expect(await codesOf('select sum(income) from aid_汇总')).toContain('dataset_not_found');
    const shadowed = 'with aid_汇总 as (select 7 as income) select sum(income) from aid_汇总';
    expect((await ask(shadowed)).rows).toEqual([[7]]);
  });

  test('rows, pages and single rows of what is only counted', async () => {
    const asked = { filter: [], offset: 0, limit: 50, purpose };
    expect((await refusal(page(world.as(counter), 'aid', asked))).code).toBe(
      'gate.counting_refused',
    );
    const one = readOne(world.as(counter), 'aid', `${a1}/0`, { purpose });
    expect((await refusal(one)).code).toBe('gate.not_granted');
  });

  test('earlier states: two that differ by one person tell of that person', async () => {
    const sql = 'select sum(income) from aid';
    const asOf = world.ctx.clock.now();
    const error = await refusal(read(world.as(counter), sql, { purpose, asOf }));
    expect(error.faults.map(({ code }) => code)).toEqual(['gate.counting_form']);
  });

  test('a line that does not say how many persons, and one that counts by no item', async () => {
    const { least: _, ...countless } = trial.policy.counts;
    const wrong = trialFiles({
      ...trial,
      policy: { ...trial.policy, counts: countless },
      datasets: { ...trial.datasets, aid: aid({ grades: { counted_by: ['unit', 'colour'] } }) },
    });
    const error = await refusal(applyFiles(world.ctx, capabilities, wrong));
    expect(error.faults.map(({ code }) => code).toSorted()).toEqual([
      'gate.item_unknown',
      'gate.least_missing',
    ]);
  });
});

describe('told', () => {
  test('groups of enough persons, exact; a small one hides the next so that no rest tells it', async () => {
    const found = await ask(`select unit, count(*), sum(income), avg(income), count(distinct person)
      from aid group by unit order by unit`);
    expect(found.rows).toEqual([
      [a1, 12, 1200, 100, 12],
      [b1, 20, 2000, 100, 20],
    ]);
    expect(found.least).toBe(5);
    expect(found.columns.map(({ name, view, grade }) => [name, view, grade]).slice(0, 3)).toEqual([
      ['unit', 'counted', 'L1'],
      ['count', 'plain', 'L1'],
      ['sum_income', 'counted', 'L4'],
    ]);
    const towns = await ask(`select left(unit, 9) as town, count(*) as n, sum(income)
      from aid group by town having n > 1 order by n desc, town`);
    expect(towns.rows).toEqual([
      ['330109004', 23, 2300],
      ['330109005', 20, 2000],
    ]);
    expect((await ask('select count(*), round(sum(income) / count(*), 1) from aid')).rows).toEqual([
      [43, 100],
    ]);
  });

  test('null where nobody stands, or too few, the same', async () => {
    for (const unit of [a3, '330109004999']) {
      const found = await ask(`select count(*), sum(income) from aid where unit = '${unit}'`);
      expect(found.rows).toEqual([[null, null]]);
    }
  });

  test('queries around the counts may do anything with them', async () => {
    const found = await ask(`with counts as (select unit, count(*) as n from aid group by unit)
      select u.town, max(n), string_agg(unit, ',' order by unit) from counts
      join (values ('330109004'), ('330109005')) u(town) on starts_with(unit, u.town)
      where n = (select max(n) from counts where starts_with(unit, u.town))
      group by u.town order by 1`);
    expect(found.rows).toEqual([
      ['330109004', 12, a1],
      ['330109005', 20, b1],
    ]);
  });

  test('what is seen besides stays as it is, in the same query too', async () => {
    expect((await ask('select count(*) from aid where sex is null', analyst)).rows).toEqual([[0]]);
    const both = await ask(
      `select no, (select sum(income) from aid) as all_of_it from aid where no = '${a3}/1'`,
      analyst,
    );
    expect(both.rows).toEqual([[`${a3}/1`, 4300]]);
  });

  test('a condition that fails on a row tells nothing of it', async () => {
    const odd = `select count(*) from aid where unit = '${a3}' and cast(sex as integer) = 1`;
    const none = `select count(*) from aid where unit = 'none' and cast(sex as integer) = 1`;
    expect((await ask(odd)).rows).toEqual((await ask(none)).rows);
    // Nor where groups are looked at, in the query or around it: a3 is nobody's.
    const fails = `case when unit = '${a3}' then cast(unit || 'x' as integer) else 1 end = 1`;
    const inside = `select unit from aid group by unit having ${fails} order by 1`;
    const around = `select unit from (select unit, count(*) from aid group by unit) t
      where ${fails} order by 1`;
    for (const sql of [inside, around]) expect((await ask(sql)).rows).toEqual([[a1], [b1]]);
  });

  test('without declared items by the unit alone', async () => {
    const found = await ask('select unit, count(*) from plain_aid group by unit order by 1');
    expect(found.rows).toEqual([
      [a1, 12],
      [b1, 20],
    ]);
    expect(await codesOf('select sex, count(*) from plain_aid group by sex')).toContain(
      'counting_item',
    );
  });
});

describe('told besides', () => {
  test('of one town only whole blocks of it', async () => {
    const town = actor('counter', '330109/330109004', reads);
    const found = await ask('select left(unit, 9) as town, count(*) from aid group by town', town);
    expect(found.rows).toEqual([['330109004', 23]]);
  });

  test('as the view and the simulator say it', async () => {
    const view = await viewOf(world.as(counter), 'aid', { purpose });
    expect(view).toMatchObject({ plain: 0, counted: 6, absent: 0, countedBy: ['unit', 'sex'] });
    expect(view.items[5]).toMatchObject({ item: 'income', view: 'counted', least: 5 });
    const shown = await simulate(world.as(actor('security', '330109', ['gate.policy'])), {
      ...{ dataset: 'aid', purpose, role: 'analyst', unit: '330109' },
    });
    expect(shown.items.map(({ view }) => view)).toEqual([
      ...['plain', 'plain', 'plain', 'counted', 'counted', 'counted'],
    ]);
    expect(shown.items[5]?.example.to).toBeNull();
  });
});

/** Groups a query asks for: two keys as SQL, and as what stands for a row. */
const groupings: { sql: [string, string] | null; of: (row: Row) => (string | null)[] }[] = [
  { sql: null, of: () => [null, null] },
  { sql: ['unit', 'null'], of: ({ unit }) => [unit, null] },
  { sql: ['left(unit, 9)', 'null'], of: ({ unit }) => [unit?.slice(0, 9) ?? null, null] },
  { sql: ['null', 'sex'], of: ({ sex }) => [null, sex] },
  { sql: ['unit', 'sex'], of: ({ unit, sex }) => [unit, sex] },
  {
    sql: ['left(unit, 9)', 'sex'],
    of: ({ unit, sex }) => [unit?.slice(0, 9) ?? null, sex],
  },
];

const conditions: { sql: string; of: (row: Row) => boolean }[] = [
  { sql: 'true', of: () => true },
  { sql: "sex = '女'", of: ({ sex }) => sex === '女' },
  { sql: "coalesce(sex, '') <> '女'", of: ({ sex }) => sex !== '女' },
  { sql: 'sex is null', of: ({ sex }) => sex === null },
  { sql: `unit <> '${a2}'`, of: ({ unit }) => unit !== null && unit !== a2 },
  { sql: `unit in ('${a1}', '${a2}')`, of: ({ unit }) => unit === a1 || unit === a2 },
  { sql: "unit like '330109004%'", of: ({ unit }) => unit?.startsWith('330109004') ?? false },
  { sql: `unit >= '${a2}'`, of: ({ unit }) => unit !== null && unit >= a2 },
];

const least = 5;
const personsOf = (rows: Iterable<Row>): number =>
  new Set([...rows].flatMap(({ person }) => (person === null ? [] : [person]))).size;

const someRows = fc
  .array(
    fc.record({
      unit: fc.constantFrom(a1, a2, a3, b1, '330109005002', '330109-mz', null),
      sex: fc.constantFrom('女', '男', null),
      count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 14 })),
      paid: fc.integer({ min: 0, max: 14 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .chain((cells) =>
    fc.record({
      cells: fc.constant(cells),
      // Some persons stand in several rows, some rows are nobody's.
      shared: fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
    }),
  )
  .map(({ cells, shared }) => {
    const rows: Row[] = [];
    for (const { unit, sex, count, paid } of cells) {
      for (let at = 0; at < count; at += 1) {
        const no = `r${rows.length}`;
        const chance = shared.next().value;
        const person = chance === 0 ? null : chance === 1 ? `p${rows.length % 3}` : `p-${no}`;
        rows.push({ no, unit, sex, person, income: at < paid ? 7 * rows.length + 1 : null });
      }
    }
    return rows;
  });

interface Told {
  rows: ReadonlySet<Row>;
  why: string;
}

/** Persons in what is told, and in what any two answers leave over or share: none, or enough. */
function expectNobodyAlone(told: readonly Told[]): void {
  const enough = (rows: readonly Row[], why: string): void => {
    if (rows.length > 0 && personsOf(rows) < least) throw new Error(`${personsOf(rows)}: ${why}`);
  };
  for (const one of told) {
    enough([...one.rows], one.why);
    for (const other of told) {
      const [shared, rest] = [[...one.rows].filter((row) => other.rows.has(row)), [...one.rows]];
      enough(shared, `${one.why} with ${other.why}`);
      enough(
        rest.filter((row) => !other.rows.has(row)),
        `${one.why} without ${other.why}`,
      );
    }
  }
}

/** Every grouping under every condition, each its own counts. */
const asked = groupings.flatMap((group) => conditions.map((where) => ({ group, where })));
const sqlOf = ({ group: { sql }, where }: (typeof asked)[number], at: number): string => {
  const [one, other] = sql ?? ['null', 'null'];
  const keys = (sql ?? []).filter((key) => key !== 'null').join(', ');
  return `select ${at} as asked, cast(${one} as varchar) as one, cast(${other} as varchar) as other,
    count(*) as n, count(income) as paid, sum(income) as total
    from aid where ${where.sql}${keys === '' ? '' : ` group by ${keys}`}`;
};

/** Some at a time: each counts anew. */
async function askAll(): Promise<unknown[][]> {
  const found: unknown[][] = [];
  const sqls = asked.map(sqlOf);
  while (sqls.length > 0) {
    const { rows } = await ask(sqls.splice(0, 6).join('\nunion all\n'));
    found.push(...rows);
  }
  return found;
}

test('of any data: what is told is exact, and no two answers tell of few', async () => {
  let [cells, withheld] = [0, 0];
  await fc.assert(
    fc.asyncProperty(someRows, async (rows) => {
      await commit(rows);
      const told = { rows: [] as Told[], incomes: [] as Told[] };
      const groups = asked.map(({ group, where }) =>
        Map.groupBy(rows.filter(where.of), (row) => JSON.stringify(group.of(row))),
      );
      const found = await askAll();
      withheld += groups.reduce((sum, { size }) => sum + size, 0) - found.length;
      for (const [at, one, other, n, paid, total] of found) {
        const why = `${asked[Number(at)]?.group.sql} ${asked[Number(at)]?.where.sql} ${one} ${other}`;
        const inside = groups[Number(at)]?.get(JSON.stringify([one, other])) ?? [];
        const earning = inside.filter(({ income }) => income !== null);
        if (n !== null) {
          expect(n, why).toBe(inside.length);
          told.rows.push({ rows: new Set(inside), why });
          cells += 1;
        }
        if (paid === null) expect(total, why).toBeNull();
        else {
          expect(paid, why).toBe(earning.length);
          const sum = earning.reduce((all, { income }) => all + Number(income), 0);
          expect(total, why).toBe(earning.length === 0 ? null : sum);
          told.incomes.push({ rows: new Set(earning), why });
        }
      }
      expectNobodyAlone(told.rows);
      expectNobodyAlone(told.incomes);
    }),
    { numRuns: 5 },
  );
  // A gate that tells nothing, or that withholds nothing, would prove nothing.
  expect(cells).toBeGreaterThan(20);
  expect(withheld).toBeGreaterThan(0);
}, 300_000);

test('a grant that only counts opens nothing else', async () => {
  const reader = actor('reader', '330109', reads);
  const grant = { grantee: reader.id, dataset: 'aid', items: ['unit', 'income'], purpose };
  const { id } = await issueGrant(
    world.as(manager),
    trialGrant({ ...grant, counted: { least: 5 } }),
  );
  const options = { purpose, grant: id };
  await commit([...village(a1, 12), ...village(a3, 3, 900), ...village(b1, 20)]);
  const found = await read(
    world.as(reader),
    'select unit, sum(income) from aid group by unit order by 1',
    options,
  );
  expect(found.rows).toEqual([[b1, 2000]]);
  for (const sql of ['select unit from aid', 'select sum(income) from aid where sex is null']) {
    expect((await refusal(read(world.as(reader), sql, options))).code).toBe(
      'gate.counting_refused',
    );
  }
});

test('what one role counts in its town is not counted on the rows another role reaches', async () => {
  // The three of one town are told with the women of the other, or not at all.
  await commit([...village(a1, 3), ...village(b1, 20)]);
  const sql = `select sum(income) from aid where unit = '${a1}' or sex = '女'`;
  expect((await ask(sql)).rows).toEqual([[1300]]);
  const one = actor('analyst', '330109/330109004', reads);
  const both = { ...one, roles: [...one.roles, ...actor('namer', '330109/330109005').roles] };
  expect((await ask(sql, both)).rows).toEqual([[null]]);
  const names = sql.replace('sum(income)', 'count(name)');
  expect((await ask(names, both)).rows).toEqual([[13]]);
});
