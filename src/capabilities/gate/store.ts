/** The only SQL of the gate on PostgreSQL: policies, grants, hot copies. */
import { CompiledQuery, sql } from 'kysely';
import type { DatasetUse, GrantUse } from '#kernel/audit';
import type { Ctx } from '#kernel/context';
import { type Db, prepared } from '#kernel/db';
import type { Grade, GradesSection, Grant, GrantState, National, PolicyFile } from './model.ts';

type GateTables = {
  gate_policy: PolicyTable & { version: number };
  gate_policy_version: PolicyTable & {
    version: number;
    at: Date;
    by_id: string;
    by_name: string;
    reason: string | null;
    restores: number | null;
  };
  gate_dataset_grade: GradeTable;
  gate_grant: GrantRow;
  gate_epoch: { one: boolean; epoch: number };
  gate_hot: { dataset: string; snapshot_id: number | null; as_of: Date | null };
};

type GradeTable = {
  dataset: string;
  national: National;
  least: Grade | null;
  lowered: string;
  counted_by: string[] | null;
};

type PolicyTable = {
  pack: string;
  name: string;
  title: string;
  source: string;
  purposes: string;
  lines: string;
};

type GrantRow = {
  id: string;
  grantee: string;
  dataset: string;
  items: string[];
  units: string[] | null;
  masks: Grant['masks'] | string | null;
  conditions: Grant['rows'] | string | null;
  counted: Grant['counted'] | string | null;
  rows_per_day: number | null;
  rows_per_call: number | null;
  calls_per_minute: number | null;
  purpose: string;
  expires_at: Date;
  approved_by: string;
  created_at: Date;
  created_by: string;
  revoked_at: Date | null;
  revoked_by: string | null;
  revoked_because: string | null;
};

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<GateTables>();

/** Saves a policy and keeps it as its next version. */
export async function savePolicy(
  ctx: Pick<Ctx, 'db' | 'clock' | 'actor'>,
  pack: string,
  name: string,
  file: PolicyFile,
): Promise<void> {
  const { version: last } = await tables(ctx.db)
    .selectFrom('gate_policy_version')
    .select((each) => each.fn.max('version').as('version'))
    .where('pack', '=', pack)
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  const values = {
    title: JSON.stringify(file.title),
    source: file.source,
    purposes: JSON.stringify(file.purposes ?? {}),
    lines: JSON.stringify(file.lines),
    version: (last ?? 0) + 1,
  };
  await tables(ctx.db)
    .insertInto('gate_policy')
    .values({ pack, name, ...values })
    .onConflict((on) => on.columns(['pack', 'name']).doUpdateSet(values))
    .execute();
  const who = { by_id: ctx.actor.id, by_name: ctx.actor.name, at: ctx.clock.now() };
  await tables(ctx.db)
    .insertInto('gate_policy_version')
    .values({ pack, name, ...values, ...who, reason: null, restores: null })
    .execute();
}

/** Says why the newest version was made, in the transaction that made it. */
export async function explainPolicy(
  ctx: StoreCtx,
  at: { pack: string; name: string; version: number },
  { reason, restores }: { reason: string; restores: number | null },
): Promise<void> {
  await tables(ctx.db)
    .updateTable('gate_policy_version')
    .set({ reason, restores })
    .where('pack', '=', at.pack)
    .where('name', '=', at.name)
    .where('version', '=', at.version)
    .execute();
}

/** Every version of a policy, newest first. */
export async function policyVersions(
  ctx: StoreCtx,
  pack: string,
  name: string,
): Promise<PolicyVersionRow[]> {
  const rows = await tables(ctx.db)
    .selectFrom('gate_policy_version')
    .selectAll()
    .where('pack', '=', pack)
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .execute();
  return rows as unknown as PolicyVersionRow[];
}

export async function removePolicy(ctx: StoreCtx, pack: string, name: string): Promise<void> {
  await tables(ctx.db)
    .deleteFrom('gate_policy')
    .where('pack', '=', pack)
    .where('name', '=', name)
    .execute();
}

export interface PolicyVersionRow extends PolicyFile {
  version: number;
  at: Date;
  by_id: string;
  by_name: string;
  reason: string | null;
  restores: number | null;
}

export interface PolicyRow {
  pack: string;
  name: string;
  title: PolicyFile['title'];
  version: number;
  source: string;
  purposes: NonNullable<PolicyFile['purposes']>;
  lines: PolicyFile['lines'];
}

