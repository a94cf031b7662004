/** Files whose table is surrounded: headers of all kinds, titles above, notes and tables below. */
import { type CleanTable, linesOf, lineText, rfc4180 } from './table.ts';
import { made, type PollutedFile, type Truth, text, truthOf } from './truth.ts';

export function headers(table: CleanTable): PollutedFile[] {
  const [, ...rows] = linesOf(table, rfc4180);
  const head = (names: readonly string[]): string => lineText(names, rfc4180);
  const units = table.headers.map((_, at) => (at === 6 ? '(EUR)' : at === 1 ? '(day)' : '(text)'));
  const groups = table.headers.map((_, at) => (at === 0 ? 'report' : at === 3 ? 'place' : ''));
  const twice = table.headers.with(4, 'street');
  const gaps = table.headers.with(2, '').with(5, '');
  const folded = table.headers.with(1, 'opened\non');
  const file = (name: string, lines: string[], change: Partial<Truth>): PollutedFile =>
    made('header', name, text(lines), truthOf(table, change));
  const first = (count: number) => ({ records: table.records.slice(0, count) });
  return [
    file('none', rows, { headers: [], headerRows: 0 }),
    file('only', [head(table.headers)], { records: [] }),
    file('with units', [head(table.headers), head(units), ...rows], {
      headers: table.headers.map((name, at) => `${name}|${units[at] ?? ''}`),
      headerRows: 2,
    }),
    file('with groups', [head(groups), head(table.headers), ...rows], { headerRows: 2 }),
    file('twice the same name', [head(twice), ...rows], { headers: twice }),
    file('names missing', [head(gaps), ...rows], { headers: gaps }),
    file('a line end in a name', [head(folded), ...rows], { headers: folded }),
    file('one row', [head(table.headers), ...rows.slice(0, 1)], first(1)),
    file('two rows', [head(table.headers), ...rows.slice(0, 2)], first(2)),
  ];
}

export function surroundings(table: CleanTable): PollutedFile[] {
  const lines = linesOf(table, rfc4180);
  const width = table.headers.length;
  const pad = (...cells: string[]): string =>
    lineText([...cells, ...Array<string>(width - cells.length).fill('')], rfc4180);
  const above = (name: string, before: string[]): PollutedFile =>
    made(
      'above',
      name,
      text([...before, ...lines]),
      truthOf(table, { preambleRows: before.length }),
    );
  const below = (name: string, after: string[], footerRows: number): PollutedFile =>
    made('below', name, text([...lines, ...after]), truthOf(table, { footerRows }));
  return [
    above('a title', ['Complaints of the city in 2026']),
    above('a title and a blank line', ['Complaints of the city in 2026', '']),
    above('three lines', ['Complaints', 'Department of Works', 'as of 2026-11-20']),
    above('lines with delimiters', ['Complaints, all of them', 'Works, city of Example', '']),
    above('padded title', [pad('Complaints of the city')]),
    above('padded labels', [pad('Unit:', 'Works'), pad('Date:', '2026-11-20'), pad('')]),
    above('comments', ['# exported by a program', '# encoding: utf-8, all columns']),
    above(
      'eight lines',
      Array.from({ length: 8 }, (_, at) => `Remark ${at + 1} on this file`),
    ),
    below('a total', [pad('Total', '', '', '', '', '', '4711.00')], 1),
    below('a note', ['Note: figures are provisional'], 1),
    below('a blank line and a note', ['', 'Source: city of Example 2026'], 1),
    below('several notes', ['', 'Prepared by: A. Clerk', 'Checked by: B. Clerk'], 2),
    below('a padded note', [pad('Note: closed cases only')], 1),
  ];
}

/** Of a second table nothing is lost: its lines are rows that do not fit, or fit. */
export function severalTables(table: CleanTable): PollutedFile[] {
  const lines = linesOf(table, rfc4180);
  const second = (name: string, cells: string[][]): PollutedFile =>
    made(
      'several tables',
      name,
      text([...lines, '', ...cells.map((row) => lineText(row, rfc4180))]),
      truthOf(table, { records: [...table.records, ...cells] }),
    );
  const [first = []] = table.records;
  return [
    second('narrower', [
      ['street', 'cases'],
      ['Main Street', '12'],
      ['Elm Avenue', '7'],
    ]),
    second('wider', [table.headers.concat('x', 'y'), first.concat('1', '2')]),
    second('the same', [table.headers, ...table.records.slice(0, 5)]),
  ];
}
