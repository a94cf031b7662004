/**
 * The built web: hashed files for ever, everything else fresh, pages of the application all from
 * one file.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { httpErrors } from './errors.ts';
import type { ServedRoute } from './state.ts';

/** Vite puts files whose name holds their hash here. */
const hashed = /[\\/]assets[\\/]/;
const yearSeconds = 31_536_000;

const cacheOf = (path: string): string =>
  hashed.test(path) ? `public, max-age=${yearSeconds}, immutable` : 'no-cache';

/** Methods served at a path, for 405. */
function methodsAt(routes: readonly ServedRoute[]): (path: string) => string[] {
  const shapes = routes.map((route) => ({
    method: route.method,
    shape: new RegExp(`^${route.url.replace(/:\w+/g, '[^/]+')}/?$`),
  }));
  return (path) => [
    ...new Set(shapes.filter(({ shape }) => shape.test(path)).map(({ method }) => method)),
  ];
}

const isPage = (request: FastifyRequest, path: string): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  !path.startsWith('/api/') &&
  !/\.\w+$/.test(path);

export async function serveWeb(
  app: FastifyInstance,
  root: string,
  routes: readonly ServedRoute[],
): Promise<void> {
  const methods = methodsAt(routes);
  // Read each time: the web may be built anew while the server runs.
  const indexPage = (): Promise<string | undefined> =>
    readFile(join(root, 'index.html'), 'utf8').catch(() => undefined);
  await app.register(staticFiles, {
    root,
    index: 'index.html',
    preCompressed: true,
    cacheControl: false,
    suppressWarning: true,
    setHeaders: (reply, path) => void reply.header('cache-control', cacheOf(path)),
  });
  app.setNotFoundHandler(async (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?')[0] ?? request.url;
    const allow = methods(path);
    if (allow.length > 0 && !allow.some((method) => method === request.method)) {
      reply.header('allow', allow.join(', '));
      const { method } = request;
      throw httpErrors.make('method_not_allowed', { path, method, allow: allow.join(', ') });
    }
    if (!isPage(request, path)) throw httpErrors.make('no_route', { path });
    const page = await indexPage();
    if (page === undefined) throw httpErrors.make('web_not_built');
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
  });
}
