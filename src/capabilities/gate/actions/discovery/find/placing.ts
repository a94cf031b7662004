/** What it costs to read signs as the name of a place that is not in the dictionary. */
import type { Lexicon } from './lexicon.ts';
import { isHan, type PlaceKind, type Token, token } from './token.ts';
import { estates, roads } from './words.ts';

/** 镇长 and 村长 are people, unless a road or an estate begins there: 所前镇长祥中心18幢. */
const head = `长(?!\\p{Script=Han}{1,3}(?:村|社区|${roads}|${estates}))`;

const suffixes: readonly [RegExp, PlaceKind, number][] = [
  [/^(?:自治区|省)/, 'province', 5],
  [/^(?:自治州|地区|市|盟)(?!民|场|面|值|长|容|政|区)/, 'city', 5],
  [
    /^(?:自治县|新区|开发区|高新区|县|区(?!长(?![河安寿沙春治葛乐兴泰清宁])|域|政府|委|级|间|块|别|内|里))/,
    'county',
    5,
  ],
  [
    new RegExp(`^(?:街道|镇(?!街|村|党|政|静|${head})|乡(?!村|镇|亲|愁|${head})|农场|林场)`, 'u'),
    'town',
    4,
  ],
  [
    new RegExp(`^(?:社区|村(?!民|委|级|里|社|口|道|务|庄|支|${head})|自然村|居委会|村委会)`, 'u'),
    'village',
    4.5,
  ],
  [/^(?:庄|埭|坞|浜|汇)(?=\d|第|文化礼堂|\p{Script=Han}{1,2}[家里头湾坞]\d)/u, 'village', 4.5],
  [/^[东南西北中][一二三四五]?(?:路(?!口)|街|大道|大街)/, 'road', 3.2],
  [new RegExp(`^(?:[东南西北中]|[一二三四五六七八九十])?(?:${roads})`), 'road', 4.5],
  [
    new RegExp(`^(?:${estates})(?:[一二三四五六七八九十\\d]+期|[东南西北一二三四五]区)?`),
    'estate',
    6,
  ],
];

/** No name of a place has these: they are words of the sentence around it. */
const sentence =
  /[的了在是有与及或从到往沿向于对为被把将位等个这那其该本我你他她它们说称去来经由至住找请让给当因如若就也都又还并且而则但之各每某两几多少全整附请近]/;
const beginning = /^(?:家|现|户|途|赶|送|走|驶|跑|逃|离|距|靠|此|另|旁|址|据)/;
const afterWords =
  /(?:住|在|到|沿|从|至|位于|往|址|地址|地点|住所|发生|途经|前往|[:：,，。;；、(（ "“])$/;

const above =
  /[^\s,，。:：与和及在到从至往向于][^\s,，。:：与和及在到从至往向于省市县区镇乡村道](?:省|市|县|区|镇|乡|村|街道)$/;

const costOfSize = [0, 2.6, 0.4, 1.4, 2.2, 4, 5];
const costOfSign = 7;
const joined = 0.8;
/** 王家桥村: named after the families that live there. */
const ofClan = 5;

function nameCost(name: string, { words }: Lexicon): number {
  // 和 is in many names of roads; between two roads it is a word.
  const joint = name.includes('和') ? joined : 0;
  const clan = /^\p{Script=Han}家\p{Script=Han}$/u.test(name) ? -ofClan : 0;
  const spelt = (costOfSize[name.length] ?? 6) + name.length * costOfSign + joint + clan;
  const word = words.get(name);
  if (word === undefined || name.length < 2) return spelt;
  return Math.min(spelt, word.cost * 0.85);
}

/** Places that may begin at this sign, of a name and a suffix. */
export function placesAt(text: string, at: number, known: Lexicon): Token[] {
  const road = /^(?:[GSX]?\d{2,3}(?:国道|省道|县道)|\d{1,2}号(?:大街|路))/.exec(
    text.slice(at, at + 8),
  )?.[0];
  if (road !== undefined) return [token('place', at, road.length, 4, 'ns', 'road')];
  if (!isHan(text[at])) return [];
  const found: Token[] = [];
  const before = text.slice(Math.max(0, at - 4), at);
  const helped = above.test(before) ? -4.5 : at === 0 || afterWords.test(before) ? -2 : 0;
  for (let size = 1; size <= 6; size += 1) {
    const name = text.slice(at, at + size);
    const last = name.at(-1) ?? '';
    if (name.length < size || !isHan(last) || sentence.test(last)) break;
    const rest = text.slice(at + size, at + size + 8);
    for (const [suffix, place, base] of suffixes) {
      const end = suffix.exec(rest)?.[0];
      if (end === undefined) continue;
      const lead = beginning.test(name) && size > 1 && !known.words.has(name) ? 5 : 0;
      const cost = base + nameCost(name, known) + helped + lead;
      found.push(token('place', at, size + end.length, cost, 'ns', place));
    }
  }
  return found;
}

const endings: readonly [RegExp, PlaceKind][] = [
  [/(?:省|自治区)$/, 'province'],
  [/(?:市|州|盟|地区)$/, 'city'],
  [/(?:县|区|旗)$/, 'county'],
  [/(?:街道|镇|乡)$/, 'town'],
  [/(?:村|社区|庄)$/, 'village'],
  [/(?:路|街|大道|巷|弄|胡同)$/, 'road'],
  [/(?:小区|花园|公寓|新村|苑|大厦|广场)$/, 'estate'],
];

/** What a place of the dictionary is, by how it ends. */
export const placeOfWord = (word: string): PlaceKind =>
  endings.find(([ending]) => ending.test(word))?.[1] ?? 'known';
