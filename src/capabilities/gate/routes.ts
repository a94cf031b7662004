import { z } from 'zod';
import { type Route, route, rowsOf, sendTable, tableFormat } from '#kernel/http';
import * as gate from './actions/index.ts';
import * as model from './model.ts';
import { discoveryRoutes } from './routes/discovery.ts';

const dataset = z.strictObject({ dataset: z.string().min(1).describe('Name of the dataset') });
const readAccess = 'gate.read';
const grantAccess = 'gate.manage';

const dataRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/datasets/:dataset/rows',
    summary: { zh: '预览一页数据', en: 'One page of a dataset' },
    access: readAccess,
    params: dataset,
    query: model.pageInput,
    response: model.pageResult,
    handler: (ctx, { params, query }) => gate.page(ctx, params.dataset, query),
  }),
  route({
    method: 'GET',
    path: '/datasets/:dataset/download',
    summary: { zh: '下载为 CSV 或 Excel', en: 'Download as CSV or Excel' },
    access: readAccess,
    params: dataset,
    query: model.downloadInput.extend({
      format: tableFormat,
      lang: z.enum(['zh', 'en']).default('zh').describe('Language of the head'),
    }),
    stream: true,
    handler: async (ctx, { params, query: { format, ...asked } }, reply) => {
      const { table, truncated } = await gate.download(ctx, params.dataset, asked);
      reply.header('x-guantong-rows', String(rowsOf(table)));
      return sendTable(reply.header('x-guantong-truncated', String(truncated)), table, format);
    },
  }),
  route({
    method: 'GET',
    path: '/datasets/:dataset/diff',
    summary: { zh: '两版之间的行差异', en: 'Rows that changed between two versions' },
    access: readAccess,
    params: dataset,
    query: model.diffInput,
    response: model.diffRows,
    handler: (ctx, { params, query }) => gate.diffRows(ctx, params.dataset, query),
  }),
  route({
    method: 'GET',
    path: '/datasets/:dataset/lineage',
    summary: { zh: '信息项血缘', en: 'Lineage of a dataset, item by item' },
    access: 'session',
    params: dataset,
    response: model.columnLineage,
    handler: (ctx, { params }) => gate.columnLineage(ctx, params.dataset),
  }),
  route({
    method: 'POST',
    path: '/query',
    summary: { zh: '用 SQL 查询', en: 'Query with SQL' },
    access: readAccess,
    body: model.queryInput,
    response: model.readResult,
    handler: (ctx, { body: { sql, asOf, ...options } }) =>
      gate.read(ctx, sql, {
        ...options,
        ...(asOf === undefined ? {} : { asOf: new Date(asOf) }),
        action: 'gate.query',
      }),
  }),
  route({
    method: 'GET',
    path: '/rows/:dataset/:key',
    summary: { zh: '按主键读取一行', en: 'One row by its key' },
    access: readAccess,
    params: dataset.extend({
      key: z.string().min(1).max(500).describe('Key; a JSON list when it has several items'),
    }),
    query: z.strictObject({
      purpose: z.string().trim().min(1).max(200).default('browse').describe('Why it is read'),
      grant: z.uuid().optional().describe('Grant under which it is read'),
    }),
    response: model.rowResult,
    handler: (ctx, { params, query }) => gate.readOne(ctx, params.dataset, params.key, query),
  }),
];

const viewRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/datasets/:dataset/views',
    summary: { zh: '谁看得到哪些信息项', en: 'Who sees which items' },
    access: readAccess,
    params: dataset,
    query: z.strictObject({
      as: z.string().min(1).optional().describe('A role; the reader himself when absent'),
    }),
    response: model.datasetView,
    handler: (ctx, { params, query }) =>
      query.as === undefined
        ? gate.viewOf(ctx, params.dataset)
        : gate.viewAs(ctx, params.dataset, query.as),
  }),
  route({
    method: 'GET',
    path: '/me/looks',
    summary: { zh: '谁看过我的数据', en: 'Who looked at my data' },
    access: 'session',
    query: z.strictObject({
      after: z.uuid().optional().describe('`next` of the page before'),
      limit: z.coerce.number().int().min(1).max(100).default(30),
    }),
    response: z.strictObject({
      bound: z.boolean().describe('Whether the account is bound to a person'),
      looks: z.array(model.lookTold).describe('Newest first'),
      next: z.string().nullable().describe('Where the next page begins'),
    }),
    handler: (ctx, { query }) => gate.looksAtMe(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/simulate',
    summary: { zh: '某人会看到什么', en: 'What somebody would see' },
    access: 'session',
    query: model.simulateInput,
    response: model.simulation,
    handler: (ctx, { query }) => gate.simulate(ctx, query),
  }),
];

