import { z } from 'zod';
import type { Actor } from '#kernel/auth';
import { onLive } from '#kernel/events';
import { type Route, route, sse } from '#kernel/http';
import {
  channelStates,
  channelsPermission,
  giveUp,
  myContact,
  myNotices,
  readNotice,
  setContact,
  stuckPushes,
  tryAgain,
} from './actions/index.ts';
import { liveMessageFor } from './actions/live.ts';
import { channelState, contact, noticePage, stuckPush } from './model.ts';

/**
 * Forwards what concerns the reader until he leaves. A slow reader loses hints, never notices: they
 * are stored.
 */
async function follow(actor: Actor, stream: ReturnType<typeof sse>): Promise<void> {
  const stop = onLive((event) => {
    const message = liveMessageFor(actor, event);
    if (message) stream.send(message.name, message.data, String(event.id)).catch(() => undefined);
  });
  await stream.send('ready', {});
  if (!stream.closed.aborted) {
    await new Promise((resolve) => stream.closed.addEventListener('abort', resolve));
  }
  stop();
}

const ofPush = z.strictObject({
  id: z
    .string()
    .regex(/^\d{1,15}$/)
    .describe('Push'),
});
const done = z.strictObject({ done: z.literal(true) });
const unread = z.strictObject({ unread: z.number().int().describe('Unread notices left') });

export const noticesRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/mine',
    summary: { zh: '我的通知', en: 'My notices' },
    access: 'session',
    query: z.strictObject({
      after: z.string().regex(/^\d+$/).optional().describe('Last id of the page before'),
      limit: z.coerce.number().int().min(1).max(200).default(20).describe('Notices a page'),
      withdrawn: z.stringbool().optional().describe('With those whose matter is done'),
    }),
    response: noticePage,
    handler: (ctx, { query }) => myNotices(ctx, query),
  }),
  route({
    method: 'POST',
    path: '/:id/read',
    summary: { zh: '标为已读', en: 'Mark one as read' },
    access: 'session',
    params: z.strictObject({ id: z.string().regex(/^\d+$/).describe('Notice') }),
    response: unread,
    handler: (ctx, { params }) => readNotice(ctx, params.id),
  }),
  route({
    method: 'POST',
    path: '/read-all',
    summary: { zh: '全部标为已读', en: 'Mark all as read' },
    access: 'session',
    response: unread,
    handler: (ctx) => readNotice(ctx, null),
  }),
  route({
    method: 'GET',
    path: '/channels',
    summary: { zh: '推送渠道的状态', en: 'How the channels stand' },
    access: channelsPermission,
    response: z.strictObject({ channels: z.array(channelState) }),
    handler: async (ctx) => ({ channels: await channelStates(ctx) }),
  }),
  route({
    method: 'GET',
    path: '/pushes/stuck',
    summary: { zh: '没有送达的推送', en: 'Pushes that did not leave' },
    access: channelsPermission,
    response: z.strictObject({ pushes: z.array(stuckPush).describe('The oldest first') }),
    handler: async (ctx) => ({ pushes: await stuckPushes(ctx) }),
  }),
  route({
    method: 'POST',
    path: '/pushes/:id/again',
    summary: { zh: '立即重发一条推送', en: 'Try a push again at once' },
    access: channelsPermission,
    params: ofPush,
    response: done,
    handler: async (ctx, { params }) => {
      await tryAgain(ctx, params.id);
      return { done: true as const };
    },
  }),
  route({
    method: 'POST',
    path: '/pushes/:id/give-up',
    summary: { zh: '放弃一条推送', en: 'Give a push up' },
    access: channelsPermission,
    params: ofPush,
    response: done,
    handler: async (ctx, { params }) => {
      await giveUp(ctx, params.id);
      return { done: true as const };
    },
  }),
  route({
    method: 'GET',
    path: '/contact',
    summary: { zh: '我的接收方式', en: 'Where I am reached' },
    access: 'session',
    response: contact,
    handler: (ctx) => myContact(ctx),
  }),
  route({
    method: 'PUT',
    path: '/contact',
    summary: { zh: '设置我的接收方式', en: 'Set where I am reached' },
    access: 'session',
    body: contact,
    handler: (ctx, { body }) => setContact(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/stream',
    summary: { zh: '实时推送：通知与页面变化', en: 'Live stream: notices and what changed' },
    access: 'session',
    stream: true,
    handler: async (ctx, _input, reply) => follow(ctx.actor, sse(reply)),
  }),
];
