/**
 * Answers to reporters: each goes back by the channel the report came by, and waits while that is
 * down.
 */
import type { Ctx } from '#kernel/context';
import { publish } from '#kernel/events';
import { setTimer } from '#kernel/jobs';
import type { Outbound } from '../model.ts';
import * as store from '../store.ts';
import { channelFor } from './channels.ts';

/** Timer that tries an outbound message; its key is the message's id. */
export const outboundTimer = 'notices.outbound';

/**
 * Tries one outbound message. A channel that is down delays it: the next try waits twice as long,
 * up to the setting `outbound_retry_max_ms`, and there is no last one.
 */
export async function sendOutbound(ctx: Ctx, id: number): Promise<void> {
  const message = await store.lockOutbound(ctx, id);
  if (!message) return;
  const attempts = message.attempts + 1;
  const now = ctx.clock.now();
  try {
    await channelFor(message.channel).send({
      id: String(message.id),
      channel: message.channel,
      ref: message.ref,
      reporter: message.reporter,
      text: message.body,
    });
    await store.saveAttempt(ctx, id, { attempts, error: null, sentAt: now });
    await publish(ctx, 'notice.answered', {
      channel: message.channel,
      ref: message.ref,
      template: message.template,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await store.saveAttempt(ctx, id, { attempts, error: why, sentAt: null });
    const wait = Math.min(
      ctx.settings.outbound_retry_ms * 2 ** (attempts - 1),
      ctx.settings.outbound_retry_max_ms,
    );
    const dueAt = new Date(now.getTime() + wait);
    await setTimer(ctx, { kind: outboundTimer, key: String(id), dueAt, payload: { id } });
    ctx.log.warn({ channel: message.channel, ref: message.ref, attempts, why }, 'channel is down');
  }
}

/**
 * What was said to the reporters of these reports, oldest first. Callers check who may see the
 * reports.
 */
export async function answersTo(
  ctx: Ctx,
  reports: { channel: string; ref: string }[],
): Promise<Outbound[]> {
  return (await store.outboundOf(ctx, reports)).map((row) => ({
    id: String(row.id),
    channel: row.channel,
    ref: row.ref,
    text: row.body,
    state: row.state,
    attempts: row.attempts,
    lastError: row.last_error,
    at: row.at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
  }));
}
