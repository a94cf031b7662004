/** The command `inspect`: what a file is. It opens no platform: a file is all it needs. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Inspected, inspectFile, type KnownColumn, knowOptions, readingLimits } from '#ingest';
import { systemClock } from '#kernel/context';
import { type ErrorShape, GuantongError } from '#kernel/errors';
import type { Engine } from '#kernel/lake';
import { answer, type Output, table } from '../output.ts';
import { withEngine } from './alone.ts';
import { type DialectFlags, dialectOf, withDialect } from './dialect.ts';
import { existing, runOf } from './shared.ts';

interface InspectFlags extends DialectFlags {
  details?: boolean;
}

type Short = Omit<Inspected, 'columns'> & {
  columns: Pick<KnownColumn, 'name' | 'type' | 'semanticType' | 'nulls' | 'examples'>[];
};

/** The shape programs rely on. */
const short = ({ columns, ...rest }: Inspected): Short => ({
  ...rest,
  columns: columns.map(({ name, type, semanticType, nulls, examples }) => ({
    ...{ name, type, semanticType, nulls, examples },
  })),
});

const forPeople = ({ columns, ...rest }: Inspected): string =>
  [
    table([shownAsText(rest)]),
    table(
      columns.map(({ name, type, semanticType, nulls, distinct, misfits, examples }) => ({
        name,
        type,
        meaning: semanticType ?? '',
        nulls,
        distinct,
        misfits: misfits.count,
        examples: examples.join(' | '),
      })),
    ),
  ].join('\n\n');

/** Files as they are named; of a folder every file in it, by name. */
async function filesOf(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const full = await existing(path);
    if (!(await stat(full)).isDirectory()) files.push(full);
    else {
      const found = await readdir(full, { withFileTypes: true });
      const names = found.flatMap((one) => (one.isFile() ? [join(full, one.name)] : []));
      files.push(...names.sort());
    }
  }
  return files;
}

interface Told {
  file: string;
  found: Inspected | null;
  error: ErrorShape['error'] | null;
}

async function inspect(paths: string[], flags: InspectFlags, command: Command): Promise<void> {
  const run = runOf(command);
  const options = knowOptions({ settings: run.settings, clock: systemClock });
  const limits = readingLimits(run.settings);
  const dialect = dialectOf(flags);
  const files = await filesOf(paths);
  const shape = flags.details === true ? (found: Inspected) => found : short;
  const look = (engine: Engine, file: string): Promise<Inspected> =>
    inspectFile(file, limits, { engine, options, dialect });
  const [only] = files;
  if (only !== undefined && paths.length === 1 && only === resolve(paths[0] ?? '')) {
    const found = await withEngine(run, (engine) => look(engine, only));
    answer(run.output, shape(found), () => forPeople(found));
    return;
  }
  const told = await withEngine(run, (engine) => lookAtAll(files, (file) => look(engine, file)));
  const all = told.map(({ file, found, error }) =>
    found === null ? { file, error } : { file, ...shape(found) },
  );
  answer(run.output, all, () => told.map((one) => allForPeople(one, run.output)).join('\n\n'));
  if (told.some(({ error }) => error !== null)) process.exitCode = 1;
}

/** One that is refused does not stop the others. */
async function lookAtAll(
  files: readonly string[],
  look: (file: string) => Promise<Inspected>,
): Promise<Told[]> {
  const told: Told[] = [];
  for (const file of files) {
    try {
      told.push({ file, found: await look(file), error: null });
    } catch (error) {
      if (!(error instanceof GuantongError)) throw error;
      told.push({ file, found: null, error: error.toShape().error });
    }
  }
  return told;
}

const allForPeople = ({ file, found, error }: Told, { language }: Output): string =>
  `${file}\n${found === null ? (error?.message[language] ?? '') : forPeople(found)}`;

/** Tabs and line ends as they are written in programs, so that a terminal shows them. */
const shownAsText = (values: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' && /[\s\p{Cc}]/u.test(value) ? JSON.stringify(value) : value,
    ]),
  );

export function inspectCommand(program: Command): void {
  withDialect(
    program
      .command('inspect')
      .description('what a file is: encoding, dialect, header, rows and columns; needs no server')
      .argument('<files...>', 'files, or folders of files'),
  )
    .option('--details', 'everything known of each column')
    .action(inspect);
}
