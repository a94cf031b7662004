/**
 * What the command line prints: one JSON document with `--json`, a plain table or line for people
 * without.
 */
import { GuantongError, kernelErrors } from '#kernel/errors';

export interface Output {
  json: boolean;
  language: 'zh' | 'en';
}

/** Language of the terminal: Chinese unless the environment asks for English. */
export const terminalLanguage = (env: NodeJS.ProcessEnv): 'zh' | 'en' =>
  /^en/i.test(env.GUANTONG_LANG ?? env.LC_ALL ?? env.LANG ?? '') ? 'en' : 'zh';

/** Columns a terminal gives a text: two for a Chinese character, so that tables line up. */
const width = (text: string): number =>
  [...text].reduce((sum, char) => sum + (/[\u1100-\u115f\u2e80-\uffe6]/.test(char) ? 2 : 1), 0);

const pad = (text: string, to: number): string => text + ' '.repeat(Math.max(0, to - width(text)));

export function table(rows: Record<string, unknown>[]): string {
  const first = rows[0];
  if (first === undefined) return '';
  const names = Object.keys(first);
  const cells = rows.map((row) => names.map((name) => String(row[name] ?? '-')));
  const widths = names.map((name, at) =>
    Math.max(width(name), ...cells.map((line) => width(line[at] ?? ''))),
  );
  const line = (parts: string[]): string =>
    parts
      .map((part, at) => pad(part, widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(names), ...cells.map(line)].join('\n');
}

/** Prints the one answer of a command. */
export function answer(output: Output, value: unknown, people: () => string): void {
  process.stdout.write(output.json ? `${JSON.stringify(value)}\n` : `${people()}\n`);
}

/** Prints a refusal in the error shape and gives the exit code: 1. */
export function refuse(output: Output, thrown: unknown): number {
  const error = thrown instanceof GuantongError ? thrown : unexpected(thrown);
  if (output.json) process.stdout.write(`${JSON.stringify(error.toShape())}\n`);
  else process.stderr.write(`${forPeople(error, output.language)}\n`);
  return 1;
}

function unexpected(thrown: unknown): GuantongError {
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  process.stderr.write(`${detail}\n`);
  return kernelErrors.make('internal');
}

function forPeople(error: GuantongError, language: 'zh' | 'en'): string {
  const faults = error.faults.map((fault) => {
    const where = [fault.file, fault.line, fault.row && `#${fault.row}`, fault.item]
      .filter((part) => part !== undefined && part !== 0)
      .join(':');
    return `  ${where} ${fault.message[language]} [${fault.code}]`;
  });
  return [`${error.text[language]} [${error.code}]`, ...faults].join('\n');
}