export async function policies(ctx: StoreCtx): Promise<PolicyRow[]> {
  const rows = await tables(ctx.db)
    .selectFrom('gate_policy')
    .select(['pack', 'name', 'title', 'version', 'source', 'purposes', 'lines'])
    .orderBy('pack')
    .orderBy('name')
    .execute();
  return rows as unknown as PolicyRow[];
}

export async function saveGrades(
  ctx: StoreCtx,
  dataset: string,
  { national = 'general', least, lowered = {}, counted_by }: GradesSection,
): Promise<void> {
  const values = {
    national,
    least: least ?? null,
    lowered: JSON.stringify(lowered),
    counted_by: counted_by ?? null,
  };
  await tables(ctx.db)
    .insertInto('gate_dataset_grade')
    .values({ dataset, ...values })
    .onConflict((on) => on.column('dataset').doUpdateSet(values))
    .execute();
}

export async function removeGrades(ctx: StoreCtx, dataset: string): Promise<void> {
  await tables(ctx.db).deleteFrom('gate_dataset_grade').where('dataset', '=', dataset).execute();
}

/** Declared grades of a whole set; general and no least where nothing is declared. */
export async function gradesOf(
  ctx: StoreCtx,
  dataset: string,
): Promise<{ national: National; least: Grade | null; counted_by: string[] | null }> {
  const row = await tables(ctx.db)
    .selectFrom('gate_dataset_grade')
    .select(['national', 'least', 'counted_by'])
    .where('dataset', '=', dataset)
    .executeTakeFirst();
  return row ?? { national: 'general', least: null, counted_by: null };
}

/** What was compiled before is void from the commit on. */
export async function nextEpoch(ctx: StoreCtx): Promise<void> {
  await sql`update gate_epoch set epoch = epoch + 1`.execute(ctx.db);
}

export async function epoch(ctx: StoreCtx): Promise<number> {
  const row = await tables(ctx.db)
    .selectFrom('gate_epoch')
    .select('epoch')
    .executeTakeFirstOrThrow();
  return row.epoch;
}

function capsOf(row: GrantRow): Pick<Grant, 'caps'> {
  const { rows_per_day: rows, rows_per_call: most, calls_per_minute: calls } = row;
  if (rows === null && calls === null && most === null) return {};
  return {
    caps: {
      ...(rows === null ? {} : { rowsPerDay: Number(rows) }),
      ...(most === null ? {} : { rowsPerCall: Number(most) }),
      ...(calls === null ? {} : { callsPerMinute: calls }),
    },
  };
}

const toGrant = (row: GrantRow): Grant => ({
  id: row.id,
  grantee: row.grantee,
  dataset: row.dataset,
  items: row.items,
  ...(row.units === null ? {} : { units: row.units }),
  ...(row.masks === null ? {} : { masks: row.masks as NonNullable<Grant['masks']> }),
  ...(row.conditions === null ? {} : { rows: row.conditions as NonNullable<Grant['rows']> }),
  ...(row.counted === null ? {} : { counted: row.counted as NonNullable<Grant['counted']> }),
  ...capsOf(row),
  purpose: row.purpose,
  expiresAt: row.expires_at.toISOString(),
  approvedBy: row.approved_by,
  createdAt: row.created_at.toISOString(),
  revokedAt: row.revoked_at?.toISOString() ?? null,
});

export async function insertGrant(ctx: StoreCtx, grant: Grant, by: string): Promise<void> {
  await tables(ctx.db)
    .insertInto('gate_grant')
    .values({
      id: grant.id,
      grantee: grant.grantee,
      dataset: grant.dataset,
      items: grant.items,
      units: grant.units ?? null,
      masks: grant.masks === undefined ? null : JSON.stringify(grant.masks),
      conditions: grant.rows === undefined ? null : JSON.stringify(grant.rows),
      counted: grant.counted === undefined ? null : JSON.stringify(grant.counted),
      rows_per_call: grant.caps?.rowsPerCall ?? null,
      rows_per_day: grant.caps?.rowsPerDay ?? null,
      calls_per_minute: grant.caps?.callsPerMinute ?? null,
      purpose: grant.purpose,
      expires_at: new Date(grant.expiresAt),
      approved_by: grant.approvedBy,
      created_at: new Date(grant.createdAt),
      created_by: by,
      revoked_at: null,
      revoked_by: null,
      revoked_because: null,
    })
    .execute();
}

export async function findGrant(ctx: StoreCtx, id: string): Promise<Grant | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('gate_grant')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toGrant(row);
}

