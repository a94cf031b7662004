/** The same action on many cases: each checked and done alone, none half. */
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import type { ActManyInput, ManyResult } from '../model.ts';
import { act } from './act.ts';

async function one(
  ctx: Ctx,
  input: ActManyInput,
  item: ActManyInput['items'][number],
): Promise<ManyResult> {
  const { action, data, reason } = input;
  try {
    const doing = { action, data, ...(reason === undefined ? {} : { reason }) };
    const done = await act(ctx, { ...doing, ...item });
    return { case: item.case, number: done.number, done: true, step: done.step, error: null };
  } catch (error) {
    if (!(error instanceof GuantongError)) throw error;
    const refused = { code: error.code, text: error.text };
    return { case: item.case, number: null, done: false, step: null, error: refused };
  }
}

/**
 * Does one action on each of the cases in turn; those refused are told with the reason, the others
 * are done. Nothing is tried twice. Needs `cases.act`.
 */
export async function actMany(ctx: Ctx, input: ActManyInput): Promise<ManyResult[]> {
  requirePermission(ctx, 'cases.act');
  const results: ManyResult[] = [];
  for (const item of input.items) results.push(await one(ctx, input, item));
  return results;
}
