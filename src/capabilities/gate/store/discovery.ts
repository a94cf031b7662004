/** SQL of discovery: runs, what was found, what was decided, how far deliveries were looked at. */
import { sql } from 'kysely';
import type { Grade } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { National } from '../model.ts';

export interface RunRow {
  id: string;
  /** The sealed dataset this run is about; null: a run of datasets that are not sealed. */
  compartment: string | null;
  datasets: string[];
  whole: boolean;
  state: 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';
  done: number;
  current: string | null;
  found: number;
  started_by: string;
  created_at: Date;
  ended_at: Date | null;
}

export interface SeenRow {
  type: string;
  whole: boolean;
  values: number;
  share: number;
  reasons: string[];
  examples: string[];
}

export type FoundState = 'found' | 'submitted' | 'confirmed' | 'refused' | 'agrees';

export interface FoundRow {
  dataset: string;
  item: string;
  semantic: string | null;
  grade: Grade;
  share: number;
  named: boolean;
  seen: SeenRow[];
  looked_at_values: number;
  whole: boolean;
  snapshot_id: number | null;
  looked_at: Date;
  state: FoundState;
  asked_semantic: string | null;
  asked_grade: Grade | null;
  asked_by: string | null;
  asked_at: Date | null;
}

export interface StepRow {
  dataset: string;
  item: string;
  step: 'submitted' | 'confirmed' | 'refused';
  semantic_before: string | null;
  grade_before: Grade;
  semantic_after: string | null;
  grade_after: Grade;
  reason: string;
  by_account: string;
  at: Date;
}

export interface DriftRow {
  dataset: string;
  snapshot_id: number;
  items: string[];
  /** By item: different values looked at, and those seen by mistake, by type. */
  past: Record<string, { of: number; seen: Partial<Record<string, number>> }>;
  looked_at: Date;
}

type DiscoveryTables = {
  gate_discovery_run: RunRow;
  gate_discovery: Omit<FoundRow, 'seen'> & { seen: string };
  gate_discovery_step: StepRow;
  gate_dataset_grade: {
    dataset: string;
    national: National;
    least: Grade | null;
    lowered: Record<string, { until: string }>;
  };
  gate_drift: Omit<DriftRow, 'past'> & { past: string };
};

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<DiscoveryTables>();

export async function insertRun(ctx: StoreCtx, run: RunRow): Promise<void> {
  await tables(ctx.db).insertInto('gate_discovery_run').values(run).execute();
}