/** Every grant, newest first. */
export async function grants(ctx: StoreCtx): Promise<Grant[]> {
  const all = tables(ctx.db).selectFrom('gate_grant').selectAll().orderBy('created_at', 'desc');
  return (await all.execute()).map(toGrant);
}

/** A grant with what only its page tells. */
export interface GrantKept extends Grant {
  issuedById: string;
  revokedById: string | null;
  revokedBecause: string | null;
  reads: number;
  rowsRead: number;
  lastRead: Date | null;
}

export interface GrantsFilter {
  /** Only this one. */
  id?: string | undefined;
  /** Whose grants are shown: everybody's, or his own and those of these datasets. */
  within: { grantee: string; datasets: string[] } | null;
  /** Datasets that do not exist for whoever asks: grants on them neither. */
  hidden: string[];
  search: string;
  state?: GrantState | undefined;
  dataset?: string | undefined;
  now: Date;
  after?: string | undefined;
  limit: number;
}

/** Grants with their use, newest first. */
export async function grantsKept(ctx: StoreCtx, filter: GrantsFilter): Promise<GrantKept[]> {
  const { within, search, now, state } = filter;
  const like = `%${search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const states = {
    standing: sql`g.revoked_at is null and g.expires_at > ${now}`,
    expired: sql`g.revoked_at is null and g.expires_at <= ${now}`,
    revoked: sql`g.revoked_at is not null`,
  };
  type Row = GrantRow & { reads: number; rows_read: number; last_read: Date | null };
  const { rows } = await sql<Row>`
    select g.*, coalesce(u.reads, 0) as reads, coalesce(u.row_count, 0) as rows_read,
      u.last_read
    from gate_grant g left join gate_grant_read u on u.grant_id = g.id::text
    where ${filter.id === undefined ? sql`true` : sql`g.id = ${filter.id}`}
      and ${
        within === null
          ? sql`true`
          : sql`(g.grantee = ${within.grantee} or g.dataset = any(${within.datasets}::text[]))`
      }
      and g.dataset <> all(${filter.hidden}::text[])
      and ${search === '' ? sql`true` : sql`concat_ws(' ', g.dataset, g.grantee, g.purpose, g.approved_by) ilike ${like}`}
      and ${state === undefined ? sql`true` : states[state]}
      and ${filter.dataset === undefined ? sql`true` : sql`g.dataset = ${filter.dataset}`}
      and ${
        filter.after === undefined
          ? sql`true`
          : sql`(g.created_at, g.id) < (select created_at, id from gate_grant where id = ${filter.after})`
      }
    order by g.created_at desc, g.id desc limit ${filter.limit}`.execute(ctx.db);
  return rows.map((row) => ({
    ...toGrant(row),
    issuedById: row.created_by,
    revokedById: row.revoked_by,
    revokedBecause: row.revoked_because,
    reads: Number(row.reads),
    rowsRead: Number(row.rows_read),
    lastRead: row.last_read,
  }));
}

/** Up to when reads under grants are tallied; locked until the transaction ends. */
export async function grantReadMark(ctx: StoreCtx): Promise<Date> {
  await sql`select pg_advisory_xact_lock(hashtextextended('gate/grant-read', 0))`.execute(ctx.db);
  const { rows } = await sql<{ through: Date }>`
    select through from gate_grant_read_mark`.execute(ctx.db);
  return rows[0]?.through ?? new Date(0);
}

/** Adds reads under grants to the tally and moves its mark. */
export async function addGrantReads(
  ctx: StoreCtx,
  uses: readonly GrantUse[],
  through: Date,
): Promise<void> {
  await sql`
    insert into gate_grant_read (grant_id, reads, row_count, last_read)
    select * from unnest(${uses.map(({ grant }) => grant)}::text[],
      ${uses.map(({ reads }) => reads)}::bigint[], ${uses.map(({ rows }) => rows)}::bigint[],
      ${uses.map(({ last }) => last)}::timestamptz[])
    on conflict (grant_id) do update set reads = gate_grant_read.reads + excluded.reads,
      row_count = gate_grant_read.row_count + excluded.row_count,
      last_read = greatest(gate_grant_read.last_read, excluded.last_read)`.execute(ctx.db);
  await sql`
    insert into gate_grant_read_mark (through) values (${through})
    on conflict (one) do update set through = excluded.through`.execute(ctx.db);
}

/** True when it was standing and is now revoked. */
export async function markRevoked(
  ctx: StoreCtx,
  id: string,
  { at, by, because }: { at: Date; by: string; because: string },
): Promise<boolean> {
  const done = await tables(ctx.db)
    .updateTable('gate_grant')
    .set({ revoked_at: at, revoked_by: by, revoked_because: because })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export type Span = 'minute' | 'day';

/**
 * Takes as much of a grant's cap as is left in a span of time, at most `wanted`, under the row's
 * lock: all processes count together.
 * @returns how much was taken: 0 when nothing is left
 */
export async function takeUse(
  ctx: StoreCtx,
  grant: string,
  take: { span: Span; since: Date; wanted: number; cap: number },
): Promise<number> {
  const { span, since, wanted, cap } = take;
  const once = () =>
    sql<{ taken: number }>`
    with held as (
      select case when since = ${since} then used else 0 end as used from gate_grant_use
      where grant_id = ${grant} and span = ${span} for update
    )
    update gate_grant_use as u set since = ${since},
      used = greatest(held.used, least(held.used + ${wanted}::bigint, ${cap}::bigint))
    from held where u.grant_id = ${grant} and u.span = ${span}
    returning u.used - held.used as taken`.execute(ctx.db);
  const [done] = (await once()).rows;
  if (done) return Number(done.taken);
  await sql`insert into gate_grant_use (grant_id, span, since, used)
    values (${grant}, ${span}, ${since}, 0) on conflict do nothing`.execute(ctx.db);
  return Number((await once()).rows[0]?.taken ?? 0);
}

/** Gives back what was taken and not used. */
export async function giveBackUse(
  ctx: StoreCtx,
  grant: string,
  back: { span: Span; since: Date; count: number },
): Promise<void> {
  await sql`update gate_grant_use set used = greatest(used - ${back.count}::bigint, 0)
    where grant_id = ${grant} and span = ${back.span} and since = ${back.since}`.execute(ctx.db);
}

/** Asks for a hot copy; the next refresh of the dataset, or the start of a process, fills it. */
export async function wantHot(ctx: StoreCtx, dataset: string): Promise<void> {
  await tables(ctx.db)
    .insertInto('gate_hot')
    .values({ dataset, snapshot_id: null, as_of: null })
    // Another contract may mean other items: forgetting the snapshot makes the next copy a whole
    // one.
    .onConflict((on) => on.column('dataset').doUpdateSet({ snapshot_id: null, as_of: null }))
    .execute();
}

export async function dropHot(ctx: StoreCtx, dataset: string): Promise<void> {
  await tables(ctx.db).deleteFrom('gate_hot').where('dataset', '=', dataset).execute();
}

export interface HotState {
  dataset: string;
  snapshot_id: number | null;
  as_of: Date | null;
}

export async function hotStates(ctx: StoreCtx): Promise<HotState[]> {
  return tables(ctx.db).selectFrom('gate_hot').selectAll().orderBy('dataset').execute();
}

/** Locks the copy's state, so that two refreshes of one dataset follow each other. */
export async function lockHot(ctx: StoreCtx, dataset: string): Promise<HotState | undefined> {
  return tables(ctx.db)
    .selectFrom('gate_hot')
    .selectAll()
    .where('dataset', '=', dataset)
    .forUpdate()
    .executeTakeFirst();
}

export async function markHot(
  ctx: StoreCtx,
  dataset: string,
  snapshot: number,
  asOf: Date,
): Promise<void> {
  await tables(ctx.db)
    .updateTable('gate_hot')
    .set({ snapshot_id: snapshot, as_of: asOf })
    .where('dataset', '=', dataset)
    .execute();
}

export interface HotRow {
  key: string;
  unit: string | null;
  row: Record<string, unknown>;
}

export async function clearHotRows(ctx: StoreCtx, dataset: string): Promise<void> {
  await sql`delete from gate_hot_row where dataset = ${dataset}`.execute(ctx.db);
}

/** Tells the planner what is there now: plans of look-ups are kept. */
export async function analyseHotRows(ctx: StoreCtx): Promise<void> {
  await sql`analyze gate_hot_row`.execute(ctx.db);
}

export async function removeHotRows(ctx: StoreCtx, dataset: string, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`delete from gate_hot_row where dataset = ${dataset} and key = any(${keys})`.execute(
    ctx.db,
  );
}

export async function putHotRows(ctx: StoreCtx, dataset: string, rows: HotRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into gate_hot_row (dataset, key, unit, row)
    select ${dataset}, given.key, given.unit, given.row
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as given (key text, unit text, row jsonb)
    on conflict (dataset, key) do update set unit = excluded.unit, row = excluded.row`.execute(
    ctx.db,
  );
}

