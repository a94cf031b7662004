/**
 * What the clock words of a query stand for: the asker's clock, or the moment the data is read as
 * of.
 */
import type { Ctx } from '#kernel/context';
import type { JsonScalar, Snapshot } from '#kernel/lake';

export function momentOf(ctx: Ctx, asOf: Date | Snapshot | undefined): Record<string, JsonScalar> {
  const at = (asOf instanceof Date ? asOf : asOf?.at) ?? ctx.clock.now();
  return {
    now: at.toISOString().replace('T', ' ').replace('Z', ''),
    // sv-SE writes YYYY-MM-DD.
    today: at.toLocaleDateString('sv-SE', { timeZone: ctx.settings.time_zone }),
  };
}
