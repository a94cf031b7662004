/** What it costs to read signs as the name of a person, with what stands around them. */
import { type Lexicon, strangeSign } from './lexicon.ts';
import type { Expected } from './naming.ts';
import { isHan, type Token, token } from './token.ts';
import { doings, foreign, many, placeEnds, roles, spokenOf, tibetan, titles } from './words.ts';

/** How rare a name is among words. */
const rare = 4.6;
const oneSign = 1.6;
const twoSigns = 0.25;
/** What more it costs when the given name is an ordinary word. */
const asWord = 3.5;

const afterStrong = new RegExp(
  [
    `^(?:(?:${titles})`,
    '[(,，、 ]{0,2}(?:男|女)(?:[,，。;)、 0-9]|性|婴)',
    '[(,，:： ]{0,2}(?:身份证|公民身份|证件号|电话|手机|联系电话|联系方式|号码|1[3-9]\\d{5}|\\d{7,}|\\d{1,2}岁)',
    '家(?:门口|中|里|住|附近)',
    '等\\d',
    '等[一二三四五六七八九十两]?人)',
  ].join('|'),
);
const afterFair = new RegExp(`^(?:${doings}|于\\d)`);
const link = '(?:为|是|系|叫|:|：|"|“|\'| |\\(|（){0,3}$';
const beforeStrong = new RegExp(`(?:(?:${roles})${link}|(?:[^\\d]人|[^\\d]员)[:：]$)`);
/** A label and a colon: nothing but a name, or a word that answers, stands there. */
const labelled = new RegExp(`(?:(?:${roles}|[^\\d]{1,3}[人员])[:：] ?|姓名[:： ]?)$`);
const answers = /^(?:无|不详|未知|待定|暂无|同上|成功|安排|高兴|方便|应|于|已|单位|何时|何处|双方)/;
const beforeMany = new RegExp(`(?:${many})[ :：]?$`);
const moments = '昨天|今天|前天|昨日|今日|当日|当天|近日|日前|昨晚|当晚|上午|下午|晚上|随后';
const towards =
  '由|经|与|和|及|、|向|对|找|请|让|被|将|把|给|同|跟|联系|通知|询问|告知|约谈|带|陪同|据';
const beforeFair = new RegExp(`(?:${moments}|${towards}|及其|患者|人员|本人)$`);

const boundary = (sign: string | undefined): boolean => sign === undefined || !isHan(sign);

/** Signs that are words of their own and end a name only where the text ends too. */
const little =
  /[和与同及跟为以于从向对让把被将就也都又在是有不说称要去来到给等并且而或其之的了着过所因由时后前中上下内外里做做家已曾还再只很最更均系按据住打报摄诉均无未没则问]/;
/** With these behind them signs are the name of a place or a body. */
const placed = new RegExp(`^(?:${placeEnds})`);

