/** The only SQL of the catalogue on PostgreSQL: contracts in every version, and lineage. */
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { Contract, ContractVersion } from './model.ts';

type CatalogueTables = {
  catalogue_contract: {
    name: string;
    version: number;
    pack: string;
    body: unknown;
    digest: string;
    applied_at: Date;
    applied_by: string;
    withdrawn: boolean;
    current: boolean;
    epoch: number;
  };
  catalogue_epoch: { id: boolean; epoch: number; units: number };
  catalogue_synonyms: { pack: string; name: string; groups: unknown };
  catalogue_edge: { dataset: string; reads: string };
};

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<CatalogueTables>();

type Stored = Omit<Contract, 'name' | 'pack' | 'version' | 'appliedAt'>;
/** Elements that versions written before they existed do not have. */
type Later = 'sealed_for' | 'code';
type Body = Omit<Stored, Later> & Partial<Pick<Stored, Later>>;
type Row = { name: string; version: number; pack: string; body: unknown; applied_at: Date };

/** The row was written by `saveContract` from a parsed contract. */
const contractOf = (row: Row): Contract => ({
  sealed_for: null,
  code: null,
  ...(row.body as Body),
  name: row.name,
  pack: row.pack,
  version: row.version,
  appliedAt: row.applied_at.toISOString(),
});

const columns = ['name', 'version', 'pack', 'body', 'applied_at'] as const;

/** Contracts in force, by name. */
export async function currentContracts(ctx: StoreCtx): Promise<Contract[]> {
  const rows = await tables(ctx.db)
    .selectFrom('catalogue_contract')
    .select(columns)
    .where('current', '=', true)
    .where('withdrawn', '=', false)
    .orderBy('name')
    .execute();
  return rows.map(contractOf);
}

export async function currentContract(ctx: StoreCtx, name: string): Promise<Contract | null> {
  const row = await tables(ctx.db)
    .selectFrom('catalogue_contract')
    .select(columns)
    .where('name', '=', name)
    .where('current', '=', true)
    .where('withdrawn', '=', false)
    .executeTakeFirst();
  return row === undefined ? null : contractOf(row);
}

export async function contractVersions(ctx: StoreCtx, name: string): Promise<ContractVersion[]> {
  const rows = await tables(ctx.db)
    .selectFrom('catalogue_contract')
    .select(['version', 'applied_at', 'applied_by', 'current'])
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .execute();
  return rows.map((row) => ({
    version: row.version,
    appliedAt: row.applied_at.toISOString(),
    appliedBy: row.applied_by,
    current: row.current,
  }));
}

/**
 * The catalogue becomes newer: what stands in memory of it is looked up again. Written in the
 * transaction that changes something, so that numbers are seen in the order they are given.
 */
export async function nextEpoch(ctx: StoreCtx): Promise<number> {
  const { epoch } = await tables(ctx.db)
    .updateTable('catalogue_epoch')
    .set(({ eb }) => ({ epoch: eb('epoch', '+', 1) }))
    .returning('epoch')
    .executeTakeFirstOrThrow();
  return epoch;
}

/** Units may have changed: names of owners are looked up again. */
export async function nextUnits(ctx: StoreCtx): Promise<void> {
  await tables(ctx.db)
    .updateTable('catalogue_epoch')
    .set(({ eb }) => ({ epoch: eb('epoch', '+', 1), units: eb('units', '+', 1) }))
    .execute();
}

/** How often the catalogue has changed, and how often units. */
export interface Epoch {
  epoch: number;
  units: number;
}

export async function epochNow(ctx: StoreCtx): Promise<Epoch> {
  return tables(ctx.db)
    .selectFrom('catalogue_epoch')
    .select(['epoch', 'units'])
    .executeTakeFirstOrThrow();
}

/**
 * Contracts changed after an epoch and up to another, `limit` of them in the order of their names;
 * a name whose `contract` is null has left the catalogue.
 */
