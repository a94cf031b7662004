/** Routes of one's own data: seen, objected to, followed. Whoever is bound to a person may. */
import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import {
  appeal,
  myData,
  myObjections,
  objectTo,
  ownPhoto,
  takeBack,
} from '../actions/corrections/index.ts';
import { qualityErrors } from '../errors.ts';
import * as model from '../model.ts';

const ofCase = z.strictObject({
  case: z.string().min(1).max(60).describe('Number of the case'),
});

export const ownRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/own',
    summary: { zh: '我的数据：平台上关于本人的记录', en: 'What the platform holds about me' },
    access: 'session',
    response: model.ownData,
    handler: (ctx) => myData(ctx),
  }),
  route({
    method: 'GET',
    path: '/own/objections',
    summary: { zh: '我的异议和答复', en: 'My objections and what I was answered' },
    access: 'session',
    response: z.strictObject({ objections: z.array(model.ownObjection) }),
    handler: async (ctx) => ({ objections: await myObjections(ctx) }),
  }),
  route({
    method: 'POST',
    path: '/own/objections',
    summary: { zh: '对本人的一项数据提出异议', en: 'Object to an item of my own record' },
    access: 'session',
    body: model.newObjection,
    response: z.strictObject({ case: z.string().describe('Number of the case') }),
    handler: (ctx, { body }) => objectTo(ctx, body),
  }),
  route({
    method: 'POST',
    path: '/own/objections/:case/appeal',
    summary: { zh: '不接受答复，向上一级申诉', en: 'Appeal one level up' },
    access: 'session',
    params: ofCase,
    body: model.newAppeal,
    response: z.strictObject({ done: z.literal(true) }),
    handler: async (ctx, { params, body }) => {
      await appeal(ctx, params.case, body);
      return { done: true as const };
    },
  }),
  route({
    method: 'DELETE',
    path: '/own/objections/:case',
    summary: { zh: '撤回异议', en: 'Take an objection back' },
    access: 'session',
    params: ofCase,
    response: z.strictObject({ done: z.literal(true) }),
    handler: async (ctx, { params }) => {
      await takeBack(ctx, params.case);
      return { done: true as const };
    },
  }),
  route({
    method: 'POST',
    path: '/own/photos',
    summary: { zh: '上传异议的附件照片', en: 'Upload a photo for an objection' },
    access: 'session',
    multipart: true,
    response: z.strictObject({ sha256: z.string().describe('To name in the objection') }),
    handler: async (ctx, { request }) => {
      const part = await request.file();
      if (!part) throw qualityErrors.make('own_photo');
      return ownPhoto(ctx, { name: part.filename, stream: part.file });
    },
  }),
];
