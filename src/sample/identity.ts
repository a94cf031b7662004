/**
 * Invented people and bodies: names, phones, and identifiers whose check digits are right and whose
 * bearers are not.
 */
import type { Random } from './random.ts';

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

const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/**
 * Citizen id by GB 11643 with a birthday between 1880 and 1900, so that nobody living can bear it.
 */
export function citizenId(random: Random): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const birth = `${random.whole(1880, 1899)}${two(random.whole(1, 12))}${two(random.whole(1, 28))}`;
  const body = `330109${birth}${String(random.whole(1, 999)).padStart(3, '0')}`;
  const sum = idWeights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return `${body}${'10X98765432'[sum % 11]}`;
}

const usccSet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const usccWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

/**
 * Unified social credit code of an enterprise in 330109 by GB 32100, its inner code by GB 11714.
 */
export function creditCode(serial: number): string {
  const body = `MA2G${String(serial).padStart(4, '0')}`;
  const inner = organisationWeights.reduce((total, weight, at) => {
    const sign = body[at] ?? '0';
    return total + weight * (/\d/.test(sign) ? Number(sign) : sign.charCodeAt(0) - 55);
  }, 0);
  const check = 11 - (inner % 11);
  const first = `91330109${body}${check === 10 ? 'X' : check === 11 ? '0' : check}`;
  const sum = usccWeights.reduce((total, weight, at) => {
    return total + weight * usccSet.indexOf(first[at] ?? '0');
  }, 0);
  return `${first}${usccSet[(31 - (sum % 31)) % 31]}`;
}