/** Changes a run that has not ended. @returns false when it has: somebody cancelled it */
export async function moveRun(
  ctx: StoreCtx,
  id: string,
  change: Partial<Pick<RunRow, 'state' | 'done' | 'current' | 'found' | 'ended_at'>>,
): Promise<boolean> {
  const done = await tables(ctx.db)
    .updateTable('gate_discovery_run')
    .set(change)
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'running'])
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export async function findRun(ctx: StoreCtx, id: string): Promise<RunRow | undefined> {
  return tables(ctx.db)
    .selectFrom('gate_discovery_run')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Newest first, with those of these sealed datasets. */
export async function runs(
  ctx: StoreCtx,
  limit: number,
  sealed: readonly string[],
): Promise<RunRow[]> {
  return tables(ctx.db)
    .selectFrom('gate_discovery_run')
    .selectAll()
    .where(sql<boolean>`(compartment is null or compartment = any(${[...sealed]}))`)
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute();
}

/** What runs that have not ended are about: a sealed dataset each, or (null) all others. */
export async function goingRuns(ctx: StoreCtx): Promise<(string | null)[]> {
  const rows = await tables(ctx.db)
    .selectFrom('gate_discovery_run')
    .select('compartment')
    .where('state', 'in', ['waiting', 'running'])
    .execute();
  return rows.map(({ compartment }) => compartment);
}

/** Everything found, or that of one dataset. */
export async function found(ctx: StoreCtx, dataset?: string): Promise<FoundRow[]> {
  const all = tables(ctx.db).selectFrom('gate_discovery').selectAll();
  const rows = await (dataset === undefined ? all : all.where('dataset', '=', dataset)).execute();
  return rows as unknown as FoundRow[];
}

/** What these items have, locked until the transaction ends. */
export async function lockFound(
  ctx: StoreCtx,
  items: readonly { dataset: string; item: string }[],
): Promise<FoundRow[]> {
  const rows = await tables(ctx.db)
    .selectFrom('gate_discovery')
    .selectAll()
    .where(
      sql<boolean>`(dataset, item) in (select given.dataset, given.item from
        json_to_recordset(${JSON.stringify(items)}::json) as given (dataset text, item text))`,
    )
    .orderBy('dataset')
    .orderBy('item')
    .forUpdate()
    .execute();
  return rows as unknown as FoundRow[];
}

export async function saveFound(ctx: StoreCtx, row: FoundRow): Promise<void> {
  const values = { ...row, seen: JSON.stringify(row.seen) };
  await tables(ctx.db)
    .insertInto('gate_discovery')
    .values(values)
    .onConflict((on) => on.columns(['dataset', 'item']).doUpdateSet(values))
    .execute();
}

/** Items that are no longer in their contract. */
export async function dropFound(
  ctx: StoreCtx,
  dataset: string,
  items: readonly string[],
): Promise<void> {
  await tables(ctx.db)
    .deleteFrom('gate_discovery')
    .where('dataset', '=', dataset)
    .where(sql<boolean>`not item = any(${[...items]})`)
    .execute();
}

export async function addStep(ctx: StoreCtx, step: StepRow): Promise<void> {
  await tables(ctx.db).insertInto('gate_discovery_step').values(step).execute();
}

/** National grades as declared; general where nothing is. */
export async function nationals(ctx: StoreCtx): Promise<Map<string, National>> {
  const rows = await tables(ctx.db)
    .selectFrom('gate_dataset_grade')
    .select(['dataset', 'national'])
    .execute();
  return new Map(rows.map(({ dataset, national }) => [dataset, national]));
}

/** What is declared for whole sets, by dataset. */
export async function setGrades(
  ctx: StoreCtx,
): Promise<Map<string, { least: Grade | null; lowered: Record<string, { until: string }> }>> {
  const rows = await tables(ctx.db)
    .selectFrom('gate_dataset_grade')
    .select(['dataset', 'least', 'lowered'])
    .execute();
  return new Map(rows.map(({ dataset, ...row }) => [dataset, row]));
}

/** Newest first. */
export async function steps(ctx: StoreCtx, dataset: string, item: string): Promise<StepRow[]> {
  return tables(ctx.db)
    .selectFrom('gate_discovery_step')
    .select([
      'dataset',
      'item',
      'step',
      'semantic_before',
      'grade_before',
      'semantic_after',
      'grade_after',
      'reason',
      'by_account',
      'at',
    ])
    .where('dataset', '=', dataset)
    .where('item', '=', item)
    .orderBy('at', 'desc')
    .limit(100)
    .execute();
}

export async function drift(ctx: StoreCtx, dataset: string): Promise<DriftRow | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('gate_drift')
    .selectAll()
    .where('dataset', '=', dataset)
    .executeTakeFirst();
  return row as unknown as DriftRow | undefined;
}

/** Datasets with items whose signal stands open. */
export async function drifting(ctx: StoreCtx): Promise<Pick<DriftRow, 'dataset' | 'items'>[]> {
  return tables(ctx.db)
    .selectFrom('gate_drift')
    .select(['dataset', 'items'])
    .where(sql<boolean>`cardinality(items) > 0`)
    .execute();
}

export async function saveDrift(ctx: StoreCtx, row: DriftRow): Promise<void> {
  const values = { ...row, past: JSON.stringify(row.past) };
  await tables(ctx.db)
    .insertInto('gate_drift')
    .values(values)
    .onConflict((on) => on.column('dataset').doUpdateSet(values))
    .execute();
}
