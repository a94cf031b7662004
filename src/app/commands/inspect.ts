/** The command `inspect`: what a file is. It opens no platform: a file is all it needs. */
import type { Command } from 'commander';
import { inspectFile, knowOptions, readingLimits } from '#ingest';
import { systemClock } from '#kernel/context';
import { answer, table } from '../output.ts';
import { withEngine } from './alone.ts';
import { existing, runOf } from './shared.ts';

async function inspect(path: string, _options: object, command: Command): Promise<void> {
  const run = runOf(command);
  const options = knowOptions({ settings: run.settings, clock: systemClock });
  const full = await existing(path);
  const found = await withEngine(run, (engine) =>
    inspectFile(full, readingLimits(run.settings), { engine, options }),
  );
  const { columns, ...dialect } = found;
  answer(run.output, found, () =>
    [
      table([{ ...dialect, delimiter: JSON.stringify(dialect.delimiter) }]),
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

export function inspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('what a file is: encoding, dialect, header, rows and columns; needs no server')
    .argument('<file>')
    .action(inspect);
}
