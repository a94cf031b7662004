/** The only SQL of indicators on PostgreSQL: definitions, values, history. */
import { sql } from 'kysely';
import type { ReadSnapshot } from '#gate/model';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { Definition } from './model.ts';

type StoreCtx = Pick<Ctx, 'db'>;

export interface Indicator {
  name: string;
  pack: string;
  definition: Definition;
  sql: string;
  digest: string;
  uses_clock: boolean;
}

type IndicatorTables = {
  indicator: {
    name: string;
    pack: string;
    definition: string;
    sql: string;
    digest: string;
    uses_clock: boolean;
  };
  indicator_reads: { indicator: string; dataset: string };
};

const tables = (db: Db) => db.withTables<IndicatorTables>();

export async function saveIndicator(
  ctx: StoreCtx,
  indicator: Indicator,
  reads: readonly string[],
): Promise<void> {
  const { name, definition, ...rest } = indicator;
  const values = { ...rest, definition: JSON.stringify(definition) };
  await tables(ctx.db)
    .insertInto('indicator')
    .values({ name, ...values })
    .onConflict((on) => on.column('name').doUpdateSet(values))
    .execute();
  await tables(ctx.db).deleteFrom('indicator_reads').where('indicator', '=', name).execute();
  const rows = reads.map((dataset) => ({ indicator: name, dataset }));
  if (rows.length > 0) await tables(ctx.db).insertInto('indicator_reads').values(rows).execute();
}

export async function removeIndicator(ctx: StoreCtx, pack: string, name: string): Promise<void> {
  await tables(ctx.db)
    .deleteFrom('indicator')
    .where('name', '=', name)
    .where('pack', '=', pack)
    .execute();
}

export async function indicators(ctx: StoreCtx): Promise<Indicator[]> {
  const rows = await tables(ctx.db).selectFrom('indicator').selectAll().orderBy('name').execute();
  return rows as unknown as Indicator[];
}

export async function indicatorByName(ctx: StoreCtx, name: string): Promise<Indicator | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('indicator')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  return row as unknown as Indicator | undefined;
}

/** Indicators that read a dataset. */
export async function readersOf(ctx: StoreCtx, dataset: string): Promise<Indicator[]> {
  const rows = await tables(ctx.db)
    .selectFrom('indicator')
    .selectAll('indicator')
    .innerJoin('indicator_reads', 'indicator_reads.indicator', 'indicator.name')
    .where('indicator_reads.dataset', '=', dataset)
    .orderBy('name')
    .execute();
  return rows as unknown as Indicator[];
}

export interface IndicatorState {
  indicator: string;
  digest: string;
  computed_at: Date;
  /** Local day it was computed on. */
  day: string;
  as_of: Date | null;
  snapshots: ReadSnapshot[];
  failed_code: string | null;
  failed_at: Date | null;
}

export async function stateOf(
  ctx: StoreCtx,
  indicator: string,
): Promise<IndicatorState | undefined> {
  const found = await sql<IndicatorState>`
    select * from indicator_state where indicator = ${indicator}`.execute(ctx.db);
  return found.rows[0];
}

/** Makes computations of one indicator follow each other. */
export async function lockIndicator(ctx: StoreCtx, name: string): Promise<boolean> {
  const found = await sql`select 1 from indicator where name = ${name} for update`.execute(ctx.db);
  return found.rows.length > 0;
}

export async function saveState(
  ctx: StoreCtx,
  state: Omit<IndicatorState, 'failed_code' | 'failed_at'>,
): Promise<void> {
  await sql`insert into indicator_state
      (indicator, digest, computed_at, day, as_of, snapshots, failed_code, failed_at)
    values (${state.indicator}, ${state.digest}, ${state.computed_at}, ${state.day},
      ${state.as_of}, ${JSON.stringify(state.snapshots)}, null, null)
    on conflict (indicator) do update set digest = excluded.digest,
      computed_at = excluded.computed_at, day = excluded.day, as_of = excluded.as_of,
      snapshots = excluded.snapshots, failed_code = null, failed_at = null`.execute(ctx.db);
}

/** Notes a failed computation beside the values that still stand. */
export async function saveFailure(
  ctx: StoreCtx,
  failure: { indicator: string; digest: string; day: string; code: string; at: Date },
): Promise<void> {
  await sql`insert into indicator_state
      (indicator, digest, computed_at, day, as_of, snapshots, failed_code, failed_at)
    values (${failure.indicator}, ${failure.digest}, ${failure.at}, ${failure.day}, null, '[]',
      ${failure.code}, ${failure.at})
    on conflict (indicator) do update set failed_code = excluded.failed_code,
      failed_at = coalesce(indicator_state.failed_at, excluded.failed_at)`.execute(ctx.db);
}

