import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cases } from '#cases';
import { catalogue } from '#catalogue';
import { gate, read } from '#gate';
import { ingest } from '#ingest';
import { notices } from '#notices';
import { organisation } from '#organisation';
import { signalList, signals } from '#signals';
import { actor, applyFiles, refusal, type TestWorld, testWorld } from '#testing';
import { faultyRows, quality, qualityOf, runChecks, scoringInForce } from './index.ts';

/** A machine that does other things too. */
vi.setConfig({ testTimeout: 300_000 });

const capabilities = [organisation, notices, cases, signals, catalogue, gate, ingest, quality];

const units = `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109004223,霞江村,,,village,330109004,,,,试
330109004223001,霞江村第一网格,,,grid,330109004223,,,,试
330109005,北干街道,,,town,330109,,,,试
330109-mzj,区民政局,,,department,330109,,,,试
330109-wjj,区卫健局,,,department,330109,,,,试
`;

const policy = `
title: {zh: 规则, en: Policy}
source: 试行办法
lines:
  - {id: open, roles: ["*"], grades: [L1], view: plain, because: {zh: 开放, en: open}}
  - {id: clock, roles: [platform], grades: [L1], view: plain, because: {zh: 平台, en: platform}}
  - id: own
    roles: [officer]
    grades: [L2, L3, L4]
    own: true
    view: plain
    because: {zh: 自己的, en: own}
`;

const role = `title: {zh: 数据员, en: Officer}
description: {zh: 数据员, en: Officer}
levels: [department]
permissions: [gate.read]
`;

const scheme = `title: {zh: 办法, en: Scheme}
source: 测试
families:
  normativity: {title: {zh: 规范性, en: Normativity}, weight: 15}
  completeness: {title: {zh: 完整性, en: Completeness}, weight: 20}
  accuracy: {title: {zh: 准确性, en: Accuracy}, weight: 25}
  consistency: {title: {zh: 一致性, en: Consistency}, weight: 20}
  timeliness: {title: {zh: 时效性, en: Timeliness}, weight: 15}
  accessibility: {title: {zh: 可访问性, en: Accessibility}, weight: 5}
kinds: {unique: accuracy, reference: consistency, complete: completeness, holds: consistency,
  volume: completeness, drift: accuracy, fresh: timeliness, available: accessibility}
row_rules: {required: completeness, type: normativity, pattern: normativity, codes: normativity,
  semantic: normativity, min: accuracy, max: accuracy, check: consistency}
everywhere: {fresh: {kind: fresh}, available: {kind: available, raises: false}}
history: {source: 测试, last: 6, least: 3, limit: 3.5, band: 0.1, psi: 0.25}
signals: {severity: warn, confirm: person}
ranking: {title: {zh: 晾晒榜, en: Ranking}, unit: 数据局, notes: [], least: 0.5}
`;

const dataset = (key: string, items: string, checks = '', mode = 'full') => `
title: {zh: 高龄津贴, en: Allowance}
description: {zh: 发放, en: Paid}
owner: ${key.startsWith('death') ? '330109-wjj' : '330109-mzj'}
theme: 民生
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: monthly
mode: ${mode}
key: [${key}]
unit_item: village
items:
  ${key}: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true}
  person: {title: {zh: 身份证号, en: Id}, type: text, grade: L4}
  village: {title: {zh: 村社, en: Village}, type: text, grade: L1}
${items}
${checks === '' ? '' : `set_checks:\n${checks}`}`;

const paidItems = `  band: {title: {zh: 年龄段, en: Band}, type: text, grade: L2}
  amount: {title: {zh: 金额, en: Amount}, type: "decimal(8,2)", grade: L2}
  since: {title: {zh: 起, en: Since}, type: date, grade: L2}
  until: {title: {zh: 至, en: Until}, type: date, grade: L2}
`;

const checks = `  once: {kind: unique, items: [person]}
  place: {kind: reference, items: [village], to: {units: village}}
  filled: {kind: complete, items: [band, until], tolerance: 0.3}
  in_order: {kind: holds, sql: since <= until, item: until, family: timeliness}
  alive: {kind: named, check: alive, with: {id: person, paid: until}}
`;

