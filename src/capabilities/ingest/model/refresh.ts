/** How a derived dataset is kept up to date. */
import { z } from 'zod';

export const refreshPlan = z
  .strictObject({
    derived: z.boolean().describe('Made by SQL from other datasets'),
    incremental: z.boolean().describe('Follows what changed; else it is made again whole'),
    shape: z
      .enum(['rows', 'groups'])
      .nullable()
      .describe('Row by row or group by group; null when whole'),
    pinned: z
      .array(z.string())
      .describe(
        'Datasets that only subqueries and the like look at: when one changes it is made again',
      ),
    last: z
      .enum(['followed', 'remade'])
      .nullable()
      .describe('How it came about last; null before the first time'),
    why: z
      .strictObject({ zh: z.string(), en: z.string() })
      .nullable()
      .describe('Why it is made again whole'),
  })
  .describe('How a derived dataset is kept up to date, decided from its query');
export type RefreshPlan = z.output<typeof refreshPlan>;
