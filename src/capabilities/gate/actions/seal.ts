/**
 * Errors of the engine quote values ("Could not convert string '王…'") and could name files. What
 * leaves the gate says the kind of failure only; the whole text goes to no one, not even the log.
 */
import { type Bilingual, GuantongError } from '#kernel/errors';
import { gateErrors } from '../errors.ts';
import type { Unresolved } from './lineage/index.ts';

const kinds: [RegExp, Bilingual][] = [
  [/conversion|convert|cast/i, { zh: '有值不能转换成所要的类型', en: 'a value does not convert' }],
  [/out of range|overflow/i, { zh: '有值超出类型的范围', en: 'a value is out of range' }],
  [/binder|referenced|ambiguous/i, { zh: '列名或类型对不上', en: 'names or types do not fit' }],
  [/invalid input|argument/i, { zh: '函数的参数不对', en: 'a function got a wrong argument' }],
  [/parameter/i, { zh: '参数没有给全', en: 'a parameter is missing' }],
];

const other: Bilingual = { zh: '执行时出错', en: 'it failed while running' };

/** Codes of the lake that speak of the query's own text or of limits: they carry no data. */
const harmless = /^lake\.(sql_(?!failed)|busy|closed)/;

/** Runs `fn`; what it throws leaves without values, paths or names of items that are not seen. */
export async function sealed<T>(
  fn: () => Promise<T>,
  unresolved: readonly Unresolved[],
): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    if (!(error instanceof GuantongError)) throw error;
    if (harmless.test(error.code)) throw error;
    const kind = kinds.find(([pattern]) => pattern.test(error.message))?.[1] ?? other;
    const faults = unresolved.map(({ table, name }) => {
      const item = table === null ? name : `${table}.${name}`;
      return gateErrors.fault('item_unknown', { item }, { item });
    });
    throw gateErrors.make('query_failed', { reason_zh: kind.zh, reason_en: kind.en }, faults);
  }
}
