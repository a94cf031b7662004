/**
 * Records that came packed get their rows and their places in the indexes: many batches in one
 * statement, beside the requests instead of within them. Until then `audit_seen` shows them all the
 * same, and their seal stands already.
 */
import type { Settings } from '#kernel/config';
import type { Db } from '#kernel/db';
import type { Log } from '#kernel/log';
import { unpackSome } from './store.ts';

export interface Unpacker {
  /** Packed records were written: they are looked after within `audit_unpack_delay_ms`. */
  soon(): void;
  /** Unpacks what was told of and stops. */
  close(): Promise<void>;
}

/** Batches of one transaction. */
const atOnce = 100;

/** Gives all packed records their rows, whichever process wrote them. */
export async function unpackAll(db: Db): Promise<void> {
  const some = (): Promise<number> =>
    db.isTransaction
      ? unpackSome(db, atOnce)
      : db.transaction().execute((inside) => unpackSome(inside, atOnce));
  // Until fewer are there than it takes: those that come meanwhile wait for the next time.
  while ((await some()) === atOnce);
}

export function openUnpacker(deps: {
  db: Db;
  settings: Pick<Settings, 'audit_unpack_delay_ms'>;
  log: Log;
}): Unpacker {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let isClosed = false;
  const run = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    running = running
      .then(() => unpackAll(deps.db))
      // They stay packed, sealed and seen; the next ones come with another try.
      .catch((error) => deps.log.error({ err: error }, 'unpacking the audit failed'));
    return running;
  };
  return {
    soon() {
      if (isClosed) return;
      timer ??= setTimeout(run, deps.settings.audit_unpack_delay_ms).unref();
    },
    async close() {
      isClosed = true;
      await (timer === undefined ? running : run());
    },
  };
}
