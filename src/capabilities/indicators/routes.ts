import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import * as indicators from './actions/index.ts';
import * as model from './model.ts';

const access = 'indicators.read';
const named = z.strictObject({ indicator: z.string().min(1).describe('Name of the indicator') });

export const indicatorRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/values',
    summary: { zh: '一个单位的指标值', en: 'Values of a unit' },
    access,
    query: model.valuesInput,
    response: z.strictObject({ values: z.array(model.indicatorValue) }),
    handler: async (ctx, { query }) => ({ values: await indicators.values(ctx, query) }),
  }),
  route({
    method: 'GET',
    path: '/:indicator/explain',
    summary: { zh: '一个数字的来历', en: 'Everything behind one number' },
    access,
    params: named,
    query: z.strictObject({
      unit: z.string().min(1).describe('Code of the unit'),
      days: z.coerce.number().int().min(0).max(366).default(30).describe('Days of the trend'),
    }),
    response: model.explanation,
    handler: (ctx, { params, query }) =>
      indicators.explain(ctx, params.indicator, query.unit, { children: true, days: query.days }),
  }),
  route({
    method: 'GET',
    path: '/:indicator/rows',
    summary: { zh: '一个数字背后的每一行', en: 'The rows behind one number' },
    access,
    params: named,
    query: model.drillInput,
    response: model.drillResult,
    handler: (ctx, { params, query }) => indicators.drill(ctx, params.indicator, query),
  }),
];
