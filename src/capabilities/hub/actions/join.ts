/** Joining (并案): which open events are the same thing, why, and making them one. */
import { act, lockCases } from '#cases';
import { systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { hubErrors } from '../errors.ts';
import type { Desk, JoinSuggestion } from '../model.ts';
import * as store from '../store.ts';
import { metresBetween } from './geo.ts';
import { deskOf } from './intake.ts';
import { onlySeen, seenEvent } from './sight.ts';

type Reason = JoinSuggestion['reason'];

const minutesBetween = (a: Date, b: Date): number =>
  Math.round(Math.abs(a.getTime() - b.getTime()) / 60_000);

const distance = (a: store.EventRow, b: store.EventRow): number | null =>
  a.lon === null || a.lat === null || b.lon === null || b.lat === null
    ? null
    : Math.round(metresBetween({ lon: a.lon, lat: a.lat }, { lon: b.lon, lat: b.lat }));

/** Why two events may be one; null when they are too far apart in place, time or matter. */
export function joinReason(desk: Desk, a: store.EventRow, b: store.EventRow): Reason | null {
  const metres = distance(a, b);
  const minutes = minutesBetween(a.received_at, b.received_at);
  const sameMatter = a.matter === b.matter;
  const { join } = desk;
  if (metres === null || metres > join.metres || minutes > join.minutes || !sameMatter) return null;
  const zh = metres === 0 ? '同一门牌' : `同址 ${metres} 米内`;
  const within = Math.max(1, minutes);
  const en = metres === 0 ? 'same door plate' : `within ${metres} m`;
  return {
    metres,
    minutes,
    sameMatter,
    words: {
      zh: `${zh} · ${within} 分钟内 · 同类（${a.matter_name}）`,
      en: `${en} · within ${within} min · same matter (${a.matter_name})`,
    },
    source: join.source,
  };
}

/** Open events this person sees that may be the same as this one, the nearest first. */
export async function suggestJoins(ctx: Ctx, event: store.EventRow): Promise<JoinSuggestion[]> {
  if (event.closed_at || event.joined_into) return [];
  const desk = await deskOf(ctx);
  const near = await store.openEventsNear(ctx, {
    event: event.event_id,
    at: event.received_at,
    minutes: desk.join.minutes,
  });
  const close = near.filter((other) => joinReason(desk, event, other) !== null);
  const suggestions = (await onlySeen(ctx, close)).flatMap((other) => {
    const reason = joinReason(desk, event, other);
    if (!reason) return [];
    const { event_id, number, title, channel } = other;
    return [
      { event: event_id, number, title, channel, at: other.received_at.toISOString(), reason },
    ];
  });
  return suggestions.sort((a, b) => (a.reason.metres ?? 0) - (b.reason.metres ?? 0));
}

async function joinOne(ctx: Ctx, desk: Desk, main: store.EventRow, id: string): Promise<void> {
  if (id === main.event_id) throw hubErrors.make('join_self');
  const other = await seenEvent(ctx, id);
  if (other.closed_at || other.joined_into || other.dispatched_at) {
    throw hubErrors.make('join_closed', { event: other.number });
  }
  const reason = joinReason(desk, main, other);
  const words = reason?.words.zh ?? '坐席判定';
  await act(ctx, {
    case: id,
    action: desk.actions.join,
    data: { main: main.number },
    reason: words,
  });
  const platform = { ...ctx, actor: systemActor('hub') };
  await act(platform, {
    case: main.event_id,
    action: desk.actions.noted,
    data: { note: `并入 ${other.number}：${words}` },
  });
  // The event before its reports: the order in which what follows the case takes them too.
  await store.patchEvent(ctx, id, { joined_into: main.event_id, changed_at: ctx.clock.now() });
  await store.patchReports(ctx, { event: id }, { event_id: main.event_id });
}

/**
 * Takes every event of a joining, cases before what the hub keeps of them, both by their ids: A
 * into B and B into A at once wait for one another instead of locking up, and the second finds the
 * first done.
 */
async function takeInOrder(ctx: Ctx, ids: readonly string[]): Promise<void> {
  const sorted = [...new Set(ids)].sort();
  await lockCases(ctx, sorted);
  await store.lockEvents(ctx, sorted);
}

/**
 * Joins events into one main event: their reports follow, their cases end as joined, the reason
 * stands in both timelines. All or none.
 * @throws hub.event_unknown, hub.join_self, hub.join_closed; what the case type refuses
 */
export async function join(ctx: Ctx, mainId: string, others: string[]): Promise<void> {
  const desk = await deskOf(ctx);
  await tx(ctx, async (inside) => {
    await takeInOrder(inside, [mainId, ...others]);
    const main = await seenEvent(inside, mainId);
    if (main.closed_at || main.joined_into) {
      throw hubErrors.make('join_closed', { event: main.number });
    }
    for (const id of others) await joinOne(inside, desk, main, id);
  });
}
