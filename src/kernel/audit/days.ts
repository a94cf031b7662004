/**
 * One digest for each local day, over the roots of its batches and the digest of the day before. It
 * is short enough to be read out, printed or sent to a third party every day; whoever holds it sees
 * later whether the audit is still the one of that day.
 */
import type { Ctx } from '#kernel/context';
import { type Db, tx } from '#kernel/db';
import type { AuditDay, AuditVerdict } from './model.ts';
import { dayDigest, firstLink } from './seal.ts';
import * as store from './store.ts';

type Broken = NonNullable<AuditVerdict['broken']>;

/** The local day of an instant, ISO. */
const localDay = (ctx: Pick<Ctx, 'settings'>, at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: ctx.settings.time_zone }).format(at);

/** Closes the oldest day that is over and not closed; undefined when there is none. */
async function closeOne(ctx: Ctx): Promise<string | undefined> {
  return tx(ctx, async (inside) => {
    const last = await store.lastDay(inside.db);
    const stone = await store.lastStone(inside.db);
    const after = Math.max(last?.to_seq ?? 0, stone?.seq ?? 0);
    const found = await store.dayAfter(inside.db, after, inside.settings.time_zone);
    if (found === undefined || found.day >= localDay(inside, inside.clock.now())) return undefined;
    const roots = await store.rootsBetween(inside.db, found.fromSeq, found.toSeq);
    const digest = dayDigest(last?.digest ?? firstLink, { ...found, roots });
    await store.insertDay(inside.db, { ...found, digest, closedAt: inside.clock.now() });
    return found.day;
  });
}

/** Closes every day that is over. @returns the days closed now */
export async function closeDays(ctx: Ctx): Promise<string[]> {
  const closed: string[] = [];
  for (;;) {
    const day = await closeOne(ctx);
    if (day === undefined) return closed;
    closed.push(day);
  }
}

const toDay = (row: store.DayRow): AuditDay => ({
  day: row.day,
  fromBatch: row.from_seq,
  toBatch: row.to_seq,
  records: row.records,
  digest: row.digest.toString('hex'),
});

/** The days that are closed, newest first. */
export const daysClosed = async (ctx: Pick<Ctx, 'db'>, limit: number): Promise<AuditDay[]> =>
  (await store.newestDays(ctx.db, limit)).map(toDay);

/** A digest as it is handed over: `2026-11-22 <64 hexadecimal digits>`, one day a line. */
export const digestLine = ({ day, digest }: Pick<AuditDay, 'day' | 'digest'>): string =>
  `${day} ${digest}`;

const line = /^(\d{4}-\d{2}-\d{2})\s+([0-9a-f]{64})\b/i;

/** Day -> digest, from the lines a third party gives back. Other lines are left alone. */
export function readDigests(text: string): Map<string, string> {
  const found = text.split('\n').flatMap((each): [string, string][] => {
    const match = line.exec(each.trim());
    return match?.[1] && match[2] ? [[match[1], match[2].toLowerCase()]] : [];
  });
  return new Map(found);
}

const broken = (day: string, batch: number | null): Broken => ({
  what: 'day_changed',
  batch,
  record: null,
  at: day,
});

/**
 * The first day whose digest does not follow from its batches, or is not the one that was handed
 * over. A day whose batches retention dropped is taken at its word: the next one is chained to it.
 */
export async function faultOfDays(
  db: Db,
  dropped: number,
  given: ReadonlyMap<string, string>,
): Promise<Broken | undefined> {
  let previous: store.DayRow | undefined;
  const seen = new Set<string>();
  for (const row of await store.allDays(db)) {
    seen.add(row.day);
    const handed = given.get(row.day);
    if (handed !== undefined && handed !== row.digest.toString('hex')) {
      return broken(row.day, row.from_seq);
    }
    const follows = previous === undefined || previous.to_seq + 1 === row.from_seq;
    if (!follows) return broken(row.day, row.from_seq);
    if (row.from_seq > dropped) {
      const roots = await store.rootsBetween(db, row.from_seq, row.to_seq);
      const facts = { day: row.day, fromSeq: row.from_seq, toSeq: row.to_seq, roots };
      const digest = dayDigest(previous?.digest ?? firstLink, facts);
      if (!digest.equals(row.digest)) return broken(row.day, row.from_seq);
    }
    previous = row;
  }
  const lost = [...given.keys()].find((day) => !seen.has(day));
  return lost === undefined ? undefined : broken(lost, null);
}