/** A sum as it was computed: decimals are text. */
export interface Sum {
  unit: string;
  day: string;
  numerator: string;
  denominator: string;
  /** It speaks of too few to be told: both are 0. */
  withheld: boolean;
}

export interface Changed {
  unit: string;
  day: string;
}

/**
 * Stores the sums of the days `from` .. `to` that differ from those that stand, takes away those
 * that are no more, appends both to the history, and gives the units and days that changed. `run`
 * is made only when some did.
 */
export async function storeSums(
  ctx: StoreCtx,
  run: { indicator: string; digest: string; at: Date; asOf: Date | null; snapshots: string },
  window: { from: string; to: string },
  sums: readonly Sum[],
): Promise<Changed[]> {
  const found = await sql<Changed>`
    with given as (
      select unit, day, numerator, denominator, withheld
      from json_to_recordset(${JSON.stringify(sums)}::json)
        as g (unit text, day date, numerator numeric, denominator numeric, withheld boolean)
    ), standing as (
      select unit, day, numerator, denominator, withheld from indicator_value
      where indicator = ${run.indicator} and day between ${window.from} and ${window.to}
    ), differing as (
      select coalesce(g.unit, s.unit) as unit, coalesce(g.day, s.day) as day,
        g.numerator, g.denominator, g.withheld
      from given g full join standing s on s.unit = g.unit and s.day = g.day
      where g.unit is null or s.unit is null
        or g.numerator <> s.numerator or g.denominator <> s.denominator
        or g.withheld <> s.withheld
    ), made as (
      insert into indicator_run (indicator, digest, at, as_of, snapshots, changed)
      select ${run.indicator}, ${run.digest}, ${run.at}, ${run.asOf}, ${run.snapshots}::jsonb,
        count(*) from differing having count(*) > 0
      returning id
    ), gone as (
      delete from indicator_value v using differing d
      where v.indicator = ${run.indicator} and v.unit = d.unit and v.day = d.day
        and d.numerator is null
    ), put as (
      insert into indicator_value (indicator, unit, day, numerator, denominator, withheld, run)
      select ${run.indicator}, d.unit, d.day, d.numerator, d.denominator, d.withheld, made.id
      from differing d, made where d.numerator is not null
      on conflict (indicator, unit, day) do update
        set numerator = excluded.numerator, denominator = excluded.denominator,
          withheld = excluded.withheld, run = excluded.run
    ), kept as (
      insert into indicator_history (indicator, unit, day, run, numerator, denominator, withheld)
      select ${run.indicator}, d.unit, d.day, made.id, d.numerator, d.denominator,
        coalesce(d.withheld, false)
      from differing d, made
    )
    select unit, day from differing`.execute(ctx.db);
  return found.rows;
}

export interface ValueRow {
  indicator: string;
  unit: string;
  day: string;
  numerator: number;
  denominator: number;
  withheld: boolean;
}

/**
 * Sums of units over days, oldest first. Sums of counted things fit a double; money keeps its text
 * in the store.
 */
export async function valueRows(
  ctx: StoreCtx,
  indicator: string,
  units: readonly string[],
  from: string,
  to: string,
): Promise<ValueRow[]> {
  const found = await sql<ValueRow>`
    select indicator, unit, day, numerator::float8 as numerator, denominator::float8 as denominator,
      withheld
    from indicator_value
    where indicator = ${indicator} and unit = any(${units}) and day between ${from} and ${to}
    order by day`.execute(ctx.db);
  return found.rows;
}

export interface HistoryRow {
  at: Date;
  day: string;
  numerator: number | null;
  denominator: number | null;
  withheld: boolean;
  snapshots: ReadSnapshot[];
}

/** What was stored for one unit, newest first. */
export async function historyRows(
  ctx: StoreCtx,
  indicator: string,
  unit: string,
  limit: number,
): Promise<HistoryRow[]> {
  const found = await sql<HistoryRow>`
    select r.at, h.day, h.numerator::float8 as numerator, h.denominator::float8 as denominator,
      h.withheld, r.snapshots
    from indicator_history h join indicator_run r on r.id = h.run
    where h.indicator = ${indicator} and h.unit = ${unit}
    order by h.run desc, h.day desc limit ${limit}`.execute(ctx.db);
  return found.rows;
}
