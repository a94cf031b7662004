/**
 * Drift: what a delivery changed is looked at beside it. What its grade does not allow raises a
 * signal, one for an item; a later delivery that finds the item clean closes it.
 */
import { type Contract, type Grade, getDataset, type Item, semantics } from '#catalogue';
import { systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { enqueue } from '#kernel/jobs';
import { clear, type RaiseInput, raise } from '#signals';
import * as store from '../../store/discovery.ts';
import { quoteName } from '../bind.ts';
import { type HeldRows, heldRows } from '../contract.ts';
import { isMore, noPast, type Past, remembered } from './chance.ts';
import { type Judged, judgeColumn, type Seen } from './judge.ts';
import { drawn, tellingName, valuesOf } from './look.ts';
import { isDeclared } from './proposing.ts';
import { discoveryOptions } from './settings.ts';

export const driftJob = 'gate.drift';
const source = 'gate/drift';

/** Asks for a look at what a delivery changed; off the delivery's path. */
export async function wantDrift(ctx: Ctx, dataset: string): Promise<void> {
  await enqueue(ctx, driftJob, { dataset }, { singletonKey: dataset });
}

const severities: Record<Grade, RaiseInput['severity']> = {
  L1: 'notice',
  L2: 'notice',
  L3: 'warn',
  L4: 'serious',
};

/** What is hardly sensitive is proposed by a run; it is no reason to wake anybody. */
const quiet: Grade = 'L2';

/** What was found above the grade of the item, and is not what the item is declared to be. */
const above = (item: Item, judged: Judged): Seen[] =>
  judged.seen.filter(({ type }) => {
    const { grade } = semantics[type];
    return grade > quiet && grade > item.grade && !isDeclared(item, type);
  });

/** And is more than would be seen by mistake. */
function drifted(ctx: Ctx, item: Item, judged: Judged, past: Past): Seen[] {
  const doubt = ctx.settings.discovery_drift_doubt_permille / 1000;
  return above(item, judged).filter((seen) => isMore(judged, seen, past, doubt));
}

/** The changed rows as a relation, no more than are looked at; null when all may have changed. */
async function changedRows(
  ctx: Ctx,
  contract: Contract,
  held: HeldRows,
  since: number | null,
): Promise<string | null> {
  const most = ctx.settings.discovery_drift_rows;
  if (since === null || held.snapshot === null) return null;
  const changes = await ctx.lake.changes(ctx, contract.name, since, held.snapshot.id);
  if (changes === null) return null;
  if (changes.by === 'row') return `(select * from ${changes.came} limit ${most})`;
  const key = changes.key.map(quoteName).join(', ');
  return `(select * from ${held.sql} semi join ${changes.sql} using (${key}) limit ${most})`;
}

interface Looked {
  item: Item;
  judged: Judged;
  /** What is to be told; nothing when the item is clean. */
  seen: Seen[];
}

type Pasts = store.DriftRow['past'];

async function looked(
  ctx: Ctx,
  contract: Contract,
  about: { relation: string; items: readonly Item[]; pasts: Pasts },
): Promise<Looked[]> {
  const { relation, items, pasts } = about;
  if (items.length === 0) return [];
  const names = items.map(({ name }) => name);
  const values = await valuesOf(ctx, relation, names);
  // A handful in a delivery is what drift looks like: the count decides, not the share.
  const options = { ...discoveryOptions(ctx), insidePermille: 0 };
  return items.map((item) => {
    const judged = judgeColumn(tellingName(contract, item), values.get(item.name) ?? [], options);
    return { item, judged, seen: drifted(ctx, item, judged, pasts[item.name] ?? noPast) };
  });
}

const dirtyOf = (all: readonly Looked[]): Looked[] => all.filter(({ seen }) => seen.length > 0);

async function raiseFor(
  ctx: Ctx,
  contract: Contract,
  { item, seen }: Looked,
  batch: string | null,
): Promise<void> {
  const grades = seen.map(({ type }) => semantics[type].grade).toSorted();
  const found = seen.map(({ type }) => semantics[type].title);
  const join = (language: 'zh' | 'en'): string =>
    [...new Set(found.map((title) => title[language]))].join(language === 'zh' ? '、' : ', ');
  await raise(ctx, {
    source,
    version: String(contract.version),
    subject: { kind: 'item', id: `${contract.name}.${item.name}` },
    severity: severities[grades.at(-1) ?? 'L1'],
    title: {
      zh: `“${contract.title.zh}”的“${item.title.zh}”里出现了${join('zh')}`,
      en: `"${item.title.en}" of "${contract.title.en}" now contains: ${join('en')}`,
    },
    evidence: {
      dataset: contract.name,
      item: item.name,
      grade: item.grade,
      found: seen.map(({ type, values, share, examples }) => ({
        ...{ type, grade: semantics[type].grade, values, share, examples },
      })),
      batch,
    },
    unit: contract.owner,
    group: `${source}/${contract.name}`,
  });
}

/** Items people said no to with what is found now stay quiet. */
async function settledItems(ctx: Ctx, dataset: string): Promise<Set<string>> {
  const rows = await store.found(ctx, dataset);
  return new Set(rows.filter(({ state }) => state === 'refused').map(({ item }) => item));
}

/** The job: what changed since the last look. Cost is bounded by the change and by the settings. */
export async function lookForDrift(given: Ctx, payload: unknown): Promise<void> {
  const ctx: Ctx = { ...given, actor: systemActor('gate') };
  const { dataset } = payload as { dataset: string };
  const contract = await getDataset(ctx, dataset).catch(() => null);
  if (contract === null) return;
  const held = await heldRows(ctx, contract);
  if (held.snapshot === null) return;
  const before = await store.drift(ctx, dataset);
  if (before?.snapshot_id === held.snapshot.id) return;
  const there = new Set(held.columns.map(({ name }) => name));
  const settled = await settledItems(ctx, dataset);
  const items = contract.items.filter(({ name }) => there.has(name) && !settled.has(name));
  const most = ctx.settings.discovery_drift_rows;
  const all = await drawn(ctx, contract, held, most);
  const changed = await changedRows(ctx, contract, held, before?.snapshot_id ?? null);
  const pasts = before?.past ?? {};
  const found = await looked(ctx, contract, { relation: changed ?? all, items, pasts });
  const dirty = dirtyOf(found);
  // A signal is read by more than know of a sealed dataset: there the mark in its grades tells.
  if (contract.sealed_for === null) {
    for (const one of dirty) await raiseFor(ctx, contract, one, held.snapshot.batch);
  }
  const still = await stillDirty(ctx, contract, { all, looked: changed === null, dirty, before });
  await store.saveDrift(ctx, {
    dataset,
    snapshot_id: held.snapshot.id,
    items: [...new Set([...dirty.map(({ item }) => item.name), ...still])].toSorted(),
    past: { ...pasts, ...pastsAfter(found, pasts) },
    looked_at: ctx.clock.now(),
  });
}

const pastsAfter = (found: readonly Looked[], pasts: Pasts): Pasts =>
  Object.fromEntries(
    found.map(({ item: { name }, judged, seen }) => {
      const woke = seen.map(({ type }) => type);
      return [name, remembered(pasts[name] ?? noPast, judged, woke)];
    }),
  );

/** Signals of items that are clean again close; rows that did not change are looked at for it. */
async function stillDirty(
  ctx: Ctx,
  contract: Contract,
  state: { all: string; looked: boolean; dirty: Looked[]; before: store.DriftRow | undefined },
): Promise<string[]> {
  const names = new Set(state.dirty.map(({ item }) => item.name));
  const open = (state.before?.items ?? []).filter((name) => !names.has(name));
  const items = contract.items.filter(({ name }) => open.includes(name));
  const pasts = state.before?.past ?? {};
  const again = state.looked ? [] : items;
  const rest = await looked(ctx, contract, { relation: state.all, items: again, pasts });
  const still = dirtyOf(rest).map(({ item }) => item.name);
  for (const name of open) {
    if (still.includes(name)) continue;
    await clear(ctx, { source, subject: { kind: 'item', id: `${contract.name}.${name}` } });
  }
  return still;
}