const alive = `/*
title: {zh: 领取人健在, en: Who draws is alive}
expected: {zh: 死亡当月后不再发放, en: Nothing is paid after the month of death}
family: accuracy
source: 试
columns: {id: 公民身份号码, paid: 发放至}
*/
select c.row_key, '死亡登记 ' || d.certificate as expected
from checked as c join deaths as d on d.person = c.id
where c.paid > d.died
`;

const files = {
  'units/all.csv': units,
  'roles/officer.yaml': role,
  'policies/grades.yaml': policy,
  'scoring/one.yaml': scheme,
  'checks/alive.sql': alive,
  'datasets/paid.yaml': dataset('no', paidItems, checks),
  'datasets/deaths.yaml': dataset(
    'death',
    `  died: {title: {zh: 死亡日期, en: Died}, type: date, grade: L3}
  certificate: {title: {zh: 证明编号, en: Certificate}, type: text, grade: L2}`,
  ),
};

let world: TestWorld;
const seeing = ['quality.read', 'gate.read', 'catalogue.read'];
const officer = actor('officer', '330109/330109-mzj', seeing);
const other = actor('officer', '330109/330109-wjj', seeing);

beforeEach(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, files);
  await world.drain();
});
afterEach(() => world.close());

type Paid = [
  no: string,
  person: string | null,
  village: string,
  band: string | null,
  amount: number,
  since: string,
  until: string | null,
];

const quoted = (value: string | number | null): string =>
  value === null ? 'null' : typeof value === 'number' ? String(value) : `'${value}'`;

async function deliver(batch: string, ...rows: Paid[]): Promise<void> {
  const list = rows.map((row) => `(${row.map(quoted).join(', ')})`).join(', ');
  const held = `select no, person, village, band, cast(amount as decimal(8,2)) as amount,
    cast(since as date) as since, cast(until as date) as until
    from (values ${list}) held(no, person, village, band, amount, since, until)`;
  await world.ctx.lake.commit(world.ctx, { dataset: 'paid', sql: held, batch });
  await world.drain();
}

async function died(batch: string, ...rows: [no: string, person: string, on: string][]) {
  const list = rows.map(
    ([no, person, on]) => `('${no}', '${person}', '330109005', date '${on}', 'C${no}')`,
  );
  const held = `select * from (values ${list.join(', ')}) held(death, person, village, died, certificate)`;
  await world.ctx.lake.commit(world.ctx, { dataset: 'deaths', sql: held, batch });
  await world.drain();
}

const village = '330109004223';
const good = (no: string, person: string): Paid => [
  no,
  person,
  village,
  '80-89',
  100,
  '2026-01-01',
  '2026-10-31',
];

const found = async () => {
  const { checks: all } = await qualityOf(world.as(officer), 'paid');
  return new Map(all.map((one) => [one.check, one]));
};
const live = async () =>
  (await signalList(world.ctx, { limit: 200 })).items.filter(({ state }) => state !== 'closed');

describe('the scheme of scoring', () => {
  test('refuses who is not signed in, and who may not see quality', async () => {
    const answer = await world.app.inject({ method: 'GET', url: '/api/quality/scoring' });
    expect(answer.statusCode).toBe(401);
    const nobody = world.as(actor('grid_worker', '330109', []));
    expect((await refusal(scoringInForce(nobody))).code).toBe('auth.not_allowed');
  });

  test('weights add up to 100, there is one scheme, a check for all names no items', async () => {
    const wrong = scheme
      .replace('weight: 15', 'weight: 14')
      .replace('everywhere: {', 'everywhere: {once: {kind: unique, items: [no]}, ')
      .replace('confirm: person', 'confirm: person, opens: nothing');
    const bad = { ...files, 'scoring/one.yaml': wrong, 'scoring/two.yaml': scheme };
    const error = await refusal(applyFiles(world.ctx, capabilities, bad));
    expect(error.faults.map(({ code }) => code).sort()).toEqual([
      'quality.everywhere_kind',
      'quality.no_case_type',
      'quality.scoring_twice',
      'quality.weights_sum',
    ]);
    const weights = (await scoringInForce(world.as(officer))).families.map(({ weight }) => weight);
    expect(weights).toEqual([15, 20, 25, 20, 15, 5]);
  });
});

