/**
 * Keys of the home: 256 random bits in a file that only the platform's user reads. What they hash
 * or seal lies in the database; who has one of the two has nothing.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Settings } from '#kernel/config';

type Home = Pick<Settings, 'home'>;
const known = new Map<string, Buffer>();

function readOrMake(path: string): Buffer {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  try {
    // Whoever comes first writes it; the file is never written over.
    writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  if (key.length !== 32) throw new Error(`the key ${path} is not whole`);
  return key;
}

/** The key of a name; made when it is first asked for. */
export function homeKey(settings: Home, name: string): Buffer {
  const path = join(resolve(settings.home), 'keys', `${name}.key`);
  const held = known.get(path) ?? readOrMake(path);
  known.set(path, held);
  return held;
}

/**
 * What stands for a person where the identity itself must not: HMAC-SHA256 (RFC 2104) of the number
 * of the document, 32 hexadecimal digits. The same person is the same hash everywhere on this
 * platform, and nowhere else.
 */
export const personHash = (settings: Home, identity: string): string =>
  createHmac('sha256', homeKey(settings, 'persons'))
    .update(identity.trim().toUpperCase())
    .digest('hex')
    .slice(0, 32);
