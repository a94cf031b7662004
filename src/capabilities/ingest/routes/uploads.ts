/** Routes of resumable uploads: announce, ask, go on, throw away, deliver. */
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import {
  appendUpload,
  createUpload,
  deliverPermission,
  deliverUploads,
  dropUpload,
  getUpload,
  listUploads,
  previewUpload,
} from '../actions/index.ts';
import { ingestErrors } from '../errors.ts';
import {
  filePreview,
  newRun,
  newUpload,
  previewInput,
  run,
  type Upload,
  upload,
} from '../model.ts';

const ofUpload = z.strictObject({ upload: z.string().max(64).describe('Id of the upload') });

/** Where it stands, as resumable uploads say it. */
function marked(reply: FastifyReply, made: Upload): Upload {
  reply.header('upload-offset', String(made.received));
  reply.header('upload-length', String(made.bytes));
  reply.header('upload-complete', made.received === made.bytes ? '?1' : '?0');
  reply.header('cache-control', 'no-store');
  return made;
}

const headerOf = (request: FastifyRequest, name: string): string | null => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
};

/** SHA-256 of the piece: `Content-Digest` of RFC 9530 or `Upload-Checksum` of tus, in base64. */
function digestIn(request: FastifyRequest): string | null {
  const digest = /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(headerOf(request, 'content-digest') ?? '');
  const checksum = /^sha256 ([A-Za-z0-9+/]{43}=)$/.exec(headerOf(request, 'upload-checksum') ?? '');
  return digest?.[1] ?? checksum?.[1] ?? null;
}

function offsetIn(request: FastifyRequest): number {
  const text = headerOf(request, 'upload-offset') ?? '';
  if (!/^\d{1,15}$/.test(text)) throw ingestErrors.make('upload_header');
  return Number(text);
}

const append = route({
  method: 'PATCH',
  path: '/uploads/:upload',
  summary: { zh: '续传文件的下一段', en: 'Go on with an upload' },
  access: deliverPermission,
  params: ofUpload,
  octets: true,
  response: upload,
  handler: async (ctx, { params, request }, reply) => {
    const piece = {
      offset: offsetIn(request),
      sha256: digestIn(request),
      body: request.body as Readable,
    };
    return marked(reply, await appendUpload(ctx, params.upload, piece));
  },
});

export const uploadRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/uploads',
    summary: { zh: '登记要上传的文件', en: 'Announce an upload' },
    access: deliverPermission,
    body: newUpload,
    response: upload,
    handler: async (ctx, { body }, reply) => {
      const made = await createUpload(ctx, body);
      reply.header('location', `/api/ingest/uploads/${made.id}`);
      return marked(reply, made);
    },
  }),
  route({
    method: 'GET',
    path: '/uploads',
    summary: { zh: '我未交付的上传文件', en: 'My uploads that are not delivered yet' },
    access: deliverPermission,
    response: z.strictObject({ uploads: z.array(upload).describe('Oldest first') }),
    handler: async (ctx) => ({ uploads: await listUploads(ctx) }),
  }),
  route({
    method: 'GET',
    path: '/uploads/:upload',
    summary: { zh: '一个文件已传到哪里', en: 'How far an upload is' },
    access: deliverPermission,
    params: ofUpload,
    response: upload,
    handler: async (ctx, { params }, reply) => marked(reply, await getUpload(ctx, params.upload)),
  }),
  append,
  route({
    method: 'POST',
    path: '/uploads/:upload/preview',
    summary: { zh: '看一个已传好的文件会怎样读', en: 'How an upload would be read' },
    access: deliverPermission,
    params: ofUpload,
    body: previewInput,
    response: filePreview,
    handler: (ctx, { params, body }) => previewUpload(ctx, params.upload, body),
  }),
  route({
    method: 'DELETE',
    path: '/uploads/:upload',
    summary: { zh: '放弃一个上传', en: 'Throw an upload away' },
    access: deliverPermission,
    params: ofUpload,
    handler: (ctx, { params }) => dropUpload(ctx, params.upload),
  }),
  route({
    method: 'POST',
    path: '/runs',
    summary: { zh: '归集已传好的文件', en: 'Deliver uploads' },
    access: deliverPermission,
    body: newRun,
    response: run,
    handler: (ctx, { body }) => deliverUploads(ctx, body),
  }),
];
