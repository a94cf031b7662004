/** Commands on data that comes: deliver, sources, pull; progress on stderr, Ctrl-C cancels. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import {
  cancelRun,
  deliver,
  getRun,
  ingestErrors,
  listSources,
  pullSource,
  type Run,
} from '#ingest';
import type { Ctx } from '#kernel/context';
import { answer, type Output, refuse, table } from '../output.ts';
import type { Platform } from '../platform.ts';
import { type DialectFlags, dialectOf, withDialect } from './dialect.ts';
import { existing, interrupted, runOf, withPlatform } from './shared.ts';

interface AsOption {
  as?: string;
}

/** A terminal is told this often; a log file only of new stages. */
const tellMs = 200;
const lookMs = 500;

const words: Record<string, { zh: string; en: string }> = {
  queued: { zh: '排队', en: 'queued' },
  reading: { zh: '读取', en: 'reading' },
  checking: { zh: '检查', en: 'checking' },
  judging: { zh: '检查', en: 'checking' },
  landing: { zh: '落库', en: 'landing' },
};

interface Told {
  stage: string;
  rows: number;
  /** 0 to 1. */
  part: number;
}

/** Says to people, on stderr, how far it is; a program that asks for JSON is told the answer. */
function teller(output: Output): { tell(told: Told): void; end(): void } {
  const { isTTY } = process.stderr;
  const began = performance.now();
  let [last, at, drawn] = ['', 0, false];
  return {
    tell: ({ stage, rows, part }) => {
      if (output.json) return;
      const now = performance.now();
      if (stage === last && (!isTTY || now - at < tellMs)) return;
      [last, at] = [stage, now];
      const seconds = (now - began) / 1000;
      const left = part > 0.02 ? ` ~${Math.round((seconds * (1 - part)) / part)} s` : '';
      const word = words[stage]?.[output.language] ?? stage;
      const line = `${word} ${Math.round(part * 100)}% ${rows > 0 ? rows : ''}${left}`;
      process.stderr.write(isTTY ? `\r\u001b[K${line}` : `${line.trim()}\n`);
      drawn = isTTY;
    },
    end: () => {
      if (drawn) process.stderr.write('\r\u001b[K');
    },
  };
}

async function deliverFiles(
  name: string,
  paths: string[],
  options: AsOption & DialectFlags,
  command: Command,
) {
  const run = runOf(command);
  const full = await Promise.all(paths.map(existing));
  const cancel = new AbortController();
  const stop = (): void => cancel.abort(ingestErrors.make('cancelled'));
  const { signal } = cancel;
  const work = async (platform: Platform): Promise<void> => {
    const ctx = await platform.operator(options.as);
    const files = full.map((path) => ({ name: basename(path), path }));
    const flags = dialectOf(options);
    // Nothing said: as is usual for the dataset.
    const said = Object.keys(flags).length === 0 ? {} : { dialect: flags };
    const { tell: progress, end } = teller(run.output);
    const delivered = deliver(ctx, { dataset: name, files, ...said, signal, progress });
    const result = await delivered.finally(end);
    await platform.drain();
    // The document's keys are a contract with scripts; what was mended is for people.
    const { mended, ...told } = result;
    answer(run.output, told, () => table([{ ...told, mended }]));
  };
  try {
    await withPlatform(run, work, stop);
  } catch (error) {
    if (!signal.aborted) throw error;
    refuse(run.output, error);
    process.exitCode = interrupted;
  }
}

async function sources(options: AsOption, command: Command) {
  const run = runOf(command);
  await withPlatform(run, async (platform) => {
    const list = await listSources(await platform.operator(options.as));
    answer(run.output, list, () =>
      table(
        list.map(({ name, dataset, road, place, state, lookedAt, nextAt }) => ({
          ...{ name, dataset, road, place, state, lookedAt, nextAt },
        })),
      ),
    );
  });
}

const isOver = ({ state }: Run): boolean => !(state in words);

/** Waits for a run, whoever carries it out. */
async function follow(ctx: Ctx, id: string, output: Output, signal: AbortSignal): Promise<Run> {
  const { tell, end } = teller(output);
  try {
    for (;;) {
      const run = await getRun(ctx, id);
      tell({ stage: run.state, rows: run.rowsSeen, part: run.progress });
      // One that waits for its next try waits for minutes: the server's affair, not the terminal's.
      if (isOver(run) || (run.state === 'queued' && run.error !== null)) return run;
      if (signal.aborted && !run.cancelAsked) await cancelRun(ctx, id).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  } finally {
    end();
  }
}

interface PullFlags extends AsOption {
  whole: boolean;
}

async function pull(name: string, options: PullFlags, command: Command) {
  const run = runOf(command);
  const cancel = new AbortController();
  await withPlatform(
    run,
    async (platform) => {
      const ctx = await platform.operator(options.as);
      const made = await pullSource(ctx, name, options.whole);
      const draining = platform.drain();
      const ended = await Promise.all(
        made.map(({ id }) => follow(ctx, id, run.output, cancel.signal)),
      );
      await draining;
      answer(run.output, ended, () =>
        table(
          ended.map(({ id, state, rows, accepted, returned, error }) => ({
            ...{ run: id, state, rows, accepted, returned },
            error: error === null ? '' : error.message[run.output.language],
          })),
        ),
      );
      if (ended.some(({ state }) => state !== 'done')) process.exitCode = 1;
    },
    () => cancel.abort(),
  );
}

export function arrivalCommands(program: Command): void {
  withDialect(
    program
      .command('deliver')
      .description('deliver files, or ZIPs of files, to a dataset; Ctrl-C cancels the whole')
      .argument('<dataset>')
      .argument('<files...>')
      .option('--as <login>', 'account that delivers'),
  ).action(deliverFiles);
  program
    .command('sources')
    .description('sources of packs: how they stand, last and next look')
    .option('--as <login>', 'account that asks')
    .action(sources);
  program
    .command('pull')
    .description('fetch from a source now and wait for it')
    .argument('<source>')
    .option('--whole', 'everything, whatever was fetched before', false)
    .option('--as <login>', 'account that asks')
    .action(pull);
}
