import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import { cockpitPage, viewPermission } from './actions.ts';
import * as model from './model.ts';

export const cockpitRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/page',
    summary: { zh: '一个单位的驾驶舱', en: 'The cockpit of a unit' },
    access: viewPermission,
    query: z.strictObject({ unit: z.string().min(1).max(40).describe('Code of the unit') }),
    response: model.cockpitPage,
    handler: (ctx, { query }) => cockpitPage(ctx, query.unit),
  }),
];
