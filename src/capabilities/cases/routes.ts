import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import * as actions from './actions/index.ts';
import { casesErrors } from './errors.ts';
import {
  actInput,
  actMany,
  candidatePage,
  candidatesQuery,
  caseDetail,
  caseFilter,
  casePage,
  delegation,
  figures,
  figuresFilter,
  manyResult,
  newDelegation,
  openInput,
  preview,
  previewInput,
  taskFilter,
  taskPage,
  typeDetail,
  typeSummary,
} from './model.ts';

const idOf = z.strictObject({ id: z.string().min(1).max(60).describe('Id or number of the case') });
const done = z.strictObject({
  id: z.string().describe('Id of the case'),
  number: z.string().describe('Its number'),
  step: z.string().describe('Where it stands now'),
  version: z.number().int().describe('Facts so far'),
});

const shortly = ({ id, number, step, version }: z.infer<typeof done>) => ({
  id,
  number,
  step,
  version,
});

const reading: Route[] = [
  route({
    method: 'GET',
    path: '/tasks',
    summary: { zh: '我的待办', en: 'My tasks' },
    access: 'cases.read',
    query: taskFilter,
    response: taskPage,
    handler: (ctx, { query }) => actions.taskList(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/',
    summary: { zh: '事项列表', en: 'Cases' },
    access: 'cases.read',
    query: caseFilter,
    response: casePage,
    handler: (ctx, { query }) => actions.caseList(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/:id',
    summary: { zh: '一件事项的全部', en: 'All of one case' },
    access: 'cases.read',
    params: idOf,
    response: caseDetail,
    handler: (ctx, { params }) => actions.caseDetail(ctx, params.id),
  }),
  route({
    method: 'GET',
    path: '/:id/attachments/:sha256',
    summary: { zh: '事项的照片', en: 'A photo of a case' },
    access: 'cases.read',
    params: idOf.extend({
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe('Content address'),
    }),
    stream: true,
    handler: async (ctx, { params, request }, reply) => {
      const { id, sha256 } = params;
      const photo = await actions.openPhoto(ctx, id, sha256);
      // Kept by the browser, shown again only to whoever still sees the case.
      const tag = `"${sha256}"`;
      reply.header('cache-control', 'private, no-cache').header('etag', tag);
      if (request.headers['if-none-match'] === tag) {
        photo.stream.destroy();
        return reply.status(304).send();
      }
      return reply
        .header('content-type', photo.mediaType)
        .header('content-length', photo.bytes)
        .send(photo.stream);
    },
  }),
];

const writing: Route[] = [
  route({
    method: 'POST',
    path: '/',
    summary: { zh: '开一件事项', en: 'Open a case' },
    access: 'cases.open',
    body: openInput.omit({ source: true, subject: true, uploader: true }),
    response: done,
    handler: async (ctx, { body }) => shortly(await actions.openCase(ctx, body)),
  }),
  route({
    method: 'POST',
    path: '/:id/act',
    summary: { zh: '办理一步', en: 'Do one action' },
    access: 'cases.act',
    params: idOf,
    body: actInput.omit({ case: true }),
    response: done,
    handler: async (ctx, { params, body }) =>
      shortly(await actions.act(ctx, { ...body, case: params.id })),
  }),
  route({
    method: 'POST',
    path: '/attachments',
    summary: { zh: '上传照片', en: 'Upload a photo' },
    access: 'cases.act',
    multipart: true,
    response: z.strictObject({
      sha256: z.string().describe('Content address, to name in `act`'),
      mediaType: z.string().describe('Type found in the bytes'),
      bytes: z.number().int().describe('Size'),
      name: z.string().describe('Name it came with'),
    }),
    handler: async (ctx, { request }) => {
      const part = await request.file();
      if (!part) throw casesErrors.make('attachment_empty');
      return actions.storePhoto(ctx, { name: part.filename, stream: part.file });
    },
  }),
];

const ofType = z.strictObject({ type: z.string().min(1).max(60).describe('Case type') });

const types: Route[] = [
  route({
    method: 'GET',
    path: '/types',
    summary: { zh: '事项类型', en: 'Case types' },
    access: 'cases.read',
    response: z.strictObject({ types: z.array(typeSummary).describe('By name') }),
    handler: async (ctx) => ({ types: await actions.typeList(ctx) }),
  }),
  route({
    method: 'GET',
    path: '/types/:type',
    summary: { zh: '一种事项的流程和各版本', en: 'A case type and its versions' },
    access: 'cases.read',
    params: ofType,
    query: z.strictObject({
      version: z.coerce.number().int().min(1).optional().describe('Version; the newest if absent'),
    }),
    response: typeDetail,
    handler: (ctx, { params, query }) => actions.typeDetail(ctx, params.type, query.version),
  }),
  route({
    method: 'GET',
    path: '/types/:type/figures',
    summary: { zh: '一种事项堵在哪里', en: 'Where the cases of a type pile up' },
    access: 'cases.read',
    params: ofType,
    query: figuresFilter,
    response: figures,
    handler: (ctx, { params, query }) => actions.typeFigures(ctx, params.type, query),
  }),
  route({
    method: 'POST',
    path: '/types/:type/preview',
    summary: { zh: '试算流程新版的影响', en: 'What a new version would do' },
    access: 'cases.read',
    params: ofType,
    body: previewInput,
    response: preview,
    handler: (ctx, { params, body }) => actions.previewType(ctx, params.type, body.definition),
  }),
];

const hands: Route[] = [
  route({
    method: 'GET',
    path: '/delegations',
    summary: { zh: '我的委托', en: 'Tasks I handed over or was given' },
    access: 'cases.act',
    response: z.strictObject({ delegations: z.array(delegation).describe('Newest first') }),
    handler: async (ctx) => ({ delegations: await actions.myDelegations(ctx) }),
  }),
  route({
    method: 'POST',
    path: '/delegations',
    summary: { zh: '委托他人代办', en: 'Hand my tasks to somebody for a time' },
    access: 'cases.act',
    body: newDelegation,
    response: delegation,
    handler: (ctx, { body }) => actions.delegate(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/delegations/candidates',
    summary: { zh: '可以委托的人', en: 'People I may hand my tasks to' },
    access: 'cases.act',
    query: candidatesQuery,
    response: candidatePage,
    handler: (ctx, { query }) => actions.candidates(ctx, query),
  }),
  route({
    method: 'POST',
    path: '/delegations/:id/revoke',
    summary: { zh: '收回委托', en: 'Take my tasks back' },
    access: 'cases.act',
    params: z.strictObject({ id: z.coerce.number().int().min(1).describe('Id') }),
    response: delegation,
    handler: (ctx, { params }) => actions.revokeDelegation(ctx, params.id),
  }),
  route({
    method: 'POST',
    path: '/act',
    summary: { zh: '批量办理', en: 'One action on many cases' },
    access: 'cases.act',
    body: actMany,
    response: z.strictObject({ results: z.array(manyResult).describe('In the order asked') }),
    handler: async (ctx, { body }) => ({ results: await actions.actMany(ctx, body) }),
  }),
];

export const casesRoutes: Route[] = [...types, ...hands, ...reading, ...writing];
