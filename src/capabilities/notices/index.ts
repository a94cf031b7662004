/** Door of the capability `notices`: telling people, by which channel, with receipts. */
import type { Capability } from '#kernel/capability';
import {
  armKeeping,
  channelsPermission,
  keep,
  keepDue,
  keepJob,
  keepTimer,
  outboundTimer,
  pushJob,
  pushOn,
  sendOutbound,
} from './actions/index.ts';
import './errors.ts';
import { channelsKind, noticesKind } from './kind.ts';
import { noticesRoutes } from './routes.ts';

export {
  answersTo,
  type Channel,
  type ChannelMessage,
  type NotifyInput,
  notify,
  type Recipient,
  registerChannel,
  withdraw,
} from './actions/index.ts';

export const notices: Capability = {
  name: 'notices',
  kinds: [channelsKind, noticesKind],
  routes: noticesRoutes,
  jobs: {
    [pushJob]: (ctx, payload) => pushOn(ctx, (payload as { id: number }).id),
    [keepJob]: async (ctx) => void (await keep(ctx)),
  },
  permissions: {
    [channelsPermission]: {
      zh: '查看推送渠道，处理没有送达的',
      en: 'See how the channels stand, deal with what did not leave',
      duties: ['system'],
    },
  },
  timers: {
    [outboundTimer]: (ctx, timer) => sendOutbound(ctx, (timer.payload as { id: number }).id),
    [keepTimer]: (ctx) => keepDue(ctx),
  },
  publishes: {
    'notice.sent': 'Somebody was told something: {accounts, notice}',
    'notice.withdrawn': 'What a notice asked for is done: {accounts, key}',
    'notice.answered': 'A channel took an answer to a reporter: {channel, ref, template}',
  },
  start: (ctx) => armKeeping(ctx),
};
