/** A clean table and a writer of delimited files, independent of the reader they are to test. */

export interface CleanTable {
  headers: string[];
  records: string[][];
}

export interface Spelling {
  delimiter: string;
  /** Opens and closes; null when nothing is quoted. */
  quote: readonly [string, string] | null;
  /** What stands before a quote inside quotes; empty when nothing does. */
  before: string;
  newline: string;
}

export const rfc4180: Spelling = { delimiter: ',', quote: ['"', '"'], before: '"', newline: '\n' };

/** Numbers that look random and are the same in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    // The linear congruence of Numerical Recipes: enough to spread values.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const pick = <T>(random: () => number, from: readonly T[]): T =>
  from[Math.floor(random() * from.length)] as T;

const two = (value: number): string => String(value).padStart(2, '0');

/** Complaints at a city's counter: numbers, dates, times, text with commas and quotes, gaps. */
export function englishTable(rows: number, seed = 7): CleanTable {
  const random = sequence(seed);
  const streets = ['Main Street', 'High Road', "St. Mary's Lane", 'Elm Avenue', 'River Walk'];
  const what = ['light, broken', 'pothole', 'said "loose" cover', 'noise', 'dust, smell', 'leak'];
  const headers = [
    'ticket',
    'opened on',
    'at',
    'street',
    'house',
    'matter',
    'cost',
    'state',
    'link',
  ];
  const records = Array.from({ length: rows }, (_, at) => [
    String(10_000 + at * 7),
    `2026-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 28))}`,
    `${two(Math.floor(random() * 24))}:${two(Math.floor(random() * 60))}`,
    pick(random, streets),
    `${1 + Math.floor(random() * 200)}`,
    pick(random, what),
    random() < 0.1 ? '' : (random() * 1000).toFixed(2),
    pick(random, ['open', 'closed', 'checked']),
    `http://city.example/t/${at}`,
  ]);
  return { headers, records };
}

/** The same in Chinese: codes with leading zeros, names, amounts. */
export function chineseTable(rows: number, seed = 11): CleanTable {
  const random = sequence(seed);
  const towns = ['新塘街道', '城厢街道', '临浦镇', '瓜沥镇', '义桥镇'];
  const matters = ['井盖松动', '路灯不亮，连续三天', '占道经营', '噪音扰民', '垃圾未清运'];
  const headers = ['编号', '登记日期', '镇街', '上报人', '事项', '金额', '状态'];
  const records = Array.from({ length: rows }, (_, at) => [
    `00${two(at % 100)}${1000 + at}`,
    `2026-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 28))}`,
    pick(random, towns),
    pick(random, ['王芳', '李伟', '张敏', '陈杰', '一丁']),
    pick(random, matters),
    (random() * 5000).toFixed(2),
    pick(random, ['待办', '办结', '退回']),
  ]);
  return { headers, records };
}

/** One cell as it is spelt; quoted when it has to be, or always. */
export function cellText(cell: string, spelling: Spelling, always = false): string {
  const { delimiter, quote, before, newline } = spelling;
  if (quote === null) {
    if (before === '') return cell;
    return [before, delimiter, newline].reduce(
      (text, special) => text.replaceAll(special, before + special),
      cell,
    );
  }
  const [open, close] = quote;
  const special = [delimiter, open, close, '\n', '\r'];
  const isSpecial = always || special.some((one) => cell.includes(one));
  if (!isSpecial) return cell;
  const slashes = before === '\\' ? cell.replaceAll('\\', '\\\\') : cell;
  return open + slashes.replaceAll(close, before + close) + close;
}

export const lineText = (cells: readonly string[], spelling: Spelling, always = false): string =>
  cells.map((cell) => cellText(cell, spelling, always)).join(spelling.delimiter);

/** Lines of a table, header first, without line ends. */
export const linesOf = (
  { headers, records }: CleanTable,
  spelling: Spelling,
  always = false,
): string[] => [headers, ...records].map((cells) => lineText(cells, spelling, always));
