/**
 * How well sensitive data is found, in free text and in columns, against vectors and texts the
 * recogniser did not make; and what looking at 10 M rows of 20 items costs, by sample and whole.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getDataset, type SemanticName } from '#catalogue';
import { type Finding, findSensitive, judgeColumn, lookAt } from '#gate';
import type { Ctx } from '#kernel/context';
import { type Random, randomOf } from '#sample';
import { hardTexts } from './discovery-hard.ts';
import { newsTexts } from './discovery-news.ts';
import * as vectors from './discovery-vectors.ts';
import { applyFiles, withPlatform } from './platform.ts';
import type { Row } from './row.ts';

const today = '2026-11-22';
const rounds = 25;
const options = { today, insidePermille: 1, insideValues: 3 };

/** Marks of the issue: names and addresses, and everything that checks itself. */
const markOf = (type: SemanticName): number =>
  type === 'person_name' || type === 'address' ? 0.95 : 0.99;

interface Tally {
  hit: number;
  missed: number;
  wrong: number;
}
type Tallies = Map<SemanticName, Tally>;

const tallyOf = (all: Tallies, type: SemanticName): Tally => {
  const tally = all.get(type) ?? { hit: 0, missed: 0, wrong: 0 };
  all.set(type, tally);
  return tally;
};

/** An address is found when most of both overlap; all else to the sign. */
function same(found: Finding, truth: vectors.Truth): boolean {
  if (found.type !== truth.type) return false;
  if (truth.type !== 'address') return found.start === truth.start && found.end === truth.end;
  const shared = Math.min(found.end, truth.end) - Math.max(found.start, truth.start);
  return shared > 0.5 * Math.max(found.end - found.start, truth.end - truth.start);
}

function tally(found: readonly Finding[], truth: readonly vectors.Truth[], all: Tallies): void {
  const left = [...found];
  for (const one of truth) {
    const at = left.findIndex((each) => same(each, one));
    if (at >= 0) left.splice(at, 1);
    tallyOf(all, one.type)[at >= 0 ? 'hit' : 'missed'] += 1;
  }
  for (const { type } of left) tallyOf(all, type).wrong += 1;
}

function score(labelled: readonly vectors.Labelled[], all: Tallies): void {
  for (const { text, truth } of labelled) tally(findSensitive(text, { today }), truth, all);
}

function rowsOf(where: string, all: Tallies): Row[] {
  return [...all].flatMap(([type, { hit, missed, wrong }]): Row[] => {
    const bare = markOf(type);
    const row = (what: string, ours: number): Row => ({
      name: `discovery, ${where}, ${type}: ${what}`,
      ours,
      bare,
      unit: 'share',
      ratio: ours / bare,
    });
    const share = (of: number): number => (of === 0 ? 0 : hit / of);
    return [row('recall', share(hit + missed)), row('precision', share(hit + wrong))];
  });
}

function inText(random: Random): Row[] {
  const made: Tallies = new Map();
  for (let round = 0; round < rounds; round += 1) score(vectors.texts(random), made);
  const written = (list: 'texts' | 'texts-kept'): Tallies => {
    const all: Tallies = new Map();
    score(vectors.written(list), all);
    return all;
  };
  const worded = ({ name }: Row): boolean => /person_name|address/.test(name);
  const hard = (['dev', 'held', 'other'] as const).flatMap((half): Row[] => {
    const all: Tallies = new Map();
    for (let round = 0; round < rounds; round += 1) score(hardTexts(random, half), all);
    return rowsOf(`hard texts, ${parts[half]}`, all).filter(worded);
  });
  return [
    ...rowsOf('frames', made),
    ...rowsOf('written by hand', written('texts')),
    ...rowsOf('by another hand', written('texts-kept')).filter(worded),
    ...hard,
    ...inNews(),
  ];
}

/** The week of the newspaper the model was not fitted on; nothing where its file is not named. */
function inNews(): Row[] {
  const file = process.env.GUANTONG_BENCH_NEWS;
  if (file === undefined) return [];
  const all: Tallies = new Map();
  for (const { text, truth, unsure } of newsTexts(file, 'held')) {
    const certain = (found: Finding): boolean =>
      unsure.every(({ start, end }) => end <= found.start || start >= found.end);
    tally(findSensitive(text, { today }).filter(certain), truth, all);
  }
  return rowsOf('newspaper of 1998', all).filter(({ name }) => name.includes('person_name'));
}

