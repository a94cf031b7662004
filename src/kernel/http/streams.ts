/** How many streams one session and one account may hold open: each costs memory and a timer. */
import type { Caller } from '#kernel/auth';
import { httpErrors } from './errors.ts';

export interface StreamCap {
  /**
   * Counts one more stream of the caller and gives back what ends it.
   * @throws http.too_many_streams
   */
  take(caller: Caller, address: string): () => void;
}

interface Limits {
  perSession: number;
  perAccount: number;
}

/** A counter by name that forgets whoever has none left. */
function counter() {
  const open = new Map<string, number>();
  return {
    of: (key: string): number => open.get(key) ?? 0,
    add(key: string, by: 1 | -1): void {
      const now = (open.get(key) ?? 0) + by;
      if (now === 0) open.delete(key);
      else open.set(key, now);
    },
  };
}

export function streamCap({ perSession, perAccount }: Limits): StreamCap {
  const open = counter();
  return {
    take(caller, address) {
      const { kind, id } = caller.actor;
      const account = kind === 'anonymous' ? `address ${address}` : `account ${id}`;
      // The token of the page is the session's own; who has none is counted as a whole.
      const session = `session ${caller.csrf ?? account}`;
      for (const [key, most] of [
        [session, perSession],
        [account, perAccount],
      ] as const) {
        if (open.of(key) >= most) throw httpErrors.make('too_many_streams', { most });
      }
      open.add(session, 1);
      open.add(account, 1);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        open.add(session, -1);
        open.add(account, -1);
      };
    },
  };
}