describe('what a pack may not declare', () => {
  const declared = (text: string, more: Record<string, string> = {}) =>
    applyFiles(world.ctx, capabilities, {
      ...files,
      ...more,
      'datasets/paid.yaml': dataset('no', paidItems, text),
    });
  const codes = async (work: Promise<void>) =>
    (await refusal(work)).faults.map(({ code }) => code).sort();

  test('items, datasets, named checks and columns that are not there, all at once', async () => {
    const bad = `  a: {kind: unique, items: [nobody]}
  b: {kind: reference, items: [person], to: {dataset: nowhere, items: [id]}}
  c: {kind: named, check: missing}
  d: {kind: named, check: alive, with: {id: person}}
  e: {kind: holds, sql: since <= later}
  f: {kind: reference, items: [person, village], to: {dataset: deaths, items: [person]}}
  g: {kind: drift, of: person}
`;
    expect(await codes(declared(bad))).toEqual([
      'gate.dataset_not_found',
      'gate.item_unknown',
      'quality.drift_grade',
      'quality.named_columns',
      'quality.no_named',
      'quality.uneven',
      'quality.unknown_item',
    ]);
    expect([...(await found()).keys()]).toContain('once');
  });

  test('SQL beyond the fence, and expected words made of items above L2', async () => {
    const reaching = '  a: {kind: holds, sql: "(select count(*) from \'/etc/passwd\') = 0"}\n';
    const [code] = await codes(declared(reaching));
    expect(code).toMatch(/^lake\./);
    const telling = alive.replace("'死亡登记 ' || d.certificate", 'd.person');
    expect(await codes(declared(checks, { 'checks/alive.sql': telling }))).toEqual([
      'gate.grade_too_high',
    ]);
  });

  test('a named check that reads nothing given to it', async () => {
    const stray = alive.replace(/select[\s\S]*$/, 'select death as row_key from deaths');
    expect(await codes(declared(checks, { 'checks/alive.sql': stray }))).toEqual([
      'quality.named_reads',
    ]);
  });
});

describe('set checks', () => {
  test('nothing delivered is nothing judged, and no score at all', async () => {
    await runChecks(world.ctx, 'paid');
    const { dataset: one, checks: all } = await qualityOf(world.as(officer), 'paid');
    expect(one.score).toBeNull();
    expect(one.judged).toBe(0);
    expect(new Set(all.map(({ last }) => last?.state))).toEqual(new Set(['waiting']));
    expect(await live()).toEqual([]);
  });

  test('each kind counts its faulty rows, of how many, and waits for what it reads', async () => {
    await deliver('b1', good('1', 'A'), good('2', 'A'), good('3', 'B'), [
      '4',
      null,
      '330109999',
      null,
      1,
      '2026-05-01',
      '2026-04-01',
    ]);
    const first = await found();
    expect(first.get('alive')?.last).toMatchObject({ state: 'waiting', of: null });
    await died('d1', ['x', 'B', '2026-03-01']);
    const all = await found();
    const counts = ['once', 'place', 'filled', 'in_order', 'alive'].map((name) => {
      const run = all.get(name)?.last;
      return [name, run?.state, run?.rows, run?.of];
    });
    expect(counts).toEqual([
      ['once', 'failed', 2, 4],
      ['place', 'failed', 1, 4],
      // One row of four lacks a value: within its tolerance.
      ['filled', 'passed', 1, 4],
      ['in_order', 'failed', 1, 4],
      ['alive', 'failed', 1, 4],
    ]);
  });

  test('the same again is the same signal; mended data clears it and nothing runs twice', async () => {
    await died('d1', ['x', 'B', '2026-03-01']);
    await deliver('b1', good('1', 'A'), good('2', 'A'), good('3', 'B'));
    const [once] = (await live()).filter(({ source }) => source === 'quality/paid.once');
    expect(once).toMatchObject({
      count: 1,
      owner: '330109-mzj',
      evidence: {
        ...{ dataset: 'paid', check: 'once', item: 'person', rows: 2, of: 3 },
        ...{ found: '3 行中有 2 行不符', found_en: '2 of 3 rows fail' },
        ...{ rule: expect.stringMatching(/\p{Script=Han}/u), rule_en: expect.any(String) },
        expected_en: expect.not.stringMatching(/\p{Script=Han}/u),
      },
    });
    expect(JSON.stringify(once)).not.toMatch(/"A"/);
    await runChecks(world.ctx, 'paid');
    expect((await live()).find(({ id }) => id === once?.id)?.count).toBe(1);
    await deliver('b2', good('1', 'A'), good('2', 'A'), good('4', 'C'));
    const again = await live();
    expect(again.map(({ source }) => source)).toEqual(['quality/paid.once']);
    expect(again[0]).toMatchObject({ id: once?.id, count: 2 });
    await deliver('b3', good('1', 'A'), good('4', 'C'));
    expect(await live()).toEqual([]);
  });
});

