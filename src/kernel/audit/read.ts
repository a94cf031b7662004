/** Reading the audit, which is itself audited. */
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { AuditFilter, AuditPage, AuditVerdict } from './model.ts';
import { selectRecords } from './store.ts';
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
export async function checkAudit(ctx: Ctx): Promise<AuditVerdict> {
  requirePermission(ctx, 'audit.verify');
  const verdict = await verifyAudit(ctx);
  await ctx.audit.record(ctx, {
    action: 'audit.verify',
    rows: verdict.records,
    detail: { whole: verdict.whole, batches: verdict.batches, broken: verdict.broken },
  });
  return verdict;
}
