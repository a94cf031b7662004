/**
 * The dialect of a text: of all delimiters, quotes and escapes that occur, the one under which the
 * text looks most like a table. The measure multiplies how regular the records are with how clean
 * their cells are, after van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting
 * row and type patterns", Data Mining and Knowledge Discovery 33 (2019); other than there,
 * regularity is the share of records of the commonest width, so that one broken record in a
 * hundred does not outweigh all others.
 */
import { type DialectInput, withNul } from '../../model.ts';
import { CR, closeOf, type Dialect, LF, openOf } from './dialect.ts';
import { type SampleRecord, sampleRecords } from './sample.ts';

export interface Found {
  dialect: Dialect;
  /** Records of the text, blank lines among them. */
  records: SampleRecord[];
  /** Fields of the commonest record. */
  width: number;
  /** 0 to 1: how much the text looks like a table under it. */
  score: number;
}

/** What was said, with the NUL that stands for itself. */
const heard = (said: Fixed): Fixed => ({
  ...said,
  ...(said.delimiter === undefined ? {} : { delimiter: withNul(said.delimiter) }),
  ...(said.escape === undefined ? {} : { escape: withNul(said.escape) }),
});

/** What a person said of the dialect; the rest is found. */
export type Fixed = Pick<DialectInput, 'delimiter' | 'quote' | 'escape' | 'newline'>;

/**
 * How likely a delimiter is before the text is looked at: those that also stand in ordinary text
 * have to be clearly better.
 */
const delimiters: Record<string, number> = {
  ',': 1,
  '\t': 1,
  ';': 1,
  '|': 0.99,
  '\0': 0.98,
  '\u0001': 0.98,
  '\u001e': 0.98,
  '\u001f': 0.98,
  '^': 0.95,
  '~': 0.95,
  '¦': 0.95,
  '§': 0.95,
  '#': 0.8,
  '&': 0.8,
  '，': 0.85,
  '；': 0.85,
  '、': 0.8,
  '\u3000': 0.8,
  ' ': 0.7,
  ':': 0.65,
};
/** Below it a delimiter needs evidence beyond regular lines. */
const sure = 0.75;
/** Of several characters, and of one character nobody expects. */
const several = 0.985;
const unexpected = 0.6;

const quotes: Record<string, number> = { '"': 1, "'": 0.99, '': 0.97 };
/** Quotes of print, and those few programs write. */
const rareQuote = 0.97;
/** The ordinary one several times: it stands at both ends of cells, and nowhere else. */
const runQuote = 0.99;
const isRun = (quote: string): boolean => quote.length > 1 && openOf(quote) === quote;
const pairs = ['“”', '‘’', '„“', '„”', '«»', '»«', '‹›', '「」', '『』', '`´', "`'"];
/** Doubled, with a backslash or NUL before, with anything else before, not at all. */
const escapes = { doubled: 1, backslash: 0.995, other: 0.98, none: 0.97 };

const scoredRecords = 400;
/** Cells looked at per candidate. */
const scoredCells = 4000;

/** Lines by their ends: CR LF, LF alone, CR alone. */
export function lineEnds(text: string): { crlf: number; lf: number; cr: number } {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const crlf = count(/\r\n/g);
  return { crlf, lf: count(/\n/g) - crlf, cr: count(/\r(?!\n)/g) };
}

type Ends = Pick<Dialect, 'newline' | 'mixed'>;

