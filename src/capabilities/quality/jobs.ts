/** When quality works by itself. */
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { enqueue, setTimer } from '#kernel/jobs';
import { correctionClosed, correctionsRefreshed } from './actions/corrections/index.ts';
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

/** Sets the next round; there is one timer for the whole deployment. */
export async function setNextRound(ctx: Ctx): Promise<void> {
  const ms = ctx.settings.quality_round_minutes * 60_000;
  const dueAt = new Date(ctx.clock.now().getTime() + ms);
  await setTimer(ctx, { kind: clock, key: 'all', dueAt, payload: {} });
}

export const qualityTimers: NonNullable<Capability['timers']> = {
  [clock]: async (ctx) => {
    await setNextRound(ctx);
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
  'case.closed': (ctx, { payload }) =>
    correctionClosed(ctx, (payload as { number: string }).number),
  'quality.declared': (ctx, { payload }) =>
    onDeclared(ctx, (payload as { datasets: string[] }).datasets),
};
