/**
 * When indicators are computed: on what refreshed, and by the clock for those that move with it.
 */
import type { Ctx } from '#kernel/context';
import type { EventHandler } from '#kernel/events';
import { armTimer, setTimer, type Timer, type TimerHandler } from '#kernel/jobs';
import { compute, computeByClock, computeReaders } from './actions/index.ts';

const timer = 'indicators.clock';

/** The next round; there is one timer for the whole deployment. */
const nextRound = (ctx: Ctx): Timer => ({
  ...{ kind: timer, key: 'all', payload: {} },
  dueAt: new Date(ctx.clock.now().getTime() + ctx.settings.indicator_refresh_minutes * 60_000),
});

/** At the start: a round that waits already is not put off. */
export const armRounds = (ctx: Ctx): Promise<void> => armTimer(ctx, nextRound(ctx));

export const indicatorTimers: Record<string, TimerHandler> = {
  [timer]: async (ctx) => {
    await setTimer(ctx, nextRound(ctx));
    await computeByClock(ctx);
  },
};

export const indicatorEvents: Record<string, EventHandler> = {
  'dataset.refreshed': (ctx, { payload }) => {
    const { dataset, snapshot } = payload as { dataset: string; snapshot: number };
    return computeReaders(ctx, { dataset, snapshot });
  },
  'indicator.declared': async (ctx, { payload }) => {
    await compute(ctx, (payload as { indicator: string }).indicator);
  },
};
