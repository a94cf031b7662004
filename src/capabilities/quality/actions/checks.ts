/** The checks of a dataset as they are run: declared ones, then those every dataset has. */
import { createHash } from 'node:crypto';
import type { Contract } from '#catalogue';
import type { Ctx } from '#kernel/context';
import {
  type CompiledCheck,
  compileCheck,
  itemsOf,
  type SetShape,
  wordsOf,
} from '../kind/index.ts';
import type { Bilingual, Family, ScoringFile, SetCheck } from '../model.ts';
import * as store from '../store.ts';

export interface Check {
  name: string;
  declared: SetCheck;
  /** SQL of kinds that name rows; null for the others, and where the named check is gone. */
  compiled: CompiledCheck | null;
  family: Family;
  title: Bilingual;
  expected: Bilingual;
  /** Item the fault is shown at. */
  item: string | null;
  items: string[];
  source: string | null;
  /** Identity of what is run. */
  digest: string;
  /** Datasets its SQL read when it ran last. */
  reads: string[];
}

export const shapeOf = (contract: Contract): SetShape => ({
  name: contract.name,
  key: contract.key,
  unitItem: contract.unit_item,
});

const familyOf = (check: SetCheck, scheme: ScoringFile, named: store.StoredNamed | undefined) =>
  check.family ??
  (check.kind === 'named' ? (named?.declared.family ?? 'accuracy') : scheme.kinds[check.kind]);

/** The checks of one dataset under a scheme. */
export async function checksOf(
  ctx: Pick<Ctx, 'db'>,
  contract: Contract,
  scheme: store.StoredScoring,
): Promise<Check[]> {
  const declared = await store.checksOf(ctx, contract.name);
  const own = new Set(declared.map(({ name }) => name));
  const common = Object.entries(scheme.declared.everywhere)
    .filter(([name]) => !own.has(name))
    .map(([name, check]) => ({ name, declared: check, reads: [] as string[] }));
  const named = await store.namedChecks(ctx);
  const titles = (item: string): Bilingual =>
    contract.items.find(({ name }) => name === item)?.title ?? { zh: item, en: item };
  return [...declared, ...common].map(({ name, declared: check, reads }) => {
    const used = check.kind === 'named' ? named.get(check.check) : undefined;
    const compiled = compileCheck(shapeOf(contract), check, used);
    const items = itemsOf(check);
    const identity = JSON.stringify([check, compiled, scheme.declared.history]);
    return {
      name,
      declared: check,
      compiled,
      family: familyOf(check, scheme.declared, used),
      ...wordsOf(check, titles, used?.declared),
      item: check.item ?? items[0] ?? null,
      items,
      source: check.source ?? used?.declared.source ?? null,
      digest: createHash('sha256').update(identity).digest('hex'),
      reads,
    };
  });
}
