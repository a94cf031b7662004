/**
 * How long a batch waits for company. What a batch costs hardly grows with its records, so that
 * under a steady load many small ones cost several times what fewer do. It waits for as many as
 * came last time and some more, for a moment at most; when fewer come than it waited for, these are
 * all there are, and it asks for no more than them for a while. One reader alone, and a few who
 * each wait for their answer before they ask again, are so not kept waiting.
 */

/** More than these save little: they are worth a batch of their own. */
const plenty = 48;
/** By how much it asks for more than came. */
const growth = 1.25;
/** Batches for which it asks for no more once fewer came than it waited for. */
const patience = 32;

export interface Company {
  /** So many records wait now. */
  came(waiting: number): void;
  /**
   * Resolves when a batch is worth beginning.
   * @param waiting how many records wait
   * @param mostMs shortest time from the beginning of the last batch, unless enough came
   */
  gathered(waiting: () => number, mostMs: number): Promise<void>;
}

export function openCompany(): Company {
  /** Records worth waiting for. */
  let worth = 1;
  let content = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  let enough: (() => void) | undefined;

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        enough = undefined;
        resolve();
      }
      enough = done;
    });

  const learn = (got: number): void => {
    if (got < worth) content = patience;
    else content -= 1;
    if (got < 2) worth = 1;
    else if (got < worth || content > 0) worth = Math.min(got, plenty);
    else worth = Math.min(plenty, Math.ceil(got * growth));
  };

  return {
    came(waiting) {
      if (waiting >= worth) enough?.();
    },
    async gathered(waiting, mostMs) {
      const left = mostMs - (performance.now() - lastAt);
      if (waiting() < worth && left > 0) await wait(left);
      lastAt = performance.now();
      learn(waiting());
    },
  };
}
