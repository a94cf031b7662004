/**
 * Carrying out one run: fetch what its road brings, deliver it, settle what the road remembers. A
 * run ends done, refused, cancelled or failed; what may pass by itself is tried again later.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { noteConfirmed } from '#catalogue';
import { type Actor, actorSource, authErrors, systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import { ingestErrors } from '../../errors.ts';
import type { DeliverInput, DeliverResult, DeliveryStep } from '../../model.ts';
import {
  anyQueued,
  endRun,
  findRun,
  noteAttempt,
  type RunStep,
  requeueRun,
  type StoredRun,
  touchRun,
} from '../../store/runs.ts';
import { findDelivery } from '../../store.ts';
import { deliver, underWay } from '../deliver.ts';
import { type Road, roadOf, type Settled } from './roads/index.ts';
import { keepReading, readingOf } from './saying.ts';
import { shapeOf, tellRun, wakePump } from './tell.ts';

/** A sign of life and a look whether somebody asked for the end, this often. */
const beatMs = 1000;

/** How long the end of a run is tried to be told, longer and longer apart. */
const telling = { first: 100, longest: 30_000, times: 15 };

/** Runs of this process, and the way to end them at once. */
const ending = new Map<string, AbortController>();

/** Ends a run of this process now; others find out with their next sign of life. */
export function abortRun(id: string): void {
  ending.get(id)?.abort(ingestErrors.make('cancelled'));
}

/**
 * Who a run acts as: the account that handed it in, with the roles it has today; the platform for
 * what a pack declares.
 * @throws auth.not_allowed when the account is gone
 */
async function actorOf(ctx: Ctx, run: StoredRun): Promise<Actor> {
  if (run.source !== null) {
    return { ...systemActor('ingest'), id: run.actor, name: run.actorName };
  }
  const actor = await actorSource().byAccount(ctx, run.actor);
  if (actor === undefined) throw authErrors.make('no_account', { account: run.actor });
  return actor;
}

interface Attempt {
  ctx: Ctx;
  run: StoredRun;
  road: Road;
  step: RunStep;
  controller: AbortController;
  follow: DeliverInput['progress'];
}

/** Keeps the record of a run alive while `work` lasts. */
async function watched<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
  const { ctx, run, controller } = attempt;
  let beating: Promise<void> = Promise.resolve();
  let told = '';
  const beat = async (): Promise<void> => {
    if (await touchRun(ctx, run.id, attempt.step)) {
      controller.abort(ingestErrors.make('cancelled'));
    }
    const now = JSON.stringify(attempt.step);
    if (now !== told) await tellRun(ctx, run);
    told = now;
  };
  const timer = setInterval(() => {
    beating = beating.then(beat).catch((error: unknown) => {
      ctx.log.warn({ err: error, run: run.id }, 'a run could not give a sign of life');
    });
  }, beatMs);
  timer.unref();
  ending.set(run.id, controller);
  underWay.add(run.id);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await beating;
    ending.delete(run.id);
    underWay.delete(run.id);
  }
}

const stateOf = { reading: 'reading', checking: 'judging', landing: 'landing' } as const;

/** Delivering takes what fetching left of the bar. */
function onStep(attempt: Attempt, share: number): (step: DeliveryStep) => void {
  return (said) => {
    attempt.follow?.(said);
    const { stage, rows, bytes, part } = said;
    const { step } = attempt;
    attempt.step = {
      state: stateOf[stage],
      rows: Math.max(rows, step.rows),
      bytes: Math.max(bytes, step.bytes),
      bytesAll: step.bytesAll,
      progress: Math.max(step.progress, 1 - share + part * share),
    };
  };
}

async function attemptIt(attempt: Attempt): Promise<Settled> {
  const { ctx, run, road, controller } = attempt;
  const { signal } = controller;
  const as: Ctx = run.road === 'direct' ? ctx : { ...ctx, actor: await actorOf(ctx, run) };
  const fetched = await road.fetch(as, run, {
    signal,
    progress: (seen) => {
      const part = seen.part === null ? 0 : seen.part * (1 - road.share);
      const { rows, bytes, bytesAll } = seen;
      attempt.step = { state: 'reading', rows, bytes, bytesAll, progress: part };
    },
  });
  if (fetched === null) return { run, result: null };
  if (fetched === 'confirmed') return { run, result: null, isConfirmed: true };
  try {
    // The run's own id where it can be: whoever handed it in follows it by that.
    const batch = run.attempts <= 1 ? run.id : randomUUID();
    const names = fetched.files.map(({ name }) => name);
    const work = { ...run.work, kept: fetched.keep };
    await noteAttempt(ctx, run.id, { batch, files: names, work });
    const result = await deliver(as, {
      dataset: run.dataset,
      files: fetched.files,
      batch,
      signal,
      progress: onStep(attempt, road.share),
      ...(run.note === null ? {} : { note: run.note }),
      ...(await readingOf(ctx, run)),
    });
    return { run: { ...run, batch, work, files: names }, result };
  } finally {
    await fetched.dispose();
  }
}

