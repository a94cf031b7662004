/** Keeps the lookup copy of the address library as fresh as its dataset. */
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import type { AddressLibrary } from '../model.ts';
import * as store from '../store.ts';

/**
 * More changed rows than this are copied whole: one scan is then cheaper than the list of changes.
 */
const largestDiff = 50_000;

const mappedItems = (mapping: AddressLibrary): [keyof store.EntryRow, string | undefined][] => [
  ['code', mapping.code],
  ['full_name', mapping.name],
  ['town_code', mapping.town],
  ['village_code', mapping.village],
  ['grid_code', mapping.grid],
  ['road', mapping.road],
  ['number', mapping.number],
  ['compound', mapping.compound],
  ['building', mapping.building],
  ['lon', mapping.lon],
  ['lat', mapping.lat],
];

const leadingNumber = (value: unknown): number | null => {
  const digits = /\d+/.exec(String(value ?? ''))?.[0];
  return digits === undefined ? null : Number(digits);
};

const degrees = (value: unknown): number | null =>
  value === null || value === undefined || value === '' ? null : Number(value);

function toEntry(mapping: AddressLibrary, row: Record<string, unknown>): store.EntryRow {
  const taken = Object.fromEntries(
    mappedItems(mapping).map(([field, item]) => [field, item ? (row[item] ?? null) : null]),
  ) as Record<keyof store.EntryRow, unknown>;
  return {
    ...(taken as unknown as store.EntryRow),
    code: String(taken.code),
    full_name: String(taken.full_name ?? ''),
    number: leadingNumber(taken.number),
    // 3幢, 3栋 and 3号楼 are one building: the number tells it.
    building: leadingNumber(taken.building)?.toString() ?? null,
    lon: degrees(taken.lon),
    lat: degrees(taken.lat),
  };
}

async function copyWhole(ctx: Ctx, library: store.LibraryRow): Promise<void> {
  const relation = await ctx.lake.relation(ctx, library.dataset);
  const items = mappedItems(library.mapping)
    .map(([, item]) => item)
    .filter((item) => item !== undefined);
  const list = [...new Set(items)].map((item) => `"${item.replaceAll('"', '""')}"`).join(', ');
  const rows = await ctx.lake.engine.rows(`select ${list} from ${relation.sql} library`);
  await store.clearEntries(ctx, library.dataset);
  await store.putEntries(
    ctx,
    library.dataset,
    rows.map((row) => toEntry(library.mapping, row)),
  );
}

async function copyChanges(ctx: Ctx, library: store.LibraryRow, to: number): Promise<boolean> {
  if (library.snapshot_id === null) return false;
  const diff = await ctx.lake.diff(ctx, library.dataset, library.snapshot_id, to, {
    limit: largestDiff,
  });
  if (diff.truncated) return false;
  const gone = diff.rows.filter((row) => row.after === null);
  await store.removeEntries(
    ctx,
    library.dataset,
    gone.map((row) => String(row.before?.[library.mapping.code])),
  );
  const stand = diff.rows.flatMap((row) => (row.after === null ? [] : [row.after]));
  await store.putEntries(
    ctx,
    library.dataset,
    stand.map((row) => toEntry(library.mapping, row)),
  );
  return true;
}

/**
 * Brings the lookup copy of an address library to its newest snapshot; other datasets are left
 * alone. Costs as much as the change. Idempotent.
 */
export async function refreshLibrary(ctx: Ctx, dataset: string): Promise<void> {
  await tx(ctx, async (inner) => {
    const library = await store.lockLibrary(inner, dataset);
    const newest = library && (await inner.lake.latest(inner, dataset));
    if (!library || !newest || newest.id === library.snapshot_id) return;
    if (!(await copyChanges(inner, library, newest.id))) await copyWhole(inner, library);
    await store.markCopied(inner, dataset, newest.id);
  });
}
