/** Finds the place an address text means. */
import type { Ctx } from '#kernel/context';
import { type Unit, unitsUnder } from '#organisation';
import type { AddressLibrary, Place, PlaceLevel } from '../model.ts';
import * as store from '../store.ts';
import { type AddressParts, normalise, parseAddress } from './parse.ts';

interface Divisions {
  town: Unit | undefined;
  village: Unit | undefined;
  /** The text without their names, each way it may be read. */
  readings: string[];
}

const stem = (name: string): string => name.replace(/(街道|镇|乡|社区|村|居委会|村委会)$/, '');

/**
 * The unit whose whole name, else whose stem of two characters or more, stands in the text: the
 * longest wins.
 */
function named(units: Unit[], text: string): { unit: Unit; as: string } | undefined {
  const hits = units.flatMap((unit) =>
    [unit.name, stem(unit.name)]
      .filter((as) => as.length >= 2 && text.includes(as))
      .map((as) => ({ unit, as })),
  );
  return hits.sort((a, b) => b.as.length - a.as.length)[0];
}

/** A road may carry a village's name (霞江路): a stem counts only where no road word follows it. */
const withoutRoads = (text: string): string =>
  text.replace(
    /[\u4e00-\u9fff]{1,8}?(?:大道|大街|支路|公路|路|街(?!道)|巷|弄)(?=\d|$|[^道])/g,
    '·',
  );

async function divisionsIn(ctx: Ctx, text: string): Promise<Divisions> {
  const county = ctx.settings.county_code;
  const towns = (await unitsUnder(ctx, county, 'town')).filter((unit) => !unit.zone);
  const town = named(towns, withoutRoads(text))?.unit ?? wholeName(towns, text);
  const villages = await unitsUnder(ctx, town?.code ?? county, 'village');
  const afterTown = town ? cut(text, town) : text;
  const village = wholeName(villages, afterTown) ?? named(villages, withoutRoads(afterTown))?.unit;
  const rest = village ? cut(afterTown, village) : afterTown;
  // A stem may belong to what follows (霞江新苑): the text with only whole names taken out counts too.
  const whole = [town, village].reduce((left, unit) => left.replace(unit?.name ?? '', ''), text);
  return { town, village, readings: [...new Set([rest, whole])] };
}

const wholeName = (units: Unit[], text: string): Unit | undefined =>
  units.filter((unit) => text.includes(unit.name)).sort((a, b) => b.name.length - a.name.length)[0];

const cut = (text: string, unit: Unit): string =>
  text.includes(unit.name)
    ? text.replace(unit.name, '')
    : text.replace(new RegExp(`^${stem(unit.name)}(?!路|街|大道|巷|弄)`), '');

interface Found {
  level: PlaceLevel;
  entry: store.EntryRow;
  score: number;
  zh: string;
  en: string;
}

function scoreRoad(parts: AddressParts, entry: store.EntryRow, mapping: AddressLibrary): Found {
  const { scores } = mapping;
  const road = parts.road ?? '';
  if (parts.number === undefined) {
    return {
      level: 'road',
      entry,
      score: scores.road,
      zh: `只到道路“${road}”，没有门牌号`,
      en: `Only the road ${road}, no door number`,
    };
  }
  if (entry.number !== parts.number) {
    return {
      level: 'road',
      entry,
      score: scores.neighbour,
      zh: `${road} ${parts.number} 号不在地址库，取最近的 ${entry.number ?? '-'} 号`,
      en: `${road} ${parts.number} is not in the library; nearest is ${entry.number ?? '-'}`,
    };
  }
  const beside = parts.beside;
  return {
    level: 'number',
    entry,
    score: beside ? scores.near : scores.number,
    zh: beside
      ? `到门牌：${road} ${parts.number} 号，描述为“${beside}”`
      : `到门牌：${road} ${parts.number} 号`,
    en: beside
      ? `Door plate ${road} ${parts.number}, described as "${beside}"`
      : `Door plate ${road} ${parts.number}`,
  };
}

async function matchEntries(
  ctx: Ctx,
  parts: AddressParts,
  where: Divisions,
  mapping: AddressLibrary,
): Promise<Found[]> {
  const within = { town: where.town?.code, village: undefined };
  if (parts.road) {
    const rows = await store.byRoad(ctx, parts.road, parts.number, within);
    if (rows.length > 0) return rows.map((entry) => scoreRoad(parts, entry, mapping));
  }
  if (!parts.compound) return [];
  const rows = await store.byCompound(ctx, parts.compound, parts.building, within);
  return rows.map((entry) => ({
    level: 'compound',
    entry,
    score: mapping.scores.compound,
    zh: `到小区：${entry.compound ?? ''}`,
    en: `Compound ${entry.compound ?? ''}`,
  }));
}

function placeOfEntry(found: Found, rivals: number, mapping: AddressLibrary): Place {
  const { scores } = mapping;
  const score = rivals > 0 ? found.score * scores.ambiguous_factor : found.score;
  const also =
    rivals > 0 ? [`；另有 ${rivals} 个镇街有同名处`, `; ${rivals} more towns have one`] : ['', ''];
  return {
    code: found.entry.code,
    address: found.entry.full_name,
    level: found.level,
    town: found.entry.town_code,
    village: found.entry.village_code,
    grid: found.entry.grid_code,
    lon: found.entry.lon,
    lat: found.entry.lat,
    score: Number(score.toFixed(2)),
    confident: score >= scores.confident,
    reason: { zh: found.zh + also[0], en: found.en + also[1] },
  };
}

function placeOfUnit(where: Divisions, mapping: AddressLibrary): Place | null {
  const unit = where.village ?? where.town;
  if (!unit) return null;
  const score = where.village ? mapping.scores.village : mapping.scores.town;
  return {
    code: null,
    address: unit.name,
    level: where.village ? 'village' : 'town',
    town: where.town?.code ?? where.village?.parent ?? null,
    village: where.village?.code ?? null,
    grid: null,
    lon: null,
    lat: null,
    score,
    confident: score >= mapping.scores.confident,
    reason: { zh: `只到“${unit.name}”`, en: `Only as far as ${unit.nameEn ?? unit.name}` },
  };
}

/**
 * Finds the place an address text means, by the district's address library: division, then road and
 * number, then compound, then the division alone.
 * @returns null when nothing in the text is known; `confident: false` when a person has to decide
 */
export async function locate(ctx: Ctx, text: string): Promise<Place | null> {
  const library = (await store.libraries(ctx))[0];
  if (!library) return null;
  const where = await divisionsIn(ctx, normalise(text, ctx.settings.county_name));
  let found: Found[] = [];
  for (const reading of where.readings) {
    if (found.length > 0) break;
    found = await matchEntries(ctx, parseAddress(reading), where, library.mapping);
  }
  const inVillage = found.filter((each) => each.entry.village_code === where.village?.code);
  const ranked = (inVillage.length > 0 ? inVillage : found).sort((a, b) => b.score - a.score);
  const best = ranked[0];
  if (!best) return placeOfUnit(where, library.mapping);
  const rivals = ranked.filter((each) => each.score === best.score).length - 1;
  return placeOfEntry(best, rivals, library.mapping);
}
