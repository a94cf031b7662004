/** Values of indicators for units, with trend, state and age; and the whole explanation of one. */
import { getDataset } from '#catalogue';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit, type Unit, unitsUnder } from '#organisation';
import type {
  Definition,
  Explanation,
  IndicatorValue,
  Level,
  Point,
  State,
  UnitValue,
} from '../model.ts';
import * as store from '../store.ts';
import { addDays, earlier, localDay, type Period, periodsOf } from './days.ts';
import { indicatorFor, readPermission, unitFor } from './scope.ts';
import { stalenessOf } from './stale.ts';

export interface ValuesInput {
  /** Names; all when absent. */
  indicators?: string[] | undefined;
  /** Code of the unit. */
  unit: string;
  /** With the units right below it. */
  children?: boolean | undefined;
  /** Days of the trend. */
  days?: number | undefined;
}

interface Sums {
  numerator: number;
  denominator: number;
  /** Part of it speaks of too few to be told. */
  withheld: boolean;
}

/**
 * Null where it is withheld; else numerators (over denominators) x scale; denominator 0 is null. A
 * count of nothing is 0.
 */
export function measured(definition: Definition, sums: Sums | null): number | null {
  if (sums?.withheld) return null;
  if (definition.measure === 'count') return (sums?.numerator ?? 0) * definition.scale;
  if (!sums || sums.denominator === 0) return null;
  return (sums.numerator / sums.denominator) * definition.scale;
}

function boundsOf({ thresholds }: Definition, level: Level): { warn: number; bad: number } | null {
  if (thresholds === undefined) return null;
  if ('warn' in thresholds && 'bad' in thresholds) return thresholds;
  return (thresholds as Partial<Record<Level, { warn: number; bad: number }>>)[level] ?? null;
}

/** The state of a value by the file's thresholds, in the file's direction. */
export function stateFor(definition: Definition, level: Level, value: number | null): State {
  const bounds = boundsOf(definition, level);
  if (value === null || bounds === null) return 'none';
  const beyond = (bound: number): boolean =>
    definition.direction === 'up' ? value < bound : value > bound;
  if (beyond(bounds.bad)) return 'bad';
  return beyond(bounds.warn) ? 'warn' : 'ok';
}

function sumOf(rows: readonly store.ValueRow[], period: Period): Sums | null {
  const inside = rows.filter(({ day }) => day >= period.from && day <= period.to);
  if (inside.length === 0) return null;
  return {
    numerator: inside.reduce((sum, row) => sum + row.numerator, 0),
    denominator: inside.reduce((sum, row) => sum + row.denominator, 0),
    withheld: inside.some((row) => row.withheld),
  };
}

interface Shown {
  indicator: store.Indicator;
  state: store.IndicatorState | undefined;
  /** Local day the values are of: today, or the day of the last computation. */
  day: string;
  stale: boolean;
}

function unitValueOf(shown: Shown, unit: Unit, level: Level, sums: Sums | null): UnitValue {
  const { definition } = shown.indicator;
  const value = shown.state ? measured(definition, sums) : null;
  const judged = stateFor(definition, level, value);
  const none = definition.measure === 'count' && shown.state ? 0 : null;
  return {
    unit: unit.code,
    name: unit.name,
    value,
    numerator: sums?.withheld ? null : (sums?.numerator ?? none),
    denominator: sums?.withheld ? null : (sums?.denominator ?? none),
    withheld: sums?.withheld ?? false,
    state: shown.stale ? 'stale' : judged,
  };
}

/**
 * Values of the last days; days never computed are left out, days of nothing are null (or 0 for a
 * count).
 */
function trendOf(shown: Shown, rows: readonly store.ValueRow[], days: number): Point[] {
  const { definition } = shown.indicator;
  const first = addDays(shown.day, 1 - days);
  const kept = new Map(rows.map((row) => [row.day, row]));
  if (definition.period === 'now') {
    return rows
      .filter(({ day }) => day >= first && day <= shown.day)
      .map((row) => ({ day: row.day, value: measured(definition, row) }));
  }
  const count = Math.min(days, definition.days ?? 1);
  return Array.from({ length: count }, (_, at) => {
    const day = addDays(shown.day, at + 1 - count);
    return { day, value: measured(definition, kept.get(day) ?? null) };
  });
}

async function childrenOf(ctx: Ctx, shown: Shown, unit: Unit & { level: Level }) {
  const below = ({ district: 'town', town: 'village', village: null } as const)[unit.level];
  if (below === null || !shown.indicator.definition.levels.includes(below)) return [];
  const units = (await unitsUnder(ctx, unit.code, below)).filter((each) => !each.zone);
  const [period] = periodsOf(shown.indicator.definition.period, shown.day);
  const rows = await store.valueRows(
    ctx,
    shown.indicator.name,
    units.map((each) => each.code),
    period.from,
    period.to,
  );
  const byUnit = Map.groupBy(rows, (row) => row.unit);
  return units.map((each) =>
    unitValueOf(shown, each, below, sumOf(byUnit.get(each.code) ?? [], period)),
  );
}

