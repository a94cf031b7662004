/**
 * When indicators are computed: on what refreshed, and by the clock for those that move with it.
 */
import type { Ctx } from '#kernel/context';
import type { EventHandler } from '#kernel/events';
import { setTimer, type TimerHandler } from '#kernel/jobs';
import { compute, computeByClock, computeReaders } from './actions/index.ts';

const timer = 'indicators.clock';

/** Sets the next round; there is one timer for the whole deployment. */
export async function setNextRound(ctx: Ctx): Promise<void> {
  const minutes = ctx.settings.indicator_refresh_minutes;
  const dueAt = new Date(ctx.clock.now().getTime() + minutes * 60_000);
  await setTimer(ctx, { kind: timer, key: 'all', dueAt, payload: {} });
}

export const indicatorTimers: Record<string, TimerHandler> = {
  [timer]: async (ctx) => {
    await setNextRound(ctx);
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
