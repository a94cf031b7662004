/**
 * Counts alone: ten million rows of four million persons counted by who may only count them, beside
 * the same counts written by hand for the bare engine over the same files with the same threads.
 * By hand twice: the bare count, and the count of somebody careful who withholds every group of
 * fewer persons than the policy says (he counts persons too, and his answers can still be
 * subtracted from each other). By hand: `node bench/counting.ts [rows]`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { read } from '#gate';
import type { Actor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { applyFiles, withPlatform } from './platform.ts';
import { processorMeter } from './processor.ts';
import type { Row } from './row.ts';

const allRows = 10_000_000;
const least = 10;
const turns = 3;

const dataset = `title: {zh: 就诊, en: Visits}
description: {zh: 就诊, en: Visits}
owner: "330109"
theme: 测速
layer: standard
share: {type: conditional, condition: 测速, mode: [api]}
open: {type: none, clause: 测速}
cycle: daily
mode: full
key: [no]
unit_item: village
subject: card
grades: {counted_by: [village, sex]}
items:
  no: {title: {zh: 编号, en: No}, type: integer, grade: L3, required: true}
  card: {title: {zh: 证件, en: Card}, type: text, semantic: citizen_id, grade: L4}
  village: {title: {zh: 村社, en: Village}, type: text, grade: L3}
  sex: {title: {zh: 性别, en: Sex}, type: text, grade: L3}
  cost: {title: {zh: 费用, en: Cost}, type: integer, grade: L4}
`;

const policy = `title: {zh: 规则, en: Policy}
source: 测速
lines:
  - {id: open, roles: ["*"], grades: [L1], view: plain, because: {zh: 开放, en: open}}
  - {id: count, roles: [counter], grades: [L2, L3, L4], view: counted, least: ${least},
      because: {zh: 只供统计, en: counts alone}}
`;

const role = `title: {zh: 统计员, en: Counter}
description: {zh: 统计员, en: Counter}
levels: [district]
permissions: [gate.read]
`;

/** Of 549 villages; the last has three persons, whom no answer may tell of. */
const held = (rows: number): string => `select i as no,
  '330109' || (1940 + p % 70)::varchar || lpad((1 + p % 12)::varchar, 2, '0') || '15'
    || lpad(p::varchar, 7, '0') as card,
  case when p < 3 then '330109004999'
    else '3301090' || lpad((1 + p % 549 % 22)::varchar, 2, '0')
      || lpad((p % 549)::varchar, 3, '0')
  end as village,
  case when p % 2 = 0 then '男' else '女' end as sex,
  10 + i % 990 as cost
  from (select i, i * 2 // 5 as p from range(${rows}) r(i))`;

const counter: Actor = {
  kind: 'account',
  id: 'bench',
  name: '测速',
  roles: [{ role: 'counter', unit: '330109', path: '330109', unitName: '萧山区' }],
  permissions: new Set(['gate.read']),
  from: '127.0.0.1',
};

/** What is asked, and the same in the careful hand. */
const questions = [
  {
    name: 'by town',
    asked: 'select left(village, 9) as unit, count(*) as n from visits group by unit',
    careful: `select left(village, 9) as unit, count(*) as n from visits group by unit
      having count(distinct card) >= ${least}`,
  },
  {
    name: 'by village and sex, a mean',
    asked: `select village as unit, sex, count(*) as n, avg(cost) as mean
      from visits group by unit, sex`,
    careful: `select village as unit, sex, count(*) as n, avg(cost) as mean from visits
      group by unit, sex having count(distinct card) >= ${least}`,
  },
] as const;

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

interface Timed<T> {
  seconds: number;
  /** Processor seconds, of the children and the database too. */
  processor: number;
  answer: T;
}

async function timed<T>(meter: () => number, work: () => Promise<T>): Promise<Timed<T>> {
  const [start, before] = [performance.now(), meter()];
  const answer = await work();
  return { seconds: (performance.now() - start) / 1000, processor: meter() - before, answer };
}

