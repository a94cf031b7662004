import { z } from 'zod';
import { type Route, route, sendTable, tableFormat } from '#kernel/http';
import * as quality from './actions/index.ts';
import * as model from './model.ts';
import { correctionRoutes } from './routes/corrections.ts';
import { ownRoutes } from './routes/own.ts';

const access = quality.readPermission;
const ofDataset = z.strictObject({ dataset: z.string().min(1).describe('Name of the dataset') });
const ofCheck = ofDataset.extend({ check: z.string().min(1).describe('Name of the check') });
const ofMonth = z.strictObject({ month: model.month });

export const qualityRoutes: Route[] = [
  ...correctionRoutes,
  ...ownRoutes,
  route({
    method: 'GET',
    path: '/scoring',
    summary: { zh: '现行质量评分办法', en: 'The scheme of scoring in force' },
    access,
    response: model.scoring,
    handler: (ctx) => quality.scoringInForce(ctx),
  }),
  route({
    method: 'GET',
    path: '/overview',
    summary: { zh: '数据质量总览', en: 'Quality of all datasets' },
    access,
    response: model.overview,
    handler: (ctx) => quality.overviewOf(ctx),
  }),
  route({
    method: 'GET',
    path: '/datasets/:dataset',
    summary: { zh: '一个数据资源的质量', en: 'Quality of one dataset' },
    access,
    params: ofDataset,
    response: model.datasetQuality,
    handler: (ctx, { params }) => quality.qualityOf(ctx, params.dataset),
  }),
  route({
    method: 'GET',
    path: '/datasets/:dataset/checks/:check/runs',
    summary: { zh: '一条质量规则的检查记录', en: 'Runs of a check' },
    access,
    params: ofCheck,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(200).default(50).describe('Runs at most'),
    }),
    response: z.strictObject({ runs: z.array(model.checkRun) }),
    handler: async (ctx, { params, query }) => ({
      runs: await quality.runsOf(ctx, { ...params, ...query }),
    }),
  }),
  route({
    method: 'GET',
    path: '/datasets/:dataset/checks/:check/rows',
    summary: { zh: '一条质量规则查出的问题行', en: 'Faulty rows of a check' },
    access,
    params: ofCheck,
    query: z.strictObject({
      offset: z.coerce.number().int().min(0).max(1_000_000).default(0).describe('Rows skipped'),
      limit: z.coerce.number().int().min(1).max(200).default(20).describe('Rows of a page'),
    }),
    response: model.faultyRows,
    handler: (ctx, { params, query }) => quality.faultyRows(ctx, { ...params, ...query }),
  }),
  route({
    method: 'GET',
    path: '/datasets/:dataset/checks/:check/file',
    summary: { zh: '下载一条质量规则的问题数据', en: 'The faulty rows of a check as a file' },
    access,
    params: ofCheck,
    query: z.strictObject({
      format: tableFormat,
      lang: z.enum(['zh', 'en']).default('zh').describe('Language of the head'),
      notes: z.stringbool().default(true).describe('With columns that say what is wrong'),
    }),
    stream: true,
    handler: async (ctx, { params, query: { format, ...asked } }, reply) => {
      const { table, more } = await quality.faultFile(ctx, { ...params, ...asked });
      return sendTable(reply.header('x-guantong-truncated', String(more)), table, format);
    },
  }),
  route({
    method: 'POST',
    path: '/datasets/:dataset/run',
    summary: { zh: '立即检查一个数据资源', en: 'Run the checks of a dataset now' },
    access: quality.runPermission,
    params: ofDataset,
    response: model.datasetQuality,
    handler: (ctx, { params }) => quality.runNow(ctx, params.dataset),
  }),
  route({
    method: 'GET',
    path: '/rankings',
    summary: { zh: '有晾晒榜的月份', en: 'Months with a ranking' },
    access,
    response: z.strictObject({
      months: z.array(
        z.strictObject({ month: model.month, frozen: z.boolean().describe('The month is over') }),
      ),
    }),
    handler: async (ctx) => ({ months: await quality.rankingMonths(ctx) }),
  }),
  route({
    method: 'GET',
    path: '/rankings/:month',
    summary: { zh: '一个月的晾晒榜', en: 'The ranking of a month' },
    access,
    params: ofMonth,
    response: model.ranking,
    handler: (ctx, { params }) => quality.rankingOf(ctx, params.month),
  }),
  route({
    method: 'GET',
    path: '/rankings/:month/file',
    summary: { zh: '下载一个月的晾晒榜', en: 'The ranking of a month as a file' },
    access,
    params: ofMonth,
    query: z.strictObject({
      format: z.enum(['docx', 'xlsx']).default('docx').describe('Word or Excel'),
      language: z.enum(['zh', 'en']).default('zh').describe('Language of the file'),
    }),
    stream: true,
    handler: async (ctx, { params, query: { format, language } }, reply) => {
      const { name, bytes } = await quality.rankingFile(ctx, params.month, format, language);
      const file = `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
      return reply.type(quality.paperTypes[format]).header('content-disposition', file).send(bytes);
    },
  }),
];
