/**
 * Invented people and bodies: names, phones, and identifiers whose check digits are right and whose
 * bearers are not.
 */
import { drawerOf, type Random } from './random.ts';

/**
 * Surnames with their share of the population in percent, rounded. Order and the first five after
 * the Ministry of Public Security's report on names of 2020; the last ten are those one meets
 * around Xiaoshan, weights invented.
 */
const surnames: readonly (readonly [string, number])[] = [
  ['王', 7.2],
  ['李', 7.1],
  ['张', 6.8],
  ['刘', 5.4],
  ['陈', 5.3],
  ['杨', 3.1],
  ['黄', 2.2],
  ['赵', 2.3],
  ['吴', 2.1],
  ['周', 2.1],
  ['徐', 1.7],
  ['孙', 1.5],
  ['马', 1.3],
  ['朱', 1.3],
  ['胡', 1.3],
  ['郭', 1.2],
  ['何', 1.2],
  ['林', 1.2],
  ['高', 1.1],
  ['罗', 1.1],
  ['沈', 2],
  ['俞', 1.4],
  ['来', 1.2],
  ['倪', 0.8],
  ['汪', 0.8],
  ['楼', 0.9],
  ['傅', 0.8],
  ['莫', 0.5],
  ['瞿', 0.4],
  ['裘', 0.4],
];

/** A surname, as often as people bear it. */
export const surname = drawerOf(surnames);

const given =
  '建国 建华 国平 志强 伟民 永明 荣根 立峰 水根 学文 月珍 玉兰 秀英 桂芳 红英 丽萍 雪琴 海燕 敏 静 磊 洋 勇 杰 娟 涛 霞 ' +
  '明 超 平 刚 佳慧 思敏 书瑶 雨桐 子涵 浩然 宇航 欣怡 梓轩 一鸣 文博 晓燕 晓东 春晖 利江 成杰 天宇 家豪 美玲';
const givenNames = given.split(' ');

/** A name of nobody in particular. */
export const personName = (random: Random): string =>
  `${random.weighted(surnames)}${random.pick(givenNames)}`;

/**
 * A mobile number of the right shape, in ranges operators use; `0000` in it marks it as made up.
 */
export const mobileNumber = (random: Random): string =>
  `${random.pick(['135', '136', '138', '139', '150', '158', '186', '189'])}0000${String(
    random.whole(0, 9999),
  ).padStart(4, '0')}`;

/**
 * Check sign of a citizen id by GB 11643 (ISO 7064 MOD 11-2) for its first 17 digits.
 */
function idCheck(body: string): string {
  let sum = 0;
  for (let at = 0; at < 17; at += 1) sum += (idWeights[at] ?? 0) * (body.charCodeAt(at) - 48);
  return '10X98765432'[sum % 11] ?? '';
}

const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/**
 * Citizen id by GB 11643 with a birthday between 1880 and 1900, so that nobody living can bear it.
 */
export function citizenId(random: Random): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const birth = `${random.whole(1880, 1899)}${two(random.whole(1, 12))}${two(random.whole(1, 28))}`;
  const body = `330109${birth}${String(random.whole(1, 999)).padStart(3, '0')}`;
  return `${body}${idCheck(body)}`;
}

/** Numbers for one population, each given once. `male` decides the parity of the sequence. */
export type CitizenIds = (area: string, born: string, male: boolean) => string;

/** Citizen ids are of these years: nobody born in them lives. */
const years = { from: 1880, count: 20 };
const daySlots = 12 * 31;

/**
 * Citizen ids of people with a birthday, `YYYY-MM-DD`. Month and day are theirs, the year is put
 * back to 1880-1899 (the same place in a cycle of twenty years, so that 29 February stays one), so
 * that the number is nobody's: 330109 has been given since 2001 only, and for people from elsewhere
 * `area` is a province's code and 0000, which is given to no person.
 */
export function citizenIds(): CitizenIds {
  const given = new Map<string, Uint16Array>();
  return (area, born, male) => {
    const counts = given.get(area) ?? new Uint16Array(years.count * daySlots * 2);
    given.set(area, counts);
    const [month, day] = [Number(born.slice(5, 7)), Number(born.slice(8, 10))];
    const within = (month - 1) * 31 + day - 1;
    for (let step = 0; step < years.count; step += 4) {
      const year = (Number(born.slice(0, 4)) + step) % years.count;
      const slot = (year * daySlots + within) * 2 + (male ? 1 : 0);
      const serial = (counts[slot] ?? 0) * 2 + (male ? 1 : 2);
      if (serial > 999) continue;
      counts[slot] = (counts[slot] ?? 0) + 1;
      const birth = `${years.from + year}${born.slice(5, 7)}${born.slice(8, 10)}`;
      const body = `${area}${birth}${String(serial).padStart(3, '0')}`;
      return `${body}${idCheck(body)}`;
    }
    throw new Error(`no citizen id is left in ${area} for ${born}`);
  };
}

/** A citizen id as it was written before 1999: 15 digits, without century and check sign. */
export const oldCitizenId = (id: string): string => `${id.slice(0, 6)}${id.slice(8, 17)}`;

const usccSet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const usccWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

/**
 * Unified social credit code of an enterprise in 330109 by GB 32100, its inner code by GB 11714.
 */
export const creditCode = (serial: number): string =>
  codeOf('91', `MA2G${String(serial).padStart(4, '0')}`);

/** First two signs by GB 32100: enterprise, self-employed business, farmers' cooperative. */
const bodyKinds = { company: '91', single: '92', cooperative: '93' };

/** The same for any number of firms: no organisation code begins with XX, so these are nobody's. */
export const firmCode = (kind: keyof typeof bodyKinds, serial: number): string =>
  codeOf(bodyKinds[kind], `XX${String(serial).padStart(6, '0')}`);

function codeOf(kind: string, body: string): string {
  const inner = organisationWeights.reduce((total, weight, at) => {
    const sign = body[at] ?? '0';
    return total + weight * (/\d/.test(sign) ? Number(sign) : sign.charCodeAt(0) - 55);
  }, 0);
  const check = 11 - (inner % 11);
  const first = `${kind}330109${body}${check === 10 ? 'X' : check === 11 ? '0' : check}`;
  const sum = usccWeights.reduce((total, weight, at) => {
    return total + weight * usccSet.indexOf(first[at] ?? '0');
  }, 0);
  return `${first}${usccSet[(31 - (sum % 31)) % 31]}`;
}
