/**
 * Local days as text `YYYY-MM-DD`: the calendar of the district, whatever zone the process runs in.
 */
import type { Definition } from '../model.ts';

/** The local day of an instant. */
export const localDay = (at: Date, timeZone: string): string =>
  // sv-SE writes YYYY-MM-DD.
  at.toLocaleDateString('sv-SE', { timeZone });

/** A day so many days later (or earlier). */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Days as text sort as days. */
export const earlier = (a: string, b: string): string => (a < b ? a : b);
export const later = (a: string, b: string): string => (a > b ? a : b);

export interface Period {
  from: string;
  to: string;
}

/** The running period of a day, and the one before it. */
export function periodsOf(period: Definition['period'], day: string): [Period, Period] {
  if (period !== 'month') {
    const before = addDays(day, -1);
    return [
      { from: day, to: day },
      { from: before, to: before },
    ];
  }
  const first = `${day.slice(0, 8)}01`;
  const last = addDays(first, -1);
  return [
    { from: first, to: day },
    { from: `${last.slice(0, 8)}01`, to: last },
  ];
}
