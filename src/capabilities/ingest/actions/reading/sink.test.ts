/** A scratch file whose disk is full: told to who writes, at whatever moment it shows. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSink, sinkTo } from './sink.ts';

/** A device that is always full. */
const full = '/dev/full';
const much = Buffer.alloc(1 << 20, 65);

test('a disk found full while nobody writes is told to the next who does, and to who ends', async () => {
  const stray: unknown[] = [];
  const note = (reason: unknown): void => void stray.push(reason);
  process.on('unhandledRejection', note);
  try {
    const late = sinkTo(full, async (sink) => {
      // Small enough to be taken at once: the disk answers later.
      await sink.write('a');
      await pause(50);
      await sink.write(much);
      throw new Error('was written');
    });
    await expect(late).rejects.toThrow(/ENOSPC/);
    const ended = sinkTo(full, async (sink) => {
      await sink.write('a');
      await pause(50);
    });
    await expect(ended).rejects.toThrow(/ENOSPC/);
    const waiting = sinkTo(full, (sink) => sink.write(much));
    await expect(waiting).rejects.toThrow(/ENOSPC/);
    const left = openSink(full);
    await left.write('a');
    await pause(50);
    await expect(left.end()).rejects.toThrow(/ENOSPC/);
    expect(stray).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

test('what was written is there, all of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'guantong-sink-'));
  try {
    const path = join(folder, 'whole');
    const made = await sinkTo(path, async (sink) => {
      for (let part = 0; part < 5; part += 1) await sink.write(much);
      await sink.write('end');
      return 7;
    });
    const bytes = await readFile(path);
    expect([made, bytes.length, bytes.subarray(-3).toString()]).toEqual([
      7,
      5 * 2 ** 20 + 3,
      'end',
    ]);
    await expect(
      sinkTo(path, async () => {
        throw new Error('of the work');
      }),
    ).rejects.toThrow('of the work');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
