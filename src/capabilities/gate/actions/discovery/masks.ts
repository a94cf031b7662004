/** Examples that show what kind of value it is and not whose. */
import type { SemanticName } from '#catalogue';

const stars = (count: number): string => '*'.repeat(Math.max(1, count));

const keep = (value: string, first: number, last: number): string => {
  const signs = [...value];
  if (signs.length <= first + last) return stars(signs.length);
  const end = last === 0 ? '' : signs.slice(-last).join('');
  return `${signs.slice(0, first).join('')}${stars(signs.length - first - last)}${end}`;
};

/** Signs kept at the beginning and the end; others keep the first sign only. */
const kept: Partial<Record<SemanticName, [number, number]>> = {
  citizen_id: [3, 2],
  citizen_id_old: [3, 1],
  mobile: [3, 2],
  phone: [3, 1],
  landline: [4, 1],
  bank_card: [0, 4],
  uscc: [8, 2],
  organisation_code: [3, 1],
  organisation_name: [2, 1],
  plate: [2, 1],
  address: [3, 0],
  birth_date: [4, 0],
  coordinates: [5, 0],
  longitude: [5, 0],
  latitude: [4, 0],
};

/** A masked example of a value of this meaning: `330***********13`, `王**`. */
export function maskedExample(type: SemanticName, value: string): string {
  const [first, last] = kept[type] ?? [1, 0];
  return keep(value.trim(), first, last);
}
