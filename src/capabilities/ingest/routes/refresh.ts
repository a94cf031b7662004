/** How a derived dataset is kept up to date. */
import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import { refreshPlan as planOf } from '../actions/index.ts';
import { refreshPlan } from '../model.ts';

export const refreshRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/datasets/:dataset/refresh',
    summary: { zh: '派生数据如何更新', en: 'How a derived dataset is kept up to date' },
    access: 'session',
    params: z.strictObject({ dataset: z.string().max(63).describe('Dataset') }),
    response: refreshPlan,
    handler: (ctx, { params }) => planOf(ctx, params.dataset),
  }),
];