describe('signals of checks', () => {
  test('of a sealed dataset nothing is told, nor of one that was sealed since', async () => {
    await deliver('b1', good('1', 'A'), good('2', 'A'));
    expect((await live()).map(({ source }) => source)).toEqual(['quality/paid.once']);
    await applyFiles(world.ctx, capabilities, {
      ...files,
      'roles/insider.yaml': role,
      'datasets/paid.yaml': `${dataset('no', paidItems, checks)}sealed_for: [insider]\n`,
    });
    await deliver('b2', good('1', 'A'), good('2', 'A'), good('3', 'A'));
    expect(await live()).toEqual([]);
    const insider = actor('insider', '330109', seeing);
    const { checks: all } = await qualityOf(world.as(insider), 'paid');
    expect(all.find(({ check }) => check === 'once')?.last).toMatchObject({ rows: 3, of: 3 });
  });

  test('a check taken back takes its signal with it', async () => {
    await deliver('b1', good('1', 'A'), good('2', 'A'));
    expect((await live()).map(({ source }) => source)).toEqual(['quality/paid.once']);
    const without = checks.replace(/ {2}once.*\n/, '');
    await applyFiles(world.ctx, capabilities, {
      ...files,
      'datasets/paid.yaml': dataset('no', paidItems, without),
    });
    await world.drain();
    expect(await live()).toEqual([]);
  });
});

/** As `paid`, but messy: SQL over `i`. */
const messy = `select 'n' || i as no,
  case when i % 13 = 0 then null else 'p' || (i % 170) end as person,
  case when i % 7 = 0 then null when i % 5 = 0 then '330109999999' when i % 2 = 0
    then '330109004223' else '330109005' end as village,
  case when i % 9 = 0 then null when i % 4 = 0 then 'x' else '80' end as band,
  cast(i % 50 as decimal(8,2)) as amount,
  date '2026-01-01' + cast(i % 40 as integer) as since,
  case when i % 11 = 0 then null else date '2026-01-20' + cast(i % 17 as integer) end as until
  from range(400) r(i)`;
const dead = `select 'd' || i as death, 'p' || i as person, '330109005' as village,
  date '2026-01-25' as died, 'C' || i as certificate from range(0, 60, 3) r(i)`;

/** Declared, and the same asked of the bare engine: town -> faulty rows, written by hand. */
const asked: Record<string, [declared: string, byHand: string]> = {
  once: [
    '{kind: unique, items: [person]}',
    'person in (select person from paid group by 1 having count(*) > 1)',
  ],
  pair: [
    '{kind: unique, items: [person, band], where: amount > 10}',
    `amount > 10 and (person, band) in (select (person, band) from paid
      where amount > 10 and person is not null and band is not null
      group by person, band having count(*) > 1)`,
  ],
  nowhere_else: [
    '{kind: unique, items: [person], also: [{dataset: deaths, items: [person]}]}',
    `person in (select person from paid group by 1 having count(*) > 1)
      or person in (select person from deaths)`,
  ],
  place: [
    '{kind: reference, items: [village], to: {units: village}}',
    "village not in ('330109004223')",
  ],
  any_place: [
    '{kind: reference, items: [village], to: {units: any}}',
    "village not in ('330109004223', '330109005')",
  ],
  registered: [
    '{kind: reference, items: [person], to: {dataset: deaths, items: [person]}, where: "amount < 20"}',
    'amount < 20 and person is not null and person not in (select person from deaths)',
  ],
  both: [
    '{kind: reference, items: [person, village], to: {dataset: deaths, items: [person, village]}}',
    `person is not null and village is not null
      and (person, village) not in (select (person, village) from deaths)`,
  ],
  filled: ['{kind: complete, items: [band, until]}', 'band is null or until is null'],
  in_order: ['{kind: holds, sql: since <= until}', 'since > until'],
  // What the condition keeps away could not be cast.
  number: [
    '{kind: holds, sql: "cast(band as integer) > 90", where: "band <> \'x\'"}',
    "band = '80'",
  ],
  alive: [
    '{kind: named, check: alive, with: {id: person, paid: until}}',
    "person in (select person from deaths) and until > date '2026-01-25'",
  ],
};

