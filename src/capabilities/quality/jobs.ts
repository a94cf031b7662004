/** When quality works by itself. */
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { armTimer, enqueue, setTimer, type Timer } from '#kernel/jobs';
import { correctionClosed, correctionsRefreshed, tellPerson } from './actions/corrections/index.ts';
import {
  checkJob,
  checkOne,
  onDeclared,
  onRefreshed,
  round,
  scoreAll,
  scoreJob,
} from './actions/index.ts';

const clock = 'quality.clock';
const roundJob = 'quality.round';

/** The next round; there is one timer for the whole deployment. */
const nextRound = (ctx: Ctx): Timer => ({
  ...{ kind: clock, key: 'all', payload: {} },
  dueAt: new Date(ctx.clock.now().getTime() + ctx.settings.quality_round_minutes * 60_000),
});

/** At the start: a round that waits already is not put off. */
export const armRounds = (ctx: Ctx): Promise<void> => armTimer(ctx, nextRound(ctx));

export const qualityTimers: NonNullable<Capability['timers']> = {
  [clock]: async (ctx) => {
    await setTimer(ctx, nextRound(ctx));
    await enqueue(ctx, roundJob, {}, { singletonKey: 'all' });
  },
};

export const qualityJobs: NonNullable<Capability['jobs']> = {
  [checkJob]: (ctx, payload) => checkOne(ctx, (payload as { dataset: string }).dataset),
  [scoreJob]: (ctx) => scoreAll(ctx),
  [roundJob]: (ctx) => round(ctx),
};

export const qualityEvents: NonNullable<Capability['on']> = {
  'dataset.refreshed': async (ctx, { payload }) => {
    const refreshed = payload as { dataset: string; snapshot: number; batch?: string | null };
    // Corrections stand at their recheck before the checks run that decide it.
    await correctionsRefreshed(ctx, refreshed);
    await onRefreshed(ctx, refreshed.dataset);
  },
  'case.moved': (ctx, { payload }) => tellPerson(ctx, (payload as { number: string }).number),
  'case.closed': (ctx, { payload }) =>
    correctionClosed(ctx, (payload as { number: string }).number),
  'quality.declared': (ctx, { payload }) =>
    onDeclared(ctx, (payload as { datasets: string[] }).datasets),
};
