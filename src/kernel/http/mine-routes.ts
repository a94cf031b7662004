/** What a person sees and changes of his own sign-in: `/api/auth/...`. */
import { z } from 'zod';
import {
  confirmFactor,
  endMySession,
  factorState,
  mySessions,
  prove,
  removeFactor,
  sessionCookie,
  startFactor,
} from '#kernel/auth';
import { type Route, route } from './route.ts';

const mySession = z.strictObject({
  id: z.uuid().describe('Id of the session'),
  createdAt: z.iso.datetime().describe('When the person signed in'),
  seenAt: z.iso.datetime().describe('When it was last used'),
  from: z.string().describe('Address it came from'),
  agent: z.string().describe('What the browser says it is'),
  current: z.boolean().describe('The one that asks'),
});

const code = z.string().trim().min(6).max(40).describe('One-time or recovery code');
const ended = z.strictObject({ ended: z.number().int().describe('Sessions that are over now') });

const sessionRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/sessions',
    summary: { zh: '我的登录', en: 'My sessions' },
    access: 'session',
    response: z.strictObject({ sessions: z.array(mySession).describe('Newest first') }),
    handler: async (ctx, { request }) => ({
      sessions: (await mySessions(ctx, request.cookies[sessionCookie] ?? '')).map((one) => ({
        ...one,
        createdAt: one.createdAt.toISOString(),
        seenAt: one.seenAt.toISOString(),
      })),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/sessions/:id',
    summary: { zh: '结束我的一个登录', en: 'End one of my sessions' },
    access: 'session',
    params: z.strictObject({ id: z.uuid().describe('Id of the session') }),
    response: ended,
    handler: async (ctx, { params, request }) => ({
      ended: await endMySession(ctx, request.cookies[sessionCookie] ?? '', params.id),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/sessions',
    summary: { zh: '结束我的其他登录', en: 'End all my other sessions' },
    access: 'session',
    response: ended,
    handler: async (ctx, { request }) => ({
      ended: await endMySession(ctx, request.cookies[sessionCookie] ?? '', null),
    }),
  }),
];

const factorRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/factor',
    summary: { zh: '我的动态验证码', en: 'My second factor' },
    access: 'session',
    enrolling: true,
    response: z.strictObject({
      since: z.iso.datetime().nullable().describe('Since when it counts; null without one'),
      required: z.boolean().describe('Whether the role asks for one'),
      recoveryLeft: z.number().int().describe('Recovery codes not used yet'),
    }),
    handler: async (ctx) => {
      const state = await factorState(ctx);
      return { ...state, since: state.since?.toISOString() ?? null };
    },
  }),
  route({
    method: 'POST',
    path: '/factor',
    summary: { zh: '开始设置动态验证码', en: 'Begin to set up a second factor' },
    access: 'session',
    enrolling: true,
    proof: true,
    response: z.strictObject({
      uri: z.string().describe('`otpauth://totp/...`, for a QR code'),
      secret: z.string().describe('The same to be typed, base 32'),
    }),
    handler: (ctx) => startFactor(ctx),
  }),
  route({
    method: 'POST',
    path: '/factor/confirm',
    summary: { zh: '用第一个验证码启用', en: 'Make it count by its first code' },
    access: 'session',
    enrolling: true,
    body: z.strictObject({ code }),
    response: z.strictObject({
      recovery: z.array(z.string()).describe('Recovery codes, shown this once'),
    }),
    handler: async (ctx, { body }) => ({ recovery: await confirmFactor(ctx, body.code) }),
  }),
  route({
    method: 'POST',
    path: '/factor/remove',
    summary: { zh: '解除动态验证码', en: 'Remove my second factor' },
    access: 'session',
    proof: true,
    body: z.strictObject({ code }),
    handler: (ctx, { body }) => removeFactor(ctx, body.code),
  }),
  route({
    method: 'POST',
    path: '/prove',
    summary: { zh: '再确认一次是本人', en: 'Prove once more who it is' },
    access: 'session',
    enrolling: true,
    body: z.strictObject({
      password: z.string().min(1).max(500).describe('Password'),
      code: z.string().trim().max(40).optional().describe('One-time or recovery code'),
    }),
    handler: (ctx, { body, request }) => prove(ctx, request.cookies[sessionCookie] ?? '', body),
  }),
];

export const mineRoutes: Route[] = [...sessionRoutes, ...factorRoutes];