describe('checks are counted together', () => {
  const declare = (more = '') =>
    applyFiles(world.ctx, capabilities, {
      ...files,
      'datasets/paid.yaml': dataset(
        'no',
        paidItems,
        `${Object.entries(asked)
          .map(([name, [text]]) => `  ${name}: ${text}\n`)
          .join('')}${more}`,
      ),
    });

  const commit = async () => {
    await world.ctx.lake.commit(world.ctx, { dataset: 'deaths', sql: dead, batch: 'd' });
    await world.ctx.lake.commit(world.ctx, { dataset: 'paid', sql: messy, batch: 'b' });
    await world.drain();
  };

  /**
   * Faulty rows by town, as the bare engine counts them from the same SQL the rows were made by.
   */
  async function byHand(question: string): Promise<Record<string, number>> {
    const rows = await world.ctx.lake.engine.rows(`with paid as materialized (${messy}),
      deaths as materialized (${dead})
      select coalesce(left(village, 9), '-') as town, count(*) as n from paid
      where ${question} group by 1`);
    return Object.fromEntries(rows.map(({ town, n }) => [String(town), Number(n)]));
  }

  test('and each counts what it counts by hand, in every town', async () => {
    await declare();
    await commit();
    const runs = await runChecks(world.ctx, 'paid', { force: true });
    const known = new Map(runs.map((run) => [run.check, run]));
    for (const [name, [, question]] of Object.entries(asked)) {
      const { '-': lost = 0, ...towns } = await byHand(question);
      const run = known.get(name);
      const found = Object.entries(run?.towns ?? {}).filter(([, [, faulty]]) => faulty > 0);
      expect(run?.failed, name).toBeNull();
      expect(Object.fromEntries(found.map(([town, [, n]]) => [town, n])), name).toEqual(towns);
      const sum = Object.values(towns).reduce((total, n) => total + n, lost);
      expect(run?.faulty, name).toBe(sum);
      expect(sum, name).toBeGreaterThan(0);
    }
    const looked = Object.values(await byHand("band <> 'x'")).reduce((sum, n) => sum + n, 0);
    expect(known.get('number')?.of).toBe(looked);
  });

  test('a broken one names itself and takes nobody with it', async () => {
    await declare('  torn: {kind: holds, sql: "cast(band as integer) > 90"}\n');
    await commit();
    const runs = await runChecks(world.ctx, 'paid', { force: true });
    const states = new Map(runs.map(({ check, state, failed }) => [check, failed ?? state]));
    expect(states.get('torn')).toBe('gate.query_failed');
    for (const name of Object.keys(asked)) expect(states.get(name), name).toBe('failed');
    const alone = await runChecks(world.ctx, 'paid', { force: true, only: ['torn', 'once'] });
    expect(alone.map(({ state }) => state)).toEqual(['failed', 'broken']);
  });
});

describe('whether data can be reached', () => {
  test('is asked through the gate, and says how often people read it', async () => {
    await deliver('b1', good('1', 'A'), good('2', 'B'));
    const before = (await found()).get('available')?.last;
    expect(before).toMatchObject({ state: 'passed', measure: { value: 2, low: 2, high: 2 } });
    expect(before?.measure?.basis.zh).toContain('经安全网关');
    expect(before?.measure?.basis.zh).toContain('读取 0 次');
    for (let times = 0; times < 3; times += 1) {
      await read(world.as(officer), 'select no from paid', { purpose: '核对' });
    }
    await runChecks(world.ctx, 'paid', { force: true, only: ['available'] });
    expect((await found()).get('available')?.last?.measure?.basis.zh).toContain('读取 3 次');
  });
});

