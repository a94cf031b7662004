/**
 * A process in which people act on cases and clocks fire until somebody kills it. What is printed
 * is committed. See `cases.test.ts`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { act, cases, openCase } from '#cases';
import { createAudit } from '#kernel/audit';
import { type Actor, systemActor } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { makeDb, makePool } from '#kernel/db';
import { fireDueTimers } from '#kernel/jobs';
import { createLake } from '#kernel/lake';
import { createLog } from '#kernel/log';

/** Who does what: role, path of his unit. */
export const people = {
  seat: { role: 'seat', path: '330109' },
  crew: { role: 'crew', path: '330109/330109-water' },
  checker: { role: 'crew', path: '330109' },
} as const;

const permissions = new Set(['cases.read', 'cases.act', 'cases.open']);

const actorOf = (name: keyof typeof people): Actor => {
  const { role, path } = people[name];
  const unit = path.split('/').at(-1) ?? path;
  return {
    kind: 'account',
    id: name,
    name,
    roles: [{ role, unit, path, unitName: unit }],
    permissions,
    from: 'test',
  };
};

/** One way through a case; every third is suspended or extended, every fourth is sent back. */
export const wayOf = (n: number): [who: keyof typeof people, action: string][] => [
  ['seat', 'sign'],
  ...(n % 4 === 0
    ? ([
        ['crew', 'back'],
        ['seat', 'sign'],
      ] as [keyof typeof people, string][])
    : []),
  ...(n % 3 === 0
    ? ([
        ['crew', 'ask'],
        ...(n % 2 === 0
          ? [
              ['seat', 'pause'],
              ['seat', 'resume'],
            ]
          : [['seat', 'extend']]),
      ] as [keyof typeof people, string][])
    : []),
  ['crew', 'fixed'],
  ['checker', 'pass'],
];

async function contextOf(url: string, home: string): Promise<Ctx> {
  const settings = loadSettings({}, { home, log_level: 'silent' });
  const log = createLog(settings);
  const db = makeDb(makePool(url, 6));
  const lake = await createLake({ home: `${home}/lake`, log, settings });
  const audit = createAudit({ db, settings, clock: systemClock, log });
  const actor = systemActor('test');
  return { actor, db, lake, log, clock: systemClock, audit, settings, requestId: 'test' };
}

const inputOf = (action: string) => ({
  action,
  ...(action === 'sign' ? { data: { owner: '330109-water' } } : {}),
  ...(action === 'ask' ? { data: { more: 1 } } : {}),
  ...(action === 'back' ? { reason: '试' } : {}),
});

/** One way after the other; an action the clocks were quicker with is passed over. */
async function work(ctx: Ctx, from: number, step: number): Promise<void> {
  for (let n = from; ; n += step) {
    const one = await openCase(ctx, { type: 'pothole', title: `件${n}`, unit: '330109' });
    process.stdout.write(`${one.id} open\n`);
    for (const [who, action] of wayOf(n)) {
      const done = await act(
        { ...ctx, actor: actorOf(who) },
        { case: one.id, ...inputOf(action) },
      ).catch((error: { code?: string }) => {
        if (error.code === undefined || !error.code.startsWith('cases.')) throw error;
        return null;
      });
      if (done) process.stdout.write(`${one.id} ${action}\n`);
      await pause((n * 7 + action.length * 13) % 40);
    }
  }
}

async function fire(ctx: Ctx): Promise<void> {
  for (;;) {
    await fireDueTimers(ctx, [cases]);
    await pause(5);
  }
}

const [url, home, first] = process.argv.slice(2);
if (import.meta.main && url !== undefined && home !== undefined) {
  const ctx = await contextOf(url, home);
  process.stdout.write('ready\n');
  const from = Number(first);
  await Promise.all([
    work(ctx, from, 3),
    work(ctx, from + 1, 3),
    work(ctx, from + 2, 3),
    fire(ctx),
  ]);
}
