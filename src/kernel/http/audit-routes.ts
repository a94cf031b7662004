/** The audit over HTTP: `/api/audit/...`, for the audit administrator. */
import { Readable } from 'node:stream';
import {
  type AuditPage,
  auditFilter,
  auditPage,
  auditSummary,
  auditVerdict,
  checkAudit,
  exportAudit,
  readAudit,
  summariseAudit,
} from '#kernel/audit';
import type { Capability } from '#kernel/capability';
import { harmless } from './csv.ts';
import { route } from './route.ts';

const recordsRoute = route({
  method: 'GET',
  path: '/records',
  summary: { zh: '查询审计记录', en: 'Read records of the audit' },
  access: 'audit.read',
  query: auditFilter,
  response: auditPage,
  handler: (ctx, { query }) => readAudit(ctx, query),
});

const summaryRoute = route({
  method: 'GET',
  path: '/summary',
  summary: { zh: '审计概况', en: 'How the audit stands' },
  access: 'audit.read',
  response: auditSummary,
  handler: (ctx) => summariseAudit(ctx),
});

const verifyRoute = route({
  method: 'POST',
  path: '/verify',
  summary: { zh: '核验审计记录是否完整', en: 'Verify that the audit is whole' },
  access: 'audit.verify',
  response: auditVerdict,
  handler: (ctx) => checkAudit(ctx),
});

const columns = [
  'id',
  'at',
  'actorKind',
  'actor',
  'actorName',
  'roles',
  'from',
  'action',
  'subject',
  'dataset',
  'purpose',
  'grant',
  'rows',
  'detail',
  'requestId',
] as const;

/** Quoted always; a text that a spreadsheet would run as a formula is led by an apostrophe. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return `"${harmless(text).replaceAll('"', '""')}"`;
}

async function* csvOf(pages: AsyncIterable<AuditPage['items']>): AsyncGenerator<string> {
  // The mark tells Excel that the file is UTF-8.
  yield `\uFEFF${columns.join(',')}\r\n`;
  for await (const items of pages) {
    yield items.map((one) => `${columns.map((name) => cell(one[name])).join(',')}\r\n`).join('');
  }
}

const exportRoute = route({
  method: 'GET',
  path: '/export',
  summary: { zh: '导出审计记录（CSV）', en: 'Export records of the audit as CSV' },
  access: 'audit.read',
  query: auditFilter,
  stream: true,
  handler: async (ctx, { query }, reply) => {
    const day = ctx.clock.now().toISOString().slice(0, 10);
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="audit-${day}.csv"`)
      .send(Readable.from(csvOf(exportAudit(ctx, query))));
  },
});

/** The audit as the server sees it: the part of a capability that the kernel plays itself. */
export const auditRoutes: Capability = {
  name: 'audit',
  routes: [summaryRoute, recordsRoute, verifyRoute, exportRoute],
  permissions: {
    'audit.read': { zh: '查询、导出审计记录', en: 'Read and export records of the audit' },
    'audit.verify': { zh: '核验审计记录是否完整', en: 'Verify that the audit is whole' },
  },
};
