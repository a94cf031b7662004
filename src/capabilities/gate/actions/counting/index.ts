/** What a reader may only count: planned in his query, bound as rows with their blocks. */
import type { Column, TreeNode } from '#kernel/lake';
import { barrier, quoteName, rowPredicate } from '../bind.ts';
import type { GatedDataset, ItemSight, Sight } from '../policy.ts';
import { type Counting, countedSql, type Measure, markOf } from './blocks.ts';
import { type Form, type Plan, planCounting } from './plan.ts';

export { blockCtes, blockFactor, type Counting, countedSql, markOf } from './blocks.ts';
export type { Plan } from './plan.ts';

/** A dataset as this reader may count it. */
export interface Countable {
  dataset: GatedDataset;
  views: readonly ItemSight[];
  /** Items of the contract's `grades.counted_by`; its unit when it names none. */
  by: readonly string[];
}

/** No name of a dataset has such letters, so that nobody can ask for the relation itself. */
export const countedName = (dataset: string): string => `${dataset}_汇总`;

const sightsCounted = (views: readonly ItemSight[]): Sight[] => [
  ...new Set(views.flatMap((view) => view.counting?.sights ?? [])),
];

/** Seen as it is on every row that may be counted. */
const isPlainOn = (view: ItemSight, sights: readonly Sight[]): boolean => {
  const plain = view.parts.find(({ decision }) => decision.view === 'plain');
  return plain !== undefined && sights.every((sight) => plain.sights.includes(sight));
};

export const isCountable = (views: readonly ItemSight[]): boolean =>
  views.some((view) => view.counting !== null);

function formOf({ dataset, views, by }: Countable): Form {
  const sights = sightsCounted(views);
  const open = views
    .filter((view) => view.counting !== null || isPlainOn(view, sights))
    .map(({ item }) => item.name);
  const hidden = views.filter(({ parts }) => parts.length === 0).map(({ item }) => item.name);
  return {
    dataset: dataset.name,
    relation: countedName(dataset.name),
    by: by.filter((item) => open.includes(item)),
    measured: open,
    hidden: new Set(hidden.filter((item) => open.includes(item))),
    isOnlyCounted: views.every(({ parts }) => parts.length === 0),
  };
}

/** @see planCounting; null when nothing in the query counts what may only be counted */
export async function planFor(
  tree: TreeNode,
  countable: readonly Countable[],
): Promise<Plan | null> {
  if (countable.length === 0) return null;
  const plan = await planCounting(tree, countable.map(formOf));
  return plan.measures.size === 0 && plan.faults.length === 0 ? null : plan;
}

/** Persons each answer over the dataset speaks of at least: the most any line asks. */
export const leastOf = (views: readonly ItemSight[]): number =>
  Math.max(...views.map(({ counting }) => counting?.least ?? 1));

/** Who a row is about: the person it numbers, else what its key names. */
function personOf({ items, key }: GatedDataset): string[] {
  const person = items.find(({ semantic }) => semantic === 'citizen_id');
  return person ? [person.name] : [...key];
}

/** How the rows of a dataset are put into blocks: the same for whoever asks. */
export function countingOf(
  { dataset, by, views }: Countable,
  held: { sql: string; columns: readonly Column[] },
): Counting {
  const has = new Set(held.columns.map(({ name }) => name));
  const dims = by.filter((item) => has.has(item));
  const { unitItem } = dataset;
  const unit = unitItem !== null && dims.includes(unitItem) ? unitItem : null;
  return {
    source: held.sql,
    unit,
    by: dims.filter((item) => item !== unit),
    person: personOf(dataset).filter((item) => has.has(item)),
    least: leastOf(views),
  };
}

/** The relation a planned query reads: items as they are, with the blocks beside them. */
export function boundCounted(
  countable: Countable,
  measures: readonly Measure[],
  held: { sql: string; columns: readonly Column[] },
): { name: string; sql: string; columns: Column[] } {
  const { dataset, views } = countable;
  const { unitItem, name } = dataset;
  const where = rowPredicate(
    sightsCounted(views).map(({ rows }) => rows),
    unitItem,
  );
  const predicateOf = (item: Measure): string | null => {
    const sights = views.find((view) => view.item.name === item)?.counting?.sights;
    const on = sights
      ? rowPredicate(
          sights.map(({ rows }) => rows),
          unitItem,
        )
      : null;
    return on === where ? null : on;
  };
  const asked = new Set([...formOf(countable).measured, ...countable.by]);
  const columns = held.columns.filter((column) => asked.has(column.name));
  // What he may count in one unit only is nothing in the others.
  const shown = columns.map((column) => {
    const [name, on] = [quoteName(column.name), predicateOf(column.name)];
    return on === null ? `held.${name}` : `case when ${on} then held.${name} end as ${name}`;
  });
  const sql = countedSql(
    countingOf(countable, held),
    measures.map((item) => ({ item, on: predicateOf(item) })),
    {
      shown,
      where: where === null ? null : `${where}${barrier}`,
    },
  );
  const marks = measures.map((_, at): Column => ({ name: markOf(at), type: 'HUGEINT' }));
  return { name: countedName(name), sql, columns: [...columns, ...marks] };
}
