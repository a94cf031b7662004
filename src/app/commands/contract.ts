/** The command `contract`: proposed contracts of files. It opens no platform. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { knowOptions, proposalYaml, proposeFile, readingLimits } from '#ingest';
import type { Proposal } from '#ingest/model';
import { systemClock } from '#kernel/context';
import type { Engine } from '#kernel/lake';
import { appErrors } from '../errors.ts';
import { answer, type Output } from '../output.ts';
import { withEngine } from './alone.ts';
import { type DialectFlags, dialectOf, withDialect } from './dialect.ts';
import { eachFile, filesOf, onlyFile, type Told } from './files.ts';
import { type Run, runOf } from './shared.ts';

interface ContractFlags extends DialectFlags {
  owner?: string;
  to?: string;
}

interface Proposed {
  proposal: Proposal;
  yaml: string;
  /** Where it was written; nothing when it is printed. */
  written: string | null;
}

const isThere = (error: unknown): boolean => (error as { code?: string }).code === 'EEXIST';

/** A contract somebody has corrected already is not overwritten. */
async function writeNew(folder: string, name: string, yaml: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.yaml`);
  await writeFile(path, yaml, { flag: 'wx' }).catch((error: unknown) => {
    throw isThere(error) ? appErrors.make('contract_exists', { path }) : error;
  });
  return path;
}

async function proposeOne(
  run: Run,
  engine: Engine,
  path: string,
  flags: ContractFlags,
): Promise<Proposed> {
  const { settings } = run;
  const options = knowOptions({ settings, clock: systemClock });
  const input = {
    ...{ path, file: basename(path), owner: flags.owner ?? settings.county_code },
    ...{ limits: readingLimits(settings), dialect: dialectOf(flags) },
  };
  const { proposal } = await proposeFile(input, { engine, options });
  const yaml = proposalYaml(proposal);
  const { to } = flags;
  const written = to === undefined ? null : await writeNew(resolve(to), proposal.name, yaml);
  return { proposal, yaml, written };
}

const forPrograms = ({ proposal, yaml, written }: Proposed) => ({
  ...proposal,
  file: written ?? `datasets/${proposal.name}.yaml`,
  yaml,
});

const forPeople = ({ yaml, written }: Proposed): string => written ?? yaml;

/** Of several files each contract is a document of its own, below the name of its file. */
const oneOfMany = ({ file, found, error }: Told<Proposed>, { language }: Output): string => {
  if (found === null) return `# ${file}: ${error?.message[language] ?? ''}`;
  return found.written ?? `---\n# ${file}\n${found.yaml}`;
};

async function contract(paths: string[], flags: ContractFlags, command: Command): Promise<void> {
  const run = runOf(command);
  const files = await filesOf(paths);
  const only = onlyFile(paths, files);
  if (only !== undefined) {
    const found = await withEngine(run, (engine) => proposeOne(run, engine, only, flags));
    answer(run.output, forPrograms(found), () => forPeople(found));
    return;
  }
  const told = await withEngine(run, (engine) =>
    eachFile(files, (file) => proposeOne(run, engine, file, flags)),
  );
  const all = told.map(({ file, found, error }) =>
    found === null ? { source: file, error } : { source: file, ...forPrograms(found) },
  );
  answer(run.output, all, () => told.map((one) => oneOfMany(one, run.output)).join('\n'));
}

export function contractCommand(program: Command): void {
  withDialect(
    program
      .command('contract')
      .description('propose the dataset contract of files, with evidence; needs no server')
      .argument('<files...>', 'files, or folders of files'),
  )
    .option('--owner <unit>', 'code of the unit the data belongs to; the county when absent')
    .option('--to <folder>', 'write each as a file of this folder, datasets/ of a pack, say')
    .action(contract);
}
