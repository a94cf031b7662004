/** Reading the audit, which is itself audited. */
import { personHash, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { closeDays, daysClosed } from './days.ts';
import type { AuditDay, AuditFilter, AuditPage, AuditSummary, AuditVerdict } from './model.ts';
import { lastBatch, lastOf, recentCounts, selectRecords } from './store.ts';
import { verifyAudit } from './verify.ts';

const filtersOf = ({ limit: _limit, after: _after, ...filters }: AuditFilter) => filters;

/**
 * One page of records, newest first.
 * @throws auth.not_allowed without `audit.read`
 */
export async function readAudit(ctx: Ctx, filter: AuditFilter): Promise<AuditPage> {
  requirePermission(ctx, 'audit.read');
  const found = await selectRecords(ctx.db, { ...filter, limit: filter.limit + 1 });
  const items = found.slice(0, filter.limit);
  await ctx.audit.record(ctx, {
    action: 'audit.read',
    rows: items.length,
    detail: { filter: filtersOf(filter) },
  });
  const more = found.length > items.length;
  return { items, next: more ? (items.at(-1)?.id ?? null) : null };
}

/**
 * All records of a filter, newest first, a page at a time, up to the moment of asking.
 * @throws auth.not_allowed without `audit.read`
 */
export async function* exportAudit(
  ctx: Ctx,
  filter: AuditFilter,
): AsyncGenerator<AuditPage['items']> {
  requirePermission(ctx, 'audit.read');
  await ctx.audit.record(ctx, { action: 'audit.export', detail: { filter: filtersOf(filter) } });
  let { after } = filter;
  for (;;) {
    const items = await selectRecords(ctx.db, { ...filter, after, limit: 1000 });
    if (items.length === 0) return;
    yield items;
    after = items.at(-1)?.id;
  }
}

/**
 * Verifies the whole audit for a person and records that it was done, with the result.
 * @throws auth.not_allowed without `audit.verify`
 */
export async function checkAudit(
  ctx: Ctx,
  given: ReadonlyMap<string, string> = new Map(),
): Promise<AuditVerdict> {
  requirePermission(ctx, 'audit.verify');
  const verdict = await verifyAudit(ctx, given);
  await ctx.audit.record(ctx, {
    action: 'audit.verify',
    rows: verdict.records,
    detail: { whole: verdict.whole, batches: verdict.batches, broken: verdict.broken },
  });
  return verdict;
}

/**
 * What stands for a person in the audit, to search by it. The identity itself is kept nowhere, nor
 * does it travel in an address.
 * @throws auth.not_allowed without `audit.read`
 */
export async function seekPerson(ctx: Ctx, identity: string): Promise<string> {
  requirePermission(ctx, 'audit.read');
  const person = personHash(ctx.settings, identity);
  await ctx.audit.record(ctx, { action: 'audit.seek', detail: { person } });
  return person;
}

/**
 * The days that are closed, newest first, each with its digest.
 * @throws auth.not_allowed without `audit.read`
 */
export async function readDays(ctx: Ctx, limit: number): Promise<AuditDay[]> {
  requirePermission(ctx, 'audit.read');
  await closeDays(ctx);
  const days = await daysClosed(ctx, limit);
  await ctx.audit.record(ctx, { action: 'audit.digests', rows: days.length });
  return days;
}

const dayMs = 24 * 3_600_000;

/**
 * How the audit stands: how much a day, sealed until when, verified when and by whom.
 * @throws auth.not_allowed without `audit.read`
 */
export async function summariseAudit(ctx: Ctx): Promise<AuditSummary> {
  requirePermission(ctx, 'audit.read');
  const since = new Date(ctx.clock.now().getTime() - dayMs);
  const [head, counted, verified] = await Promise.all([
    lastBatch(ctx.db),
    recentCounts(ctx.db, since),
    lastOf(ctx.db, 'audit.verify'),
  ]);
  return {
    lastDay: counted.recent,
    batches: head?.seq ?? 0,
    sealedAt: head?.sealed_at.toISOString() ?? null,
    head: head?.link.toString('hex') ?? null,
    unsealed: counted.unsealed,
    retentionDays: ctx.settings.audit_retention_days,
    verified:
      verified === undefined
        ? null
        : {
            at: verified.at,
            by: verified.actorName,
            whole: verified.detail?.whole === true,
            records: verified.rows ?? 0,
          },
  };
}
