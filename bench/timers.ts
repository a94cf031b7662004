/**
 * A million pending timers on the machine's own clock, two workers as two processes would run them:
 * how late the latest fires, whether one fires twice, and how many fire in a second when very many
 * are due at once.
 *
 * `node bench/timers.ts full` fires all of them: `GUANTONG_BENCH_TIMERS` timers within
 * `GUANTONG_BENCH_TIMERS_SECONDS`, by two processes, of which each is killed once (`kill -9`) and
 * started again. It prints the latest, doubles and losses.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { Capability } from '#kernel/capability';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { makeDb, makeListener, makePool, migrate, openDatabase } from '#kernel/db';
import { startTimers, type TimersRunner } from '#kernel/jobs';
import { createLog } from '#kernel/log';
import type { Row } from './row.ts';

const self = fileURLToPath(import.meta.url);

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
      name: `timers: ${burst} due at once, one after the other, beside bare writes`,
      ours: Math.round(perSecond),
      bare: Math.round(hand),
      ratio: perSecond / hand,
      unit: 'timers/s',
    },
  ];
}

/** A worker that is killed: it fires until it is gone. */
async function work(url: string, home: string): Promise<void> {
  const settings = loadSettings({}, { home, log_level: 'error' });
  const log = createLog(settings);
  const db = makeDb(makePool(url, 8));
  const ctx = { db, log, clock: systemClock, settings } as Ctx;
  await startTimers({ ctx, capabilities: [desk], listener: makeListener(url, log) });
  process.stdout.write('ready\n');
}

/** A worker that is up. */
async function begin(url: string, home: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [self, 'work', url, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('a worker did not come up'))),
  ]);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Late by the second the worker was killed in, and by all others. */
async function lateness(ctx: Ctx, kills: readonly Date[]): Promise<{ late: number; calm: number }> {
  const near = kills.map((at) => at.toISOString());
  const { rows } = await sql<{ late: number; calm: number }>`
    select max(ms) as late, max(ms) filter (where not near) as calm from (
      select extract(epoch from f.at - t.due_at)::float8 * 1000 as ms,
        exists (select from unnest(${near}::timestamptz[]) k
          where t.due_at between k - interval '2 seconds' and k + interval '10 seconds') as near
      from timers t join bench_fired f on f.key = t.key where t.key like 'all%') q`.execute(ctx.db);
  return rows[0] ?? { late: 0, calm: 0 };
}

/** Fires all of them while the two workers are killed one after the other. */
async function fireAll(ctx: Ctx, url: string, seconds: number): Promise<Row[]> {
  await sql`create table bench_fired (key text, at timestamptz)`.execute(ctx.db);
  const { home } = ctx.settings;
  const workers = await Promise.all([begin(url, home), begin(url, home)]);
  const from = ctx.clock.now().getTime() + leadSeconds * 1000;
  await arm(ctx, 'all', pending, { from: new Date(from), seconds });
  await sql`analyze timers`.execute(ctx.db);
  const kills: Date[] = [];
  for (const [at] of workers.entries()) {
    await pause(from + ((at + 1) / 3) * seconds * 1000 - ctx.clock.now().getTime());
    const one = workers[at];
    if (one === undefined || one.exitCode !== null) throw new Error('a worker ended by itself');
    kills.push(ctx.clock.now());
    await kill(one);
    await pause(5000);
    workers[at] = await begin(url, home);
  }
  await pause(from + seconds * 1000 + 2000 - ctx.clock.now().getTime());
  const until = performance.now() + 600_000;
  let all = await seen(ctx, 'all');
  while (all.missed > 0 && performance.now() < until) {
    await pause(2000);
    all = await seen(ctx, 'all');
  }
  for (const one of workers) await kill(one);
  const { late, calm } = await lateness(ctx, kills);
  const said = `${pending} fired in ${seconds} s, two kills`;
  return [
    { name: `timers: twice of ${said}`, ...mark(all.fired - all.distinct, 0), unit: 'timers' },
    { name: 'timers: never', ...mark(pending - all.distinct, 0), unit: 'timers' },
    { name: 'timers: the latest', ...mark(late, markMs), unit: 'ms' },
    { name: 'timers: the latest away from the kills', ...mark(calm, markMs), unit: 'ms' },
    { name: 'timers: p99', ...mark(all.p99, markMs), unit: 'ms' },
  ];
}

const mark = (ours: number, most: number) => ({
  ours,
  bare: most,
  ratio: ours === 0 ? 1 : most / ours,
});

/** A PostgreSQL of its own, for as long as `fn` runs. */
async function onOwnDatabase<T>(fn: (ctx: Ctx, url: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'guantong-bench-timers-'));
  const settings = loadSettings({}, { home, log_level: 'silent' });
  const log = createLog(settings);
  const database = await openDatabase(settings, { log });
  try {
    await migrate(database.db);
    return await fn({ db: database.db, log, clock: systemClock, settings } as Ctx, database.url);
  } finally {
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** Measures on a PostgreSQL of its own. */
export const bench = (): Promise<Row[]> =>
  onOwnDatabase(async (ctx, url) => {
    // Connections of their own, as two processes have them: one of them gets the lease.
    const own = [1, 2].map(() => ({
      db: makeDb(makePool(url, 4)),
      listener: makeListener(url, ctx.log),
    }));
    try {
      return await watch(ctx, () =>
        Promise.all(
          own.map(({ db, listener }) =>
            startTimers({ ctx: { ...ctx, db }, capabilities: [desk], listener }),
          ),
        ),
      );
    } finally {
      for (const { db, listener } of own) {
        await listener.close();
        await db.destroy();
      }
    }
  });

if (import.meta.main) {
  const [what, url, home] = process.argv.slice(2);
  const seconds = Number(process.env.GUANTONG_BENCH_TIMERS_SECONDS ?? 900);
  if (what === 'work' && url !== undefined && home !== undefined) await work(url, home);
  else if (what === 'full') {
    console.table(await onOwnDatabase((ctx, own) => fireAll(ctx, own, seconds)));
  } else console.table(await bench());
}
