/**
 * Small tables as programs export them: dates, times, prices, addresses of the web, remarks with
 * commas, quotes and line ends; and the ways such files are broken that tables of tidy words do not
 * show: quotes and escapes of all kinds, names in several rows, few rows or one, several tables.
 */
import iconv from 'iconv-lite';
import { type CleanTable, linesOf, lineText, rfc4180, type Spelling } from './table.ts';
import { made, type PollutedFile, type Truth, text, truthOf } from './truth.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** Takings of a museum shop: half of the remarks have commas, some quotes or line ends. */
function shop(rows: number): CleanTable {
  const what = ['Postcard', 'Poster A2', 'Mug, blue', 'Catalogue "Light"', 'Pencil', 'Scarf'];
  const said = [
    'paid in cash',
    'gift, wrapped',
    'asked for "the big one", came back',
    '',
    'first line\nsecond line',
    'none',
    'see http://shop.example/help?id=4&x=1, then call',
  ];
  return {
    headers: ['Day', 'Hour', 'Pieces', 'Article', 'Price', 'Kind', 'Name', 'Link', 'Remarks'],
    records: Array.from({ length: rows }, (_, at) => [
      `${two(1 + (at % 28))}/${two(1 + (at % 12))}/2025`,
      `${9 + (at % 9)}:${two((at * 7) % 60)} ${at % 2 === 0 ? 'AM' : 'PM'}`,
      String(1 + (at % 4)),
      `AR-${1000 + at * 3}`,
      at % 3 === 0 ? `$${(at * 1.25 + 2).toFixed(2)}` : `$1,${100 + at}.00`,
      ['Paper', 'Glass', 'Wool'][at % 3] as string,
      what[at % what.length] as string,
      `https://shop.example/a/${1000 + at * 3}?ref=desk`,
      said[at % said.length] as string,
    ]),
  };
}

/** Readings of a weather mast: numbers with signs, empty cells, a text now and then. */
function mast(rows: number): CleanTable {
  return {
    headers: ['station', 'read at', 'temp', 'wind dir', 'gust', 'note'],
    records: Array.from({ length: rows }, (_, at) => [
      `S${two(at % 5)}`,
      `2025-06-${two(1 + (at % 30))}T${two(at % 24)}:00:00Z`,
      (((at * 37) % 300) / 10 - 10).toFixed(1),
      ['N', 'NE', 'SW', ''][at % 4] as string,
      at % 5 === 0 ? '' : String((at * 13) % 90),
      at % 9 === 0 ? "sensor's lid open, dried" : 'ok',
    ]),
  };
}

/** Visits to a service hall: Chinese words, times of the Chinese clock, coordinates, telephones. */
function hall(rows: number): CleanTable {
  const said = ['已办结', '材料不全，请补“居住证明”', '转税务窗口', '', '本人办理，免排队'];
  return {
    headers: ['取号时间', '窗口', '事项', '联系电话', '坐标', '费用（元）', '备注'],
    records: Array.from({ length: rows }, (_, at) => [
      `2025年${1 + (at % 12)}月${1 + (at % 28)}日 ${at % 2 === 0 ? '上午' : '下午'}${1 + (at % 11)}:${two((at * 11) % 60)}`,
      `${1 + (at % 8)}号`,
      ['社保转移', '营业执照变更', '户口迁入'][at % 3] as string,
      `1380013${8000 + at}`,
      `120.${2600 + at},30.${1700 + at}`,
      (at * 2.5).toFixed(2),
      said[at % said.length] as string,
    ]),
  };
}

const tables: [string, (rows: number) => CleanTable][] = [
  ['shop', shop],
  ['mast', mast],
  ['hall', hall],
];

const crlf: Spelling = { ...rfc4180, newline: '\r\n' };

interface Spelt {
  name: string;
  spelling: Spelling;
  always?: boolean;
  /** What the found quote and escape are to be; the spelling's when absent. */
  truth?: Partial<Truth>;
}

const quoted = (name: string, open: string, close = open, before = close): Spelt => ({
  name: `quote ${name}`,
  spelling: { ...crlf, quote: [open, close], before },
});

