/**
 * The command line: `guantong <command> [--json]`. Exit codes: 0 done, 1 refused, 2 wrong usage.
 */
import { Command, CommanderError, Option } from 'commander';
import { accountCommands } from './commands/accounts.ts';
import { arrivalCommands } from './commands/arrival.ts';
import { catalogueCommands } from './commands/catalogue.ts';
import { contractCommand } from './commands/contract.ts';
import { dataCommands } from './commands/data.ts';
import { discoverCommand } from './commands/discover.ts';
import { homeCommands } from './commands/home.ts';
import { inspectCommand } from './commands/inspect.ts';
import { packCommands } from './commands/packs.ts';
import { qualityCommands } from './commands/quality.ts';
import { runCommands } from './commands/run.ts';
import { sampleCommand } from './commands/sample.ts';
import { appErrors } from './errors.ts';
import { type Output, refuse, terminalLanguage } from './output.ts';

const language = terminalLanguage(process.env);

const program = new Command('guantong')
  .description('Guantong 贯通: the public-data platform of a county-level government')
  .version('0.1.0')
  .option('--json', 'one JSON document on stdout', false)
  .addOption(new Option('--home <folder>', 'data folder').env('GUANTONG_HOME'))
  .exitOverride()
  .showHelpAfterError();

runCommands(program);
sampleCommand(program);
packCommands(program);
dataCommands(program);
arrivalCommands(program);
catalogueCommands(program);
qualityCommands(program);
inspectCommand(program);
discoverCommand(program);
contractCommand(program);
homeCommands(program);
accountCommands(program);

/** `--json` may stand before or after the command. */
function hoist(argv: string[]): string[] {
  const [node = '', script = '', ...rest] = argv;
  const others = rest.filter((arg) => arg !== '--json');
  return [node, script, ...(others.length < rest.length ? ['--json'] : []), ...others];
}

/** Commander has told people on stderr what is wrong; a program is told on stdout. */
function misused(output: Output, detail: string): number {
  if (output.json) refuse(output, appErrors.make('usage', { detail }));
  return 2;
}

async function main(): Promise<number> {
  try {
    await program.parseAsync(hoist(process.argv));
    return Number(process.exitCode ?? 0);
  } catch (thrown) {
    const output = { json: process.argv.includes('--json'), language };
    if (!(thrown instanceof CommanderError)) return refuse(output, thrown);
    return thrown.exitCode === 0 ? 0 : misused(output, thrown.message);
  }
}

process.exitCode = await main();