export async function changedContracts(
  ctx: StoreCtx,
  span: { after: number; upTo: number; afterName: string; limit: number },
): Promise<{ name: string; contract: Contract | null }[]> {
  const rows = await tables(ctx.db)
    .selectFrom('catalogue_contract')
    .distinctOn('name')
    .select([...columns, 'withdrawn'])
    .where('epoch', '>', span.after)
    .where('epoch', '<=', span.upTo)
    .where('name', '>', span.afterName)
    .where(({ eb, or }) => or([eb('current', '=', true), eb('withdrawn', '=', true)]))
    .orderBy('name')
    .orderBy('version', 'desc')
    .limit(span.limit)
    .execute();
  return rows.map((row) => ({ name: row.name, contract: row.withdrawn ? null : contractOf(row) }));
}

/** Words that mean the same, as the packs have them. */
export async function synonymGroups(ctx: StoreCtx): Promise<string[][]> {
  const rows = await tables(ctx.db)
    .selectFrom('catalogue_synonyms')
    .select('groups')
    .orderBy('pack')
    .orderBy('name')
    .execute();
  // Written by `saveSynonyms` from a checked file.
  return rows.flatMap(({ groups }) => groups as string[][]);
}

export async function saveSynonyms(
  ctx: StoreCtx,
  { pack, name, groups }: { pack: string; name: string; groups: readonly string[][] },
): Promise<void> {
  const values = { pack, name, groups: JSON.stringify(groups) };
  await tables(ctx.db)
    .insertInto('catalogue_synonyms')
    .values(values)
    .onConflict((at) => at.columns(['pack', 'name']).doUpdateSet({ groups: values.groups }))
    .execute();
  await nextEpoch(ctx);
}

export async function removeSynonyms(
  ctx: StoreCtx,
  { pack, name }: { pack: string; name: string },
): Promise<void> {
  await tables(ctx.db)
    .deleteFrom('catalogue_synonyms')
    .where('pack', '=', pack)
    .where('name', '=', name)
    .execute();
  await nextEpoch(ctx);
}

/** Writes a new version and makes it current. Runs inside the apply transaction. */
export async function saveContract(
  ctx: Ctx,
  declared: Omit<Contract, 'version' | 'appliedAt'>,
  digest: string,
): Promise<void> {
  const { name, pack, ...body } = declared;
  const last = await tables(ctx.db)
    .selectFrom('catalogue_contract')
    .select(['version', 'current'])
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .executeTakeFirst();
  await retire(ctx, name);
  await tables(ctx.db)
    .insertInto('catalogue_contract')
    .values({
      name,
      version: (last?.version ?? 0) + 1,
      pack,
      body: JSON.stringify(body),
      digest,
      applied_at: ctx.clock.now(),
      applied_by: ctx.actor.id,
      withdrawn: false,
      current: true,
      epoch: await nextEpoch(ctx),
    })
    .execute();
  await tables(ctx.db).deleteFrom('catalogue_edge').where('dataset', '=', name).execute();
  if (declared.reads.length === 0) return;
  await tables(ctx.db)
    .insertInto('catalogue_edge')
    .values(declared.reads.map((reads) => ({ dataset: name, reads })))
    .execute();
}

const retire = async (ctx: StoreCtx, name: string): Promise<void> => {
  await tables(ctx.db)
    .updateTable('catalogue_contract')
    .set({ current: false })
    .where('name', '=', name)
    .where('current', '=', true)
    .execute();
};

/** The resource leaves the catalogue; its history and its data stay. */
export async function withdrawContract(ctx: StoreCtx, name: string): Promise<void> {
  await tables(ctx.db)
    .updateTable('catalogue_contract')
    .set({ withdrawn: true, current: false, epoch: await nextEpoch(ctx) })
    .where('name', '=', name)
    .where('current', '=', true)
    .execute();
  await tables(ctx.db).deleteFrom('catalogue_edge').where('dataset', '=', name).execute();
}

/** Edges `dataset reads other` among resources in force. */
export async function edges(ctx: StoreCtx): Promise<{ dataset: string; reads: string }[]> {
  return tables(ctx.db)
    .selectFrom('catalogue_edge')
    .select(['dataset', 'reads'])
    .orderBy('dataset')
    .orderBy('reads')
    .execute();
}
