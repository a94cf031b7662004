/**
 * A scratch file on its way. Its disk may fill up at any moment, also while nobody writes: that is
 * told to whoever writes next or ends it, and never to nobody, which would end the process.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

export interface Sink {
  /** Waits while the disk is slow. @throws what the disk said, then or before */
  write(bytes: Buffer | string): Promise<void>;
  /** All of it is written. */
  end(): Promise<void>;
}

/**
 * Writes a file as `work` says; what is left of one that failed is the caller's to remove.
 * @returns what `work` gave
 */
export async function sinkTo<T>(path: string, work: (sink: Sink) => Promise<T>): Promise<T> {
  const { write, end, drop } = openSink(path);
  try {
    const made = await work({ write, end });
    await end();
    return made;
  } catch (error) {
    await drop();
    throw error;
  }
}

/** The same for who ends it later; only he reads and writes it. */
export function openSink(path: string): Sink & { drop(): Promise<void> } {
  const target = createWriteStream(path, { mode: 0o600 });
  const ended = finished(target);
  ended.catch(() => undefined);
  return {
    write: async (bytes) => {
      if (target.write(bytes)) return;
      // A stream that failed before drains no more, and says so to nobody again.
      if (target.errored) throw target.errored;
      await once(target, 'drain');
    },
    end: async () => {
      target.end();
      await ended;
    },
    drop: async () => {
      target.destroy();
      await ended.catch(() => undefined);
    },
  };
}