export interface HotAnswer {
  epoch: number;
  snapshot_id: number | null;
  as_of: Date | null;
  /** Rows found, by key. */
  rows: ReadonlyMap<string, Record<string, unknown>>;
}

interface HotFound {
  epoch: number;
  snapshot_id: number | null;
  as_of: Date | null;
  key: string | null;
  row: Record<string, unknown> | null;
}

/**
 * Rows by key with the epoch and the copy's snapshot, in one round trip: asked thousands of times a
 * second, nothing is put together anew.
 */
export async function hotRows(
  ctx: StoreCtx,
  dataset: string,
  keys: readonly string[],
  compiled: HotStatement,
): Promise<HotAnswer> {
  const { rows: found } = await ctx.db.executeQuery<HotFound>(
    CompiledQuery.raw(compiled.text, [dataset, JSON.stringify(keys), ...compiled.keys]),
  );
  const [first] = found;
  return {
    epoch: first?.epoch ?? 0,
    snapshot_id: first?.snapshot_id ?? null,
    as_of: first?.as_of ?? null,
    rows: new Map(found.flatMap(({ key, row }) => (key && row ? [[key, row] as const] : []))),
  };
}

/** What `hotRows` asks: one text for a class of readers, put together once. */
export interface HotStatement {
  text: string;
  /** Keys of its hashes, bound as values. */
  keys: readonly Buffer[];
}

