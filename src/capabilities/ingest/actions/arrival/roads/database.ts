/**
 * Tables of databases, whole or from a watermark on: streamed row by row into a file that is
 * delivered like any other, every value as text so that nothing is rounded or reinterpreted.
 */
import { rm } from 'node:fs/promises';
import { getDataset } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { ingestErrors } from '../../../errors.ts';
import type { DatabaseOptions } from '../../../model/source.ts';
import type { StoredRun } from '../../../store/runs.ts';
import {
  findSource,
  type Memory,
  rememberSource,
  type StoredSource,
} from '../../../store/sources.ts';
import { guardOf } from '../sources/guard.ts';
import { placeOfSource } from '../sources/place.ts';
import { secretOf } from '../sources/secrets.ts';
import { farEndError } from './far-end.ts';
import type { Fetched, Hands, Road } from './road.ts';
import { tableFile } from './table-file.ts';

/** How to reach a database: the address is checked, the name only for its certificate. */
export interface Reached {
  address: string;
  options: DatabaseOptions;
  password: string;
  connectMs: number;
  /** Ends the connection at whatever point it is, before there is anything to read too. */
  signal: AbortSignal;
}

/**
 * Waits for what a driver does, but not when it is to end: not every driver tells those who wait.
 */
async function orEnded<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const ended = Promise.withResolvers<never>();
  const end = (): void => ended.reject(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  // Of the two one is always left behind.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** One look at a table; all of it within one snapshot of the far end. */
export interface TableReading {
  columns: string[];
  /** Rows to come, as far as the far end guesses. */
  guess: number | null;
  /** Highest value of the watermark column in this look; null without one. */
  watermark: string | null;
  rows: AsyncIterable<readonly (string | null)[]>;
}

export interface DatabaseDriver {
  /**
   * Reads from `since` (inclusive) on, or everything; `close` ends the connection at once.
   */
  read(reached: Reached, since: string | null): Promise<TableReading & { close(): Promise<void> }>;
}

export interface SourceKeep {
  digest: string;
  memory: Memory;
}

/** The source a run belongs to. @throws ingest.no_source when the pack no longer declares it */
export async function sourceOfRun(ctx: Ctx, run: StoredRun): Promise<StoredSource> {
  const found = run.source === null ? null : await findSource(ctx, run.source);
  if (found === null) throw ingestErrors.make('no_source', { source: run.source ?? '' });
  return found;
}

/** Remembers what a run saw, in the transaction that ends it. */
export async function rememberKept(ctx: Ctx, run: StoredRun, and: Memory = {}): Promise<void> {
  const kept = run.work.kept as SourceKeep | undefined;
  if (run.source === null || kept === undefined) return;
  await rememberSource(ctx, run.source, kept.digest, { ...kept.memory, ...and });
}

/** Ends with the signal, or after the time a fetch may take. */
export function untilLimit(ctx: Ctx, signal: AbortSignal, place: string): AbortSignal {
  const minutes = ctx.settings.pull_time_limit_minutes;
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(ingestErrors.make('source_too_slow', { place, minutes }));
  }, minutes * 60_000);
  timer.unref();
  return AbortSignal.any([signal, late.signal]);
}

interface Work {
  ctx: Ctx;
  source: StoredSource;
  options: DatabaseOptions;
  place: string;
  since: string | null;
}

async function readInto(work: Work, driver: DatabaseDriver, path: string, hands: Hands) {
  const { ctx, options, place, since } = work;
  const address = await guardOf(ctx.settings).addressOf(options.host);
  const password = options.password === undefined ? '' : secretOf(options.password);
  const connectMs = ctx.settings.pull_connect_ms;
  const { signal } = hands;
  const opening = driver.read({ address, options, password, connectMs, signal }, since);
  const reading = await orEnded(signal, opening);
  const close = (): void => void reading.close().catch(() => undefined);
  hands.signal.addEventListener('abort', close, { once: true });
  try {
    const limit = ctx.settings.delivery_max_bytes;
    const file = await tableFile(path, reading.columns, { place, limit });
    for await (const row of reading.rows) {
      hands.signal.throwIfAborted();
      await file.write(row);
      const part = reading.guess === null ? null : Math.min(0.99, file.rows / reading.guess);
      hands.progress({ rows: file.rows, bytes: file.bytes, bytesAll: null, part });
    }
    hands.signal.throwIfAborted();
    await file.end();
    return { rows: file.rows, watermark: reading.watermark };
  } finally {
    hands.signal.removeEventListener('abort', close);
    await reading.close().catch(() => undefined);
  }
}

async function fetchTable(
  driver: DatabaseDriver,
  ctx: Ctx,
  run: StoredRun,
  hands: Hands,
): Promise<Fetched | 'confirmed'> {
  const source = await sourceOfRun(ctx, run);
  const options = source.declared.options as DatabaseOptions;
  const place = placeOfSource(source.declared);
  const { mode } = await getDataset(ctx, run.dataset);
  if (options.watermark !== undefined && mode === 'full') {
    throw ingestErrors.make('source_watermark', { dataset: run.dataset });
  }
  const isWhole = options.watermark === undefined || run.work.whole === true;
  const since = isWhole ? null : (source.memory.watermark ?? null);
  const path = ctx.lake.stage('source.csv');
  const dispose = () => rm(path, { force: true });
  const signal = untilLimit(ctx, hands.signal, place);
  try {
    const work: Work = { ctx, source, options, place, since };
    const read = await readInto(work, driver, path, { ...hands, signal });
    if (read.rows === 0 && options.watermark !== undefined) {
      await dispose();
      return 'confirmed';
    }
    const memory: Memory = { ...source.memory };
    if (read.watermark !== null) memory.watermark = read.watermark;
    const name = `${options.table}.csv`;
    return { files: [{ name, path }], keep: { digest: source.digest, memory }, dispose };
  } catch (error) {
    await dispose();
    if (signal.aborted) throw signal.reason;
    throw error instanceof GuantongError ? error : farEndError(error, place);
  }
}

/** The road of a kind of database. */
export const databaseRoad = (driver: DatabaseDriver): Road => ({
  share: 0.5,
  fetch: (ctx, run, hands) => fetchTable(driver, ctx, run, hands),
  settled: (ctx, { run }) => rememberKept(ctx, run),
  after: async () => undefined,
});
