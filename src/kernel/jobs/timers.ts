/**
 * Timers: one row for each clock that runs. Firing is a compare-and-set in the transaction of the
 * handler, so a timer fires exactly once through crashes, two processes and a clock set back.
 */
import { sql } from 'kysely';
import { systemActor } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { type Db, type Listener, startLoop, tx } from '#kernel/db';

export interface Timer {
  /** `capability.what`: names the handler. */
  kind: string;
  /** What the timer is about; `kind` and `key` name one running timer. */
  key: string;
  dueAt: Date;
  payload: unknown;
}

/**
 * Runs in the transaction that marks the timer fired. A throw rolls back and is tried again later.
 */
export type TimerHandler = (ctx: Ctx, timer: Timer) => Promise<void>;

export type OnTimerFailure = (error: unknown, timer: Timer) => void;

/** Wakes the poller; the payload says nothing. */
const channel = 'guantong_timers';
/** The advisory lock of the one poller. */
const leaseKey = 833_002;
/** How soon another process polls when the one that did has died. */
const everyMs = 300;
/** What is due and was not fired is held by somebody's transaction: it is not asked for at once. */
const heldPauseMs = 10;
const batch = 200;
/** Things whose timers fire side by side: the database writes them down together. */
const lanes = 6;
const longestBackoffMs = 300_000;
const dayMs = 86_400_000;
const sweepEveryMs = 3_600_000;

/** What becomes of a timer of the same name that still runs. */
const otherwise = {
  replaced: sql`update
      set due_at = excluded.due_at, payload = excluded.payload, try_at = excluded.try_at,
          attempts = 0, error = null`,
  kept: sql`nothing`,
};

async function insertTimer(
  { db }: Pick<Ctx, 'db'>,
  { kind, key, dueAt, payload }: Timer,
  running: keyof typeof otherwise,
): Promise<void> {
  const json = JSON.stringify(payload ?? null);
  await sql`
    with armed as (
      insert into timers (kind, key, due_at, payload, try_at)
      values (${kind}, ${key}, ${dueAt}, ${json}::jsonb, ${dueAt})
      on conflict (kind, key) where fired_at is null do ${otherwise[running]}
      returning id)
    select pg_notify(${channel}, '') from armed`.execute(db);
}

/**
 * Sets the timer `kind` + `key`; one that still runs is replaced. In a transaction it is set with
 * it.
 * `payload` is JSON.
 */
export const setTimer = (ctx: Pick<Ctx, 'db'>, timer: Timer): Promise<void> =>
  insertTimer(ctx, timer, 'replaced');

/** Sets the timer unless one runs already: what a start does, so that it puts nothing off. */
export const armTimer = (ctx: Pick<Ctx, 'db'>, timer: Timer): Promise<void> =>
  insertTimer(ctx, timer, 'kept');

/** Takes a running timer away. @returns whether there was one */
export async function cancelTimer(
  ctx: Pick<Ctx, 'db'>,
  kind: string,
  key: string,
): Promise<boolean> {
  const { rows } = await sql`
    delete from timers where kind = ${kind} and key = ${key} and fired_at is null
    returning id`.execute(ctx.db);
  return rows.length > 0;
}

type Owner = Pick<Capability, 'name' | 'timers'>;

interface Handler {
  owner: string;
  handle: TimerHandler;
}

const handlersOf = (capabilities: readonly Owner[]): Map<string, Handler> =>
  new Map(
    capabilities.flatMap(({ name, timers = {} }) =>
      Object.entries(timers).map(([kind, handle]) => [kind, { owner: name, handle }]),
    ),
  );

interface DueRow extends Timer {
  id: number;
  attempts: number;
}

type Due = Pick<DueRow, 'id' | 'key'>;

async function dueNow(db: Db, kinds: string[], now: Date): Promise<Due[]> {
  const { rows } = await sql<Due>`
    select id, key from timers
    where fired_at is null and try_at <= ${now} and kind = any(${kinds}::text[])
    order by try_at, id limit ${batch}`.execute(db);
  return rows;
}

/** Due timers side by side. What is about one thing, before the `/` of its key, keeps its order. */
function inLanes(due: readonly Due[], width: number): number[][] {
  const found: number[][] = Array.from({ length: width }, () => []);
  const laneOf = new Map<string, number>();
  for (const { id, key } of due) {
    const thing = key.split('/', 1)[0] ?? key;
    const lane = laneOf.get(thing) ?? laneOf.size % width;
    laneOf.set(thing, lane);
    found[lane]?.push(id);
  }
  return found;
}

