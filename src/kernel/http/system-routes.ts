/** Is it alive, how is it doing, what does it serve. */

import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
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

/** What proxies write down of whom they speak for. */
const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Whether this machine itself asks, by a socket of its own. A proxy on this machine has such a
 * socket too: where one is configured, or says so in a header, it is no proof.
 */
const asksItself = (ctx: Ctx, request: FastifyRequest): boolean =>
  ctx.settings.trusted_proxies === '' &&
  ctx.settings.public_url === '' &&
  loopback.test(request.socket.remoteAddress ?? '') &&
  forwarded.every((name) => request.headers[name] === undefined);

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
      zh: '运行指标（本机直连可读，经代理或其他地址需要 system.metrics 权限的令牌）',
      en: 'Metrics of operation: on this machine, not through a proxy, or with system.metrics',
    },
    access: 'public',
    stream: true,
    handler: async (ctx, { request }, reply) => {
      if (!asksItself(ctx, request)) requirePermission(ctx, 'system.metrics');
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
