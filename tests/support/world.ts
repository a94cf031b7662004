/**
 * A world of its own for each test file or test: database cloned from the template, lake in a
 * temporary home.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { inject } from 'vitest';
import { createAudit } from '#kernel/audit';
import { type Actor, systemActor } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import { loadSettings, type Settings } from '#kernel/config';
import type { Ctx } from '#kernel/context';
import { makeDb, makePool } from '#kernel/db';
import { deliverEvents } from '#kernel/events';
import { buildServer } from '#kernel/http';

import { delayedJobs, fireDueTimers, runJobs } from '#kernel/jobs';
import { createLake } from '#kernel/lake';
import type { Log } from '#kernel/log';
import { type TestClock, testClock } from './clock.ts';
import { log as logOfRun, removeHome, temporaryFolder, urlOf, withDb } from './server.ts';

export interface WorldOptions {
  /** Whose routes are served and whose events, jobs and timers are handled; none when absent. */
  capabilities?: readonly Capability[];
  /** What the clock shows at first; a Monday at nine when absent. */
  clock?: Date | string;
  settings?: Partial<Settings>;
  /** Where its log lines go; the run's own log when absent. */
  log?: Log;
}

export interface TestWorld {
  /** The platform's own context (`system:test`). */
  ctx: Ctx;
  /** The same world as somebody sees it. */
  as(actor: Actor): Ctx;
  clock: TestClock;
  /** Connection string of the world's database. */
  url: string;
  /**
   * Delivers events, fires due timers and does jobs until all is quiet. Throws what a handler
   * threw.
   */
  drain(): Promise<void>;
  /** The same, but gives back what handlers threw. */
  drainFailures(): Promise<unknown[]>;
  /** The web server on the world's capabilities: `app.inject`. */
  app: FastifyInstance;
  close(): Promise<void>;
}

async function cloneTemplate(name: string): Promise<string> {
  const server = inject('databaseUrl');
  await withDb(server, (db) =>
    sql`create database ${sql.id(name)} template ${sql.id(inject('databaseTemplate'))}`.execute(db),
  );
  return urlOf(server, name);
}

async function drainAll(ctx: Ctx, capabilities: readonly Capability[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  const note = (error: unknown): void => {
    failures.push(error);
  };
  const hasJobs = capabilities.some(({ jobs }) => jobs !== undefined);
  let count: number;
  do {
    count = await deliverEvents(ctx, capabilities, note);
    count += await fireDueTimers(ctx, [...capabilities, delayedJobs], note);
    if (hasJobs) count += await runJobs(ctx, capabilities, note);
  } while (count > 0);
  return failures;
}

/** Makes a world. Close it when done. */
export async function testWorld(options: WorldOptions = {}): Promise<TestWorld> {
  const { capabilities = [], log = logOfRun } = options;
  const name = `world_${randomUUID().replaceAll('-', '')}`;
  const [url, home] = await Promise.all([cloneTemplate(name), temporaryFolder('world')]);
  const settings = loadSettings({}, { home, log_level: 'silent', ...options.settings });
  const clock = testClock(options.clock);
  const db = makeDb(makePool(url, settings.database_pool_size));
  const lake = await createLake({ home: join(home, 'lake'), log, settings, clock });
  const audit = createAudit({ db, settings, clock, log });
  const actor = systemActor('test');
  const ctx: Ctx = { actor, db, lake, log, clock, audit, settings, requestId: 'test' };
  const as = (who: Actor): Ctx => ({ ...ctx, actor: who });
  for (const capability of capabilities) await capability.start?.(ctx);
  const makeCtx = (request: { actor: Actor; requestId: string }): Ctx => ({ ...ctx, ...request });
  const app = await buildServer({ settings, log, capabilities, makeCtx });
  return {
    ctx,
    as,
    clock,
    url,
    app,
    drain: async () => {
      const [first] = await drainAll(ctx, capabilities);
      if (first !== undefined) throw first;
    },
    drainFailures: () => drainAll(ctx, capabilities),
    close: async () => {
      await app.close();
      await audit.close();
      await lake.close();
      await db.destroy();
      await withDb(inject('databaseUrl'), (admin) =>
        sql`drop database if exists ${sql.id(name)} with (force)`.execute(admin),
      );
      await removeHome(home);
    },
  };
}
