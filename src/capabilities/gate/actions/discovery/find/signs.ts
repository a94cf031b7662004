/** Things written in a form of their own: plates, mail, networks, papers, days, coordinates. */
import { isDay } from './checks.ts';
import type { Finding, FindOptions, Plain } from './model.ts';
import { products } from './words.ts';

type Taken = Omit<Finding, 'start' | 'end'> & { from?: number; to?: number };

interface Pattern {
  shape: RegExp;
  take: (found: RegExpExecArray, said: string, after: string) => Taken | null;
}

const province = '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]';
const sign = '[A-HJ-NP-Z0-9]';
const usual = `(?=(?:[0-9]*[A-HJ-NP-Z]){0,2}[0-9]*(?![A-Z0-9]))${sign}{5}`;
const special = `${sign}{4}[挂学警港澳领]`;
const small = `[A-HJK]${sign}\\d{4}`;
const large = '\\d{5}[A-HJK]';
const gap = '[ ·.-]?';
const plateShape = new RegExp(
  `(${province})${gap}([A-HJ-NP-Z])${gap}(?:${small}|${large}|${special}|${usual})(?![A-Z0-9])`,
  'g',
);
/** 新 begins 新疆's plates and a great many words: only where no word ends in it. */
const wordEnd = new RegExp(`(?:${products})$`);
const plateWords = /车牌|号牌|牌照|车辆|轿车|货车|小车|驾驶|车/;

const plate: Pattern = {
  shape: plateShape,
  take: ([found], said) => {
    if (wordEnd.test(said) && !plateWords.test(said)) return null;
    const from = said.endsWith('WJ') ? -2 : 0;
    return found === undefined ? null : { type: 'plate', reasons: ['prefix', 'layout'], from };
  },
};

const servicePlate: Pattern = {
  shape: new RegExp(
    `(?<![A-Z0-9])(?:使\\d{6}|\\d{6}使|使\\d{3}[·.-]?\\d{3}|民航[A-Z]\\d{4}|` +
      `WJ${gap}${province}${gap}\\d{4}[0-9A-Z])(?![A-Z0-9])`,
    'g',
  ),
  take: () => ({ type: 'plate', reasons: ['prefix', 'layout'] }),
};

const army: Pattern = {
  shape: /(?<![A-Z0-9])[VZBSKHJLNGCE][A-DKMPRJX][ ·.-]?\d{5}(?![A-Z0-9])/g,
  take: (_found, said) =>
    /(?:车牌|号牌|牌照|军车)[^,。;]{0,8}$/.test(said)
      ? { type: 'plate', reasons: ['layout', 'words_before'] }
      : null,
};

const local = '[A-Z0-9][A-Z0-9._%+-]{0,63}';
const email: Pattern = {
  shape: new RegExp(
    `(?<![\\w.%+-])${local}@[A-Z0-9-]+(?:\\.[A-Z0-9-]+)*\\.[A-Z]{2,24}(?![A-Z0-9])`,
    'g',
  ),
  take: () => ({ type: 'email', reasons: ['layout'] }),
};

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ip4: Pattern = {
  shape: new RegExp(`(?<![0-9A-Z.])${octet}(?:\\.${octet}){3}(?![0-9A-Z])(?!\\.\\d)`, 'g'),
  take: ([found], said) => {
    const named = /(?:IP|地址|网关|DNS|服务器|主机|登录|访问)[^0-9]{0,8}$/i.test(said);
    const version =
      /(?:版本|V|VERSION|VER|固件|升级(?:到|至)?|更新(?:到|至)?|第)\s*[:号为]?\s*$/i.test(said);
    const chapter = found.split('.').every((part) => Number(part) < 10);
    return version || (chapter && !named) ? null : { type: 'ip', reasons: ['layout'] };
  },
};

const group = '[0-9A-F]{1,4}';
const ip6: Pattern = {
  shape: new RegExp(
    `(?<![0-9A-Z:])(?:(?:${group}:){7}${group}|(?:${group}:){1,6}(?::${group}){1,6})(?![0-9A-Z:])`,
    'g',
  ),
  take: ([found]) =>
    /[A-F]/.test(found) || found.includes('::') || found.length > 14
      ? { type: 'ip', reasons: ['layout'] }
      : null,
};

const mac: Pattern = {
  shape: /(?<![0-9A-Z:-])[0-9A-F]{2}(?:(?::[0-9A-F]{2}){5}|(?:-[0-9A-F]{2}){5})(?![0-9A-Z:-])/g,
  take: ([found], said) =>
    /[A-F]/.test(found) || /MAC/i.test(said) || found.includes(':')
      ? { type: 'mac', reasons: ['layout'] }
      : null,
};

