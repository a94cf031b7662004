/** Files in which one row is broken, at every place in turn. */
import { type CleanTable, cellText, linesOf, rfc4180 } from './table.ts';
import { made, type PollutedFile, text, truthOf } from './truth.ts';

interface RowWay {
  kind: string;
  /** The line of a record, its cells already spelt, broken at a column. */
  broken: (cells: readonly string[], column: number) => readonly string[];
}

/** Two neighbours as one cell. */
const merged = (cells: readonly string[], column: number, between: string): readonly string[] => {
  const at = Math.min(column, cells.length - 2);
  return cells.toSpliced(at, 2, `${cells[at] ?? ''}${between}${cells[at + 1] ?? ''}`);
};

const ways: RowWay[] = [
  {
    kind: 'row: a quote too many inside',
    broken: (cells, column) => {
      const cell = cells[column] ?? '';
      const half = Math.ceil(cell.length / 2);
      return cells.with(column, `${cell.slice(0, half)}"${cell.slice(half)}`);
    },
  },
  {
    kind: 'row: a quote too many before',
    broken: (cells, column) => cells.with(column, `"${cells[column] ?? ''}`),
  },
  {
    kind: 'row: a cell too many',
    broken: (cells, column) => cells.toSpliced(column, 0, ''),
  },
  {
    kind: 'row: a delimiter missing',
    broken: (cells, column) => merged(cells, column, ''),
  },
  {
    kind: 'row: another delimiter',
    broken: (cells, column) => merged(cells, column, ';'),
  },
  {
    kind: 'row: cut short',
    broken: (cells, column) => cells.slice(0, column + 1),
  },
];

/** One broken row of `table`, header included, at every `step`-th row and every column. */
export function brokenRows(table: CleanTable, step: number): PollutedFile[] {
  const lines = linesOf(table, rfc4180);
  const rows = [table.headers, ...table.records].flatMap((record, row) =>
    row % step === 0 ? [{ row, cells: record.map((cell) => cellText(cell, rfc4180)) }] : [],
  );
  return ways.flatMap(({ kind, broken }) =>
    rows.flatMap(({ row, cells }) =>
      cells.map((_, column) => {
        const changed = lines.with(row, broken(cells, column).join(','));
        return made(kind, `row ${row}, column ${column}`, text(changed), truthOf(table));
      }),
    ),
  );
}

/** A blank line, or another line end, at every `step`-th row. */
export function brokenLines(table: CleanTable, step: number): PollutedFile[] {
  const lines = linesOf(table, rfc4180);
  const truth = truthOf(table);
  const places = table.records.flatMap((_, at) => (at % step === 0 ? [at + 1] : []));
  return places.flatMap((at) => {
    const behind = `${lines.slice(0, at + 1).join('\n')}\r${lines.slice(at + 1).join('\n')}\n`;
    return [
      made('row: blank line', `before ${at}`, text(lines.toSpliced(at, 0, '')), truth),
      made('row: line end', `CR LF behind ${at}`, text(lines.with(at, `${lines[at]}\r`)), truth),
      made('row: line end', `CR behind ${at}`, behind, truth),
    ];
  });
}
