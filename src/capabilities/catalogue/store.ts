/** The only SQL of the catalogue on PostgreSQL: contracts in every version, and lineage. */
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import { catalogueErrors } from './errors.ts';
import type { Contract, Grade } from './model.ts';

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
  catalogue_list: { pack: string; kind: string; name: string; position: number; body: unknown };
  catalogue_code: { class: string; sequence: number; dataset: string; given_at: Date };
  catalogue_edge: { dataset: string; reads: string };
  catalogue_delivered: { dataset: string; at: Date; confirmed_at: Date | null };
};

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<CatalogueTables>();

type Stored = Omit<Contract, 'name' | 'pack' | 'version' | 'appliedAt'>;
/** Elements that versions written before they existed do not have. */
type Later = 'sealed_for' | 'code' | 'catalogue' | 'retention' | 'subject';
type Body = Omit<Stored, Later> & Partial<Pick<Stored, Later>>;
type Row = { name: string; version: number; pack: string; body: unknown; applied_at: Date };

/** The row was written by `saveContract` from a parsed contract. */
const contractOf = (row: Row): Contract => ({
  sealed_for: null,
  subject: null,
  code: null,
  catalogue: null,
  retention: null,
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

/** Contracts in force with an item of this code table, each with the digest of its file. */
export async function contractsOfTable(
  ctx: StoreCtx,
  table: string,
): Promise<(Contract & { digest: string })[]> {
  const rows = await tables(ctx.db)
    .selectFrom('catalogue_contract')
    .select([...columns, 'digest'])
    .where('current', '=', true)
    .where('withdrawn', '=', false)
    .where(
      sql<boolean>`body::jsonb -> 'items' @> ${JSON.stringify([{ code_table: table }])}::jsonb`,
    )
    .orderBy('name')
    .execute();
  return rows.map((row) => ({ ...contractOf(row), digest: row.digest }));
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

/** A contract as it stood last, in force or withdrawn, with every item it ever had. */
export interface Stood {
  sealedFor: string[] | null;
  items: { name: string; grade: Grade; semantic?: string | undefined }[];
}

/**
 * How strictly contracts were kept last. An item taken out and put in again is still the item it
 * was, and so is a contract.
 */
export async function contractsStood(
  ctx: StoreCtx,
  names: readonly string[],
): Promise<Map<string, Stood>> {
  type Line = { name: string; sealed: string[] | null; items: Stood['items'] };
  const { rows } = await sql<Line>`
    with newest as (
      select distinct on (c.name, item ->> 'name') c.name, item ->> 'name' as item,
        jsonb_strip_nulls(jsonb_build_object('name', item ->> 'name', 'grade', item ->> 'grade',
          'semantic', item ->> 'semantic')) as kept
      from catalogue_contract c, jsonb_array_elements(c.body::jsonb -> 'items') as item
      where c.name = any(${[...names]}::text[])
      order by c.name, item ->> 'name', c.version desc)
    select n.name, jsonb_agg(n.kept order by n.item) as items,
      (select case jsonb_typeof(l.body::jsonb -> 'sealed_for') when 'array'
          then l.body::jsonb -> 'sealed_for' end
        from catalogue_contract l where l.name = n.name order by l.version desc limit 1) as sealed
    from newest n group by n.name`.execute(ctx.db);
  return new Map(rows.map(({ name, sealed, items }) => [name, { sealedFor: sealed, items }]));
}

/** When the first version of every contract was applied. */
export async function firstAppliedAll(ctx: StoreCtx): Promise<Map<string, Date>> {
  const rows = await tables(ctx.db)
    .selectFrom('catalogue_contract')
    .select(['name', ({ fn }) => fn.min('applied_at').as('at')])
    .groupBy('name')
    .execute();
  return new Map(rows.map(({ name, at }) => [name, at]));
}

/** When the first version of a contract was applied. */
export async function firstApplied(ctx: StoreCtx, name: string): Promise<Date | null> {
  const row = await tables(ctx.db)
    .selectFrom('catalogue_contract')
    .select(({ fn }) => fn.min('applied_at').as('at'))
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** What the epoch is before anything has changed: no row stands then. */
const firstEpoch = 1;

/**
 * The catalogue becomes newer: what stands in memory of it is looked up again. Written in the
 * transaction that changes something, so that numbers are seen in the order they are given.
 */
export async function nextEpoch(ctx: StoreCtx): Promise<number> {
  const { epoch } = await tables(ctx.db)
    .insertInto('catalogue_epoch')
    .values({ id: true, epoch: firstEpoch + 1, units: 0 })
    .onConflict((at) =>
      at.column('id').doUpdateSet(({ eb, ref }) => ({
        epoch: eb(ref('catalogue_epoch.epoch'), '+', 1),
      })),
    )
    .returning('epoch')
    .executeTakeFirstOrThrow();
  return epoch;
}

/** Units may have changed: names of owners are looked up again. */
export async function nextUnits(ctx: StoreCtx): Promise<void> {
  await nextEpoch(ctx);
  await tables(ctx.db)
    .updateTable('catalogue_epoch')
    .set(({ eb }) => ({ units: eb('units', '+', 1) }))
    .execute();
}

/** How often the catalogue has changed, and how often units. */
export interface Epoch {
  epoch: number;
  units: number;
}

export async function epochNow(ctx: StoreCtx): Promise<Epoch> {
  const row = await tables(ctx.db)
    .selectFrom('catalogue_epoch')
    .select(['epoch', 'units'])
    .executeTakeFirst();
  return row ?? { epoch: firstEpoch, units: 0 };
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

interface ListFile {
  pack: string;
  kind: string;
  name: string;
}

/** Lines of a file, in their order; they replace those that stood. */
export async function saveList(
  ctx: StoreCtx,
  file: ListFile,
  rows: readonly unknown[],
): Promise<void> {
  await removeList(ctx, file);
  const { pack, kind, name } = file;
  const lines = rows.map((row, position) => ({
    pack,
    kind,
    name,
    position,
    body: JSON.stringify(row),
  }));
  if (lines.length > 0) await tables(ctx.db).insertInto('catalogue_list').values(lines).execute();
}

export async function removeList(ctx: StoreCtx, { pack, kind, name }: ListFile): Promise<void> {
  await tables(ctx.db)
    .deleteFrom('catalogue_list')
    .where('pack', '=', pack)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .execute();
}

/** Lines of all files of a kind, with the name of the file. Checked before they were written. */
export async function listOf<T>(ctx: StoreCtx, kind: string): Promise<{ name: string; body: T }[]> {
  const rows = await tables(ctx.db)
    .selectFrom('catalogue_list')
    .select(['name', 'body'])
    .where('kind', '=', kind)
    .orderBy('pack')
    .orderBy('name')
    .orderBy('position')
    .execute();
  return rows.map(({ name, body }) => ({ name, body: body as T }));
}

/** Digits of a running number that the platform gives. */
const codeDigits = 6;

/**
 * The code of a resource in a class: the one it was given before, the one asked for, or the next of
 * the class. Runs in the apply transaction, which one pack at a time holds.
 * @throws catalogue.code_twice
 */
async function resourceCodeOf(
  ctx: Ctx,
  dataset: string,
  { class: kind, code: asked }: { class: string; code?: string | undefined },
): Promise<string> {
  const sequence = asked === undefined ? undefined : Number(asked.split('/')[1]);
  const holder = await tables(ctx.db)
    .selectFrom('catalogue_code')
    .select(['dataset', 'sequence'])
    .where('class', '=', kind)
    .where(({ eb }) =>
      sequence === undefined ? eb('dataset', '=', dataset) : eb('sequence', '=', sequence),
    )
    .executeTakeFirst();
  const shown = (number: number): string =>
    asked ?? `${kind}/${String(number).padStart(codeDigits, '0')}`;
  if (holder?.dataset === dataset) return shown(holder.sequence);
  if (holder !== undefined) {
    throw catalogueErrors.make('code_twice', { code: asked ?? '', dataset: holder.dataset });
  }
  const last = await tables(ctx.db)
    .selectFrom('catalogue_code')
    .select(({ fn }) => fn.max('sequence').as('sequence'))
    .where('class', '=', kind)
    .executeTakeFirst();
  const next = sequence ?? Number(last?.sequence ?? 0) + 1;
  await tables(ctx.db)
    .insertInto('catalogue_code')
    .values({ class: kind, sequence: next, dataset, given_at: ctx.clock.now() })
    .onConflict((at) => at.columns(['dataset', 'class']).doUpdateSet({ sequence: next }))
    .execute();
  return shown(next);
}

/** One parameter, however many there are. */
const anyOf = (values: readonly string[] = []) => sql<string>`any(${[...values]}::text[])`;

/** Data of a resource arrived now. */
export async function saveDelivered(
  ctx: Pick<Ctx, 'db' | 'clock'>,
  dataset: string,
): Promise<void> {
  const at = ctx.clock.now();
  await tables(ctx.db)
    .insertInto('catalogue_delivered')
    .values({ dataset, at, confirmed_at: null })
    .onConflict((held) => held.column('dataset').doUpdateSet({ at }))
    .execute();
}

/** The source of a resource was asked now, and has nothing but what arrived from it already. */
export async function saveConfirmed(
  ctx: Pick<Ctx, 'db' | 'clock'>,
  dataset: string,
): Promise<void> {
  await tables(ctx.db)
    .updateTable('catalogue_delivered')
    .set({ confirmed_at: ctx.clock.now() })
    .where('dataset', '=', dataset)
    .execute();
}

export interface Heard {
  /** When its data last arrived. */
  delivered: Date;
  /** When its source last said that there is nothing new; null when it never did. */
  confirmed: Date | null;
}

/** When these resources were last heard of; none of those whose data never arrived. */
export async function heardOf(
  ctx: StoreCtx,
  datasets: readonly string[],
): Promise<Map<string, Heard>> {
  const rows = await tables(ctx.db)
    .selectFrom('catalogue_delivered')
    .selectAll()
    .where('dataset', '=', anyOf(datasets))
    .execute();
  return new Map(
    rows.map((row) => [row.dataset, { delivered: row.at, confirmed: row.confirmed_at }]),
  );
}

/** Everyone who ever applied a contract. */
export async function contractAppliers(ctx: StoreCtx): Promise<string[]> {
  const rows = await tables(ctx.db)
    .selectFrom('catalogue_contract')
    .select('applied_by')
    .distinct()
    .execute();
  return rows.map((row) => row.applied_by);
}

/** Which versions, newest first. */
interface VersionSpan {
  name?: string;
  /** Only of these resources. */
  among?: readonly string[];
  /** Only of these resources, or by these people. */
  matching?: { resources: readonly string[]; people: readonly string[] };
  before?: { at: Date; name: string } | undefined;
  limit: number;
}

/** Bodies of every version of a contract, newest first, with who applied each and when. */
export async function contractBodies(ctx: StoreCtx, span: VersionSpan): Promise<VersionRow[]> {
  const { name, among, matching, before, limit } = span;
  const rows = await tables(ctx.db)
    .selectFrom('catalogue_contract as now')
    .leftJoin('catalogue_contract as old', (join) =>
      join
        .onRef('old.name', '=', 'now.name')
        .on(({ eb, ref }) => eb('old.version', '=', eb(ref('now.version'), '-', 1))),
    )
    .select([
      'now.name',
      'now.version',
      'now.body',
      'now.applied_at',
      'now.applied_by',
      'now.current',
      'old.body as old',
    ])
    .$if(name !== undefined, (query) => query.where('now.name', '=', name ?? ''))
    .$if(among !== undefined, (query) => query.where('now.name', '=', anyOf(among)))
    .$if(matching !== undefined, (query) =>
      query.where(({ eb, or }) =>
        or([
          eb('now.name', '=', anyOf(matching?.resources)),
          eb('now.applied_by', '=', anyOf(matching?.people)),
        ]),
      ),
    )
    .$if(before !== undefined, (query) =>
      query.where(({ eb, or, and }) =>
        or([
          eb('now.applied_at', '<', before?.at ?? new Date(0)),
          and([
            eb('now.applied_at', '=', before?.at ?? new Date(0)),
            eb('now.name', '>', before?.name ?? ''),
          ]),
        ]),
      ),
    )
    .orderBy('now.applied_at', 'desc')
    .orderBy('now.name')
    .orderBy('now.version', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ applied_at: appliedAt, applied_by: appliedBy, ...row }) => ({
    ...row,
    appliedAt,
    appliedBy,
  }));
}

export interface VersionRow {
  name: string;
  version: number;
  body: unknown;
  /** Body of the version before; null for the first. */
  old: unknown;
  appliedAt: Date;
  appliedBy: string;
  current: boolean;
}

/** Writes a new version and makes it current. Runs inside the apply transaction. */
export async function saveContract(
  ctx: Ctx,
  declared: Omit<Contract, 'version' | 'appliedAt'>,
  digest: string,
): Promise<void> {
  const { name, pack, catalogue } = declared;
  const code = catalogue === null ? null : await resourceCodeOf(ctx, name, catalogue);
  const { name: _, pack: __, ...said } = declared;
  const body = { ...said, code };
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
