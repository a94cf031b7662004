/**
 * The governance tax of a scan: ten million rows read through the gate with six masks, beside the
 * same masks written by hand in DuckDB over the same files with the same threads; what each mask
 * costs; and the time to compile a policy into SQL. By hand: `node bench/tax.ts [rows]`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { getDataset } from '#catalogue';
import { compileView, policyLines, read } from '#gate';
import type { Actor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { applyFiles, withPlatform } from './platform.ts';
import type { Row } from './row.ts';

const allRows = 10_000_000;
const turns = 5;
const compileMark = 2;

const items = {
  name: { type: 'text', semantic: 'person_name' },
  card: { type: 'text', semantic: 'citizen_id' },
  phone: { type: 'text', semantic: 'mobile' },
  address: { type: 'text', semantic: 'address' },
  born: { type: 'date', semantic: 'birth_date' },
  lon: { type: 'decimal(10,6)', semantic: 'longitude' },
};

const surnames =
  '欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 司空 夏侯 宇文 长孙 南宫 西门 独孤 端木 轩辕 钟离 闻人 申屠 太史 公冶 宗政 濮阳 淳于 单于 澹台 仲孙 鲜于 闾丘 赫连 呼延 拓跋 百里 东郭 南门 羊舌 微生 梁丘 左丘 公羊 谷梁 第五 万俟 乐正 公西 颛孙 巫马'
    .split(' ')
    .map((one) => `'${one}'`)
    .join(', ');

/** The masks as one writes them by hand who trusts his data to be in shape. */
const byHand: Record<keyof typeof items, string> = {
  name: `case when left(name, 2) in (${surnames}) and length(name) > 2 then left(name, 2)
    else left(name, 1) end || '**'`,
  card: "left(card, 6) || '********' || right(card, 4)",
  phone: "left(phone, 3) || '****' || right(phone, 4)",
  address: "regexp_extract(address, '^.*?(街道|镇|乡).*?(社区|村)') || '***'",
  born: "strftime(born, '%Y-%m')",
  lon: 'round(lon, 3)',
};

const dataset = `title: {zh: 人, en: People}
description: {zh: 人, en: People}
owner: "330109"
theme: 测速
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测速}
cycle: daily
mode: full
items:
  id: {title: {zh: 编号, en: Id}, type: integer, grade: L1}
${Object.entries(items)
  .map(
    ([name, { type, semantic }]) =>
      `  ${name}: {title: {zh: ${name}, en: ${name}}, type: "${type}", semantic: ${semantic}, grade: L3}`,
  )
  .join('\n')}
`;

const policy = `title: {zh: 规则, en: Policy}
source: 测速
lines:
  - {id: open, roles: ["*"], grades: [L1, L2], view: plain, because: {zh: 开放, en: open}}
  - {id: part, roles: [reader], grades: [L3], view: masked, because: {zh: 部分, en: part}}
`;

const role = `title: {zh: 读者, en: Reader}
description: {zh: 读者, en: Reader}
levels: [district]
permissions: [gate.read]
`;

const held = (rows: number): string => `select i as id,
  substr('王李张刘陈杨赵黄周吴', 1 + (i % 10)::integer, 1) || chr(19968 + (i % 2000)::integer) || '明' as name,
  '330109' || (1940 + i % 70)::varchar || lpad((1 + i % 12)::varchar, 2, '0') || '15'
    || lpad((i % 10000)::varchar, 4, '0') as card,
  '138' || lpad((i % 100000000)::varchar, 8, '0') as phone,
  '浙江省杭州市萧山区新塘街道霞江村' || (i % 9973)::varchar || '号' as address,
  date '1940-01-01' + (i % 25000)::integer as born,
  cast(120 + (i % 1000000) / 1000000.0 as decimal(10, 6)) as lon
  from range(${rows}) r(i)`;

const reader: Actor = {
  kind: 'account',
  id: 'bench',
  name: '测速',
  roles: [{ role: 'reader', unit: '330109', path: '330109', unitName: '萧山区' }],
  permissions: new Set(['gate.read']),
  from: '127.0.0.1',
};

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const middle = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** All in turns, so that what else the machine does falls on each; the middle of each. */
async function inTurns(...works: (() => Promise<unknown>)[]): Promise<number[]> {
  const took = works.map((): number[] => []);
  for (const work of works) await work();
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [at, work] of works.entries()) took[at]?.push(await seconds(work));
  }
  return took.map(middle);
}

