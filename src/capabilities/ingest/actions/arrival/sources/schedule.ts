/** When a source is looked at next: its own schedule, else the cycle of its dataset. */
import type { Contract } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { Schedule, SourceFile } from '../../../model/source.ts';
import { nextOf } from './cron.ts';

const minuteMs = 60_000;

/** First day of each cycle, at the hour of the setting; the others are delivered by hand. */
const cycleCron: Partial<Record<Contract['cycle'], (hour: number) => string>> = {
  realtime: () => '* * * * *',
  daily: (hour) => `0 ${hour} * * *`,
  weekly: (hour) => `0 ${hour} * * 1`,
  monthly: (hour) => `0 ${hour} 1 * *`,
  quarterly: (hour) => `0 ${hour} 1 1,4,7,10 *`,
  half_year: (hour) => `0 ${hour} 1 1,7 *`,
  yearly: (hour) => `0 ${hour} 1 1 *`,
};

/** The schedule that holds: the source's own, or that of the cycle. */
export function scheduleOf(
  ctx: Pick<Ctx, 'settings'>,
  declared: SourceFile,
  cycle: Contract['cycle'] | null,
): { every_minutes: number | null; cron: string | null } {
  const own: Schedule | undefined = declared.schedule;
  if (own?.every_minutes !== undefined) return { every_minutes: own.every_minutes, cron: null };
  if (own?.cron !== undefined) return { every_minutes: null, cron: own.cron };
  // A folder costs nothing to look at, and whoever puts a file there waits for it.
  if (declared.road === 'folder') return { every_minutes: 1, cron: null };
  const cron = cycle === null ? undefined : cycleCron[cycle]?.(ctx.settings.source_hour);
  return { every_minutes: null, cron: cron ?? null };
}

/** @returns null: only by hand */
export function nextLook(
  ctx: Pick<Ctx, 'settings' | 'clock'>,
  schedule: { every_minutes: number | null; cron: string | null },
): Date | null {
  const now = ctx.clock.now();
  if (schedule.every_minutes !== null) {
    return new Date(now.getTime() + schedule.every_minutes * minuteMs);
  }
  return schedule.cron === null ? null : nextOf(schedule.cron, now, ctx.settings.time_zone);
}
