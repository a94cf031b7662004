/** What a channel is given, and how it answers. */
import type { Settings } from '#kernel/config';
import type { Ctx } from '#kernel/context';
import type { Bilingual } from '#kernel/errors';
import { type Guard, guardOf } from '#kernel/http';
import { noticesErrors } from '../../errors.ts';

/** One notice for one person. The same id may come twice after a crash: the far end tells by it. */
export interface Push {
  id: number;
  account: string;
  title: Bilingual;
  body: Bilingual;
  /** Where the person goes on, absolute; null when there is nothing to open. */
  url: string | null;
  urgent: boolean;
  at: Date;
  /** What was asked for is done: the far end takes its item away, or is told what became of it. */
  done: boolean;
  /** What became of it, in words; null while it is not done. */
  settled: Bilingual | null;
}

/** Why a channel did not take a notice. */
export class ChannelFailure extends Error {
  /**
   * `down`: try again; `refused`: it will not take this one; `busy`: it takes no more just now, which
   * is nobody's fault.
   */
  readonly kind: 'down' | 'refused' | 'busy';

  constructor(kind: 'down' | 'refused' | 'busy', why: string) {
    super(why);
    this.name = 'ChannelFailure';
    this.kind = kind;
  }
}

/** A channel with its secrets filled in. */
export interface Adapter {
  /** Reaches a person by himself; a group channel tells a notice once for all. */
  personal: boolean;
  /**
   * When it is done: `withdraws` takes the item away; `follows` cannot, and says what became of it.
   */
  whenDone: 'withdraws' | 'follows';
  /** @returns the far end's own number, where it gives one @throws ChannelFailure */
  send(ctx: Ctx, push: Push, address: string | null): Promise<string | null>;
}

/** Hosts and networks notices may be pushed to. */
export const pushGuard = (settings: Settings): Guard =>
  guardOf({
    hosts: settings.push_hosts,
    networks: settings.push_networks,
    refuse: (why, host) => noticesErrors.make(why, { host }),
  });
