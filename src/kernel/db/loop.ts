/**
 * Work that is done when somebody wakes it, never twice at once, and looks again by itself after a
 * while.
 */
import type { Log } from '#kernel/log';

export interface Loop {
  /** Asks for a round now; calls during a round lead to one more. */
  wake(): void;
  /** Ends the loop and waits for the round under way. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  /** Longest wait between two rounds, in milliseconds. */
  everyMs: number;
  log: Log;
}

/**
 * Runs `round` at once, at every `wake` and at least every `everyMs`. A round may return after how
 * many milliseconds the next one is due. A round that throws is logged and tried again after
 * `everyMs`.
 */
export function startLoop(
  round: () => Promise<number | undefined>,
  { everyMs, log }: LoopOptions,
): Loop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  const rounds = async (): Promise<void> => {
    let next: number | undefined;
    do {
      again = false;
      next = await round().catch((error: unknown) => {
        if (!stopped) log.error({ err: error }, 'a round of background work failed');
        return undefined;
      });
    } while (again && !stopped);
    running = undefined;
    if (!stopped) timer = setTimeout(wake, Math.max(0, Math.min(next ?? everyMs, everyMs)));
  };
  const wake = (): void => {
    if (stopped) return;
    again = true;
    clearTimeout(timer);
    running ??= rounds();
  };
  wake();
  return {
    wake,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
