/**
 * Wrong sign-ins are counted before the password is looked at, so that attempts at the same time
 * cannot slip past a limit: for a name at an address, for an address, and for a name. Whether the
 * account exists makes no difference. Who signed in from an address before is held to the first
 * limit only: by guessing at many names, or at one from everywhere, nobody locks the others out.
 */
import type { Ctx } from '#kernel/context';
import { authErrors } from './actor.ts';
import * as store from './store.ts';

const minuteMs = 60_000;
const known90 = 90 * 24 * 60 * minuteMs;

interface Limit {
  key: string;
  attempts: number;
}

async function limitsOf(ctx: Ctx, name: string): Promise<Limit[]> {
  const { settings, clock, actor } = ctx;
  const own = { key: `at ${actor.from} ${name}`, attempts: settings.login_attempts };
  const since = new Date(clock.now().getTime() - known90);
  if (await store.signedInFrom(ctx.db, name, actor.from, since)) return [own];
  return [
    own,
    { key: `address ${actor.from}`, attempts: settings.login_address_attempts },
    { key: `name ${name}`, attempts: settings.login_name_attempts },
  ];
}

/** What was counted for one attempt; taken back when it was right. */
export interface Counted {
  keys: string[];
}

/**
 * Counts one attempt.
 * @throws auth.locked, the same for every limit and for names that are no account
 */
export async function countAttempt(
  ctx: Ctx,
  name: string,
  onLocked: () => Promise<void>,
): Promise<Counted> {
  const now = ctx.clock.now();
  const { login_lock_minutes: lock, login_window_minutes: window } = ctx.settings;
  const limits = await limitsOf(ctx, name);
  for (const { key, attempts } of limits) {
    const attempt = await store.countAttempt(ctx.db, key, now, {
      attempts,
      from: new Date(now.getTime() - window * minuteMs),
      lockedUntil: new Date(now.getTime() + lock * minuteMs),
    });
    if (attempt.lockedUntil === null) continue;
    await onLocked();
    const minutes = Math.ceil((attempt.lockedUntil.getTime() - now.getTime()) / minuteMs);
    throw authErrors.make('locked', { minutes });
  }
  return { keys: limits.map(({ key }) => key) };
}

/**
 * It was right: the name at its address starts afresh, the wider counts forget this one attempt.
 */
export async function forgive(ctx: Pick<Ctx, 'db'>, { keys }: Counted): Promise<void> {
  const [own = '', ...wider] = keys;
  await store.clearAttempts(ctx.db, own);
  await store.uncount(ctx.db, wider);
}
