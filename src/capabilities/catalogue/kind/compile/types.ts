/** Types of items: what DuckDB calls them and how delivered text becomes a value of them. */
import type { Bilingual } from '#kernel/errors';
import type { Item } from '../../model.ts';
import { literal, rawColumn } from './sql.ts';
import { toUtc } from './zones.ts';

/** The DuckDB type of an item type. */
export const duckType = (type: string): string => {
  if (type === 'text') return 'VARCHAR';
  if (type === 'integer') return 'BIGINT';
  return type.toUpperCase();
};

/** Twelve hours behind 上午 or 下午, as Chinese workbooks write them. */
const halfDays = ['%p%I:%M:%S', '%p%I:%M', '%p%I时%M分%S秒', '%p%I时%M分'];

/** Formats that are read without being told; a contract need not name them. */
export const usualFormats: Readonly<Record<'date' | 'timestamp', readonly string[]>> = {
  date: ['%Y-%m-%d', '%Y/%m/%d', '%Y%m%d', '%Y.%m.%d', '%Y年%m月%d日'],
  timestamp: [
    '%Y-%m-%d %H:%M:%S',
    '%Y/%m/%d %H:%M:%S',
    '%Y-%m-%dT%H:%M:%S',
    '%Y-%m-%d %H:%M:%S.%g',
    '%Y-%m-%d %H:%M',
    '%Y/%m/%d %H:%M',
    '%Y年%m月%d日 %H:%M:%S',
    '%Y年%m月%d日 %H:%M',
    '%Y-%m-%d',
    '%Y/%m/%d',
    ...['%Y-%m-%d', '%Y/%m/%d', '%Y年%m月%d日'].flatMap((day) =>
      halfDays.map((clock) => `${day} ${clock}`),
    ),
  ],
};

/**
 * What Excel dates become when they are read, understood whatever the contract's own formats are.
 */
const isoFormats = { date: ['%Y-%m-%d'], timestamp: ['%Y-%m-%d %H:%M:%S'] };

const declaredFormats = (item: Item): string[] | null => {
  if (item.format === undefined) return null;
  return Array.isArray(item.format) ? item.format : [item.format];
};

const formatsOf = (item: Item, kind: 'date' | 'timestamp'): readonly string[] => {
  const declared = declaredFormats(item);
  if (declared === null) return usualFormats[kind];
  return [...new Set([...declared, ...isoFormats[kind]])];
};

const isChinese = (format: string): boolean => format.includes('%p%I');

const tried = (text: string, formats: readonly string[]): string =>
  formats.length === 0
    ? 'cast(null as timestamp)'
    : `try_strptime(${text}, [${formats.map(literal).join(', ')}])`;

/**
 * SQL of the time a text stands for in the first of the patterns it fits, null when it fits none.
 * The engine knows AM and PM only: 上午 and 下午 are put in their place, one space before them.
 */
export const timeSql = (text: string, formats: readonly string[]): string => {
  const plain = tried(
    text,
    formats.filter((format) => !isChinese(format)),
  );
  const halves = formats.filter((format) => format.includes('%p'));
  if (halves.length === 0) return plain;
  const apart = `regexp_replace(${text}, '\\s*([上下]午)\\s*', ' \\1')`;
  const latin = `replace(replace(${apart}, '上午', 'AM'), '下午', 'PM')`;
  // Behind the others: values that fit one of them are not asked.
  return `coalesce(${plain}, case when contains(${text}, '午') then ${tried(latin, halves)} end)`;
};

