/**
 * A world of its own for each test file or test: database cloned from the template, lake in a
 * temporary home.
 */
import { randomUUID } from 'node:crypto';
import { cp } from 'node:fs/promises';
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

/** What a world is a copy of. */
export interface Kept {
  database: string;
  home: string;
}

/** A database and a home that nobody has but this world. */
async function placeOf(name: string, kept?: Kept): Promise<{ url: string; home: string }> {
  const server = inject('databaseUrl');
  const template = kept?.database ?? inject('databaseTemplate');
  const clone = sql`create database ${sql.id(name)} template ${sql.id(template)}`;
  const [home] = await Promise.all([
    temporaryFolder('world'),
    withDb(server, (db) => clone.execute(db)),
  ]);
  if (kept) await cp(kept.home, home, { recursive: true });
  return { url: urlOf(server, name), home };
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

/** The machine that runs the tests may be busy with others. */
const patience = {
  sql_time_limit_ms: 120_000,
  quality_time_limit_ms: 600_000,
  oidc_time_limit_ms: 60_000,
  push_time_limit_ms: 60_000,
};

/**
 * Makes a world, a copy of one that was kept when that is given.
 * @returns the world, and what closes it but leaves its database and its home
 */
export async function openWorld(
  options: WorldOptions,
  kept?: Kept,
): Promise<{ world: TestWorld; leave: () => Promise<void> }> {
  const { capabilities = [], log = logOfRun } = options;
  const name = `world_${randomUUID().replaceAll('-', '')}`;
  const { url, home } = await placeOf(name, kept);
  const settings = loadSettings(
    {},
    { home, log_level: 'silent', ...patience, ...options.settings },
  );
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
  const leave = async (): Promise<void> => {
    await app.close();
    await audit.close();
    await lake.close();
    await db.destroy();
  };
  const world = {
    ...{ ctx, as, clock, url, app },
    drain: async () => {
      const [first] = await drainAll(ctx, capabilities);
      if (first !== undefined) throw first;
    },
    drainFailures: () => drainAll(ctx, capabilities),
    close: async () => {
      await leave();
      await withDb(inject('databaseUrl'), (admin) =>
        sql`drop database if exists ${sql.id(name)} with (force)`.execute(admin),
      );
      await removeHome(home);
    },
  };
  return { world, leave };
}

/** Makes a world. Close it when done. */
export const testWorld = async (options: WorldOptions = {}): Promise<TestWorld> =>
  (await openWorld(options)).world;
