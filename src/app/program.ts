/** The command line: `guantong <command> [--json]`. */
import { Command, CommanderError, Option } from 'commander';
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

/** Commands that need nothing but a file read nothing else of the program. */
const alone: Record<string, () => Promise<(program: Command) => void>> = {
  inspect: async () => (await import('./commands/inspect.ts')).inspectCommand,
  contract: async () => (await import('./commands/contract.ts')).contractCommand,
  discover: async () => (await import('./commands/discover.ts')).discoverCommand,
};

/** The command that was asked for: the first word that is no option and no value of one. */
function commandIn(argv: readonly string[]): string {
  const words = argv.slice(2);
  const at = words.findIndex((word, n) => !word.startsWith('-') && words[n - 1] !== '--home');
  return words[at] ?? '';
}

async function addCommands(argv: readonly string[]): Promise<void> {
  const one = alone[commandIn(argv)];
  const add = one === undefined ? (await import('./commands/all.ts')).allCommands : await one();
  add(program);
}

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

/** @returns the exit code: 0 done, 1 refused, 2 wrong usage */
export async function main(): Promise<number> {
  await addCommands(process.argv);
  try {
    await program.parseAsync(hoist(process.argv));
    return Number(process.exitCode ?? 0);
  } catch (thrown) {
    const output = { json: process.argv.includes('--json'), language };
    if (!(thrown instanceof CommanderError)) return refuse(output, thrown);
    return thrown.exitCode === 0 ? 0 : misused(output, thrown.message);
  }
}
