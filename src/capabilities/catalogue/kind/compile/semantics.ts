/** Meanings whose values carry a rule of their own, check digits included, as SQL. */
import type { Bilingual } from '#kernel/errors';
import type { Item } from '../../model.ts';
import { ident, literal, rawColumn } from './sql.ts';

interface SemanticRule {
  /** SQL that is true for a good value; `raw` is the trimmed text, never null there. */
  good: (raw: string, item: Item, today: string) => string;
  expected: Bilingual;
}

const matches = (raw: string, pattern: string): string =>
  `regexp_full_match(${raw}, ${literal(pattern)})`;

/** GB 11643-1999: ISO 7064 MOD 11-2 over the first 17 digits. */
const citizenWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

const citizenId = (raw: string, today: string): string => {
  const sum = citizenWeights.map((weight, at) => `(ascii(${raw}[${at + 1}]) - 48) * ${weight}`);
  const digit = `'10X98765432'[((${sum.join(' + ')}) % 11) + 1]`;
  const born = `try_strptime(${raw}[7:14], '%Y%m%d')`;
  const dated = `coalesce(${born} <= timestamp ${literal(today)}, false)`;
  const shape = matches(raw, '[1-9]\\d{16}[0-9Xx]');
  return `(${shape} and ${dated} and ${digit} = upper(${raw}[18]))`;
};

/** GB 32100-2015: weights 3^(i-1) mod 31 over an alphabet of 31 signs. */
const usccAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const usccWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

const uscc = (raw: string): string => {
  const value = (at: number): string => `(strpos('${usccAlphabet}', ${raw}[${at + 1}]) - 1)`;
  const sum = usccWeights.map((weight, at) => `${value(at)} * ${weight}`).join(' + ');
  const sign = `'${usccAlphabet}'[((31 - (${sum}) % 31) % 31) + 1]`;
  return `(${matches(raw, `[${usccAlphabet}]{18}`)} and ${sign} = ${raw}[18])`;
};

const mobile = '1[3-9]\\d{9}';
const fixed = '(0\\d{2,3}-?)?[2-9]\\d{6,7}(-\\d{1,6})?';

const between = (item: Item, low: number, high: number): string => {
  const typed =
    item.type === 'text' ? `try_cast(${rawColumn(item.name)} as double)` : ident(item.name);
  return `coalesce(${typed} between ${low} and ${high}, false)`;
};

const rules: Partial<Record<string, SemanticRule>> = {
  citizen_id: {
    good: (raw, _item, today) => citizenId(raw, today),
    expected: {
      zh: '应为有效的 18 位居民身份证号（出生日期和校验码都要对）',
      en: 'a valid 18-digit citizen id (birth date and check digit)',
    },
  },
  uscc: {
    good: (raw) => uscc(raw),
    expected: {
      zh: '应为有效的 18 位统一社会信用代码（校验码要对）',
      en: 'a valid unified social credit code of 18 signs (check sign)',
    },
  },
  component_code: {
    good: (raw) => matches(raw, '\\d{16}'),
    expected: { zh: '应为 16 位数字的部件标识码', en: 'a component code of 16 digits' },
  },
  division_code: {
    good: (raw) => matches(raw, '\\d{6}(\\d{3}(\\d{3})?)?'),
    expected: {
      zh: '应为 6、9 或 12 位行政区划代码',
      en: 'a division code of 6, 9 or 12 digits',
    },
  },
  grid_code: {
    good: (raw) => matches(raw, '\\d{15}'),
    expected: {
      zh: '应为 15 位网格编码（村社代码加 3 位）',
      en: 'a grid code of 15 digits (village code and 3 digits)',
    },
  },
  mobile: {
    good: (raw) => matches(raw, mobile),
    expected: { zh: '应为 11 位手机号码', en: 'a mobile number of 11 digits' },
  },
  phone: {
    good: (raw) => matches(raw, `${mobile}|${fixed}|\\d{3,5}`),
    expected: {
      zh: '应为手机号码、固定电话或服务号码',
      en: 'a mobile, fixed-line or service number',
    },
  },
  longitude: {
    good: (_raw, item) => between(item, -180, 180),
    expected: { zh: '应为 -180 到 180 的经度', en: 'a longitude from -180 to 180' },
  },
  latitude: {
    good: (_raw, item) => between(item, -90, 90),
    expected: { zh: '应为 -90 到 90 的纬度', en: 'a latitude from -90 to 90' },
  },
};

/** The rule of an item's meaning; null when the meaning has none. `today` is a date, ISO. */
export const semanticRule = (
  item: Item,
  today: string,
): { good: string; expected: Bilingual } | null => {
  const rule = item.semantic === undefined ? undefined : rules[item.semantic];
  if (rule === undefined) return null;
  return { good: rule.good(rawColumn(item.name), item, today), expected: rule.expected };
};
