/** A running clock: a bar with ticks, the word 剩 / 超 / 用时 and the time. One bar for each clock. */
import type { ReactNode } from 'react';
import { duration, useLanguage, useNow, useText } from '#web/client';
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
  /** Where it warns, in percent of the limit. */
  ticks?: readonly number[];
  /** Words and bar on one line's height, for lists. */
  compact?: boolean;
  /** The bar only; its words stand elsewhere. */
  bare?: boolean;
}

export interface ClockReading {
  state: State;
  /** Part of the limit gone, 0..1 and beyond. */
  part: number;
  /** Left (negative: over) while running; used when stopped, in ms. */
  ms: number;
}

/**
 * What a clock says at an instant. Running: ▶, from the last tick ▲, over ◆. Stopped: ● in time,
 * else ◆.
 */
export function readClock(clock: ClockProps, now: number): ClockReading {
  const [start, due] = [Date.parse(clock.startedAt), Date.parse(clock.dueAt)];
  const end = clock.stoppedAt ? Date.parse(clock.stoppedAt) : now;
  const part = due > start ? Math.max(0, (end - start) / (due - start)) : 1;
  if (clock.stoppedAt) return { state: end <= due ? 'ok' : 'bad', part, ms: end - start };
  if (clock.suspended) return { state: 'stale', part, ms: due - end };
  const warnAt = (clock.ticks ?? defaultTicks).at(-1) ?? 100;
  const state = end > due ? 'bad' : part * 100 >= warnAt ? 'warn' : 'run';
  return { state, part, ms: due - end };
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
  return { reading, words: t(key, { time }) };
}

export function ClockBar(clock: ClockProps): ReactNode {
  const t = useText(text);
  const lang = useLanguage();
  const { reading, words } = useClockWords(clock);
  const limit = duration(Date.parse(clock.dueAt) - Date.parse(clock.startedAt), lang);
  const percent = Math.min(100, Math.round(reading.part * 100));
  const label = `${clock.name ?? t('clockOf')}, ${t('limit', { time: limit })}, ${words}`;
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
          <b>{clock.name}</b> <span className="faint">{t('limit', { time: limit })}</span>
        </span>
        {mark}
      </div>
      {bar}
    </div>
  );
}
