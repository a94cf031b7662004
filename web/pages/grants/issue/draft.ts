/** A grant while it is written: what is typed, and the input it makes. */
import type { Contract } from '#catalogue/model';
import type { GrantDraft, GrantInput, RowCondition } from '#gate/model';
import { instantOf } from '#web/client';

type Masks = NonNullable<GrantInput['masks']>;

/** How one item is opened: plain, or as the mask says. */
export type Opening = { view: 'plain' } | Masks[string];
export type OpenedView = Opening['view'];

/** A condition on rows as it is typed. */
export interface Narrowing {
  key: number;
  item: string;
  how: 'in' | 'between';
  values: string[];
  from: string;
  to: string;
}

export const capNames = ['rowsPerCall', 'rowsPerDay', 'callsPerMinute'] as const;
export type CapName = (typeof capNames)[number];

export interface Draft {
  grantee: string;
  dataset: string;
  purpose: string;
  items: Readonly<Record<string, Opening>>;
  /** Persons a group has at least; null: its items are seen, not only counted. */
  least: number | null;
  units: readonly string[];
  rows: readonly Narrowing[];
  caps: Readonly<Partial<Record<CapName, number>>>;
  /** The last day on which it opens anything. */
  until: string;
  approvedBy: string;
}

export const emptyDraft = (dataset: string): Draft => ({
  ...{ grantee: '', dataset, purpose: '', items: {}, least: null },
  ...{ units: [], rows: [], caps: {}, until: '', approvedBy: '' },
});

export const emptyNarrowing = (rows: readonly Narrowing[]): Narrowing => ({
  key: Math.max(-1, ...rows.map(({ key }) => key)) + 1,
  ...{ item: '', how: 'in', values: [], from: '', to: '' },
});

function conditionOf({ item, how, values, from, to }: Narrowing): RowCondition[] {
  if (item === '') return [];
  if (how === 'in') return values.length === 0 ? [] : [{ item, in: [...values] }];
  const bounds = { ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }) };
  return from === '' && to === '' ? [] : [{ item, ...bounds }];
}

/** A condition that was begun narrows nothing yet: it must not be dropped in silence. */
const isBegun = (row: Narrowing): boolean => conditionOf(row).length === 0;

/** What is missing before it can be tried. */
export function lacking(draft: Draft): ('grantee' | 'dataset' | 'purpose' | 'anItem' | 'begun')[] {
  const { grantee, dataset, purpose, items, rows } = draft;
  return [
    ...(grantee === '' ? ['grantee' as const] : []),
    ...(dataset === '' ? ['dataset' as const] : []),
    ...(purpose.trim() === '' ? ['purpose' as const] : []),
    ...(Object.keys(items).length === 0 ? ['anItem' as const] : []),
    ...(rows.some(isBegun) ? ['begun' as const] : []),
  ];
}

function masksOf(items: Draft['items']): Masks {
  const masked = Object.entries(items).flatMap(([name, opening]) =>
    opening.view === 'plain' ? [] : [[name, opening] as const],
  );
  return Object.fromEntries(masked);
}

/** The input so far; undefined while there is not enough of it to be tried. */
export function draftInput(draft: Draft): GrantDraft | undefined {
  const { grantee, dataset, purpose, units, least } = draft;
  const items = Object.keys(draft.items);
  if (lacking(draft).length > 0) return undefined;
  const masks = masksOf(draft.items);
  const rows = draft.rows.flatMap(conditionOf);
  const expiresAt = draft.until === '' ? undefined : instantOf(`${draft.until}T23:59:59`);
  const approvedBy = draft.approvedBy.trim();
  return {
    ...{ grantee, dataset, items, purpose: purpose.trim() },
    ...(Object.keys(masks).length === 0 ? {} : { masks }),
    ...(least === null ? {} : { counted: { least } }),
    ...(units.length === 0 ? {} : { units: [...units] }),
    ...(rows.length === 0 ? {} : { rows }),
    ...(Object.keys(draft.caps).length === 0 ? {} : { caps: draft.caps }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(approvedBy === '' ? {} : { approvedBy }),
  };
}

/** The whole input, once nothing is missing. */
export function wholeInput(draft: Draft): GrantInput | undefined {
  const input = draftInput(draft);
  const { expiresAt, approvedBy } = input ?? {};
  if (input === undefined || expiresAt === undefined || approvedBy === undefined) return undefined;
  return { ...input, expiresAt, approvedBy };
}

export type ItemOf = Contract['items'][number];
