/** The server: routes of capabilities on Fastify, the built web, one error shape, a clean end. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { addIdentityProvider, requireLoopbackDemo } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import type { Settings } from '#kernel/config';
import type { Log } from '#kernel/log';
import { entrance, handle, type MakeCtx, octetTypes } from './answer.ts';
import { auditRoutes } from './audit-routes.ts';
import { sendFailure } from './failure.ts';
import { rateLimit } from './limits.ts';
import { createMetrics, type Gauge, type Metrics } from './metrics.ts';
import { oidcProvider } from './oidc/provider.ts';
import { openApi } from './openapi.ts';
import { addSecurityHeaders } from './security.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { carryState, findState, type ServedRoute } from './state.ts';
import { streamCap } from './streams.ts';
import { systemRoutes } from './system-routes.ts';
import { serveWeb } from './web.ts';

export interface ServerDeps {
  settings: Settings;
  log: Log;
  capabilities: readonly Capability[];
  /** The ctx of one request; everything but who asks is the process's. */
  makeCtx: MakeCtx;
  /** Folder of the built web; `web/dist` of the project when absent. */
  webRoot?: string;
  /** Gauges read at each scrape: pool, outbox, jobs. */
  gauges?: () => Promise<Gauge[]>;
}

const project = resolve(import.meta.dirname, '../../..');

const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
  version: string;
};

/**
 * What the kernel itself serves, in the form of capabilities: sign-in, audit, the system's own
 * pages.
 */
export const kernelCapabilities: readonly Capability[] = [signInRoutes, auditRoutes];

const urlOf = (capability: string, path: string): string =>
  path.startsWith('//') ? path.slice(1) : `/api/${capability}${path}`;

/** Every route as it is served, of the kernel and of the capabilities. */
export const servedRoutes = (capabilities: readonly Capability[]): ServedRoute[] =>
  [...kernelCapabilities, ...capabilities].flatMap(({ name, routes = [] }) =>
    routes.map((route) => ({ ...route, capability: name, url: urlOf(name, route.path) })),
  );

/**
 * An orderly end: streams end, requests under way are answered, what is left after the drain is cut
 * off.
 */
function closeCleanly(app: FastifyInstance, drainMs: number): AbortSignal {
  const closing = new AbortController();
  app.addHook('preClose', async () => {
    closing.abort();
    setTimeout(() => app.server.closeAllConnections(), drainMs).unref();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    // Otherwise the connection would be kept for a next request that nobody will answer.
    if (closing.signal.aborted) reply.header('connection', 'close');
    done(null, payload);
  });
  return closing.signal;
}

function observe(app: FastifyInstance, log: Log, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    metrics.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    done();
    if (!log.isLevelEnabled('debug')) return;
    log.debug(
      {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        actor: findState(request)?.caller.actor.id,
      },
      'answered',
    );
  });
}

const create = ({ settings, log }: ServerDeps): FastifyInstance =>
  fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: settings.http_body_limit_bytes,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    ...(settings.trusted_proxies === '' ? {} : { trustProxy: settings.trusted_proxies }),
    frameworkErrors: (error, request, reply) =>
      sendFailure(log, error, request as FastifyRequest, reply),
  });

async function readInput(app: FastifyInstance, settings: Settings): Promise<void> {
  app.removeContentTypeParser('text/plain');
  // Pieces of files are not gathered in memory: the route that asks for them reads the stream.
  app.addContentTypeParser(octetTypes, (_request, payload, done) => done(null, payload));
  await app.register(cookie);
  await app.register(multipart, {
    limits: {
      fileSize: settings.delivery_max_bytes,
      files: settings.upload_files,
      fields: settings.upload_files,
      fieldSize: settings.http_body_limit_bytes,
    },
  });
}

/**
 * Builds the server from the capabilities' routes; `listen` or `inject` is the caller's.
 * @throws auth.demo_not_loopback when demo mode would be reachable from another machine
 */
export async function buildServer(deps: ServerDeps): Promise<FastifyInstance> {
  const { settings, log } = deps;
  requireLoopbackDemo(settings);
  addIdentityProvider('oidc', oidcProvider);
  const app = create(deps);
  const metrics = createMetrics();
  const closing = closeCleanly(app, settings.http_drain_ms);
  app.setErrorHandler((error, request, reply) => sendFailure(log, error, request, reply));
  carryState(app);
  addSecurityHeaders(app);
  observe(app, log, metrics);
  await readInput(app, settings);
  const routes = servedRoutes(deps.capabilities);
  const system = systemRoutes({ metrics, gauges: deps.gauges, version, document: () => document });
  const all = [...routes, ...system];
  const document = openApi(all, `贯通 ${settings.county_name}`, version);
  const served = {
    makeCtx: deps.makeCtx,
    limit: rateLimit(settings.http_requests_per_minute),
    streams: streamCap({
      perSession: settings.sse_streams_per_session,
      perAccount: settings.sse_streams_per_account,
    }),
    closing,
  };
  for (const route of all) {
    app.route({
      method: route.method,
      url: route.url,
      ...(route.head === true ? { exposeHeadRoute: true } : {}),
      ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
      onRequest: entrance(served, route),
      handler: handle(route),
    });
  }
  await serveWeb(app, deps.webRoot ?? (deps.settings.web_folder || join(project, 'web/dist')), all);
  return app;
}
