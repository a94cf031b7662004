/**
 * Natural and working time. Working days are those of the national holiday calendar, make-up days
 * included.
 */
import chineseDays from 'chinese-days';
import type { Ctx } from '#kernel/context';
import type { Duration } from '../model.ts';

export interface Calendar {
  timeZone: string;
  /** Working hours as minutes of the day, in order. */
  spans: (readonly [from: number, to: number])[];
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Working time is looked for this far ahead; longer than any holiday. */
const farDays = 3660;

const natural: Partial<Record<Duration['unit'], number>> = {
  seconds: 1000,
  minutes: minuteMs,
  hours: 60 * minuteMs,
  days: dayMs,
};

const minutes = (text: string): number => {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return hour * 60 + minute;
};

/** The calendar of this district, from the settings `time_zone` and `working_hours`. */
export const calendarOf = (ctx: Pick<Ctx, 'settings'>): Calendar => ({
  timeZone: ctx.settings.time_zone,
  spans: ctx.settings.working_hours.split(',').map((span) => {
    const [from = '', to = ''] = span.split('-');
    return [minutes(from), minutes(to)] as const;
  }),
});

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  formats.set(timeZone, made);
  return made;
}

/** The day an instant falls on in a time zone, `YYYY-MM-DD`. */
export const localDay = (at: Date, timeZone: string): string =>
  formatOf(timeZone).format(at).slice(0, 10);

const offsetMs = (at: Date, timeZone: string): number => {
  const local = formatOf(timeZone).format(at).replace(' ', 'T');
  return Date.parse(`${local}Z`) - Math.floor(at.getTime() / 1000) * 1000;
};

function atMinute(day: string, minute: number, timeZone: string): number {
  const asUtc = Date.parse(`${day}T00:00:00Z`) + minute * minuteMs;
  return asUtc - offsetMs(new Date(asUtc), timeZone);
}

/** Whether a day, `YYYY-MM-DD`, is a working day of the national calendar. */
export const isWorkday = (day: string): boolean => chineseDays.isWorkday(day);

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10);

/** Working spans from `from` on, as instants, the first one cut at `from`. */
function* workingSpans(from: Date, calendar: Calendar): Generator<[number, number]> {
  let day = localDay(from, calendar.timeZone);
  for (let count = 0; count < farDays; count += 1, day = dayAfter(day)) {
    if (!isWorkday(day)) continue;
    for (const [begin, end] of calendar.spans) {
      const start = Math.max(atMinute(day, begin, calendar.timeZone), from.getTime());
      const stop = atMinute(day, end, calendar.timeZone);
      if (start < stop) yield [start, stop];
    }
  }
}

const afterWorking = (from: Date, ms: number, calendar: Calendar): Date => {
  let left = ms;
  for (const [start, stop] of workingSpans(from, calendar)) {
    if (stop - start >= left) return new Date(start + left);
    left -= stop - start;
  }
  throw new Error('no working time ahead');
};

const workingBetween = (from: Date, to: Date, calendar: Calendar): number => {
  let sum = 0;
  for (const [start, stop] of workingSpans(from, calendar)) {
    if (start >= to.getTime()) return sum;
    sum += Math.min(stop, to.getTime()) - start;
  }
  return sum;
};

/**
 * Close of business of the n-th working day after the day of `from` (the day itself does not
 * count).
 */
function closeOfWorkingDay(from: Date, days: number, calendar: Calendar): Date {
  const [, end = 24 * 60] = calendar.spans.at(-1) ?? [];
  let day = localDay(from, calendar.timeZone);
  for (let left = days; left > 0; ) {
    day = dayAfter(day);
    if (chineseDays.isWorkday(day)) left -= 1;
  }
  return new Date(atMinute(day, end, calendar.timeZone));
}

/** When a limit that starts at `from` ends. */
export function limitEnd(from: Date, limit: Duration, calendar: Calendar): Date {
  const unit = natural[limit.unit];
  if (unit !== undefined) return new Date(from.getTime() + limit.value * unit);
  if (limit.unit === 'working_days') {
    return closeOfWorkingDay(from, Math.ceil(limit.value), calendar);
  }
  return afterWorking(from, limit.value * 60 * minuteMs, calendar);
}

const working = (unit: Duration['unit']): boolean => natural[unit] === undefined;

/** Time of a limit's own kind between two instants, milliseconds. */
export const spent = (from: Date, to: Date, unit: Duration['unit'], calendar: Calendar): number =>
  working(unit) ? workingBetween(from, to, calendar) : Math.max(0, to.getTime() - from.getTime());

/**
 * The working spans between two instants, for pages that count down; null where all time counts.
 */
export function workingTimes(
  from: Date,
  to: Date,
  unit: Duration['unit'],
  calendar: Calendar,
): [from: string, to: string][] | null {
  if (!working(unit)) return null;
  const spans: [string, string][] = [];
  for (const [start, stop] of workingSpans(from, calendar)) {
    if (start >= to.getTime()) break;
    const end = Math.min(stop, to.getTime());
    spans.push([new Date(start).toISOString(), new Date(end).toISOString()]);
  }
  return spans;
}

/** The instant `ms` of a limit's own kind of time after `from`. */
export const later = (from: Date, ms: number, unit: Duration['unit'], calendar: Calendar): Date =>
  working(unit) ? afterWorking(from, ms, calendar) : new Date(from.getTime() + ms);

/** Instants at which these percentages of the time from `from` to `due` have passed. */
export function marksBetween(
  from: Date,
  due: Date,
  percents: readonly number[],
  unit: Duration['unit'],
  calendar: Calendar,
): { percent: number; at: string }[] {
  const whole = spent(from, due, unit, calendar);
  return [...percents]
    .sort((a, b) => a - b)
    .map((percent) => ({
      percent,
      at: later(from, (whole * percent) / 100, unit, calendar).toISOString(),
    }));
}
