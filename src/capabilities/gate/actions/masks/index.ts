/**
 * The closed table of masks. Every mask is SQL for DuckDB and for PostgreSQL, the same answer from
 * both (`masks.test.ts`), and runs where the data is: a value never comes into this process to be
 * masked.
 */
import type { Bilingual } from '#kernel/errors';
import { bodies } from './bodies.ts';
import { defaultsBySemantic, defaultsByType } from './defaults.ts';
import { type Dialect, type DialectName, dialects } from './dialect.ts';
import type { Mask, MaskMoment } from './entry.ts';
import { keyedHash } from './keyed.ts';
import { people } from './people.ts';
import { places } from './places.ts';
import { reach } from './reach.ts';
import { values } from './values.ts';

export { type DialectName, dialects, quote } from './dialect.ts';
export type { Mask, MaskMoment } from './entry.ts';
export { bytesLiteral, keyedHash, type Pads, padsOf, padsOfKey } from './keyed.ts';

const table = { ...people, ...reach, ...places, ...bodies, ...values };
export type MaskName = keyof typeof table;

export const masks: Record<MaskName, Mask> = table;
export const maskNames = Object.keys(table) as [MaskName, ...MaskName[]];

/** What the gate has to know of an item to treat its values. */
export interface Treatable {
  type: string;
  semantic: string | null;
}

/** The treatments that change a value. */
export type Changing = 'masked' | 'hashed' | 'generalised';

/** The mask of an item under a treatment: the line's own, else the default of its meaning. */
export function maskOf(
  item: Treatable,
  view: 'masked' | 'generalised',
  named: MaskName | null,
): MaskName {
  if (named !== null) return named;
  const bySemantic = item.semantic === null ? undefined : defaultsBySemantic[item.semantic];
  return (bySemantic ?? defaultsByType(item.type))[view];
}

/** A value that is to be changed, and into what. */
export interface MaskedValue {
  item: Treatable;
  /** Null is the keyed hash. */
  mask: MaskName | null;
  /** SQL of the key's pads; needed by the hash. */
  pads?: { inner: string; outer: string } | undefined;
  moment: MaskMoment;
}

/** A value as text, the same on both sides; `value` is SQL of what is held there. */
export function textOf(value: string, type: string, to: Dialect): string {
  if (type === 'timestamp') return to.instant(value);
  return to.name === 'duckdb' && type !== 'text' ? `cast(${value} as varchar)` : value;
}

const kindOf = (type: string): 'date' | 'decimal' =>
  type.startsWith('decimal') ? 'decimal' : (type as 'date');

/**
 * SQL of a changed value; null stays null.
 * @param value in DuckDB the column; in PostgreSQL its text out of the hot copy's JSON
 */
export function maskSql(value: string, given: MaskedValue, dialect: DialectName): string {
  const to = dialects[dialect];
  const text = textOf(value, given.item.type, to);
  if (given.mask === null) {
    if (!given.pads) throw new Error('a keyed hash without its key');
    return keyedHash(text, given.pads, to);
  }
  const mask = masks[given.mask];
  const typed = to.name === 'duckdb' ? mask.typed?.[kindOf(given.item.type)] : undefined;
  if (typed) return typed(value);
  return mask.sql(text, to, given.moment);
}

/** Type of what comes out, as the engine names it. */
export const maskedType = (mask: MaskName | null): 'text' | 'decimal' | 'integer' =>
  (mask === null ? undefined : masks[mask].gives) ?? 'text';

/** True when the mask asks for the day: a statement that is kept must not hold it. */
export const isDated = (mask: MaskName | null): boolean =>
  mask !== null && masks[mask].dated === true;

export const hashTitle: Bilingual = { zh: '带密钥的摘要', en: 'Keyed hash' };
