/**
 * Jobs: work that takes longer than a request, put into the queue by the transaction that wants it.
 */
import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import { systemActor } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import { executor, schema, senderFor } from './boss.ts';
import { jobErrors } from './errors.ts';
import { setTimer } from './timers.ts';

/**
 * Does one job, outside of a transaction. At least once: a process that dies leaves the job to
 * another one.
 */
export type JobHandler = (ctx: Ctx, payload: unknown) => Promise<void>;

export interface EnqueueOptions {
  /** While a job of this name and key waits, another one is not added. */
  singletonKey?: string;
  /** Not before this time, by `ctx.clock`. */
  startAfter?: Date;
}

/** The timer that puts a job into the queue when its time has come. */
export const startTimer = 'jobs.start';

const made = new WeakMap<PgBoss, Set<string>>();

/** Said with every job: a queue keeps those it was made with, whatever the settings say later. */
const limitsOf = ({ settings }: Pick<Ctx, 'settings'>) => ({
  retryLimit: settings.job_attempts - 1,
  expireInSeconds: settings.job_time_limit_minutes * 60,
});

/** A queue is made when first used. `short`: of the jobs with one key only one may wait. */
async function ensureQueue(boss: PgBoss, name: string, ctx: Pick<Ctx, 'settings'>): Promise<void> {
  const names = made.get(boss) ?? new Set();
  made.set(boss, names);
  if (names.has(name)) return;
  await boss.createQueue(name, {
    policy: 'short',
    ...limitsOf(ctx),
    retryBackoff: true,
    retryDelay: 1,
    heartbeatSeconds: 10,
    notify: true,
  });
  names.add(name);
}

type Sends = Pick<Ctx, 'db' | 'clock' | 'settings'>;

async function send(
  ctx: Sends,
  name: string,
  payload: unknown,
  key: string | undefined,
): Promise<void> {
  const boss = await senderFor(ctx.db);
  await ensureQueue(boss, name, ctx);
  await boss.send(
    name,
    // The job's data must be an object; the payload may be any JSON.
    { payload },
    { ...limitsOf(ctx), singletonKey: key ?? randomUUID(), db: executor(ctx.db) },
  );
}

/**
 * Puts a job into the queue; in a transaction it is there if and only if the transaction commits.
 * `payload` is JSON.
 */
export async function enqueue(
  ctx: Sends,
  name: string,
  payload: unknown,
  options: EnqueueOptions = {},
): Promise<void> {
  const { singletonKey, startAfter } = options;
  if (startAfter === undefined || startAfter <= ctx.clock.now()) {
    await send(ctx, name, payload, singletonKey);
    return;
  }
  await setTimer(ctx, {
    kind: startTimer,
    key: `${name}/${singletonKey ?? randomUUID()}`,
    dueAt: startAfter,
    payload: { name, payload, singletonKey },
  });
}

/** Jobs of one statement. */
const together = 1000;

/**
 * Puts any number of jobs of one name into the queue at once, as `enqueue` does one by one.
 * `payload` is JSON.
 */
export async function enqueueAll(
  ctx: Sends,
  name: string,
  jobs: readonly { payload: unknown; singletonKey: string }[],
): Promise<void> {
  if (jobs.length === 0) return;
  const boss = await senderFor(ctx.db);
  await ensureQueue(boss, name, ctx);
  const limits = limitsOf(ctx);
  for (let from = 0; from < jobs.length; from += together) {
    const some = jobs.slice(from, from + together);
    const inserts = some.map(({ payload, singletonKey }) => ({
      ...limits,
      data: { payload },
      singletonKey,
    }));
    await boss.insert(name, inserts, { db: executor(ctx.db) });
  }
}

type Owner = Pick<Capability, 'name' | 'jobs'>;

/** What the kernel itself handles: jobs whose time has come. */
export const delayedJobs: Pick<Capability, 'name' | 'timers'> = {
  name: 'jobs',
  timers: {
    [startTimer]: async (ctx, timer) => {
      const { name, payload, singletonKey } = timer.payload as {
        name: string;
        payload: unknown;
        singletonKey?: string;
      };
      await send(ctx, name, payload, singletonKey);
    },
  },
};

