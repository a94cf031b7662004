/** How the channels stand, for who runs the platform; where the person wants to be reached. */
import { authErrors, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { noticesErrors } from '../../errors.ts';
import type { ChannelState, StuckPush } from '../../model.ts';
import * as store from '../../store.ts';
import { missingSecrets } from './adapters.ts';
import { pushOn } from './send.ts';

export const channelsPermission = 'notices.channels';
const dayMs = 24 * 3_600_000;

/** Each declared channel: whether it is on, what left today, what waits and why. */
export async function channelStates(ctx: Ctx): Promise<ChannelState[]> {
  requirePermission(ctx, channelsPermission);
  const since = new Date(ctx.clock.now().getTime() - dayMs);
  const channels = await store.allChannels(ctx);
  const names = channels.map(({ name }) => name);
  const counts = await store.pushCounts(ctx, names, since);
  return channels.map(({ name, file }) => {
    const missing = missingSecrets(ctx.settings, file);
    const counted = counts.get(name);
    return {
      name,
      title: file.title,
      type: file.type,
      on: missing.length === 0,
      missing,
      sent: counted?.sent ?? 0,
      waiting: counted?.waiting ?? 0,
      lastError: counted?.lastError ?? null,
    };
  });
}

/** Pushes that are looked through at once. */
const mostStuck = 200;

/** What did not leave at the first attempt, or was given up; to whom and why, not what it says. */
export async function stuckPushes(ctx: Ctx): Promise<StuckPush[]> {
  requirePermission(ctx, channelsPermission);
  const rows = await store.stuckPushes(ctx, mostStuck);
  return rows.map(({ id, last_error, tried_at, at, ...row }) => ({
    ...row,
    id: String(id),
    lastError: last_error,
    at: at.toISOString(),
    triedAt: tried_at?.toISOString() ?? null,
  }));
}

/** A push that waits or was given up. @throws notices.not_stuck */
async function stuck(ctx: Ctx, id: string): Promise<store.PushRow> {
  requirePermission(ctx, channelsPermission);
  const row = await store.findPush(ctx, Number(id));
  if (row && row.state !== 'sent' && row.state !== 'done') return row;
  throw noticesErrors.make('not_stuck', { id });
}

const recorded = (ctx: Ctx, action: string, row: store.PushRow): Promise<void> =>
  ctx.audit.record(ctx, { action, subject: `push/${row.id}`, detail: { channel: row.channel } });

/** Tries one at once, whatever it waits for; one given up is taken up again. */
export async function tryAgain(ctx: Ctx, id: string): Promise<void> {
  const row = await stuck(ctx, id);
  if (row.state === 'dropped') {
    const state = row.sent_at === null ? ('queued' as const) : ('withdrawing' as const);
    await store.savePush(ctx, row.id, { state, failures: 0 });
  }
  await recorded(ctx, 'notices.push_again', row);
  await pushOn(ctx, row.id);
}

/** Gives one up: it stays in the app, and is told by no channel. */
export async function giveUp(ctx: Ctx, id: string): Promise<void> {
  const row = await stuck(ctx, id);
  await store.savePush(ctx, row.id, { state: 'dropped' });
  await recorded(ctx, 'notices.push_given_up', row);
}

const mine = ({ actor }: Ctx): string => {
  if (actor.kind !== 'account') throw authErrors.make('not_signed_in');
  return actor.id;
};

/** Where the person is reached outside; null when nowhere. */
export const myContact = async (ctx: Ctx): Promise<{ mail: string | null }> => ({
  mail: await store.contactOf(ctx, mine(ctx), 'mail'),
});

/** Sets, or with null takes away, where the person is reached. */
export async function setContact(ctx: Ctx, contact: { mail: string | null }): Promise<void> {
  await store.putContact(ctx, mine(ctx), 'mail', contact.mail);
  await ctx.audit.record(ctx, { action: 'notices.contact_set', subject: `account/${mine(ctx)}` });
}
