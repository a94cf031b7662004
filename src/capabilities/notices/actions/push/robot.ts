/**
 * A group robot as staff messengers have it: timestamp and signature in the address, Markdown in
 * the body. Sign = Base64 of HMAC-SHA256(secret, "<timestamp>\n<secret>"), percent-encoded.
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type Adapter, ChannelFailure, type Push } from './channel.ts';
import { postJson } from './post.ts';

export interface RobotOptions {
  /** With its access token. */
  url: string;
  secret: string;
}

export const robotSign = (secret: string, timestamp: string): string =>
  createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');

/** Markdown would read signs of it in a text as layout. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]()#+!<>|~]/g, '\\$&');

const titleOf = ({ title, urgent, done }: Push): string =>
  `${done ? '【已办】' : urgent ? '【急】' : ''}${title.zh}`;

const textOf = (push: Push): string =>
  [
    `### ${plain(titleOf(push))}`,
    plain(push.settled?.zh ?? push.body.zh),
    ...(push.url === null ? [] : [`[打开办理](${push.url})`]),
  ].join('\n\n');

const answerShape = z.object({ errcode: z.number(), errmsg: z.string().default('') });

/** Too many messages a minute; everything else the far end says is a refusal. */
const busyCodes = new Set([130101, 130102]);

export const robot = ({ url, secret }: RobotOptions): Adapter => ({
  personal: false,
  whenDone: 'follows',
  send: async (ctx, push) => {
    const timestamp = String(ctx.clock.now().getTime());
    const address = new URL(url);
    address.searchParams.set('timestamp', timestamp);
    address.searchParams.set('sign', robotSign(secret, timestamp));
    const markdown = { title: titleOf(push), text: textOf(push) };
    const body = JSON.stringify({ msgtype: 'markdown', markdown, at: { isAtAll: false } });
    const { text } = await postJson(ctx.settings, address, body, {});
    const answer = answerShape.safeParse(parsed(text));
    if (!answer.success) throw new ChannelFailure('down', 'the answer could not be read');
    const { errcode } = answer.data;
    if (busyCodes.has(errcode)) throw new ChannelFailure('busy', `errcode ${errcode}`);
    if (errcode !== 0) throw new ChannelFailure('refused', `errcode ${errcode}`);
    return null;
  },
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
