/** Which units an actor may see figures of. */

import { authErrors, requirePermission, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { kernelErrors } from '#kernel/errors';
import { findUnit, type Unit, worksForDistrict } from '#organisation';
import { indicatorErrors } from '../errors.ts';
import { type Level, level as levels } from '../model.ts';
import * as store from '../store.ts';

export const readPermission = 'indicators.read';

/**
 * Figures are sums, not rows: whoever works in a unit sees those of the units above it too, and
 * departments, which work for the whole district, see all.
 */
function seesFigures(ctx: Ctx, unit: Unit): boolean {
  if (seesUnit(ctx.actor, unit.path)) return true;
  const { roles } = ctx.actor;
  return worksForDistrict(roles) || roles.some((held) => held.path.startsWith(`${unit.path}/`));
}

/** The unit, if the actor may see its figures. @throws kernel.not_found, auth.not_in_unit */
export async function unitFor(ctx: Ctx, code: string): Promise<Unit & { level: Level }> {
  requirePermission(ctx, readPermission);
  const unit = await findUnit(ctx, code);
  const level = levels.safeParse(unit?.level);
  if (!unit || !level.success) throw kernelErrors.make('not_found', { what: code });
  if (seesFigures(ctx, unit)) return { ...unit, level: level.data };
  throw authErrors.make('not_in_unit', { permission: readPermission, unit: unit.name });
}

/** An indicator at a unit. @throws also indicators.not_found, indicators.level */
export async function indicatorFor(ctx: Ctx, name: string, code: string) {
  const unit = await unitFor(ctx, code);
  const indicator = await store.indicatorByName(ctx, name);
  if (!indicator) throw indicatorErrors.make('not_found', { indicator: name });
  if (indicator.definition.levels.includes(unit.level)) return { indicator, unit };
  throw indicatorErrors.make('level', { indicator: name, unit: unit.name });
}
