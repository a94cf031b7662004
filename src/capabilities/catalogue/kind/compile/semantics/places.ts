/** Meanings that point at a place or a thing that stands somewhere. */
import { ident, rawColumn } from '../sql.ts';
import { divisionStart } from './digits.ts';
import { patternRule, type RuledItem, type Semantic } from './entry.ts';

const between = (item: RuledItem, low: number, high: number): string => {
  const typed =
    item.type === 'text' ? `try_cast(${rawColumn(item.name)} as double)` : ident(item.name);
  return `coalesce(${typed} between ${low} and ${high}, false)`;
};

const numberBetween = (raw: string, low: number, high: number): string =>
  `coalesce(try_cast(${raw} as double) between ${low} and ${high}, false)`;

/** County, town (001-599) and village part; what is padded with zeros is a higher level. */
const county = `${divisionStart}\\d{4}`;
const town = '(?:00[1-9]|0[1-9]\\d|[1-5]\\d{2})';
const village = '(?:00[1-9]|0[1-9]\\d|[1-9]\\d{2})';
const division = `${county}(?:${town}(?:${village}|000)?|000(?:000)?)?`;
const grid = `${county}${town}${village}(?:00[1-9]|0[1-9]\\d|[1-9]\\d{2})`;
const component = `${county}(?:0[1-9]|[1-9]\\d){2}\\d{6}`;
const realEstate = '\\d{12}[GJZ][ABCDEFGHSWXY]\\d{5}[FLQW]\\d{8}';

const addressParts =
  '(?:路|街|巷|弄|大道|国道|省道|号|幢|栋|单元|室|小区|花园|新村|公寓|村|社区|组|镇|乡|街道|区|县|市)';

const degrees = '[+-]?\\d{1,3}\\.\\d{3,15}';
const coordinatePair = `${degrees} ?[,，、] ?${degrees}`;

export const places = {
  component_code: {
    title: { zh: '部件编码 16 位', en: 'Component code, 16 digits' },
    standard: 'GB/T 30428.2',
    example: '3301090101004177',
    grade: 'L1',
    type: 'text',
    rule: patternRule('\\d{16}', '应为 16 位数字的部件标识码', 'a component code of 16 digits'),
    known: {
      shape: component,
      header: /部件.*(码|编号|标识)|component/i,
      never: /卡号|账号/,
      hinted: 0.7,
      alone: 0.98,
    },
  },
  grid_code: {
    title: { zh: '网格编码', en: 'Grid code' },
    standard: 'GB/T 31000-2015',
    example: '330109004223003',
    grade: 'L1',
    type: 'text',
    rule: patternRule(
      '\\d{15}',
      '应为 15 位网格编码（村社代码加 3 位）',
      'a grid code of 15 digits (village code and 3 digits)',
    ),
    known: { shape: grid, header: /网格|grid/i, hinted: 0.6, alone: 0.98 },
  },
  division_code: {
    title: { zh: '行政区划代码', en: 'Division code' },
    standard: 'GB/T 2260、GB/T 10114',
    example: '330109004000',
    grade: 'L1',
    type: 'text',
    rule: patternRule(
      '\\d{6}(\\d{3}(\\d{3})?)?',
      '应为 6、9 或 12 位行政区划代码',
      'a division code of 6, 9 or 12 digits',
    ),
    known: {
      shape: division,
      header:
        /区划|属地|(镇街|街道|乡镇|村社|社区|村|区县|行政区|所在地).*(编码|代码|码)|division|town_?code|village_?code|adcode/i,
      never: /邮编|邮政|单号|流水/,
      hinted: 0.6,
      alone: 0.98,
      various: 2,
    },
  },
  division_name: {
    title: { zh: '行政区划名称', en: 'Name of a division' },
    example: '新塘街道',
    grade: 'L1',
    type: 'text',
    known: {
      shape: '\\p{Han}{1,20}(?:省|自治区|市|地区|区|县|旗|镇|乡|街道|村|社区|居委会|村委会)',
      header:
        /镇街|乡镇|街道|村社|社区|行政村|区县|省份|属地|区划|辖区|^(?:town|village)$|(?:town|village|county|city)_?name/i,
      never: /编码|代码|地址|住址|单位|部门|机构|企业|医院|学校|书记|主任|数量|人数|电话/,
      hinted: 0.6,
      alone: 0.9,
      various: 5,
    },
  },
  real_estate_code: {
    title: { zh: '不动产单元代码', en: 'Real-estate unit code' },
    standard: 'GB/T 37346-2019',
    example: '330109001001GB00001F00010001',
    grade: 'L2',
    type: 'text',
    rule: patternRule(realEstate, '应为 28 位不动产单元代码', 'a real-estate unit code, 28 signs'),
    known: { shape: realEstate, header: /不动产单元/, hinted: 0.5, alone: 0.9 },
  },
  postal_code: {
    title: { zh: '邮政编码', en: 'Postal code' },
    standard: 'GB/T 2659 附：国家邮政局邮政编码',
    example: '311200',
    grade: 'L1',
    type: 'text',
    rule: patternRule('\\d{6}', '应为 6 位邮政编码', 'a postal code of 6 digits'),
    known: { shape: '[0-8]\\d{5}', header: /邮编|邮政编码|zip|postal|post_?code/i, hinted: 0.6 },
  },
  longitude: {
    title: { zh: '经度 CGCS2000', en: 'Longitude, CGCS2000' },
    standard: 'GB/T 22021',
    example: '120.290000',
    grade: 'L2',
    rule: {
      good: (_raw, item) => between(item, -180, 180),
      expected: { zh: '应为 -180 到 180 的经度', en: 'a longitude from -180 to 180' },
    },
    known: {
      shape: '[+-]?\\d{1,3}(?:\\.\\d+)?',
      sure: (raw) => numberBetween(raw, -180, 180),
      header: /经度|^x$|x坐标|坐标x|^lng|^lon|longitude/i,
      hinted: 0.7,
    },
  },
  latitude: {
    title: { zh: '纬度 CGCS2000', en: 'Latitude, CGCS2000' },
    standard: 'GB/T 22021',
    example: '30.170000',
    grade: 'L2',
    rule: {
      good: (_raw, item) => between(item, -90, 90),
      expected: { zh: '应为 -90 到 90 的纬度', en: 'a latitude from -90 to 90' },
    },
    known: {
      shape: '[+-]?\\d{1,2}(?:\\.\\d+)?',
      sure: (raw) => numberBetween(raw, -90, 90),
      header: /纬度|^y$|y坐标|坐标y|^lat|latitude/i,
      hinted: 0.7,
    },
  },
  coordinates: {
    title: { zh: '经纬度坐标', en: 'Coordinates, longitude and latitude' },
    standard: 'GB/T 16831-2013',
    example: '120.290000,30.170000',
    grade: 'L2',
    type: 'text',
    rule: patternRule(
      coordinatePair,
      '应为经度和纬度，用逗号分隔',
      'longitude and latitude, a comma between',
    ),
    known: { shape: coordinatePair, header: /坐标|经纬度|coordinate/i, hinted: 0.7, alone: 0.9 },
  },
  address: {
    title: { zh: '地址', en: 'Address' },
    standard: 'GB/T 23705-2009',
    example: '新塘街道霞江路128号对面',
    grade: 'L2',
    type: 'text',
    known: {
      shape: `.*\\p{Han}.*${addressParts}.*`,
      header: /地址|地点|住址|住所|场所|位置|坐落|籍贯|address|location/i,
      never: /编码|代码|电子|ip|mac|邮/i,
      hinted: 0.4,
    },
  },
} satisfies Record<string, Semantic>;
