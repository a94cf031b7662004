/** A platform asked to end while its loops start ends, and leaves none of them behind. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { loadSettings } from '#kernel/config';
import { removeHome, temporaryFolder } from '#testing';
import { openPlatform } from './platform.ts';

async function opened(home: string, said: string[]) {
  await mkdir(home, { recursive: true });
  const into = new Writable({
    write: (part: Buffer, _encoding, done) => {
      said.push(part.toString());
      done();
    },
  });
  return openPlatform(loadSettings({}, { home }), {
    role: 'server',
    log: pino({ level: 'error' }, into),
  });
}

describe('ending', () => {
  test('while the loops start waits for them, then stops every one', async () => {
    const home = await temporaryFolder('platform');
    const said: string[] = [];
    try {
      const platform = await opened(join(home, 'home'), said);
      // What lies on the disk is no way around the gate.
      expect((await stat(join(home, 'home', 'lake'))).mode & 0o077).toBe(0);
      const starting = platform.loops();
      await platform.close();
      await expect(starting).resolves.toBeUndefined();
      // Too late to start any: the database is closed.
      await expect(platform.loops()).resolves.toBeUndefined();
      expect(said).toEqual([]);
    } finally {
      await removeHome(home);
    }
  });
});
