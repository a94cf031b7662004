/**
 * The lake's own jobs and its daily timer, in the form of a capability's, for whoever starts the
 * workers.
 */
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { armTimer, enqueue } from '#kernel/jobs';
import { compactJob } from './commit.ts';
import { indexJob } from './indexing.ts';

/**
 * Retention and sweeping of every dataset; also the kind of the timer that asks for it every night.
 */
export const keepJob = 'lake.keep';

const hourMs = 3_600_000;

/** The next full hour that the district's clocks show as `hour`. */
export function nextHour(now: Date, hour: number, timeZone: string): Date {
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone });
  let at = (Math.floor(now.getTime() / hourMs) + 1) * hourMs;
  // 48 hours are more than a day of any clock, the days it is changed included.
  const end = at + 48 * hourMs;
  while (at < end && Number(clock.format(at)) !== hour) at += hourMs;
  return new Date(at);
}

/**
 * Sets the timer of the next night unless one runs: a process calls it when its workers start, and
 * one that comes due while nothing runs must not be put off by the start that could answer it.
 */
export async function startKeeping(ctx: Pick<Ctx, 'db' | 'clock' | 'settings'>): Promise<void> {
  const { lake_keep_hour: hour, time_zone: timeZone } = ctx.settings;
  const dueAt = nextHour(ctx.clock.now(), hour, timeZone);
  await armTimer(ctx, { kind: keepJob, key: 'nightly', dueAt, payload: {} });
}

export const lakeKeeping: Pick<Capability, 'name' | 'jobs' | 'timers'> = {
  name: 'lake',
  jobs: {
    [compactJob]: async (ctx, payload) => {
      const { dataset } = payload as { dataset: string };
      const compacted = await ctx.lake.compact(ctx, dataset);
      if (compacted !== null) await ctx.lake.index(ctx, dataset);
    },
    [indexJob]: async (ctx, payload) => {
      const { dataset } = payload as { dataset: string };
      await ctx.lake.index(ctx, dataset);
    },
    [keepJob]: async (ctx) => {
      const failures: unknown[] = [];
      for (const dataset of await ctx.lake.datasets(ctx)) {
        // One that cannot be looked at holds up no other: told at the end, and tried again.
        await ctx.lake.retain(ctx, dataset).catch((error: unknown) => {
          ctx.log.error({ err: error, dataset }, 'a dataset was not cleared of its past');
          failures.push(error);
        });
      }
      await ctx.lake.sweep(ctx);
      if (failures.length > 0) throw failures[0];
    },
  },
  timers: {
    [keepJob]: async (ctx) => {
      await enqueue(ctx, keepJob, {}, { singletonKey: 'nightly' });
      await startKeeping(ctx);
    },
  },
};
