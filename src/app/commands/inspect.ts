/** The command `inspect`: what a file is. It opens no platform: a file is all it needs. */
import type { Command } from 'commander';
import { inspectFile, readingLimits } from '#ingest';
import { answer, table } from '../output.ts';
import { existing, runOf } from './shared.ts';

async function inspect(path: string, _options: object, command: Command): Promise<void> {
  const run = runOf(command);
  const found = await inspectFile(await existing(path), readingLimits(run.settings));
  const { columns, ...dialect } = found;
  answer(run.output, found, () =>
    [
      table([{ ...dialect, delimiter: JSON.stringify(dialect.delimiter) }]),
      table(columns.map((column) => ({ ...column, examples: column.examples.join(' | ') }))),
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
