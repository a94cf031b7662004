/** What a form sends beside its files. */

import { z } from 'zod';
import type { Fault } from '#kernel/errors';
import { ingestErrors } from '../errors.ts';
import { type DialectInput, dialectInput } from '../model.ts';

const english = z.locales.en().localeError;
const chinese = z.locales.zhCN().localeError;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The field `dialect` of a form: JSON of the same shape as elsewhere; nothing when it is absent.
 * @throws ingest.bad_dialect with every fault
 */
export function dialectIn(text: string | undefined): { dialect?: DialectInput } {
  if (text === undefined || text === '') return {};
  const value = parsed(text);
  const found = dialectInput.safeParse(value, { error: english });
  if (found.success) return { dialect: found.data };
  const again = dialectInput.safeParse(value, { error: chinese });
  const others = again.success ? [] : again.error.issues;
  const faults = found.error.issues.flatMap((issue, at): Fault[] => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [''];
    return keys.map((key) => {
      const item = ['dialect', ...issue.path.map(String), key].filter((part) => part !== '');
      const said = { detail_zh: others[at]?.message ?? issue.message, detail_en: issue.message };
      const name = item.join('.');
      return ingestErrors.fault('dialect_fault', { item: name }, { item: name, ...said });
    });
  });
  throw ingestErrors.make('bad_dialect', { count: faults.length }, faults);
}
