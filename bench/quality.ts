/**
 * Ten checks of a set of 1 M rows after a delivery, with fence, limits, towns, runs written down,
 * signals and scores, beside the same ten questions written by hand for the bare engine on the same
 * files: how many rows, how many of them faulty.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Ctx } from '#kernel/context';
import { runChecks } from '#quality';
import { applyFiles, withPlatform } from './platform.ts';
import { processorMeter } from './processor.ts';
import type { Row } from './row.ts';

const rows = 1_000_000;
const firms = 100_000;
const turns = 5;

const families = ['normativity', 'completeness', 'accuracy', 'consistency', 'timeliness'] as const;

const scheme = `title: {zh: 测速, en: Bench}
source: 测速
families:
${families.map((one) => `  ${one}: {title: {zh: 测速, en: Bench}, weight: 19}`).join('\n')}
  accessibility: {title: {zh: 测速, en: Bench}, weight: 5}
kinds: {unique: accuracy, reference: consistency, complete: completeness, holds: consistency,
  volume: completeness, drift: accuracy, fresh: timeliness, available: accessibility}
row_rules: {required: completeness, type: normativity, pattern: normativity, codes: normativity,
  semantic: normativity, min: accuracy, max: accuracy, check: consistency}
history: {source: 测速, last: 6, least: 3, limit: 3.5, band: 0.1, psi: 0.25}
signals: {severity: warn, confirm: person}
ranking: {title: {zh: 测速, en: Bench}, unit: 测速, notes: [], least: 0.5}
`;

const contract = (key: string, items: Record<string, string>, more: string): string =>
  `title: {zh: 测速, en: Bench}
description: {zh: 测速, en: Bench}
owner: "330109"
theme: 测速
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测速}
cycle: daily
mode: full
key: [${key}]
${'village' in items ? 'unit_item: village' : ''}
items:
${Object.entries(items)
  .map(
    ([name, type]) =>
      `  ${name}: {title: {zh: ${name}, en: ${name}}, type: ${type}, grade: L1, required: ${name === key}}`,
  )
  .join('\n')}
${more}`;

const paidItems = {
  no: 'text',
  person: 'text',
  uscc: 'text',
  village: 'text',
  mobile: 'text',
  born: 'date',
  since: 'date',
  until: 'date',
  amount: 'integer',
};

/** Name -> declaration of the check, and the same asked by hand of `paid` and `firms`. */
const checks: Record<string, [declared: string, byHand: string]> = {
  person_once: [
    '{kind: unique, items: [person]}',
    `select count(*) from paid semi join
     (select person from paid group by person having count(*) > 1) using (person)`,
  ],
  pair_once: [
    '{kind: unique, items: [person, since]}',
    `select count(*) from paid semi join
     (select person, since from paid group by all having count(*) > 1) using (person, since)`,
  ],
  firm_known: [
    '{kind: reference, items: [uscc], to: {dataset: firms, items: [uscc]}}',
    'select count(*) from paid anti join firms using (uscc) where uscc is not null',
  ],
  filled: [
    '{kind: complete, items: [mobile, until]}',
    'select count(*) from paid where mobile is null or until is null',
  ],
  in_order: ['{kind: holds, sql: since <= until}', 'select count(*) from paid where since > until'],
  of_age: [
    '{kind: holds, sql: "date_diff(\'year\', born, since) >= 18"}',
    "select count(*) from paid where date_diff('year', born, since) < 18",
  ],
  born_as_id: [
    '{kind: holds, sql: "strftime(born, \'%Y%m%d\') = substr(person, 7, 8)"}',
    "select count(*) from paid where strftime(born, '%Y%m%d') <> substr(person, 7, 8)",
  ],
  within: [
    '{kind: holds, sql: amount between 0 and 5000}',
    'select count(*) from paid where amount not between 0 and 5000',
  ],
  mobile_form: [
    '{kind: holds, sql: "regexp_full_match(mobile, \'1[3-9][0-9]{9}\')"}',
    "select count(*) from paid where not regexp_full_match(mobile, '1[3-9][0-9]{9}')",
  ],
  lately: [
    '{kind: holds, sql: "until >= date \'2026-01-01\'"}',
    "select count(*) from paid where until < date '2026-01-01'",
  ],
};

const declared = `set_checks:\n${Object.entries(checks)
  .map(([name, [text]]) => `  ${name}: ${text}`)
  .join('\n')}\n`;

