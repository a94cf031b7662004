/** Files that are on this machine already; whoever handed them in removes them. */
import { z } from 'zod';
import { dialectInput } from '../../../model.ts';
import type { Road } from './road.ts';

const file = z.object({
  name: z.string(),
  path: z.string(),
  dialect: dialectInput.optional(),
});
const work = z.looseObject({ files: z.array(file) });

export const atHand: Road = {
  share: 1,
  fetch: async (_ctx, run) => ({
    files: work.parse(run.work).files,
    dispose: async () => undefined,
  }),
  settled: async () => undefined,
  after: async () => undefined,
};
