/**
 * Given names by sex and generation. The first of each list are those the Ministry of Public
 * Security's yearly reports on names call the commonest of the time; the rest is in their manner.
 */
import { surname } from '../identity.ts';
import type { Random } from '../random.ts';

interface Generation {
  /** Born in or after this year. */
  from: number;
  male: string[];
  female: string[];
}

const words = (text: string): string[] => text.split(' ');

const generations: Generation[] = [
  {
    from: 2005,
    male: words(
      '浩宇 子轩 宇轩 浩然 奕辰 宇辰 子墨 宇航 梓豪 俊熙 子涵 一鸣 晨阳 睿哲 皓轩 明轩 铭泽 嘉懿 梓睿 昊天 承泽 景行',
    ),
    female: words(
      '一诺 依诺 欣怡 梓涵 语桐 欣妍 可欣 语汐 雨桐 梦瑶 诗涵 佳怡 思彤 雨萱 若曦 佳琪 书瑶 雅婷 芷晴 沐瑶 清妍 子萱',
    ),
  },
  {
    from: 1985,
    male: words(
      '杰 浩 鹏 俊杰 涛 超 磊 鑫 凯 佳杰 晓东 文博 家豪 伟 斌 宇 敏杰 立峰 成杰 天宇 晨 吉',
    ),
    female: words(
      '婷 静 佳 丹 婷婷 佳慧 思敏 晓燕 莉 雪 倩 娜 璐 燕 丽 雯 梦佳 琳 晶 燕飞 莎莎 钰',
    ),
  },
  {
    from: 1965,
    male: words(
      '伟 勇 军 强 建平 国平 建华 明 志强 海江 立新 利江 剑 刚 国良 建军 永明 伟民 斌 卫东 春华 峰',
    ),
    female: words(
      '丽 敏 燕 芳 丽萍 霞 海燕 红 丽华 利娟 雪琴 小红 美芳 群 华 建英 玉萍 晓红 彩娟 亚芬 春燕 静',
    ),
  },
  {
    from: 0,
    male: words(
      '建国 国兴 关荣 荣根 水根 阿毛 永法 柏林 金木 志根 长根 仁德 国桢 土根 张法 水林 兴法 文荣 忠良 志明',
    ),
    female: words(
      '秀英 桂英 秀兰 玉兰 凤英 月珍 桂芳 彩珍 阿娥 水娟 雪珍 爱珍 菊仙 杏珍 玉珍 素珍 荷花 金娥 云仙 招娣',
    ),
  },
];

/** Second signs that make a rare name of a common one, so that not everybody is called alike. */
const seconds = [...'文华林明军平辉峰燕萍芬芳英琴君佳宇涛晨阳'];

/** A given name as people born that year bear it. */
export function givenName(random: Random, born: number, male: boolean): string {
  const found = generations.find(({ from }) => born >= from);
  const name = random.pick((male ? found?.male : found?.female) ?? []);
  return name.length === 1 && random.chance(0.45) ? `${name}${random.pick(seconds)}` : name;
}

export const anySurname = surname;

/** Signs that clerks mistake for one another: same sound, other sign. */
const alike = new Map(
  [...'晓小丽莉建健国囯伟炜燕艳芳方萍苹英瑛辉晖峰锋涛滔静婧佳嘉婷停明铭志智荣蓉']
    .reduce<string[][]>((pairs, sign, at) => {
      if (at % 2 === 0) pairs.push([sign]);
      else pairs.at(-1)?.push(sign);
      return pairs;
    }, [])
    .flatMap(([a = '', b = '']) => [
      [a, b],
      [b, a],
    ]),
);

/** Words of an address that are often written with a sign that sounds alike. */
const alikeWords = [
  ['新苑', '新院'],
  ['花园', '花圆'],
  ['家园', '佳园'],
  ['嘉园', '佳园'],
  ['公寓', '公域'],
  ['小区', '晓区'],
  ['路', '璐'],
] as const;

/**
 * The address as a clerk mistook it: two digits of the door changed places, or else a word that
 * sounds alike.
 */
export function mistakenAddress(address: string): string {
  const turned = address.replace(/(\d)(\d)(号|幢)/, '$2$1$3');
  if (turned !== address && !/[^\d]0\d*(号|幢)/.test(turned)) return turned;
  const [right, wrong] = alikeWords.find(([word]) => address.includes(word)) ?? ['萧山', '箫山'];
  return address.replace(right, wrong);
}

/** The name as a clerk misspelt it; undefined when it has no sign that is often mistaken. */
export function misspelt(name: string): string | undefined {
  for (const [at, sign] of [...name].entries()) {
    const other = at > 0 ? alike.get(sign) : undefined;
    if (other !== undefined) return `${name.slice(0, at)}${other}${name.slice(at + 1)}`;
  }
  return undefined;
}