/** Quotes of the keyboard, of print, of several characters; what stands before one inside. */
const spellings: Spelt[] = [
  { name: 'as it should be', spelling: crlf },
  { name: 'LF', spelling: rfc4180 },
  { name: 'CR', spelling: { ...rfc4180, newline: '\r' } },
  { name: 'all quoted', spelling: crlf, always: true },
  ...[';', '\t', '|', ' ', ', ', '||', '::', '~', '\u0001', '\0', '¦', '->'].map(
    (delimiter): Spelt => ({
      name: `delimiter ${JSON.stringify(delimiter)}`,
      spelling: { ...crlf, delimiter },
    }),
  ),
  quoted("'", "'"),
  quoted('“ both sides', '“'),
  quoted('” both sides', '”'),
  quoted('“”', '“', '”'),
  quoted('‘’', '‘', '’'),
  quoted('«»', '«', '»'),
  quoted('„“', '„', '“'),
  quoted('「」', '「', '」'),
  quoted('＂', '＂'),
  quoted('`', '`'),
  quoted('%', '%'),
  quoted("''", "''"),
  quoted('"""', '"""'),
  ...['\\', '\0', '^', "'"].map(
    (before): Spelt => ({
      name: `escape ${JSON.stringify(before)}`,
      spelling: { ...crlf, before },
    }),
  ),
  { name: 'escape \\, all quoted', spelling: { ...crlf, before: '\\' }, always: true },
  { name: 'escape \\0, all quoted', spelling: { ...crlf, before: '\0' }, always: true },
];

/** Every spelling of every table. */
export function exportSpellings(): PollutedFile[] {
  return tables.flatMap(([name, make]) => {
    const table = make(84);
    return spellings.map(({ name: how, spelling, always, truth }) =>
      made(
        'export: spelling',
        `${name}, ${how}`,
        text(linesOf(table, spelling, always), spelling.newline),
        truthOf(table, {
          delimiter: spelling.delimiter,
          quote: spelling.quote === null ? null : [...new Set(spelling.quote)].join(''),
          ...truth,
        }),
      ),
    );
  });
}

/** Names over two or three rows: words one below the other, units, groups. */
function namesInRows(table: CleanTable): [string, string[][]][] {
  const { headers } = table;
  const blank = headers.map(() => '');
  const halves = headers.map((name) => {
    const at = Math.ceil(name.length / 2);
    return [name.slice(0, at), name.slice(at)] as const;
  });
  const groups = headers.map((_, at) => (at % 3 === 0 ? `Part ${'ABC'[at / 3] ?? 'D'}` : ''));
  const units = headers.map((_, at) => ['[-]', '[h]', '[n]'][at % 3] as string);
  return [
    ['cut in two', [halves.map(([a]) => a), halves.map(([, b]) => b)]],
    ['groups above', [groups, [...headers]]],
    ['units below', [[...headers], units]],
    ['groups above, units below', [groups, [...headers], units]],
    ['an empty row below', [[...headers], blank]],
  ];
}

/** Headers of several rows, missing, alone; few rows; titles and notes of any shape. */
export function exportShapes(): PollutedFile[] {
  return tables.flatMap(([name, make]) => {
    const table = make(60);
    const line = (cells: readonly string[]): string => lineText(cells, crlf);
    const rows = table.records.map(line);
    const head = line(table.headers);
    const { length: width } = table.headers;
    const file = (how: string, lines: string[], change: Partial<Truth> = {}): PollutedFile =>
      made('export: shape', `${name}, ${how}`, text(lines, '\r\n'), truthOf(table, change));
    const pad = (...cells: string[]): string =>
      line([...cells, ...Array<string>(width - cells.length).fill('')]);
    const few = (count: number): PollutedFile =>
      file(`${count} rows`, [head, ...rows.slice(0, count)], {
        records: table.records.slice(0, count),
      });
    const bare = (count: number): PollutedFile =>
      file(`${count} rows, no header`, rows.slice(0, count), {
        ...{ headers: [], headerRows: 0, records: table.records.slice(0, count) },
      });
    const above = (how: string, lines: string[]): PollutedFile =>
      file(`above: ${how}`, [...lines, head, ...rows], { preambleRows: lines.length });
    const below = (how: string, lines: string[], footerRows: number): PollutedFile =>
      file(`below: ${how}`, [head, ...rows, ...lines], { footerRows });
    return [
      ...namesInRows(table).map(([how, names]) =>
        file(`names ${how}`, [...names.map(line), ...rows], {
          ...{ headerRows: names.length },
          headers: table.headers.map((own, at) => {
            if (how === 'groups above' || how === 'an empty row below') return own;
            // Groups name nothing that the names below them do not.
            const named = names.slice(how === 'groups above, units below' ? 1 : 0);
            return named.map((part) => part[at]).join('|');
          }),
        }),
      ),
      few(1),
      few(2),
      few(3),
      few(5),
      bare(2),
      bare(5),
      bare(60),
      file('header only', [head], { records: [] }),
      above('one word', ['Export']),
      above('a sentence with commas', ['Printed on Monday, by the desk, for the office']),
      above('a title, padded, and a blank line', [pad('Sales of the year 2025'), pad('')]),
      above('labels', ['Office: North', 'Printed: 2025-07-01', 'Rows: 60']),
      above('labels as cells', [line(['Office', 'North']), line(['Printed', '2025-07-01']), '']),
      above('comments', ['# by a program', `# ${table.headers.join(', ')}`, '#']),
      above('two blank lines', ['', '']),
      above(
        'twelve lines',
        Array.from({ length: 12 }, (_, at) => `Term ${at + 1}: as agreed, see annex ${at}`),
      ),
      below('a total', [pad('Total', '', '60')], 1),
      below('a blank line and a note', ['', 'Note: not audited, figures may change'], 1),
      below('end of file mark', ['*** end of report ***'], 1),
      below('a signature', ['', pad('Prepared by: desk'), pad('Checked by: office')], 2),
      file('line ends at the end: none', [[head, ...rows].join('\r\n')]),
      made(
        'export: shape',
        `${name}, five line ends`,
        text([head, ...rows, '', '', '', ''], '\r\n'),
        truthOf(table),
      ),
    ];
  });
}