/** The end of a run that did its work; the road's memory moves in the same transaction. */
export async function settle(ctx: Ctx, { run, result, isConfirmed }: Settled): Promise<void> {
  const road = roadOf(run.road);
  await tx(ctx, async (inner) => {
    await road.settled(inner, { run, result });
    if (isConfirmed) await noteConfirmed(inner, run.dataset);
    if (result !== null) await keepReading(inner, run);
    const { rows = 0, accepted = 0, returned = 0, unchanged = 0 } = result ?? {};
    const snapshot = result?.snapshot ?? null;
    await endRun(inner, run.id, { state: 'done', rows, accepted, returned, unchanged, snapshot });
  });
  await tidyUp(ctx, run.id, result);
}

/**
 * Called for what has ended, however it did. What cannot be tidied undoes nothing: it is logged and
 * looked at again with the next start.
 */
export async function tidyUp(ctx: Ctx, id: string, result: DeliverResult | null): Promise<void> {
  try {
    const run = await findRun(ctx, id);
    if (run !== null) await roadOf(run.road).after(ctx, { run, result });
  } catch (error) {
    ctx.log.warn({ err: error, run: id }, 'a run that ended could not be tidied up');
  }
}

/** What may pass by itself: the far end, the disk, the network, a fault of ours; no refusal. */
export const isTransient = (error: unknown): boolean =>
  !(error instanceof GuantongError) || error.status >= 500 || error.status === 429;

/**
 * Often the database itself is why a run fell. Its end is told once the database is back: a run
 * that never ended would hold up its dataset until this process starts anew.
 */
async function surely(ctx: Ctx, run: StoredRun, tell: () => Promise<void>): Promise<void> {
  for (let time = 1; ; time += 1) {
    try {
      return await tell();
    } catch (error) {
      if (time === telling.times) throw error;
      ctx.log.warn({ err: error, run: run.id }, 'the end of a run could not be told yet');
      const wait = Math.min(telling.first * 2 ** (time - 1), telling.longest);
      await pause(wait, undefined, { ref: false });
    }
  }
}

async function fell(attempt: Attempt, error: unknown): Promise<void> {
  const { ctx, run, controller } = attempt;
  const {
    arrival_attempts: most,
    arrival_retry_ms: first,
    arrival_retry_max_ms: longest,
  } = ctx.settings;
  if (!(error instanceof GuantongError)) {
    ctx.log.error({ err: error, run: run.id, dataset: run.dataset }, 'a run failed');
  }
  const shape = shapeOf(error);
  if (controller.signal.aborted) {
    await endRun(ctx, run.id, { state: 'cancelled', error: shape });
  } else if (!isTransient(error)) {
    await endRun(ctx, run.id, { state: 'refused', error: shape });
  } else if (run.attempts >= most || run.road === 'direct') {
    await endRun(ctx, run.id, { state: 'failed', error: shape });
  } else {
    const wait = Math.min(longest, first * 2 ** (run.attempts - 1));
    const tryAt = new Date(ctx.clock.now().getTime() + wait);
    await requeueRun(ctx, run.id, tryAt, shape);
    await wakePump(ctx, tryAt);
    return;
  }
  await tidyUp(ctx, run.id, null);
}

/**
 * Carries out a run that this process has claimed.
 * @returns what became of the delivery; null when there was nothing new to deliver
 * @throws what the attempt met; it is recorded already
 */
export async function carry(
  ctx: Ctx,
  run: StoredRun,
  follower: Pick<DeliverInput, 'progress' | 'signal'> = {},
): Promise<DeliverResult | null> {
  const step: RunStep = {
    state: 'reading',
    rows: 0,
    bytes: 0,
    bytesAll: run.bytesAll,
    progress: 0,
  };
  const controller = new AbortController();
  const { progress: follow, signal } = follower;
  const cancel = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  const attempt: Attempt = { ctx, run, road: roadOf(run.road), step, controller, follow };
  try {
    const settled = await watched(attempt, () => attemptIt(attempt));
    await settle(ctx, settled);
    return settled.result;
  } catch (error) {
    await surely(ctx, run, () => fell(attempt, error));
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    await tellRun(ctx, run).catch(() => undefined);
    if (await anyQueued(ctx).catch(() => false)) await wakePump(ctx);
  }
}

/** A delivery of a run that landed before its process died. */
export async function landedResult(ctx: Ctx, run: StoredRun): Promise<DeliverResult | null> {
  const delivery = run.batch === null ? null : await findDelivery(ctx, run.batch);
  if (delivery === null || (delivery.state !== 'landed' && delivery.state !== 'unchanged')) {
    return null;
  }
  const { batch, dataset, rows, accepted, returned, unchanged, mended, snapshot } = delivery;
  const seconds = delivery.seconds ?? 0;
  return { batch, dataset, rows, accepted, returned, unchanged, mended, snapshot, seconds };
}
