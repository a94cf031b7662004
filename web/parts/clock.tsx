/** A running clock: a bar with ticks, the word 剩 / 超 / 用时 and the time. One bar for each clock. */
import type { ReactNode } from 'react';
import { duration, isoDay, serverNow, shortTime, useLanguage, useNow, useText } from '#web/client';
import { type State, StateMark } from './marks.tsx';
import { text } from './text.ts';

export interface ClockProps {
  /** Whose or which clock (平台签收, 属主处置). */
  name?: string;
  /** Instants as the server sends them. */
  startedAt: string;
  dueAt: string;
  /** Set when the clock was stopped by what it waited for. */
  stoppedAt?: string | null;
  /** Set while it is suspended 挂账. */
  suspended?: boolean;
  /** Spans from start to end in which time counts, where only working time does. */
  working?: readonly (readonly [from: string, to: string])[] | null;
  /** Unit of the limit as it was declared, `working_days` for instance. */
  unit?: string;
  /** Where it warns, in percent of the limit. */
  ticks?: readonly number[];
  /** Words and bar on one line's height, for lists. */
  compact?: boolean;
  /** The bar only; its words stand elsewhere. */
  bare?: boolean;
}

/** What a page knows of a clock, as the server sends it. */
export interface ServedClock {
  startedAt: string;
  dueAt: string;
  stoppedAt: string | null;
  state: string;
  working: [string, string][] | null;
  limit: { unit: string };
  marks: readonly { percent: number }[];
}

/** A clock of a case as its bar wants it. */
export const clockProps = (clock: ServedClock, name?: string): ClockProps => ({
  ...(name === undefined ? {} : { name }),
  startedAt: clock.startedAt,
  dueAt: clock.dueAt,
  stoppedAt: clock.stoppedAt,
  suspended: clock.state === 'paused',
  working: clock.working,
  unit: clock.limit.unit,
  ...(clock.marks.length > 0 ? { ticks: clock.marks.map((mark) => mark.percent) } : {}),
});

export interface ClockReading {
  state: State;
  /** Part of the limit gone, 0..1 and beyond. */
  part: number;
  /** Left (negative: over) while running; used when stopped, in ms. */
  ms: number;
}

/** The time of a clock's own kind between two instants, in ms: all of it, or what was worked. */
function counted(working: ClockProps['working'], from: number, to: number): number {
  if (!working) return to - from;
  return working.reduce((sum, [begin, end]) => {
    const part = Math.min(to, Date.parse(end)) - Math.max(from, Date.parse(begin));
    return sum + Math.max(0, part);
  }, 0);
}

/**
 * What a clock says at an instant. Where only working time counts, what is left is working time;
 * what was used or is over is so by the wall's clock. Running: ▶, from the last tick ▲, over ◆.
 * Stopped: ● in time, else ◆.
 */
export function readClock(clock: ClockProps, now: number): ClockReading {
  const [start, due] = [Date.parse(clock.startedAt), Date.parse(clock.dueAt)];
  const end = clock.stoppedAt ? Date.parse(clock.stoppedAt) : now;
  const whole = counted(clock.working, start, due);
  const gone = counted(clock.working, start, Math.min(end, due));
  const part = end > due || whole <= 0 ? overdue(start, due, end) : Math.max(0, gone / whole);
  const left = end > due ? due - end : whole - gone;
  if (clock.stoppedAt) return { state: end <= due ? 'ok' : 'bad', part, ms: end - start };
  if (clock.suspended) return { state: 'stale', part, ms: left };
  const warnAt = (clock.ticks ?? defaultTicks).at(-1) ?? 100;
  const state = end > due ? 'bad' : part * 100 >= warnAt ? 'warn' : 'run';
  return { state, part, ms: left };
}

const overdue = (start: number, due: number, end: number): number =>
  due > start ? Math.max(0, (end - start) / (due - start)) : 1;

/** Working days after the day of an instant, of a limit told in such days. */
function daysAfter(clock: ClockProps, at: number): number {
  if (clock.unit !== 'working_days' || !clock.working) return 0;
  const today = isoDay(at);
  const days = clock.working.map(([from]) => isoDay(from)).filter((day) => day > today);
  return new Set(days).size;
}

const defaultTicks = [50, 80] as const;

/** `剩 3 时 43 分`, `超 5 时 40 分`, `用时 22 秒`. */
export function useClockWords(clock: ClockProps): { reading: ClockReading; words: string } {
  const t = useText(text);
  const lang = useLanguage();
  const now = useNow(1000);
  const reading = readClock(clock, now);
  const time = duration(Math.abs(reading.ms), lang);
  const key = clock.stoppedAt
    ? reading.state === 'ok'
      ? 'used'
      : 'usedOver'
    : clock.suspended
      ? 'paused'
      : reading.ms < 0
        ? 'over'
        : 'left';
  const days = key === 'left' ? daysAfter(clock, now) : 0;
  if (days > 1) return { reading, words: t('leftDays', { n: days }) };
  return { reading, words: t(clock.working && key === 'left' ? 'leftWorking' : key, { time }) };
}

/** `限 3 个工作日，11-26 17:30 到期`: the limit as it was declared, and when it ends. */
function useLimitWords(clock: ClockProps): string {
  const t = useText(text);
  const lang = useLanguage();
  const [start, due] = [Date.parse(clock.startedAt), Date.parse(clock.dueAt)];
  const time = duration(counted(clock.working, start, due), lang);
  if (!clock.working) return t('limit', { time });
  const ends = shortTime(clock.dueAt, new Date(serverNow()));
  const days = daysAfter(clock, start);
  if (days > 0) return t('limitDays', { n: days, due: ends });
  return t('limitWorking', { time, due: ends });
}

export function ClockBar(clock: ClockProps): ReactNode {
  const t = useText(text);
  const { reading, words } = useClockWords(clock);
  const limit = useLimitWords(clock);
  const percent = Math.min(100, Math.round(reading.part * 100));
  const label = `${clock.name ?? t('clockOf')}, ${limit}, ${words}`;
  const bar = (
    <div className={`clock-bar clock-${reading.state}`} role="img" aria-label={label}>
      <i style={{ width: `${percent}%` }} />
      {(clock.ticks ?? defaultTicks).map((tick) => (
        <s key={tick} style={{ left: `${tick}%` }} />
      ))}
    </div>
  );
  if (clock.bare) return bar;
  const mark = <StateMark state={reading.state} word={words} />;
  if (clock.compact) {
    return (
      <div className="clock compact">
        {bar}
        {mark}
      </div>
    );
  }
  return (
    <div className="clock">
      <div className="clock-head">
        <span>
          <b>{clock.name}</b> <span className="faint">{limit}</span>
        </span>
        {mark}
      </div>
      {bar}
    </div>
  );
}
