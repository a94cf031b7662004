/** What of a committed event concerns one reader of the live stream. */
import { type Actor, seesUnit } from '#kernel/auth';
import type { PublishedEvent } from '#kernel/events';
import { type LiveHint, liveHint } from '../model.ts';

export interface LiveMessage {
  name: 'notice' | 'notice-withdrawn' | 'data-changed';
  data: unknown;
}

interface Told {
  accounts?: string[];
  notice?: unknown;
  key?: string;
  hint?: unknown;
}

const hintOf = (event: PublishedEvent): LiveHint | undefined => {
  const payload = event.payload as Told;
  // Not which: everybody is told, and there are datasets that most may not know of.
  if (event.name === 'dataset.refreshed') return { topic: 'datasets', id: 'datasets' };
  const parsed = liveHint.safeParse(payload.hint);
  return parsed.success ? parsed.data : undefined;
};

/**
 * Notices go to the accounts they name. Any event whose payload has a `hint` {topic, id, paths}
 * tells pages that something changed, to those who see one of the paths; a hint carries no data,
 * pages read again through their routes.
 */
export function liveMessageFor(actor: Actor, event: PublishedEvent): LiveMessage | undefined {
  const payload = (event.payload ?? {}) as Told;
  if (event.name === 'notice.sent' || event.name === 'notice.withdrawn') {
    if (!payload.accounts?.includes(actor.id)) return undefined;
    return event.name === 'notice.sent'
      ? { name: 'notice', data: payload.notice }
      : { name: 'notice-withdrawn', data: { key: payload.key } };
  }
  const hint = hintOf(event);
  if (!hint) return undefined;
  if (hint.paths && !hint.paths.some((path) => seesUnit(actor, path))) return undefined;
  return { name: 'data-changed', data: { topic: hint.topic, id: hint.id } };
}
