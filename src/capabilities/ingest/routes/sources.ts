/** Routes of sources: how they stand, run now, pause, go on. */
import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import {
  deliverPermission,
  getSource,
  listSources,
  pauseSource,
  pullSource,
} from '../actions/index.ts';
import { run, source } from '../model.ts';

const ofSource = z.strictObject({ source: z.string().max(63).describe('Name of the source') });

const pauseRoute = (verb: 'pause' | 'resume', zh: string, en: string): Route =>
  route({
    method: 'POST',
    path: `/sources/:source/${verb}`,
    summary: { zh, en },
    access: deliverPermission,
    params: ofSource,
    response: source,
    handler: (ctx, { params }) => pauseSource(ctx, params.source, verb === 'pause'),
  });

export const sourceRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/sources',
    summary: { zh: '本单位的数据来源', en: 'Sources of my units' },
    access: deliverPermission,
    response: z.strictObject({ sources: z.array(source).describe('By name') }),
    handler: async (ctx) => ({ sources: await listSources(ctx) }),
  }),
  route({
    method: 'GET',
    path: '/sources/:source',
    summary: { zh: '一个数据来源', en: 'One source' },
    access: deliverPermission,
    params: ofSource,
    response: source,
    handler: (ctx, { params }) => getSource(ctx, params.source),
  }),
  route({
    method: 'POST',
    path: '/sources/:source/run',
    summary: { zh: '立即取一次数', en: 'Fetch from a source now' },
    access: deliverPermission,
    params: ofSource,
    body: z.strictObject({
      whole: z.boolean().default(false).describe('Everything, whatever was fetched before'),
    }),
    response: z.strictObject({ runs: z.array(run).describe('Runs it made') }),
    handler: async (ctx, { params, body }) => ({
      runs: await pullSource(ctx, params.source, body.whole),
    }),
  }),
  pauseRoute('pause', '暂停一个数据来源', 'Pause a source'),
  pauseRoute('resume', '恢复一个数据来源', 'Let a source go on'),
];
