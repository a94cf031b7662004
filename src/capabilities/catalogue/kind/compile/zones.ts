/** Local time to UTC in SQL. */
import { literal } from './sql.ts';

const offsetAt = (zone: string, instant: Date): string => {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const name = parts.formatToParts(instant).find((part) => part.type === 'timeZoneName');
  return name?.value ?? 'GMT';
};

/** Whether the runtime's time zone data knows the zone. */
export const zoneKnown = (zone: string): boolean => {
  try {
    offsetAt(zone, new Date(0));
    return true;
  } catch {
    return false;
  }
};

const [firstYear, lastYear] = [1970, 2037];

/**
 * The year since which the zone's offset has never changed, with that offset; null when it still
 * changes.
 */
const settledSince = (zone: string): { year: number; offset: string } | null => {
  const offset = offsetAt(zone, new Date(Date.UTC(lastYear, 11, 15)));
  let year = lastYear;
  const same = (at: number): boolean =>
    Array.from({ length: 24 }, (_, half) => new Date(Date.UTC(at, half / 2, 1 + 14 * (half % 2))))
      .map((instant) => offsetAt(zone, instant))
      .every((seen) => seen === offset);
  while (year > firstYear && same(year)) year -= 1;
  return year === lastYear ? null : { year: year + 2, offset };
};

const minutesOf = (offset: string): number => {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(offset) ?? ['', '+', '0', '0'];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};

/** What the local time is read from, when that begins with the year in four digits. */
type ByYear = string | undefined;

const known = new Map<string, (local: string, text: ByYear) => string>();

const compiled = (zone: string): ((local: string, text: ByYear) => string) => {
  const slow = (local: string): string => `timezone('UTC', timezone(${literal(zone)}, ${local}))`;
  const settled = settledSince(zone);
  if (settled === null) return slow;
  // Where summer time is long gone a subtraction says the same, four times as fast.
  const since = `timestamp '${settled.year}-01-01'`;
  // Years compare as texts do: the time need not be read twice.
  const isLate = (local: string, text: ByYear): string =>
    text === undefined ? `${local} >= ${since}` : `${text} >= '${settled.year}'`;
  const fast = `- interval (${minutesOf(settled.offset)}) minute`;
  return (local, text) =>
    `case when ${isLate(local, text)} then ${local} ${fast} else ${slow(local)} end`;
};

/**
 * SQL of the UTC timestamp of a local one in `zone`.
 * @param text what `local` is read from, if that begins with the year; else `local` is evaluated
 * more than once
 */
export const toUtc = (local: string, zone: string, text?: string): string => {
  const make = known.get(zone) ?? compiled(zone);
  known.set(zone, make);
  return make(local, text);
};