/** The compare-and-set: only one transaction ever gets the row; nobody waits for another's. */
async function claim(db: Db, id: number, now: Date): Promise<DueRow | undefined> {
  const { rows } = await sql<DueRow>`
    update timers set fired_at = ${now}
    where id = (
      select id from timers where id = ${id} and fired_at is null and try_at <= ${now}
      for update skip locked)
    returning id, kind, key, due_at as "dueAt", payload, attempts`.execute(db);
  return rows[0];
}

async function setBack(ctx: Ctx, row: DueRow, error: unknown): Promise<void> {
  const wait = Math.min(longestBackoffMs, ctx.settings.event_backoff_ms * 2 ** row.attempts);
  const tryAt = new Date(ctx.clock.now().getTime() + wait);
  ctx.log.error({ err: error, kind: row.kind, key: row.key }, 'timer failed, will be tried again');
  const text = error instanceof Error ? error.message : String(error);
  await sql`
    update timers set attempts = attempts + 1, error = ${text}, try_at = ${tryAt}
    where id = ${row.id} and fired_at is null`.execute(ctx.db);
}

/** Fires one timer. @returns whether it was still due */
async function fire(
  ctx: Ctx,
  id: number,
  handlers: Map<string, Handler>,
  onFailure: OnTimerFailure,
): Promise<boolean> {
  let row: DueRow | undefined;
  try {
    await tx(ctx, async (inside) => {
      row = await claim(inside.db, id, ctx.clock.now());
      const handler = row === undefined ? undefined : handlers.get(row.kind);
      if (row === undefined || handler === undefined) return;
      const { kind, key, dueAt, payload } = row;
      const as: Ctx = { ...inside, actor: systemActor(handler.owner) };
      await handler.handle(as, { kind, key, dueAt, payload });
    });
  } catch (error) {
    if (row === undefined) throw error;
    await setBack(ctx, row, error);
    onFailure(error, row);
  }
  return row !== undefined;
}

/**
 * Fires every timer due by `ctx.clock`, the earliest first, including those that become due
 * meanwhile.
 * @param width how many things have their timers fired side by side
 * @returns how many were tried
 */
export async function fireDueTimers(
  ctx: Ctx,
  capabilities: readonly Owner[],
  onFailure: OnTimerFailure = () => undefined,
  width = 1,
): Promise<number> {
  const handlers = handlersOf(capabilities);
  const kinds = [...handlers.keys()];
  let count = 0;
  for (;;) {
    const due = await dueNow(ctx.db, kinds, ctx.clock.now());
    let fired = 0;
    const runLane = async (ids: readonly number[]): Promise<void> => {
      for (const id of ids) if (await fire(ctx, id, handlers, onFailure)) fired += 1;
    };
    await Promise.all(inLanes(due, width).map(runLane));
    count += fired;
    if (fired === 0) return count;
  }
}

async function nextDue(db: Db, kinds: string[]): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(try_at) as at from timers
    where fired_at is null and kind = any(${kinds}::text[])`.execute(db);
  return rows[0]?.at ?? undefined;
}

async function sweep(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.clock.now().getTime() - ctx.settings.event_keep_days * dayMs);
  await sql`delete from timers where fired_at < ${before}`.execute(ctx.db);
}

export interface TimersDeps {
  /** The platform's own context. */
  ctx: Ctx;
  capabilities: readonly Owner[];
  listener: Listener;
}

export interface TimersRunner {
  /** Fires what is due now, whoever holds the lease. */
  runDue(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Fires timers within milliseconds of their time. Of several processes one polls: the holder of the
 * lease.
 */
export async function startTimers(deps: TimersDeps): Promise<TimersRunner> {
  const { ctx, capabilities, listener } = deps;
  const { log } = ctx;
  const kinds = [...handlersOf(capabilities).keys()];
  const runDue = (): Promise<number> => fireDueTimers(ctx, capabilities, undefined, lanes);
  const polling = startLoop(
    async () => {
      if (!(await listener.lease(leaseKey))) return undefined;
      await runDue();
      const next = await nextDue(ctx.db, kinds);
      if (next === undefined) return undefined;
      return Math.max(heldPauseMs, next.getTime() - ctx.clock.now().getTime());
    },
    { everyMs, log },
  );
  const sweeping = startLoop(
    async () => {
      await sweep(ctx);
      return undefined;
    },
    { everyMs: sweepEveryMs, log },
  );
  const deaf = await listener.listen(channel, () => polling.wake());
  return {
    runDue,
    stop: async () => {
      deaf();
      await Promise.all([polling.stop(), sweeping.stop()]);
    },
  };
}
