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
  type NewUpload,
  newRun,
  newUpload,
  previewInput,
  run,
  type Upload,
  upload,
} from '../model.ts';

const ofUpload = z.strictObject({ upload: z.string().max(64).describe('Id of the upload') });

/** Protocol of resumable uploads that programs may speak (tus.io/protocols/resumable-upload). */
const tusVersion = '1.0.0';

/** Where it stands, as resumable uploads say it. */
function marked(reply: FastifyReply, made: Upload): Upload {
  reply.header('upload-offset', String(made.received));
  reply.header('upload-length', String(made.bytes));
  reply.header('upload-complete', made.received === made.bytes ? '?1' : '?0');
  reply.header('upload-expires', new Date(made.expiresAt).toUTCString());
  reply.header('tus-resumable', tusVersion);
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

/** The file's name in `Upload-Metadata`: pairs of a key and base64, parted by commas. */
function nameIn(request: FastifyRequest): string {
  const pairs = (headerOf(request, 'upload-metadata') ?? '').split(',');
  for (const pair of pairs) {
    const [key = '', value = ''] = pair.trim().split(' ');
    if (key === 'filename' || key === 'name') return Buffer.from(value, 'base64').toString('utf8');
  }
  return '';
}

/** What a program that speaks tus announces, which sends no body. */
function announced(request: FastifyRequest): NewUpload {
  const length = headerOf(request, 'upload-length') ?? '';
  const bytes = /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  const parsed = newUpload.safeParse({ name: nameIn(request), bytes });
  if (!parsed.success) throw ingestErrors.make('upload_announced');
  return parsed.data;
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
    body: newUpload.nullish(),
    response: upload,
    handler: async (ctx, { body, request }, reply) => {
      const made = await createUpload(ctx, body ?? announced(request));
      reply.header('location', `/api/ingest/uploads/${made.id}`);
      if (headerOf(request, 'tus-resumable') !== null) reply.status(201);
      return marked(reply, made);
    },
  }),
  route({
    method: 'OPTIONS',
    path: '/uploads',
    summary: { zh: '续传协议的版本和能力', en: 'What resumable uploads can do here' },
    access: 'public',
    stream: true,
    handler: async (ctx, _input, reply) => {
      await reply
        .status(204)
        .header('tus-resumable', tusVersion)
        .header('tus-version', tusVersion)
        .header('tus-max-size', String(ctx.settings.delivery_max_bytes))
        .header('tus-extension', 'creation,expiration,checksum,termination')
        .header('tus-checksum-algorithm', 'sha256')
        .send();
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
    head: true,
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
