/** How long a batch of the audit waits, by a clock that the test moves. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openCompany } from './company.ts';

const mostMs = 20;
const commitMs = 3;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Run {
  batches: number[];
  /** Milliseconds each record waited from its coming to the end of its commit. */
  waits: number[];
}

/**
 * A writer over `ms`. `next` says how long after an answer, or after the last arrival, the next
 * record of a caller comes; callers each wait for their answer, or do not (`open`).
 */
async function run(ms: number, callers: number, everyMs: number, open: boolean): Promise<Run> {
  const company = openCompany();
  const done: Run = { batches: [], waits: [] };
  let queue: { at: number; answered: () => void }[] = [];
  let isOver = false;
  const add = (answered: () => void): void => {
    queue.push({ at: performance.now(), answered });
    company.came(queue.length);
  };
  const pause = (forMs: number) => new Promise<void>((resolve) => setTimeout(resolve, forMs));
  const caller = async (): Promise<void> => {
    while (!isOver) {
      await pause(everyMs);
      if (open) add(() => undefined);
      else await new Promise<void>((resolve) => add(resolve));
    }
  };
  const writer = async (): Promise<void> => {
    while (!isOver) {
      if (queue.length === 0) {
        await pause(0.1);
        continue;
      }
      await company.gathered(() => queue.length, mostMs);
      const batch = queue;
      queue = [];
      await pause(commitMs);
      done.batches.push(batch.length);
      for (const { at, answered } of batch) {
        done.waits.push(performance.now() - at);
        answered();
      }
    }
  };
  for (let i = 0; i < callers; i += 1) void caller();
  void writer();
  await vi.advanceTimersByTimeAsync(ms);
  isOver = true;
  await vi.advanceTimersByTimeAsync(1000);
  return done;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a batch waits', () => {
  it('for nobody when one reader is alone', async () => {
    const { batches, waits } = await run(2000, 1, 1, false);
    expect(Math.max(...batches)).toBe(1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(commitMs + 1);
  });

  it('hardly, when all who ask wait for their answers already', async () => {
    const { batches, waits } = await run(4000, 4, 1, false);
    expect(Math.max(...batches)).toBe(4);
    // Now and then it looks whether there are more of them.
    expect(mean(waits)).toBeLessThan(2 * commitMs);
  });

  it('for company under a steady load, and no longer than it may', async () => {
    const { batches, waits } = await run(4000, 1, 1, true);
    expect(mean(batches.slice(20))).toBeGreaterThan(15);
    expect(Math.max(...waits)).toBeLessThanOrEqual(mostMs + 2 * commitMs);
  });

  it('not at all where the load is low', async () => {
    const { batches, waits } = await run(4000, 1, 50, true);
    expect(Math.max(...batches)).toBe(1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(commitMs + 1);
  });
});