const parts = { dev: 'development half', held: 'held-back half', other: 'other domains' };

/** Columns under names that say nothing, up to a twentieth of each spoilt. */
function inColumns(random: Random): Row[] {
  const all: Tallies = new Map();
  for (const { truth, values } of vectors.columns(random)) {
    const judged = judgeColumn(
      '字段',
      values.map((value) => ({ value, count: 1 })),
      options,
    );
    if (truth !== null) tallyOf(all, truth)[judged.semantic === truth ? 'hit' : 'missed'] += 1;
    if (judged.semantic !== null && judged.semantic !== truth) {
      tallyOf(all, judged.semantic).wrong += 1;
    }
  }
  return rowsOf('columns', all);
}

const width = 20;
const marked = { sampled: 60, whole: 900 };

/** Twenty items: numbers that name somebody, names, remarks, and a dozen that say nothing. */
async function wideDataset(ctx: Ctx, folder: string, rows: number): Promise<void> {
  const plain = Array.from({ length: width - 6 }, (_, at) => `n${at}`);
  const names = ['id', 'who', 'mobile', 'card', 'place', 'remark', ...plain];
  const items = names.map(
    (name) => `  ${name}: {title: {zh: ${name}, en: ${name}}, type: text, grade: L1}`,
  );
  const contract = `title: {zh: 宽表, en: Wide}
description: {zh: 测速, en: Bench}
owner: "330109"
theme: 测速
layer: raw
share: {type: conditional, condition: 测速, mode: [api]}
open: {type: none, clause: 测速}
cycle: daily
mode: append
items:
${items.join('\n')}
`;
  await applyFiles(ctx, folder, { 'datasets/wide.yaml': contract });
  await ctx.lake.define(ctx, {
    dataset: 'wide',
    columns: names.map((name) => ({ name, type: 'VARCHAR' })),
    mode: 'append',
    key: [],
  });
  const random = randomOf('discovery-wide');
  const people = Array.from({ length: 400 }, () => `'${vectors.personName(random)}'`);
  const places = Array.from({ length: 400 }, () => `'${vectors.address(random)}'`);
  const remark = `case when i % 500 = 0 then '请回电138' || lpad((i % 100000000)::varchar, 8, '0')
    else '第' || i || '次回访，诉求已转办，请按时答复' end`;
  await ctx.lake.commit(ctx, {
    dataset: 'wide',
    sql: `select i::varchar as id, list_extract([${people.join(', ')}], (i % 400 + 1)::int) as who,
        '139' || lpad((i % 100000000)::varchar, 8, '0') as mobile,
        '6222' || lpad(i::varchar, 12, '0') as card,
        list_extract([${places.join(', ')}], (i * 7 % 400 + 1)::int) as place, ${remark} as remark,
        ${plain.map((name, at) => `(i * ${at + 3} % 9973)::varchar as ${name}`).join(', ')}
      from range(${rows}) as r(i)`,
    batch: 'bench',
  });
}

async function timed(ctx: Ctx, whole: boolean): Promise<number> {
  const contract = await getDataset(ctx, 'wide');
  const began = performance.now();
  await lookAt(ctx, contract, whole);
  return (performance.now() - began) / 1000;
}

/** `--rows N`: size of the wide dataset; `--sampled`: not over all rows. */
function asked(): { rows: number; only: boolean } {
  const at = process.argv.indexOf('--rows');
  const rows = at < 0 ? 10_000_000 : Number(process.argv[at + 1]);
  return { rows, only: process.argv.includes('--sampled') };
}

/** Precision, recall, and the time of a look. */
export async function bench(): Promise<Row[]> {
  const random = randomOf('discovery-vectors');
  const found = [...inText(random), ...inColumns(random)];
  const { rows, only } = asked();
  const home = await mkdtemp(join(tmpdir(), 'guantong-bench-discovery-'));
  try {
    const times = await withPlatform(home, 2000, async (ctx) => {
      await wideDataset(ctx, home, rows);
      return { sampled: await timed(ctx, false), whole: only ? null : await timed(ctx, true) };
    });
    const time = (name: string, ours: number, bare: number): Row => ({
      name: `discovery of ${rows / 1e6} M x ${width}, ${name}`,
      ours,
      bare,
      unit: 's',
      ratio: bare / ours,
    });
    return [
      ...found,
      time('by sample', times.sampled, marked.sampled),
      ...(times.whole === null ? [] : [time('all rows', times.whole, marked.whole)]),
    ];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