async function shownOf(ctx: Ctx, indicator: store.Indicator) {
  const state = await store.stateOf(ctx, indicator.name);
  const stale = state ? await stalenessOf(ctx, state) : null;
  const today = localDay(ctx.clock.now(), ctx.settings.time_zone);
  const day = state && indicator.definition.period === 'now' ? state.day : today;
  return { shown: { indicator, state, day, stale: stale !== null }, stale };
}

async function oneValue(
  ctx: Ctx,
  indicator: store.Indicator,
  unit: Unit & { level: Level },
  input: Pick<ValuesInput, 'children' | 'days'>,
): Promise<IndicatorValue> {
  const { shown, stale } = await shownOf(ctx, indicator);
  const { definition } = indicator;
  const [period, before] = periodsOf(definition.period, shown.day);
  const days = input.days ?? 0;
  const first = earlier(before.from, addDays(shown.day, -days));
  const rows = await store.valueRows(ctx, indicator.name, [unit.code], first, shown.day);
  const previous = sumOf(rows, before);
  const owner = await findUnit(ctx, definition.owner);
  return {
    indicator: indicator.name,
    title: definition.title,
    valueUnit: definition.unit,
    decimals: definition.decimals,
    direction: definition.direction,
    period: definition.period,
    owner: definition.owner,
    ownerName: owner?.name ?? definition.owner,
    target: definition.target ?? null,
    ...unitValueOf(shown, unit, unit.level, sumOf(rows, period)),
    previous: previous && measured(definition, previous),
    asOf: shown.state?.as_of?.toISOString() ?? null,
    stale,
    trend: trendOf(shown, rows, days),
    children: input.children ? await childrenOf(ctx, shown, unit) : [],
  };
}

/**
 * Values of indicators for one unit, in the order asked for (else by name); those not shown at its
 * level are left out.
 * @throws auth.not_allowed, auth.not_in_unit, kernel.not_found
 */
export async function values(ctx: Ctx, input: ValuesInput): Promise<IndicatorValue[]> {
  const unit = await unitFor(ctx, input.unit);
  const all = (await store.indicators(ctx)).filter(({ definition }) =>
    definition.levels.includes(unit.level),
  );
  const byName = new Map(all.map((indicator) => [indicator.name, indicator]));
  const wanted = input.indicators?.flatMap((name) => byName.get(name) ?? []) ?? all;
  return Promise.all(wanted.map((indicator) => oneValue(ctx, indicator, unit, input)));
}

/** Entries of the history that an explanation shows. */
const historyShown = 30;

async function snapshotsOf(ctx: Ctx, state: store.IndicatorState | undefined) {
  return Promise.all(
    (state?.snapshots ?? []).map(async (snapshot) => {
      const contract = await getDataset(ctx, snapshot.dataset);
      const owner = await findUnit(ctx, contract.owner);
      const ownerName = owner?.name ?? contract.owner;
      return { ...snapshot, title: contract.title, ownerName, cycle: contract.cycle };
    }),
  );
}

/**
 * Everything behind one number: value, sums, age, owner, formula, snapshots, thresholds, history.
 * @throws auth.not_allowed, auth.not_in_unit, kernel.not_found, indicators.not_found,
 * indicators.level
 */
export async function explain(
  ctx: Ctx,
  name: string,
  code: string,
  input: Pick<ValuesInput, 'children' | 'days'> = {},
): Promise<Explanation> {
  requirePermission(ctx, readPermission);
  const { indicator, unit } = await indicatorFor(ctx, name, code);
  const { definition } = indicator;
  const [value, state, history] = await Promise.all([
    oneValue(ctx, indicator, unit, input),
    store.stateOf(ctx, name),
    store.historyRows(ctx, name, unit.code, historyShown),
  ]);
  return {
    ...value,
    meaning: definition.meaning,
    measure: definition.measure,
    source: definition.source ?? null,
    sql: indicator.sql,
    file: `${indicator.pack}/indicators/${name}`,
    computedAt: state?.computed_at.toISOString() ?? null,
    snapshots: await snapshotsOf(ctx, state),
    thresholds: boundsOf(definition, unit.level),
    history: history.map(({ at, day, numerator, denominator, withheld, snapshots }) => ({
      at: at.toISOString(),
      day,
      value:
        numerator === null || denominator === null
          ? null
          : measured(definition, { numerator, denominator, withheld }),
      snapshots,
    })),
  };
}
