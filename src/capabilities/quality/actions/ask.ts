/** Asks whole datasets in the platform's own name, within the limits of quality. */
import { type Materialised, type MaterialiseInput, materialise } from '#gate';
import { systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';

export const inOwnName = (ctx: Ctx): Ctx => ({ ...ctx, actor: systemActor('quality') });

/**
 * SQL of checks over whole datasets; several in one statement have the time of each.
 * @throws gate.*, lake.sql_*
 */
export function ask(ctx: Ctx, input: MaterialiseInput, checks = 1): Promise<Materialised> {
  const ms = ctx.settings.quality_time_limit_ms * Math.max(checks, 1);
  const settings = { ...ctx.settings, sql_time_limit_ms: ms };
  return materialise({ ...inOwnName(ctx), settings }, input);
}