const passport: Pattern = {
  shape: /(?<![A-Z0-9])(?:[EGDSPHK]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]E\d{7}|1[45]\d{7})(?![A-Z0-9])/g,
  take: (_found, said, after) =>
    /护照|PASSPORT/i.test(said) || /^[^,。;]{0,3}护照/.test(after)
      ? { type: 'passport', reasons: ['layout', 'words_before'] }
      : null,
};

const permit: Pattern = {
  shape: /(?<![A-Z0-9])(?:[HM]\d{8}(?:\d{2})?|[CW][A-Z0-9]\d{7}|\d{8})(?![A-Z0-9])/g,
  take: (_found, said) =>
    /(?:通行证|回乡证|台胞证)[^0-9A-Z]{0,6}$/i.test(said)
      ? { type: 'travel_permit', reasons: ['layout', 'words_before'] }
      : null,
};

const dayShape = new RegExp(
  [
    '(?<!\\d)((?:18|19|20)\\d{2})(?:([-/.])(\\d{1,2})\\2(\\d{1,2})',
    '年 ?(\\d{1,2}) ?月(?: ?(\\d{1,2}) ?[日号])?',
    '(\\d{2})(\\d{2}))(?!\\d)',
  ].join('|'),
  'g',
);
const born = /(?:出生(?:日期|年月|时间|于)?|生日|生于|DOB|BIRTH(?:DAY|DATE)?)[^0-9,。;]{0,5}$/i;

const birth = (today: string): Pattern => ({
  shape: dayShape,
  take(found, said, after) {
    const [, year = '', , m1, d1, m2, d2, m3, d3] = found;
    const month = (m1 ?? m2 ?? m3 ?? '').padStart(2, '0');
    const day = (d1 ?? d2 ?? d3 ?? '1').padStart(2, '0');
    if (!isDay(`${year}${month}${day}`, today)) return null;
    if (born.test(said)) return { type: 'birth_date', reasons: ['date', 'words_before'] };
    return /^ ?(?:出生|生[,，。;于)]|生$)/.test(after)
      ? { type: 'birth_date', reasons: ['date', 'words_after'] }
      : null;
  },
});

const decimal = '\\d{1,3}\\.\\d{3,15}';
const within = (text: string, low: number, high: number): boolean =>
  Number(text) >= low && Number(text) <= high;
const pair: Pattern = {
  shape: new RegExp(
    `(?<![0-9A-Z.])[EN]?(${decimal})°?[EN]?\\s?[,，、 /]\\s?[EN]?(${decimal})°?[EN]?(?![0-9.])`,
    'g',
  ),
  take([, first = '', second = '']) {
    // The country lies within these degrees.
    const here = (longitude: string, latitude: string): boolean =>
      within(longitude, 73, 136) && within(latitude, 3, 54);
    return here(first, second) || here(second, first)
      ? { type: 'coordinates', reasons: ['layout'] }
      : null;
  },
};

const named = (type: 'longitude' | 'latitude', words: string): Pattern => ({
  shape: new RegExp(`(?<=(?:${words})[:：为是 ]{0,2})\\d{1,3}\\.\\d{2,15}`, 'g'),
  take: ([found]) =>
    within(found, type === 'longitude' ? 73 : 3, type === 'longitude' ? 136 : 54)
      ? { type, reasons: ['layout', 'words_before'] }
      : null,
});

/** Findings of everything that is written in a form of its own. */
export function findSigns(plain: Plain, { today }: FindOptions): Finding[] {
  if (!/\d/.test(plain.text) && !plain.text.includes('@')) return [];
  const patterns = [
    email,
    plate,
    servicePlate,
    army,
    mac,
    ip4,
    ip6,
    passport,
    permit,
    birth(today),
    pair,
    named('longitude', '经度|东经|LNG|LON'),
    named('latitude', '纬度|北纬|LAT'),
  ];
  return patterns.flatMap(({ shape, take }) =>
    [...plain.upper.matchAll(shape)].flatMap((found): Finding[] => {
      const at = found.index;
      const end = at + found[0].length;
      const said = plain.text.slice(Math.max(0, at - 16), at);
      const taken = take(found, said, plain.text.slice(end, end + 8));
      if (taken === null) return [];
      const { from = 0, to = 0, ...rest } = taken;
      return [{ ...rest, start: at + from, end: end + to }];
    }),
  );
}
