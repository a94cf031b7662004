/** The command `contract`: the proposed contract of a file. It opens no platform. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { knowOptions, proposalYaml, proposeFile, readingLimits } from '#ingest';
import { systemClock } from '#kernel/context';
import { answer } from '../output.ts';
import { withEngine } from './alone.ts';
import { existing, runOf } from './shared.ts';

async function contract(path: string, flags: { owner?: string }, command: Command): Promise<void> {
  const run = runOf(command);
  const { settings } = run;
  const options = knowOptions({ settings, clock: systemClock });
  const input = {
    path: await existing(path),
    file: basename(path),
    owner: flags.owner ?? settings.county_code,
    limits: readingLimits(settings),
  };
  const { proposal } = await withEngine(run, (engine) => proposeFile(input, { engine, options }));
  const yaml = proposalYaml(proposal);
  answer(run.output, { ...proposal, file: `datasets/${proposal.name}.yaml`, yaml }, () => yaml);
}

export function contractCommand(program: Command): void {
  program
    .command('contract')
    .description('propose the dataset contract of a file, with evidence; needs no server')
    .argument('<file>')
    .option('--owner <unit>', 'code of the unit the data belongs to; the county when absent')
    .action(contract);
}
