import { type Route, route } from '#kernel/http';
import { readPermission, scoringInForce } from './actions.ts';
import * as model from './model.ts';

export const qualityRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/scoring',
    summary: { zh: '现行质量评分办法', en: 'The scheme of scoring in force' },
    access: readPermission,
    response: model.scoring,
    handler: (ctx) => scoringInForce(ctx),
  }),
];