const quote = /["'“”‘’「」《》]/;

function beforeName(text: string, at: number): number {
  const before = text.slice(Math.max(0, at - 8), at);
  if (beforeStrong.test(before)) return -5;
  if (beforeMany.test(before)) return -2.2;
  if (/\d/.test(text[at - 1] ?? '')) return 2;
  if (boundary(text[at - 1])) return -1;
  return beforeFair.test(before) ? -0.6 : 0;
}

function behindName(text: string, end: number): number {
  const after = text.slice(end, end + 8);
  if (afterStrong.test(after)) return -5;
  if (afterFair.test(after)) return -2;
  if (placed.test(after)) return 6;
  if (counting.test(text.slice(end - 1, end + 1))) return 6;
  if (counting.test(after)) return -2;
  return boundary(text[end]) ? -1 : 0;
}

/** 甲、乙、丙三人: a number behind the last of several counts them. */
const counting = /^[两二三四五六七八九十][人名位户]/;

const person = /^[(,，、 ]{1,2}(?:男|女)[)，, 。;；]/;

/** What the signs around change of the cost; `framed` says a label asks for a name there. */
function around(text: string, at: number, end: number): { change: number; framed: boolean } {
  const [before, after] = [beforeName(text, at), behindName(text, end)];
  const [left, right] = [boundary(text[at - 1]), boundary(text[end])];
  const between = left && right ? -0.8 : 0;
  const quoted = quote.test(text[at - 1] ?? '') && quote.test(text[end] ?? '') ? 4 : 0;
  const asked =
    labelled.test(text.slice(Math.max(0, at - 6), at)) &&
    (right || after < 0) &&
    !answers.test(text.slice(at, end));
  const sure = before <= -5 && after <= -5 ? -3 : 0;
  const told = left && after <= -5 && before > -5 ? -1.5 : 0;
  // 安宁，女，32 岁: nothing but a person is described so.
  const described = left && person.test(text.slice(end, end + 5));
  return { change: before + after + between + quoted + told + sure, framed: asked || described };
}

function givenCost(given: string, known: Lexicon): number {
  const [first, second, only] = known.given;
  if (given.length === 1) return oneSign + (only.get(given) ?? strangeSign);
  const one = first.get(given[0] ?? '') ?? strangeSign;
  const two = second.get(given[1] ?? '') ?? strangeSign;
  // 婷婷, 圆圆: the second sign says nothing new.
  const spelt = given[0] === given[1] ? Math.min(one + 2.5, one + two) : one + two;
  // Given names that are words: 解放, 向阳.
  const word = known.words.get(given);
  return twoSigns + Math.min(spelt, word === undefined ? Infinity : word.cost + asWord);
}

/** Signs that end the names of places and hardly those of persons. */
const placeSign = /[桥湖村镇路街弄埠坞浜港区县市省巷屯寨]/;
const spokenOfOnly = new RegExp(`某|^(?:${spokenOf})$`);

function nameAt(text: string, at: number, family: string, more: number, known: Lexicon): Token[] {
  const end = at + family.length + more;
  const given = text.slice(at + family.length, end);
  if (given.length < more || ![...given].every(isHan) || spokenOfOnly.test(given)) return [];
  const base = rare + (known.surnames.get(family) ?? 0) + givenCost(given, known);
  const last = given.at(-1) ?? '';
  const loose = little.test(last) ? (boundary(text[end]) ? 1.5 : 4.5) : 0;
  const lead = more === 2 && little.test(given[0] ?? '') ? 3 : 0;
  const word = known.words.get(text.slice(at, end));
  const beside = around(text, at, end);
  const ordinary = given.length > 1 && (known.words.get(given)?.cost ?? Infinity) < 11;
  // Rare words of the dictionary with this tag are persons, common ones often are not.
  const most = (word?.cost ?? 0) > 15 ? 27 : 20;
  const named = end - at > 2 && base < most && (base < 20 || beside.change <= -2);
  const likely = word?.tag === 'nr' && !ordinary && (named || beside.change < -4);
  const famous = likely ? word.cost - 0.5 : Infinity;
  const place = /^n[stz]$/.test(word?.tag ?? '') || placeSign.test(last) ? 3 : 0;
  const cost = Math.min(base, famous) + loose + lead + place + beside.change;
  // Where a label asks for a name the words of the language stand back.
  const asked = beside.framed ? Math.min(cost - 3, (word?.cost ?? Infinity) - 1.5) : cost;
  return [token('name', at, end - at, Math.max(3, asked), 'nr')];
}

/** Names of other tongues, spelt with a dot or in two known parts. */
const dotted = new RegExp(`^${foreign}{1,8}(?:·${foreign}{1,8}){1,3}`);
const twoParts = new RegExp(`^(?:${tibetan}){2}`);

function otherNames(text: string, at: number): Token[] {
  const rest = text.slice(at, at + 40);
  const found = dotted.exec(rest)?.[0] ?? twoParts.exec(rest)?.[0];
  if (found === undefined) return [];
  const tail = `${found.split('·').at(-1)}`;
  // A last part that begins a word of the text gives signs back.
  const cut = /[以也于来让万国和]$/.test(tail) && isHan(text[at + found.length]) ? 1 : 0;
  return [
    token(
      'name',
      at,
      found.length - cut,
      12 + around(text, at, at + found.length - cut).change,
      'nr',
    ),
  ];
}

/** Beside a name another is likely, and a name comes more than once. */
function nearer(found: Token, text: string, { starts, ends, known }: Expected): Token {
  const listed = starts.has(found.start) || ends.has(found.end) ? 5 : 0;
  const again = known.has(text.slice(found.start, found.end)) ? 6 : 0;
  return { ...found, cost: Math.max(3, found.cost - Math.max(listed, again)) };
}

/** Names that may begin at this sign. */
export function namesAt(text: string, at: number, known: Lexicon, expected?: Expected): Token[] {
  const found: Token[] = otherNames(text, at);
  for (const size of [2, 1]) {
    const family = text.slice(at, at + size);
    if (family.length < size || !known.surnames.has(family)) continue;
    found.push(...nameAt(text, at, family, 1, known), ...nameAt(text, at, family, 2, known));
  }
  return expected === undefined ? found : found.map((each) => nearer(each, text, expected));
}
