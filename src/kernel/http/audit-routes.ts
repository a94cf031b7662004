/** The audit over HTTP: `/api/audit/...`, for the audit administrator. */
import { z } from 'zod';
import {
  auditDay,
  auditFilter,
  auditPage,
  auditSummary,
  auditVerdict,
  checkAudit,
  digestLine,
  exportAudit,
  readAudit,
  readDays,
  readDigests,
  seekPerson,
  summariseAudit,
} from '#kernel/audit';
import type { Capability } from '#kernel/capability';
import { asCsv, asExcel } from './audit-export.ts';
import { route } from './route.ts';

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

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
  body: z.strictObject({
    digests: z
      .string()
      .max(400_000)
      .default('')
      .describe('Digests a third party kept, `day digest` a line, to compare with'),
  }),
  response: auditVerdict,
  handler: (ctx, { body }) => checkAudit(ctx, readDigests(body.digests)),
});

const exportRoute = route({
  method: 'GET',
  path: '/export',
  summary: { zh: '导出审计记录（CSV、Excel）', en: 'Export records of the audit as CSV or Excel' },
  access: 'audit.read',
  query: auditFilter.extend({
    format: z.enum(['csv', 'xlsx']).default('csv').describe('Kind of file'),
  }),
  stream: true,
  handler: async (ctx, { query: { format, ...filter } }, reply) => {
    const day = ctx.clock.now().toISOString().slice(0, 10);
    const pages = exportAudit(ctx, filter);
    return reply
      .type(types[format])
      .header('content-disposition', `attachment; filename="audit-${day}.${format}"`)
      .send(format === 'csv' ? asCsv(pages) : asExcel(pages));
  },
});

const seekRoute = route({
  method: 'POST',
  path: '/seek',
  summary: { zh: '把证件号换成审计中的加密摘要', en: 'The keyed hash a person stands for' },
  access: 'audit.read',
  body: z.strictObject({
    identity: z.string().trim().min(1).max(64).describe('Number of the document'),
  }),
  response: z.strictObject({ person: z.string().describe('Value of the filter `person`') }),
  handler: async (ctx, { body }) => ({ person: await seekPerson(ctx, body.identity) }),
});

const daysQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(5000).default(31).describe('Days at most'),
});

const dayRoutes = [
  route({
    method: 'GET',
    path: '/days',
    summary: { zh: '每日封存摘要', en: 'The sealed digest of each day' },
    access: 'audit.read',
    query: daysQuery,
    response: z.strictObject({ days: z.array(auditDay).describe('Newest first') }),
    handler: async (ctx, { query }) => ({ days: await readDays(ctx, query.limit) }),
  }),
  route({
    method: 'GET',
    path: '/digests',
    summary: {
      zh: '下载每日封存摘要，交第三方留存',
      en: 'The digests as a file for a third party',
    },
    access: 'audit.read',
    query: daysQuery,
    stream: true,
    handler: async (ctx, { query }, reply) => {
      const days = await readDays(ctx, query.limit);
      return reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit-digests.txt"')
        .send(`${days.map(digestLine).join('\n')}\n`);
    },
  }),
];

/** The audit as the server sees it: the part of a capability that the kernel plays itself. */
export const auditRoutes: Capability = {
  name: 'audit',
  routes: [summaryRoute, recordsRoute, verifyRoute, exportRoute, seekRoute, ...dayRoutes],
  permissions: {
    'audit.read': {
      zh: '查询、导出审计记录',
      en: 'Read and export records of the audit',
      duties: ['audit'],
    },
    'audit.verify': {
      zh: '核验审计记录是否完整',
      en: 'Verify that the audit is whole',
      duties: ['audit'],
    },
  },
};
