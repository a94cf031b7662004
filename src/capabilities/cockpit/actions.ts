/**
 * Composes a cockpit page for one unit and one reader. It reads what earlier stations give and
 * writes nothing.
 */
import { type ReadResult, read } from '#gate';
import { type IndicatorValue, values } from '#indicators';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { GuantongError, kernelErrors } from '#kernel/errors';
import { findUnit, type Unit, unitsUnder } from '#organisation';
import { cockpitErrors } from './errors.ts';
import {
  type CockpitLevel,
  type CockpitLive,
  type CockpitPage,
  cockpitLevel,
  type liveColumns,
  type UnitName,
} from './model.ts';
import * as store from './store.ts';

export const viewPermission = 'cockpit.view';

type CockpitUnit = Unit & { level: CockpitLevel };

async function cockpitUnit(ctx: Ctx, code: string): Promise<CockpitUnit> {
  const unit = await findUnit(ctx, code);
  const level = cockpitLevel.safeParse(unit?.level);
  if (!unit || !level.success) throw kernelErrors.make('not_found', { what: code });
  return { ...unit, level: level.data };
}

const nameOf = ({ code, name, nameEn }: Unit): UnitName => ({ code, name, nameEn: nameEn ?? null });

/** The units above, from the district down. */
async function above(ctx: Ctx, unit: Unit): Promise<UnitName[]> {
  const codes = unit.path.split('/').slice(0, -1);
  const found = await Promise.all(codes.map((code) => findUnit(ctx, code)));
  return found.flatMap((each) => (each ? [nameOf(each)] : []));
}

/** The unit whose parts are ranked and mapped: a village is seen among the villages of its town. */
async function areaOf(ctx: Ctx, unit: CockpitUnit): Promise<CockpitUnit> {
  return unit.level === 'village' && unit.parent ? cockpitUnit(ctx, unit.parent) : unit;
}

/** Shade of a value: 1 (calm) while it is within the first bound, 5 beyond the last. */
export function shadeOf(value: number, steps: readonly number[], direction: 'up' | 'down'): number {
  const passed = steps.filter((step) => (direction === 'up' ? value < step : value > step));
  return passed.length + 1;
}

const shades = (value: IndicatorValue, steps: readonly number[]): Record<string, number> =>
  Object.fromEntries(
    value.children.flatMap((child) =>
      child.value === null ? [] : [[child.unit, shadeOf(child.value, steps, value.direction)]],
    ),
  );

const numberOrNull = (value: unknown): number | null =>
  value === null || value === undefined || value === '' ? null : Number(value);

type LiveRow = Omit<CockpitLive, 'unitName'>;

/** Rows of the page's SQL; those without a time of opening are no matters yet. */
function liveRows(result: ReadResult): LiveRow[] {
  const at = new Map(result.columns.map((column, i) => [column.name, i]));
  return result.rows.flatMap((row): LiveRow[] => {
    const cell = (name: (typeof liveColumns)[number]): unknown => row[at.get(name) ?? -1];
    const opened = cell('opened_at');
    if (typeof opened !== 'string') return [];
    const due = cell('due_at');
    return [
      {
        number: String(cell('number') ?? ''),
        title: String(cell('title') ?? ''),
        channel: String(cell('channel') ?? ''),
        unitCode: String(cell('unit_code') ?? ''),
        openedAt: opened,
        dueAt: typeof due === 'string' ? due : null,
        lon: numberOrNull(cell('lon')),
        lat: numberOrNull(cell('lat')),
      },
    ];
  });
}

/** The part of the area in which a unit lies: the code it begins with. */
const partName = (parts: readonly UnitName[], code: string): string =>
  parts.find((part) => code.startsWith(part.code))?.name ?? '';

/**
 * Open matters through the gate. What the reader may not see is said, not hidden as an empty list.
 */
async function liveOf(
  ctx: Ctx,
  page: store.DeclaredPage,
  unit: CockpitUnit,
  parts: readonly UnitName[],
): Promise<CockpitPage['live']> {
  try {
    const result = await read(ctx, page.liveSql, {
      purpose: 'cockpit',
      params: { unit: unit.code },
      limit: page.declared.live.limit,
    });
    const rows = liveRows(result).map((row) => ({
      ...row,
      unitName: partName(parts, row.unitCode) || unit.name,
    }));
    return { rows, truncated: result.truncated, refused: null };
  } catch (error) {
    if (error instanceof GuantongError && error.status === 403) {
      return { rows: [], truncated: false, refused: error.text };
    }
    throw error;
  }
}

interface Composed {
  numbers: IndicatorValue[];
  ranking: IndicatorValue;
  map: IndicatorValue;
  trend: IndicatorValue;
}

async function composed(
  ctx: Ctx,
  page: store.DeclaredPage,
  unit: CockpitUnit,
  area: CockpitUnit,
): Promise<Composed> {
  const { declared } = page;
  const { days } = declared.trend;
  const own = [...new Set([...declared.numbers, declared.trend.indicator])];
  const parts = [...new Set([declared.ranking.indicator, declared.map.indicator])];
  const [ofUnit, ofParts] = await Promise.all([
    values(ctx, { unit: unit.code, indicators: own, days }),
    values(ctx, { unit: area.code, indicators: parts, children: true }),
  ]);
  const find = (list: readonly IndicatorValue[], indicator: string): IndicatorValue => {
    const found = list.find((value) => value.indicator === indicator);
    if (found) return found;
    throw cockpitErrors.make('no_indicator', { page: page.name, indicator, unit: unit.name });
  };
  return {
    numbers: declared.numbers.map((indicator) => find(ofUnit, indicator)),
    trend: find(ofUnit, declared.trend.indicator),
    ranking: find(ofParts, declared.ranking.indicator),
    map: find(ofParts, declared.map.indicator),
  };
}

/**
 * The cockpit page of a unit as this reader sees it: figures of the unit and its parts, open
 * matters through the gate.
 * @throws auth.not_allowed, auth.not_in_unit, kernel.not_found, cockpit.no_page,
 * cockpit.no_indicator
 */
export async function cockpitPage(ctx: Ctx, code: string): Promise<CockpitPage> {
  requirePermission(ctx, viewPermission);
  const unit = await cockpitUnit(ctx, code);
  const page = await store.pageFor(ctx, unit.level);
  if (!page) throw cockpitErrors.make('no_page', { unit: unit.name });
  const area = await areaOf(ctx, unit);
  const partLevel = area.level === 'district' ? 'town' : 'village';
  const found = await unitsUnder(ctx, area.code, partLevel);
  const parts = found.filter((part) => !part.zone).map(nameOf);
  const figures = await composed(ctx, page, unit, area);
  const { declared } = page;
  return {
    page: page.name,
    title: declared.title,
    unit: { ...nameOf(unit), level: unit.level },
    above: await above(ctx, unit),
    at: ctx.clock.now().toISOString(),
    numbers: figures.numbers,
    area: { ...nameOf(area), level: partLevel },
    names: parts,
    ranking: {
      best: declared.ranking.best,
      worst: declared.ranking.worst,
      value: figures.ranking,
    },
    map: {
      steps: declared.map.steps,
      value: figures.map,
      shades: shades(figures.map, declared.map.steps),
    },
    trend: figures.trend,
    live: await liveOf(ctx, page, unit, parts),
  };
}
