/**
 * Files broken in one way each, with the truth of what they hold, and scores of what a reader makes
 * of them. The ways are those of the literature (Vitagliano and others, "Pollock: a data loading
 * benchmark", PVLDB 16, 2023): of the file, its dialect, its header and surroundings, single rows;
 * and those that departments add.
 */
import { headers, severalTables, surroundings } from './around.ts';
import {
  exportEncodings,
  exportPairs,
  exportRows,
  exportShapes,
  exportSpellings,
} from './exports.ts';
import { brokenLines, brokenRows } from './rows.ts';
import { englishTable } from './table.ts';
import type { PollutedFile } from './truth.ts';
import { dialects, encodings, lineEnds, shapes } from './whole.ts';

export { type Loaded, type Score, scoreOf, totalOf } from './score.ts';
export type { PollutedFile, Truth } from './truth.ts';

/**
 * The whole corpus.
 * @param step every how many rows a row is broken: 1 gives some 6,500 files, 12 some 900
 */
export function pollutedFiles(step: number): PollutedFile[] {
  const table = englishTable(84);
  return [
    ...shapes(table),
    ...dialects(table),
    ...lineEnds(table),
    ...encodings(),
    ...headers(table),
    ...surroundings(table),
    ...severalTables(table),
    ...brokenRows(table, step),
    ...brokenLines(table, step),
    ...exportSpellings(),
    ...exportShapes(),
    ...exportPairs(),
    ...exportEncodings(),
    ...exportRows(step),
  ];
}
