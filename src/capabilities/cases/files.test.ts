/** Photos on the disk. */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { testWorld } from '#testing';
import { storePhoto } from './actions/index.ts';

test('a disk that takes a part of a write at a time loses nothing of a photo', async () => {
  const world = await testWorld();
  const handle = await open(import.meta.filename);
  const writer = handle.constructor;
  await handle.close();
  const whole = writer.prototype.write as (...given: unknown[]) => unknown;
  const part = vi.spyOn(writer.prototype, 'write');
  part.mockImplementation(function (this: unknown, ...given: unknown[]) {
    const bytes = given[0] as Buffer;
    return whole.call(this, bytes, 0, Math.min(bytes.length, 40));
  });
  const bytes = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(500, 9)]);
  try {
    const given = { name: 'a.jpg', stream: Readable.from([bytes]) };
    const { sha256 } = await storePhoto(world.ctx, given, null);
    const path = join(world.ctx.settings.home, 'files', sha256.slice(0, 2), sha256);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  } finally {
    part.mockRestore();
  }
  await world.close();
});