describe('faulty rows', () => {
  test('are for the owner: not for nobody, not for another department', async () => {
    await deliver('b1', good('1', 'A'), good('2', 'A'));
    const asked = { dataset: 'paid', check: 'once', limit: 10 };
    const nobody = world.as(actor('officer', '330109/330109-mzj', ['gate.read']));
    expect((await refusal(faultyRows(nobody, asked))).code).toBe('auth.not_allowed');
    expect((await refusal(faultyRows(world.as(other), asked))).code).toBe('quality.not_owner');
    const whole = { ...asked, check: 'fresh' };
    expect((await refusal(faultyRows(world.as(officer), whole))).code).toBe('quality.no_rows');
  });

  test('whose key is masked are shown masked: to the owner as they are, to nobody else', async () => {
    const shown = (key: string, keyed: string) =>
      dataset(key, paidItems, '  filled: {kind: complete, items: [band]}\n')
        .replace(`key: [${key}]`, `key: [${keyed}]`)
        .replace(
          'type: text, grade: L4}',
          'type: text, semantic: citizen_id, grade: L4, required: true}',
        );
    await applyFiles(world.ctx, capabilities, {
      ...files,
      'roles/data_admin.yaml': role.replace('department', 'district'),
      'policies/grades.yaml': `${policy}  - id: checking
    roles: [data_admin]
    grades: [L4]
    view: masked
    because: {zh: 核对, en: checking}
`,
      'datasets/paid.yaml': shown('no', 'person, no'),
    });
    const id = '110101194912310022';
    await deliver('b1', ['1', id, village, null, 1, '2026-01-01', null], good('2', 'B'));
    const asked = { dataset: 'paid', check: 'filled', limit: 10 };
    const own = await faultyRows(world.as(officer), asked);
    const at = own.columns.findIndex(({ name }) => name === 'person');
    expect(own.rows.map(({ values }) => values[at])).toEqual([id]);
    expect(own.columns.map(({ name }) => name)).toEqual([
      ...['no', 'person', 'village', 'band', 'amount', 'since', 'until'],
    ]);
    const governor = world.as(actor('data_admin', '330109', seeing));
    const above = await faultyRows(governor, asked);
    const place = above.columns.findIndex(({ name }) => name === 'person');
    const seen = String(above.rows[0]?.values[place]);
    expect([above.rows.length, above.hidden]).toEqual([1, 0]);
    expect(above.columns[place]?.view).toBe('masked');
    expect(seen).toContain('*');
    expect(seen).not.toContain('19491231');
    expect(above.columns.map(({ name }) => name)).not.toContain('band');
  });

  test('are shown as the owner may see them, with what is expected', async () => {
    await died('d1', ['x', 'B', '2026-03-01']);
    await deliver('b1', good('1', 'A'), good('3', 'B'));
    const seen = await faultyRows(world.as(officer), {
      dataset: 'paid',
      check: 'alive',
      limit: 10,
    });
    const names = seen.columns.map(({ name }) => name);
    expect(seen.rows).toHaveLength(1);
    expect(seen.rows[0]?.expected).toBe('死亡登记 Cx');
    expect(seen.rows[0]?.items).toEqual(['person', 'until']);
    expect(seen.rows[0]?.values[names.indexOf('person')]).toBe('B');
    expect(seen.hidden).toBe(0);
    // Who governs sees that there is one, and not what he may not see.
    const governor = world.as(actor('data_admin', '330109', seeing));
    const above = await faultyRows(governor, { dataset: 'paid', check: 'alive', limit: 10 });
    // What should stand there is as delicate as what stands there.
    expect(above.rows[0]?.expected).toBeNull();
    expect(above.columns.map(({ name }) => name)).not.toContain('person');
    expect(above.rows.length + above.hidden).toBe(1);
    // Later data does not change what the run found.
    await deliver('b2', good('1', 'A'));
    const { rows } = await sql<{ n: number }>`select count(*) as n from quality_run
      where check_name = 'alive' and state = 'passed'`.execute(world.ctx.db);
    expect(rows[0]?.n).toBe(1);
  });
});
