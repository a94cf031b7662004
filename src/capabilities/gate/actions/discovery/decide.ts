/** What people say to proposals: one puts them forward, another confirms or refuses them. */
import type { z } from 'zod';
import {
  type Contract,
  changeItems,
  type Grade,
  type Item,
  type Regrade,
  type SemanticName,
} from '#catalogue';
import { holds, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import type { Fault } from '#kernel/errors';
import { loadActor } from '#organisation';
import { gateErrors } from '../../errors.ts';
import type { decidedItems, decideInput, discoveryStep, submitInput } from '../../model.ts';
import * as store from '../../store/discovery.ts';
import { type Inheriting, inheriting } from './inherit.ts';
import { discoverable, discoverPermission } from './runs.ts';

export const confirmPermission = 'gate.confirm_grades';

interface Which {
  dataset: string;
  item: string;
}

const keyOf = ({ dataset, item }: Which): string => `${dataset}.${item}`;

/**
 * The items of contracts that are asked for; what is sealed from the actor is not there.
 * @throws gate.dataset_not_found, gate.item_unknown with every one missing
 */
async function itemsOf(ctx: Ctx, asked: readonly Which[]): Promise<Map<string, [Contract, Item]>> {
  const known = new Map<string, [Contract, Item]>();
  const contracts = new Map((await discoverable(ctx)).map((one) => [one.name, one]));
  for (const name of new Set(asked.map(({ dataset }) => dataset))) {
    const contract = contracts.get(name);
    if (contract === undefined) throw gateErrors.make('dataset_not_found', { dataset: name });
    for (const item of contract.items) known.set(`${name}.${item.name}`, [contract, item]);
  }
  const lost = asked.filter((one) => !known.has(keyOf(one)));
  if (lost.length === 0) return known;
  throw refused(lost.map((one) => gateErrors.fault('item_unknown', at(one), { item: keyOf(one) })));
}

const at = (one: Which) => ({ item: keyOf(one) });

const refused = (faults: Fault[]) =>
  gateErrors.make('grading_refused', { count: faults.length }, faults);

const unlooked = (ctx: Ctx, one: Which, item: Item): store.FoundRow => ({
  dataset: one.dataset,
  item: one.item,
  semantic: null,
  grade: item.grade,
  share: 0,
  named: false,
  seen: [],
  looked_at_values: 0,
  whole: false,
  snapshot_id: null,
  looked_at: ctx.clock.now(),
  state: 'found',
  asked_semantic: null,
  asked_grade: null,
  asked_by: null,
  asked_at: null,
});

/** Lower than declared is declassification: its own road, with an approval of its own. */
function submitFaults(
  asked: readonly (Which & { grade?: Grade | undefined })[],
  items: ReadonlyMap<string, [Contract, Item]>,
): Fault[] {
  return asked.flatMap((one) => {
    const declared = items.get(keyOf(one))?.[1].grade ?? 'L1';
    if (one.grade === undefined || one.grade >= declared) return [];
    const params = { item: keyOf(one), grade: declared };
    return [gateErrors.fault('grading_lower', at(one), params)];
  });
}

/**
 * Puts types and grades forward, as proposed or as a person thinks better. Needs `gate.discover`.
 * @throws gate.item_unknown, gate.grading_refused with every fault
 */
export async function submitGrades(
  ctx: Ctx,
  input: z.output<typeof submitInput>,
): Promise<z.output<typeof decidedItems>> {
  requirePermission(ctx, discoverPermission);
  const items = await itemsOf(ctx, input.items);
  const faults = submitFaults(input.items, items);
  if (faults.length > 0) throw refused(faults);
  await tx(ctx, async (inside) => {
    const stood = await store.lockFound(inside, input.items);
    for (const one of input.items) {
      const item = items.get(keyOf(one))?.[1];
      if (item === undefined) continue;
      const row = stood.find((each) => keyOf(each) === keyOf(one)) ?? unlooked(ctx, one, item);
      const semantic = one.semantic === undefined ? row.semantic : one.semantic;
      const grade = one.grade ?? row.grade;
      await store.saveFound(inside, {
        ...row,
        state: 'submitted',
        asked_semantic: semantic,
        asked_grade: grade,
        asked_by: ctx.actor.id,
        asked_at: ctx.clock.now(),
      });
      await step(inside, 'submitted', one, item, { semantic, grade, reason: input.reason });
    }
  });
  return { items: input.items.length, contracts: [] };
}

async function step(
  ctx: Ctx,
  what: store.StepRow['step'],
  one: Which,
  item: Item,
  after: { semantic: string | null; grade: Grade; reason: string },
): Promise<void> {
  await store.addStep(ctx, {
    dataset: one.dataset,
    item: one.item,
    step: what,
    semantic_before: item.semantic ?? null,
    grade_before: item.grade,
    semantic_after: after.semantic ?? item.semantic ?? null,
    grade_after: after.grade,
    reason: after.reason,
    by_account: ctx.actor.id,
    at: ctx.clock.now(),
  });
  await ctx.audit.record(ctx, {
    action: `gate.grade_${what}`,
    subject: `item/${keyOf(one)}`,
    dataset: one.dataset,
    detail: {
      from: [item.semantic ?? null, item.grade],
      to: [after.semantic, after.grade],
      reason: after.reason,
    },
  });
}

/** Another choice of the one who decides. */
type Choice = z.output<typeof decideInput>['items'][number];

/**
 * Waits for a decision, and not for that of the one who asked. Stricter than asked takes effect at
 * once, as two have looked at it; laxer has to be put forward again.
 */
function decideFaults(
  ctx: Ctx,
  asked: readonly Choice[],
  rows: readonly store.FoundRow[],
): Fault[] {
  return asked.flatMap((one): Fault[] => {
    const row = rows.find((each) => keyOf(each) === keyOf(one));
    const params = { item: keyOf(one) };
    if (row?.state !== 'submitted') {
      return [gateErrors.fault('grading_not_submitted', at(one), params)];
    }
    if (row.asked_by === ctx.actor.id) {
      return [gateErrors.fault('grading_own', at(one), params)];
    }
    const grade = row.asked_grade ?? row.grade;
    if (one.grade !== undefined && one.grade < grade) {
      return [gateErrors.fault('grading_laxer', at(one), { ...params, grade })];
    }
    return [];
  });
}

/** Items that follow what they are made from have that in their history. */
async function followed(ctx: Ctx, below: readonly Inheriting[], reason: string): Promise<void> {
  for (const { dataset, item, grade, from } of below) {
    if (item === null) continue;
    const after = { semantic: null, grade, reason: `← ${from}: ${reason}` };
    await step(ctx, 'confirmed', { dataset, item: item.name }, item, after);
  }
}

/**
 * Confirms what was put forward, or a stricter choice, with the items made from it; which makes new
 * versions of the contracts, or refuses it. Needs
 * `gate.confirm_grades`.
 * @throws gate.grading_refused with every fault; packs.refused; nothing is decided then
 */
export async function decideGrades(
  ctx: Ctx,
  input: z.output<typeof decideInput>,
): Promise<z.output<typeof decidedItems>> {
  requirePermission(ctx, confirmPermission);
  const items = await itemsOf(ctx, input.items);
  return tx(ctx, async (inside) => {
    const rows = await store.lockFound(inside, input.items);
    const faults = decideFaults(ctx, input.items, rows);
    if (faults.length > 0) throw refused(faults);
    const changes: Regrade[] = [];
    const confirmed = input.verdict === 'confirmed';
    for (const row of rows) {
      const item = items.get(keyOf(row))?.[1];
      if (item === undefined) continue;
      const choice = confirmed ? input.items.find((one) => keyOf(one) === keyOf(row)) : undefined;
      const semantic = (choice?.semantic ?? row.asked_semantic) as SemanticName | null;
      const grade = choice?.grade ?? row.asked_grade ?? row.grade;
      changes.push({ dataset: row.dataset, item: row.item, semantic, grade });
      const decided = { asked_semantic: semantic, asked_grade: grade, state: input.verdict };
      await store.saveFound(inside, { ...row, ...decided });
      await step(inside, input.verdict, row, item, { semantic, grade, reason: input.reason });
    }
    if (!confirmed) return { items: rows.length, contracts: [] };
    const below = await inheriting(inside, changes);
    await followed(inside, below, input.reason);
    const all = [
      ...changes,
      ...below.map(({ item, ...one }) => ({ ...one, semantic: null, item: item?.name ?? null })),
    ];
    await changeItems(inside, all);
    // What follows may be sealed from the one who decides: it is changed, and not named to him.
    const known = new Set((await discoverable(inside)).map(({ name }) => name));
    const told = all.filter(({ dataset }) => known.has(dataset));
    return { items: told.length, contracts: [...new Set(told.map(({ dataset }) => dataset))] };
  });
}

/** What was said to an item, newest first. Needs `gate.grades`. */
export async function gradeSteps(
  ctx: Ctx,
  { dataset, item }: Which,
): Promise<z.output<typeof discoveryStep>[]> {
  requirePermission(ctx, 'gate.grades');
  await itemsOf(ctx, [{ dataset, item }]);
  const rows = await store.steps(ctx, dataset, item);
  const names = new Map<string, string>();
  for (const id of new Set(rows.map((row) => row.by_account)))
    names.set(id, (await loadActor(ctx, id))?.name ?? id);
  return rows.map((row) => ({
    dataset: row.dataset,
    item: row.item,
    step: row.step,
    semanticBefore: row.semantic_before,
    gradeBefore: row.grade_before,
    semanticAfter: row.semantic_after,
    gradeAfter: row.grade_after,
    reason: row.reason,
    by: names.get(row.by_account) ?? row.by_account,
    at: row.at.toISOString(),
  }));
}

/** Whether the actor may put forward, and confirm: for the page's buttons. */
export const gradingRights = (ctx: Ctx): { discover: boolean; confirm: boolean } => ({
  discover: holds(ctx.actor, discoverPermission),
  confirm: holds(ctx.actor, confirmPermission),
});
