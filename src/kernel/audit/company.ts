/**
 * How long readers wait for company before they read. The answer of an audited read waits for the
 * commit of its record, and neither that commit nor the look-up before it costs much more for many
 * than for one: so under a steady load they go together from the beginning, one look-up and one
 * commit for all of them. They wait for as many as went last time and some more, for a moment at
 * most; when fewer come than were waited for, these are all there are, and no more than them are
 * asked for for a while. One reader alone, and a few who each wait for their answer before they ask
 * again, are so not kept waiting.
 */

/** More than these save little; and where these are half of all, others are served meanwhile. */
const plenty = 24;
/** By how much it asks for more than came. */
const growth = 1.25;
/** Times for which it asks for no more once fewer came than it waited for. */
const patience = 32;

export interface Company {
  /** Resolves when it is worth going, for all who wait at once. */
  joined(): Promise<void>;
  /** What the last ones went for is done: whoever came meanwhile need not wait for that. */
  done(): void;
}

/** @param mostMs shortest time from one going to the next, unless enough came */
export function openCompany(mostMs: number): Company {
  /** How many are worth going for. */
  let worth = 1;
  let content = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  let isUnderWay = false;
  let isLeaving = false;
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;

  const learn = (got: number): void => {
    if (got < worth) content = patience;
    else content -= 1;
    if (got < 2) worth = 1;
    else if (got < worth || content > 0) worth = Math.min(got, plenty);
    else worth = Math.min(plenty, Math.ceil(got * growth));
  };

  const leave = (): void => {
    clearTimeout(timer);
    timer = undefined;
    isLeaving = false;
    isUnderWay = true;
    lastAt = performance.now();
    const together = waiting;
    waiting = [];
    learn(together.length);
    for (const go of together) go();
  };

  const leaveOrWait = (): void => {
    if (isLeaving || waiting.length === 0) return;
    const left = mostMs - (performance.now() - lastAt);
    // While somebody is under way even one who came alone has the next one for company.
    const isEnough = waiting.length >= (isUnderWay ? Math.max(2, worth) : worth);
    if (!isEnough && left > 0) {
      timer ??= setTimeout(leave, left);
      return;
    }
    isLeaving = true;
    // One turn of the event loop lets the requests of this turn join.
    setImmediate(leave);
  };

  return {
    joined: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        leaveOrWait();
      }),
    done() {
      isUnderWay = false;
      leaveOrWait();
    },
  };
}
