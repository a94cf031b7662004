/** Rules of a delivery beyond those of the contract: what is wrong with a record itself. */
import type { Rule } from '#catalogue';
import type { Bilingual } from '#kernel/errors';
import type { Reason } from './reading/index.ts';

type Structural = Exclude<Reason, 'requote' | 'blank'> | 'duplicate';

/** `{note}` is the number kept with the row: fields found, or the first row of the same key. */
const texts: Record<Structural, Bilingual> = {
  duplicate: {
    zh: '同一批里主键重复，与第 {note} 行相同；第一次出现的已收下',
    en: 'the key occurs twice in the delivery, as in row {note}; the first one was taken',
  },
  too_few: {
    zh: '列数不够：应有 {columns} 列，这里有 {note} 列',
    en: 'too few fields: {columns} are expected, {note} are here',
  },
  too_many: {
    zh: '列数太多：应有 {columns} 列，这里有 {note} 列（内容里的分隔符要用双引号括起来）',
    en: 'too many fields: {columns} are expected, {note} are here (quote delimiters in values)',
  },
  stray_quote: {
    zh: '双引号不成对：引号应括住整个字段，字段里的引号要写两次',
    en: 'a stray quote: quotes go round the whole field, and are doubled inside it',
  },
  unclosed_quote: {
    zh: '双引号没有结束',
    en: 'a quote that is never closed',
  },
  too_long: { zh: '这一行太长', en: 'the record is too long' },
  nul: {
    zh: '含有空字符（NUL），文件可能已损坏',
    en: 'it holds a NUL character; the file may be damaged',
  },
  encoding: {
    zh: '文字编码与整个文件不一致，有认不出的字',
    en: 'its encoding differs from that of the file; some characters have no meaning',
  },
};

const names = Object.keys(texts) as Structural[];

/** The contract's rules first, then those of records, so that one number names a reason. */
export const withStructural = (rules: readonly Rule[], columns: number): Rule[] => [
  ...rules,
  ...names.map((rule) => ({
    rule,
    item: null,
    expected: {
      zh: texts[rule].zh.replace('{columns}', String(columns)),
      en: texts[rule].en.replace('{columns}', String(columns)),
    },
  })),
];

/** Number of a structural rule behind `count` rules of the contract. */
export const structuralNumber = (count: number, rule: Structural): number =>
  count + names.indexOf(rule);
