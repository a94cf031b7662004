/**
 * Which system coordinates are in. Numbers alone cannot tell: the offsets of GCJ-02 and BD-09 are
 * some hundred metres, and every point of the one is a possible point of the other. So only words
 * and places outside the offsets' reach decide; else it is said that it is undecided.
 */
import type { Bilingual } from '#kernel/errors';
import type { KnownColumn } from './model.ts';

/** Words with which departments name a system, most telling first. */
const named: [RegExp, string][] = [
  [/bd-?09|百度|baidu/i, 'BD-09'],
  [/gcj-?02|火星|高德|腾讯|amap/i, 'GCJ-02'],
  [/cgcs|国家2000|2000坐标|大地2000/i, 'CGCS2000'],
  [/wgs|gps|84坐标/i, 'WGS-84'],
];

/** Outside these bounds nothing is ever shifted. */
const china = { west: 72.004, east: 137.8347, south: 0.8293, north: 55.8271 };

const undecided: Bilingual = {
  zh: '坐标系未定：表头没有写明，数值本身分不出 WGS-84、CGCS2000、GCJ-02、BD-09，请向数源单位核实',
  en: 'System undecided: the header does not say, and numbers cannot tell WGS-84, CGCS2000, GCJ-02 and BD-09 apart',
};

const outside = ({ min, max, semanticType }: KnownColumn): boolean => {
  if (min === null || max === null) return false;
  const [low, high] =
    semanticType === 'longitude' ? [china.west, china.east] : [china.south, china.north];
  return Number(max) < low || Number(min) > high;
};

/** What can be said of the system of each coordinate column, by its place. */
export function coordinateNotes(columns: readonly KnownColumn[]): Map<number, Bilingual> {
  const places = [...columns.keys()].filter((at) => {
    const semantic = columns[at]?.semanticType;
    return semantic === 'longitude' || semantic === 'latitude';
  });
  const said = columns.map(({ name }) => name).join(' ');
  const system = named.find(([words]) => words.test(said))?.[1];
  const abroad = places.some((at) => {
    const column = columns[at];
    return column !== undefined && outside(column);
  });
  const note: Bilingual =
    system !== undefined
      ? { zh: `坐标系 ${system}：表头写明`, en: `System ${system}: a header says so` }
      : abroad
        ? {
            zh: '坐标系 WGS-84：不在偏移坐标适用的范围内',
            en: 'System WGS-84: outside the reach of shifted systems',
          }
        : undecided;
  return new Map(places.map((at) => [at, note]));
}
