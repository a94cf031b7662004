/**
 * The staff app's own door: one signed POST for each person, another one when the matter is done.
 * `x-guantong-signature: v1=<HMAC-SHA256 of "<timestamp>.<body>", hexadecimal>`.
 */
import { createHmac } from 'node:crypto';
import type { Adapter, Push } from './channel.ts';
import { postJson } from './post.ts';

export interface WebhookOptions {
  url: string;
  secret: string;
}

const bodyOf = (push: Push): string =>
  JSON.stringify({
    id: String(push.id),
    event: push.done ? 'todo.done' : 'todo.opened',
    account: push.account,
    title: push.title,
    body: push.body,
    url: push.url,
    urgent: push.urgent,
    at: push.at.toISOString(),
  });

export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

export const webhook = ({ url, secret }: WebhookOptions): Adapter => ({
  personal: true,
  whenDone: 'withdraws',
  send: async (ctx, push) => {
    const body = bodyOf(push);
    const timestamp = String(ctx.clock.now().getTime());
    await postJson(ctx.settings, new URL(url), body, {
      'x-guantong-timestamp': timestamp,
      'x-guantong-signature': signatureOf(secret, timestamp, body),
      'idempotency-key': `${push.id}-${push.done ? 'done' : 'opened'}`,
    });
    return null;
  },
});
