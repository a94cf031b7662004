/** Days as numbers since 1970, for people's dates: no clock, no zone. */

const dayMs = 86_400_000;

/** `2026-11-20` of a day number. */
export const dateText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** The day number of a local date, `2026-11-20`. */
export const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / dayMs;

/** Days in a year, on average. */
export const yearDays = 365.25;
