/** When a delivery is due and when it is late. */
import type { Ctx } from '#kernel/context';
import type { Contract, Summary } from '../model.ts';

/** Days of each cycle that promises a day: what the word means. */
const cycleDays: Partial<Record<Contract['cycle'], number>> = {
  daily: 1,
  weekly: 7,
  monthly: 31,
  quarterly: 92,
  half_year: 184,
  yearly: 366,
};

/** A delivery is late once as many local days as its cycle has have passed without one. */
export function freshness(
  cycle: Contract['cycle'],
  at: Date | null,
  { clock, settings }: Pick<Ctx, 'clock' | 'settings'>,
): Summary['fresh'] {
  const days = cycleDays[cycle];
  if (days === undefined || at === null) return 'none';
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: settings.time_zone });
  const passed = Date.parse(local.format(clock.now())) - Date.parse(local.format(at));
  return passed > days * 86_400_000 ? 'late' : 'on_time';
}
