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
    why: z
      .strictObject({ zh: z.string(), en: z.string() })
      .nullable()
      .describe('Why it is made again whole'),
  })
  .describe('How a derived dataset is kept up to date, decided from its query');
export type RefreshPlan = z.output<typeof refreshPlan>;
