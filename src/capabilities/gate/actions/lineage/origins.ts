/** What a column was made from, and what decided which rows there are. */

/** An item of a relation as `relation.item`, lower case as the engine compares names. */
export type ItemRef = string;

/**
 * How an item went into a column: handed on as it is, put into an expression, put together over
 * many rows, or only asked by a subquery inside the expression.
 */
export type How = 'filter' | 'copied' | 'computed' | 'aggregated';

/** How an item decides over rows: by a condition, a join, a grouping, or an order that is cut. */
export type Influence = 'filter' | 'join' | 'group' | 'order';

/** Null: cannot be followed; callers must take it for "anything in scope". */
export type Origins = ReadonlyMap<ItemRef, How> | null;

export interface Traced {
  /** Name under which the query gives it; null when it has none. */
  name: string | null;
  from: Origins;
  /**
   * The item it hands on unchanged (of a union: only when all arms hand on the same); its title is
   * the column's.
   */
  direct: ItemRef | null;
}

const ranks: Record<How, number> = { filter: 0, copied: 1, computed: 2, aggregated: 3 };

/** All origins together; an item that goes in twice counts as what was done most to it. */
export function together(parts: readonly Origins[]): Origins {
  const all = new Map<ItemRef, How>();
  for (const part of parts) {
    if (part === null) return null;
    for (const [ref, how] of part) {
      const known = all.get(ref);
      if (known === undefined || ranks[how] > ranks[known]) all.set(ref, how);
    }
  }
  return all;
}

/** The same items after at least `how` was done to them; what a subquery asks stays asked. */
export function raised(from: Origins, how: 'computed' | 'aggregated'): Origins {
  if (from === null) return null;
  return new Map(
    [...from].map(([ref, had]) => [ref, had === 'filter' || ranks[had] >= ranks[how] ? had : how]),
  );
}

export const asked = (refs: Iterable<ItemRef>): Origins =>
  new Map([...refs].map((ref) => [ref, 'filter' as const]));

/** Items that decide which rows a query gives. */
export class Rows {
  readonly items: Map<ItemRef, Set<Influence>> = new Map();
  /** Something decides that could not be followed. */
  isUnknown = false;

  add(from: Origins, influence: Influence): void {
    if (from === null) this.isUnknown = true;
    for (const ref of from?.keys() ?? []) this.#put(ref, influence);
  }

  addAll(other: Rows): void {
    this.isUnknown ||= other.isUnknown;
    for (const [ref, influences] of other.items) {
      for (const influence of influences) this.#put(ref, influence);
    }
  }

  #put(ref: ItemRef, influence: Influence): void {
    const known = this.items.get(ref) ?? new Set();
    this.items.set(ref, known.add(influence));
  }

  /** As what an expression asked: null when not all is known. */
  get origins(): Origins {
    return this.isUnknown ? null : asked(this.items.keys());
  }
}
