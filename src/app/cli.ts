/**
 * The command line: `guantong <command> [--json]`. Exit codes: 0 done, 1 refused, 2 wrong usage.
 */
import { Command, CommanderError, Option } from 'commander';
import { dataCommands } from './commands/data.ts';
import { homeCommands } from './commands/home.ts';
import { packCommands } from './commands/packs.ts';
import { runCommands } from './commands/run.ts';
import { refuse, terminalLanguage } from './output.ts';

const program = new Command('guantong')
  .description('Guantong 贯通: the public-data platform of a county-level government')
  .version('0.1.0')
  .option('--json', 'one JSON document on stdout', false)
  .addOption(new Option('--home <folder>', 'data folder').env('GUANTONG_HOME'))
  .exitOverride()
  .showHelpAfterError();

runCommands(program);
packCommands(program);
dataCommands(program);
homeCommands(program);

/** `--json` may stand before or after the command. */
function hoist(argv: string[]): string[] {
  const [node = '', script = '', ...rest] = argv;
  const others = rest.filter((arg) => arg !== '--json');
  return [node, script, ...(others.length < rest.length ? ['--json'] : []), ...others];
}

async function main(): Promise<number> {
  try {
    await program.parseAsync(hoist(process.argv));
    return Number(process.exitCode ?? 0);
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    const output = { json: program.opts().json === true, language: terminalLanguage(process.env) };
    return refuse(output, thrown);
  }
}

process.exitCode = await main();
