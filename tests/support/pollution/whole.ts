/** Files that are unusual as a whole: dialect, line ends, encoding, shape. */
import iconv from 'iconv-lite';
import {
  type CleanTable,
  chineseTable,
  englishTable,
  linesOf,
  rfc4180,
  type Spelling,
} from './table.ts';
import { made, type PollutedFile, text, truthOf } from './truth.ts';

export function dialects(table: CleanTable): PollutedFile[] {
  const spelt = (kind: string, name: string, spelling: Spelling, always = false): PollutedFile =>
    made(
      kind,
      name,
      text(linesOf(table, spelling, always), spelling.newline),
      truthOf(table, {
        delimiter: spelling.delimiter,
        quote: spelling.quote === null ? null : [...new Set(spelling.quote)].join(''),
      }),
    );
  const delimiters = [';', '\t', '|', '^', '~', '¦', '§', ' ', '\u0001', '\u001f', '，'];
  const long = [', ', '||', '|~|', '::', '^|^', '\t|\t', '; '];
  const single: Spelling = { ...rfc4180, quote: ["'", "'"], before: "'" };
  const typographic: Spelling = { ...rfc4180, quote: ['“', '”'], before: '”' };
  const slashed: Spelling = { ...rfc4180, before: '\\' };
  const bare: Spelling = { ...rfc4180, delimiter: '\t', quote: null, before: '' };
  return [
    ...delimiters.map((delimiter) =>
      spelt('delimiter', JSON.stringify(delimiter), { ...rfc4180, delimiter }),
    ),
    ...long.map((delimiter) =>
      spelt('delimiter of several', JSON.stringify(delimiter), { ...rfc4180, delimiter }),
    ),
    spelt('quote', "'", single),
    spelt('quote', "' everywhere", single, true),
    spelt('quote', 'typographic', typographic),
    spelt('quote', '" everywhere', rfc4180, true),
    spelt('quote', 'none, tabs', bare),
    spelt('escape', 'backslash', slashed),
    spelt('escape', 'backslash everywhere quoted', slashed, true),
    spelt('escape', 'backslash without quotes', { ...rfc4180, quote: null, before: '\\' }),
    spelt('escape', 'none', { ...rfc4180, before: '' }),
    spelt('line ends', 'CR LF', { ...rfc4180, newline: '\r\n' }),
    spelt('line ends', 'CR', { ...rfc4180, newline: '\r' }),
  ];
}

export function lineEnds(table: CleanTable): PollutedFile[] {
  const lines = linesOf(table, rfc4180);
  const ended = (end: (at: number) => string): string =>
    lines.map((line, at) => line + end(at)).join('');
  const truth = truthOf(table);
  const three = ['\n', '\r\n', '\r'];
  return [
    made(
      'line ends',
      'CR LF and LF',
      ended((at) => (at % 3 === 0 ? '\r\n' : '\n')),
      truth,
    ),
    made(
      'line ends',
      'CR and LF',
      ended((at) => (at % 3 === 0 ? '\r' : '\n')),
      truth,
    ),
    made(
      'line ends',
      'all three',
      ended((at) => three[at % 3] ?? '\n'),
      truth,
    ),
    made('end of file', 'no line end', lines.join('\n'), truth),
    made('end of file', 'two line ends', `${text(lines)}\n`, truth),
    made('end of file', 'many line ends', `${text(lines)}${'\n'.repeat(30)}`, truth),
  ];
}

export function encodings(): PollutedFile[] {
  const table = chineseTable(120);
  const plain = text(linesOf(table, rfc4180));
  const truth = truthOf(table);
  const european = englishTable(60);
  european.records.forEach((record, at) => {
    record[3] = at % 2 === 0 ? 'Königstraße' : 'Rue de la Fête';
  });
  const lines = linesOf(table, rfc4180);
  const changing = (isUtf8: (at: number) => boolean): Buffer =>
    Buffer.concat(
      lines.map((line, at) => iconv.encode(`${line}\n`, isUtf8(at) ? 'utf8' : 'gb18030')),
    );
  const latin = iconv.encode(text(linesOf(european, rfc4180)), 'latin1');
  const file = (name: string, content: string | Buffer, holds = truth): PollutedFile =>
    made('encoding', name, content, holds);
  return [
    file('UTF-8', plain),
    file('UTF-8 with mark', `\uFEFF${plain}`),
    file('UTF-16LE with mark', iconv.encode(`\uFEFF${plain}`, 'utf16-le', { addBOM: false })),
    file('UTF-16BE with mark', iconv.encode(`\uFEFF${plain}`, 'utf16-be', { addBOM: false })),
    file('UTF-16LE', iconv.encode(plain, 'utf16-le', { addBOM: false })),
    file('GB18030', iconv.encode(plain, 'gb18030')),
    file('Latin-1', latin, truthOf(european)),
    file(
      'UTF-8, then GB18030',
      changing((at) => at < 70),
    ),
    file(
      'GB18030, then UTF-8',
      changing((at) => at >= 50 && at < 90),
    ),
  ];
}

export function shapes(table: CleanTable): PollutedFile[] {
  const { headers, records } = table;
  const one: CleanTable = { headers: ['name'], records: records.map((row) => [row[3] ?? '']) };
  const wide: CleanTable = {
    headers: Array.from({ length: 2000 }, (_, at) => `c${at}`),
    records: Array.from({ length: 12 }, (_, row) =>
      Array.from({ length: 2000 }, (_, at) => String(row * at)),
    ),
  };
  const changed = (cell: string, every: number): CleanTable => ({
    headers,
    records: records.map((row, at) => (at % every === 5 ? row.with(5, cell) : row)),
  });
  const plain = (name: string, of: CleanTable): PollutedFile =>
    made('shape', name, text(linesOf(of, rfc4180)), truthOf(of));
  return [
    plain('clean', table),
    plain('one column', one),
    plain('2,000 columns', wide),
    plain('a very long cell', changed('word and word, '.repeat(6000), 100)),
    plain('line ends in cells', changed('first\nsecond, "x"', 9)),
    made('shape', 'empty', '', truthOf({ headers: [], records: [] }, { headerRows: 0 })),
  ];
}
