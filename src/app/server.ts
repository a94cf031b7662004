/** The server process: one HTTP server, the loops beside it, and in demo mode the filling. */
import type { FastifyInstance } from 'fastify';
import { anonymous, createDemoLink } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import type { Settings } from '#kernel/config';
import type { Clock } from '#kernel/context';
import { buildServer } from '#kernel/http';
import { capabilities } from './capabilities.ts';
import { appErrors } from './errors.ts';
import { gaugesOf } from './gauges.ts';
import { openPlatform, type Platform } from './platform.ts';

export interface Running {
  platform: Platform;
  app: FastifyInstance;
  /** `http://127.0.0.1:8330` */
  url: string;
  /** One-time signed-in link, in demo mode. */
  link(account: string): Promise<string>;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Served beside the capabilities: the story, in demo mode. */
  extra?: (platform: Platform) => readonly Capability[];
}

/**
 * A server over a platform, not listening yet; `clock` replaces the time of day for all it does.
 */
export function serve(
  platform: Platform,
  extra: readonly Capability[] = [],
  clock?: Clock,
): Promise<FastifyInstance> {
  return buildServer({
    settings: platform.settings,
    log: platform.log,
    capabilities: [...capabilities, ...extra],
    makeCtx: ({ actor, requestId }) =>
      platform.ctx(actor, { requestId, ...(clock ? { clock } : {}) }),
    gauges: () => gaugesOf(platform),
  });
}

async function listen(app: FastifyInstance, settings: Settings): Promise<string> {
  try {
    return await app.listen({ host: settings.host, port: settings.port });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw appErrors.make('port_taken', { port: settings.port });
    }
    throw thrown;
  }
}

/**
 * Opens the home, serves it, and says where. The loops are the caller's next step
 * (`platform.loops`).
 */
export async function startServer(
  settings: Settings,
  options: ServerOptions = {},
): Promise<Running> {
  const platform = await openPlatform(settings, { role: 'server' });
  try {
    const app = await serve(platform, options.extra?.(platform));
    const url = await listen(app, settings);
    return {
      platform,
      app,
      url,
      link: async (account) =>
        url + (await createDemoLink(platform.ctx(anonymous('local')), account)),
      close: async () => {
        await app.close();
        await platform.close();
      },
    };
  } catch (thrown) {
    await platform.close();
    throw thrown;
  }
}
