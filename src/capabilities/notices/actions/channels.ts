/** The seam for channels: how an answer reaches a reporter. */
import type { Bilingual } from '#kernel/errors';

export interface ChannelMessage {
  id: string;
  channel: string;
  /** Number of the report in that channel. */
  ref: string;
  reporter: string;
  text: Bilingual;
}

export interface Channel {
  name: string;
  /**
   * Hands one message over; resolves when the other side has it, throws when it is down (it is then
   * tried again). The same id may come twice after a crash between the two: the other side tells
   * them apart by it.
   */
  send(message: ChannelMessage): Promise<void>;
}

const channels = new Map<string, Channel>();

/** Sets how messages of a channel go out; the last one registered counts. */
export function registerChannel(channel: Channel): void {
  channels.set(channel.name, channel);
}

/**
 * A channel without an adapter of its own is an exchange table: the message on record *is* the
 * hand-over, the other side reads it there (GET /api/notices/outbound).
 */
const exchange = (name: string): Channel => ({ name, send: async () => undefined });

export const channelFor = (name: string): Channel => channels.get(name) ?? exchange(name);
