/** What people do with a signal. */
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { signalsErrors } from '../errors.ts';
import {
  type Signal,
  type SignalFilter,
  type SignalState,
  type SourceScore,
  signalFilter,
} from '../model.ts';
import * as store from '../store.ts';
import { confirmRow, tellEvent } from './raise.ts';
import { toSignal } from './view.ts';

const sees = (ctx: Ctx, row: store.SignalRow): boolean =>
  ctx.actor.kind === 'system' || ctx.actor.roles.some((held) => row.unit_codes.includes(held.unit));

async function seen(ctx: Ctx, id: string, lock: boolean): Promise<store.SignalRow> {
  const row = await store.byId(ctx, id, { lock });
  if (!row || !sees(ctx, row)) throw signalsErrors.make('not_found', { id });
  return row;
}

interface Handling {
  id: string;
  versionNo?: number | undefined;
}

/** Runs one verb on a locked signal that stands in one of the states. */
async function handle(
  ctx: Ctx,
  given: Handling,
  verb: { name: string; from: SignalState[] },
  change: (inner: Ctx, row: store.SignalRow) => Promise<store.SignalRow>,
): Promise<Signal> {
  requirePermission(ctx, 'signals.handle');
  return tx(ctx, async (inner) => {
    const row = await seen(inner, given.id, true);
    if (given.versionNo !== undefined && given.versionNo !== row.version_no) {
      throw signalsErrors.make('changed_meanwhile');
    }
    if (!verb.from.includes(row.state)) {
      throw signalsErrors.make('wrong_state');
    }
    const done = await change(inner, row);
    await inner.audit.record(inner, {
      action: `signals.${verb.name}`,
      subject: `signal/${row.id}`,
      detail: { source: row.source },
    });
    return toSignal(done);
  });
}

/** "I have seen it." @throws signals.not_found, signals.wrong_state, signals.changed_meanwhile */
export const acknowledge = (ctx: Ctx, given: Handling): Promise<Signal> =>
  handle(ctx, given, { name: 'acknowledge', from: ['raised'] }, async (inner, row) => {
    const state = 'acknowledged' as const;
    const done = await store.update(inner, row.id, { state, handled_by: inner.actor.id });
    await tellEvent(inner, 'signal.acknowledged', done);
    return done;
  });

/** It is so: the case type it declares opens at its owner. @throws as `acknowledge` */
export const confirm = (ctx: Ctx, given: Handling): Promise<Signal> =>
  handle(ctx, given, { name: 'confirm', from: ['raised', 'acknowledged'] }, (inner, row) =>
    confirmRow(inner, row, null),
  );

/**
 * It is not so: counts against its source, stays dismissed until the source clears it. @throws as
 * `acknowledge`
 */
export const dismiss = (ctx: Ctx, given: Handling & { reason: string }): Promise<Signal> =>
  handle(ctx, given, { name: 'dismiss', from: ['raised', 'acknowledged'] }, async (inner, row) => {
    const done = await store.update(inner, row.id, {
      state: 'dismissed',
      verdict: 'dismissed',
      reason: given.reason,
      handled_by: inner.actor.id,
    });
    await tellEvent(inner, 'signal.dismissed', done);
    return done;
  });

/**
 * Nobody is told of it until then; it goes on being seen and counted. @throws signals.silence_past
 */
export const silence = (ctx: Ctx, given: Handling & { until: Date }): Promise<Signal> => {
  const live: SignalState[] = ['raised', 'acknowledged', 'confirmed', 'dismissed'];
  return handle(ctx, given, { name: 'silence', from: live }, async (inner, row) => {
    if (given.until <= inner.clock.now()) throw signalsErrors.make('silence_past');
    return store.update(inner, row.id, { silenced_until: given.until });
  });
};

/** One signal. @throws signals.not_found, also for those this person may not see */
export async function getSignal(ctx: Ctx, id: string): Promise<Signal> {
  requirePermission(ctx, 'signals.read');
  return toSignal(await seen(ctx, id, false));
}

/** Signals this person may see, last seen first. */
export async function signalList(
  ctx: Ctx,
  given: SignalFilter,
): Promise<{ items: Signal[]; next: string | null }> {
  requirePermission(ctx, 'signals.read');
  const filter = signalFilter.parse(given);
  const [at, id] = filter.after?.split('|') ?? [];
  const rows = await store.list(ctx, {
    units: ctx.actor.kind === 'system' ? null : ctx.actor.roles.map((held) => held.unit),
    state: filter.state ?? null,
    source: filter.source ?? null,
    group: filter.group ?? null,
    case: filter.case ?? null,
    unit: filter.unit ?? null,
    after: at === undefined ? null : [at, Number(id)],
    limit: filter.limit + 1,
  });
  const items = rows.slice(0, filter.limit).map(toSignal);
  const last = items.at(-1);
  const next = rows.length > filter.limit && last ? `${last.lastSeen}|${last.id}` : null;
  return { items, next };
}

const scored = (row: store.ScoreRow): SourceScore => {
  const judged = row.confirmed + row.dismissed;
  return { ...row, precision: judged === 0 ? null : row.confirmed / judged };
};

/** How often each source was right. */
export async function sourceScores(ctx: Ctx): Promise<SourceScore[]> {
  requirePermission(ctx, 'signals.read');
  return (await store.scores(ctx, null)).map(scored);
}

/**
 * How often one source was right: counts, no signals. The caller has checked that whoever asks may
 * know the source.
 */
export async function scoreOf(ctx: Pick<Ctx, 'db'>, source: string): Promise<SourceScore> {
  const [row] = await store.scores(ctx, source);
  return scored(row ?? { source, raised: 0, open: 0, confirmed: 0, dismissed: 0 });
}
