/**
 * Words with what they cost (minus the logarithm of their share), and what signs names are made
 * of: both counted from the dictionary of jieba, loaded when the first text asks for it.
 */

import { dict } from '@node-rs/jieba/dict.js';
import { surnames } from '#catalogue';
import { mistaken, trade } from './words.ts';

export interface Word {
  cost: number;
  /** Part of speech: `n`, `v`, `nr`, `ns`, ... */
  tag: string;
}

export interface Lexicon {
  words: ReadonlyMap<string, Word>;
  /** By surname. */
  surnames: ReadonlyMap<string, number>;
  /** By sign: first of two, second of two, the only one. */
  given: readonly [
    ReadonlyMap<string, number>,
    ReadonlyMap<string, number>,
    ReadonlyMap<string, number>,
  ];
  /** In how many names of the dictionary two signs are the given name. */
  pairs: ReadonlyMap<string, number>;
}

export const longestWord = 6;
/** Signs no name in the dictionary has. */
export const strangeSign = 12.5;

/**
 * Signs parents have chosen most since 1950, in the order of the name reports of the Ministry of
 * Public Security as far as they say: the dictionary knows the famous, not the many.
 */
const chosen =
  '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂国建文华志红玉春梅小海金林晓云玲宇婷浩雪佳俊' +
  '子欣怡梓涵轩宸雨泽睿诗琪萱嘉思语晨阳博瑞鑫昊天航凯鹏飞龙峰斌波辉健康永庆德成忠义仁礼智信诚' +
  '福祥贵荣发财旺兴东南西北中山江河湖川松柏竹菊莲荷燕凤凰莉萍琴珍珠凤香翠花巧美慧雯倩颖妍琳瑶' +
  '蕾薇莹洁晶冰清水生根土木火炎良善安宁和顺民乐欢喜悦芸芬芝娥仙贤淑惠爱珊珂萌可心馨依一诺然逸' +
  '远达尧舜禹启承继宗祖耀光照亮彩虹彬帆楠森栋梁柱正直廉公政治新旭昕昱晖曦朝晚夏秋冬月星辰宝贝' +
  '才学书画诗词歌舞毅坚定恒立利力胜凌云霄翔鸣鹤雁鸿朋友亮立豪杰雄威武振邦定富源泉浦滨洪润沛泓' +
  '淼鑫垚焱淇湘沁汐沐汉江法权全保卫增加长有根水土关荣初林炳炜灿煜烨炫焕';

/** And signs that are chosen now and then, in no order. */
const also =
  '喆翀彧昶赟旻淏玥珺琬骁澍炜烨煊祎韬曜弢屹菡茜莎蓓萃榕柠棠枫桦棣楷桢涓潇汶渊澄漪沛沄滢婧婕' +
  '媛妮姗嫣娅妤姝娴瑄珉璇璟琰瑜瑾琛珩琮玮珏珂琦琨璋钰铭锐钧锴铮钊铠淳湛溪漫澜潼濛浚汀沅泠炎' +
  '熠烁焯炅灏昀晗晔晟晞暄暖曈旸杉杭柯栩榆槿樱橙芃芊芙芮苒苓茗荔莞菀菁蓉蔓蕊蕙羽翊翎翰骏骐骥' +
  '岩峻崇嵘嵩巍屿峥禾秉稷穆筠笙箫绮纶绪缘致舟衍裕祯祺禄禧宥宣寅尹彦彪征律徽忱恬恺悠惟愉慈憬' +
  '懿扬捷拓敦斐斯旋曼朔朗望歆毓言谦谨赫轶迪逊邦郁野钦闻霁霏霖韵颂颀飒驰鲲鹰麒麟黛劼笛骞弈奕' +
  '赓璨晏澹沁洲泊沧瀚溢滔滋漠泱浔淑姣娇妙嫦娟婵姿媚婉娣囡仙妹弟阿老大幺毛狗牛虎兔羊鸡生养来' +
  '招引娣多余满';

function addTo(map: Map<string, number>, sign: string, more: number): void {
  map.set(sign, (map.get(sign) ?? 0) + more);
}

function costs(counted: ReadonlyMap<string, number>): Map<string, number> {
  let all = 0;
  for (const each of counted.values()) all += each;
  return new Map([...counted].map(([sign, each]) => [sign, -Math.log(each / all)]));
}

/** Shares of surnames fall with their rank about so. */
function surnameCosts(): Map<string, number> {
  const shares = new Map<string, number>();
  surnames.single.forEach((sign, rank) => {
    if (!shares.has(sign)) shares.set(sign, 1 / (rank + 6) ** 1.15);
  });
  for (const both of surnames.compound) shares.set(both, 0.002);
  return costs(shares);
}

type Given = [Map<string, number>, Map<string, number>, Map<string, number>];

/** A name of the dictionary tells which signs names are made of. */
function learn(
  word: string,
  given: Given,
  pairs: Map<string, number>,
  known: ReadonlyMap<string, number>,
): void {
  const family = known.has(word.slice(0, 2)) ? 2 : 1;
  if (!known.has(word.slice(0, family))) return;
  const rest = word.slice(family);
  if (rest.length === 1) addTo(given[2], rest, 1);
  if (rest.length !== 2) return;
  addTo(pairs, rest, 1);
  addTo(given[0], rest[0] ?? '', 1);
  addTo(given[1], rest[1] ?? '', 1);
}

function load(): Lexicon {
  const known = surnameCosts();
  const words = new Map<string, Word>();
  const given: Given = [new Map(), new Map(), new Map()];
  const pairs = new Map<string, number>();
  const lines = new TextDecoder().decode(dict).split('\n');
  let total = 0;
  for (const line of lines) {
    const [word = '', times = '0', tag = 'x'] = line.split(' ');
    if (word.length === 0 || word.length > longestWord) continue;
    total += Number(times);
    const is = mistaken.has(word) ? 'n' : tag.trim();
    words.set(word, { cost: Number(times), tag: is });
    if (is === 'nr' && word.length <= 4) learn(word, given, pairs, known);
  }
  for (const word of trade) {
    const before = words.get(word);
    words.set(word, { cost: Math.max(2000, before?.cost ?? 0), tag: 'n' });
  }
  for (const word of words.values()) word.cost = -Math.log(Math.max(1, word.cost) / total);
  [...chosen].forEach((sign, rank) => {
    const more = 3000 / (rank + 12);
    for (const map of given) addTo(map, sign, more);
  });
  for (const sign of new Set(also)) for (const map of given) addTo(map, sign, 8);
  const shares: Lexicon['given'] = [costs(given[0]), costs(given[1]), costs(given[2])];
  return { words, surnames: known, given: shares, pairs };
}

let loaded: Lexicon | undefined;

/** The lexicon; the first call takes about half a second. */
export function lexicon(): Lexicon {
  loaded ??= load();
  return loaded;
}
