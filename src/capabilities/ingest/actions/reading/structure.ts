/** Which records of a text are titles, header, rows and notes below them. */
import type { SampleRecord } from './sample.ts';

/** What stands where, in records from the start of the text. */
export interface Structure {
  /** Records above the header (blank lines too). */
  preamble: number;
  /** Records of the header; 0 when there is none. */
  header: number;
  /** Names of the columns, one each; empty where nothing names it. */
  names: string[];
}

export interface StructureInput {
  records: SampleRecord[];
  /** Fields of the commonest record. */
  width: number;
  /** How many of these headers are known to whoever will take the rows. */
  knows: (names: string[]) => number;
  /** What a person said. */
  preambleRows?: number | undefined;
  headerRows?: number | undefined;
}

/** Titles, notes and header stand in so many records at most. */
const headMost = 30;
const headerMost = 5;

export type Kind = 'empty' | 'number' | 'date' | 'code' | 'text';

const number = /^[+-]?[$€£¥￥]?\s?(\d{1,3}([,\s']\d{3})+|\d*)([.,]\d+)?\s?%?$/;
const exponent = /^[+-]?\d+(\.\d+)?[eE][+-]?\d+$/;
const date =
  /^(\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T\s].*)?$/;
const time = /^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s?[AaPp][Mm])?$/;

/** What a cell looks like, no more than headers and rows need to be told apart. */
export function kindOf(cell: string): Kind {
  const text = cell.trim();
  if (text === '') return 'empty';
  if (/\d/.test(text)) {
    if (number.test(text) || exponent.test(text)) return 'number';
    if (date.test(text) || time.test(text)) return 'date';
    if (!/\s/.test(text) && text.length < 40) return 'code';
  }
  return 'text';
}

const filled = (record: SampleRecord): number =>
  record.fields.filter((field) => field.trim() !== '').length;

const isTyped = (kind: Kind): boolean => kind === 'number' || kind === 'date';
const isFormed = (kind: Kind): boolean => isTyped(kind) || kind === 'code';

/** What the rows have in a column. */
interface Column {
  /** Kind most of its values are of. */
  kind: Kind;
  values: Set<string>;
  shortest: number;
  longest: number;
}

function columnsOf(rows: SampleRecord[], width: number): Column[] {
  return Array.from({ length: width }, (_, at) => {
    const values = rows.flatMap(({ fields }) => {
      const value = fields[at]?.trim() ?? '';
      return value === '' ? [] : [value];
    });
    const kinds = new Map<Kind, number>();
    for (const value of values) {
      const kind = kindOf(value);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    const [most] = [...kinds].sort((a, b) => b[1] - a[1]);
    const isMost = most !== undefined && most[1] * 5 >= values.length * 3;
    const lengths = values.map(({ length }) => length);
    return {
      kind: isMost ? most[0] : values.length === 0 ? 'empty' : 'text',
      values: new Set(values),
      shortest: Math.min(...lengths),
      longest: Math.max(...lengths),
    };
  });
}

/**
 * Whether a record names the columns rather than filling them: above 0 it does. Text over numbers
 * and dates says so most; a value that comes again below says the contrary.
 */
function naming(record: SampleRecord, columns: Column[]): number {
  let votes = 0;
  for (const [at, field] of record.fields.entries()) {
    const cell = field.trim();
    const column = columns[at];
    if (column === undefined || column.kind === 'empty') continue;
    const kind = kindOf(cell);
    if (isTyped(column.kind)) {
      if (kind === 'text' || kind === 'code') votes += 1;
      else if (kind !== 'empty') votes -= 1;
    } else if (isTyped(kind)) votes -= 0.5;
    else if (cell === '') votes -= 0.1;
    else if (column.values.has(cell)) votes -= 0.5;
    else if (column.kind === 'code') votes += kind === 'text' ? 0.5 : -0.3;
    else if (cell.length < column.shortest || cell.length > column.longest) votes += 0.2;
  }
  return votes;
}

/** Names stand once each, are no values, and leave hardly a column without one. */
function looksLikeNames(record: SampleRecord): boolean {
  const cells = record.fields.map((field) => field.trim()).filter((cell) => cell !== '');
  const isText = cells.every((cell) => !isTyped(kindOf(cell)) && cell.length < 100);
  return (
    isText && new Set(cells).size === cells.length && cells.length * 3 >= record.fields.length * 2
  );
}

/** Of as many cells as the rows, only one that other comments or the names follow. */
function isComment(record: SampleRecord, width: number, next: SampleRecord | undefined): boolean {
  if (record.fields[0]?.startsWith('#') !== true) return false;
  if (record.fields.length !== width) return true;
  if (next === undefined) return false;
  return next.fields[0]?.startsWith('#') === true || looksLikeNames(next);
}

const others = [',', ';', '\t', '|'];

/** A record that another delimiter cuts into just as many names as there are columns. */
function otherwiseCut(
  { fields }: SampleRecord,
  width: number,
  delimiters: readonly string[] = others,
): string[] | null {
  const [only = ''] = fields;
  if (fields.length !== 1 || width < 3) return null;
  for (const delimiter of delimiters) {
    const parts = only.split(delimiter).map((part) => part.trim());
    const isNames = parts.every((part) => part !== '' && part.length < 60);
    if (parts.length === width && isNames) return parts;
  }
  return null;
}

/** Words of a title may be as many as there are columns: then names follow it, never rows. */
function isSpacedHeader(record: SampleRecord, width: number, next?: SampleRecord): boolean {
  const names = otherwiseCut(record, width, [' ']);
  if (names === null || new Set(names).size < width || next === undefined) return false;
  return next.fields.length === width && !looksLikeNames(next);
}

/** A title or a note: one or two cells where the rows have many. */
function isAbove(record: SampleRecord, width: number, next: SampleRecord | undefined): boolean {
  if (record.blank) return true;
  const cells = filled(record);
  if (isComment(record, width, next) || cells === 0) return true;
  if (otherwiseCut(record, width) !== null || isSpacedHeader(record, width, next)) return false;
  if (width < 3) return width === 2 && record.fields.length === 1;
  if (cells > Math.max(1, Math.floor(width * 0.4))) return false;
  return !isGroups(record, width, next);
}

/** Names above names: each group in the first cell of its columns, the others left empty. */
function isGroups(record: SampleRecord, width: number, next: SampleRecord | undefined): boolean {
  if (next === undefined || record.fields.length !== width || filled(record) < 2) return false;
  // A row of names without a gap is the header itself.
  if (filled(record) === width) return false;
  const isPlain = record.fields.every((field) => !/[:：\d]/.test(field));
  return isPlain && looksLikeNames(next) && filled(next) === width;
}

/** The rows below, as far as they are whole. */
const rowsBehind = (records: SampleRecord[], at: number, width: number): SampleRecord[] => {
  const whole = records
    .slice(at)
    .filter(({ fields, stray }) => !stray && fields.length === width)
    .slice(0, 500);
  return whole.length > headerMost * 2 ? whole.slice(headerMost) : whole;
};

interface Place {
  at: number;
  rows: number;
}

/** Where the header begins when somebody knows its names. */
function knownPlace(input: StructureInput): number | null {
  let best = { at: 0, known: 0 };
  for (const [at, { fields }] of input.records.slice(0, headMost).entries()) {
    const known = input.knows(fields);
    if (known > best.known) best = { at, known };
  }
  return best.known > 0 ? best.at : null;
}

function firstRecord({ records, width }: StructureInput): number {
  const last = Math.min(records.length - 1, headMost);
  let at = 0;
  while (at < last && isAbove(records[at] as SampleRecord, width, records[at + 1])) at += 1;
  // All that looked like titles was the table: nothing below it is any fuller.
  if (isAbove(records[at] as SampleRecord, width, records[at + 1])) return 0;
  return behindLabels(records, at, width);
}

/** Labels with values have fewer fields than the header that follows them and names all. */
function behindLabels(records: SampleRecord[], from: number, width: number): number {
  const first = records[from] as SampleRecord;
  if (first.fields.length >= width - 1) return from;
  for (let at = from + 1; at < Math.min(records.length, from + 10); at += 1) {
    const record = records[at] as SampleRecord;
    if (record.fields.length !== width || !looksLikeNames(record)) continue;
    const columns = columnsOf(rowsBehind(records, at + 1, width), width);
    return naming(record, columns) >= 1 ? at : from;
  }
  return from;
}

function isHeader(records: SampleRecord[], at: number, width: number): boolean {
  const record = records[at] as SampleRecord;
  if (isGroups(record, width, records[at + 1])) return true;
  const rows = rowsBehind(records, at + 1, width);
  const votes = rows.length === 0 ? 0 : naming(record, columnsOf(rows, width));
  return votes === 0 || Math.abs(votes) < 0.15 ? looksLikeNames(record) : votes > 0;
}

/** Further records of names: text where the rows below have numbers and dates. */
function headerHeight(records: SampleRecord[], at: number, width: number): number {
  let height = 1;
  const first = records[at] as SampleRecord;
  const second = records[at + 1];
  if (isGroups(first, width, second)) height = 2;
  while (height < headerMost) {
    const record = records[at + height];
    if (record === undefined || record.blank || record.fields.length !== width) break;
    if (width > 1 && filled(record) === 0) {
      height += 1;
      continue;
    }
    const columns = columnsOf(rowsBehind(records, at + height + 1, width), width);
    const typed = columns.flatMap(({ kind }, place) => (isTyped(kind) ? [place] : []));
    if (typed.length === 0) break;
    const texts = typed.filter((place) => kindOf(record.fields[place] ?? '') === 'text').length;
    const values = record.fields.filter((field) => isTyped(kindOf(field))).length;
    if (values > 0 || texts * 5 < typed.length * 3) break;
    height += 1;
  }
  return height;
}

/** The header's own cells, a cell of a group going on until the next; parts joined by a bar. */
function joined(header: SampleRecord[], width: number): string[] {
  const rows = header.map(({ fields }, row) => {
    const isLast = row === header.length - 1;
    let group = '';
    return Array.from({ length: width }, (_, at) => {
      const cell = fields[at]?.trim() ?? '';
      if (cell !== '') group = cell;
      return isLast ? cell : group;
    });
  });
  return Array.from({ length: width }, (_, at) => {
    const parts = rows.map((row) => row[at] ?? '').filter((part) => part !== '');
    return parts.filter((part, place) => part !== parts[place - 1]).join('|');
  });
}

/** Names of exactly `width` columns: empty ones are added, or taken away, at the right. */
function fitted(fields: readonly string[], width: number): string[] {
  const names = fields.map((field) => field.trim());
  for (let at = names.length - 1; at >= 0 && names.length > width; at -= 1) {
    if (names[at] === '') names.splice(at, 1);
  }
  while (names.length < width) names.push('');
  return names.slice(0, width);
}

/** Quotes that fit nowhere are no part of a name. */
const unquoted = ({ fields, stray }: SampleRecord): string[] =>
  stray ? fields.map((field) => field.replaceAll('"', '')) : fields;

function namesOf(header: SampleRecord[], input: StructureInput): string[] {
  const { width } = input;
  const [only] = header;
  const last = header.at(-1);
  if (only === undefined || last === undefined) return Array.from({ length: width }, () => '');
  if (header.length === 1) {
    return otherwiseCut(only, width, [...others, ' ']) ?? fitted(unquoted(only), width);
  }
  const leaves = fitted(last.fields, width);
  const whole = joined(header.slice(fullRow(header, width)), width);
  if (input.knows(whole) > input.knows(leaves)) return whole;
  return input.knows(leaves) > 0 ? leaves : whole;
}

/** The first record that names every column on its own; what stands above it are groups. */
function fullRow(header: SampleRecord[], width: number): number {
  const at = header.findIndex(({ fields }) => {
    const names = fitted(fields, width);
    return names.every((name) => name !== '') && new Set(names).size === width;
  });
  return Math.max(at, 0);
}

function place(input: StructureInput): Place {
  const { records, width, headerRows } = input;
  if (input.preambleRows !== undefined) {
    const at = Math.min(input.preambleRows, records.length);
    if (headerRows !== undefined) return { at, rows: headerRows };
    const isNamed = at < records.length && isHeader(records, at, width);
    return { at, rows: isNamed ? headerHeight(records, at, width) : 0 };
  }
  const known = knownPlace(input);
  if (known !== null) return { at: known, rows: headerRows ?? 1 };
  const at = firstRecord(input);
  if (headerRows !== undefined) return { at, rows: headerRows };
  if (isHeader(records, at, width)) return { at, rows: headerHeight(records, at, width) };
  const isCut = at > 0 && isCutHeader(records[at - 1] as SampleRecord, width);
  return isCut ? { at: at - 1, rows: 1 } : { at, rows: 0 };
}

const titleWords =
  /(表|册|台账|清单|名单|统计|汇总|明细|目录|一览|情况|数据|report|list|table|data|export|register)$/i;
/** A name of one column is no longer than that; a title alone in its line mostly is. */
const oneName = /^(\p{Script=Han}{1,4}|[A-Za-z][\w-]{0,29})$/u;

/**
 * A header that lost its last cells: names and nothing else, right above rows that have no other
 * header. Titles of a workbook keep their empty cells, notes have colons and values.
 */
function isCutHeader({ fields, blank, stray }: SampleRecord, width: number): boolean {
  if (blank || stray || fields.length >= width) return false;
  const cells = fields.map((field) => field.trim());
  const [only = ''] = cells;
  if (cells.length === 1) return oneName.test(only) && !titleWords.test(only);
  const isName = (cell: string): boolean =>
    /^[\p{L}_]/u.test(cell) && cell.length < 40 && !/[:：]/.test(cell) && kindOf(cell) !== 'date';
  return cells.every(isName) && new Set(cells).size === cells.length;
}

/** The structure of a text whose records are cut; at least one of them is not blank. */
export function structureOf(input: StructureInput): Structure {
  const { at, rows } = place(input);
  const header = input.records.slice(at, at + rows);
  return { preamble: at, header: header.length, names: namesOf(header, input) };
}

const totals =
  /^(合\s*计|总\s*计|小\s*计|本页合计|累\s*计|总数|(grand |sub)?totals?|sum)\s*[:：]?$/i;
const noteWords = [
  ...['注', '备注', '说明', '附注', '填表', '制表', '审核', '填报', '负责人', '联系人', '联系电话'],
  ...['数据来源', '来源', '更新', '截止', '截至', '统计', '打印', '导出'],
  ...['source', 'notes?', 'footnote', 'end of', 'generated', 'printed', 'prepared', 'contact'],
];
const notes = new RegExp(`^[*※(（]?\\s*(${noteWords.join('|')})`, 'i');

/** Whether the record is none of the rows: a total, a note or a signature below them. */
function isBelow(
  record: SampleRecord,
  width: number,
  first: Column | undefined,
  afterBlank: boolean,
): boolean {
  const cells = record.fields.map((field) => field.trim()).filter((cell) => cell !== '');
  const [said = ''] = cells;
  if (totals.test(said)) return first?.values.has(said) !== true;
  if (width < 3 && record.fields.length >= width) return false;
  if (cells.length === 1 && record.fields[0]?.trim() === said && record.fields.length !== 2) {
    if (kindOf(said) !== 'text') return false;
    const isOther = first !== undefined && isFormed(first.kind) && said.length > 12;
    return notes.test(said) || afterBlank || isOther;
  }
  const labels = cells.filter((cell) => /^[^:：]{1,12}[:：]/.test(cell)).length;
  return cells.length * 2 <= width && notes.test(said) && labels * 2 >= cells.length;
}

const footerMost = 20;

/**
 * How many records at the end of a text stand below the table; blank lines among them count, those
 * behind the last one do not.
 */
export function footerOf(records: SampleRecord[], width: number): { at: number; rows: number } {
  let end = records.length;
  while (end > 0 && records[end - 1]?.blank === true) end -= 1;
  let from = end;
  for (let at = end - 1; at > 0 && end - at <= footerMost; at -= 1) {
    const record = records[at] as SampleRecord;
    if (record.blank) continue;
    const isApart = records[at - 1]?.blank === true || from < end;
    const rows = rowsBehind(records.slice(0, at), 0, width);
    if (!isBelow(record, width, columnsOf(rows, 1)[0], isApart)) break;
    from = at;
  }
  return { at: from, rows: end - from };
}
