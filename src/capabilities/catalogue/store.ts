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
  };
  catalogue_edge: { dataset: string; reads: string };
};

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<CatalogueTables>();

type Body = Omit<Contract, 'name' | 'pack' | 'version' | 'appliedAt'>;
type Row = { name: string; version: number; pack: string; body: unknown; applied_at: Date };

/** The row was written by `saveContract` from a parsed contract. */
const contractOf = (row: Row): Contract => ({
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
    .set({ withdrawn: true, current: false })
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
