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
import { type Judged, judgeColumn, type Seen } from './judge.ts';
import { sampled, tellingName, valuesOf } from './look.ts';
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

interface Dirty {
  item: Item;
  seen: Seen[];
}

async function dirtyIn(
  ctx: Ctx,
  contract: Contract,
  relation: string,
  items: readonly Item[],
): Promise<Dirty[]> {
  const names = items.map(({ name }) => name);
  const values = await valuesOf(ctx, relation, names);
  // A handful in a delivery is what drift looks like: the count decides, not the share.
  const options = { ...discoveryOptions(ctx), insidePermille: 0 };
  return items.flatMap((item): Dirty[] => {
    const judged = judgeColumn(tellingName(contract, item), values.get(item.name) ?? [], options);
    const seen = above(item, judged);
    return seen.length === 0 ? [] : [{ item, seen }];
  });
}

async function raiseFor(
  ctx: Ctx,
  contract: Contract,
  { item, seen }: Dirty,
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
  // Who may see a sealed compartment is not for this signal to say.
  if (contract === null || contract.sealed_for !== null) return;
  const held = await heldRows(ctx, contract);
  if (held.snapshot === null) return;
  const before = await store.drift(ctx, dataset);
  if (before?.snapshot_id === held.snapshot.id) return;
  const there = new Set(held.columns.map(({ name }) => name));
  const settled = await settledItems(ctx, dataset);
  const items = contract.items.filter(({ name }) => there.has(name) && !settled.has(name));
  const most = ctx.settings.discovery_drift_rows;
  const all = sampled(held.sql, held.snapshot.rows, most);
  const changed = await changedRows(ctx, contract, held, before?.snapshot_id ?? null);
  const dirty = items.length === 0 ? [] : await dirtyIn(ctx, contract, changed ?? all, items);
  for (const one of dirty) await raiseFor(ctx, contract, one, held.snapshot.batch);
  const still = await stillDirty(ctx, contract, { all, looked: changed === null, dirty, before });
  await store.saveDrift(ctx, {
    dataset,
    snapshot_id: held.snapshot.id,
    items: [...new Set([...dirty.map(({ item }) => item.name), ...still])].toSorted(),
    looked_at: ctx.clock.now(),
  });
}

/** Signals of items that are clean again close; rows that did not change are looked at for it. */
async function stillDirty(
  ctx: Ctx,
  contract: Contract,
  state: { all: string; looked: boolean; dirty: Dirty[]; before: store.DriftRow | undefined },
): Promise<string[]> {
  const names = new Set(state.dirty.map(({ item }) => item.name));
  const open = (state.before?.items ?? []).filter((name) => !names.has(name));
  const items = contract.items.filter(({ name }) => open.includes(name));
  const rest =
    state.looked || items.length === 0 ? [] : await dirtyIn(ctx, contract, state.all, items);
  const still = rest.map(({ item }) => item.name);
  for (const name of open) {
    if (still.includes(name)) continue;
    await clear(ctx, { source, subject: { kind: 'item', id: `${contract.name}.${name}` } });
  }
  return still;
}
