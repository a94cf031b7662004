/** Asks whole datasets in the platform's own name, within the limits of quality. */
import { type Materialised, type MaterialiseInput, materialise } from '#gate';
import { systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';

export const inOwnName = (ctx: Ctx): Ctx => ({ ...ctx, actor: systemActor('quality') });

/** SQL of a check over whole datasets. @throws gate.*, lake.sql_* */
export function ask(ctx: Ctx, input: MaterialiseInput): Promise<Materialised> {
  const { quality_time_limit_ms: ms } = ctx.settings;
  const settings = { ...ctx.settings, sql_time_limit_ms: ms };
  return materialise({ ...inOwnName(ctx), settings }, input);
}
