import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import * as actions from './actions/index.ts';
import { signal, signalFilter, signalPage, sourceScore } from './model.ts';

const one = z.strictObject({ id: z.string().regex(/^\d+$/).describe('Signal') });
const versionNo = z.number().int().optional().describe('Version the person saw');
const seen = z.strictObject({ versionNo });

export const signalsRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/',
    summary: { zh: '预警列表', en: 'Signals' },
    access: 'signals.read',
    query: signalFilter,
    response: signalPage,
    handler: (ctx, { query }) => actions.signalList(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/sources',
    summary: { zh: '各来源的准确率', en: 'How often each source was right' },
    access: 'signals.read',
    response: z.strictObject({ sources: z.array(sourceScore) }),
    handler: async (ctx) => ({ sources: await actions.sourceScores(ctx) }),
  }),
  route({
    method: 'GET',
    path: '/:id',
    summary: { zh: '一条预警', en: 'One signal' },
    access: 'signals.read',
    params: one,
    response: signal,
    handler: (ctx, { params }) => actions.getSignal(ctx, params.id),
  }),
  route({
    method: 'POST',
    path: '/:id/acknowledge',
    summary: { zh: '确认收到', en: 'Acknowledge' },
    access: 'signals.handle',
    params: one,
    body: seen,
    response: signal,
    handler: (ctx, { params, body }) => actions.acknowledge(ctx, { ...params, ...body }),
  }),
  route({
    method: 'POST',
    path: '/:id/confirm',
    summary: { zh: '确认属实', en: 'Confirm' },
    access: 'signals.handle',
    params: one,
    body: seen,
    response: signal,
    handler: (ctx, { params, body }) => actions.confirm(ctx, { ...params, ...body }),
  }),
  route({
    method: 'POST',
    path: '/:id/dismiss',
    summary: { zh: '判为误报', en: 'Dismiss' },
    access: 'signals.handle',
    params: one,
    body: seen.extend({ reason: z.string().min(2).max(500).describe('Why it is not so') }),
    response: signal,
    handler: (ctx, { params, body }) => actions.dismiss(ctx, { ...params, ...body }),
  }),
  route({
    method: 'POST',
    path: '/:id/silence',
    summary: { zh: '静默', en: 'Silence' },
    access: 'signals.handle',
    params: one,
    body: seen.extend({
      until: z.iso.datetime({ offset: true }).describe('Told to nobody until then'),
    }),
    response: signal,
    handler: (ctx, { params, body }) =>
      actions.silence(ctx, {
        id: params.id,
        versionNo: body.versionNo,
        until: new Date(body.until),
      }),
  }),
];
