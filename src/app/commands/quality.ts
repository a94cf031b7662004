/** Commands on quality: how data stands, which rows are faulty, the ranking of a month. */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { Ctx } from '#kernel/context';
import { tableStream } from '#kernel/http';
import {
  type CheckView,
  type DatasetQuality,
  faultFile,
  overviewOf,
  qualityOf,
  rankingFile,
  rankingOf,
  runNow,
} from '#quality';
import { answer, type Output, table } from '../output.ts';
import { runOf, withPlatform } from './shared.ts';

interface QualityFlags {
  as?: string;
  run?: boolean;
  check?: string;
  file?: string;
}

const points = (score: number | null): string => (score === null ? '-' : score.toFixed(2));
const percent = (rate: number | null): string =>
  rate === null ? '-' : `${(rate * 100).toFixed(2)}%`;

const checkLine = (one: CheckView, { language }: Output) => ({
  check: one.check,
  family: one.family,
  title: one.title[language],
  state: one.last?.state ?? (one.kind === 'delivery' ? 'delivery' : '-'),
  rows: one.last?.rows ?? '-',
  of: one.last?.of ?? '-',
  rate: percent(one.rate),
});

function shown({ dataset, checks, history }: DatasetQuality, output: Output): string {
  const days = history.map(({ score }) => points(score)).slice(-7);
  return [
    `${dataset.title[output.language]}  ${points(dataset.score)} / ${dataset.judged}`,
    table(
      dataset.families.map(({ family, weight, rate, checks: judged }) => ({
        family,
        weight,
        rate: percent(rate),
        checks: judged,
      })),
    ),
    table(checks.map((one) => checkLine(one, output))),
    days.join(' → '),
  ].join('\n\n');
}

async function overall(ctx: Ctx, output: Output): Promise<void> {
  const found = await overviewOf(ctx);
  answer(output, found, () =>
    table(
      found.datasets.map((one) => ({
        dataset: one.dataset,
        title: one.title[output.language],
        owner: one.ownerName,
        score: points(one.score),
        judged: one.judged,
        checks: one.checks,
        failed: one.failed,
      })),
    ),
  );
}

/** Writes the faulty rows of a check to a file, CSV or Excel by its ending. */
async function faults(
  ctx: Ctx,
  { dataset, check, path }: { dataset: string; check: string; path: string },
  output: Output,
): Promise<void> {
  const notes = { lang: output.language, notes: true };
  const { table: rows, more } = await faultFile(ctx, { dataset, check, ...notes });
  const file = resolve(path);
  const format = extname(file) === '.xlsx' ? 'xlsx' : 'csv';
  await pipeline(tableStream(rows, format), createWriteStream(file));
  answer(output, { file, rows: rows.rows.length, more }, () => `${file}  ${rows.rows.length}`);
}

async function see(
  dataset: string | undefined,
  flags: QualityFlags,
  command: Command,
): Promise<void> {
  const run = runOf(command);
  const { output } = run;
  const { check, file } = flags;
  if ((check === undefined) !== (file === undefined)) {
    command.error('error: --check and --file go together');
  }
  if (dataset === undefined && (check !== undefined || flags.run)) {
    command.error('error: name the dataset');
  }
  await withPlatform(run, async (platform) => {
    const ctx = await platform.operator(flags.as);
    if (dataset === undefined) return overall(ctx, output);
    if (check !== undefined && file !== undefined) {
      return faults(ctx, { dataset, check, path: file }, output);
    }
    const found = flags.run ? await runNow(ctx, dataset) : await qualityOf(ctx, dataset);
    if (flags.run && found.dataset.failed > 0) process.exitCode = 1;
    answer(output, found, () => shown(found, output));
  });
}

function monthOf(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) {
    throw new InvalidArgumentError('A month is needed, 2026-11.');
  }
  return text;
}

async function rank(month: string, flags: QualityFlags, command: Command): Promise<void> {
  const run = runOf(command);
  const { output } = run;
  await withPlatform(run, async (platform) => {
    const ctx = await platform.operator(flags.as);
    if (flags.file !== undefined) {
      const path = resolve(flags.file);
      const format = extname(path) === '.xlsx' ? 'xlsx' : 'docx';
      const { bytes } = await rankingFile(ctx, month, format, output.language);
      await writeFile(path, bytes);
      answer(output, { file: path, bytes: bytes.length }, () => path);
      return;
    }
    const ranking = await rankingOf(ctx, month);
    const lines = [...ranking.departments, ...ranking.towns].map((one) => ({
      rank: one.rank ?? '-',
      name: one.name,
      score: points(one.score),
      judged: one.judged,
      faulty: one.faulty,
      change: one.change ?? '-',
    }));
    answer(output, ranking, () => `${ranking.month} ${ranking.state}\n${table(lines)}`);
  });
}

export function qualityCommands(program: Command): void {
  program
    .command('quality')
    .argument('[dataset]', 'a dataset; all of them when absent')
    .description('scores and checks; --run checks now; --check with --file writes its faulty rows')
    .option('--run', 'run the checks of the dataset now; exit code 1 when one fails')
    .option('--check <check>', 'the check whose faulty rows are written')
    .option('--file <file>', 'where they are written, .csv or .xlsx')
    .option('--as <login>', 'as this account sees it')
    .action(see);
  program
    .command('ranking')
    .argument('<month>', 'such as 2026-11', monthOf)
    .description('departments and towns by the quality of their data; --file writes Word or Excel')
    .option('--file <file>', 'where it is written, .docx or .xlsx')
    .option('--as <login>', 'as this account sees it')
    .action(rank);
}
