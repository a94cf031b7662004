/** What a person says of a file on the command line; what he leaves out is found. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DialectInput } from '#ingest/model';

export interface DialectFlags {
  encoding?: NonNullable<DialectInput['encoding']>;
  delimiter?: string;
  quote?: string;
  escape?: string;
  newline?: NonNullable<DialectInput['newline']>;
  preamble?: number;
  headerRows?: number;
  footerRows?: number;
  sheet?: string;
}

/** Characters a shell passes on badly have names. */
const named: Record<string, string> = { tab: '\t', space: ' ', none: '', nul: '␀' };

const unnamed = (text: string): string =>
  named[text] ?? text.replaceAll('\\t', '\t').replaceAll('\\u0001', '\u0001');

const ends: Record<string, NonNullable<DialectInput['newline']>> = {
  lf: '\n',
  crlf: '\r\n',
  cr: '\r',
};

function rows(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('A number of rows is needed.');
  return Number(text);
}

function lineEnd(text: string): NonNullable<DialectInput['newline']> {
  const end = ends[text.toLowerCase()];
  if (end === undefined) throw new InvalidArgumentError('lf, crlf or cr.');
  return end;
}

const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'latin-1'];

/** Adds the flags that say how files are to be read. */
export const withDialect = (command: Command): Command =>
  command
    .addOption(new Option('--encoding <name>', 'how the text is written').choices(encodings))
    .option('--delimiter <text>', 'what separates fields; tab, space, nul', unnamed)
    .option('--quote <text>', 'what quotes fields; two characters open and close; none', unnamed)
    .option('--escape <text>', 'the quote again, a backslash, nul, none', unnamed)
    .option('--newline <name>', 'what ends records: lf, crlf, cr', lineEnd)
    .option('--preamble <rows>', 'records above the header', rows)
    .option('--header-rows <rows>', 'records of the header', rows)
    .option('--footer-rows <rows>', 'records below the table', rows)
    .option('--sheet <name>', 'sheet of a workbook');

/** What the flags say. */
export function dialectOf({ preamble, ...flags }: DialectFlags): DialectInput {
  const { encoding, delimiter, quote, escape: before, newline } = flags;
  const { headerRows, footerRows, sheet } = flags;
  const said = {
    ...{ encoding, delimiter, quote, escape: before, newline },
    ...{ preambleRows: preamble, headerRows, footerRows, sheet },
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}
