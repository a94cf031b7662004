/** The value of an item under its treatment, as SQL of the engine that holds it. */
import { homeKey } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import {
  bytesLiteral,
  dialects,
  isDated,
  type MaskName,
  maskedType,
  maskSql,
  type Pads,
  padsOf,
  quote,
} from './masks/index.ts';
import { momentOf } from './moment.ts';
import { hashScope, type ItemPart, type ItemSight } from './policy.ts';

/** What treatments need of the moment and of whoever reads. */
export interface Reading {
  /**
   * Day the data is read on, local: today, whatever state is read. A reader who chose it would see
   * on which day an age changes, and that is the birthday.
   */
  day: string;
  /** The key of a scope; made from the home's secret, the scope and the purpose. */
  pads: (scope: string) => Pads;
}

/**
 * Keys by scope: of a grant alone, or of a role and a purpose, so that what two roles or two
 * purposes read cannot be put beside each other.
 */
export function readingOf(ctx: Ctx, purpose: string): Reading {
  const { today } = momentOf(ctx, undefined);
  const pads = (scope: string): Pads =>
    padsOf(
      homeKey(ctx.settings, 'gate'),
      scope.startsWith('grant/') ? scope : JSON.stringify([scope, purpose]),
    );
  return { day: String(today), pads };
}

/** The scope of a part's key; parts are hashed one sight kind at a time. */
export const scopeOf = (part: ItemPart): string => {
  const [sight] = part.sights;
  if (!sight) throw new Error('a part without a sight');
  return hashScope(sight);
};

/** SQL of the engine: the value as it is, or changed. */
export function treated(value: string, { item }: ItemSight, part: ItemPart, by: Reading): string {
  const { view, mask } = part.decision;
  if (view === 'plain') return value;
  const moment = { day: by.day };
  if (mask !== null) return maskSql(value, { item, mask, moment }, 'duckdb');
  const key = by.pads(scopeOf(part));
  const to = dialects.duckdb;
  const pads = { inner: bytesLiteral(key.inner, to), outer: bytesLiteral(key.outer, to) };
  return maskSql(value, { item, mask, pads, moment }, 'duckdb');
}

/** Type of the contract that a changed value has: what it may be compared with. */
export function treatedType(mask: MaskName | null): string {
  const type = maskedType(mask);
  return type === 'decimal' ? 'decimal(18,3)' : type;
}

/** Keys of a statement on PostgreSQL: bound as values, so that its text tells none. */
export interface BoundKeys {
  values: Buffer[];
  /** SQL of the pads of a scope. */
  padsFor: (scope: string) => { inner: string; outer: string };
}

/** Name of the relation that carries a statement's keys. */
export const keysRelation = 'hash_keys';

export function boundKeys(by: Reading): BoundKeys {
  const values: Buffer[] = [];
  const at = new Map<string, number>();
  return {
    values,
    padsFor: (scope) => {
      let first = at.get(scope);
      if (first === undefined) {
        const { inner, outer } = by.pads(scope);
        first = values.push(inner, outer) - 2;
        at.set(scope, first);
      }
      return { inner: `${keysRelation}.k${first}`, outer: `${keysRelation}.k${first + 1}` };
    },
  };
}

/**
 * SQL on PostgreSQL of an item of a hot copy as JSON.
 * @param row SQL of the JSON object that holds the item
 * @returns null where a statement that is kept cannot say it: sights of several kinds, or an age
 */
export function treatedJson(
  row: string,
  view: ItemSight,
  by: Reading,
  keys: BoundKeys,
): string | null {
  const [part, another] = view.parts;
  if (!part || another || isDated(part.decision.mask)) return null;
  const name = quote(view.item.name);
  const { mask } = part.decision;
  if (part.decision.view === 'plain') return `${row} -> ${name}`;
  const pads = mask === null ? keys.padsFor(scopeOf(part)) : undefined;
  const given = { item: view.item, mask, pads, moment: { day: by.day } };
  const value = maskSql(`(${row} ->> ${name})`, given, 'postgres');
  return `to_jsonb(${maskedType(mask) === 'integer' ? value : `cast(${value} as text)`})`;
}
