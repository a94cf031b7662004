/** What the platform has learnt about cases, told to them where their type listens. */
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import * as store from '../store.ts';
import { act, typeOf } from './act.ts';
import { freeActions } from './choose.ts';

export interface Told {
  case: string;
  action: string;
  /** All that is known; the action takes the fields its form asks for. */
  facts: Record<string, unknown>;
  /** Only where a fact differs from what the case knows, under its name or without `after_`. */
  ifNew?: boolean;
}

/** A number stays one, a text field takes anything as text. */
const fitted = (type: string, value: unknown): unknown =>
  type === 'text' && typeof value !== 'string' ? String(value) : value;

/**
 * Does an action of the platform where the case stands at a step that has it; a case that is
 * elsewhere, closed, or of a type without it stays as it is. For the platform only.
 * @returns whether it was done
 * @throws cases.bad_form when a fact does not fit its field
 */
export async function tell(ctx: Ctx, { case: id, action, facts, ifNew }: Told): Promise<boolean> {
  const row = await store.findCase(ctx, id);
  if (!row) return false;
  const declared = freeActions(await typeOf(ctx, row.state), row.state)[action];
  if (declared?.by !== 'platform') return false;
  const data: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(declared.form ?? {})) {
    const value = facts[name];
    if (value !== undefined && value !== null) data[name] = fitted(field.type, value);
  }
  const known = ([name, value]: [string, unknown]): boolean =>
    value === (row.state.data[name] ?? row.state.data[name.replace(/^after_/, '')]);
  if (ifNew && Object.entries(data).every(known)) return false;
  try {
    await act(ctx, { case: id, action, data });
    return true;
  } catch (error) {
    // It moved on between the look and the lock.
    if (error instanceof GuantongError && error.code === 'cases.not_now') return false;
    throw error;
  }
}

/** Ids of open cases with this value in a field, oldest first. For the platform only. */
export const openCasesWith = (ctx: Ctx, field: string, value: string): Promise<string[]> =>
  store.openWith(ctx, field, value);

/** Whether `tell` would do this action now. For the platform only. */
export async function canTell(ctx: Ctx, id: string, action: string): Promise<boolean> {
  const row = await store.findCase(ctx, id);
  if (!row) return false;
  return freeActions(await typeOf(ctx, row.state), row.state)[action]?.by === 'platform';
}
