/**
 * Group commit and seal of the audit beside one bare insert for each record: the same rows, the
 * same pool, the same durability (fsync on), 64 callers at once that each wait for their record.
 * And what the audit adds to a route at a steady 1,000 requests a second.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createAudit, verifyAudit } from '#kernel/audit';
import { systemActor } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { type Db, migrate, openDatabase } from '#kernel/db';
import { createLog } from '#kernel/log';
import { auditAtRate } from './audit-rate.ts';
import type { Row } from './row.ts';

const callers = 64;
const records = 40_000;
const bareRecords = 10_000;

/** `count` calls by 64 callers, each waiting for its own; calls per second. */
async function perSecond(count: number, call: (i: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const began = performance.now();
  const caller = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) await call(i);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (count / (performance.now() - began)) * 1000;
}

/** The row of the audit, written by hand: one statement and one commit a record, no seal. */
const bareInsert = (db: Db, i: number): Promise<unknown> =>
  sql`insert into bench_bare
    (id, at, actor_kind, actor, actor_name, roles, from_address, action, subject, dataset, purpose,
      row_count, detail, request_id)
    values (gen_random_uuid(), ${new Date()}, 'system', 'system:bench', '平台', ${[]}, 'local',
      'gate.read', ${`component/${i}`}, 'components', '城市管理', ${i},
      ${JSON.stringify({ predicate: 'comp_id = $1' })}, 'bench')`.execute(db);

const record = (ctx: Ctx, i: number): Promise<void> =>
  ctx.audit.record(ctx, {
    action: 'gate.read',
    subject: `component/${i}`,
    dataset: 'components',
    purpose: '城市管理',
    rows: i,
    detail: { predicate: 'comp_id = $1' },
  });

async function measure(ctx: Ctx): Promise<Row[]> {
  await sql`create table bench_bare (like audit_records including all)`.execute(ctx.db);
  await perSecond(2000, (i) => bareInsert(ctx.db, i));
  await perSecond(2000, (i) => record(ctx, i));
  const bare = await perSecond(bareRecords, (i) => bareInsert(ctx.db, i));
  const ours = await perSecond(records, (i) => record(ctx, i));
  const began = performance.now();
  const verdict = await verifyAudit(ctx);
  const verified = (verdict.records / (performance.now() - began)) * 1000;
  if (!verdict.whole || verdict.records !== records + 2000)
    throw new Error('the audit is not whole');
  return [
    {
      name: `audit: records, group commit and seal, ${callers} callers`,
      ours: Math.round(ours),
      bare: Math.round(bare),
      ratio: ours / bare,
      unit: 'records/s',
    },
    {
      name: 'audit: records verified, beside records written',
      ours: Math.round(verified),
      bare: Math.round(ours),
      ratio: verified / ours,
      unit: 'records/s',
    },
  ];
}

/** Measures on a PostgreSQL of its own, or on that of DATABASE_URL. */
async function batches(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'guantong-bench-audit-'));
  const settings = loadSettings(process.env, { home, log_level: 'warn' });
  const log = createLog(settings);
  const database = await openDatabase(settings, { log });
  const { db } = database;
  try {
    await migrate(db);
    const clock = systemClock;
    const audit = createAudit({ db, settings, clock, log });
    const actor = systemActor('bench');
    const ctx = { actor, db, log, clock, audit, settings, requestId: 'bench' } as Ctx;
    const rows = await measure(ctx);
    await audit.close();
    return rows;
  } finally {
    await sql`drop table if exists bench_bare`.execute(db);
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}

export const bench = async (): Promise<Row[]> => [...(await batches()), ...(await auditAtRate())];

if (import.meta.main) console.table(await bench());
