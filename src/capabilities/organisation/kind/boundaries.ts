/** Kind `boundaries`: GeoJSON polygons of units, generated or surveyed. */
import { z } from 'zod';
import type { Fault } from '#kernel/errors';
import { type PackFile, type PackIndex, type PackKind, placeOf } from '#kernel/packs';
import { organisationErrors } from '../errors.ts';
import * as store from '../store.ts';
import { unitKnown } from './units.ts';

const position = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);
const ring = z
  .array(position)
  .min(4)
  .refine((points) => String(points[0]) === String(points.at(-1)), 'ring is not closed');

const collectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({
      type: z.literal('Feature'),
      properties: z.object({
        code: z.string(),
        label: position.optional().describe('Where the name is written'),
        generated: z.boolean().default(false),
      }),
      geometry: z.discriminatedUnion('type', [
        z.object({ type: z.literal('Polygon'), coordinates: z.array(ring).min(1) }),
        z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring).min(1)) }),
      ]),
    }),
  ),
});

type Collection = z.output<typeof collectionSchema>;

export const boundaries: PackKind = {
  name: 'boundaries',
  title: { zh: '边界', en: 'Boundaries' },
  format: 'text',
  extension: 'geojson',
  schema: z.string(),
  after: ['units'],
  check: async (file, index) => faultsOf(file, index),
  apply: async (ctx, file) => {
    const collection = collectionSchema.parse(JSON.parse(file.text ?? ''));
    await store.putBoundaries(ctx, file, collection.features.map(toRow));
  },
  remove: async (ctx, from) => store.removeBoundaries(ctx, from),
};

const toRow = ({ properties, geometry }: Collection['features'][number]): store.BoundaryRow => ({
  unit: properties.code,
  label: properties.label ?? null,
  generated: properties.generated,
  geometry,
});

function faultsOf(file: PackFile, index: PackIndex): Fault[] {
  const at = { file: placeOf(file) };
  const parsed = parse(file.text ?? '');
  if (typeof parsed === 'string') {
    return [organisationErrors.fault('bad_boundary', at, { detail: parsed })];
  }
  return parsed.features
    .filter(({ properties }) => unitKnown(index, properties.code) === undefined)
    .map(({ properties: { code } }) =>
      organisationErrors.fault('no_unit', { ...at, item: code }, { code }),
    );
}

function parse(text: string): Collection | string {
  try {
    const result = collectionSchema.safeParse(JSON.parse(text));
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
