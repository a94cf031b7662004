/** Is it alive, how is it doing, what does it serve. */
import { sql } from 'kysely';
import { z } from 'zod';
import { requirePermission } from '#kernel/auth';
import { type Gauge, type Metrics, metricsType, processGauges } from './metrics.ts';
import { type Route, route } from './route.ts';
import type { ServedRoute } from './state.ts';

export interface SystemParts {
  metrics: Metrics;
  gauges: (() => Promise<Gauge[]>) | undefined;
  version: string;
  /** The OpenAPI document. */
  document: () => Record<string, unknown>;
}

const health = z.strictObject({
  status: z.literal('ok').describe('The server answers and so does its database'),
  version: z.string().describe('Version of the platform'),
  at: z.iso.datetime().describe('Time of the server'),
});

const loopback = /^(::ffff:)?127\.|^::1$/;

const healthRoute = (version: string): Route =>
  route({
    method: 'GET',
    path: '//healthz',
    summary: { zh: '服务是否正常', en: 'Whether the service is up' },
    access: 'public',
    response: health,
    handler: async (ctx) => {
      await sql`select 1`.execute(ctx.db);
      return { status: 'ok' as const, version, at: ctx.clock.now().toISOString() };
    },
  });

const metricsRoute = ({ metrics, gauges }: SystemParts): Route =>
  route({
    method: 'GET',
    path: '//metrics',
    summary: {
      zh: '运行指标（本机可读，其他地址需要 system.metrics 权限）',
      en: 'Metrics of operation, for loopback or the permission system.metrics',
    },
    access: 'public',
    stream: true,
    handler: async (ctx, _input, reply) => {
      if (!loopback.test(ctx.actor.from)) requirePermission(ctx, 'system.metrics');
      const extra = (await gauges?.()) ?? [];
      return reply.type(metricsType).send(metrics.text([...processGauges(), ...extra]));
    },
  });

const documentRoute = (document: SystemParts['document']): Route =>
  route({
    method: 'GET',
    path: '//openapi.json',
    summary: { zh: '接口说明（OpenAPI 3.1）', en: 'Description of the interface, OpenAPI 3.1' },
    access: 'public',
    stream: true,
    handler: async (_ctx, _input, reply) =>
      reply.type('application/json; charset=utf-8').send(JSON.stringify(document())),
  });

export const systemRoutes = (parts: SystemParts): ServedRoute[] =>
  [healthRoute(parts.version), metricsRoute(parts), documentRoute(parts.document)].map((one) => ({
    ...one,
    capability: 'system',
    url: one.path.slice(1),
  }));
