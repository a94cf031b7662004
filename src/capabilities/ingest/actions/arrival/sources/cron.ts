/** Times of a five-field cron expression in a local time zone. */

interface Fields {
  minutes: Set<number>;
  hours: Set<number>;
  days: Set<number>;
  months: Set<number>;
  weekdays: Set<number>;
  /** Days of the month and of the week are both restricted: either will do, as cron has it. */
  either: boolean;
}

const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

function valuesOf(field: string, [min, max]: readonly [number, number]): Set<number> | null {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) return null;
    const [, any, first, last, step] = match;
    const from = any === undefined ? Number(first) : min;
    const open = any !== undefined || (step !== undefined && last === undefined);
    const to = open ? max : Number(last ?? first);
    const by = Number(step ?? 1);
    if (from < min || to > max || from > to || by < 1) return null;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return values;
}

function parse(cron: string): Fields | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== ranges.length) return null;
  const sets = fields.map((field, at) => valuesOf(field, ranges[at] as readonly [number, number]));
  const [minutes, hours, days, months, weekdays] = sets;
  if (!minutes || !hours || !days || !months || !weekdays) return null;
  if (weekdays.has(7)) weekdays.add(0);
  const either = fields[2] !== '*' && fields[4] !== '*';
  return { minutes, hours, days, months, weekdays, either };
}

/** Whether an expression can be read. */
export const isCron = (cron: string): boolean => parse(cron) !== null;

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** No clock is set back by more: what it shows earlier than that will not come again. */
const mostBackMs = 3 * 3_600_000;
/** A 29th of February comes at the latest after eight years. */
const mostDays = 8 * 366;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Made once for each zone: making one costs more than using it many times. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}

/** Local wall time as if it were UTC. */
function wallOf(at: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

/** The instant of a local wall time; null when the clocks jump over it. */
function instantOf(wall: number, zone: string): number | null {
  for (const guess of [wall, wall - dayMs / 2, wall + dayMs / 2]) {
    const at = wall - (wallOf(guess, zone) - guess);
    if (wallOf(at, zone) === wall) return at;
  }
  return null;
}

const dayFits = (fields: Fields, day: Date): boolean => {
  if (!fields.months.has(day.getUTCMonth() + 1)) return false;
  const ofMonth = fields.days.has(day.getUTCDate());
  const ofWeek = fields.weekdays.has(day.getUTCDay());
  return fields.either ? ofMonth || ofWeek : ofMonth && ofWeek;
};

/**
 * The first time of `cron` after `after`, in `zone`.
 * @returns null when there is none, or the expression cannot be read
 */
export function nextOf(cron: string, after: Date, zone: string): Date | null {
  const fields = parse(cron);
  if (fields === null) return null;
  const start = wallOf(after.getTime(), zone);
  const today = start - (((start % dayMs) + dayMs) % dayMs);
  for (let ahead = 0; ahead < mostDays; ahead += 1) {
    const day = today + ahead * dayMs;
    if (!dayFits(fields, new Date(day))) continue;
    for (const hour of [...fields.hours].toSorted((a, b) => a - b)) {
      for (const minute of [...fields.minutes].toSorted((a, b) => a - b)) {
        const wall = day + (hour * 60 + minute) * minuteMs;
        if (wall < start - mostBackMs) continue;
        const at = instantOf(wall, zone);
        if (at !== null && at > after.getTime()) return new Date(at);
      }
    }
  }
  return null;
}