function newlines(text: string, fixed: Fixed): Ends[] {
  if (fixed.newline !== undefined) {
    return [{ newline: fixed.newline === '\r' ? CR : LF, mixed: false }];
  }
  const { crlf, lf, cr } = lineEnds(text);
  if (crlf + lf === 0) return [{ newline: cr > 0 ? CR : LF, mixed: false }];
  const plain = { newline: LF, mixed: false };
  if (cr === 0) return [plain];
  const both = { newline: LF, mixed: true };
  // Where LF stands within quotes alone, records end in CR: asked first, for it says more.
  const bare = lineEnds(text.replaceAll(/"[^"]*"/g, ''));
  return bare.crlf + bare.lf === 0 ? [{ newline: CR, mixed: false }, both] : [plain, both];
}

/** Runs of two to four characters between words that stand in most lines. */
function longDelimiters(lines: string[]): string[] {
  const seen = new Map<string, number>();
  for (const line of lines) {
    const runs =
      line.match(/[^\p{L}\p{N}\s"'“”.\-/_+%()]{2,4}|[-=~]+>|\t\S\t|[,;|] | [|;] /gu) ?? [];
    for (const run of new Set(runs)) seen.set(run, (seen.get(run) ?? 0) + 1);
    for (const run of runs) {
      // An empty field doubles its delimiter: half of the run is asked too.
      const half = run.slice(0, 2);
      if (run.length === 4 && run === half + half) seen.set(half, (seen.get(half) ?? 0) + 1);
    }
  }
  return [...seen].flatMap(([run, count]) => (count * 2 > lines.length ? [run] : []));
}

/** Characters that stand equally often in most lines, whatever they are. */
function regularCharacters(lines: string[]): string[] {
  const counts = new Map<string, Map<number, number>>();
  for (const line of lines) {
    const here = new Map<string, number>();
    for (const [char] of line.matchAll(/[^\p{L}\p{N}\s"'“”.\-_()/]/gu)) {
      here.set(char, (here.get(char) ?? 0) + 1);
    }
    for (const [char, count] of here) {
      const often = counts.get(char) ?? new Map<number, number>();
      counts.set(char, often.set(count, (often.get(count) ?? 0) + 1));
    }
  }
  return [...counts].flatMap(([char, often]) =>
    Math.max(...often.values()) > lines.length * 0.8 ? [char] : [],
  );
}

/** Delimiters worth trying, with how likely each is beforehand. */
function delimiterCandidates(text: string, fixed: Fixed): Map<string, number> {
  if (fixed.delimiter !== undefined) return new Map([[fixed.delimiter, 1]]);
  const lines = text
    .split(/\r\n|\n|\r/)
    .slice(0, scoredRecords)
    .filter((line) => line !== '');
  const found = new Map<string, number>();
  for (const [char, prior] of Object.entries(delimiters)) {
    if (text.includes(char)) found.set(char, prior);
  }
  if (lines.length > 1) {
    for (const char of regularCharacters(lines)) {
      if (!found.has(char)) found.set(char, unexpected);
    }
  }
  for (const run of longDelimiters(lines)) found.set(run, several);
  found.set('', 1);
  return found;
}

interface Quoting {
  quote: string;
  escape: string;
  prior: number;
}

/** Signs at both ends of cells, as far as delimiters everybody uses show where those are. */
const sign = '([^\\p{L}\\p{N}\\s,;|.()[\\]{}<>#+-])';
const edge = '[,;\\t|\\n\\r]';
const edges = new RegExp(`(?:^|${edge}) ?${sign}|${sign} ?(?=$|${edge})`, 'gu');
/** The same sign two or three times before a cell's text. */
const doubledEdges = /(?:^|[,;\t|\n\r])((["'`])\2{1,2})(?!\2)[^,;\t|\r\n]/g;

/** Quotes besides the ordinary ones that may open and close cells of this text. */
function rareQuotes(text: string): string[] {
  const opens = new Map<string, number>();
  const closes = new Map<string, number>();
  const count = (counts: Map<string, number>, sign: string): void =>
    void counts.set(sign, (counts.get(sign) ?? 0) + 1);
  for (const [, open, close] of text.matchAll(edges)) {
    if (open !== undefined) count(opens, open);
    if (close !== undefined) count(closes, close);
  }
  const often = (sign: string, counts: Map<string, number>): boolean => (counts.get(sign) ?? 0) > 1;
  const isBoth = (open: string, close: string): boolean =>
    often(open, opens) && often(close, closes);
  const same = [...opens.keys()].filter((sign) => !(sign in quotes) && isBoth(sign, sign));
  const two = pairs.filter(([open = '', close = '']) => isBoth(open, close));
  const several = new Map<string, number>();
  for (const [, run = ''] of text.matchAll(doubledEdges)) count(several, run);
  const runs = [...several.keys()].filter((run) => often(run, several));
  return [...two, ...same, ...runs];
}

/** Ways of quoting that occur; the ordinary one first, so that it is kept where none is better. */
function quotings(text: string, fixed: Fixed, rare: readonly string[]): Quoting[] {
  const isFree = fixed.quote === undefined;
  const usual = isFree ? Object.keys(quotes) : [fixed.quote ?? ''];
  const occurring = usual.filter(
    (quote) => quote === '"' || !isFree || quote === '' || text.includes(openOf(quote)),
  );
  const wanted = [...occurring, ...rare];
  return wanted.flatMap((quote): Quoting[] => {
    const prior = isFree ? (quotes[quote] ?? (isRun(quote) ? runQuote : rareQuote)) : 1;
    if (quote === '') {
      const isSlashed = fixed.escape === '\\' || /\\[,;|\t\\]/.test(text);
      const plain = { quote, escape: '', prior: text.includes('"') ? prior : prior * 0.99 };
      return isSlashed ? [plain, { quote, escape: '\\', prior: prior * 0.99 }] : [plain];
    }
    const close = closeOf(quote);
    if (fixed.escape !== undefined) return [{ quote, escape: fixed.escape, prior }];
    const ways: Quoting[] = [{ quote, escape: close, prior: prior * escapes.doubled }];
    for (const before of ['\\', '\0']) {
      if (!text.includes(before + close)) continue;
      ways.push({ quote, escape: before, prior: prior * escapes.backslash });
    }
    return ways;
  });
}

/** They separate and do nothing else. */
const controls = ['\t', '\0', '\u0001', '\u001e', '\u001f'];

const isWord = /[\p{L}\p{N}]/u;
const isTyped = /^\s*[+-]?[\d.,:/-]*\d%?\s*$/;

const numeric = /^[+-]?[\d.,]*\d%?$/;

/** Quotes of print by their openers; the ordinary one has a rule of its own. */
const mates = new Map([...pairs.map(([open = '', close = '']) => [open, close] as const)]);
const closers = new Set([...mates.values()].filter((close) => close !== "'"));

/** A quote at one end alone, or one of the keyboard at both. */
function isHalf(first: string, last: string, signs: ReadonlySet<string>): boolean {
  if (first === "'") return true;
  if (first !== last && (signs.has(first) || signs.has(last))) return true;
  if (mates.has(first)) return last !== mates.get(first);
  return closers.has(last) && first !== last && !mates.has(first);
}

const isWithin = (cell: string, quote: string): boolean =>
  cell.length > 2 && cell.startsWith(openOf(quote)) && cell.endsWith(closeOf(quote));

/**
 * How much a cell looks like one value, 0 to 1: what stands in quotes does; what still has
 * delimiters or halves of quotes in it does not.
 */
function cleanness(
  cell: string,
  quoted: boolean,
  quote: string,
  signs: ReadonlySet<string>,
): number {
  if (cell === '') return 1;
  // Quotes within quotes at both ends: they are longer than that.
  if (quoted) return isWithin(cell, quote) ? 0.2 : 1;
  const text = cell.trim();
  const first = text[0] ?? '';
  const last = text.at(-1) ?? '';
  if (first === '"' || last === '"' || isHalf(first, last, signs)) return 0.2;
  if (controls.some((control) => text.includes(control))) return 0.2;
  const edge = cell !== text ? 0.95 : 1;
  if (numeric.test(text)) return edge;
  if (/[;|]/.test(text) || /^[\^~#¦§&*]|[\^~#¦§&*]$/.test(text)) return 0.6 * edge;
  return (/,\S/.test(text) ? 0.6 : /[,，]/.test(text) ? 0.85 : 1) * edge;
}

/** One field is no table yet; every further one makes chance less likely. */
const gain = (columns: number): number => (columns <= 1 ? 0.12 : (columns - 1) / columns);

interface Width {
  width: number;
  /** Share of the records that have it. */
  share: number;
}

function commonestWidth(records: SampleRecord[]): Width {
  const counts = new Map<number, number>();
  for (const { fields, stray } of records) {
    if (!stray) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
  }
  let best: Width = { width: 1, share: 0 };
  for (const [width, count] of counts) {
    const share = count / records.length;
    if (share * gain(width) > best.share * gain(best.width)) best = { width, share };
  }
  return best;
}

/** The records that stand for the others: a file of lines longer than the sample has one. */
function judge(text: string, dialect: Dialect, prior: number, signs: ReadonlySet<string>): Found {
  const records = sampleRecords(text, dialect);
  const filled = records.filter(({ blank }) => !blank).slice(0, scoredRecords);
  if (filled.length === 0) return { dialect, records, width: 1, score: 0 };
  const { width, share } = commonestWidth(filled);
  const whole = filled.filter(({ fields, stray }) => !stray && fields.length === width);
  const most = Math.max(1, Math.floor(scoredCells / Math.max(width, 1)));
  const looked = whole.slice(0, most);
  let clean = 0;
  let typed = 0;
  const used = new Uint8Array(width);
  for (const { fields, quoted } of looked) {
    for (const [at, cell] of fields.entries()) {
      clean += cleanness(cell, quoted[at] === true, dialect.quote, signs);
      if (isWord.test(cell)) used[at] = 1;
      if (isTyped.test(cell)) typed += 1;
    }
  }
  const columns = looked.length < 2 ? width : used.reduce((sum, one) => sum + one, 0);
  const cells = Math.max(looked.length * width, 1);
  // Half a delimiter leaves every second column without a word in it.
  const fullness = columns * 3 < width * 2 ? 0.9 : 1;
  // What also stands between words has to leave numbers and dates behind.
  const evidence = prior < sure ? 0.3 + 0.7 * (typed / cells) : 1;
  // A header is as wide as its rows; what stands above it is narrower.
  const widest = Math.max(...filled.slice(0, 3).map(({ fields }) => fields.length));
  const header = widest > 1 && widest < width ? 0.94 : 1;
  const score = share * gain(columns) * (clean / cells) * fullness * evidence * header * prior;
  return { dialect, records, width, score };
}

/** So many stray quotes are none of somebody's slips any more, but the way the file is written. */
const straysMost = (records: SampleRecord[]): number => Math.max(3, records.length / 50);

const straysOf = ({ records }: Found): number => records.filter(({ stray }) => stray).length;

/** One slip does not make a file one without quotes. */
function withQuotes(best: Found, found: Found[]): Found {
  const { quote, delimiter, mixed } = best.dialect;
  if (quote !== '' || best.dialect.escape !== '') return best;
  const same = found.find(
    ({ dialect }) =>
      dialect.quote === '"' && dialect.delimiter === delimiter && dialect.mixed === mixed,
  );
  return same !== undefined && straysOf(same) < straysMost(same.records) ? same : best;
}

const noSigns: ReadonlySet<string> = new Set();

/** What stands before quotes again and again, and separates nothing. */
function escapersOf(text: string, { delimiter, quote }: Dialect): string[] {
  const close = closeOf(quote);
  const counts = new Map<string, number>();
  for (let at = text.indexOf(close); at >= 0; at = text.indexOf(close, at + close.length)) {
    const before = text[at - 1] ?? '';
    if (!/[^\p{L}\p{N}\s]/u.test(before) && before !== '\0') continue;
    if (before > '\x7f' || delimiter.includes(before) || quote.includes(before)) continue;
    counts.set(before, (counts.get(before) ?? 0) + 1);
  }
  return [...counts].flatMap(([before, count]) => (count > 1 ? [before] : []));
}

/**
 * Quotes that are not doubled inside quotes: other signs before them, or none, tried only where
 * doubling fails again and again.
 */
function otherwiseEscaped(text: string, best: Found, fixed: Fixed): Found {
  const { dialect } = best;
  const isOpen = fixed.escape === undefined && dialect.escape === closeOf(dialect.quote);
  if (!isOpen || dialect.quote === '' || straysOf(best) < straysMost(best.records)) return best;
  let settled = best;
  const ways: [string, number][] = escapersOf(text, dialect).map((one) => [one, escapes.other]);
  for (const [before, prior] of [...ways, ['', escapes.none] as const]) {
    const other = judge(text, { ...dialect, escape: before }, prior, noSigns);
    if (other.score > settled.score) settled = other;
  }
  return settled;
}

/**
 * All dialects that are worth a thought, best first.
 * @param text the first records of a file, decoded
 */
export function dialectsOf(text: string, said: Fixed = {}): Found[] {
  const fixed = heard(said);
  const found: Found[] = [];
  const rare = fixed.quote === undefined ? rareQuotes(text) : [];
  const ways = quotings(text, fixed, rare);
  const signs = new Set(rare.filter((quote) => quote.length === 1));
  for (const ends of newlines(text, fixed)) {
    for (const [delimiter, likely] of delimiterCandidates(text, fixed)) {
      for (const { prior, ...way } of ways) {
        if (delimiter !== '' && openOf(way.quote) === delimiter) continue;
        const dialect = { delimiter, ...way, ...ends };
        found.push(judge(text, dialect, likely * prior, signs));
      }
    }
  }
  found.sort((a, b) => b.score - a.score);
  const [best, ...others] = found;
  if (best === undefined) return [];
  const settled = otherwiseEscaped(text, withQuotes(best, found), fixed);
  return [{ ...settled, dialect: usual(settled) }, ...others];
}

/** One column: nothing says that anything separates, unless lines would be cut by a comma. */
function usual({ dialect, records }: Found): Dialect {
  const isFree = !records.some(({ fields, quoted }) =>
    fields.some((field, at) => quoted[at] !== true && field.includes(',')),
  );
  return dialect.delimiter === '' && isFree ? { ...dialect, delimiter: ',' } : dialect;
}
