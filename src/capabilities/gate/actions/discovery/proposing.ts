/** From what was found in an item to what is proposed for it, beside what is declared. */
import type { Contract, Grade, Item, SemanticName } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import * as store from '../../store/discovery.ts';
import type { Judged } from './judge.ts';
import { type Looked, lookAt } from './look.ts';

/** What is declared covers what was found: a telephone may be a mobile. */
const covers: Partial<Record<string, readonly SemanticName[]>> = {
  phone: ['mobile', 'landline'],
  citizen_id: ['citizen_id_old'],
  instant: ['birth_date'],
};

/** What was found is what the item is declared to be, or a part of it. */
export const isDeclared = ({ semantic }: Item, found: SemanticName): boolean =>
  semantic !== undefined && (semantic === found || covers[semantic]?.includes(found) === true);

const higher = (a: Grade, b: Grade | null): Grade => (b !== null && b > a ? b : a);

function semanticOf(item: Item, judged: Judged): SemanticName | null {
  const found = judged.semantic;
  return found === null || isDeclared(item, found) ? null : found;
}

/**
 * What is proposed. A grade is never proposed lower: that is declassification, which people begin.
 * `agrees` when the contract says as much already.
 */
export function proposalOf(
  item: Item,
  judged: Judged,
): { semantic: SemanticName | null; grade: Grade; agrees: boolean } {
  const semantic = semanticOf(item, judged);
  const grade = higher(item.grade, judged.grade);
  return { semantic, grade, agrees: semantic === null && grade === item.grade };
}

function stateOf(
  before: store.FoundRow | undefined,
  proposed: ReturnType<typeof proposalOf>,
): store.FoundState {
  if (proposed.agrees) return before?.state === 'confirmed' ? 'confirmed' : 'agrees';
  const same = before?.semantic === proposed.semantic && before.grade === proposed.grade;
  const decided = before?.state === 'submitted' || before?.state === 'refused';
  return same && decided ? before.state : 'found';
}

function rowOf(
  ctx: Ctx,
  contract: Contract,
  { item: name, judged }: Looked,
  about: { whole: boolean; snapshot: number | null; before: store.FoundRow | undefined },
): store.FoundRow | null {
  const item = contract.items.find((one) => one.name === name);
  if (item === undefined) return null;
  const proposed = proposalOf(item, judged);
  const state = stateOf(about.before, proposed);
  const kept = state === 'submitted' || state === 'refused' || state === 'confirmed';
  return {
    dataset: contract.name,
    item: name,
    semantic: proposed.semantic,
    grade: proposed.grade,
    share: judged.share,
    named: judged.named,
    seen: judged.seen.map(({ type, whole, values, share, reasons, examples }) => ({
      ...{ type, whole, values, share, reasons, examples },
    })),
    looked_at_values: judged.of,
    whole: about.whole,
    snapshot_id: about.snapshot,
    looked_at: ctx.clock.now(),
    state,
    asked_semantic: kept ? (about.before?.asked_semantic ?? null) : null,
    asked_grade: kept ? (about.before?.asked_grade ?? null) : null,
    asked_by: kept ? (about.before?.asked_by ?? null) : null,
    asked_at: kept ? (about.before?.asked_at ?? null) : null,
  };
}

/**
 * Looks at a dataset and keeps what was found.
 * @returns items where values and contract disagree
 */
export async function discoverDataset(
  ctx: Ctx,
  contract: Contract,
  whole: boolean,
): Promise<number> {
  const { snapshot, items } = await lookAt(ctx, contract, whole);
  return tx(ctx, async (inside) => {
    const names = contract.items.map(({ name }) => ({ dataset: contract.name, item: name }));
    const before = await store.lockFound(inside, names);
    const rows = items.flatMap((looked) => {
      const stood = before.find(({ item }) => item === looked.item);
      const row = rowOf(ctx, contract, looked, { whole, snapshot, before: stood });
      return row === null ? [] : [row];
    });
    for (const row of rows) await store.saveFound(inside, row);
    await store.dropFound(
      inside,
      contract.name,
      names.map(({ item }) => item),
    );
    return rows.filter(({ state }) => state === 'found' || state === 'submitted').length;
  });
}
