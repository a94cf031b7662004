/**
 * A process of its own that reads under a grant, by both roads, until it is told to stop. Each line
 * says what came of a read, and between which milliseconds it ran. See `grants.test.ts`.
 */
import { read, readOne } from '#gate';
import { createAudit } from '#kernel/audit';
import type { Actor } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { makeDb, makePool } from '#kernel/db';
import { createLake } from '#kernel/lake';
import { createLog } from '#kernel/log';

export const grantee = 'reader';

const actor: Actor = {
  kind: 'account',
  id: grantee,
  name: grantee,
  roles: [{ role: 'reader', unit: '330109', path: '330109', unitName: '萧山区' }],
  permissions: new Set(['gate.read']),
  from: 'test',
};

async function contextOf(url: string, home: string): Promise<Ctx> {
  const settings = loadSettings({}, { home, log_level: 'silent' });
  const log = createLog(settings);
  const db = makeDb(makePool(url, 4));
  const lake = await createLake({ home: `${home}/lake`, log, settings });
  const audit = createAudit({ db, settings, clock: systemClock, log });
  return { actor, db, lake, log, clock: systemClock, audit, settings, requestId: 'test' };
}

async function readOn(road: string, ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const from = Date.now();
    const done = await ask().then(
      () => 'read',
      (error: { code?: string }) => error.code ?? String(error),
    );
    process.stdout.write(`${road} ${done} ${from} ${Date.now()}\n`);
  }
}

const [url, home, grant, purpose] = process.argv.slice(2);
if (import.meta.main && url && home && grant && purpose) {
  const ctx = await contextOf(url, home);
  const options = { purpose, grant };
  await Promise.all([
    readOn('lake', () => read(ctx, 'select count(*) from pipes', options)),
    readOn('row', () => readOne(ctx, 'pipes', 'p1', options)),
  ]);
}
