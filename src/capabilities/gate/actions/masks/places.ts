/** Masks of places: addresses to a level, coordinates to a distance, codes to a division. */
import type { Dialect } from './dialect.ts';
import { choose, hide, type Mask } from './entry.ts';

/** Names of places and nothing else: a digit or a sign before the level, and it is no address. */
const names = '[一-鿿]';

/**
 * The text up to and with a level, null when it has none. Every repetition takes as little as it
 * can: that is the same match in both engines.
 */
const upTo = (text: string, to: Dialect, levels: readonly string[]): string =>
  to.begins(text, levels.map((level) => `${names}{1,16}?${level}`).join(''));

const county = '(?:区|县)';
const town = '(?:街道|镇|乡)';
const village = '(?:社区|村)';

const coordinate = '-?[0-9]{1,3}([.][0-9]{1,10})?';

/** Longitude and latitude in one text, each cut after some decimals. */
const pair = (text: string, to: Dialect, decimals: number): string => {
  const one = `[+-]?[0-9]{1,3}[.][0-9]{${decimals},15}`;
  const cut = to.replaceAll(text, `([.][0-9]{${decimals}})[0-9]*`, '\\1');
  return choose([[to.matches(text, `${one} ?[,，、] ?${one}`), cut]], hide(text));
};

/** The first `digits` of a division code, filled up with zeros to its length. */
const division = (text: string, to: Dialect, digits: number): string =>
  choose(
    [
      [
        to.matches(text, `[0-9]{${digits},15}`),
        `left(${text}, ${digits}) || repeat('0', cast(length(${text}) - ${digits} as integer))`,
      ],
      [to.matches(text, '[0-9]{6,14}'), text],
    ],
    hide(text),
  );

export const places = {
  address_village: {
    title: { zh: '地址到村社', en: 'Address to the village' },
    how: 'masked',
    example: { from: '萧山区新塘街道霞江村12组8号', to: '萧山区新塘街道霞江村***' },
    source: '2.7 ADDR_LEVEL(village)',
    sql: (text, to) =>
      `coalesce(${upTo(text, to, [town, village])} || '***', ${upTo(text, to, [town])} || '***',
        ${upTo(text, to, [county])} || '***', ${hide(text)})`,
  },
  address_town: {
    title: { zh: '地址到镇街', en: 'Address to the town' },
    how: 'generalised',
    example: { from: '萧山区新塘街道霞江村12组8号', to: '萧山区新塘街道***' },
    source: '2.7 ADDR_LEVEL(town)',
    sql: (text, to) =>
      `coalesce(${upTo(text, to, [town])} || '***', ${upTo(text, to, [county])} || '***',
        ${hide(text)})`,
  },
  geo_round: {
    title: { zh: '坐标取三位小数', en: 'Coordinates to three decimals' },
    how: 'masked',
    example: { from: '120.265449', to: '120.265' },
    source: '2.7 GEO_ROUND',
    gives: 'decimal',
    sql: (text, to) =>
      `case when ${to.matches(text, coordinate)}
        then cast(round(${to.degrees(text)}, 3) as decimal(18, 3)) end`,
    typed: { decimal: (value) => `cast(round(${value}, 3) as decimal(18, 3))` },
  },
  geo_cell: {
    title: { zh: '坐标取百分之一度格', en: 'Cell of a hundredth degree' },
    how: 'generalised',
    example: { from: '120.265449', to: '120.26' },
    source: '2.7 GEO_ROUND, L3',
    gives: 'decimal',
    // Two numbers below zero fall into the same cell as their neighbours towards it: on no map
    // here.
    sql: (text, to) =>
      `case when ${to.matches(text, coordinate)}
        then cast(trunc(${to.degrees(text)} * 100) / 100 as decimal(18, 2)) end`,
  },
  geo_pair: {
    title: { zh: '经纬度取三位小数', en: 'A pair of coordinates to three decimals' },
    how: 'masked',
    example: { from: '120.265449,30.170012', to: '120.265,30.170' },
    source: '2.7 GEO_ROUND',
    sql: (text, to) => pair(text, to, 3),
  },
  geo_pair_cell: {
    title: { zh: '经纬度取百分之一度格', en: 'Cell of a hundredth degree of a pair' },
    how: 'generalised',
    example: { from: '120.265449,30.170012', to: '120.26,30.17' },
    source: '2.7 GEO_ROUND, L3',
    sql: (text, to) => pair(text, to, 2),
  },
  division_village: {
    title: { zh: '编码到村社', en: 'Code to the village' },
    how: 'masked',
    example: { from: '330109004223003', to: '330109004223000' },
    source: '2.7 ADDR_LEVEL(village)',
    sql: (text, to) => division(text, to, 12),
  },
  division_town: {
    title: { zh: '编码到镇街', en: 'Code to the town' },
    how: 'generalised',
    example: { from: '330109004223', to: '330109004000' },
    source: '2.7 ADDR_LEVEL(town)',
    sql: (text, to) => division(text, to, 9),
  },
  estate_parcel: {
    title: { zh: '不动产单元码到宗地区', en: 'Real estate code to its area' },
    how: 'masked',
    example: { from: '330109001001GB00001F00010001', to: '330109001001****************' },
    source: '2.7 ADDR_LEVEL(village)',
    sql: (text, to) =>
      choose(
        [[to.matches(text, '[0-9]{12}[A-Z0-9]{16}'), `left(${text}, 12) || repeat('*', 16)`]],
        hide(text),
      ),
  },
} satisfies Record<string, Mask>;
