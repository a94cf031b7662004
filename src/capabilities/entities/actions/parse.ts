/** Takes an address text apart. Pure: knows words of addresses, no place. */

export interface AddressParts {
  /** Text after full-width to half-width, without blanks, province and city. */
  text: string;
  road?: string;
  number?: number;
  compound?: string;
  building?: string;
  /** Where from the number: 对面, 旁, 附近, 门口 ... */
  beside?: string;
}

const besideWords =
  /(斜对面|正对面|对面|隔壁|附近|旁边|边上|旁|门口|门前|路口|东侧|西侧|南侧|北侧)/;
const roadWord = '(?:大道|大街|支路|公路|路|街|巷|弄)';
const roadPattern = new RegExp(
  `([\\u4e00-\\u9fff]{1,8}?${roadWord})(?:[东南西北]段)?(?:(\\d{1,5})(?:[-－—之]\\d+)?(?:号|#)?)?`,
);
const compoundPattern =
  /([\u4e00-\u9fffA-Za-z0-9]{2,12}?(?:苑|园|小区|花园|公寓|府|庭|城|家园|新村))/;
const buildingPattern = /(\d{1,3})(?:幢|栋|号楼|座)/;

/** Full-width to half-width, blanks and separators away, province, city and county dropped. */
export function normalise(text: string, county: string): string {
  const half = text.normalize('NFKC').replace(/[\s,，。;；、()（）]/g, '');
  const stem = county.replace(/[区县市]$/, '');
  return half
    .replace(/^(?:中国)?(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,3}市)?/, '')
    .replace(new RegExp(`^(?:${county}|${stem}(?=[\\u4e00-\\u9fff]{2,}(?:街道|镇|乡)))`), '');
}

/**
 * Parts of the text that remains when division names are taken out.
 * @param text normalised, without the names of town and village
 */
export function parseAddress(text: string): AddressParts {
  const parts: AddressParts = { text };
  const road = roadPattern.exec(text);
  if (road?.[1]) parts.road = road[1];
  if (road?.[2]) parts.number = Number(road[2]);
  const rest = road ? text.replace(road[0], '') : text;
  const compound = compoundPattern.exec(rest);
  if (compound?.[1]) parts.compound = compound[1];
  const building = buildingPattern.exec(rest);
  if (building?.[1]) parts.building = building[1];
  const beside = besideWords.exec(rest);
  if (beside?.[1]) parts.beside = beside[1];
  return parts;
}
