/**
 * What the audit adds at 1,000 requests a second: the same route on the same database, with and
 * without its record, in turns. Processor time is that of the server's process and of PostgreSQL
 * together; each answer with a record waits until that is on the disk.
 */
import { fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Audit } from '#kernel/audit';
import { type Actor, openSession, setActorSource } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { buildServer, route } from '#kernel/http';
import type { Steady, SteadyTask } from './rate.ts';
import type { Row } from './row.ts';

const rows = 100_000;
const perSecond = 1000;
const seconds = 8;
const turns = 3;

const reader: Actor = {
  kind: 'account',
  id: 'bench',
  name: '测速应用',
  roles: [{ role: 'worker', unit: '330109004', path: '330109/330109004', unitName: '新塘街道' }],
  permissions: new Set(['bench.read']),
  from: '127.0.0.1',
};

/** A route as the gate has one: a row by its key, and the record of the reading. */
const capability: Capability = {
  name: 'bench',
  routes: [
    route({
      method: 'GET',
      path: '/rows/:key',
      summary: { zh: '测速', en: 'Bench' },
      access: 'bench.read',
      params: z.strictObject({ key: z.string() }),
      response: z.strictObject({ row: z.unknown() }),
      handler: async (ctx, { params: { key } }) => {
        const found = await sql<{ row: unknown }>`
          select row from bench_rows where key = ${key}`.execute(ctx.db);
        await ctx.audit.record(ctx, {
          action: 'gate.read_one',
          subject: `components/${key}`,
          dataset: 'components',
          purpose: 'bench',
          rows: 1,
        });
        return { row: found.rows[0]?.row };
      },
    }),
  ],
};

const silent: Audit = {
  record: async () => undefined,
  seal: async () => undefined,
  close: async () => undefined,
};

const ticksPerSecond = 100;

/** Processor seconds of PostgreSQL so far: its first process and all its children. */
function databaseSeconds(postmaster: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The name stands in brackets and may hold blanks.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[1]) !== postmaster && Number(name) !== postmaster) continue;
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It ended while it was looked at.
    }
  }
  return ticks / ticksPerSecond;
}

const ownSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function load(task: SteadyTask): Promise<Steady> {
  const child = fork(join(import.meta.dirname, 'rate.ts'), [], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('message', (answer: Steady) => {
      if (answer.failed > 0) reject(new Error(`${answer.failed} requests failed`));
      else resolve(answer);
    });
    child.once('error', reject);
    child.send(task);
  });
}

interface Turn extends Steady {
  /** Processor milliseconds a request. */
  processor: number;
}

async function turn(task: SteadyTask, postmaster: number): Promise<Turn> {
  const before = ownSeconds() + databaseSeconds(postmaster);
  const answer = await load(task);
  const spent = ownSeconds() + databaseSeconds(postmaster) - before;
  return { ...answer, processor: (spent / answer.done) * 1000 };
}

const middle = (turns: readonly Turn[], of: (turn: Turn) => number): number =>
  turns.map(of).sort((a, b) => a - b)[Math.floor(turns.length / 2)] ?? 0;

async function serve(ctx: Ctx, audit: Audit): Promise<{ app: FastifyInstance; prefix: string }> {
  const app = await buildServer({
    settings: { ...ctx.settings, http_requests_per_minute: 10_000_000 },
    log: ctx.log,
    capabilities: [capability],
    makeCtx: (request) => ({ ...ctx, audit, ...request }),
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, prefix: `${address}/api/bench/rows/` };
}

async function fill(ctx: Ctx): Promise<number> {
  await sql`create table bench_rows (key text primary key, row jsonb not null)`.execute(ctx.db);
  await sql`insert into bench_rows select i::text,
    jsonb_build_object('id', i, 'name', '井盖', 'state', '完好', 'address', '霞江路 ' || i || ' 号')
    from generate_series(0, ${rows - 1}) i`.execute(ctx.db);
  const backend = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(ctx.db);
  const stat = readFileSync(`/proc/${backend.rows[0]?.pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** The share of a request that its audit record costs, in processor time and in waiting. */
export async function auditAtRate(ctx: Ctx): Promise<Row[]> {
  const postmaster = await fill(ctx);
  setActorSource({
    byAccount: async () => reader,
    login: async () => undefined,
    demoAccounts: async () => [],
  });
  const { token } = await openSession({ ...ctx, actor: reader }, reader.id);
  const [withIt, without] = [await serve(ctx, ctx.audit), await serve(ctx, silent)];
  const task = { rows, perSecond, cookie: `gt_session=${token}` };
  const both: { ours: Turn[]; bare: Turn[] } = { ours: [], bare: [] };
  try {
    for (const { prefix } of [withIt, without]) await load({ ...task, prefix, seconds: 2 });
    for (let i = 0; i < turns; i += 1) {
      both.bare.push(await turn({ ...task, prefix: without.prefix, seconds }, postmaster));
      both.ours.push(await turn({ ...task, prefix: withIt.prefix, seconds }, postmaster));
    }
  } finally {
    await Promise.all([withIt.app.close(), without.app.close()]);
    await sql`drop table bench_rows`.execute(ctx.db);
  }
  const rowOf = (name: string, of: (turn: Turn) => number): Row => {
    const [ours, bare] = [middle(both.ours, of), middle(both.bare, of)];
    return { name: `audit at ${perSecond}/s: ${name}`, ours, bare, ratio: bare / ours, unit: 'ms' };
  };
  return [
    rowOf('processor time of a request', (one) => one.processor),
    rowOf('median latency', (one) => one.median),
    rowOf('p99 latency', (one) => one.p99),
  ];
}
