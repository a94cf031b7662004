/** The command `inspect`: what a file is. It opens no platform: a file is all it needs. */
import type { Command } from 'commander';
import { type Inspected, inspectFile, type KnownColumn, knowOptions, readingLimits } from '#ingest';
import { systemClock } from '#kernel/context';
import type { Engine } from '#kernel/lake';
import { answer, type Output, table } from '../output.ts';
import { withEngine } from './alone.ts';
import { type DialectFlags, dialectOf, withDialect } from './dialect.ts';
import { eachFile, filesOf, onlyFile, type Told } from './files.ts';
import { runOf } from './shared.ts';

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

async function inspect(paths: string[], flags: InspectFlags, command: Command): Promise<void> {
  const run = runOf(command);
  const options = knowOptions({ settings: run.settings, clock: systemClock });
  const limits = readingLimits(run.settings);
  const dialect = dialectOf(flags);
  const files = await filesOf(paths);
  const shape = flags.details === true ? (found: Inspected) => found : short;
  const look = (engine: Engine, file: string): Promise<Inspected> =>
    inspectFile(file, limits, { engine, options, dialect });
  const only = onlyFile(paths, files);
  if (only !== undefined) {
    const found = await withEngine(run, (engine) => look(engine, only));
    answer(run.output, shape(found), () => forPeople(found));
    return;
  }
  const told = await withEngine(run, (engine) => eachFile(files, (file) => look(engine, file)));
  const all = told.map(({ file, found, error }) =>
    found === null ? { file, error } : { file, ...shape(found) },
  );
  answer(run.output, all, () => told.map((one) => allForPeople(one, run.output)).join('\n\n'));
}

const allForPeople = ({ file, found, error }: Told<Inspected>, { language }: Output): string =>
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
