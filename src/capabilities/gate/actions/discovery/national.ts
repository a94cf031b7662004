/**
 * The national grade of a set (GB/T 43697-2024): what is declared, and what its own items, its size
 * and its sources speak for. What hits persons only is general data until it hits many; core data
 * is named by the authority in charge, never by a count.
 */
import { type Contract, type SemanticName, semantics } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { DatasetGrade, GradedItem, National } from '../../model.ts';
import * as store from '../../store/discovery.ts';

const order: readonly National[] = ['general', 'important', 'core'];
const higher = (a: National, b: National): National =>
  order.indexOf(a) >= order.indexOf(b) ? a : b;

export type NationalGrade = Pick<
  DatasetGrade,
  'national' | 'nationalProposed' | 'nationalWhy' | 'rows'
>;

/** What its items say of persons, declared or proposed. */
function personalOf(items: readonly GradedItem[]): 'none' | 'ordinary' | 'sensitive' {
  const types = items.flatMap(({ semantic, proposedSemantic }) => [semantic, proposedSemantic]);
  const kinds = types.flatMap((type) =>
    type === null ? [] : (semantics[type as SemanticName]?.personal ?? []),
  );
  if (kinds.includes('sensitive')) return 'sensitive';
  return kinds.length > 0 ? 'ordinary' : 'none';
}

interface Known {
  contract: Contract;
  items: readonly GradedItem[];
  declared: National;
  rows: number;
}

/** By itself: declared, or important for the number of persons it is about. */
function byItself(ctx: Ctx, { items, declared, rows }: Known): NationalGrade {
  const personal = personalOf(items);
  const { national_persons_rows: many, national_sensitive_rows: fewer } = ctx.settings;
  const sensitive = personal === 'sensitive' && rows >= fewer;
  const large = sensitive || (personal !== 'none' && rows >= many);
  const proposed = higher(declared, large ? 'important' : 'general');
  const scale = sensitive ? 'sensitive' : 'persons';
  const why = proposed === declared ? (declared === 'general' ? 'none' : 'declared') : scale;
  return { national: declared, nationalProposed: proposed, nationalWhy: why, rows };
}

/** A set made from others is no lower than they are (annex I), through any number of steps. */
function withSources(own: Map<string, NationalGrade>, contracts: readonly Contract[]): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const { name, reads } of contracts) {
      const mine = own.get(name);
      if (mine === undefined) continue;
      const above = reads
        .map((read) => own.get(read)?.nationalProposed ?? 'general')
        .reduce(higher, 'general');
      if (higher(mine.nationalProposed, above) === mine.nationalProposed) continue;
      own.set(name, { ...mine, nationalProposed: above, nationalWhy: 'sources' });
      changed = true;
    }
  }
}

/** National grades of datasets, by name. */
export async function nationalGrades(
  ctx: Ctx,
  contracts: readonly Contract[],
  items: ReadonlyMap<string, readonly GradedItem[]>,
): Promise<Map<string, NationalGrade>> {
  const declared = await store.nationals(ctx);
  const names = contracts.map(({ name }) => name);
  const snapshots = await ctx.lake.latestOf(ctx, names);
  const rows = new Map(snapshots.map((one) => [one.dataset, one.rows]));
  const own = new Map(
    contracts.map((contract) => {
      const { name } = contract;
      const known = {
        contract,
        items: items.get(name) ?? [],
        declared: declared.get(name) ?? 'general',
        rows: rows.get(name) ?? 0,
      };
      return [name, byItself(ctx, known)];
    }),
  );
  withSources(own, contracts);
  return own;
}
