/** Verbs on units: find them, list what is below them, give their boundaries. */
import type { Ctx } from '#kernel/context';
import { organisationErrors } from '../errors.ts';
import type { Unit, UnitLevel } from '../model.ts';
import * as store from '../store.ts';

type At = Pick<Ctx, 'db'>;

/** The unit of a code, historic codes included; `undefined` when there is none. */
export const findUnit = (ctx: At, code: string): Promise<Unit | undefined> =>
  store.unitByCode(ctx, code);

/** The unit of a code. @throws organisation.no_unit */
export async function unitOf(ctx: At, code: string): Promise<Unit> {
  const unit = await store.unitByCode(ctx, code);
  if (unit === undefined) throw organisationErrors.make('no_unit', { code });
  return unit;
}

/**
 * Every unit below `code` (itself left out), or those of one level, in the order of the division
 * list.
 */
export async function unitsUnder(ctx: At, code: string, level?: UnitLevel): Promise<Unit[]> {
  const unit = await store.unitByCode(ctx, code);
  if (unit === undefined) return [];
  return store.unitsWhere(ctx, { below: unit.path, ...(level === undefined ? {} : { level }) });
}

/** Polygons of the units of one level at or below a unit, with names: a GeoJSON collection. */
export async function boundariesUnder(ctx: At, code: string, level: UnitLevel) {
  const unit = await unitOf(ctx, code);
  const rows = await store.boundariesBelow(ctx, unit.path, level);
  return {
    type: 'FeatureCollection' as const,
    features: rows.map((row) => ({
      type: 'Feature' as const,
      properties: {
        code: row.unit,
        name: row.name,
        nameEn: row.nameEn,
        zone: row.zone,
        label: row.label,
        generated: row.generated,
      },
      geometry: row.geometry,
    })),
  };
}
