/** How long readers wait for company, by a clock that the test moves. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openCompany } from './company.ts';

const mostMs = 20;
const commitMs = 3;
/** Of this clock for a turn of the event loop: one to go, one to write. */
const turnsMs = 2;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Run {
  /** How many went together, each time. */
  parties: number[];
  /** Milliseconds from asking to the end of the commit. */
  waits: number[];
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Readers over `ms`. The next question of a caller comes `everyMs` after his answer, or, where the
 * load is `open`, after his last question, answered or not. One commit at a time, of all who went.
 */
async function run(ms: number, callers: number, everyMs: number, open: boolean): Promise<Run> {
  const company = openCompany(mostMs);
  const done: Run = { parties: [], waits: [] };
  let went: (() => void)[] = [];
  let isOver = false;
  let isWriting = false;
  const write = async (): Promise<void> => {
    if (isWriting || went.length === 0) return;
    isWriting = true;
    const answers = went;
    went = [];
    done.parties.push(answers.length);
    await pause(commitMs);
    isWriting = false;
    for (const answer of answers) answer();
    company.done();
    await write();
  };
  const ask = async (): Promise<void> => {
    const at = performance.now();
    await company.joined();
    await new Promise<void>((answered) => {
      went.push(answered);
      setImmediate(write);
    });
    done.waits.push(performance.now() - at);
  };
  const caller = async (): Promise<void> => {
    while (!isOver) {
      await pause(everyMs);
      const answered = ask();
      if (!open) await answered;
    }
  };
  for (let i = 0; i < callers; i += 1) void caller();
  await vi.advanceTimersByTimeAsync(ms);
  isOver = true;
  await vi.advanceTimersByTimeAsync(1000);
  return done;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a reader waits', () => {
  it('for nobody when he is alone', async () => {
    const { parties, waits } = await run(2000, 1, 1, false);
    expect(waits.length).toBeGreaterThan(300);
    expect(Math.max(...parties)).toBe(1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(commitMs + turnsMs);
  });

  it('hardly, when all who ask wait for their answers already', async () => {
    const { parties, waits } = await run(4000, 4, 1, false);
    expect(Math.max(...parties)).toBe(4);
    // Now and then it looks whether there are more of them.
    expect(mean(waits)).toBeLessThan(2 * commitMs);
  });

  it('for company under a steady load, and no longer than it may', async () => {
    const { parties, waits } = await run(4000, 1, 1, true);
    expect(waits.length).toBeGreaterThan(3900);
    expect(mean(parties.slice(20))).toBeGreaterThan(15);
    expect(Math.max(...waits)).toBeLessThanOrEqual(mostMs + 2 * commitMs);
  });

  it('not at all where the load is low', async () => {
    const { parties, waits } = await run(4000, 1, 50, true);
    expect(Math.max(...parties)).toBe(1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(commitMs + turnsMs);
  });

  it('no longer than he may for those who went before him and write nothing', async () => {
    const company = openCompany(mostMs);
    const went: number[] = [];
    const go = (): void => void company.joined().then(() => went.push(performance.now()));
    const began = performance.now();
    go();
    await vi.advanceTimersByTimeAsync(1);
    go();
    await vi.advanceTimersByTimeAsync(mostMs - 2);
    expect(went).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3);
    expect(went).toHaveLength(2);
    expect((went[1] ?? 0) - began).toBeLessThanOrEqual(mostMs + 1);
  });

  it('never where no wait is allowed', async () => {
    const company = openCompany(0);
    let went = 0;
    for (let i = 0; i < 5; i += 1) void company.joined().then(() => (went += 1));
    await vi.advanceTimersByTimeAsync(1);
    void company.joined().then(() => (went += 1));
    await vi.advanceTimersByTimeAsync(1);
    expect(went).toBe(6);
  });
});
