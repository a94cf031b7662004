/** The command `discover`: what is sensitive in a file. It opens no platform. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { semantics } from '#catalogue';
import {
  type CellFinding,
  discoveryOptions,
  findInColumn,
  findSensitive,
  type Judged,
  type JudgeOptions,
  judgeColumn,
  maskedExample,
  type Value,
} from '#gate';
import { previewFile, readingLimits } from '#ingest';
import { systemClock } from '#kernel/context';
import { answer, table } from '../output.ts';
import { existing, runOf, whole } from './shared.ts';

interface DiscoverFlags {
  text?: boolean;
  cells?: boolean;
  show?: boolean;
  rows: number;
}

const shown = (flags: DiscoverFlags, type: keyof typeof semantics, text: string): string =>
  flags.show === true ? text : maskedExample(type, text);

function inText(text: string, flags: DiscoverFlags, options: JudgeOptions) {
  return findSensitive(text, options).map(({ type, start, end, reasons }) => ({
    type,
    start,
    end,
    grade: semantics[type].grade,
    text: shown(flags, type, text.slice(start, end)),
    reasons,
  }));
}

interface Column {
  name: string;
  values: Value[];
  /** Rows of each value, from 1, in the order of `values`. */
  rows: number[][];
}

/** Equal values of a column are looked at once. */
function columnsOf(names: readonly string[], rows: readonly { fields: string[] }[]): Column[] {
  return names.map((name, at) => {
    const byValue = new Map<string, number[]>();
    rows.forEach(({ fields }, row) => {
      const value = fields[at] ?? '';
      const known = byValue.get(value);
      if (known === undefined) byValue.set(value, [row + 1]);
      else known.push(row + 1);
    });
    const values = [...byValue].map(([value, all]) => ({ value, count: all.length }));
    return { name, values, rows: [...byValue.values()] };
  });
}

function cellsOf(column: Column, flags: DiscoverFlags, options: JudgeOptions) {
  const rowsOf = new Map(column.values.map((value, at) => [value, column.rows[at] ?? []]));
  const cell = ({ value, type, start, end, whole, reasons }: CellFinding) =>
    (rowsOf.get(value) ?? []).map((row) => ({
      ...{ row, column: column.name, type, start, end, whole },
      text: shown(flags, type, value.value.slice(start, end)),
      reasons,
    }));
  return findInColumn(column.name, column.values, options).flatMap(cell);
}

const columnShown = (column: Column, judged: Judged) => ({
  name: column.name,
  type: judged.semantic,
  grade: judged.grade,
  share: judged.share,
  named: judged.named,
  values: judged.of,
  evidence: judged.seen,
});

async function discover(path: string, flags: DiscoverFlags, command: Command): Promise<void> {
  const { output, settings } = runOf(command);
  const full = await existing(path);
  const options = discoveryOptions({ settings, clock: systemClock });
  if (flags.text === true) {
    const found = inText(await readFile(full, 'utf8'), flags, options);
    answer(output, { file: path, findings: found }, () => table(found));
    return;
  }
  const file = await previewFile(full, readingLimits(settings), { most: flags.rows });
  const good = file.rows.filter(({ reason }) => reason === null);
  const columns = columnsOf(file.names, good);
  const found = columns.map((column) =>
    columnShown(column, judgeColumn(column.name, column.values, options)),
  );
  const cells = flags.cells === true ? columns.flatMap((one) => cellsOf(one, flags, options)) : [];
  const more = flags.cells === true ? { findings: cells } : {};
  answer(output, { file: path, rows: good.length, columns: found, ...more }, () =>
    table(
      found.map(({ name, type, grade, share, evidence }) => ({
        name,
        type: type ?? '',
        grade: grade ?? '',
        share: type === null ? '' : `${(share * 100).toFixed(1)} %`,
        found: evidence.map((each) => `${each.type} ${each.examples.join(' | ')}`).join('; '),
      })),
    ),
  );
}

/** Adds `discover`. */
export function discoverCommand(program: Command): void {
  program
    .command('discover')
    .description(
      'what is sensitive in a file: type and grade by column, or place by place in a text',
    )
    .argument('<file>')
    .option('--text', 'the file is free text: every finding with its offsets (UTF-16)')
    .option('--cells', 'every finding of every cell, with row, column and offsets')
    .option('--show', 'findings as they are written, not masked')
    .option('--rows <count>', 'rows of a table looked at, from its beginning', whole, 100_000)
    .action(discover);
}
