/** Which type the answers speak for, and what does not fit it. */
import { literal, matches, timeSql } from '#catalogue';
import type { Bilingual } from '#kernel/errors';
import { type DateForm, zonedShape } from './dates.ts';
import type { KnowOptions } from './model.ts';
import type { Answers, Counted } from './profile.ts';
import { type NumberKind, numberShape } from './questions.ts';

export interface TypeFound {
  type: 'text' | 'integer' | 'decimal' | 'date' | 'timestamp' | 'boolean';
  formats: string[];
  ambiguous: boolean;
  /** Values that fit. */
  fitting: number;
  /** SQL: the value as the type, null when it does not fit. */
  cast: (value: string) => string;
  notes: Bilingual[];
}

/** Values of a column that are not empty. */
export const filled = (column: Counted): number => column.rows - column.nulls;

const asText = (column: Counted, notes: Bilingual[] = []): TypeFound => ({
  type: 'text',
  formats: [],
  ambiguous: false,
  fitting: filled(column),
  cast: (value) => value,
  notes,
});

/** Counting words make 0 and 1 a number, not an answer. */
const countingHeader = /数|量|次|人口|个|张|排名|序|num|count|qty/i;
const dateHeader = /日期|时间|时刻|年月日|生日|出生|date|time|day/i;
const numberedHeader = /编号|单号|序号|号码|证号|流水|代码|编码|\bid$|no\.?$/i;

function asBoolean(column: Counted, answers: Answers, enough: number): TypeFound | null {
  for (const [{ about }, fitting] of answers) {
    if (about.what !== 'boolean' || fitting < enough) continue;
    const { yes, no } = about;
    if (yes === '1') {
      const two = column.distinct === 2 && fitting === filled(column);
      if (!two || countingHeader.test(column.source.name)) continue;
    }
    const lower = (value: string): string => `lower(${value})`;
    const cast = (value: string): string =>
      `case ${lower(value)} when ${literal(yes)} then true when ${literal(no)} then false end`;
    return { ...asText(column), type: 'boolean', fitting, cast };
  }
  return null;
}

interface DateAnswers {
  forms: { form: DateForm; count: number }[];
  zoned: number;
  ambiguous: boolean;
}

/** Day and month are told apart over all rows: whichever order fits more values. */
function dateAnswers(answers: Answers): DateAnswers {
  const forms: DateAnswers['forms'] = [];
  let zoned = 0;
  for (const [{ about }, count] of answers) {
    if (count > 0 && about.what === 'date') forms.push({ form: about.form, count });
    if (about.what === 'zoned') zoned = count;
  }
  const sum = (order: DateForm['order']): number =>
    forms.filter(({ form }) => form.order === order).reduce((all, { count }) => all + count, 0);
  const [dmy, mdy] = [sum('dmy'), sum('mdy')];
  const other = dmy > mdy ? 'mdy' : 'dmy';
  return {
    forms: forms.filter(({ form }) => form.order !== other).toSorted((a, b) => b.count - a.count),
    zoned,
    ambiguous: dmy === mdy && dmy > 0,
  };
}

const castDates = (forms: DateForm[], zoned: boolean, type: string) => (value: string) => {
  const parts = forms.map(
    ({ format, shape }) =>
      `case when ${matches(value, shape)} then ${timeSql(value, [format])} end`,
  );
  if (zoned) {
    parts.push(
      `case when ${matches(value, zonedShape)} then timezone('UTC', try_cast(${value} as timestamptz)) end`,
    );
  }
  return `try_cast(coalesce(${parts.join(', ')}) as ${type})`;
};

const undecided: Bilingual = {
  zh: '日和月在所有行里都无法区分，先按“月/日”理解，请核对',
  en: 'Day and month cannot be told apart in any row; read as month first, please check',
};

