/** A lane that another process works in: waited for, not asked for without a pause. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Capability } from '#kernel/capability';
import { makeListener, tx } from '#kernel/db';
import { publish, startEvents } from '#kernel/events';
import { monday, testWorld } from '#testing';

test('a lane another process works in is not asked for without a pause', async () => {
  const world = await testWorld();
  const listeners = [1, 2].map(() => makeListener(world.url, world.ctx.log));
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let isHeld = false;
  const done: string[] = [];
  const slow = (name: string): Capability => ({
    name: 'slow',
    on: {
      'case.opened': async () => {
        isHeld = true;
        await held;
        done.push(name);
      },
    },
  });
  const start = (name: string, at: number, now: () => Date) =>
    startEvents({
      ctx: { ...world.ctx, clock: { now } },
      capabilities: [slow(name)],
      listener: listeners[at] as (typeof listeners)[number],
    });
  const one = await start('one', 0, () => monday);
  await tx(world.ctx, (ctx) => publish(ctx, 'case.opened', 1));
  await expect.poll(() => isHeld).toBe(true);
  let asked = 0;
  const two = await start('two', 1, () => {
    asked += 1;
    return monday;
  });
  await pause(600);
  // A round of each loop at the start, and what the notifications wake; not one after the other.
  expect(asked).toBeLessThan(15);
  letGo();
  await expect.poll(() => done).toEqual(['one']);
  await Promise.all([one.stop(), two.stop()]);
  await Promise.all(listeners.map((listener) => listener.close()));
  await world.close();
});
