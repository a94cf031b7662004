/**
 * From GeoJSON to a drawing: an equirectangular projection fitted into a box. No tiles, no network.
 */

export type Ring = readonly (readonly number[])[];

export interface PolygonGeometry {
  type: 'Polygon';
  coordinates: readonly Ring[];
}

export interface MultiPolygonGeometry {
  type: 'MultiPolygon';
  coordinates: readonly (readonly Ring[])[];
}

export type AreaGeometry = PolygonGeometry | MultiPolygonGeometry;

export interface Area {
  code: string;
  name: string;
  geometry: AreaGeometry;
}

export type Project = (lon: number, lat: number) => readonly [number, number];

const ringsOf = (geometry: AreaGeometry): readonly Ring[] =>
  geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();

interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

export function boundsOf(areas: readonly Area[]): Bounds {
  const bounds = { west: 180, south: 90, east: -180, north: -90 };
  for (const area of areas) {
    for (const ring of ringsOf(area.geometry)) {
      for (const [lon = 0, lat = 0] of ring) {
        bounds.west = Math.min(bounds.west, lon);
        bounds.east = Math.max(bounds.east, lon);
        bounds.south = Math.min(bounds.south, lat);
        bounds.north = Math.max(bounds.north, lat);
      }
    }
  }
  return bounds;
}

/**
 * Fits `bounds` into width x height with a margin; one degree of longitude shrinks with the
 * latitude.
 */
export function projection(bounds: Bounds, width: number, height: number, margin = 8): Project {
  const shrink = Math.cos((((bounds.north + bounds.south) / 2) * Math.PI) / 180);
  const [w, h] = [(bounds.east - bounds.west) * shrink, bounds.north - bounds.south];
  const scale = Math.min((width - 2 * margin) / (w || 1), (height - 2 * margin) / (h || 1));
  const [left, top] = [(width - w * scale) / 2, (height - h * scale) / 2];
  return (lon, lat) => [
    left + (lon - bounds.west) * shrink * scale,
    top + (bounds.north - lat) * scale,
  ];
}

/** The `d` of an SVG path of an area. */
export function areaPath(geometry: AreaGeometry, project: Project): string {
  return ringsOf(geometry)
    .map((ring) => {
      const points = ring.map(([lon = 0, lat = 0]) => {
        const [x, y] = project(lon, lat);
        return `${x.toFixed(1)} ${y.toFixed(1)}`;
      });
      return `M${points.join('L')}Z`;
    })
    .join('');
}

/** Middle of the largest ring, where a name can stand. */
export function centreOf(geometry: AreaGeometry, project: Project): readonly [number, number] {
  let best: readonly [number, number] = [0, 0];
  let most = -1;
  for (const ring of ringsOf(geometry)) {
    let [area, cx, cy] = [0, 0, 0];
    const points = ring.map(([lon = 0, lat = 0]) => project(lon, lat));
    points.forEach(([x, y], i) => {
      const [nx, ny] = points[(i + 1) % points.length] ?? [x, y];
      const cross = x * ny - nx * y;
      area += cross;
      cx += (x + nx) * cross;
      cy += (y + ny) * cross;
    });
    if (Math.abs(area) > most && area !== 0) {
      most = Math.abs(area);
      best = [cx / (3 * area), cy / (3 * area)];
    }
  }
  return best;
}