function asDate(column: Counted, answers: Answers, enough: number): TypeFound | null {
  const { forms, zoned, ambiguous } = dateAnswers(answers);
  const header = column.source.name;
  const compact = forms.filter(
    ({ form }) => /^\\d|^\(\?:/.test(form.shape) && !/[-/.年]/.test(form.format),
  );
  const bare = compact.reduce((all, { count }) => all + count, 0);
  if (bare * 2 > filled(column) && numberedHeader.test(header) && !dateHeader.test(header))
    return null;
  const of = (kind: DateForm['kind']): number =>
    forms.filter(({ form }) => form.kind === kind).reduce((all, one) => all + one.count, 0);
  const [dates, stamps] = [of('date'), of('timestamp') + zoned];
  if (dates + stamps < enough) return null;
  const timed = stamps > filled(column) - enough && stamps > 0;
  const type = timed ? 'timestamp' : 'date';
  const used = forms.filter(({ form }) => timed || form.kind === 'date').map(({ form }) => form);
  return {
    type,
    formats: used.map(({ format }) => format),
    ambiguous,
    fitting: timed ? dates + stamps : dates,
    cast: castDates(used, timed && zoned > 0, type),
    notes: ambiguous ? [undecided] : [],
  };
}

const numberOf = (answers: Answers, kind: NumberKind): number => {
  for (const [{ about }, count] of answers) {
    if (about.what === 'number' && about.kind === kind) return count;
  }
  return 0;
};

function asNumber(column: Counted, answers: Answers, enough: number): TypeFound | null {
  const [whole, parts, zeros, grouped] = [
    numberOf(answers, 'integer'),
    numberOf(answers, 'decimal'),
    numberOf(answers, 'leading_zero'),
    numberOf(answers, 'grouped'),
  ];
  if (zeros > filled(column) - enough) {
    if (whole + parts + zeros < enough) return null;
    const zh = `${zeros} 个值以 0 开头，按文本保存，不丢前导零`;
    const en = `${zeros} values begin with 0: kept as text so that no zero is lost`;
    return asText(column, [{ zh, en }]);
  }
  const fitting = whole + parts + grouped;
  if (fitting < enough || fitting === 0) return null;
  const notes =
    grouped === 0
      ? []
      : [{ zh: `${grouped} 个值带千分位逗号`, en: `${grouped} values have commas of thousands` }];
  const bare = (value: string): string => (grouped === 0 ? value : `replace(${value}, ',', '')`);
  const shape =
    parts > 0 || grouped > 0
      ? `${numberShape('integer')}|${numberShape('decimal')}`
      : numberShape('integer');
  const to = parts > 0 || grouped > 0 ? 'decimal(38,10)' : 'bigint';
  const cast = (value: string): string =>
    `case when ${matches(bare(value), shape)} then try_cast(${bare(value)} as ${to}) end`;
  return {
    ...asText(column, notes),
    type: parts > 0 || grouped > 0 ? 'decimal' : 'integer',
    fitting,
    cast,
  };
}

function asSerial(column: Counted, answers: Answers, enough: number): TypeFound | null {
  const fitting = numberOf(answers, 'serial');
  if (fitting < enough) return null;
  // Day 0 of Excel, its leap year of 1900 counted in.
  const cast = (value: string): string =>
    `date '1899-12-30' + cast(floor(try_cast(${value} as double)) as integer)`;
  const notes = [{ zh: 'Excel 日期序列数', en: 'Days of Excel, as numbers' }];
  return { ...asText(column, notes), type: 'date', formats: ['excel'], fitting, cast };
}

/** In a table of some size one slip is a slip, whatever share it is. */
const someRows = 20;

/** Values of `all` that may not fit. */
export const allowed = (all: number, permille: number): number =>
  all < someRows ? 0 : Math.max(1, Math.floor((all * permille) / 1000));

/** The narrowest type that all values fit but a few, which are counted. */
export function typeOf(column: Counted, answers: Answers, options: KnowOptions): TypeFound {
  const all = filled(column);
  if (all === 0) return asText(column, [{ zh: '整列为空', en: 'The whole column is empty' }]);
  const enough = all - allowed(all, options.misfitPermille);
  const asked = options.excelDates?.includes(column.source.name) ?? false;
  return (
    (asked ? asSerial(column, answers, enough) : null) ??
    asBoolean(column, answers, enough) ??
    asDate(column, answers, enough) ??
    asNumber(column, answers, enough) ??
    asText(column)
  );
}
