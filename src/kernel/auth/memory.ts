/**
 * What a process remembers of sessions: a page asks a dozen times in one second, and each time it
 * is the same person. Whoever changes accounts or roles calls `forgetActors`; other processes
 * notice within `session_cache_ms`.
 */
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { Actor } from './actor.ts';
import { tokenHash, tokenKey } from './secret.ts';
import type { SessionRow } from './store.ts';

export interface Known {
  row: SessionRow;
  actor: Actor;
  /** The account has to set up a second factor before anything else. */
  mustEnrol: boolean;
  /** Of the demo: a second proof is not asked for. */
  exempt: boolean;
}

interface Entry extends Known {
  readAt: number;
}

const mostEntries = 10_000;
let memory = new WeakMap<Db, Map<string, Entry>>();

/** Forgets every session of this process: an account, a role or a pack changed. */
export function forgetActors(): void {
  memory = new WeakMap();
}

/**
 * What is known of a token, read afresh when it was not asked for lately. The age is real time, not
 * the clock's.
 */
export async function remembered(
  ctx: Ctx,
  token: string,
  read: (tokenHash: Buffer) => Promise<Known | undefined>,
): Promise<Known | undefined> {
  const current = memory;
  const entries = current.get(ctx.db) ?? new Map<string, Entry>();
  current.set(ctx.db, entries);
  const key = tokenKey(token);
  const held = entries.get(key);
  const readAt = performance.now();
  if (held !== undefined && readAt - held.readAt < ctx.settings.session_cache_ms) return held;
  entries.delete(key);
  const known = await read(tokenHash(token));
  if (known === undefined) return undefined;
  if (entries.size >= mostEntries) entries.clear();
  // Into the map it was asked of: one that was forgotten meanwhile keeps nothing that was read
  // before.
  entries.set(key, { ...known, readAt });
  return known;
}