/** One row in 1,000 is faulty for each check. */
const paid = `select 'n' || i as no,
  '330109' || strftime(date '1950-01-01' + cast(i % 18000 as integer), '%Y%m%d')
    || lpad(cast(case when i % 1000 = 0 then i // 2 else i end % 10000 as varchar), 4, '0')
    || i as person,
  case when i % 1000 = 1 then 'x' else 'u' || (i % ${firms}) end as uscc,
  '330109004' || lpad(cast(i % 500 as varchar), 3, '0') as village,
  case when i % 1000 = 2 then null else '138' || lpad(cast(i as varchar), 8, '0') end as mobile,
  date '1950-01-01' + cast(i % 18000 as integer) as born,
  date '2024-01-01' + cast(i % 300 as integer) as since,
  case when i % 1000 = 3 then date '2023-01-01' else date '2026-10-31' end as until,
  case when i % 1000 = 4 then 9999 else i % 5000 end as amount
  from range(${rows}) r(i)`;

type Answers = Record<string, number>;

async function byHand(ctx: Ctx): Promise<Answers> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  for (const name of ['paid', 'firms']) {
    const { sql } = await ctx.lake.relation(ctx, name);
    await connection.run(`create view ${name} as select * from ${sql} as held`);
  }
  const answers: Answers = {};
  for (const [name, [, question]] of Object.entries(checks)) {
    await connection.runAndReadAll('select count(*) from paid');
    const [row] = (await connection.runAndReadAll(question)).getRows();
    answers[name] = Number(row?.[0]);
  }
  instance.closeSync();
  return answers;
}

async function ours(ctx: Ctx): Promise<Answers> {
  const runs = await runChecks(ctx, 'paid', { force: true });
  const broken = runs.filter(({ state }) => state === 'broken');
  if (broken.length > 0 || runs.length !== Object.keys(checks).length) {
    throw new Error(`checks did not run: ${broken.map(({ check, failed }) => check + failed)}`);
  }
  return Object.fromEntries(runs.map(({ check, faulty }) => [check, faulty ?? Number.NaN]));
}

/** Both count the same rows, or the times say nothing. */
function sameAnswers(mine: Answers, bare: Answers): void {
  const wrong = Object.keys(checks).filter((name) => mine[name] !== bare[name]);
  if (wrong.length > 0) throw new Error(`not the same rows: ${wrong.join(', ')}`);
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

interface Spent {
  seconds: number;
  processor: number;
}

async function measure(ctx: Ctx, home: string): Promise<Row[]> {
  await applyFiles(ctx, home, {
    'scoring/bench.yaml': scheme,
    'datasets/firms.yaml': contract('uscc', { uscc: 'text', name: 'text' }, ''),
    'datasets/paid.yaml': contract('no', paidItems, declared),
  });
  const known = `select 'u' || i as uscc, 'firm ' || i as name from range(${firms}) r(i)`;
  await ctx.lake.commit(ctx, { dataset: 'firms', sql: known, batch: 'bench' });
  await ctx.lake.commit(ctx, { dataset: 'paid', sql: paid, batch: 'bench' });
  const meter = await processorMeter(ctx);
  const spent = async (work: (ctx: Ctx) => Promise<Answers>): Promise<Spent> => {
    const [began, before] = [performance.now(), meter()];
    await work(ctx);
    return { seconds: (performance.now() - began) / 1000, processor: meter() - before };
  };
  // The first of each opens what the others find open.
  sameAnswers(await ours(ctx), await byHand(ctx));
  const [us, them]: [Spent[], Spent[]] = [[], []];
  for (let turn = 0; turn < turns; turn += 1) {
    us.push(await spent(ours));
    them.push(await spent(byHand));
  }
  const name = '10 checks of 1 M rows beside the same by hand (mark: 0.8)';
  const row = (what: string, of: (one: Spent) => number): Row => {
    const [mine, bare] = [middle(us.map(of)), middle(them.map(of))];
    return { name: what, ours: mine, bare, ratio: bare / mine, unit: 's' };
  };
  return [
    row(`${name}, processor time`, ({ processor }) => processor),
    row(name, ({ seconds }) => seconds),
  ];
}

export async function bench(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'bench-quality-'));
  try {
    return await withPlatform(home, 1024, (ctx) => measure(ctx, home));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