interface Runs {
  ctx: Ctx;
  handler: JobHandler;
}

const handlersOf = (ctx: Ctx, capabilities: readonly Owner[]): Map<string, Runs> => {
  const all = capabilities.flatMap((capability) =>
    Object.entries(capability.jobs ?? {}).map(([name, handler]): [string, Runs] => [
      name,
      { ctx: { ...ctx, actor: systemActor(capability.name) }, handler },
    ]),
  );
  return new Map(all);
};

export type OnJobFailure = (error: unknown, name: string) => void;

/**
 * Does every job that waits, and those they put into the queue, in this process. For tests and
 * one-shot commands. A job that fails is left to its retries.
 * @returns how many were tried
 */
export async function runJobs(
  ctx: Ctx,
  capabilities: readonly Owner[],
  onFailure: OnJobFailure = () => undefined,
): Promise<number> {
  const boss = await senderFor(ctx.db);
  let count = 0;
  let found: boolean;
  do {
    found = false;
    for (const [name, runs] of handlersOf(ctx, capabilities)) {
      await ensureQueue(boss, name, ctx);
      for (const job of await boss.fetch<{ payload: unknown }>(name)) {
        found = true;
        count += 1;
        await runOne(boss, name, runs, job, onFailure);
      }
    }
  } while (found);
  return count;
}

async function runOne(
  boss: PgBoss,
  name: string,
  { ctx, handler }: Runs,
  job: { id: string; data: { payload: unknown } },
  onFailure: OnJobFailure,
): Promise<void> {
  try {
    await handler(ctx, job.data.payload);
    await boss.complete(name, job.id);
  } catch (error) {
    ctx.log.error({ err: error, job: name }, 'job failed');
    await boss.fail(name, job.id, { message: String(error) });
    onFailure(error, name);
  }
}

/** Names of the queues with jobs nobody here handles: they would wait for ever. */
export async function unhandledJobs(
  db: Db,
  capabilities: readonly Owner[],
): Promise<ReturnType<typeof jobErrors.fault>[]> {
  const known = new Set(capabilities.flatMap(({ jobs = {} }) => Object.keys(jobs)));
  const boss = await senderFor(db);
  const queues = (await boss.getQueues()).filter(
    ({ name, queuedCount }) => !known.has(name) && queuedCount > 0,
  );
  return queues.map(({ name }) => jobErrors.fault('no_handler', { item: name }, { name }));
}

export interface JobsDeps {
  /** The platform's own context. */
  ctx: Ctx;
  capabilities: readonly Owner[];
  /**
   * Connection string: the runner has connections of its own, so that long jobs do not starve
   * requests.
   */
  url: string;
}

/** Runs the jobs of all capabilities as they come. Several processes may. */
export async function startJobs(deps: JobsDeps): Promise<{ stop(): Promise<void> }> {
  const { ctx, capabilities, url } = deps;
  const boss = new PgBoss({
    connectionString: url,
    schema,
    max: 4,
    migrate: false,
    schedule: false,
    useListenNotify: true,
    superviseIntervalSeconds: 15,
    application_name: 'guantong jobs',
  });
  boss.on('error', (error) => ctx.log.error({ err: error }, 'the job queue reported an error'));
  await boss.start();
  const sender = await senderFor(ctx.db);
  for (const [name, { ctx: as, handler }] of handlersOf(ctx, capabilities)) {
    await ensureQueue(boss, name, ctx);
    // Known before the first job is sent: sending from a transaction then wants no second
    // connection.
    await ensureQueue(sender, name, ctx);
    const options = { pollingIntervalSeconds: 1, localConcurrency: 2 };
    await boss.work<{ payload: unknown }>(name, options, async (jobs) => {
      for (const job of jobs) {
        await handler(as, job.data.payload).catch((error: unknown) => {
          ctx.log.error({ err: error, job: name }, 'job failed');
          throw error;
        });
      }
    });
  }
  return { stop: () => boss.stop({ graceful: true, timeout: 10_000 }) };
}
