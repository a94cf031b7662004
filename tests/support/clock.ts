/** A clock the test sets. */
import type { Clock } from '#kernel/context';

export interface TestClock extends Clock {
  set(to: Date | string): void;
  advance(ms: number): void;
}

/** A Monday at nine in the morning, Chinese time. */
export const monday = new Date('2026-03-02T01:00:00Z');

export function testClock(start: Date | string = monday): TestClock {
  let now = new Date(start);
  return {
    now: () => new Date(now),
    set: (to) => {
      now = new Date(to);
    },
    advance: (ms) => {
      now = new Date(now.getTime() + ms);
    },
  };
}
