/** The lake's own jobs, in the form of a capability's, for whoever starts the workers. */
import type { Capability } from '#kernel/capability';
import { compactJob } from './commit.ts';

/** Retention and sweeping of everything; put it into the queue once a day. */
export const keepJob = 'lake.keep';

export const lakeKeeping: Pick<Capability, 'name' | 'jobs'> = {
  name: 'lake',
  jobs: {
    [compactJob]: async (ctx, payload) => {
      const { dataset } = payload as { dataset: string };
      await ctx.lake.compact(ctx, dataset);
    },
    [keepJob]: async (ctx) => {
      for (const dataset of await ctx.lake.datasets(ctx)) {
        await ctx.lake.retain(ctx, dataset, ctx.settings.lake_keep_days);
      }
      await ctx.lake.sweep(ctx);
    },
  },
};