const decimalParts = (type: string): [number, number] => {
  const [, digits, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  return [Number(digits), Number(scale)];
};

const decimalSql = (raw: string, type: string): string => {
  const [, scale] = decimalParts(type);
  // Digits that would be rounded away are a fault, not something to lose in silence.
  const shape = `[+-]?(\\d+\\.?|\\d*\\.\\d{1,${Math.max(scale, 1)}}0*)`;
  return `case when regexp_full_match(${raw}, ${literal(shape)}) then try_cast(${raw} as ${type})
    ${grouped(raw, `(\\.\\d{1,${Math.max(scale, 1)}}0*)?`, type)} end`;
};

/**
 * Commas of thousands, as workbooks show amounts: asked only when the plain number does not fit.
 */
const grouped = (raw: string, behind: string, type: string): string =>
  `when regexp_full_match(${raw}, ${literal(`[+-]?\\d{1,3}(,\\d{3})+${behind}`)})
    then try_cast(replace(${raw}, ',', '') as ${type})`;

const timestampSql = (raw: string, item: Item, zone: string): string => {
  const formats = formatsOf(item, 'timestamp');
  const local = timeSql(raw, formats);
  const byYear = formats.every((format) => format.startsWith('%Y')) ? raw : undefined;
  const zoned = `length(${raw}) > 16 and (suffix(${raw}, 'Z') or ${raw}[-6] in ('+', '-'))`;
  const instant = `timezone('UTC', try_cast(${raw} as timestamptz))`;
  return `case when ${zoned} then ${instant} else ${toUtc(local, zone, byYear)} end`;
};

const yes = ['true', 't', '1', 'y', 'yes', '是', '有'];
const no = ['false', 'f', '0', 'n', 'no', '否', '无'];
const among = (values: string[]): string => `(${values.map(literal).join(', ')})`;

/** SQL of the typed value from the delivered text; null when the text is none of that type. */
export const castSql = (item: Item, zone: string): string => {
  const raw = rawColumn(item.name);
  if (item.type === 'text') return raw;
  if (item.type === 'integer') {
    const whole = literal('[+-]?\\d+(\\.0*)?');
    return `case when regexp_full_match(${raw}, ${whole}) then try_cast(${raw} as bigint)
      ${grouped(raw, '', 'bigint')} end`;
  }
  if (item.type === 'date') return `try_cast(${timeSql(raw, formatsOf(item, 'date'))} as date)`;
  if (item.type === 'timestamp') return timestampSql(raw, item, zone);
  if (item.type === 'boolean') {
    const lower = `lower(${raw})`;
    return `case when ${lower} in ${among(yes)} then true when ${lower} in ${among(no)} then false end`;
  }
  return decimalSql(raw, item.type);
};

/** A pattern of dates as an example, which people read more easily. */
export const writtenAs = (format: string): string => {
  const parts: Record<string, string> = {
    '%Y': '2026',
    '%y': '26',
    '%m': '11',
    '%d': '20',
    '%H': '14',
    '%I': '02',
    '%M': '30',
    '%S': '00',
    '%p': isChinese(format) ? '下午' : 'PM',
    '%g': '500',
    '%f': '500000',
  };
  return format.replaceAll(/%./g, (part) => parts[part] ?? part);
};

/** What is expected of a value of the type, told to the department. */
export const typeExpected = (item: Item): Bilingual => {
  const written = declaredFormats(item)?.map(writtenAs);
  const [formats, inEnglish] = [written?.join('、'), written?.join(', ')];
  if (item.type === 'integer') return { zh: '应为整数', en: 'a whole number' };
  if (item.type === 'boolean') return { zh: '应为是或否', en: 'yes or no' };
  if (item.type === 'date') {
    return formats
      ? { zh: `应为日期，如 ${formats}`, en: `a date such as ${inEnglish}` }
      : { zh: '应为日期，如 2026-11-20', en: 'a date such as 2026-11-20' };
  }
  if (item.type === 'timestamp') {
    return formats
      ? { zh: `应为日期时间，如 ${formats}`, en: `a date and time such as ${inEnglish}` }
      : { zh: '应为日期时间，如 2026-11-20 14:30:00', en: 'a time such as 2026-11-20 14:30:00' };
  }
  const [digits, scale] = decimalParts(item.type);
  return {
    zh: `应为数字，最多 ${digits} 位、小数 ${scale} 位`,
    en: `a number of at most ${digits} digits, ${scale} of them decimal`,
  };
};
