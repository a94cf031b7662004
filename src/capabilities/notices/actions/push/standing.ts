/** How the channels stand, for who runs the platform; where the person wants to be reached. */
import { authErrors, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { ChannelState } from '../../model.ts';
import * as store from '../../store.ts';
import { missingSecrets } from './adapters.ts';

export const channelsPermission = 'notices.channels';
const dayMs = 24 * 3_600_000;

/** Each declared channel: whether it is on, what left today, what waits and why. */
export async function channelStates(ctx: Ctx): Promise<ChannelState[]> {
  requirePermission(ctx, channelsPermission);
  const since = new Date(ctx.clock.now().getTime() - dayMs);
  const counts = await store.pushCounts(ctx, since);
  return (await store.allChannels(ctx)).map(({ name, file }) => {
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
