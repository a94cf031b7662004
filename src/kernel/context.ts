/**
 * What a verb is given: who asks (`actor`), where the data is (`db`, `lake`), what time it is (`clock`), where to
 * write what happened (`log`, `audit`). Verbs are plain functions `verb(ctx, input)`.
 */
import type { Audit } from '#kernel/audit';
import type { Actor } from '#kernel/auth';
import type { Settings } from '#kernel/config';
import type { Db } from '#kernel/db';
import type { Lake } from '#kernel/lake';
import type { Log } from '#kernel/log';

/** The only source of the time of day; tests and the sample's script inject their own. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

export interface Ctx {
  actor: Actor;
  /** The pool, or the transaction that `tx` opened. */
  db: Db;
  lake: Lake;
  log: Log;
  clock: Clock;
  audit: Audit;
  settings: Settings;
  /** Identifies the request in logs, audit and errors. */
  requestId: string;
}
