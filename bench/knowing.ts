/**
 * How well meanings are known: precision and recall of single values and of whole columns, against
 * vectors that the recogniser did not make, with the mark of 0.99 beside; and what knowing a file
 * costs beside reading it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { literal, semantics } from '#catalogue';
import { type KnowOptions, knowColumns, knowOptions } from '#ingest';
import { loadSettings } from '#kernel/config';
import { systemClock } from '#kernel/context';
import { createLake, type Engine } from '#kernel/lake';
import { createLog } from '#kernel/log';
import { type Random, randomOf } from '#sample';
import { decoys, lookalike, type Scored, scored, valid, worked } from './knowing-vectors.ts';
import type { Row } from './row.ts';

const mark = 0.99;
const each = 2000;
const columnsEach = 12;
const rowsEach = 400;

interface Tally {
  hit: number;
  missed: number;
  wrong: number;
}

const precision = ({ hit, wrong }: Tally): number => (hit + wrong === 0 ? 0 : hit / (hit + wrong));
const recall = ({ hit, missed }: Tally): number => (hit + missed === 0 ? 0 : hit / (hit + missed));

const rowsOf = (name: string, tally: Tally): Row[] => [
  {
    name: `${name}: precision`,
    ours: precision(tally),
    bare: mark,
    unit: 'share',
    ratio: precision(tally) / mark,
  },
  {
    name: `${name}: recall`,
    ours: recall(tally),
    bare: mark,
    unit: 'share',
    ratio: recall(tally) / mark,
  },
];

/** What the rule of row checks says of each value: the rule that sends rows back. */
async function judged(engine: Engine, kind: Scored, values: string[]): Promise<boolean[]> {
  const { rule } = semantics[kind];
  if (rule === undefined) throw new Error(`${kind} has no rule`);
  const good = rule.good('v', { name: 'v', type: 'text' }, '2026-11-22');
  const listed = values.map((value, at) => `(${at}, ${literal(value)})`).join(', ');
  const found = await engine.rows(
    `select coalesce(${good}, false) as good from (values ${listed}) as t(n, v) order by n`,
  );
  return found.map((row) => row.good === true);
}

/** Values one by one. */
async function valuesOf(engine: Engine, kind: Scored, random: Random): Promise<Tally> {
  const make = (kinds: readonly ((random: Random) => string)[]): string[] =>
    Array.from({ length: each }, () => random.pick(kinds)(random));
  const good = [...worked[kind].good, ...make([valid[kind]])];
  const bad = [...worked[kind].bad, ...make(lookalike[kind])];
  const [yes, no] = [await judged(engine, kind, good), await judged(engine, kind, bad)];
  const hit = yes.filter(Boolean).length;
  return { hit, missed: yes.length - hit, wrong: no.filter(Boolean).length };
}

interface Column {
  header: string;
  truth: Scored | null;
  values: string[];
}

/** Columns of all kinds under headers that say nothing, up to a twentieth of each spoilt. */
function columnsOf(random: Random): Column[] {
  const spoilt = ['', '', '不详', '待补', '见附件'];
  const filled = (make: (random: Random) => string): string[] => {
    const dirt = random.whole(0, 5) / 100;
    return Array.from({ length: rowsEach }, () =>
      random.chance(dirt) ? random.pick(spoilt) : make(random),
    );
  };
  const named = scored.flatMap((truth) =>
    Array.from({ length: columnsEach }, () => ({ truth, values: filled(valid[truth]) })),
  );
  const others = decoys.flatMap((make) =>
    Array.from({ length: columnsEach }, () => ({ truth: null, values: filled(make) })),
  );
  return [...named, ...others].map((column, at) => ({ ...column, header: `字段${at + 1}` }));
}

async function columnsKnown(engine: Engine, options: KnowOptions, columns: Column[]) {
  const places = columns.map((_, at) => `c${at}`);
  const rows = Array.from({ length: rowsEach }, (_, row) => {
    const cells = columns.map(({ values }) => literal(values[row] ?? ''));
    return `(${cells.join(', ')})`;
  });
  await engine.run(`create table knowing (${places.map((name) => `${name} varchar`).join(', ')})`);
  for (let at = 0; at < rows.length; at += 40) {
    await engine.run(`insert into knowing values ${rows.slice(at, at + 40).join(', ')}`);
  }
  const sources = columns.map(({ header }, at) => ({ name: header, column: `c${at}` }));
  return knowColumns(engine, 'knowing', sources, options);
}

function columnTally(kind: Scored, columns: Column[], found: (string | null)[]): Tally {
  const is = (name: string | null | undefined): boolean =>
    name === kind || (kind === 'landline' && name === 'phone');
  const tally = { hit: 0, missed: 0, wrong: 0 };
  for (const [at, { truth }] of columns.entries()) {
    if (truth === kind && is(found[at])) tally.hit += 1;
    else if (truth === kind) tally.missed += 1;
    else if (is(found[at])) tally.wrong += 1;
  }
  return tally;
}

/** Processor seconds to know a table over Parquet: what others on the machine do counts little. */
async function cost(engine: Engine, options: KnowOptions, home: string): Promise<Row> {
  const path = join(home, 'cost.parquet');
  const rows = 1_000_000;
  await engine.run(
    `copy (select cast(range as varchar) as c0, '33010918' || lpad(cast(range as varchar), 10, '0') as c1,
       cast(date '2020-01-01' + cast(range % 2000 as integer) as varchar) as c2,
       '1380000' || lpad(cast(range % 10000 as varchar), 4, '0') as c3,
       '新塘街道霞江路' || cast(range % 999 as varchar) || '号' as c4,
       cast((range % 10000) / 100.0 as varchar) as c5,
       case when range % 2 = 0 then '是' else '否' end as c6, '备注' || cast(range as varchar) as c7
     from range(${rows})) to ${literal(path)} (format parquet)`,
  );
  const relation = `read_parquet(${literal(path)})`;
  const columns = Array.from({ length: 8 }, (_, at) => ({ name: `列${at}`, column: `c${at}` }));
  const before = process.cpuUsage();
  await knowColumns(engine, relation, columns, options);
  const { user, system } = process.cpuUsage(before);
  const ours = (user + system) / 1_000_000;
  const limit = 10;
  return {
    name: '1 M rows x 8 known (processor time)',
    ours,
    bare: limit,
    unit: 's',
    ratio: limit / ours,
  };
}

/** @throws when a mark is missed: the figures are a promise */
export async function bench(): Promise<Row[]> {
  const settings = loadSettings({ GUANTONG_LOG_LEVEL: 'warn' }, {});
  const home = await mkdtemp(join(tmpdir(), 'bench-knowing-'));
  const lake = await createLake({ home, log: createLog(settings), settings });
  const { engine } = lake;
  const options = knowOptions({ settings, clock: systemClock });
  try {
    const random = randomOf('knowing');
    const rows: Row[] = [];
    for (const kind of scored) {
      rows.push(...rowsOf(`${kind} values`, await valuesOf(engine, kind, random.fork(kind))));
    }
    const columns = columnsOf(random.fork('columns'));
    const known = await columnsKnown(engine, options, columns);
    const found = known.map((column) => column.semanticType);
    for (const kind of scored) {
      rows.push(...rowsOf(`${kind} columns`, columnTally(kind, columns, found)));
    }
    rows.push(await cost(engine, options, home));
    return rows;
  } finally {
    await lake.close();
    await rm(home, { recursive: true, force: true });
  }
}
