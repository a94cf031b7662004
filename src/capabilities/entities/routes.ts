import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import { locate } from './actions/index.ts';
import { place } from './model.ts';

export const entitiesRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/locate',
    summary: { zh: '一段地址文字指的是哪里', en: 'The place an address text means' },
    access: 'entities.locate',
    query: z.strictObject({
      text: z.string().min(1).max(200).describe('Address as spoken or written'),
    }),
    response: z.strictObject({ place: place.nullable() }),
    handler: async (ctx, { query }) => ({ place: await locate(ctx, query.text) }),
  }),
];
