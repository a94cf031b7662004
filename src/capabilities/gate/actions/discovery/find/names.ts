/** What it costs to read signs as the name of a person, with what stands around them. */
import { type Lexicon, strangeSign } from './lexicon.ts';
import { isHan, type Token, token } from './token.ts';
import { doings, foreign, many, placeEnds, roles, spokenOf, tibetan, titles } from './words.ts';

/** How rare a name is among words. */
const rare = 5.2;
const oneSign = 1.6;
const twoSigns = 0.25;

const afterStrong = new RegExp(
  [
    `^(?:(?:${titles})`,
    '[(,，、 ]{0,2}(?:男|女)(?:[,，。;)、 0-9]|性|婴)',
    '[(,，:： ]{0,2}(?:身份证|公民身份|证件号|电话|手机|联系电话|联系方式|号码|\\d{3,}|\\d{1,2}岁)',
    '家(?:门口|中|里|住|附近)',
    '等\\d',
    '等[一二三四五六七八九十两]?人)',
  ].join('|'),
);
const afterFair = new RegExp(`^(?:${doings})`);
const beforeStrong = new RegExp(`(?:${roles})(?:为|是|系|叫|:|：|"|“|'| |\\(|（){0,3}$`);
const beforeMany = new RegExp(`(?:${many})[ :：]?$`);
const beforeFair =
  /(?:由|经|与|和|及|、|向|对|找|请|让|被|将|把|给|同|跟|联系|通知|询问|告知|约谈|带|陪同|据|及其|患者|人员)$/;

const boundary = (sign: string | undefined): boolean => sign === undefined || !isHan(sign);

/** Signs that are words of their own and end a name only where the text ends too. */
const little =
  /[和与同及跟为以于从向对让把被将就也都又在是有不说称要去来到给等并且而或其之的了着过所因由时后前中上下内外里做做家已曾还再只很最更均系按据住打报摄诉均无未没]/;
/** With these behind them signs are the name of a place or a body. */
const placed = new RegExp(`^(?:${placeEnds})`);

const quote = /["'“”‘’「」《》]/;

function around(text: string, at: number, end: number): number {
  const before = text.slice(Math.max(0, at - 8), at);
  const after = text.slice(end, end + 8);
  let change = 0;
  if (beforeStrong.test(before)) change -= 5;
  else if (beforeMany.test(before)) change -= 2.2;
  else if (boundary(text[at - 1])) change -= 1;
  else if (beforeFair.test(before)) change -= 0.6;
  if (afterStrong.test(after)) change -= 5;
  else if (afterFair.test(after)) change -= 1.6;
  else if (placed.test(after)) change += 6;
  else if (boundary(text[end])) change -= 1;
  if (boundary(text[at - 1]) && boundary(text[end])) change -= 0.8;
  if (quote.test(text[at - 1] ?? '') && quote.test(text[end] ?? '')) change += 4;
  return change;
}

function givenCost(given: string, known: Lexicon): number {
  const [first, second, only] = known.given;
  if (given.length === 1) return oneSign + (only.get(given) ?? strangeSign);
  return (
    twoSigns +
    (first.get(given[0] ?? '') ?? strangeSign) +
    (second.get(given[1] ?? '') ?? strangeSign)
  );
}

const address = new RegExp(`某|^(?:${spokenOf})$`);

function nameAt(text: string, at: number, family: string, more: number, known: Lexicon): Token[] {
  const end = at + family.length + more;
  const given = text.slice(at + family.length, end);
  if (given.length < more || ![...given].every(isHan) || address.test(given)) return [];
  const base = rare + (known.surnames.get(family) ?? 0) + givenCost(given, known);
  const last = given.at(-1) ?? '';
  const loose = little.test(last) ? (boundary(text[end]) ? 1.5 : 4.5) : 0;
  const lead = more === 2 && little.test(given[0] ?? '') ? 3 : 0;
  const word = known.words.get(text.slice(at, end));
  const beside = around(text, at, end);
  const known2 = word?.tag === 'nr' && base < 22 && (end - at > 2 || beside < -4);
  const famous = known2 ? word.cost + 1 : Infinity;
  const own = Math.min(base, famous);
  const cost = Math.max(4, own + loose + lead + beside);
  return [token('name', at, end - at, cost, 'nr')];
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
    token('name', at, found.length - cut, 12 + around(text, at, at + found.length - cut), 'nr'),
  ];
}

/** Names that may begin at this sign. */
export function namesAt(text: string, at: number, known: Lexicon): Token[] {
  const found: Token[] = otherNames(text, at);
  const one = text[at] ?? '';
  const two = text.slice(at, at + 2);
  if (known.surnames.has(two) && two.length === 2) {
    found.push(...nameAt(text, at, two, 1, known), ...nameAt(text, at, two, 2, known));
  }
  if (!known.surnames.has(one)) return found;
  found.push(...nameAt(text, at, one, 1, known), ...nameAt(text, at, one, 2, known));
  return found;
}
