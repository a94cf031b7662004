/**
 * When the next delivery is due and since when one is late. Days are days of the district; a day
 * that is due on a holiday is due on the next working day, and the setting
 * `delivery_grace_working_days` puts it off by so many working days more.
 */
import { isWorkday } from '#cases';
import type { Ctx } from '#kernel/context';
import type { Contract, Summary } from '../model.ts';

type Cycle = Contract['cycle'];
type At = Pick<Ctx, 'clock' | 'settings'>;

const dayMs = 86_400_000;

const text = (date: Date): string => date.toISOString().slice(0, 10);
const dateOf = (day: string): Date => new Date(`${day}T00:00:00Z`);

const plusDays = (day: string, days: number): string =>
  text(new Date(dateOf(day).getTime() + days * dayMs));

/** The same day so many months later, or the last of that month where it has no such day. */
function plusMonths(day: string, months: number): string {
  const from = dateOf(day);
  const to = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(from.getUTCDate(), last));
  return text(to);
}

/** What the words mean. Cycles without an entry promise no day. */
const next: Partial<Record<Cycle, (day: string) => string>> = {
  daily: (day) => plusDays(day, 1),
  weekly: (day) => plusDays(day, 7),
  monthly: (day) => plusMonths(day, 1),
  quarterly: (day) => plusMonths(day, 3),
  half_year: (day) => plusMonths(day, 6),
  yearly: (day) => plusMonths(day, 12),
};

/** The day itself when it is a working day, else the first one after it. */
function workdayFrom(day: string): string {
  let at = day;
  while (!isWorkday(at)) at = plusDays(at, 1);
  return at;
}

const localDay = (at: Date, timeZone: string): string =>
  // sv-SE writes YYYY-MM-DD.
  at.toLocaleDateString('sv-SE', { timeZone });

/**
 * The last day on which the next delivery is on time, `YYYY-MM-DD`; null when the cycle promises
 * none.
 */
export function dueDay(
  cycle: Cycle,
  last: Date,
  { settings }: Pick<Ctx, 'settings'>,
): string | null {
  const after = next[cycle];
  if (after === undefined) return null;
  let due = workdayFrom(after(localDay(last, settings.time_zone)));
  for (let left = settings.delivery_grace_working_days; left > 0; left -= 1) {
    due = workdayFrom(plusDays(due, 1));
  }
  return due;
}

export interface Lateness {
  /** Day the delivery was due. */
  due: string;
  /** First day on which it is late. */
  since: string;
  /** Days past the due day, 1 and more. */
  days: number;
}

/** Whether the delivery after `last` is late now, and since when; null when it is not. */
export function lateness(cycle: Cycle, last: Date, ctx: At): Lateness | null {
  const due = dueDay(cycle, last, ctx);
  const today = localDay(ctx.clock.now(), ctx.settings.time_zone);
  if (due === null || today <= due) return null;
  const days = Math.round((dateOf(today).getTime() - dateOf(due).getTime()) / dayMs);
  return { due, since: plusDays(due, 1), days };
}

/** Whether a resource is as new as its cycle promises. */
export function freshness(cycle: Cycle, at: Date | null, ctx: At): Summary['fresh'] {
  if (at === null || next[cycle] === undefined) return 'none';
  return lateness(cycle, at, ctx) === null ? 'on_time' : 'late';
}
