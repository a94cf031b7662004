/** What ingest serves: deliveries in, what became of them, returned rows back. */
import { z } from 'zod';
import { type Route, receiveFiles, route } from '#kernel/http';
import {
  deliveredResources,
  deliverNow,
  deliverPermission,
  getDelivery,
  listDeliveries,
  returnedOverview as overviewOfReturned,
  pushTogether,
  returnedFile,
  returnedRows,
} from './actions/index.ts';
import { ingestErrors } from './errors.ts';
import {
  type DeliverInput,
  deliveredList,
  deliverResult,
  delivery,
  deliveryPage,
  type GivenFile,
  lang,
  listInput,
  pushInput,
  returnedOverview,
  returnedPage,
} from './model.ts';
import { dialectIn } from './routes/fields.ts';
import { proposalRoutes } from './routes/proposals.ts';
import { refreshRoutes } from './routes/refresh.ts';
import { runRoutes } from './routes/runs.ts';
import { sourceRoutes } from './routes/sources.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { warehouseRoutes } from './routes/warehouses.ts';

const ofBatch = z.strictObject({ batch: z.string().max(64).describe('Id of the delivery') });

const fields = z.strictObject({
  dataset: z.string().min(1).max(63),
  note: z.string().max(500).optional(),
  batch: z.uuid().optional(),
  dialect: z.string().max(20_000).optional(),
  dialects: z.string().max(200_000).optional(),
});

/** Files and fields of an upload in one request. */
function deliveryOf(values: Record<string, string>, files: readonly GivenFile[]): DeliverInput {
  const parsed = fields.safeParse(values);
  if (!parsed.success) {
    const detail = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw ingestErrors.make('bad_upload', { detail_zh: detail, detail_en: detail });
  }
  const { dataset, note, batch } = parsed.data;
  const dialect = dialectIn('dialect', parsed.data.dialect);
  const own = new Map(Object.entries(dialectIn('dialects', parsed.data.dialects) ?? {}));
  return {
    dataset,
    files: files.map(({ name, path }) => ({ name, path, dialect: own.get(name) })),
    ...(dialect === undefined ? {} : { dialect }),
    ...(note === undefined ? {} : { note }),
    ...(batch === undefined ? {} : { batch }),
  };
}

const upload = route({
  method: 'POST',
  path: '/deliveries',
  summary: { zh: '一次请求归集一批文件', en: 'Deliver files in one request, and wait' },
  access: deliverPermission,
  multipart: true,
  response: deliverResult,
  handler: async (ctx, { request }) => {
    const received = await receiveFiles(ctx, request);
    try {
      return await deliverNow(ctx, deliveryOf(received.fields, received.files));
    } finally {
      await received.dispose();
    }
  },
});

const download = route({
  method: 'GET',
  path: '/deliveries/:batch/returned.:format',
  summary: { zh: '下载退回数据', en: 'Download returned rows' },
  access: deliverPermission,
  params: ofBatch.extend({ format: z.enum(['csv', 'xlsx']).describe('Kind of file') }),
  query: z.strictObject({ lang: lang.default('zh').describe('Language of the reasons') }),
  stream: true,
  handler: async (ctx, { params, query }, reply) => {
    const wanted = { format: params.format, lang: query.lang };
    const file = await returnedFile(ctx, params.batch, wanted);
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': file.contentType,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    await file.write(reply.raw).catch((error: unknown) => {
      // The head is sent: a file broken off is all that can be told.
      ctx.log.warn({ err: error, batch: params.batch }, 'a file of returned rows was broken off');
      reply.raw.destroy();
    });
  },
});

export const ingestRoutes: Route[] = [
  ...runRoutes,
  ...refreshRoutes,
  ...uploadRoutes,
  ...proposalRoutes,
  ...warehouseRoutes,
  ...sourceRoutes,
  upload,
  route({
    method: 'GET',
    path: '/datasets',
    summary: { zh: '我可以归集的资源', en: 'Datasets I deliver' },
    access: deliverPermission,
    response: deliveredList,
    handler: async (ctx) => {
      const resources = await deliveredResources(ctx);
      return { datasets: resources.map(({ name }) => name), resources };
    },
  }),
  route({
    method: 'GET',
    path: '/deliveries',
    summary: { zh: '本单位的归集批次', en: 'Deliveries of my units' },
    access: deliverPermission,
    query: listInput,
    response: deliveryPage,
    handler: (ctx, { query }) => listDeliveries(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/deliveries/:batch',
    summary: { zh: '一个归集批次', en: 'One delivery' },
    access: deliverPermission,
    params: ofBatch,
    response: delivery,
    handler: (ctx, { params }) => getDelivery(ctx, params.batch),
  }),
  route({
    method: 'GET',
    path: '/deliveries/:batch/returned',
    summary: { zh: '退回数据及原因', en: 'Returned rows and their reasons' },
    access: deliverPermission,
    params: ofBatch,
    query: z.strictObject({
      offset: z.coerce.number().int().min(0).default(0).describe('Rows to leave out'),
      limit: z.coerce.number().int().min(1).max(200).default(50).describe('Most rows'),
    }),
    response: returnedPage,
    handler: (ctx, { params, query }) => returnedRows(ctx, params.batch, query),
  }),
  download,
  route({
    method: 'GET',
    path: '/returned',
    summary: { zh: '尚未修复的退回数据', en: 'Returned rows that are out' },
    access: deliverPermission,
    query: z.strictObject({
      dataset: z.string().max(63).optional().describe('Only this dataset'),
    }),
    response: returnedOverview,
    handler: (ctx, { query }) => overviewOfReturned(ctx, query.dataset),
  }),
  route({
    method: 'POST',
    path: '/rows/:dataset',
    summary: { zh: '推送数据行', en: 'Push rows to a dataset' },
    access: deliverPermission,
    params: z.strictObject({ dataset: z.string().max(63).describe('Dataset') }),
    body: pushInput,
    response: z.strictObject({
      snapshot: z.number().int().describe('Snapshot that stands now'),
      added: z.number().int().describe('New rows'),
      changed: z.number().int().describe('Rows that replaced others'),
      unchanged: z.number().int().describe('Rows that were there just so'),
    }),
    handler: (ctx, { params, body, request }) => {
      const key = request.headers['idempotency-key'];
      const named = typeof key === 'string' ? key.slice(0, 200) : null;
      return pushTogether(ctx, { dataset: params.dataset, rows: body.rows, key: named });
    },
  }),
];
