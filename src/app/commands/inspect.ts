/** The command `inspect`: what a file is. It opens no platform: a file is all it needs. */
import type { Command } from 'commander';
import { inspectFile, knowOptions, readingLimits } from '#ingest';
import { systemClock } from '#kernel/context';
import { answer, table } from '../output.ts';
import { withEngine } from './alone.ts';
import { type DialectFlags, dialectOf, withDialect } from './dialect.ts';
import { existing, runOf } from './shared.ts';

interface InspectFlags extends DialectFlags {
  details?: boolean;
}

async function inspect(path: string, flags: InspectFlags, command: Command): Promise<void> {
  const run = runOf(command);
  const options = knowOptions({ settings: run.settings, clock: systemClock });
  const full = await existing(path);
  const dialect = dialectOf(flags);
  const found = await withEngine(run, (engine) =>
    inspectFile(full, readingLimits(run.settings), { engine, options, dialect }),
  );
  const { columns, ...rest } = found;
  const short = columns.map(({ name, type, semanticType, nulls, examples }) => ({
    ...{ name, type, semanticType, nulls, examples },
  }));
  answer(run.output, flags.details === true ? found : { ...rest, columns: short }, () =>
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
    ].join('\n\n'),
  );
}

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
      .argument('<file>'),
  )
    .option('--details', 'everything known of each column')
    .action(inspect);
}