const names = Object.keys(items) as (keyof typeof items)[];
const maxOf = (list: readonly string[]): string => list.map((one) => `max(${one})`).join(', ');

interface Side {
  ctx: Ctx;
  hand: DuckDBConnection;
  source: string;
  rows: number;
}

const ask = ({ ctx }: Side, columns: readonly string[]): Promise<unknown> =>
  read(ctx, `select ${maxOf(columns)} from people`, { purpose: 'bench' });

const scan = ({ hand, source }: Side, values: readonly string[]): Promise<unknown> =>
  hand.runAndReadAll(`select ${maxOf(values)} from ${source} as held`);

async function scans(side: Side): Promise<Row[]> {
  const { rows } = side;
  const every = names.map((name) => byHand[name]);
  const [ours = 0, hand = 0] = await inTurns(
    () => ask(side, names),
    () => scan(side, every),
  );
  const made: Row[] = [
    {
      name: `scan of ${rows.toLocaleString('en')} rows under six masks, by hand (mark: 0.9)`,
      ours: rows / ours,
      bare: rows / hand,
      ratio: hand / ours,
      unit: 'rows/s',
    },
  ];
  for (const name of names) {
    const [mine = 0, theirs = 0, plain = 0] = await inTurns(
      () => ask(side, [name]),
      () => scan(side, [byHand[name]]),
      () => scan(side, [name]),
    );
    made.push({
      name: `mask of ${items[name].semantic}: seconds over a bare scan, beside by hand`,
      ours: mine - plain,
      bare: theirs - plain,
      ratio: theirs / mine,
      unit: 's',
    });
  }
  return made;
}

/** A policy of twenty times the lines, a contract of six times the items. */
async function compiling(ctx: Ctx): Promise<Row> {
  const contract = await getDataset(ctx, 'people');
  const lines = await policyLines(ctx);
  const many = {
    ...contract,
    items: Array.from({ length: 6 }, (_, nth) =>
      contract.items.map((item) => ({ ...item, name: `${item.name}_${nth}` })),
    ).flat(),
  };
  const more = Array.from({ length: 20 }, (_, nth) =>
    lines.map((line) => ({ ...line, id: `${line.id}-${nth}`, ref: `${line.ref}-${nth}` })),
  ).flat();
  const took: number[] = [];
  for (let turn = 0; turn < 300; turn += 1) {
    took.push((await seconds(async () => compileView(ctx, many, more, 'bench'))) * 1000);
  }
  const ours = middle(took);
  return {
    name: `policy of ${more.length} lines compiled for ${many.items.length} items`,
    ours,
    bare: compileMark,
    ratio: compileMark / ours,
    unit: `ms (mark: ${compileMark})`,
  };
}

async function measure(base: Ctx, home: string, rows: number): Promise<Row[]> {
  await applyFiles(base, home, {
    'datasets/people.yaml': dataset,
    'policies/grades.yaml': policy,
    'roles/reader.yaml': role,
  });
  await base.lake.commit(base, { dataset: 'people', sql: held(rows), batch: 'bench' });
  const settings = { ...base.settings, sql_time_limit_ms: 600_000 };
  const ctx = { ...base, settings, actor: reader };
  const { sql } = await base.lake.relation(base, 'people');
  const threads = String(settings.lake_threads);
  const instance = await DuckDBInstance.create(':memory:', { threads });
  const hand = await instance.connect();
  try {
    const side = { ctx, hand, source: sql, rows };
    const first = await read(ctx, 'select name, card, phone, born from people limit 1', {
      purpose: 'bench',
    });
    if (!String(first.rows[0]?.[1]).includes('********')) throw new Error('nothing is masked');
    return [...(await scans(side)), await compiling(ctx)];
  } finally {
    hand.closeSync();
    instance.closeSync();
  }
}

/** Runs the bench in a home of its own, removed afterwards. */
export async function bench(rows = allRows): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'bench-tax-'));
  try {
    return await withPlatform(home, 1024, (ctx) => measure(ctx, home, rows));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await bench(Number(process.argv[2] ?? allRows)));
