/** What sources do: raise, and say that it is over. */
import { openCase, tell, typeForm } from '#cases';
import { requirePermission, systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { publish } from '#kernel/events';
import { findUnit } from '#organisation';
import { signalsErrors } from '../errors.ts';
import { type RaiseInput, raiseInput, type Signal } from '../model.ts';
import * as store from '../store.ts';
import { toSignal } from './view.ts';

/**
 * Opening and closing cases is the platform's doing, on the word of a source or of whoever
 * confirmed.
 */
const asPlatform = (ctx: Ctx): Ctx => ({ ...ctx, actor: systemActor('signals') });

async function unitCodes(ctx: Ctx, codes: readonly string[]): Promise<string[]> {
  const all = new Set<string>();
  for (const code of codes) {
    const unit = await findUnit(ctx, code);
    if (!unit) throw signalsErrors.make('unit_unknown', { unit: code });
    for (const part of unit.path.split('/')) all.add(part);
  }
  return [...all];
}

/** Paths of the units concerned: who sees one of them is told that his pages are stale. */
async function pathsOf(ctx: Ctx, { unit, owner }: store.SignalRow): Promise<string[]> {
  const units = await Promise.all([unit, owner].map((code) => findUnit(ctx, code)));
  return units.flatMap((one) => one?.path ?? []);
}

export async function tellEvent(
  ctx: Ctx,
  name: string,
  row: store.SignalRow,
  more: object = {},
): Promise<void> {
  const now = ctx.clock.now();
  await publish(ctx, name, {
    signal: String(row.id),
    source: row.source,
    subject: { kind: row.subject_kind, id: row.subject_id },
    severity: row.severity,
    unit: row.unit,
    owner: row.owner,
    case: row.case_id,
    silenced: row.silenced_until !== null && row.silenced_until > now,
    ...more,
    hint: { topic: 'signals', id: String(row.id), paths: await pathsOf(ctx, row) },
  });
}

/**
 * Fields of the case type filled from the evidence under the same names; a case type asks for no
 * more than it shows.
 */
async function caseData(ctx: Ctx, row: store.SignalRow): Promise<Record<string, unknown>> {
  const form = await typeForm(ctx, row.opens ?? '');
  const known: Record<string, unknown> = {
    ...(row.ticket ?? row).evidence,
    signal: String(row.id),
    source: row.source,
  };
  const fill = ([name, field]: [string, { type: string }]): [string, unknown][] => {
    const value = known[name];
    if (value === undefined || value === null) return [];
    return [[name, field.type === 'text' ? String(value) : value]];
  };
  return Object.fromEntries(Object.entries(form.data).flatMap(fill));
}

/** Opens the case a signal declares, at its owner; of a ticket the one that is open already. */
async function caseFor(ctx: Ctx, row: store.SignalRow, opens: string): Promise<string> {
  const shared = row.ticket === null ? null : await store.caseOfTicket(ctx, row.ticket.id);
  if (shared !== null) return shared;
  const form = await typeForm(ctx, opens);
  const own = { title: row.title, subject: { kind: row.subject_kind, id: row.subject_id } };
  const { title, subject } = row.ticket ?? own;
  const opened = await openCase(asPlatform(ctx), {
    type: opens,
    title: title.zh,
    titleEn: title.en,
    unit: row.ticket === null ? row.unit : row.owner,
    slots: form.slots.includes('owner') ? { owner: row.owner } : {},
    subject,
    data: await caseData(ctx, row),
    source: `signals/${row.id}`,
  });
  return opened.id;
}

/**
 * Confirms a locked signal: counts for its source, and opens the case it declares, at its owner.
 */
export async function confirmRow(
  ctx: Ctx,
  row: store.SignalRow,
  reason: string | null,
): Promise<store.SignalRow> {
  const caseId = row.opens === null ? null : await caseFor(ctx, row, row.opens);
  const done = await store.update(ctx, row.id, {
    state: 'confirmed',
    verdict: 'confirmed',
    case_id: caseId,
    reason,
    handled_by: ctx.actor.id,
  });
  await tellEvent(ctx, 'signal.confirmed', done);
  return done;
}

/** What was measured now, also under names that stand beside what was measured at first. */
const measured = (evidence: Record<string, unknown>): Record<string, unknown> => ({
  ...evidence,
  ...Object.fromEntries(Object.entries(evidence).map(([name, value]) => [`after_${name}`, value])),
});

/** What is left of a ticket; of a signal with a case of its own what was measured. */
async function factsOf(
  ctx: Ctx,
  row: store.SignalRow,
  evidence: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  if (row.ticket === null || row.case_id === null) return measured(evidence);
  const left = await store.liveOfCase(ctx, row.case_id);
  return measured({ ...row.ticket.evidence, rows: left.length });
}

/**
 * The case of a signal that is still so: one that was being rechecked failed it; any other learns
 * what was measured now, where that changed.
 */
async function tellAgain(
  ctx: Ctx,
  row: store.SignalRow,
  evidence: Record<string, unknown>,
): Promise<void> {
  if (row.case_id === null) return;
  const at = { case: row.case_id, facts: await factsOf(ctx, row, evidence) };
  const platform = asPlatform(ctx);
  if (await tell(platform, { ...at, action: 'recheck_failed' })) return;
  await tell(platform, { ...at, action: 'found_again', ifNew: true });
}

/**
 * Says that what a source raised and did not clear is still so, now that it has looked again: cases
 * that were being rechecked failed it. Nothing is counted and nobody told. Needs `signals.raise`.
 */
export async function stillSo(ctx: Ctx, source: string): Promise<void> {
  requirePermission(ctx, 'signals.raise');
  const rows = await store.withCase(ctx, source);
  const cases = new Map(rows.map((row) => [row.case_id, row]));
  for (const row of cases.values()) {
    // Part of a ticket may be mended: then its case learns what is left.
    if (row.ticket !== null) await tellAgain(ctx, row, row.evidence);
    else {
      const at = { case: row.case_id ?? '', facts: measured(row.evidence) };
      await tell(asPlatform(ctx), { ...at, action: 'recheck_failed' });
    }
  }
}

async function seenAgain(
  ctx: Ctx,
  row: store.SignalRow,
  input: ReturnType<typeof raiseInput.parse>,
): Promise<store.SignalRow> {
  const owner = input.owner ?? input.unit;
  await tellAgain(ctx, row, input.evidence);
  return store.update(ctx, row.id, {
    version: input.version,
    severity: input.severity,
    title: input.title,
    evidence: input.evidence,
    unit: input.unit,
    owner,
    unit_codes: await unitCodes(ctx, [input.unit, owner]),
    count: row.count + 1,
    last_seen: ctx.clock.now(),
  });
}

async function newEpisode(
  ctx: Ctx,
  before: store.SignalRow | undefined,
  input: ReturnType<typeof raiseInput.parse>,
): Promise<store.SignalRow> {
  const now = ctx.clock.now();
  const owner = input.owner ?? input.unit;
  const silenced = before?.silenced_until ?? null;
  const row = await store.insert(ctx, {
    source: input.source,
    version: input.version,
    subject_kind: input.subject.kind,
    subject_id: input.subject.id,
    group_name: input.group ?? input.source,
    severity: input.severity,
    title: input.title,
    evidence: input.evidence,
    unit: input.unit,
    owner,
    unit_codes: await unitCodes(ctx, [input.unit, owner]),
    opens: input.opens ?? null,
    case_id: null,
    state: 'raised',
    verdict: null,
    episode: (before?.episode ?? 0) + 1,
    count: 1,
    first_seen: now,
    last_seen: now,
    silenced_until: silenced !== null && silenced > now ? silenced : null,
    reason: null,
    handled_by: null,
    ticket: input.ticket ?? null,
  });
  await tellEvent(ctx, 'signal.raised', row);
  return input.confirm ? confirmRow(ctx, row, null) : row;
}

/**
 * Raises one thing. The same source and subject again is the same signal, seen once more; after it
 * was closed it comes back as a new episode. Needs `signals.raise`.
 * @throws signals.unit_unknown
 */
export async function raise(ctx: Ctx, given: RaiseInput): Promise<Signal> {
  requirePermission(ctx, 'signals.raise');
  const input = raiseInput.parse(given);
  return tx(ctx, async (inner) => {
    await store.lockThing(inner, input);
    const before = await store.newestOf(inner, input);
    const live = before && before.state !== 'closed';
    const row = live
      ? await seenAgain(inner, before, input)
      : await newEpisode(inner, before, input);
    return toSignal(row);
  });
}

/**
 * Tells the case of a cleared signal that its recheck passed; a case closed already, or of a type
 * without it, stays, and so does one that others of its ticket still stand for.
 */
async function passRecheck(
  ctx: Ctx,
  row: store.SignalRow,
  evidence: Record<string, unknown>,
): Promise<void> {
  if (row.case_id === null) return;
  if ((await store.liveOfCase(ctx, row.case_id)).length > 0) return;
  const facts = row.ticket === null ? measured(evidence) : await factsOf(ctx, row, evidence);
  if (await tell(asPlatform(ctx), { case: row.case_id, action: 'recheck_passed', facts })) return;
  ctx.log.info({ case: row.case_id, signal: row.id }, 'the case of a cleared signal stays');
}

/**
 * Says that a thing is over: its signal is closed and the case it opened gets `recheck_passed`.
 * Null when there was nothing to clear. Needs `signals.raise`.
 * @param evidence what was measured when it was found to be over: the case keeps it beside what was
 * measured at first
 */
export async function clear(
  ctx: Ctx,
  thing: store.Thing,
  evidence: Record<string, unknown> = {},
): Promise<Signal | null> {
  requirePermission(ctx, 'signals.raise');
  return tx(ctx, async (inner) => {
    await store.lockThing(inner, thing);
    const row = await store.newestOf(inner, thing);
    if (!row || row.state === 'closed') return null;
    const closed = await store.update(inner, row.id, { state: 'closed' });
    await tellEvent(inner, 'signal.cleared', closed);
    await passRecheck(inner, closed, evidence);
    return toSignal(closed);
  });
}

/**
 * A case was closed otherwise: so are the signals it was opened for; a case that came to nothing
 * counts as a miss.
 */
export async function caseClosed(
  ctx: Ctx,
  closed: { case: string; outcome: string },
): Promise<void> {
  const miss = closed.outcome === 'void';
  for (const row of await store.liveOfCase(ctx, closed.case)) {
    const done = await store.update(ctx, row.id, {
      state: 'closed',
      verdict: miss ? 'dismissed' : row.verdict,
    });
    await tellEvent(ctx, 'signal.cleared', done);
  }
}
