/**
 * Worlds that take long to fill: filled once in a run, by whoever asks first, and copied for
 * everybody, database and home. A copy opens like a home that was restored.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { inject } from 'vitest';
import { withDb } from './server.ts';
import { type Kept, openWorld, type TestWorld, type WorldOptions } from './world.ts';

/** Worlds of other settings or another first moment are other worlds. */
function keptAs(name: string, { settings = {}, clock }: WorldOptions): Kept {
  const at = clock === undefined ? '' : new Date(clock).toISOString();
  const told = JSON.stringify([Object.entries(settings).toSorted(), at]);
  const key = `${name}_${createHash('sha256').update(told).digest('hex').slice(0, 8)}`;
  return {
    database: `${inject('databaseTemplate')}_${key}`,
    home: join(inject('keptHomes'), key),
  };
}

/**
 * A copy of the world of this name.
 * @param fill what is in it; runs once in a whole run, in whichever process asks first
 * @param opened how the copy is opened, as it was filled when absent
 */
export async function copiedWorld(
  name: string,
  options: WorldOptions,
  fill: (world: TestWorld) => Promise<void>,
  opened: WorldOptions = options,
): Promise<TestWorld> {
  const kept = keptAs(name, options);
  await withDb(inject('databaseUrl'), (admin) =>
    // One connection: the lock is its own.
    admin.connection().execute(async (one) => {
      await sql`select pg_advisory_lock(hashtextextended(${kept.database}, 0))`.execute(one);
      // The home comes last: what was broken off is made again.
      if (existsSync(kept.home)) return;
      const { world, leave } = await openWorld(options);
      const { home } = world.ctx.settings;
      try {
        await fill(world);
      } catch (error) {
        await world.close();
        throw error;
      }
      await leave();
      const left = new URL(world.url).pathname.slice(1);
      await sql`drop database if exists ${sql.id(kept.database)}`.execute(one);
      await sql`alter database ${sql.id(left)} rename to ${sql.id(kept.database)}`.execute(one);
      await rename(home, kept.home);
    }),
  );
  return (await openWorld(opened, kept)).world;
}