/**
 * The keys come as a JSON list: of a list the planner expects the same number of keys whatever it
 * holds, and keeps its plan. Of an array it counts them, finds few cheaper than the ten it expects
 * of one it does not know, and plans each look-up anew, which takes twice as long as running it.
 * @param parts.select list of the items this class of readers sees
 * @param parts.where its rows; both trusted text of the gate
 */
export function hotStatement(parts: {
  select: string;
  where: string;
  keys: readonly Buffer[];
}): HotStatement {
  const { select, where, keys } = parts;
  const names = keys.map((_, at) => `k${at}`).join(', ');
  const values = keys.map((_, at) => `$${at + 3}::bytea`).join(', ');
  const keyed = keys.length === 0 ? '' : `cross join (values (${values})) as hash_keys(${names})`;
  const text = `${prepared}select e.epoch, h.snapshot_id, h.as_of, r.key, ${select} as row
    from gate_epoch e
    left join gate_hot h on h.dataset = $1
    left join (
      json_array_elements_text($2::json) as asked(wanted)
      join gate_hot_row r on r.dataset = $1 and r.key = asked.wanted and ${where}
    ) on true ${keyed}`;
  return { text, keys };
}

/** Up to when reads are tallied and since when; locked until the transaction ends. */
export async function useMark(ctx: StoreCtx): Promise<{ through: Date; since: Date } | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended('gate/use', 0))`.execute(ctx.db);
  const { rows } = await sql<{ through: Date; since: Date }>`
    select through, since from gate_use_mark`.execute(ctx.db);
  return rows[0];
}

/** Adds reads to the tally and moves its mark. */
export async function addUses(
  ctx: StoreCtx,
  uses: readonly DatasetUse[],
  through: Date,
): Promise<void> {
  await sql`
    insert into gate_use (dataset, units, reads, row_count)
    select * from unnest(${uses.map(({ dataset }) => dataset)}::text[],
      ${uses.map(({ units }) => units.join(','))}::text[],
      ${uses.map(({ reads }) => reads)}::bigint[], ${uses.map(({ rows }) => rows)}::bigint[])
    on conflict (dataset, units) do update set reads = gate_use.reads + excluded.reads,
      row_count = gate_use.row_count + excluded.row_count`.execute(ctx.db);
  await sql`
    insert into gate_use_mark (through, since) values (${through}, ${through})
    on conflict (one) do update set through = excluded.through`.execute(ctx.db);
}

export async function uses(ctx: StoreCtx): Promise<DatasetUse[]> {
  const { rows } = await sql<{ dataset: string; units: string; reads: number; rows: number }>`
    select dataset, units, reads, row_count as rows from gate_use`.execute(ctx.db);
  return rows.map(({ units, reads, rows: count, dataset }) => ({
    ...{ dataset, reads: Number(reads), rows: Number(count) },
    units: units === '' ? [] : units.split(','),
  }));
}
