/**
 * Retention: batches older than the law asks for are dropped whole, from the beginning of the
 * chain, and a stone takes their place: number and link of the last one, from which the chain goes
 * on. That it was done is a record of the audit itself.
 */

import { systemActor } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { armTimer, enqueue } from '#kernel/jobs';
import { closeDays } from './days.ts';
import * as store from './store.ts';
import { unpackAll } from './unpack.ts';

const dayMs = 24 * 3_600_000;
/** Batches dropped in one transaction. */
const atOnce = 200;

export const keepAuditJob = 'audit.keep';
export const droppedAction = 'audit.dropped';

/** What a stone is about, as the record of it names it. */
export const stoneSubject = (seq: number): string => `batch/${seq}`;

export interface Dropped {
  batches: number;
  records: number;
}

/** One transaction of `dropOld`; undefined when nothing is old enough. */
async function dropSome(ctx: Ctx, before: Date): Promise<Dropped | undefined> {
  return tx(ctx, async (inside) => {
    const old = await store.oldestBatches(inside.db, before, atOnce);
    const last = old.at(-1);
    if (last === undefined) return undefined;
    const records = old.reduce((sum, batch) => sum + batch.ids, 0);
    await store.dropThrough(inside.db, last.seq);
    await store.putStone(inside.db, {
      seq: last.seq,
      link: last.link,
      sealed_at: last.sealed_at,
      batches: old.length,
      records,
      dropped_at: inside.clock.now(),
    });
    await inside.audit.record(inside, {
      action: droppedAction,
      subject: stoneSubject(last.seq),
      detail: { link: last.link.toString('hex'), batches: old.length, records },
    });
    return { batches: old.length, records };
  });
}

/**
 * Drops what was sealed longer than `audit_retention_days` ago; the newest batch always stays. A
 * record is never dropped before its batch is old enough, so each is kept at least that long.
 */
export async function dropOldAudit(ctx: Ctx): Promise<Dropped> {
  const platform = { ...ctx, actor: systemActor('audit') };
  const before = new Date(ctx.clock.now().getTime() - ctx.settings.audit_retention_days * dayMs);
  const all: Dropped = { batches: 0, records: 0 };
  for (;;) {
    const some = await dropSome(platform, before);
    if (some === undefined) return all;
    all.batches += some.batches;
    all.records += some.records;
  }
}

/**
 * Sets the timer of the next day unless one runs (a start must not put off what came due while
 * nothing ran), and looks after what a process that died left packed; a process calls it when its
 * workers start.
 */
export async function startAuditKeeping(ctx: Pick<Ctx, 'db' | 'clock'>): Promise<void> {
  await unpackAll(ctx.db);
  const dueAt = new Date((Math.floor(ctx.clock.now().getTime() / dayMs) + 1) * dayMs);
  await armTimer(ctx, { kind: keepAuditJob, key: 'daily', dueAt, payload: {} });
}

export const auditKeeping: Pick<Capability, 'name' | 'jobs' | 'timers'> = {
  name: 'audit',
  jobs: {
    [keepAuditJob]: async (ctx) => {
      // A day is closed before its batches may go.
      await closeDays(ctx);
      await dropOldAudit(ctx);
    },
  },
  timers: {
    [keepAuditJob]: async (ctx) => {
      await enqueue(ctx, keepAuditJob, {}, { singletonKey: 'daily' });
      await startAuditKeeping(ctx);
    },
  },
};
