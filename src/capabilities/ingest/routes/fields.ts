/** What a form sends beside its files. */

import { z } from 'zod';
import type { Fault } from '#kernel/errors';
import { ingestErrors } from '../errors.ts';
import { dialectInput } from '../model.ts';

const english = z.locales.en().localeError;
const chinese = z.locales.zhCN().localeError;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const shapes = { dialect: dialectInput, dialects: z.record(z.string(), dialectInput) } as const;

/**
 * A field of a form that says how files are to be read, as JSON of the same shape as elsewhere:
 * `dialect` of all of them, `dialects` by their names; nothing when it is absent.
 * @throws ingest.bad_dialect with every fault
 */
export function dialectIn<Name extends keyof typeof shapes>(
  field: Name,
  text: string | undefined,
): z.output<(typeof shapes)[Name]> | undefined;
export function dialectIn(field: keyof typeof shapes, text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  const value = parsed(text);
  const shape = shapes[field];
  const found = shape.safeParse(value, { error: english });
  if (found.success) return found.data;
  const again = shape.safeParse(value, { error: chinese });
  const others = again.success ? [] : again.error.issues;
  const faults = found.error.issues.flatMap((issue, at): Fault[] => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [''];
    return keys.map((key) => {
      const item = [field, ...issue.path.map(String), key].filter((part) => part !== '');
      const said = { detail_zh: others[at]?.message ?? issue.message, detail_en: issue.message };
      const name = item.join('.');
      return ingestErrors.fault('dialect_fault', { item: name }, { item: name, ...said });
    });
  });
  throw ingestErrors.make('bad_dialect', { count: faults.length }, faults);
}