const policyId = z.strictObject({
  pack: z.string().min(1).describe('Pack of the policy'),
  name: z.string().min(1).describe('Name of its file'),
});

const policyRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/policies',
    summary: { zh: '现行可见规则和脱敏方式', en: 'Policies in force, and the table of masks' },
    access: 'session',
    response: model.policyTable,
    handler: (ctx) => gate.policyTable(ctx),
  }),
  route({
    method: 'GET',
    path: '/policies/:pack/:name/history',
    summary: { zh: '可见规则的各版本', en: 'Versions of a policy' },
    access: 'session',
    params: policyId,
    response: z.strictObject({ versions: z.array(model.policyVersion) }),
    handler: async (ctx, { params }) => ({ versions: await gate.policyHistory(ctx, params) }),
  }),
  route({
    method: 'GET',
    path: '/policies/:pack/:name/file',
    summary: { zh: '导出可见规则文件', en: 'A policy as the file of its pack' },
    access: 'session',
    params: policyId,
    query: z.strictObject({
      version: z.coerce.number().int().positive().optional().describe('In force when absent'),
    }),
    stream: true,
    handler: async (ctx, { params, query }, reply) =>
      reply
        .header('content-type', 'application/yaml; charset=utf-8')
        .header('content-disposition', `attachment; filename="${params.name}.yaml"`)
        .send(await gate.exportPolicy(ctx, params, query.version)),
  }),
  route({
    method: 'PUT',
    path: '/policies/:pack/:name',
    summary: { zh: '修改可见规则', en: 'Change a policy' },
    access: gate.policyPermission,
    params: policyId,
    body: model.policyEdit,
    response: model.policySaved,
    handler: (ctx, { params, body }) => gate.editPolicy(ctx, params, body),
  }),
  route({
    method: 'POST',
    path: '/policies/:pack/:name/roll-back',
    summary: { zh: '恢复可见规则的旧版', en: 'Go back to an earlier version of a policy' },
    access: gate.policyPermission,
    params: policyId,
    body: model.policyRollBack,
    response: model.policySaved,
    handler: (ctx, { params, body }) => gate.rollBackPolicy(ctx, params, body),
  }),
];

const grantId = z.strictObject({ id: z.uuid().describe('Id of the grant') });

const grantRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/grants',
    summary: { zh: '授权清单', en: 'Grants' },
    access: 'session',
    query: model.grantsInput,
    response: model.grantsPage,
    handler: (ctx, { query }) => gate.listGrants(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/grants/:id',
    summary: { zh: '一份授权和它打开的内容', en: 'A grant and what it shows' },
    access: 'session',
    params: grantId,
    response: model.grantDetail,
    handler: (ctx, { params }) => gate.grantFound(ctx, params.id),
  }),
  route({
    method: 'POST',
    path: '/grants',
    summary: { zh: '发放授权', en: 'Issue a grant' },
    access: grantAccess,
    body: model.grantInput,
    response: model.grant,
    handler: (ctx, { body }) => gate.issueGrant(ctx, body),
  }),
  route({
    method: 'POST',
    path: '/grants/preview',
    summary: { zh: '试算授权：会看到什么', en: 'What a grant would show' },
    access: grantAccess,
    body: model.grantDraft,
    response: model.grantPreview,
    handler: (ctx, { body }) => gate.previewGrant(ctx, body),
  }),
  route({
    method: 'POST',
    path: '/grants/:id/revoke',
    summary: { zh: '收回授权', en: 'Revoke a grant' },
    // The unit that owns the data takes it back too: the verb asks whose it is.
    access: 'session',
    params: grantId,
    body: model.grantRevoke,
    response: z.strictObject({ revoked: z.literal(true) }),
    handler: async (ctx, { params, body }) => {
      await gate.revokeGrant(ctx, params.id, body.reason);
      return { revoked: true as const };
    },
  }),
];

export const gateRoutes: Route[] = [
  ...dataRoutes,
  ...viewRoutes,
  ...policyRoutes,
  ...grantRoutes,
  ...discoveryRoutes,
];
