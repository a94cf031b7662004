/**
 * When things happen: hours and weekdays of calls, weather, and local times as departments write
 * them.
 */
import type { Random } from './random.ts';

/**
 * Share of service requests by hour of the day and by weekday (Monday first), in thousandths:
 * 16,580 requests to the City of Boston's 311 in January and February 2015 (Analyze Boston, public
 * domain, PDDL).
 */
const byHour = [
  7, 5, 3, 3, 4, 4, 11, 60, 66, 86, 92, 90, 81, 82, 78, 83, 66, 44, 39, 26, 25, 20, 17, 8,
];
const byWeekday = [134, 208, 188, 174, 169, 72, 56];

const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The district keeps one offset all year round. */
const offset = 8 * hour;

/** Start of the local day that holds `at`. */
export const dayOf = (at: number): number => Math.floor((at + offset) / day) * day - offset;

/** A moment from `from` up to `to`, as often at an hour and a weekday as people call. */
export function momentBetween(random: Random, from: number, to: number): number {
  for (;;) {
    const date = dayOf(from + random.next() * (to - from));
    const weekday = (new Date(date + offset).getUTCDay() + 6) % 7;
    if (random.next() * 210 > (byWeekday[weekday] ?? 0)) continue;
    const clock = random.weighted(byHour.map((weight, at) => [at, weight] as const));
    const at = date + clock * hour + random.whole(0, 59) * minute + random.whole(0, 59) * 1000;
    if (at >= from && at < to) return at;
  }
}

/** Days with heavy rain, about one in five, in spells; made up from the seed. */
export function rainyDays(random: Random, from: number, to: number): Set<number> {
  const days = new Set<number>();
  for (let at = dayOf(from); at < to; at += day) {
    const wetBefore = days.has(at - day);
    if (random.chance(wetBefore ? 0.45 : 0.14)) days.add(at);
  }
  return days;
}

const part = (at: number): [date: string, time: string] => {
  const text = new Date(at + offset).toISOString();
  return [text.slice(0, 10), text.slice(11, 19)];
};

/** `2026-11-20 07:41:00`, local. */
export const localTime = (at: number): string => part(at).join(' ');

/** `2026-11-20`, local. */
export const localDate = (at: number): string => part(at)[0];

/** `20261120`, local. */
export const dateDigits = (at: number): string => localDate(at).replaceAll('-', '');
