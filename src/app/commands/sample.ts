/** `sample`: writes the files departments would deliver, without a platform. */
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { generateRegisters, generateSample } from '#sample';
import { answer, table } from '../output.ts';
import { runOf } from './shared.ts';

interface SampleCommand {
  people?: number;
  seed?: string;
  day?: Date;
}

/** The day of the sample, at nine in the morning. */
function dayOf(text: string): Date {
  const day = new Date(`${text}T01:00:00Z`);
  if (!Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) return day;
  throw new InvalidArgumentError('A day is needed, 2026-11-20.');
}

async function sample(dir: string, options: SampleCommand, command: Command): Promise<void> {
  const { people: wanted, seed } = options;
  const run = runOf(command, wanted === undefined ? {} : { sample_people: wanted });
  const people = run.settings.sample_people;
  const folder = resolve(dir);
  const given = {
    dir: folder,
    now: options.day ?? new Date(),
    ...(seed === undefined ? {} : { seed }),
  };
  const city = await generateSample(given);
  const registers = await generateRegisters({ ...given, people });
  const files = [...city.files, ...registers.files];
  const truth = [city.truthPath, registers.truthPath, join(folder, 'disagreements.ndjson')];
  answer(run.output, { folder, files, truth }, () =>
    [
      table(files.map(({ dataset, path }) => ({ dataset, file: path }))),
      ...truth.map((path) => `truth  ${path}`),
    ].join('\n'),
  );
}

export function sampleCommand(program: Command): void {
  program
    .command('sample')
    .argument('<folder>', 'where the files are written; made when absent')
    .description('write the files of the sample district, the truth aside')
    .option('--people <number>', 'people of the district (50000)', Number)
    .option('--seed <text>', 'another district than the published one')
    .option('--day <date>', 'the day it is, 2026-11-20; today when absent', dayOf)
    .action(sample);
}
