import type { FastifyInstance } from 'fastify';
import type { Actor } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import type { Settings } from '#kernel/config';
import type { Ctx } from '#kernel/context';
import type { Log } from '#kernel/log';

/** One sample line of `/metrics`. */
export interface Gauge {
  /** OpenMetrics name without the `guantong_` prefix. */
  name: string;
  help: string;
  value: number;
  labels?: Record<string, string>;
}

export interface ServerDeps {
  settings: Settings;
  log: Log;
  capabilities: readonly Capability[];
  /** The ctx of one request; everything but who asks is the process's. */
  makeCtx: (request: { actor: Actor; requestId: string }) => Ctx;
  /** Folder of the built web; `web/dist` of the project when absent. */
  webRoot?: string;
  /** Gauges read at each scrape: pool, outbox, jobs. */
  gauges?: () => Promise<Gauge[]>;
}

/** Builds the server from the capabilities' routes; `listen` or `inject` is the caller's. */
export async function buildServer(_deps: ServerDeps): Promise<FastifyInstance> {
  throw new Error('http: landing within the hour');
}