/** A table and another below or above it. */
export function exportPairs(): PollutedFile[] {
  const [first, second] = [shop(40), mast(20)];
  const lines = linesOf(first, crlf);
  const others = linesOf(second, crlf);
  const pair = (how: string, between: string[], below: string[], cells: string[][]) =>
    made(
      'export: two tables',
      how,
      text([...lines, ...between, ...below], '\r\n'),
      truthOf(first, { records: [...first.records, ...cells] }),
    );
  const all = [[...second.headers], ...second.records];
  return [
    pair('narrower, a blank line between', [''], others, all),
    pair('narrower, nothing between', [], others, all),
    pair('the same once more', [''], lines.slice(0, 9), [
      [...first.headers],
      ...first.records.slice(0, 8),
    ]),
  ];
}

/** Encodings of Windows and of old exports. */
export function exportEncodings(): PollutedFile[] {
  const english = shop(60);
  english.records.forEach((row, at) => {
    row[6] = ['Café crème', 'Schlüssel “neu”', 'naïve – früh'][at % 3] as string;
  });
  const chinese = hall(60);
  const file = (name: string, bytes: Buffer, table: CleanTable): PollutedFile =>
    made('export: encoding', name, bytes, truthOf(table));
  const of = (table: CleanTable): string => text(linesOf(table, crlf), '\r\n');
  return [
    file('Windows-1252', iconv.encode(of(english), 'win1252'), english),
    file('UTF-8', Buffer.from(of(english)), english),
    file('UTF-16LE with mark', iconv.encode(`\uFEFF${of(chinese)}`, 'utf-16le'), chinese),
    file('GB18030', iconv.encode(of(chinese), 'gb18030'), chinese),
    file('UTF-8 with mark', Buffer.from(`\uFEFF${of(chinese)}`), chinese),
  ];
}

/** Rows that are broken, at every `step`-th row, of the shop's table with its line ends. */
export function exportRows(step: number): PollutedFile[] {
  const table = shop(84);
  const lines = linesOf(table, crlf);
  const ways: [string, (cells: string[], column: number) => string[]][] = [
    ['a quote too many', (cells, column) => cells.with(column, `${cells[column]}"`)],
    ['a delimiter too many', (cells, column) => cells.toSpliced(column, 0, '')],
    [
      'a delimiter too few',
      (cells, column) => {
        const at = Math.min(column, cells.length - 2);
        return cells.toSpliced(at, 2, `${cells[at]}${cells[at + 1]}`);
      },
    ],
    ['a tab for a comma', (cells) => [cells.join('\t')]],
    ['a semicolon for a comma', (cells) => [cells.join(';')]],
  ];
  return [table.headers, ...table.records].flatMap((record, row) => {
    if (row % step !== 0) return [];
    return ways.flatMap(([how, broken]) =>
      (how.includes(' for ') ? [0] : [0, 3, 7]).map((column) => {
        const cells = record.map((cell) => lineText([cell], crlf));
        const changed = lines.with(row, broken(cells, column).join(','));
        return made(
          `export: row, ${how}`,
          `row ${row}, column ${column}`,
          text(changed, '\r\n'),
          truthOf(table),
        );
      }),
    );
  });
}
