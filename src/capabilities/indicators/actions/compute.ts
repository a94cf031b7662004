/**
 * Computes indicators: their SQL over whole datasets, summed to villages, towns and the district by
 * code.
 */
import { blockCtes, blockFactor, figuresLeast, materialise } from '#gate';
import type { ReadSnapshot } from '#gate/model';
import { systemActor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import { publish } from '#kernel/events';
import type { Level } from '../model.ts';
import * as store from '../store.ts';
import { addDays, localDay, type Period } from './days.ts';

/**
 * Digits of a division code at each level (GB/T 10114 and the statistical division code): 6 + 3 +
 * 3.
 */
const codeDigits: Record<Exclude<Level, 'district'>, number> = { village: 12, town: 9 };

/** The instant in the dataset is UTC; a day is a day of the district. */
const localDayOf = (column: string): string =>
  `cast(timezone($zone, timezone('UTC', cast(${column} as timestamp))) as date)`;

/**
 * The summing query around an indicator's SQL. Inside stands the SQL as it is; it was parsed alone
 * before, so it is one whole query and nothing of it can reach around its parentheses.
 */
export function summingSql(
  inner: string,
  levels: readonly Level[],
  { dated, least }: { dated: boolean; least: number | null },
): string {
  const day = dated ? localDayOf('"time"') : 'cast($to as date)';
  if (least !== null) return withholdingSql(inner, levels, day, least);
  const level = (name: Level): string => {
    const sums = `coalesce(sum(numerator), 0) as numerator,
      coalesce(sum(denominator), 0) as denominator`;
    const rest = 'from dated_things where day between cast($from as date) and cast($to as date)';
    if (name === 'district') return `select $district as unit, day, ${sums} ${rest} group by day`;
    const digits = codeDigits[name];
    return `select left(unit, ${digits}) as unit, day, ${sums} ${rest}
      and regexp_full_match(unit, '[0-9]{${digits},}') group by left(unit, ${digits}), day`;
  };
  return `with counted_things as (
${inner}
), dated_things as (
  select cast(unit as varchar) as unit, ${day} as day,
    cast(numerator as decimal(38, 6)) as numerator,
    cast(denominator as decimal(38, 6)) as denominator
  from counted_things
)
${levels.map(level).join('\nunion all\n')}`;
}

const depthOf = 3;

/**
 * The same where the sums rest on what may only be counted: a sum that speaks of fewer things than
 * `least`, or whose rest beside those that are told does, is null. Days are told apart.
 */
function withholdingSql(
  inner: string,
  levels: readonly Level[],
  day: string,
  least: number,
): string {
  const base = `select day as measure, cell, 1 as m, n as r, n, left(unit, ${codeDigits.town}) as l0,
    left(unit, ${codeDigits.village}) as l1, unit as l2, cell as block from cells`;
  const told = `coalesce(sum(distinct code) % ${blockFactor} = count(*), false)`;
  const sumOf = (name: string): string =>
    `case when ${told} then coalesce(sum(${name}), 0) end as ${name}`;
  const level = (name: Level): string => {
    const sums = `${sumOf('numerator')}, ${sumOf('denominator')}`;
    if (name === 'district') return `select $district as unit, day, ${sums} from held group by day`;
    const digits = codeDigits[name];
    return `select left(unit, ${digits}) as unit, day, ${sums} from held
      where regexp_full_match(unit, '[0-9]{${digits},}') group by left(unit, ${digits}), day`;
  };
  return `with counted_things as (
${inner}
), dated_things as (
  select cast(unit as varchar) as unit, ${day} as day, key,
    cast(numerator as decimal(38, 6)) as numerator,
    cast(denominator as decimal(38, 6)) as denominator
  from counted_things
), cells as materialized (
  select row_number() over (order by day, unit) as cell, * from (
    select unit, day, sum(numerator) as numerator, sum(denominator) as denominator,
      count(distinct key) filter (where numerator > 0) as n
    from dated_things where day between cast($from as date) and cast($to as date)
    group by unit, day) as summed
), ${blockCtes(base, depthOf, least).join(',\n')},
held as (
  select cells.*, code from cells join blocks on measure = day and blocks.cell = cells.cell
)
${levels.map(level).join('\nunion all\n')}`;
}

/**
 * Days an indicator is computed for. What stands now is a value of today only; earlier days keep
 * theirs.
 */
function windowOf({ definition }: store.Indicator, today: string): Period {
  const days = definition.period === 'now' ? 1 : (definition.days ?? 1);
  return { from: addDays(today, 1 - days), to: today };
}

const oldest = (snapshots: readonly ReadSnapshot[]): Date | null => {
  const first = snapshots.map((snapshot) => snapshot.at).sort()[0];
  return first === undefined ? null : new Date(first);
};

const toSum = (row: unknown[]): store.Sum => {
  const [unit, day, numerator, denominator] = row.map((value) => String(value ?? 0));
  return {
    withheld: row[2] === null,
    unit: unit ?? '',
    day: day ?? '',
    numerator: numerator ?? '0',
    denominator: denominator ?? '0',
  };
};

async function sums(ctx: Ctx, indicator: store.Indicator, window: Period) {
  const { definition, name } = indicator;
  const dated = definition.period !== 'now';
  const summed = ['unit', 'numerator', 'denominator', ...(dated ? ['time'] : [])];
  const least = await figuresLeast(ctx, indicator.sql, summed);
  const answer = await materialise(ctx, {
    by: `indicators/${name}`,
    sql: summingSql(indicator.sql, definition.levels, { dated, least }),
    params: {
      district: ctx.settings.county_code,
      from: window.from,
      to: window.to,
      zone: ctx.settings.time_zone,
    },
  });
  return { rows: answer.rows.map(toSum), snapshots: answer.snapshots };
}

/** The platform computes in its own name, whoever's action refreshed the data. */
const inOwnName = (ctx: Ctx): Ctx => ({ ...ctx, actor: systemActor('indicators') });

/** Units of one event; a listener that needs more asks for the values. */
const unitsTold = 200;

async function storeAndTell(
  ctx: Ctx,
  indicator: store.Indicator,
  window: Period,
  result: Awaited<ReturnType<typeof sums>>,
): Promise<store.Changed[]> {
  const at = ctx.clock.now();
  const asOf = oldest(result.snapshots);
  const { name, digest } = indicator;
  const changed = await store.storeSums(
    ctx,
    { indicator: name, digest, at, asOf, snapshots: JSON.stringify(result.snapshots) },
    window,
    result.rows,
  );
  await store.saveState(ctx, {
    indicator: name,
    digest,
    computed_at: at,
    day: window.to,
    as_of: asOf,
    snapshots: result.snapshots,
  });
  if (changed.length > 0) {
    const units = [...new Set(changed.map(({ unit }) => unit))].sort();
    await publish(ctx, 'indicator.changed', {
      indicator: name,
      units: units.slice(0, unitsTold),
      more: units.length > unitsTold,
      asOf: asOf?.toISOString() ?? null,
      // Sums, no rows: any page that shows the indicator may read again.
      hint: { topic: 'indicators', id: name },
    });
  }
  return changed;
}

/**
 * Computes one indicator anew and stores what changed. A failure is noted beside the values that
 * stand; they are then shown as stale.
 * @returns units and days whose sums changed
 */
export async function compute(ctx: Ctx, name: string): Promise<store.Changed[]> {
  return tx(inOwnName(ctx), async (inner) => {
    if (!(await store.lockIndicator(inner, name))) return [];
    const indicator = await store.indicatorByName(inner, name);
    if (!indicator) return [];
    const window = windowOf(indicator, localDay(inner.clock.now(), inner.settings.time_zone));
    try {
      const result = await sums(inner, indicator, window);
      return await storeAndTell(inner, indicator, window, result);
    } catch (error) {
      if (!(error instanceof GuantongError) || error.status >= 500) throw error;
      inner.log.warn({ indicator: name, code: error.code }, 'an indicator could not be computed');
      await store.saveFailure(inner, {
        indicator: name,
        digest: indicator.digest,
        day: window.to,
        code: error.code,
        at: inner.clock.now(),
      });
      return [];
    }
  });
}

/**
 * Whether the newest snapshots of all it reads are those it was computed from, by this formula,
 * today.
 */
async function upToDate(
  ctx: Ctx,
  indicator: store.Indicator,
  refreshed: { dataset: string; snapshot: number },
): Promise<boolean> {
  const state = await store.stateOf(ctx, indicator.name);
  if (!state || state.failed_code !== null || state.digest !== indicator.digest) return false;
  const read = state.snapshots.find((snapshot) => snapshot.dataset === refreshed.dataset);
  return read !== undefined && read.snapshot >= refreshed.snapshot;
}

/**
 * Computes the indicators that read a dataset which has a new snapshot; those that saw it already
 * are left.
 */
export async function computeReaders(
  ctx: Ctx,
  refreshed: { dataset: string; snapshot: number },
): Promise<void> {
  for (const indicator of await store.readersOf(ctx, refreshed.dataset)) {
    if (!(await upToDate(ctx, indicator, refreshed))) await compute(ctx, indicator.name);
  }
}

/** Computes those whose values move with the time of day, and all others once a local day. */
export async function computeByClock(ctx: Ctx): Promise<void> {
  const today = localDay(ctx.clock.now(), ctx.settings.time_zone);
  for (const indicator of await store.indicators(ctx)) {
    const state = await store.stateOf(ctx, indicator.name);
    const fresh = state?.digest === indicator.digest && state.day === today;
    if (indicator.uses_clock || !fresh) await compute(ctx, indicator.name);
  }
}