type Groups = Map<string, string>;

/** Groups that are told, by what they are; means to four places. */
const groupsOf = (rows: readonly unknown[][], measures: number): Groups =>
  new Map(
    rows.flatMap((row) => {
      const told = row.slice(-measures);
      if (told.some((value) => value === null)) return [];
      const words = told.map((value) => Number(value).toFixed(4)).join(' ');
      return [[row.slice(0, -measures).join(' '), words] as const];
    }),
  );

/** What is told is exact, and the three persons are in none of it. */
function checkAnswers(ours: Groups, careful: Groups): void {
  const wrong = [...ours].filter(([group, told]) => careful.get(group) !== told);
  if (wrong.length > 0) throw new Error(`told otherwise: ${wrong[0]?.join(' -> ')}`);
  if ([...ours.keys()].some((group) => group.startsWith('330109004999'))) {
    throw new Error('three persons were told of');
  }
  // A group beside one that is too small is withheld with it: few, or the answer is no use.
  if (ours.size < careful.size * 0.98) throw new Error(`${ours.size} of ${careful.size} groups`);
}

const rowsOf = async (hand: DuckDBConnection, sql: string): Promise<unknown[][]> =>
  (await hand.runAndReadAll(sql)).getRowsJS();

async function compare(
  ctx: Ctx,
  hand: DuckDBConnection,
  { name, asked, careful }: (typeof questions)[number],
): Promise<Row[]> {
  const meter = await processorMeter(ctx);
  const measures = asked.includes('mean') ? 2 : 1;
  const ask = async () => (await read(ctx, asked, { purpose: 'bench', limit: 10_000 })).rows;
  const first = await timed(meter, ask);
  checkAnswers(groupsOf(first.answer, measures), groupsOf(await rowsOf(hand, careful), measures));
  const works = [ask, () => rowsOf(hand, careful), () => rowsOf(hand, asked)];
  const took: Timed<unknown>[][] = works.map(() => []);
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [at, work] of works.entries()) took[at]?.push(await timed(meter, work));
  }
  const of = (at: number, what: 'seconds' | 'processor'): number =>
    middle((took[at] ?? []).map((one) => one[what]));
  const row = (what: string, mine: number, other: number): Row => ({
    name: `count ${name}, ${what}`,
    ours: mine,
    bare: other,
    ratio: other / mine,
    unit: 's',
  });
  const beside = 'beside a careful hand';
  return [
    row(`first, ${beside}`, first.seconds, of(1, 'seconds')),
    row(beside, of(0, 'seconds'), of(1, 'seconds')),
    row(`${beside}, processor time`, of(0, 'processor'), of(1, 'processor')),
    row('beside the bare count', of(0, 'seconds'), of(2, 'seconds')),
  ];
}

async function measure(base: Ctx, home: string, rows: number): Promise<Row[]> {
  await applyFiles(base, home, {
    'datasets/visits.yaml': dataset,
    'policies/grades.yaml': policy,
    'roles/counter.yaml': role,
  });
  await base.lake.commit(base, { dataset: 'visits', sql: held(rows), batch: 'bench' });
  const settings = { ...base.settings, sql_time_limit_ms: 600_000 };
  const ctx = { ...base, settings, actor: counter };
  const { sql } = await base.lake.relation(base, 'visits');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(settings.lake_threads),
  });
  const hand = await instance.connect();
  await hand.run(`create view visits as select * from ${sql} as held`);
  try {
    const made: Row[] = [];
    for (const question of questions) made.push(...(await compare(ctx, hand, question)));
    return made;
  } finally {
    hand.closeSync();
    instance.closeSync();
  }
}

/** Runs the bench in a home of its own, removed afterwards. */
export async function bench(rows = allRows): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'bench-counting-'));
  try {
    return await withPlatform(home, 1024, (ctx) => measure(ctx, home, rows));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await bench(Number(process.argv[2] ?? allRows)));
