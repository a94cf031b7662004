/**
 * A million pending timers on the machine's own clock, two workers as two processes would run them:
 * how late the latest fires, whether one fires twice, and how many fire in a second when very many
 * are due at once.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Capability } from '#kernel/capability';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { makeDb, makeListener, makePool, migrate, openDatabase } from '#kernel/db';
import { startTimers, type TimersRunner } from '#kernel/jobs';
import { createLog } from '#kernel/log';
import type { Row } from './row.ts';

const pending = Number(process.env.GUANTONG_BENCH_TIMERS ?? 1_000_000);
/** The million comes due within two hours; it is watched for so long. */
const overSeconds = 7200;
const watchSeconds = 40;
/** Time to write the million down. */
const leadSeconds = 90;
const burst = 5000;
const markMs = 1000;
const bareInserts = 500;

const desk: Capability = {
  name: 'bench',
  timers: {
    'bench.due': async (ctx, { key }) => {
      await sql`insert into bench_fired values (${key}, clock_timestamp())`.execute(ctx.db);
    },
  },
};

/** Timers due within `seconds` after `from`, evenly by chance. */
const arm = (
  ctx: Ctx,
  prefix: string,
  count: number,
  due: { from: Date; seconds: number },
): Promise<unknown> =>
  sql`insert into timers (kind, key, due_at, payload, try_at)
    select 'bench.due', ${prefix} || i, at, 'null', at from (
      select i, ${due.from}::timestamptz + random() * ${due.seconds} * interval '1 second' as at
      from generate_series(1, ${count}::int) i) t`.execute(ctx.db);

interface Seen {
  fired: number;
  distinct: number;
  late: number;
  p99: number;
  missed: number;
  seconds: number;
}

/** What fired of the timers that begin with `prefix`; missed: due a second ago and not fired. */
async function seen(ctx: Ctx, prefix: string): Promise<Seen> {
  const { rows } = await sql<Seen>`
    select count(f.key)::int as fired, count(distinct f.key)::int as distinct,
      coalesce(max(extract(epoch from f.at - t.due_at) * 1000), 0)::float8 as late,
      coalesce(percentile_cont(0.99) within group (
        order by extract(epoch from f.at - t.due_at) * 1000), 0)::float8 as p99,
      count(*) filter (where f.key is null
        and t.due_at < ${ctx.clock.now()}::timestamptz - interval '1 second')::int as missed,
      coalesce(extract(epoch from max(f.at) - min(f.at)), 0)::float8 as seconds
    from timers t left join bench_fired f on f.key = t.key
    where t.key like ${`${prefix}%`}`.execute(ctx.db);
  const [row] = rows;
  if (!row) throw new Error('nothing was seen');
  return row;
}

/**
 * The same writes by hand, one transaction after the other: what a firing cannot be quicker than.
 */
async function bare(ctx: Ctx): Promise<number> {
  const began = performance.now();
  for (let i = 0; i < bareInserts; i += 1) {
    await ctx.db.transaction().execute(async (trx) => {
      await sql`update timers set attempts = attempts where id = ${i + 1}`.execute(trx);
      await sql`insert into bench_fired values (${`bare${i}`}, clock_timestamp())`.execute(trx);
    });
  }
  return (bareInserts / (performance.now() - began)) * 1000;
}

async function watch(ctx: Ctx, workers: () => Promise<TimersRunner[]>): Promise<Row[]> {
  await sql`create table bench_fired (key text, at timestamptz)`.execute(ctx.db);
  const hand = await bare(ctx);
  // Armed a while ahead, so that none is due before the workers look.
  const from = ctx.clock.now().getTime() + leadSeconds * 1000;
  await arm(ctx, 'far', pending, { from: new Date(from), seconds: overSeconds });
  await sql`analyze timers`.execute(ctx.db);
  const running = await workers();
  await pause(from - ctx.clock.now().getTime() + watchSeconds * 1000);
  const steady = await seen(ctx, 'far');
  const soon = new Date(ctx.clock.now().getTime() + 2000);
  await arm(ctx, 'burst', burst, { from: soon, seconds: 0 });
  let all = await seen(ctx, 'burst');
  const until = performance.now() + 120_000;
  while (all.fired < burst && performance.now() < until) {
    await pause(200);
    all = await seen(ctx, 'burst');
  }
  for (const one of running) await one.stop();
  if (steady.fired !== steady.distinct || all.fired !== all.distinct || all.fired !== burst) {
    throw new Error(`a timer fired twice or never: ${JSON.stringify({ steady, all })}`);
  }
  if (steady.missed > 0) throw new Error(`${steady.missed} timers were late by more than a second`);
  const perSecond = all.fired / all.seconds;
  const of = `${pending} pending, two workers, ${steady.fired} due in ${watchSeconds} s`;
  return [
    {
      name: `timers: the latest of ${of}`,
      ours: steady.late,
      bare: markMs,
      ratio: markMs / steady.late,
      unit: 'ms',
    },
    {
      name: 'timers: p99 of these',
      ours: steady.p99,
      bare: markMs,
      ratio: markMs / steady.p99,
      unit: 'ms',
    },
    {
      name: `timers: ${burst} due at once, fired one after the other, beside the bare writes`,
      ours: Math.round(perSecond),
      bare: Math.round(hand),
      ratio: perSecond / hand,
      unit: 'timers/s',
    },
  ];
}

/** Measures on a PostgreSQL of its own. */
export async function bench(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'guantong-bench-timers-'));
  const settings = loadSettings({}, { home, log_level: 'silent' });
  const log = createLog(settings);
  const database = await openDatabase(settings, { log });
  // Connections of their own, as two processes have them: one of them gets the lease.
  const own = [1, 2].map(() => ({
    db: makeDb(makePool(database.url, 4)),
    listener: makeListener(database.url, log),
  }));
  try {
    await migrate(database.db);
    const ctx = { db: database.db, log, clock: systemClock, settings } as Ctx;
    const workers = (): Promise<TimersRunner[]> =>
      Promise.all(
        own.map(({ db, listener }) =>
          startTimers({ ctx: { ...ctx, db }, capabilities: [desk], listener }),
        ),
      );
    return await watch(ctx, workers);
  } finally {
    for (const { db, listener } of own) {
      await listener.close();
      await db.destroy();
    }
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await bench());
