/** The checks of a dataset as they are run: declared ones, then those every dataset has. */
import { createHash } from 'node:crypto';
import { type Contract, getDataset } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import {
  type CompiledCheck,
  compileCheck,
  datasetOf,
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

/** What a dataset is called; its name where the catalogue has it no longer. */
async function titleOf(ctx: Pick<Ctx, 'db'>, name: string): Promise<Bilingual> {
  try {
    return (await getDataset(ctx, name)).title;
  } catch (error) {
    if (error instanceof GuantongError && error.status === 404) return { zh: name, en: name };
    throw error;
  }
}

/** Titles of the datasets that these checks speak of. */
async function titlesNamed(
  ctx: Pick<Ctx, 'db'>,
  checks: readonly SetCheck[],
): Promise<Map<string, Bilingual>> {
  const titles = new Map<string, Bilingual>();
  for (const name of new Set(checks.flatMap(datasetOf))) titles.set(name, await titleOf(ctx, name));
  return titles;
}

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
  const others = await titlesNamed(
    ctx,
    declared.map((one) => one.declared),
  );
  const titles = {
    item: (item: string): Bilingual =>
      contract.items.find(({ name }) => name === item)?.title ?? { zh: item, en: item },
    dataset: (name: string): Bilingual => others.get(name) ?? { zh: name, en: name },
  };
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
