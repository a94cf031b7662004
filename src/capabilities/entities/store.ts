/** The only SQL of entities on PostgreSQL: the address library's lookup copy. */
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { AddressLibrary } from './model.ts';

export interface EntryRow {
  code: string;
  full_name: string;
  town_code: string | null;
  village_code: string | null;
  grid_code: string | null;
  road: string | null;
  number: number | null;
  compound: string | null;
  building: string | null;
  lon: number | null;
  lat: number | null;
}

type EntitiesTables = {
  address_library: { dataset: string; mapping: unknown; snapshot_id: number | null };
  address_entry: EntryRow & { dataset: string };
};

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<EntitiesTables>();

export interface LibraryRow {
  dataset: string;
  mapping: AddressLibrary;
  snapshot_id: number | null;
}

export async function libraries(ctx: StoreCtx): Promise<LibraryRow[]> {
  const rows = await tables(ctx.db)
    .selectFrom('address_library')
    .selectAll()
    .orderBy('dataset')
    .execute();
  return rows as LibraryRow[];
}

export async function saveLibrary(
  ctx: StoreCtx,
  dataset: string,
  mapping: AddressLibrary,
): Promise<void> {
  const json = JSON.stringify(mapping);
  await tables(ctx.db)
    .insertInto('address_library')
    .values({ dataset, mapping: json, snapshot_id: null })
    // Another mapping means another copy: forgetting the snapshot makes the next refresh a whole
    // one.
    .onConflict((on) => on.column('dataset').doUpdateSet({ mapping: json, snapshot_id: null }))
    .execute();
}

export async function markCopied(ctx: StoreCtx, dataset: string, snapshot: number): Promise<void> {
  await tables(ctx.db)
    .updateTable('address_library')
    .set({ snapshot_id: snapshot })
    .where('dataset', '=', dataset)
    .execute();
}

/** Locks the library's row, so that two refreshes of one library follow each other. */
export async function lockLibrary(ctx: StoreCtx, dataset: string): Promise<LibraryRow | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('address_library')
    .selectAll()
    .where('dataset', '=', dataset)
    .forUpdate()
    .executeTakeFirst();
  return row as LibraryRow | undefined;
}

export async function clearEntries(ctx: StoreCtx, dataset: string): Promise<void> {
  await tables(ctx.db).deleteFrom('address_entry').where('dataset', '=', dataset).execute();
}

export async function removeEntries(
  ctx: StoreCtx,
  dataset: string,
  codes: string[],
): Promise<void> {
  if (codes.length === 0) return;
  await sql`delete from address_entry where dataset = ${dataset} and code = any(${codes})`.execute(
    ctx.db,
  );
}

/** Writes entries by the thousand: one JSON parameter each, not 12 parameters a row. */
export async function putEntries(
  ctx: StoreCtx,
  dataset: string,
  entries: EntryRow[],
): Promise<void> {
  for (let from = 0; from < entries.length; from += 5000) {
    const json = JSON.stringify(
      entries.slice(from, from + 5000).map((entry) => ({ ...entry, dataset })),
    );
    await sql`insert into address_entry
      select * from json_populate_recordset(null::address_entry, ${json}::json)
      on conflict (dataset, code) do update set full_name = excluded.full_name,
        town_code = excluded.town_code, village_code = excluded.village_code,
        grid_code = excluded.grid_code, road = excluded.road, number = excluded.number,
        compound = excluded.compound, building = excluded.building,
        lon = excluded.lon, lat = excluded.lat`.execute(ctx.db);
  }
}

export interface Within {
  town?: string | undefined;
  village?: string | undefined;
}

const within = (where: Within) => sql`
  (${where.town ?? null}::text is null or town_code = ${where.town ?? null})
  and (${where.village ?? null}::text is null or village_code = ${where.village ?? null})`;

/**
 * Entries of a road nearest to a number: exact first, then the same side of the street, then by
 * distance.
 */
export async function byRoad(
  ctx: StoreCtx,
  road: string,
  number: number | undefined,
  where: Within,
): Promise<EntryRow[]> {
  const wanted = number ?? null;
  const found = await sql<EntryRow>`
    select code, full_name, town_code, village_code, grid_code, road, number, compound, building,
      lon, lat
    from (
      select *, row_number() over (partition by town_code order by
        abs(number - ${wanted}::int)
          + case when (number - ${wanted}::int) % 2 <> 0 then 1 else 0 end
          nulls last, number, code) as nth
      from address_entry where road = ${road} and ${within(where)}
    ) near where nth = 1 order by abs(number - ${wanted}::int) nulls last, code limit 20`.execute(
    ctx.db,
  );
  return found.rows;
}

export async function byCompound(
  ctx: StoreCtx,
  compound: string,
  building: string | undefined,
  where: Within,
): Promise<EntryRow[]> {
  const found = await sql<EntryRow>`
    select distinct on (town_code, compound)
      code, full_name, town_code, village_code, grid_code, road, number, compound, building,
      lon, lat
    from address_entry
    where compound = ${compound} and ${within(where)}
    order by town_code, compound,
      (building is not distinct from ${building ?? null}::text) desc, code
    limit 20`.execute(ctx.db);
  return found.rows;
}
