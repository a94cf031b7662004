/** Distances on the ground, good to a metre within a district. */

const earthRadius = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export interface Point {
  lon: number;
  lat: number;
}

/**
 * Metres between two points, by the haversine formula on a sphere of the mean earth radius (IUGG).
 */
export function metresBetween(a: Point, b: Point): number {
  const dLat = radians(b.lat - a.lat);
  const dLon = radians(b.lon - a.lon);
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLon / 2) ** 2;
  return 2 * earthRadius * Math.asin(Math.sqrt(h));
}

/**
 * Half the side of a box, in degrees of longitude and latitude, that holds every point within
 * `metres`.
 */
export function degreesOf(metres: number, lat: number): Point {
  const lengthOfDegree = (Math.PI / 180) * earthRadius;
  return {
    lat: metres / lengthOfDegree,
    lon: metres / (lengthOfDegree * Math.cos(radians(lat))),
  };
}
